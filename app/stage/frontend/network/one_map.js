// Layers that bend nothing are one straight map: the product of their matrices.

import { isStraight } from "./activations.js";

/** What the shown frame makes of the input after each layer, if no layer bends: one { matrix (width, 2)
 *  rows of two, bias (width) } for layers 1 .. L + 1, A_l = W_l' A_(l-1) and b_l = W_l' b_(l-1) + bias; null
 *  if a layer bends or there is none. */
export function straightMaps({ net, frame }) {
  if (!net.depth || !net.activations.every(isStraight)) return null;
  let matrix = [[1, 0], [0, 1]];
  let bias = [0, 0];
  return Array.from({ length: net.depth + 1 }, (_, k) => {
    const layer = net.layer(frame, k + 1);
    const width = layer.bias.length;
    const through = (column) => Array.from({ length: width }, (_, j) =>
      column.reduce((sum, value, i) => sum + value * layer.weights[i * width + j], 0));
    const [first, second] = [0, 1].map((axis) => through(matrix.map((row) => row[axis])));
    bias = through(bias).map((value, j) => value + layer.bias[j]);
    matrix = first.map((value, j) => [value, second[j]]);
    return { matrix, bias };
  });
}
