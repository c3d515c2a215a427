// What layers do in numbers: how their gradients began, how far they moved, what an answer costs.

const lengthOf = (values) => Math.hypot(...values);

/** Lengths of the gradients of all layers' weights and biases before the first step, the first layer's first. */
export const firstGradients = ({ net }) => net.gradientNorms.subarray(0, net.depth + 1);

/** How far the weights of every layer are from their start, in percent of the length that they had there. */
export function movedOf({ net, frame }) {
  return Array.from({ length: net.depth + 1 }, (_, l) => {
    const before = net.layer(0, l + 1).weights;
    const after = net.layer(frame, l + 1).weights;
    return (100 * lengthOf(after.map((weight, k) => weight - before[k]))) / lengthOf(before);
  });
}

/** Multiplications by weights for one point: `forward` for its answer; for the way back of its loss `slopes`, one
 *  of each weight, and `blame`, what is handed on to the layer before, which the first layer spares. */
export function costOf({ net }) {
  const products = Array.from({ length: net.depth + 1 }, (_, l) => net.layer(0, l + 1).weights.length);
  const forward = products.reduce((sum, count) => sum + count, 0);
  return { forward, slopes: forward, blame: forward - products[0] };
}
