// What is said of one point's story.

import { element } from "../draw/elements.js";
import { CLASSES } from "../draw/theme.js";
import { SLOPES } from "../network/activations.js";
import { formatBound, formatDigits, formatDirection, formatFigure, formatNumber, formatPercent } from "../network/numbers.js";
import { stretchOf } from "../network/jacobian.js";
import { lossesWith, sharesOfGradient, sizeOf } from "../network/story.js";
import { neuronName } from "./neuron_words.js";

/** Weights that are listed. */
export const BLAMED = 5;
const RATE = 0.1; // of a step of gradient descent
const MOST_TERMS = 6; // of a neuron's sum
const MOST_SHARES = 3; // of a slope's, by what the paths pass
/** Neurons of a layer that are shown, if not more are needed. */
const MOST_NEURONS = 8;

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
    + `Its loss is −ln(${probabilityWords(probabilities[label])}) = ${formatFigure(loss)}.`;
}

/** Of the place where the logits change most; see `steepestPiece`. */
export function sayWhereSteepest(model, { factor, direction, count, exact, pieces }) {
  if (factor === 0) return "Nowhere is it steep: the network says the same in all of this square.";
  const times = formatFigure(factor);
  const looked = count.toLocaleString("en");
  const many = model.net.sizes.at(-1) > 1;
  const step = `for a small step in the direction ${formatDirection(direction)} the ${many ? "logits move" : "logit rises"} by ${times} times its length`;
  const one = count === 1 && exact;
  const bound = `Between two places of this square the difference of the ${many ? "logits" : "logit"} is never more than ${one ? "that many" : formatBound(factor)} times their distance.`;
  if (one) return `Nowhere and everywhere: in this square the network is one straight map, and ${step}. ${bound}`;
  const most = exact ? `the most of all ${looked} straight pieces, by which neurons are on. ${bound}` : `the most of ${looked} ${pieces ? "straight pieces counted" : "places tried"}: elsewhere it can be more.`;
  return `The steepest ${exact ? "place" : pieces ? "piece counted" : "place tried"}: ${step}, ${most}${besideStraight(model)}`;
}

/** How fast the scores of the best straight cut change, everywhere alike: for what it is worth as a yardstick. */
function besideStraight(model) {
  if (model.net.lifted) return "";
  const { maps } = model.probe(0); // of two classes the first has 0: as one logit has it
  const { most } = stretchOf([0, 1].map((k) => maps.map((map) => map[k])));
  return ` The best straight ${maps.length > 2 ? "cuts" : "cut"} through the same points (logistic regression): ${formatFigure(most)} times, everywhere.`;
}

/** A probability to as many digits as make its logarithm come out. */
function probabilityWords(share) {
  if (share === 0) return "next to 0";
  if (share < 0.1) return String(Number(share.toPrecision(3)));
  return share.toFixed(Math.min(Math.max(3, Math.ceil(-Math.log10(1 - share)) + 2), 9));
}

/** Of a weight in a list: "x₁ to neuron 2 of layer 1: weight 1.24 × slope 0.62 = 0.77". */
export const blameWords = (model, edge) =>
  `${routeOf(model, edge)}: weight ${formatFigure(edge.weight)} × slope ${formatFigure(edge.gradient)} = ${formatFigure(edge.blame)}`;

/** The weight, what a step of training on this point alone makes of it, and what taking it out does. */
export function weightWords(model, story, edge) {
  const { weight, gradient, blame } = edge;
  const { own, mean, count } = lossesWith(model, story, edge, [weight, weight - RATE * gradient, 0]);
  const all = count < model.net.labels.length ? `the first ${count.toLocaleString("en")}` : `all ${count.toLocaleString("en")}`;
  const head = `${cap(routeOf(model, edge))}: weight ${formatFigure(weight)}, the loss's slope by it ${formatFigure(gradient)}, weight × slope ${formatFigure(blame)}. `;
  const step = gradient === 0 ? "This point alone would not move it. "
    : `Gradient descent goes by the slope, not by the weight's size: a step on this point alone, at a rate of ${RATE}, moves it by ${formatDigits(-RATE * gradient)}. `
      + `That takes this point's loss from ${formatDigits(own[0])} to ${formatDigits(own[1])}, and the mean of ${all} points from ${formatDigits(mean[0])} to ${formatDigits(mean[1])}. `;
  const turns = own[2] !== own[0] && blame > 0 === own[2] > own[0] && blame !== 0;
  return `${head}${step}Taken out altogether, it would leave ${formatFigure(own[2])} here and a mean of ${formatFigure(mean[2])}`
    + `${turns ? `, though a small step towards 0 ${blame > 0 ? "lowers" : "raises"} this point's loss: it turns on the way` : ""}.`;
}

const routeOf = (model, { layer, from, to }) => `${sourceName(model, layer, from)} to ${neuronPlace(model, layer, to)}`;

/** What stands over the chain rule of a weight. */
export const pathHead = (model, edge) => `The chain rule: ∂loss/∂w of the weight from ${routeOf(model, edge)}`;

export function pathIntroduction({ count }) {
  if (count === 1) return "One path leads from the loss back to this weight. The slope is the product of the factors along it:";
  return `${pathCount(count)} paths lead from the loss back to this weight, each through other neurons. The strongest is outlined in the picture. Along it the factors are multiplied:`;
}

/** How the paths make up the slope. */
export function pathSum(model, story, edge, { product, count }) {
  const nothing = product === 0 ? "A factor of 0 makes the product 0: nothing comes back this way. " : "";
  const slope = `∂loss/∂w = ${formatDigits(edge.gradient)}`;
  if (count === 1) return `${nothing}So ${slope}.`;
  const next = edge.layer + 1;
  const shares = sharesOfGradient(model, story, edge);
  const largest = shares.filter(({ value }) => value !== 0).slice(0, MOST_SHARES);
  const terms = largest.map(({ to, value }) => ({ value, name: neuronName(model, next, to) }));
  const rest = shares.slice(terms.length);
  if (rest.length) terms.push({ value: rest.reduce((sum, { value }) => sum + value, 0), name: `${rest.length} more` });
  const sum = terms.map(({ value, name }, k) => `${k === 0 ? formatDigits(value) : `${value < 0 ? "−" : "+"} ${formatDigits(Math.abs(value))}`} (${name})`);
  const place = next > model.net.depth ? "the logit" : `the neuron of layer ${next}`;
  return `${nothing}All of them added up, by ${place} that they pass: ${sum.join(" ")}. So ${slope}.`;
}

const pathCount = (count) => (count > 1e6 ? "Over a million" : count.toLocaleString("en"));

/** What a factor of a path is: { name, detail }. */
export function factorWords(model, story, factor) {
  const { layer, from, to } = factor;
  return {
    loss: () => ({ name: `∂loss/∂${neuronName(model, layer, to)}`, detail: missWords(model, story, to) }),
    weight: () => ({ name: "weight", detail: routeOf(model, factor) }),
    slope: () => slopeWords(model, story, factor),
    input: () => ({ name: "what comes in", detail: layer === 0 ? sourceName(model, 1, to) : `the output of ${sourceName(model, layer + 1, to)}` }),
  }[factor.kind]();
}

/** The loss's slope by a logit: the probability of its class less 1 if that is right, else less 0. */
function missWords(model, { label, probabilities }, to) {
  const cls = model.net.sizes.at(-1) === 1 ? 1 : to;
  return `probability of ${CLASSES[cls].name} ${probabilities[cls] > 0.5 ? probabilityWords(probabilities[cls]) : formatDigits(probabilities[cls])}, minus ${cls === label ? "1: the right class" : "0: not the right class"}`;
}

function slopeWords(model, { layers }, { layer, from, to }) {
  const { symbol } = model.net.rowOf(layer);
  const z = `z\u00a0=\u00a0${formatDigits(layers[layer].pre[to])}`;
  if (model.net.activations[layer - 1] !== "softmax") return { name: `${symbol}′(z)`, detail: `${neuronPlace(model, layer, to)}, ${z}` };
  return { name: `slope of ${symbol}`, detail: `output ${from + 1} by neuron ${to + 1} of layer ${layer}, ${z}` };
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

const cap = (text) => (text.startsWith("x") ? text : text[0].toUpperCase() + text.slice(1)); // x₁ is a name

const sourceName = (model, layer, from) => (layer === 1 ? model.net.inputLabels[from] : `neuron ${from + 1} of layer ${layer - 1}`);

const neuronPlace = (model, layer, j) =>
  (layer > model.net.depth ? neuronName(model, layer, j) : `neuron ${j + 1} of layer ${layer}`);

/** The factors from the loss back to the first layer, and their product: a line for each layer. */
export function chainWords(model, { back }) {
  const last = back.length - 1;
  const parts = [`At the ${back[last].pre.length === 1 ? "logit" : "logits"} the loss has a slope of length ${formatFigure(sizeOf(back[last].pre))}.`];
  for (let l = last - 1; l >= 1; l--) {
    const [arriving, through, left] = [back[l + 1].pre, back[l].post, back[l].pre].map(sizeOf);
    if (arriving === 0) break;
    const symbol = model.net.rowOf(l).symbol;
    const slopes = through > 0 ? `, times ${formatFigure(left / through)} through the slopes of ${symbol}` : "";
    parts.push(`Layer ${l}: times ${formatFigure(through / arriving)} through the weights${slopes}, is ${formatFigure(left)}.`);
  }
  if (sizeOf(back[1].pre) === 0) parts.push("Nothing arrives at layer 1: this point teaches its weights nothing.");
  return parts;
}

/** The numbers of a layer's neurons, of those that are shown. */
export function layerTable(model, story, l, neurons) {
  const columns = columnsOf(model, story, l);
  const table = element("table", "lw-story-table");
  table.append(element("caption", "", l > model.net.depth ? "Output" : `Layer ${l}`));
  table.append(rowOf("th", ["", ...columns.map(([head]) => head)]));
  for (const j of neurons) {
    table.append(rowOf("td", [neuronName(model, l, j), ...columns.map(([, valueOf]) => formatFigure(valueOf(j)))]));
  }
  const left = story.layers[l].width - neurons.length;
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

/** Numbers of the neurons of layer l that are shown, in their order: all that are `needed`, then those on
 *  which most depends. */
export function shownNeurons({ layers, back }, l, needed) {
  const all = Array.from({ length: layers[l].width }, (_, j) => j);
  if (all.length <= MOST_NEURONS) return all;
  const weight = (j) => (needed.has(j) ? Infinity : Math.abs(layers[l].post[j] * (back ? back[l].post[j] : 1)));
  return all.sort((a, b) => weight(b) - weight(a) || a - b).slice(0, Math.max(MOST_NEURONS, needed.size)).sort((a, b) => a - b);
}
