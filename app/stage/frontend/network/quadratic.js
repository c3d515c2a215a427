// The quadratic in x1 and x2 that is nearest to a neuron, and a cross-section of both.

import { solve } from "./probe.js";

const TERMS = 6;
export const DIRECTIONS = 24; // that a cross-section through the middle is tried in
const HALF = 32; // places of a cross-section to each side of the middle
const CONSTANT = 1e-6; // what varies less, beside its size, is constant: float32 says no more of it

/** The terms 1, x1, x2, x1^2, x1 x2, x2^2 at a place. */
const termsAt = (x1, x2) => [1, x1, x2, x1 * x1, x1 * x2, x2 * x2];

/** Of what neuron `index` of layer l puts out over the lattice, by least squares: { coefficients (6) of the
 *  terms above, values (G * G) at the nodes, rSquared: share of its variance there that is explained, or null
 *  where it does not vary }. */
export function nearestQuadratic(model, l, index) {
  const { nodes, inputs, net: { box } } = model;
  const { post, width } = model.layers[l];
  const half = Math.max(...box.map(Math.abs)); // in such units the sums below are all of one size
  const places = Array.from({ length: nodes }, (_, p) => termsAt(inputs[2 * p] / half, inputs[2 * p + 1] / half));
  const outputs = places.map((_, p) => post[p * width + index]);
  const sum = (part) => places.reduce((total, terms, p) => total + part(terms, p), 0);
  const matrix = Float64Array.from({ length: TERMS * TERMS }, (_, k) => sum((terms) => terms[Math.floor(k / TERMS)] * terms[k % TERMS]));
  const scaled = solve(matrix, Float64Array.from({ length: TERMS }, (_, k) => sum((terms, p) => terms[k] * outputs[p])));
  const values = Float32Array.from(places, (terms) => terms.reduce((sum, term, k) => sum + term * scaled[k], 0));
  const coefficients = Array.from(scaled, (value, k) => value / half ** (k === 0 ? 0 : k < 3 ? 1 : 2));
  return { coefficients, outputs, values, rSquared: explained(outputs, values) };
}

/** A neuron and its nearest quadratic, as found above, along the straight line through the middle of the
 *  square on which the neuron's range is widest, of `DIRECTIONS`: { end: where it leaves the square, each part of it
 *  -1..1, neuron and quadratic (2 HALF + 1), gap: the largest difference, range: of
 *  the neuron there }. */
export function crossSection({ outputs, values }, G) {
  const sections = Array.from({ length: DIRECTIONS }, (_, k) => {
    const angle = (Math.PI * k) / DIRECTIONS;
    const [across, up] = [Math.cos(angle), Math.sin(angle)];
    const reach = Math.max(Math.abs(across), Math.abs(up));
    const end = [across / reach, up / reach];
    const along = (numbers) => Array.from({ length: 2 * HALF + 1 }, (__, s) => between(numbers, G, end.map((part) => part * (s / HALF - 1))));
    const [neuron, quadratic] = [along(outputs), along(values)];
    const gap = Math.max(...neuron.map((value, s) => Math.abs(value - quadratic[s])));
    return { end, neuron, quadratic, gap, range: Math.max(...neuron) - Math.min(...neuron) };
  });
  return sections.reduce((most, section) => (section.range > most.range ? section : most));
}

function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Of numbers at the nodes of a lattice, row by row from below, the one at a place -1..1: in proportion
 *  between the four nodes around it. */
function between(numbers, G, place) {
  const [x, y] = place.map((part) => Math.min(Math.max(((part + 1) / 2) * (G - 1), 0), G - 1));
  const [column, row] = [x, y].map((at) => Math.min(Math.floor(at), G - 2));
  const [right, up] = [x - column, y - row];
  const at = row * G + column;
  const low = numbers[at] * (1 - right) + numbers[at + 1] * right;
  return low * (1 - up) + (numbers[at + G] * (1 - right) + numbers[at + G + 1] * right) * up;
}

function explained(outputs, values) {
  const largest = outputs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const total = spreadOf(outputs);
  if (Math.sqrt(total / outputs.length) <= CONSTANT * largest) return null;
  return 1 - outputs.reduce((sum, value, p) => sum + (value - values[p]) ** 2, 0) / total;
}
