// What happens on the stage, in plain words.

import { formatNumber, formatPercent } from "./numbers.js";
import { describeCut, noteOnCut, cutAxisName } from "./readout_words.js";

const NUMBERS = ["no", "one", "two", "three", "four", "five"];

/** One plain sentence on what happens at timeline position u. */
export function describe(model, u) {
  const { net } = model;
  const { layer, name, t } = net.stageAt(u);
  if (u <= 0) return inputWords(net);
  if (net.ending === "cut" && u > net.depth) return describeCut(model, u);
  if (t === 0 && (name === "stretch" || name === "look")) return `After layer ${layer - 1}: ${dimensionWords(net, layer - 1)}.`;
  if (u >= net.depth + 1) return outputWords(net);
  const path = net.path(model.frame, layer);
  const who = layer > net.depth ? "The read-out" : `Layer ${layer}`;
  const mirror = path[19] > 0.5 && name === "stretch"
    ? " This layer is a mirror: on its way the picture must pass through flat." : "";
  if (name === "stretch") return `${who} stretches: ${stretchWords(path, net, layer)}.${mirror}`;
  if (name === "turn") return `${who} turns: ${turnWords(path)}.`;
  if (name === "shift") return `${who} shifts: ${shiftWords(path, net, layer)}.`;
  const { bends } = net.activationRows[net.activations[layer - 1]];
  return t === 0 ? `${who} before its activation. Next: ${bends}.` : `${who} bends: ${bends}.`;
}

/** What to know about the picture at u: that it is a projection, that it can be turned; or "". */
export function projectionNote(model, u) {
  const { net } = model;
  const { layer, tau } = net.stageAt(u);
  const shown = tau < 0.5 ? layer - 1 : layer;
  if (net.ending === "cut" && shown > net.depth) return noteOnCut(model, u);
  const turnable = net.pictureDims[shown] === 3 ? "Drag the picture to look at it from another side." : "";
  if (net.exact[shown]) return turnable;
  const spread = [0, 1, 2].some((axis) => axisShare(model, shown, axis) > 0);
  if (!spread && net.view !== "neurons") return `All points are in one place of ${net.sizes[shown]} dimensions.`;
  const kind = net.pictureDims[shown] === 3 ? "A 3-D picture" : "A flat picture";
  const share = net.share(model.frame, shown);
  const hidden = share < 0.995 ? ", so what overlaps here may lie apart" : "";
  const chosen = net.view === "neurons" ? `, neurons ${listWords(net.chosen.map((j) => j + 1))} only` : "";
  return `${kind} of ${net.sizes[shown]} dimensions${chosen}: ${formatPercent(share)} of the spread${hidden}. ${turnable}`.trim();
}

/** What axis 0, 1 or 2 of the picture of a layer measures. */
export function axisName(model, layer, axis) {
  const { net } = model;
  if (layer === 0) return `x${"₁₂₃"[axis]}`;
  if (layer > net.depth && net.ending === "cut") return cutAxisName(model, axis);
  if (layer === net.depth + 1 && net.exact[layer]) {
    return net.sizes[layer] === 1 ? "logit" : `logit ${axis + 1}`;
  }
  if (net.exact[layer]) return `neuron ${axis + 1}`;
  if (net.view === "neurons") return `neuron ${net.chosen[axis] + 1}`;
  return `principal direction ${axis + 1} (${formatPercent(axisShare(model, layer, axis))})`;
}

/** Share 0..1 of the points' spread in the layer that lies along one axis of its picture. */
function axisShare(model, layer, axis) {
  const shares = (model.entry.axisShares ??= []);
  return (shares[layer] ??= axisShares(model, layer))[axis];
}

function axisShares(model, layer) {
  const { post, width } = model.layers[layer];
  const picture = model.pictures[layer].post;
  const { basis } = model.net.picture(model.frame, layer);
  let total = 0;
  for (let j = 0; j < width; j++) total += variance(post, j, width, model.nodes, model.N);
  return [0, 1, 2].map((axis) => {
    let square = 0;
    for (let j = 0; j < width; j++) square += basis[3 * j + axis] ** 2;
    return total * square > 0 ? variance(picture, axis, 3, model.nodes, model.N) / square / total : 0;
  });
}

function variance(values, column, columns, from, to) {
  let sum = 0;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const value = values[i * columns + column];
    sum += value;
    squares += value * value;
  }
  const n = to - from;
  return Math.max(squares / n - (sum / n) ** 2, 0);
}

const listWords = (items) => `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

function inputWords(net) {
  const points = (net.points.length / 2).toLocaleString("en");
  return `The input space: ${points} points, ${NUMBERS[net.nClasses]} classes, and the network's decision boundary.`;
}

function dimensionWords(net, layer) {
  const size = net.sizes[layer];
  if (size === 1) return "its one neuron puts every point on a line";
  return `each point is now ${size <= 5 ? NUMBERS[size] : size} numbers, one a neuron`;
}

function outputWords(net) {
  if (net.sizes.at(-1) === 1) return "The read-out: one number a point, the logit. Right of 0 the network says orange, left of 0 blue.";
  return `The read-out: ${NUMBERS[net.sizes.at(-1)]} logits a point, one a class. The largest wins.`;
}

function stretchWords(path, net, layer) {
  // Factors beyond the dimensions of the picture that comes in are only there to turn the page.
  const shown = net.pictureDims[layer - 1];
  const real = [...path.subarray(9, 9 + shown)].map(Math.abs).sort((a, b) => b - a);
  const ways = real.filter((factor) => factor >= 1e-3).map(formatNumber);
  const text = `times ${ways.length > 2 ? `${ways[0]}, ${ways[1]} and ${ways[2]} in three directions`
    : ways.length === 2 && shown === 2 ? `${ways[0]} in one direction, ${ways[1]} across it`
    : ways.length === 2 ? `${ways[0]} and ${ways[1]} in two directions` : ways[0] ?? "0"}`;
  return ways.length < real.length ? `${text}; what is across is pressed flat` : text;
}

function turnWords(path) {
  const degrees = Math.round((path[15] * 180) / Math.PI);
  if (degrees === 0) return "by less than a degree";
  const angle = `by ${degrees} ${degrees === 1 ? "degree" : "degrees"}`;
  if (Math.abs(path[14]) > 0.999) return `${angle} ${path[14] > 0 ? "counterclockwise" : "clockwise"}`;
  return `${angle} through the third dimension${degrees === 180 ? ", like a page" : ""}`;
}

function shiftWords(path, net, layer) {
  const length = Math.hypot(path[16], path[17], path[18]);
  const bias = net.exact[layer] && net.exact[layer - 1] ? "its bias moves every point by" : "every point moves by";
  return `${bias} ${formatNumber(length)}`;
}
