// What the mesh shows, in plain words.

import { isPiecewise } from "../network/activations.js";
import { formatNumber, subscript, superscript } from "../network/numbers.js";
import { isLevel, sayInputs } from "../network/words.js";

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

/** Whether hidden layer l, from 1, folds along lines: identity does not, nor does any in a smooth network. */
export const foldsAt = (net, l) => !net.smooth && net.rowOf(l).folds;

/** Whether any layer does. */
export const canFold = (net) => net.activations.some((_, l) => foldsAt(net, l + 1));

/** One or two sentences on the pieces after the first `folds` layers, of which `thin` cannot be seen. */
export function meshWords(mesh, net, folds, thin = 0) {
  const when = net.frameCount > 1 ? `At step ${whole(net.steps[mesh.frame])}` : "With these weights";
  if (mesh.nodes) return `${when}: ${smoothWords(mesh, net)}`;
  if (net.depth === 0) return `${when}: a linear model has no folds. The whole plane is one straight piece.`;
  if (!canFold(net)) {
    return `${when}: identity bends nothing, so no neuron folds the plane. All of it is one straight piece, whatever the weights.`;
  }
  if (folds === 0) return `${when}, before any fold: the plane is one flat sheet. Press Folds to see how each layer folds it.`;
  const cutShort = !mesh.complete && folds > mesh.stoppedAt.layer;
  const unseen = thin && !cutShort ? `, ${whole(thin)} of them too thin or small to see in the whole picture` : "";
  const found = `${cutShort ? "at least " : ""}${pieces(mesh.levels[folds])}${unseen}`;
  const most = ` At most ${formatCount(net.mostRegions[folds])} ${folds < net.depth ? `after layer ${folds}` : "with these widths"}.`;
  if (cutShort) return `${when}: ${found}.${most}${stoppedWords(mesh)}`;
  if (!foldsAt(net, folds)) return `${when}: ${found}. Layer ${folds} is identity: it folds nothing.`;
  return `${when}: ${folds === 1 ? firstWords(mesh, found) : `${found}. ${laterWords(mesh, folds)}`}${most}`;
}

/** Why a network with these activations has no pieces, and what is drawn instead. */
function smoothWords({ nodes }, net) {
  const { activations, activationRows } = net;
  const grid = `Colors and boundary come from a grid of ${nodes} × ${nodes} points.`;
  if (activations.some((_, l) => isLevel(net, l + 1))) {
    return "Softmax of one neuron is 1 for every point: the network answers the same everywhere.";
  }
  if (net.lifted) {
    return `the network is given ${sayInputs(net)}. What is straight for it need not be so in this plane: exact pieces are drawn of x₁ and x₂ only. ${grid}`;
  }
  const names = [...new Set(activations)];
  const symbols = (kind) => names.filter(kind).map((name) => activationRows[name].symbol);
  const smooth = symbols((name) => !isPiecewise([name]));
  const folding = symbols((name) => activationRows[name].folds);
  const bend = smooth.length > 1 ? "bend" : "bends";
  const besides = folding.length ? `, and the lines along which ${folding.join(" and ")} ${folding.length > 1 ? "fold" : "folds"} it are not drawn` : "";
  return `${smooth.join(" and ")} ${bend} the plane gently, not along lines: no straight pieces are counted${besides}. ${grid}`;
}

function firstWords({ levels }, found) {
  if (levels[1] === 1) return `no fold line of layer 1 crosses this picture: ${found}.`;
  if (levels[1] === 2) return `the fold line of layer 1 is straight: ${found}.`;
  return `the fold lines of layer 1 are straight, at most one for each neuron. Together: ${found}.`;
}

function laterWords({ levels }, folds) {
  const [before, gained] = [levels[folds - 1], levels[folds] - levels[folds - 1]];
  if (!gained) return `Layer ${folds} folds nowhere in the whole picture.`;
  const bent = before > 1 ? "; where a later fold line crosses an earlier one, it can bend" : "";
  return `Layer ${folds} adds ${whole(gained)} to the ${whole(before)} before it${bent}.`;
}

/** While the fold lines of layer `folds` come one by one: of the newest of `drawn`. */
export function lineWords({ creases, stoppedAt }, net, folds, drawn) {
  if (drawn === 0) return `Layer ${folds} begins to fold.`;
  const neuron = `Neuron ${drawn} of the ${net.sizes[folds]} in layer ${folds}`;
  const [layer, last] = stoppedAt ? [stoppedAt.layer + 1, stoppedAt.neuron] : [Infinity, 0];
  if (folds > layer || (folds === layer && drawn > last)) return `${neuron} is not worked out: there are too many pieces.`;
  let found = false;
  for (let h = 0; h < creases.length && !found; h += 2) found = creases[h] === folds - 1 && creases[h + 1] === drawn - 1;
  return found ? `${neuron} has drawn its fold line.` : `${neuron} folds nothing in the whole picture.`;
}

function stoppedWords({ stoppedAt }) {
  return ` Too many pieces to find them all: the mesh ends at neuron ${stoppedAt.neuron + 1} of layer ${stoppedAt.layer + 1}.`;
}

/** Whether a neuron with z > 0 is "on" in every folding layer up to `folds`: one of the absolute value is not off below. */
export const isSwitched = (net, folds) =>
  net.activations.slice(0, folds).every((name, l) => !foldsAt(net, l + 1) || net.activationRows[name].switches);

/** Where the carried picture is. */
export function placeWords(model, u) {
  const { depth } = model.net;
  const { layer, name } = model.stageAt(u);
  const rest = Math.abs(u - Math.round(u)) < 1e-3 ? Math.round(u) : null;
  if (rest === 0) return "before the layers";
  if (layer < 1) return rest === null ? "on the way to the inputs" : "in the plane";
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
    if (!foldsAt(net, l + 1)) return [`Layer ${l + 1}`, "identity: every neuron passes on what it gets"];
    const on = [...layers[l + 1].pre.keys()].filter((j) => layers[l + 1].pre[j] > 0).map((j) => j + 1);
    const listed = on.slice(0, MOST_LISTED).join(", ") + (on.length > MOST_LISTED ? ", …" : "");
    const active = net.rowOf(l + 1).switches ? "on" : "with z > 0";
    return [`Layer ${l + 1}`, `${on.length} of ${net.sizes[l + 1]} ${net.sizes[l + 1] === 1 ? "neuron" : "neurons"} ${active}${on.length ? `: ${listed}` : ""}`];
  });
}

/** A positive number for people, however small: 1.24, 0.031, 3.1 × 10⁻⁷ */
export function formatSmall(value) {
  if (value >= 0.01 || value === 0) return formatNumber(value);
  if (value >= 1e-4) return value.toPrecision(2);
  const [mantissa, power] = value.toExponential(1).split("e");
  return `${mantissa} × 10${superscript(power)}`;
}
