// What the dial of the bend has made of the network, in words.

import { bentSlope } from "../network/activations.js";
import { formatNumber, formatPercent, timesZ } from "../network/numbers.js";
import { foldingOf, isSmooth } from "./dial.js";

/** Between what the bounded activations switch. */
const LIMITS = { tanh: "−1 and 1", sigmoid: "0 and 1" };

/** kind: "bend" or "sharpness"; bend: what the dial says; pieces: what `Meter` has counted, or null. */
export function sayDial(model, kind, bend, pieces) {
  const { net, frame } = model;
  const right = `${formatPercent(model.told().right)} of the training points right.`;
  const trained = net.steps[frame] > 0;
  return [sayFormula(net, kind, bend), right, sayPieces(pieces), kind === "sharpness" ? saySharp(net, bend, trained) : ""].filter(Boolean).join(" ");
}

function sayFormula(net, kind, bend) {
  const name = foldingOf(net) ?? net.trained.find(isSmooth);
  const { symbol } = net.activationRows[name];
  if (bend === 1) return `The activation is ${symbol}, as it is: move the dial, the weights stay.`;
  if (kind === "sharpness") return `f(z) = ${symbol}(${formatNumber(bend)} z), with the same weights.`;
  const slope = bentSlope(name, bend);
  if (net.trained.includes("softmax")) return `f(z) = ${slope === 1 ? "z" : `z above 0 and ${timesZ(slope)} below`}; softmax stays as it is, and so do the weights.`;
  if (slope === 1) return `Without its bend f(z) = z: all layers together are one straight map${net.lifted ? " of the inputs" : ""}.`;
  return `f(z) = z above 0 and ${timesZ(slope)} below, with the same weights.`;
}

/** What is seen at the ends of a dial of sharpness, and what it costs. */
function saySharp(net, bend, trained) {
  const limits = LIMITS[net.trained.find(isSmooth)];
  if (bend !== 1 && !trained) return "";
  if (bend !== 1) return "The next layer's weights were trained with the old sharpness: with a new one, mostly fewer points are right.";
  return limits ? `The sharper, the more each neuron is a switch between ${limits}; the flatter, the straighter.` : "";
}

function sayPieces(pieces) {
  if (!pieces) return "";
  const { count, complete, farthest } = pieces;
  const text = `${complete ? "" : "at least "}${count.toLocaleString("en")} straight ${count === 1 ? "piece" : "pieces"}${count > 1 ? ", by which neurons are on" : ""}`;
  const far = farthest > 0 ? `; the output is up to ${formatNumber(farthest)} away from that of the straight map` : "";
  return `${text[0].toUpperCase()}${text.slice(1)}${complete ? far : ""}.`;
}
