// One point's way through a network, and the way of its loss back: the chain rule in numbers.

import { activate, pullback } from "./activations.js";

const LOOKED_AT = 200; // weights that are tried out

/** What the shown frame does with the point { x, y } of class `label`: { layers, predicted,
 *  probabilities } as `Model.evaluate` has them; label; loss (cross-entropy, natural logarithm); back[l] =
 *  { post, pre }: the loss's derivatives with respect to what layer l puts out and to its sums z. Without a
 *  label there is no loss to send back: loss and back are null. */
export function tellStory(model, { x, y }, label = null) {
  const told = model.evaluate(x, y);
  if (label === null) return { ...told, label, loss: null, back: null };
  const { layers, logits, probabilities } = told;
  const last = layers.length - 1;
  const back = new Array(layers.length);
  const slope = lossSlope(logits, probabilities, label);
  back[last] = { post: slope, pre: slope };
  for (let l = last - 1; l >= 1; l--) {
    const { weights, width } = layers[l + 1];
    const post = Float64Array.from({ length: layers[l].width }, (_, i) =>
      back[l + 1].pre.reduce((sum, part, j) => sum + weights[i * width + j] * part, 0));
    back[l] = { post, pre: pullback(model.net.activations[l - 1], layers[l].pre, layers[l].post, post) };
  }
  return { ...told, label, loss: lossOf(logits, label), back };
}

/** Derivative of the loss with respect to the logits; one logit stands for 0 against it. */
function lossSlope(logits, probabilities, label) {
  if (logits.length === 1) return Float64Array.of(probabilities[1] - label);
  return Float64Array.from(probabilities, (share, j) => share - (j === label ? 1 : 0));
}

/** -ln of the probability of the right class, written so that none is rounded to 0. */
export function lossOf(logits, label) {
  const all = logits.length === 1 ? [0, logits[0]] : Array.from(logits);
  const first = all.indexOf(Math.max(...all));
  const others = all.reduce((sum, logit, j) => sum + (j === first ? 0 : Math.exp(logit - all[first])), 0);
  return Math.log1p(others) + all[first] - all[label];
}

/** Every weight of layer l: { layer, from, to, weight, gradient (of the loss), blame }. The blame is
 *  weight times gradient: the smaller the weight, the lower the loss where it is above 0, the higher
 *  where it is below. */
export function weightsOf({ layers, back }, l) {
  const { weights, width, fanIn } = layers[l];
  return Array.from({ length: fanIn * width }, (_, at) => {
    const [from, to] = [Math.floor(at / width), at % width];
    const gradient = layers[l - 1].post[from] * back[l].pre[to];
    return { layer: l, from, to, weight: weights[at], gradient, blame: weights[at] * gradient };
  });
}

/** The loss if a weight were 0. */
export function lossWithout(model, { layers, label }, { layer, from, to }) {
  let post = layers[layer - 1].post;
  for (let l = layer; l < layers.length; l++) {
    const { weights, bias, width } = layers[l];
    const pre = Float64Array.from(bias, (start, j) => post.reduce(
      (sum, value, i) => sum + (l === layer && i === from && j === to ? 0 : value * weights[i * width + j]), start));
    if (l === layers.length - 1) return lossOf(pre, label);
    post = new Float64Array(width);
    activate(model.net.activations[l - 1], pre, post, width);
  }
}

/** All weights, those first that are most to blame. */
export function mostToBlame(story) {
  const all = story.layers.slice(1).flatMap((_, l) => weightsOf(story, l + 1));
  return all.sort((a, b) => b.blame - a.blame);
}

/** The `most` without which the loss would be lowest: a large slope need not mean so, for it looks at a
 *  small change only. */
export function culprits(model, story, most) {
  return mostToBlame(story).slice(0, LOOKED_AT).filter(({ blame }) => blame > 0)
    .map((edge) => ({ ...edge, without: lossWithout(model, story, edge) }))
    .filter(({ without }) => without < 0.99 * story.loss)
    .sort((a, b) => a.without - b.without).slice(0, most);
}

/** Euclidean length of a gradient. */
export const sizeOf = (gradient) => Math.hypot(...gradient);
