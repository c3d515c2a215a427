// What the parts of the page "Pieces" share: colors (Okabe-Ito), numbers and text over lines.

import { contrast, mixed } from "../draw/colors.js";
import { formatFigure, superscript } from "../network/numbers.js";

// On white, pink, orange and sky blue are darker than Okabe and Ito's, who draw no thin lines with them.
// The last two are for layers 9 and 10.
const LIGHT = ["#0072B2", "#D55E00", "#009E73", "#C2609A", "#C27C00", "#2F95CF", "#8A7A00", "#6B6B6B", "#6E3B12", "#005A43"];
const DARK = ["#56B4E9", "#E69F00", "#2BC79A", "#CC79A7", "#F07C2A", "#F0E442", "#7FA8FF", "#B4B4B4", "#C9A27A", "#B8F2DC"];
const MOST_NEURONS = 8;
const LEAST = 1e-6; // below it is rounding

/** Whether every neuron has a color of its own; else every layer has one. */
export const neuronsHaveColors = ({ sizes }) => sizes.length === 3 && sizes[1] <= MOST_NEURONS;

/** Color of a neuron of a hidden layer, both counted from 0. */
export function colorOf(theme, network, layer, neuron) {
  const palette = theme.dark ? DARK : LIGHT;
  return palette[(neuronsHaveColors(network) ? neuron : layer) % palette.length];
}

/** The same for a number that stands beside the neuron's line: as much of the text's color in it as
 *  it takes to be read. */
export function textColorOf(theme, network, layer, neuron) {
  const color = colorOf(theme, network, layer, neuron);
  const share = [0, 0.2, 0.4, 0.6].find((part) => contrast(mixed(color, theme.text, part), theme.background) >= 4.5);
  return mixed(color, theme.text, share ?? 1);
}

/** Of the wide pale band that a target is: its rim, which is seen on any ground, and what is between. */
export const bandColors = ({ text, background }) => [mixed(text, background, 0.5), mixed(text, background, 0.8)];

/** A few digits that count: 0.0123, 1.20, 12.3, 4.8e-7. */
export function shortNumber(value, digits = 3) {
  const size = Math.abs(value);
  const text = size === 0 ? "0" : size < 1e-4 || size >= 1e5 ? exponential(size, digits) : fixed(size, digits);
  return (value < 0 && size > 0 ? "−" : "") + text;
}

function fixed(size, digits) {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size) + 1e-12));
  return size.toFixed(Math.min(decimals, 8));
}

function exponential(size, digits) {
  const [mantissa, power] = size.toExponential(digits - 1).split("e");
  return `${mantissa}·10${superscript(Number(power))}`;
}

/** One or two decimals, with a true minus sign: −2, 0.5, 1.25; more only where all of these are 0. */
export function plainNumber(value, decimals = 2) {
  const text = String(Number(Math.abs(value).toFixed(decimals)));
  if (text === "0" && Math.abs(value) >= LEAST) return formatFigure(value);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/** A number of an axis whose numbers are `step` apart: as many decimals as tell it from the next, "" where they
 *  would be too many to read. */
export function tickText(value, step) {
  const [size, power] = [Math.abs(value), Math.floor(Math.log10(step) + 1e-9)];
  if (size < step / 2) return "0";
  if (power >= -4) return plainNumber(value, Math.max(2, -power));
  const digits = Math.floor(Math.log10(size) - power + 1e-6) + 1;
  return digits > 3 ? "" : (value < 0 ? "−" : "") + exponential(size, digits);
}

/** Flat x, y, x, y, ... as pairs. */
export function pairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

/** Ascending places, moved as little as can be (least squares) until each is `gap` right of the one
 *  before, and between low and high where there is room: isotonic regression of place i less i gaps. */
export function apart(places, gap, low, high) {
  const blocks = [];
  places.forEach((place, i) => {
    let block = { sum: place - i * gap, count: 1 };
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).count > block.sum / block.count) {
      const before = blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  });
  const last = places.length - 1;
  return blocks.flatMap(({ sum, count }) => new Array(count).fill(sum / count))
    .map((mean, i) => Math.max(Math.min(mean + i * gap, high - (last - i) * gap), low + i * gap));
}
