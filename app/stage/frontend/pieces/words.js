// What the page "Pieces" says about the network that it draws, in plain words.

import { NEGATIVE_SLOPES } from "../network/activations.js";
import { plainNumber, shortNumber } from "./tools.js";

const POINTING = 0.01; // share of the interval that a pointer is exact to
const MOST_STARTS = 2;

const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/** "37 pieces, at most 137 possible" */
export function piecesWords(model) {
  const { form } = model;
  if (!form.exact) return "Smooth: no pieces, no breakpoints";
  const pieces = count(form.kinks.length + 1, "piece");
  return `${pieces}, at most ${model.mostPieces().toLocaleString("en")} possible`;
}

/** Breakpoints that bend the output, and those that do not. */
export function breakpointWords(model) {
  const { form } = model;
  if (!form.exact) return "This activation bends everywhere a little, so there is nothing to count.";
  const all = form.x.length - 2;
  const bending = form.kinks.length;
  if (all === 0) return "No neuron starts or stops between the ends: one straight line.";
  if (all === bending) return `${count(all, "breakpoint")}, and the output bends at ${all === 1 ? "it" : "every one"}.`;
  const silent = all - bending;
  return `${count(all, "breakpoint")}: the output bends at ${bending}, not at the other ${silent}, where what follows does not pass the bend on.`;
}

/** "Largest error 0.0123 at x = 0.4; best possible for 3 ReLUs 0.0102: gap 1.2 times." */
export function errorWords(model) {
  const { net, form: { error, layers } } = model;
  const where = net.targetKind === "points" ? "at the points" : `at x = ${plainNumber(error.x)}`;
  if (error.value === 0) return `No error ${net.targetKind === "points" ? where : "anywhere"}.`;
  const text = `Largest error ${shortNumber(error.value)} ${where}`;
  if (!net.best) return `${text}.`;
  const at = net.handBuilt ? layers[0].width - 1 : Math.min(model.frame, net.best.length - 1);
  const best = net.best[at];
  return `${text}; best possible for ${net.bestWords[at]} ${shortNumber(best)}: ${gapWords(error.value / best)}.`;
}

function gapWords(gap) {
  if (gap < 1.005) return "reached";
  return `gap ${gap < 100 ? plainNumber(gap, 1) : Math.round(gap).toLocaleString("en")} times`;
}

/** What can be done with the picture, while nothing is pointed at. */
export function restWords({ net, form }) {
  if (net.handBuilt) return "Drag a slider, or a numbered hinge in the picture. Point at a place to read its numbers.";
  if (!form.exact) return "Point at a place to read its numbers.";
  return "Each hinge is the place where a neuron starts or stops. Point at a place to read its numbers.";
}

/** What holds at the place under the pointer. */
export function placeWords(model, x) {
  const { target, value, slope, on } = model.at(x);
  const parts = [`x = ${plainNumber(x)}`];
  if (target !== null) parts.push(`target ${shortNumber(target)}`);
  parts.push(`output ${shortNumber(value)}`, `slope ${plainNumber(slope)}`);
  if (!model.form.exact) return [parts.join(" · ")];
  return [parts.join(" · "), onWords(on, model.form.activations), ...startWords(model, x)];
}

/** Of the neurons of layer 1 whose hinge is at x, as near as one can point: where it comes from. */
function startWords({ form, net }, x) {
  const [{ weights, bias }] = form.layers;
  if (form.layers.length < 2 || NEGATIVE_SLOPES[form.activations[0]] === 1) return [];
  return Array.from(bias, (b, j) => [weights[j], b, j + 1])
    .filter(([w, b]) => w !== 0 && Math.abs(-b / w - x) < POINTING * (net.high - net.low))
    .slice(0, MOST_STARTS)
    .map(([w, b, number]) => `Neuron ${number} has its hinge at −bias / weight = ` +
      `${plainNumber(-b)} / ${plainNumber(w)} = ${plainNumber(-b / w)}`);
}

function onWords(on, activations) {
  const words = on.map((pre, l) => {
    const active = [...pre.keys()].filter((j) => pre[j] > 0).map((j) => j + 1);
    const layer = on.length > 1 ? `layer ${l + 1}: ` : "";
    if (NEGATIVE_SLOPES[activations[l]] === 1) return `${layer}always on`;
    if (pre.length > 12) return `${layer}${active.length} of ${pre.length}`;
    return `${layer}${active.length ? active.join(", ") : "none"}`;
  });
  return words.length ? `Neurons on: ${words.join("; ")}` : "A straight line: no neurons.";
}

/** Where the hinge of a neuron built by hand is, and what it does there. */
export function hingeWords({ w, b, v }, low, high) {
  if (w === 0) return b > 0 ? `no hinge: always adds ${plainNumber(v * b)}` : "no hinge: always off";
  const hinge = -b / w;
  const where = `hinge −b/w = ${plainNumber(hinge)}`;
  const bend = v * Math.abs(w);
  const side = w > 0 ? "right" : "left";
  if (hinge < low || hinge > high) return `${where}, outside the picture`;
  return `${where}, on to its ${side}; bends the sum by ${bend > 0 ? "+" : ""}${plainNumber(bend)}`;
}
