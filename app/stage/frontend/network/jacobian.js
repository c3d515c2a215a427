// How a network stretches the input around one point: its exact derivative there.

import { pullback } from "./activations.js";
import { liftSlopes } from "./features.js";

const ROUNDING = 1e-14; // of the largest square of a stretch: less is what is left of a difference

/** What the weights (values.length, width), row-major, of a layer make of what comes in. */
export const through = ({ weights, bias }, values) => Array.from(bias, (_, j) =>
  values.reduce((sum, value, i) => sum + value * weights[i * bias.length + j], 0));

/** Derivative of what layer l puts out with respect to the input, at the point whose layers these are
 *  (`Model.evaluate`): two columns, d/dx1 and d/dx2; of the read-out, of the logits. */
export function jacobianAt({ net }, layers, l) {
  const first = net.lifted ? liftSlopes(net.inputs, layers[0].pre) : [[1, 0], [0, 1]];
  return first.map((start) => layers.slice(1, l + 1).reduce((column, layer, k) => {
    const before = through(layer, column);
    // The derivative of an activation is a symmetric matrix: it takes back what it carries on.
    return k < net.depth ? pullback(net.activations[k], layer.pre, layer.post, before) : before;
  }, start));
}

/** Singular values of two columns, the largest first, and the direction [x1, x2] of the largest: the one of
 *  both in which a single output rises. */
export function stretchOf(columns) {
  const product = (a, b) => columns[a].reduce((sum, part, j) => sum + part * columns[b][j], 0);
  const [p, q, r] = [product(0, 0), product(0, 1), product(1, 1)];
  const half = Math.hypot((p - r) / 2, q);
  const most = (p + r) / 2 + half;
  const angle = 0.5 * Math.atan2(2 * q, p - r);
  // By the determinant: the difference of nearly equal numbers would lose the small one.
  const square = p * r - q * q;
  const least = square > ROUNDING * most * most ? square / most : 0;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const sign = columns[0].length === 1 && columns[0][0] * dx + columns[1][0] * dy < 0 ? -1 : 1;
  return { most: Math.sqrt(most), least: Math.sqrt(least), direction: [sign * dx, sign * dy] };
}
