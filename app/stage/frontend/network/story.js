// One point's way through a network, and the way of its loss back: the chain rule in numbers.

import { SLOPES, activate, pullback } from "./activations.js";

const MOST_WORK = 4e6; // multiplications: some ten milliseconds

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

/** The losses if a weight had other values, one for each: of the story's point, and the mean of all `count`
 *  data points, of so many as can be worked out at once: { own, mean, count }. */
export function lossesWith(model, { layers, label }, edge, values) {
  const { net, nodes } = model;
  const { post, width } = model.layers[edge.layer - 1];
  const work = layers.slice(edge.layer).reduce((sum, { weights }) => sum + weights.length, 0);
  const count = Math.min(net.labels.length, Math.max(Math.floor(MOST_WORK / work / values.length), 1));
  const rowOf = (i) => post.subarray((nodes + i) * width, (nodes + i + 1) * width);
  const meanWith = (value) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += lossWith(net, layers, rowOf(i), net.labels[i], edge, value);
    return sum / count;
  };
  const own = values.map((value) => lossWith(net, layers, layers[edge.layer - 1].post, label, edge, value));
  return { own, mean: values.map(meanWith), count };
}

/** The loss of a point of class `label` if a weight had another value; post: what its layer is given. */
function lossWith(net, layers, post, label, { layer, from, to, weight }, value) {
  for (let l = layer; l < layers.length; l++) {
    const { weights, bias, width } = layers[l];
    const pre = Float64Array.from(bias);
    post.forEach((part, i) => { for (let j = 0; j < width; j++) pre[j] += part * weights[i * width + j]; });
    if (l === layer) pre[to] += post[from] * (value - weight);
    if (l === layers.length - 1) return lossOf(pre, label);
    post = new Float64Array(width);
    activate(net.activations[l - 1], pre, post, width);
  }
}

/** All weights, those first that are most to blame. */
export function mostToBlame(story) {
  const all = story.layers.slice(1).flatMap((_, l) => weightsOf(story, l + 1));
  return all.sort((a, b) => b.blame - a.blame);
}

/** Of a network's story: for each layer, { ways, count }: a way of the loss back to the sum z of each
 *  neuron, of all `count` ways the one with the largest product. A way is { product, factor, before }. */
export function waysBack({ net }, { layers, back }) {
  const last = layers.length - 1;
  const found = new Array(layers.length);
  const starts = Array.from(back[last].pre, (value, to) => extended(null, { kind: "loss", layer: last, to, value }));
  found[last] = { ways: starts, count: 1 };
  for (let l = last - 1; l >= 1; l--) {
    const { weights, width } = layers[l + 1];
    const { ways, count } = found[l + 1];
    const outputs = Array.from({ length: layers[l].width }, (_, from) => heaviest(ways.map((way, to) =>
      extended(way, { kind: "weight", layer: l + 1, from, to, value: weights[from * width + to] }))));
    const name = net.activations[l - 1];
    const step = (from, to) => extended(outputs[from], { kind: "slope", layer: l, from, to, value: slopeOf(name, layers[l], from, to) });
    const mixes = name === "softmax"; // every output depends on every z
    found[l] = {
      ways: outputs.map((_, to) => (mixes ? heaviest(outputs.map((__, from) => step(from, to))) : step(to, to))),
      count: count * width * (mixes ? outputs.length : 1),
    };
  }
  return found;
}

const extended = (before, factor) => ({ product: (before?.product ?? 1) * factor.value, factor, before });

const heaviest = (ways) => ways.reduce((best, way) => (Math.abs(way.product) > Math.abs(best.product) ? way : best));

/** Derivative of output `from` of a layer by its sum z of neuron `to`. */
function slopeOf(name, { pre, post }, from, to) {
  return name === "softmax" ? post[from] * ((from === to ? 1 : 0) - post[to]) : SLOPES[name](pre[to], post[to]);
}

/** The heaviest way of the loss back to a weight: { factors, product, count }. The factors, from the
 *  loss on: { kind: "loss" (its slope by logit `to`) | "weight" | "slope" (of output `from` of a layer
 *  by its z of neuron `to`) | "input" (what comes in through the weight), layer, from, to, value }. The
 *  weight's gradient is the sum of such products over all `count` ways. */
export function strongestPath(found, { layers }, { layer, from, to }) {
  const { ways, count } = found[layer];
  const whole = extended(ways[to], { kind: "input", layer: layer - 1, to: from, value: layers[layer - 1].post[from] });
  const factors = [];
  for (let way = whole; way; way = way.before) factors.unshift(way.factor);
  return { factors, product: whole.product, count };
}

/** The same gradient, shared out among the neurons of the layer after the weight's that the ways pass:
 *  [{ to, value }], the largest first. */
export function sharesOfGradient({ net }, { layers, back }, { layer, from, to }) {
  const { weights, width } = layers[layer + 1];
  const name = net.activations[layer - 1];
  const slopes = Array.from({ length: layers[layer].width }, (_, k) => (k === to || name === "softmax" ? slopeOf(name, layers[layer], k, to) : 0));
  const shares = Array.from(back[layer + 1].pre, (part, j) => ({
    to: j,
    value: layers[layer - 1].post[from] * part * slopes.reduce((sum, slope, k) => sum + slope * weights[k * width + j], 0),
  }));
  return shares.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** Euclidean length of a gradient. */
export const sizeOf = (gradient) => Math.hypot(...gradient);
