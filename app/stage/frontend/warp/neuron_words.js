// What the neuron panel says about a neuron: its name, what it does on the data, its formula.

import { CLASSES } from "../draw/theme.js";
import { NEGATIVE_SLOPES, isStraight } from "../network/activations.js";
import { formatDigits, formatFigure, formatPercent, subscript } from "../network/numbers.js";

const SORT_FROM = 4; // a formula with this many inputs lists the largest weight first
const isOutput = (model, layer) => layer === model.net.sizes.length - 1;
const isSingleLogit = (model) => model.net.sizes.at(-1) === 1;

/** "neuron 3", "logit" or "logit: blue circle". */
export function neuronName(model, layer, index) {
  if (!isOutput(model, layer)) return `neuron ${index + 1}`;
  return isSingleLogit(model) ? "logit" : `logit: ${CLASSES[index].name}`;
}

/** What the neuron does on the data points: {text, dead}. */
export function neuronStatus(model, layer, index) {
  if (isOutput(model, layer)) return { text: outputShare(model, layer, index), dead: false };
  const name = model.net.activations[layer - 1];
  const { switches } = model.net.activationRows[name];
  const straight = switches && name in NEGATIVE_SLOPES;
  const on = positiveShare(model, layer, index);
  if (model.dead(layer, index)) {
    const constant = model.variation(layer, index) === 0 ? "constant" : "as good as constant";
    return { text: `dead: ${straight && on === 0 ? "never on" : constant}`, dead: true };
  }
  if (name === "softmax") return { text: largestWords(model, layer, index), dead: false };
  if (!switches) return { text: `z > 0 for ${formatPercent(on)}`, dead: false };
  if (on === 1 && straight) return { text: "always on", dead: false };
  return { text: on === 0 ? "never on" : `on for ${formatPercent(on)} of points`, dead: false };
}

/** Share of the data points on which z > 0. */
function positiveShare(model, layer, index) {
  const { pre, width } = model.layers[layer];
  let count = 0;
  for (let i = model.nodes; i < model.N; i += 1) if (pre[i * width + index] > 0) count += 1;
  return count / Math.max(1, model.N - model.nodes);
}

function outputShare(model, layer, index) {
  if (isSingleLogit(model)) return `positive for ${formatPercent(positiveShare(model, layer, 0))}`;
  return `predicted for ${formatPercent(model.answered(index))}`;
}

/** On which share of the data points no other z of the layer is larger. */
function largestWords(model, layer, index) {
  const { pre, width } = model.layers[layer];
  let count = 0;
  for (let i = model.nodes; i < model.N; i += 1) {
    const z = pre[i * width + index];
    let larger = 0; // of a tie each is the largest
    for (let j = 0; j < width; j += 1) if (pre[i * width + j] > z) larger += 1;
    if (!larger) count += 1;
  }
  return `largest for ${formatPercent(count / Math.max(1, model.N - model.nodes))}`;
}

/** {terms, bias, output}: "1.24 x₁", "− 0.70 x₂" …; "+ 0.31"; ", output = ReLU(z)". */
export function neuronFormula(model, layer, index) {
  const { weights, bias, width, fanIn } = model.layers[layer];
  const weight = (i) => weights[i * width + index];
  const order = Array.from({ length: fanIn }, (_, i) => i);
  if (fanIn >= SORT_FROM) order.sort((a, b) => Math.abs(weight(b)) - Math.abs(weight(a)));
  const { lifted, inputLabels } = model.net;
  const input = (i) => (lifted ? `· ${inputLabels[i]}` : inputLabels[i]);
  const terms = order.map(
    (i, place) => `${signed(weight(i), place === 0)} ${layer === 1 ? input(i) : `h${subscript(i + 1)}`}`,
  );
  return { terms, bias: signed(bias[index], false), output: outputWords(model, layer) };
}

function outputWords(model, layer) {
  if (isOutput(model, layer)) return "";
  const name = model.net.activations[layer - 1];
  if (name === "softmax") return ", output = its share of softmax over all z of the layer";
  return isStraight(name) ? ", output = z" : `, output = ${model.net.activationRows[name].symbol}(z)`;
}

/** "+ 0.31" or "− 0.70"; the first term of a sum carries no plus and no gap. */
function signed(value, first) {
  const size = Math.abs(value);
  const text = size && size < 1e-6 ? formatDigits(size) : formatFigure(size);
  const negative = value < 0;
  if (first) return negative ? `−${text}` : text;
  return `${negative ? "−" : "+"} ${text}`;
}

/** What the letters of a layer's formulas stand for. */
export function formulaNote(model, layer) {
  const notes = [];
  const sorted = model.layers[layer].fanIn >= SORT_FROM;
  if (layer > 1) notes.push(`h: the outputs of layer ${layer - 1}${sorted ? ", largest weight first" : ""}.`);
  else if (sorted) notes.push("Largest weight first.");
  if (isOutput(model, layer)) {
    notes.push(
      isSingleLogit(model)
        ? `z above 0 means ${CLASSES[1].name}, below 0 ${CLASSES[0].name}.`
        : "The class with the largest logit is predicted.",
    );
  }
  return notes.join(" ");
}

/** Everything about the neuron in one line, for a screen reader. */
export function neuronSpeech(model, layer, index) {
  const { terms, bias, output } = neuronFormula(model, layer, index);
  const name = neuronName(model, layer, index);
  const { text } = neuronStatus(model, layer, index);
  return `${name}: ${text}, over the data points. z = ${terms.join(" ")} ${bias} (bias)${output}`;
}
