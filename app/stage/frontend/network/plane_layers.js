// Layers from the plane to the plane that the visitor builds: their numbers, what these mean, and the
// network worked out anew while they are in the hand. A layer is { matrix: [w11, w12, w21, w22], bias: [b1, b2] },
// z = W x + b, its rows first as a matrix is written.

import { entryOf } from "./model.js";
import { fitProbe } from "./probe.js";

const DECIMALS = 1e4; // of a number, as the link keeps them
export const LARGEST = 5; // size of a number, as app/link/parameters.py has it
const NEGLIGIBLE = 1e-13; // singular values this small beside the largest are rounding errors of zero
const ROUNDING = 1e-12;
const PARALLEL = 1e-6; // the same of the logits' differences (float32)
const MOST_FITTED = 400; // points that views are fitted to, as core/geometry/projection.py has it
const LEAST_MAGNIFICATION = 1.25, MOST_MAGNIFICATION = 1000; // as core/geometry/readout.py has them

/** The nearest number that a link can say. */
export const onGrid = (value) => Math.round(Math.min(Math.max(value, -LARGEST), LARGEST) * DECIMALS) / DECIMALS + 0;

export const textOf = (layers) => layers.flatMap(({ matrix, bias }) => [...matrix, ...bias]).join("_");

/** The hidden layers of a net. */
export const layersOf = (net) => Array.from({ length: net.depth }, (_, k) => {
  const { weights: [a, c, b, d], bias } = net.layer(0, k + 1);
  return { matrix: [a, b, c, d].map(onGrid), bias: Array.from(bias, onGrid) };
});

// What a matrix does

export const determinant = ([a, b, c, d]) => a * d - b * c;

/** W = R(phi) diag(p, q) R(theta) with rotations R and p >= |q|: { p, q, phi, theta }. */
function rotations([a, b, c, d]) {
  const [e, f, g, h] = [(a + d) / 2, (a - d) / 2, (c + b) / 2, (c - b) / 2];
  const [straight, mirrored] = [Math.hypot(e, h), Math.hypot(f, g)];
  const [turn, flip] = [Math.atan2(h, e), Math.atan2(g, f)];
  return { p: straight + mirrored, q: straight - mirrored, phi: (turn + flip) / 2, theta: (turn - flip) / 2 };
}

/** Singular values, the larger first. */
export function singularValues(matrix) {
  const { p, q } = rotations(matrix);
  return [p, Math.abs(q)];
}

/** { real: [{ value, direction: [x, y] }, ..], every } or { size, angle } of complex ones, size e^(+-i angle),
 *  angle > 0 counterclockwise. A value twice has one direction, or, with `every`, all of them. */
export function eigenvalues([a, b, c, d]) {
  const [half, apart] = [(a + d) / 2, (a - d) / 2];
  const square = apart * apart + b * c;
  if (square < -ROUNDING) {
    const turn = Math.sqrt(-square);
    return { size: Math.hypot(half, turn), angle: Math.atan2(turn, half) * Math.sign(c) };
  }
  const root = Math.sqrt(Math.max(square, 0));
  const pair = (value) => ({ value, direction: keptBy([a - value, b, c, d - value]) });
  if (square > ROUNDING) return { real: [pair(half + root), pair(half - root)].sort((one, other) => Math.abs(other.value) - Math.abs(one.value)) };
  const every = b === 0 && c === 0;
  return { real: every ? [{ value: half, direction: null }] : [pair(half)], every };
}

/** The unit vector that a singular matrix takes to 0: at right angles to its longer row. */
function keptBy([a, b, c, d]) {
  const [x, y] = Math.hypot(a, b) >= Math.hypot(c, d) ? [-b, a] : [-d, c];
  const sign = x < 0 || (x === 0 && y < 0) ? -1 : 1;
  return [(sign * x) / Math.hypot(x, y) + 0, (sign * y) / Math.hypot(x, y) + 0];
}

/** The 20 numbers of `Net.path`: stretch, turn and shift, as core/geometry/layer_path.py has them. */
export function pathOf({ matrix, bias }) {
  const { p, q, phi, theta } = rotations(matrix);
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  const directions = [cos, sin, 0, -sin, cos, 0, 0, 0, 1];
  const flat = Math.abs(q) <= NEGLIGIBLE * p;
  const over = q < 0 && !flat; // the plane turns over like a page, about a line in it
  const turn = p === 0 ? 0 : Math.atan2(Math.sin(phi + theta), Math.cos(phi + theta));
  const line = (phi - theta) / 2; // of the mirror: it takes [1, 0] to the angle phi - theta
  const axis = over ? [Math.cos(line), Math.sin(line), 0] : [0, 0, turn < 0 ? -1 : 1];
  return [...directions, p, Math.abs(q), 1, ...axis, over ? Math.PI : Math.abs(turn), ...bias, 0, 0];
}

// The network in the hand

/** Puts layers into a model's net, finds its cut, and runs it. */
export function build(model, layers) {
  const { net, frame } = model;
  layers.forEach(({ matrix: [a, b, c, d], bias }, k) => {
    const layer = net.layer(frame, k + 1);
    layer.weights.set([a, c, b, d]);
    layer.bias.set(bias);
    net.path(frame, k + 1).set(pathOf({ matrix: [a, b, c, d], bias }));
  });
  const { samples } = model.entry;
  samples.reset(frame);
  const last = samples.layer(net.depth);
  const cut = fitProbe(last.post, last.width, model.nodes, net.labels, net.nClasses);
  putCut(net, frame, net.nClasses === 2 ? cut.maps.slice(1) : cut.maps);
  net.readout.set(viewAlong(net.layer(frame, net.depth + 1), moments(last.post, model)));
  samples.layer(net.depth + 1);
  model.show(entryOf(samples));
  const { weights, bias: { length } } = net.layer(frame, net.depth + 1);
  const isSame = (weight, k) => weight === (length === 1 ? 0 : weights[k - (k % length)]); // for all classes
  net.outcome = weights.every(isSame) ? "dead" : "trained";
}

function putCut(net, frame, maps) {
  const { weights, bias } = net.layer(frame, net.depth + 1);
  maps.forEach((map, j) => {
    for (let k = 0; k < 2; k++) weights[k * maps.length + j] = map[k];
    bias[j] = map[2];
  });
}

/** Mean and covariance [xx, xy, yy] of the points in a space of two numbers. */
function moments(post, { nodes, N }) {
  const end = Math.min(N, nodes + MOST_FITTED);
  const n = end - nodes;
  const mean = [0, 0];
  for (let i = 2 * nodes; i < 2 * end; i++) mean[i % 2] += post[i] / n;
  const covariance = [0, 0, 0];
  for (let i = nodes; i < end; i++) {
    const [x, y] = [post[2 * i] - mean[0], post[2 * i + 1] - mean[1]];
    covariance[0] += (x * x) / n;
    covariance[1] += (x * y) / n;
    covariance[2] += (y * y) / n;
  }
  return { mean, covariance };
}

/** The 24 numbers of `readoutOf`: the plane turned until its cut stands upright, as core/geometry/readout.py has it. */
export function viewAlong({ weights, bias }, { mean, covariance }) {
  const outputs = bias.length;
  const { rank, angle } = normalOf(weights, outputs);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const end = [0, 0, 0];
  let magnification = 1;
  if (rank === 1 && outputs === 1) {
    end[0] = cos * mean[0] + sin * mean[1] + bias[0] / Math.hypot(...weights);
    const [xx, xy, yy] = covariance;
    const across = cos * cos * xx + 2 * cos * sin * xy + sin * sin * yy;
    magnification = magnifiedBy(Math.hypot(Math.sqrt(Math.max(across, 0)), end[0]), Math.sqrt(Math.max(xx + yy - across, 0)));
  }
  const near = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  return [...near, 0, 0, 0, 0, 0, angle < 0 ? -1 : 1, Math.abs(angle), ...mean, 0, ...end, magnification, rank];
}

/** In how many directions the logits differ, and, if in one, which way the last class's grows. */
function normalOf(weights, outputs) {
  if (outputs === 1) {
    const [x, y] = weights;
    return x || y ? { rank: 1, angle: Math.atan2(y, x) } : { rank: 0, angle: 0 };
  }
  const rows = [0, 1].map((k) => Array.from(weights.subarray(k * outputs, (k + 1) * outputs)));
  const [xs, ys] = rows.map((row) => row.map((value) => value - row.reduce((sum, each) => sum + each, 0) / outputs));
  const product = (one, other) => one.reduce((sum, value, j) => sum + value * other[j], 0);
  const [xx, xy, yy] = [product(xs, xs), product(xs, ys), product(ys, ys)];
  const most = (xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy);
  if (most === 0) return { rank: 0, angle: 0 };
  const least = Math.max(xx * yy - xy * xy, 0) / most;
  if (Math.sqrt(least) > PARALLEL * Math.sqrt(most)) return { rank: 2, angle: 0 };
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const away = Math.cos(angle) * xs.at(-1) + Math.sin(angle) * ys.at(-1) < 0;
  return { rank: 1, angle: away ? angle - Math.sign(angle || 1) * Math.PI : angle };
}

function magnifiedBy(across, up) {
  const wanted = across > 0 ? Math.min(Math.max(up / across, 1), MOST_MAGNIFICATION) : 1;
  return wanted < LEAST_MAGNIFICATION ? 1 : wanted;
}
