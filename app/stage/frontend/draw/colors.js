// Colors as numbers.

import { element } from "./elements.js";

const colors = new Map();

/** [red, green, blue], 0..255, of any CSS color: the browser itself reads it. */
export function parseColor(text) {
  if (!colors.has(text)) {
    const context = element("canvas", "").getContext("2d", { willReadFrequently: true });
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    colors.set(text, [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)]);
  }
  return colors.get(text);
}

/** Contrast of two CSS colors, 1 (none) .. 21, as the Web Content Accessibility Guidelines 2 define it. */
export function contrast(first, second) {
  const [low, high] = [first, second].map((text) => relativeLuminance(parseColor(text))).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function relativeLuminance(color) {
  const [red, green, blue] = color.map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever reads better on a color. */
export const inkOn = (color) => (contrast(color, "#000000") > contrast(color, "#ffffff") ? "#000000" : "#ffffff");

/** The color a share of the way from one CSS color to another, as CSS has it. */
export function mixed(from, to, share) {
  const [start, end] = [parseColor(from), parseColor(to)];
  return `rgb(${start.map((part, i) => Math.round(part + (end[i] - part) * share)).join(", ")})`;
}

/** The color a share of the way from one [r, g, b] to another, packed as image data has it. */
export function packMix(from, to, share) {
  const mix = from.map((value, i) => Math.round(value + (to[i] - value) * share));
  return ((255 << 24) | (mix[2] << 16) | (mix[1] << 8) | mix[0]) >>> 0;
}

/** The red, green and blue of image data that is `part` of 256 of the way from one color to another: two
 *  channels at a time. */
export function between(from, to, part) {
  const rest = 256 - part;
  const ends = ((to & 0xff00ff) * part + (from & 0xff00ff) * rest) >>> 8;
  const middle = ((to & 0xff00) * part + (from & 0xff00) * rest) >>> 8;
  return (ends & 0xff00ff) | (middle & 0xff00);
}
