// What is said of one point's story.

import { element } from "../draw/elements.js";
import { CLASSES } from "../draw/theme.js";
import { SLOPES } from "../network/activations.js";
import { formatDirection, formatNumber, formatPercent } from "../network/numbers.js";
import { lossWithout, sizeOf } from "../network/story.js";
import { formatLoss } from "./curves.js";
import { neuronName } from "./neuron_words.js";

/** Weights that are listed. */
export const BLAMED = 5;
const MOST_TERMS = 6; // of a neuron's sum
/** Neurons of a layer that are shown; of more, those on which the loss depends most. */
export const MOST_NEURONS = 8;

/** What the network says of the point, and what that costs. */
export function pointWords(model, { x, y, index }, { predicted, probabilities, loss }) {
  const says = `The network says ${CLASSES[predicted].name}, ${formatPercent(probabilities[predicted])}`;
  if (loss === null) {
    return `The place x₁ = ${formatNumber(x)}, x₂ = ${formatNumber(y)}. ${says}. No point of the data lies here, so `
      + "there is no right answer and no loss.";
  }
  const label = model.net.labels[index];
  const verdict = predicted === label ? "right" : "wrong";
  return `Point ${index + 1}, ${CLASSES[label].name}. ${says}: ${verdict}. `
    + `Its loss is −ln(${probabilityWords(probabilities[label])}) = ${formatLoss(loss)}.`;
}

/** Of the place where the logits change most; see `steepestPiece`. */
export function sayWhereSteepest({ net }, { factor, direction, count, exact, pieces }) {
  if (factor === 0) return "Nowhere is it steep: the network says the same in all of this square.";
  const times = formatNumber(factor);
  const looked = count.toLocaleString("en");
  const here = `The steepest place: for a small step in the direction ${formatDirection(direction)} the `
    + `${net.sizes.at(-1) > 1 ? "logits move" : "logit changes"} by ${times} times its length`;
  if (!exact) return `${here}, the most of ${looked} ${pieces ? "straight pieces counted" : "places tried"}: elsewhere it can be more.`;
  return `${here}, ${count === 1 ? "and it is one straight piece" : `the most of all ${looked} straight pieces`}. Between two places of this square the `
    + `difference of the ${net.sizes.at(-1) > 1 ? "logits" : "logit"} is never more than ${times} times their distance.`;
}

/** A probability to as many digits as make its logarithm come out. */
function probabilityWords(share) {
  if (share === 0) return "next to 0";
  if (share < 0.1) return String(Number(share.toPrecision(3)));
  return share.toFixed(Math.min(Math.max(3, Math.ceil(-Math.log10(1 - share)) + 2), 9));
}

/** The weight, what the loss says of it, and what would be without it. */
export function weightWords(model, story, edge) {
  const { layer, from, to, weight, gradient, blame } = edge;
  return `${layer === 1 ? model.net.inputLabels[from] : `Neuron ${from + 1} of layer ${layer - 1}`} to ${neuronPlace(model, layer, to)}: weight ${figure(weight)}. The loss's slope by it is `
    + `what comes in, ${figure(story.layers[layer - 1].post[from])}, times ∂loss/∂z, ${figure(story.back[layer].pre[to])}: ${figure(gradient)}. Weight times slope: ${figure(blame)}. Without this weight the loss would be ${formatLoss(edge.without ?? lossWithout(model, story, edge))}.`;
}

/** How a neuron comes to its number: the heaviest terms of its sum. */
export function neuronWords(model, { layers }, { layer, to }) {
  if (layer === 0) return `${model.net.inputLabels[to]} = ${formatNumber(layers[0].post[to])}: ${model.net.lifted ? "an input, worked out from" : "a coordinate of"} the point.`;
  const { weights, bias, width, pre, post } = layers[layer];
  const before = layers[layer - 1].post;
  const terms = Array.from(before, (value, i) => ({ value, weight: weights[i * width + to] }))
    .sort((a, b) => Math.abs(b.value * b.weight) - Math.abs(a.value * a.weight));
  const sum = terms.slice(0, MOST_TERMS).map(({ value, weight }) => `${inBrackets(weight)} · ${inBrackets(value)}`);
  const rest = terms.length > MOST_TERMS ? ` + ${terms.length - MOST_TERMS} smaller terms` : "";
  const result = layer > model.net.depth ? "" : `; ${model.net.rowOf(layer).symbol}(z) = ${formatNumber(post[to])}`;
  return `${cap(neuronPlace(model, layer, to))}: z = ${sum.join(" + ")}${rest} + ${inBrackets(bias[to])} (bias) = `
    + `${formatNumber(pre[to])}${result}.`;
}

const inBrackets = (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));

const cap = (text) => text[0].toUpperCase() + text.slice(1);

const neuronPlace = (model, layer, j) =>
  (layer > model.net.depth ? neuronName(model, layer, j) : `neuron ${j + 1} of layer ${layer}`);

/** Two digits that count, however small. */
export function figure(value) {
  const size = Math.abs(value);
  const text = size === 0 || size >= 0.1 ? formatNumber(size) : size < 1e-6 ? "under 0.000001" : String(Number(size.toPrecision(2)));
  return value < 0 ? `−${text}` : text;
}

/** The factors from the loss back to the first layer, and their product: a line for each layer. */
export function chainWords(model, { back }) {
  const last = back.length - 1;
  const parts = [`At the ${back[last].pre.length === 1 ? "logit" : "logits"} the loss has a slope of length ${figure(sizeOf(back[last].pre))}.`];
  for (let l = last - 1; l >= 1; l--) {
    const [arriving, through, left] = [back[l + 1].pre, back[l].post, back[l].pre].map(sizeOf);
    if (arriving === 0) break;
    const symbol = model.net.rowOf(l).symbol;
    const slopes = through > 0 ? `, times ${figure(left / through)} through the slopes of ${symbol}` : "";
    parts.push(`Layer ${l}: times ${figure(through / arriving)} through the weights${slopes}, is ${figure(left)}.`);
  }
  if (sizeOf(back[1].pre) === 0) parts.push("Nothing arrives at layer 1: this point teaches its weights nothing.");
  return parts;
}

/** The numbers of a layer's neurons. */
export function layerTable(model, story, l) {
  const columns = columnsOf(model, story, l);
  const table = element("table", "lw-story-table");
  table.append(element("caption", "", l > model.net.depth ? "Output" : `Layer ${l}`));
  table.append(rowOf("th", ["", ...columns.map(([head]) => head)]));
  for (const j of shownNeurons(story, l)) {
    table.append(rowOf("td", [neuronName(model, l, j), ...columns.map(([, valueOf]) => figure(valueOf(j)))]));
  }
  const left = story.layers[l].width - MOST_NEURONS;
  if (left > 0) table.append(rowOf("td", [`${left} more`]));
  return table;
}

/** [head, number of neuron j]: forwards, then backwards with the factor between, where it is one number. */
function columnsOf({ net }, { layers, back }, l) {
  const { pre, post } = layers[l];
  const z = ["z", (j) => pre[j]];
  if (l > net.depth) return back ? [z, ["∂loss/∂z", (j) => back[l].pre[j]]] : [z];
  const { symbol } = net.rowOf(l);
  const forwards = [z, [`${symbol}(z)`, (j) => post[j]]];
  if (!back) return forwards;
  const slope = SLOPES[net.activations[l - 1]];
  const factor = slope ? [[`× ${symbol}′(z)`, (j) => slope(pre[j], post[j])]] : [];
  return [...forwards, [`∂loss/∂${symbol}(z)`, (j) => back[l].post[j]], ...factor, ["= ∂loss/∂z", (j) => back[l].pre[j]]];
}

function rowOf(kind, texts) {
  const row = element("tr", "");
  row.append(...texts.map((text) => element(kind, "", text)));
  return row;
}

/** Numbers of the neurons of layer l that are shown, in their order. */
export function shownNeurons({ layers, back }, l) {
  const all = Array.from({ length: layers[l].width }, (_, j) => j);
  if (all.length <= MOST_NEURONS) return all;
  const weight = (j) => (back ? Math.abs(layers[l].post[j] * back[l].post[j]) : Math.abs(layers[l].post[j]));
  return all.sort((a, b) => weight(b) - weight(a)).slice(0, MOST_NEURONS).sort((a, b) => a - b);
}
