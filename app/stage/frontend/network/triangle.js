// Three logits on their way to the triangle of probabilities.

import { ACTIVATIONS } from "./activations.js";

const LEAST_SHARE = 1e-3; // of the way: nearer to its start, nothing looks different

/** Where class 0, 1, 2 would be certain: corners at distance 1 from the middle, where all are as likely. */
export const CORNERS = [[-Math.sqrt(3) / 2, -0.5], [Math.sqrt(3) / 2, -0.5], [0, 1]];

/** Places (2 n) of points by their logits (3 n) at a share 0..1 of the way from the logits to their
 *  probabilities: softmax of so many times the logits as weights of the corners. Near 0 that is the plane of
 *  the logits' differences as it is, only smaller: softmax(s z) = 1/3 + s (z - mean z) / 3 for small s. */
export function placesInTriangle(logits, share) {
  const s = Math.max(share, LEAST_SHARE);
  const places = new Float64Array((2 * logits.length) / 3);
  const [scaled, shares] = [new Float64Array(3), new Float64Array(3)];
  for (let i = 0; 3 * i < logits.length; i++) {
    for (let c = 0; c < 3; c++) scaled[c] = s * logits[3 * i + c];
    ACTIVATIONS.softmax(scaled, shares, 0, 3);
    for (const axis of [0, 1]) places[2 * i + axis] = CORNERS.reduce((sum, corner, c) => sum + shares[c] * corner[axis], 0);
  }
  return places;
}

/** How many times the places are enlarged, so that all stay where the triangle has room; 1 at the end of
 *  the way. */
export function enlargement(places, share) {
  let farthest = 1e-9;
  for (let k = 0; k < places.length; k += 2) {
    const [x, y] = [places[k], places[k + 1]];
    farthest = Math.max(farthest, Math.abs(x) / CORNERS[1][0], y > 0 ? y : y / CORNERS[1][1]);
  }
  return 1 / (share + (1 - share) * farthest);
}
