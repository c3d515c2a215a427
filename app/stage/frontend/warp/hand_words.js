// What the numbers of a layer mean, each in a plain sentence. Every sentence goes by the number as it
// is written.

import { determinant, eigenvalues, singularValues } from "../network/plane_layers.js";
import { formatDirection, formatFigure, formatNumber, formatPercent } from "../network/numbers.js";

const NOTHING = 1e-9;
const degrees = (angle) => Math.round((angle * 180) / Math.PI);
const many = (count) => `${count} ${Math.abs(count) === 1 ? "degree" : "degrees"}`;
const written = (value) => Number(value.toFixed(2)) + 0;
const figure = (value) => formatFigure(Math.abs(value) < NOTHING ? 0 : value);
const sayTimes = (factor) => (Math.abs(factor) < 0.01 ? "less than 0.01 times" : `${formatNumber(factor)} times`);
const sayLength = (factor) => (written(factor) === 1 ? "as long" : `${sayTimes(factor)} as long`);

/** [{ name, number, words }] of a layer's matrix; drawn: whether the directions that it keeps are in sight. */
export const factsOf = ({ matrix }, drawn) => [areaOf(matrix), stretchOf(matrix), keptOf(matrix, drawn)];

function areaOf(matrix) {
  const value = determinant(matrix);
  return { name: "Determinant", number: figure(value), words: sayArea(value, matrix) };
}

function sayArea(value, matrix) {
  if (matrix.every((number) => number === 0)) return "Every area becomes 0: the plane is pressed into one point.";
  if (Math.abs(value) < NOTHING) return "Every area becomes 0: the plane is pressed onto a line, and there is no way back.";
  const areas = Math.abs(written(value)) === 1 ? "Areas keep their size" : `Areas become ${sayTimes(Math.abs(value))} as large`;
  return `${areas}.${value < 0 ? " The minus: the plane is turned over, as in a mirror." : ""}`;
}

function stretchOf(matrix) {
  const [most, least] = singularValues(matrix);
  const number = `${figure(most)} and ${figure(least)}`;
  return { name: "Singular values", number, words: sayStretch(most, least) };
}

function sayStretch(most, least) {
  if (most === 0) return "Every circle becomes a point.";
  if (least <= NOTHING * most) return `A circle becomes a line, ${sayLength(most)} as the circle is wide.`;
  if (written(most) === written(least)) return written(most) === 1 ? "Every circle stays a circle of its size." : `Every circle stays a circle, ${sayTimes(most)} as wide.`;
  return `A circle becomes an ellipse: ${sayLength(most)} one way, ${sayTimes(least)} across.`;
}

function keptOf(matrix, drawn) {
  const found = eigenvalues(matrix);
  return { name: "Eigenvalues", number: eigenNumber(found), words: found.real ? sayKept(found, drawn) : sayTurning(matrix, found) };
}

function eigenNumber({ real, size, angle }) {
  if (!real) return `${figure(size * Math.cos(angle))} ± ${figure(Math.abs(size * Math.sin(angle)))} i`;
  return real.length === 1 ? `${figure(real[0].value)}, twice` : real.map(({ value }) => figure(value)).join(" and ");
}

function sayKept({ real, every }, drawn) {
  const lines = (count) => (!drawn ? "" : count === 1 ? ", the dotted line" : ", the dotted lines");
  const [flat, stay] = [real.filter(isFlat), real.filter((pair) => !isFlat(pair))];
  const kept = stay.map(({ value }) => sayChange(value));
  if (every) return `${flat.length ? "Every direction is pressed to 0." : `Every direction is kept, ${kept[0]}.`} Each is an eigenvector.`;
  const which = [...stay, ...flat].map(({ direction }) => formatDirection(direction)).join(" and ");
  const named = ` ${real.length === 2 ? "The eigenvectors" : "The only eigenvector"}: ${which}. A step along ${real.length === 2 ? "one" : "it"} comes out along the same line${flat.length ? ", or as 0" : ""}.`;
  if (!kept.length) return `One direction is pressed to 0, no other is kept. The only eigenvector: ${which}.`;
  if (kept.length === 2) return `Two directions are kept${lines(2)}: one ${kept[0]}, one ${kept[1]}.${named}`;
  if (flat.length) return `One direction is kept${lines(1)}, ${kept[0]}. Another is pressed to 0.${named}`;
  return `Only one direction is kept${lines(1)}, ${kept[0]}.${named}`;
}

const isFlat = ({ value }) => Math.abs(value) < NOTHING;

function sayChange(value) {
  const size = Math.abs(value);
  const length = written(size) === 1 ? "at its length" : `${sayTimes(size)} as long`;
  return value < 0 ? `turned back, ${length}` : length;
}

function sayTurning([a, b, c, d], { angle }) {
  const way = angle > 0 ? "counterclockwise" : "clockwise";
  const turn = many(degrees(Math.abs(angle)));
  if (a === d && b === -c) return `Complex: no direction is kept, so no eigenvector is drawn. All turn by ${turn}, ${way}.`;
  return `Complex: no direction is kept, so no eigenvector is drawn. Every direction turns ${way}, some more, some less; the eigenvalues' own angle is ${turn}.`;
}

/** What eigenvectors have to do with a layer of a network. */
export const SO_WHAT = "In a network every layer is used once: what counts is how much W stretches at most (singular values). A direction that W keeps (an eigenvector) need not stay: the next layer may turn it, b and the bend may move it.";

/** The cut at the end, which nobody drags. */
export function sayCut({ cut: { right }, net }) {
  const cut = net.nClasses > 2 ? "cuts" : "cut";
  const words = net.outcome === "dead" ? "of the training points are told right: there is no cut, and one class is said everywhere."
    : `of the training points are on their side. The ${cut} after the last layer ${cut === "cut" ? "is" : "are"} fitted to them, anew with every change.`;
  return { name: "Then the " + cut, number: formatPercent(right), words };
}
