// Layers that bend nothing are one straight map: the product of their matrices.

import { through } from "./jacobian.js";

/** What the shown frame, of which no layer bends, makes of the input after each layer: one { matrix (width, 2)
 *  rows of two, bias (width) } for layers 1 .. L + 1, A_l = W_l' A_(l-1) and b_l = W_l' b_(l-1) + bias. */
export function straightMaps({ net, frame }) {
  let [first, second, bias] = [[1, 0], [0, 1], [0, 0]];
  return Array.from({ length: net.depth + 1 }, (_, k) => {
    const layer = net.layer(frame, k + 1);
    [first, second, bias] = [first, second, bias].map((column) => through(layer, column));
    bias = bias.map((value, j) => value + layer.bias[j]);
    return { matrix: first.map((value, j) => [value, second[j]]), bias };
  });
}
