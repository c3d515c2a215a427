// What the numbers of a layer mean, each in a plain sentence. Every sentence goes by the number as it
// is written.

import { determinant, eigenvalues, singularValues } from "../network/plane_layers.js";
import { formatNumber } from "../network/numbers.js";

const degrees = (angle) => Math.round((angle * 180) / Math.PI);
const many = (count) => `${count} ${Math.abs(count) === 1 ? "degree" : "degrees"}`;
const written = (value) => Number(value.toFixed(2)) + 0;

/** [{ name, number, words }] of a layer's matrix. */
export const factsOf = ({ matrix }) => [areaOf(matrix), stretchOf(matrix), keptOf(matrix)];

function areaOf(matrix) {
  const value = determinant(matrix);
  return { name: "Determinant", number: formatNumber(value), words: sayArea(value) };
}

function sayArea(value) {
  if (Math.abs(value) < 1e-9) return "Every area becomes 0: the plane is pressed flat, and there is no way back.";
  const size = Math.abs(written(value));
  const areas = size === 0 ? "Areas shrink to less than 0.01 of their size"
    : size === 1 ? "Areas keep their size" : `Areas become ${formatNumber(size)} times as large`;
  return `${areas}.${value < 0 ? " The minus: the plane is turned over, as in a mirror." : ""}`;
}

function stretchOf(matrix) {
  const [most, least] = singularValues(matrix);
  const number = `${formatNumber(most)} and ${formatNumber(least)}`;
  return { name: "Singular values", number, words: sayStretch(most, least) };
}

function sayStretch(most, least) {
  if (most === 0) return "Every circle becomes a point.";
  if (least <= 1e-9 * most) return `Every circle becomes a line, ${formatNumber(most)} times as long as it is wide.`;
  if (written(most) === written(least)) return written(most) === 1 ? "Every circle stays a circle of its size." : `Every circle stays a circle, ${formatNumber(most)} times as wide.`;
  return `A circle becomes an ellipse: ${formatNumber(most)} times as long one way, ${formatNumber(least)} times across.`;
}

function keptOf(matrix) {
  const found = eigenvalues(matrix);
  return { name: "Eigenvalues", number: eigenNumber(found), words: found.real ? sayKept(found) : sayTurning(matrix, found) };
}

function eigenNumber({ real, size, angle }) {
  if (!real) return `${formatNumber(size * Math.cos(angle))} ± ${formatNumber(Math.abs(size * Math.sin(angle)))} i`;
  return real.length === 1 ? `${formatNumber(real[0].value)}, twice` : real.map(({ value }) => formatNumber(value)).join(" and ");
}

function sayKept({ real, every }) {
  const [first, second] = real.map(({ value }) => sayTimes(value));
  if (every) return `Every direction is kept: ${first}.`;
  if (!second) return `Only one direction is kept, the dotted line: ${first}.`;
  return `Two directions are kept, the dotted lines: one ${first}, one ${second}.`;
}

function sayTimes(value) {
  if (Math.abs(value) < 1e-9) return "is pressed to 0";
  const size = Math.abs(written(value));
  const length = size === 0 ? "shrinks below 0.01" : size === 1 ? "at its length" : `${formatNumber(size)} times as long`;
  return value < 0 ? `turned back, ${length}` : length;
}

function sayTurning([a, b, c, d], { angle }) {
  const way = angle > 0 ? "counterclockwise" : "clockwise";
  const turn = many(degrees(Math.abs(angle)));
  if (a === d && b === -c) return `Complex: no direction is kept. All turn by ${turn}, ${way}.`;
  return `Complex: no direction is kept. Done again and again, the layer goes round, ${turn} a time on average, ${way}.`;
}

/** The cut at the end, which nobody drags. */
export function sayCut({ cut: { right }, net }) {
  const classes = net.nClasses > 2 ? "straight cuts" : "straight cut";
  return { share: right, words: `The ${classes} after the last layer: fitted to the points, anew with every change.` };
}
