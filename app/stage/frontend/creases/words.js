// What the mesh shows, in plain words.

import { isStraight } from "../network/activations.js";
import { formatNumber, subscript, superscript } from "../network/numbers.js";

const MOST_LISTED = 14;

const whole = (count) => count.toLocaleString("en");

/** 97, 18,769 or 1.1 × 10⁸ */
function formatCount(count) {
  if (count < 1e7) return whole(Math.round(count));
  const power = Math.floor(Math.log10(count) + 1e-12);
  return `${(count / 10 ** power).toFixed(1)} × 10${superscript(power)}`;
}

const pieces = (count) => (count === 1 ? "1 straight piece" : `${whole(count)} straight pieces`);

/** How far a mesh is that takes its time; see buildMesh. */
export function progressWords(progress) {
  if (!progress) return "Working out the pieces …";
  const { layer, layers, pieces } = progress;
  return `Working out the pieces … ${formatCount(pieces)} after layer ${layer} of ${layers}`;
}

/** Whether hidden layer l, from 0, bends anything: identity does not. */
const bends = (net, l) => !isStraight(net.activations[l]);

/** One or two sentences on the pieces after the first `folds` layers. */
export function meshWords(mesh, net, folds) {
  const count = mesh.levels[folds];
  const most = net.mostRegions?.[folds];
  const step = `At step ${whole(net.steps[mesh.frame])}`;
  const possible = most && folds ? ` At most ${formatCount(most)} with these widths.` : "";
  if (net.depth === 0) return `${step}: a linear model has no folds. The whole plane is one straight piece.`;
  if (!net.activations.some((_, l) => bends(net, l))) {
    return `${step}: identity bends nothing, so no neuron folds the plane. All of it is one straight piece, whatever the weights.`;
  }
  if (folds === 0) return `${step}, before any fold: the plane is one flat sheet. Add layers to see how each one folds it.`;
  const stopped = mesh.complete ? "" : stoppedWords(mesh);
  if (!bends(net, folds - 1)) return `${step}: ${pieces(count)}. Layer ${folds} is identity: it folds nothing.`;
  if (folds === 1) {
    const lines = count === 1
      ? "no fold line of layer 1 crosses this picture:" : "the fold lines of layer 1 are straight, one a neuron at most. Together:";
    return `${step}: ${lines} ${pieces(count)}.${possible}${stopped}`;
  }
  if (stopped && folds > mesh.stoppedAt.layer) return `${step}: at least ${pieces(count)}.${possible}${stopped}`;
  const gained = count - mesh.levels[folds - 1];
  const before = mesh.levels[folds - 1];
  const bent = before > 1 ? "; its fold lines bend where they cross earlier ones" : "";
  const newest = gained
    ? `Layer ${folds} adds ${whole(gained)} to the ${whole(before)} before it${bent}.`
    : `Layer ${folds} folds nowhere in this picture.`;
  return `${step}: ${pieces(count)}. ${newest}${possible}${stopped}`;
}

/** While the fold lines of layer `folds` come one by one: of the newest of `drawn`. */
export function lineWords({ creases }, net, folds, drawn) {
  const of = `of the ${net.sizes[folds]} in layer ${folds}`;
  if (drawn === 0) return `Layer ${folds} begins to fold.`;
  let found = false;
  for (let h = 0; h < creases.length && !found; h += 2) found = creases[h] === folds - 1 && creases[h + 1] === drawn - 1;
  return found ? `Neuron ${drawn} ${of} has drawn its fold line.` : `Neuron ${drawn} ${of} folds nothing in this picture.`;
}

function stoppedWords({ stoppedAt }) {
  return ` Too many pieces to find them all: the mesh ends at neuron ${stoppedAt.neuron + 1} of layer ${stoppedAt.layer + 1}.`;
}

/** Where the carried picture is. */
export function placeWords(model, u) {
  const { depth } = model.net;
  const { layer, name } = model.stageAt(u);
  const rest = Math.abs(u - Math.round(u)) < 1e-3 ? Math.round(u) : -1;
  if (rest === 0) return "before the layers";
  if (rest > depth) return "at the read-out";
  if (rest > 0) return `after layer ${rest}`;
  return layer > depth ? `in the read-out: ${name}` : `in layer ${layer}: ${name}`;
}

/** "1.20 x₁ − 0.50 x₂ + 0.31" of face f for output j. */
export function mapWords(mesh, f, j) {
  const { maps, outputs: m } = mesh;
  const [a, b, c] = [0, 1, 2].map((row) => maps[3 * m * f + row * m + j]);
  const term = (value, name) => `${value < 0 ? " − " : " + "}${formatNumber(Math.abs(value))}${name}`;
  return `${formatNumber(a)} x${subscript(1)}${term(b, ` x${subscript(2)}`)}${term(c, "")}`;
}

/** For every hidden layer: "Layer 1: 9 of 16 on (1, 2, 5, …)". */
export function onWords(model, x, y) {
  const { net } = model;
  const { layers } = model.evaluate(x, y);
  return Array.from({ length: net.depth }, (_, l) => {
    if (!bends(net, l)) return [`Layer ${l + 1}`, "identity: every neuron passes on what it gets"];
    const on = [...layers[l + 1].pre.keys()].filter((j) => layers[l + 1].pre[j] > 0).map((j) => j + 1);
    const listed = on.slice(0, MOST_LISTED).join(", ") + (on.length > MOST_LISTED ? ", …" : "");
    return [`Layer ${l + 1}`, `${on.length} of ${net.sizes[l + 1]} neurons on${on.length ? `: ${listed}` : ""}`];
  });
}

/** A positive number for people, however small: 1.24, 0.031, 3.1 × 10⁻⁷ */
export function formatSmall(value) {
  if (value >= 0.01 || value === 0) return formatNumber(value);
  if (value >= 1e-4) return value.toPrecision(2);
  const [mantissa, power] = value.toExponential(1).split("e");
  return `${mantissa} × 10${superscript(power)}`;
}
