// The exact piecewise-linear form of a network of one input, in doubles, as core/geometry/piecewise.py has it.

import { NEGATIVE_SLOPES } from "./activations.js";

// Shares of what was added up to a number below which it counts as 0.
const ZERO = 1e-12;
const ZERO_BEND = 1e-14;

/** Rows (count, width): `rows` (count, fanIn) times the weights, plus the bias. */
export function affine(rows, count, { weights, bias, fanIn, width }) {
  const result = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    result.set(bias, i * width);
    for (let k = 0; k < fanIn; k++) {
      const value = rows[i * fanIn + k];
      if (value === 0) continue;
      for (let j = 0; j < width; j++) result[i * width + j] += value * weights[k * width + j];
    }
  }
  return result;
}

/** Every place between low and high where a neuron changes sign, and the straight output between.
 *  layers: { weights (fanIn, width), bias (width), fanIn, width }, the output's last.
 *  Returns { x, y, layer, neuron (v); slopes (v - 1); kinks; post (v, width); width }: vertices from
 *  left to right, the interval's ends among them with layer -1; kinks are the numbers of those
 *  where the output bends; post are the outputs of the last hidden layer. */
export function piecewiseForm(layers, activations, low, high) {
  let vertices = [{ x: low, layer: -1, neuron: -1 }, { x: high, layer: -1, neuron: -1 }];
  let values = Float64Array.of(low, high);
  activations.forEach((name, l) => {
    const slope = NEGATIVE_SLOPES[name];
    let pre = snapped(values, vertices.length, layers[l]);
    if (slope !== 1) [vertices, pre] = cut(vertices, pre, layers[l].width, l);
    values = pre.map((z) => (z > 0 ? z : slope * z));
  });
  const x = Float64Array.from(vertices, (vertex) => vertex.x);
  return {
    x,
    y: affine(values, x.length, layers.at(-1)),
    layer: vertices.map((vertex) => vertex.layer),
    neuron: vertices.map((vertex) => vertex.neuron),
    post: values,
    width: layers.at(-1).fanIn,
    ...slopesBetween(x, layers, activations),
  };
}

/** Pre-activations; those that are zero but for rounding become zero: no line is cut twice. */
function snapped(values, count, layer) {
  const { weights, bias, fanIn, width } = layer;
  const size = { weights: weights.map(Math.abs), bias: bias.map(Math.abs), fanIn, width };
  const summed = affine(values.map(Math.abs), count, size);
  const largest = new Float64Array(width);
  summed.forEach((sum, i) => { largest[i % width] = Math.max(largest[i % width], sum); });
  return affine(values, count, layer).map((z, i) => (Math.abs(z) <= ZERO * largest[i % width] ? 0 : z));
}

/** Adds a vertex wherever a neuron of layer l changes sign between two vertices. */
function cut(vertices, pre, width, l) {
  const rows = vertices.map((vertex, i) => ({ ...vertex, pre: pre.subarray(i * width, (i + 1) * width) }));
  const inner = rows.slice(1, -1);
  for (let i = 0; i + 1 < rows.length; i++) {
    const [left, right] = [rows[i], rows[i + 1]];
    for (let j = 0; j < width; j++) {
      if (Math.sign(left.pre[j]) * Math.sign(right.pre[j]) < 0) inner.push(crossing(left, right, l, j));
    }
  }
  inner.sort((one, other) => one.x - other.x); // stable: of equal places the earliest neuron leads
  const [first, last] = [rows[0], rows.at(-1)];
  const closest = ZERO * (last.x - first.x);
  const apart = inner.filter(({ x }, i) =>
    x - (i ? inner[i - 1].x : first.x) > closest && last.x - x > closest);
  const kept = [first, ...apart, last];
  const joined = new Float64Array(kept.length * width);
  kept.forEach((row, i) => joined.set(row.pre, i * width));
  return [kept, joined];
}

function crossing(left, right, layer, neuron) {
  const share = left.pre[neuron] / (left.pre[neuron] - right.pre[neuron]);
  const pre = left.pre.map((value, j) => value + share * (right.pre[j] - value));
  pre[neuron] = 0;
  return { x: left.x + share * (right.x - left.x), layer, neuron, pre };
}

/** { slopes, kinks } of the output: the product of the weights that are on in each middle. */
function slopesBetween(x, layers, activations) {
  const count = x.length - 1;
  let values = Float64Array.from({ length: count }, (_, i) => (x[i] + x[i + 1]) / 2);
  let slopes = new Float64Array(count).fill(1);
  let summed = new Float64Array(count).fill(1); // the slopes if nothing canceled
  layers.forEach((layer, l) => {
    const straight = { ...layer, bias: new Float64Array(layer.width) };
    values = affine(values, count, layer);
    slopes = affine(slopes, count, straight);
    summed = affine(summed, count, { ...straight, weights: layer.weights.map(Math.abs) });
    if (l === activations.length) return;
    const negative = NEGATIVE_SLOPES[activations[l]];
    for (let i = 0; i < values.length; i++) {
      if (values[i] > 0) continue;
      values[i] *= negative;
      slopes[i] *= negative;
      summed[i] *= Math.abs(negative);
    }
  });
  const kinks = [];
  for (let i = 1; i < count; i++) {
    if (Math.abs(slopes[i] - slopes[i - 1]) > ZERO_BEND * (summed[i - 1] + summed[i])) kinks.push(i);
  }
  return { slopes, kinks };
}
