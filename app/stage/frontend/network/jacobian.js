// How a network stretches the input around one point: its exact derivative there.

import { SLOPES } from "./activations.js";

/** Derivative of what layer l puts out with respect to the input, at the point whose layers these are
 *  (`Model.evaluate`): rows [d/dx1, d/dx2], one a neuron; of the read-out, of the logits. */
export function jacobianAt({ net }, layers, l) {
  let rows = [[1, 0], [0, 1]];
  for (let k = 1; k <= l; k++) {
    const { weights, width, pre, post } = layers[k];
    const through = Array.from({ length: width }, (_, j) => [0, 1].map((axis) =>
      rows.reduce((sum, row, i) => sum + weights[i * width + j] * row[axis], 0)));
    rows = k > net.depth ? through : bent(net.activations[k - 1], through, pre, post);
  }
  return rows;
}

function bent(name, rows, pre, post) {
  if (name !== "softmax") return rows.map((row, j) => row.map((part) => part * SLOPES[name](pre[j], post[j])));
  const mean = [0, 1].map((axis) => rows.reduce((sum, row, i) => sum + post[i] * row[axis], 0));
  return rows.map((row, j) => row.map((part, axis) => post[j] * (part - mean[axis])));
}

/** Singular values of rows (n, 2), the largest first, and the direction [x1, x2] of the largest. */
export function stretchOf(rows) {
  const product = (a, b) => rows.reduce((sum, row) => sum + row[a] * row[b], 0);
  const [p, q, r] = [product(0, 0), product(0, 1), product(1, 1)];
  const half = Math.hypot((p - r) / 2, q);
  const most = (p + r) / 2 + half;
  const angle = 0.5 * Math.atan2(2 * q, p - r);
  // By the determinant: the difference of nearly equal numbers would lose the small one.
  const least = most > 0 ? Math.max(p * r - q * q, 0) / most : 0;
  return { most: Math.sqrt(most), least: Math.sqrt(least), direction: [Math.cos(angle), Math.sin(angle)] };
}
