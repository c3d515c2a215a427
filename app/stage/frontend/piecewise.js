// The exact piecewise-linear form of a network of one input, as core/piecewise.py works it out.

const TOLERANCE = 1e-12; // of the interval's length, and of a layer's largest value
const KINK_TOLERANCE = 1e-9; // of the largest slope

/** Slope below zero of the activations that have straight pieces; above zero it is 1. */
export const NEGATIVE_SLOPES = { relu: 0, leaky_relu: 0.1, abs: -1, identity: 1 };

export const isPiecewise = (activations) => activations.every((name) => name in NEGATIVE_SLOPES);

/** Rows (count, width) of `rows` (count, fanIn) times the weights plus `share` of the bias. */
export function affine(rows, count, { weights, bias, fanIn, width }, share = 1) {
  const result = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const start = i * width;
    for (let j = 0; j < width; j++) result[start + j] = share * bias[j];
    for (let k = 0; k < fanIn; k++) {
      const value = rows[i * fanIn + k];
      if (value === 0) continue;
      for (let j = 0; j < width; j++) result[start + j] += value * weights[k * width + j];
    }
  }
  return result;
}

/** Every place from low to high where the slope of some neuron's output changes.
 *  layers: { weights (fanIn, width), bias (width), fanIn, width }, the output's last.
 *  Returns { x (v), y (v), layer (v), neuron (v), slopes (v - 1), post (v, width of the last hidden
 *  layer), width }: vertices from left to right, the ends of the interval among them (layer -1). */
export function piecewiseForm(layers, activations, low, high) {
  let form = { x: [low, high], layer: [-1, -1], neuron: [-1, -1] };
  let post = Float64Array.of(low, high);
  activations.forEach((name, l) => {
    const slope = NEGATIVE_SLOPES[name];
    let pre = snapped(affine(post, form.x.length, layers[l]));
    if (slope !== 1) [form, pre] = cut(form, pre, layers[l].width, l, TOLERANCE * (high - low));
    post = pre.map((z) => (z > 0 ? z : slope * z));
  });
  const x = Float64Array.from(form.x);
  return {
    ...form,
    x,
    y: affine(post, x.length, layers.at(-1)),
    slopes: slopesBetween(x, layers, activations),
    post,
    width: layers.at(-1).fanIn,
  };
}

/** Values that are zero but for rounding become zero, so that no line is cut twice. */
function snapped(pre) {
  let largest = 0;
  for (const z of pre) largest = Math.max(largest, Math.abs(z));
  return pre.map((z) => (Math.abs(z) <= TOLERANCE * largest ? 0 : z));
}

/** Adds a vertex wherever a neuron of layer l changes sign between two vertices. */
function cut(form, pre, width, l, closest) {
  const next = { x: [], layer: [], neuron: [] };
  const rows = [];
  const add = (x, layer, neuron, row) => {
    next.x.push(x);
    next.layer.push(layer);
    next.neuron.push(neuron);
    rows.push(row);
  };
  for (let i = 0; i < form.x.length; i++) {
    const row = pre.subarray(i * width, (i + 1) * width);
    add(form.x[i], form.layer[i], form.neuron[i], row);
    if (i + 1 === form.x.length) break;
    const after = pre.subarray((i + 1) * width, (i + 2) * width);
    for (const [t, j] of crossings(row, after)) {
      const x = form.x[i] + t * (form.x[i + 1] - form.x[i]);
      if (form.x[i + 1] - x <= closest) after[j] = 0;
      else if (x - next.x.at(-1) <= closest) rows.at(-1)[j] = 0;
      else add(x, l, j, between(row, after, t, j));
    }
  }
  const joined = new Float64Array(rows.length * width);
  rows.forEach((row, i) => joined.set(row, i * width));
  return [next, joined];
}

/** [share of the way, neuron] of every sign change between two rows, from left to right. */
function crossings(row, after) {
  const found = [];
  for (let j = 0; j < row.length; j++) {
    const [a, b] = [row[j], after[j]];
    if ((a < 0 && b > 0) || (a > 0 && b < 0)) found.push([a / (a - b), j]);
  }
  return found.sort((one, other) => one[0] - other[0]);
}

function between(row, after, t, zero) {
  const values = row.map((value, j) => value + t * (after[j] - value));
  values[zero] = 0;
  return values;
}

/** Slope of the output between neighbors: the product of the weights that are on there. */
function slopesBetween(x, layers, activations) {
  const count = x.length - 1;
  let values = Float64Array.from({ length: count }, (_, i) => (x[i] + x[i + 1]) / 2);
  let slopes = new Float64Array(count).fill(1);
  activations.forEach((name, l) => {
    const negative = NEGATIVE_SLOPES[name];
    values = affine(values, count, layers[l]);
    slopes = affine(slopes, count, layers[l], 0);
    for (let i = 0; i < values.length; i++) {
      if (values[i] > 0) continue;
      values[i] *= negative;
      slopes[i] *= negative;
    }
  });
  return affine(slopes, count, layers.at(-1), 0);
}

/** Numbers of the vertices, ends left out, where the slope of the output changes. */
export function kinksOf({ slopes }) {
  let largest = 1;
  for (const slope of slopes) largest = Math.max(largest, Math.abs(slope));
  const kinks = [];
  for (let i = 1; i < slopes.length; i++) {
    if (Math.abs(slopes[i] - slopes[i - 1]) > KINK_TOLERANCE * largest) kinks.push(i);
  }
  return kinks;
}
