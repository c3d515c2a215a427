// What there is to say of the last hidden space, seen along its cut.

import { formatNumber, formatPercent } from "./numbers.js";
import { cutProgress, readoutOf } from "./readout.js";

const NUMBERS = ["no", "one", "two", "three", "four", "five"];
const NO_CUT = "The output weights are all 0: there is no cut, and the network says the same everywhere.";

/** One plain sentence on what happens at u in the last segment. */
export function describeCut(model, u) {
  const { net, frame } = model;
  const view = readoutOf(net, frame);
  const { magnify, cut } = cutProgress(net, u);
  if (view.rank === 0) return NO_CUT;
  if (cut > 0) return cutWords(model, view);
  if (magnify > 0 && view.magnification > 1) return `Across is drawn ${times(view)} as large, to see the gap at the cut.`;
  return lookWords(model);
}

function lookWords({ net, cut }) {
  if (!cut.exact) return "The camera turns: each class's output grows towards its own corner.";
  if (net.sizes[net.depth] === 1) return "One neuron: the last space is a line, and the cut is a place on it.";
  return `The camera turns until the ${net.nClasses > 2 ? "cuts are" : "cut is"} seen edge-on. Nothing else moves.`;
}

function cutWords({ net, cut }, { rank }) {
  const share = `${formatPercent(cut.right)} of the ${(net.points.length / 2).toLocaleString("en")} training points`;
  const classes = NUMBERS[net.nClasses];
  if (!cut.exact) {
    return `No flat picture holds the cuts between ${classes} classes. Told right: ${share}; rings mark the others.`;
  }
  if (net.nClasses === 2) return `One straight cut: ${share} lie on their side.`;
  if (rank === 1) return `The outputs of ${classes} classes differ in one direction only: parallel cuts. ${share} lie on their side.`;
  return `Straight cuts between ${classes} classes: ${share} lie on their side.`;
}

/** What the picture leaves out, and what it enlarges. */
export function noteOnCut(model, u) {
  const { net, frame } = model;
  const view = readoutOf(net, frame);
  const dimensions = net.pictureDims[net.depth + 1];
  const notes = [];
  if (!net.exact[net.depth]) {
    const kind = dimensions === 3 ? "A 3-D view" : "A view";
    notes.push(`${kind} of ${net.sizes[net.depth]} dimensions: ${formatPercent(net.share(frame, net.depth + 1))} of the spread.`);
  }
  if (cutProgress(net, u).magnify > 0 && view.magnification > 1) notes.push(`Across is drawn ${times(view)} as large.`);
  if (dimensions === 3) notes.push("Drag the picture to look from another side.");
  return notes.join(" ");
}

const times = ({ magnification }) => `${formatNumber(magnification)} times`;

/** What an axis of the finished view measures. */
export function cutAxisName({ net, frame }, axis) {
  const view = readoutOf(net, frame);
  if (axis >= view.rank) return axis === view.rank ? "largest spread beside it" : "next largest spread";
  if (net.nClasses > 2) return `difference of outputs ${axis + 1}`;
  return view.magnification > 1 ? `distance from the cut, drawn ${times(view)} as large` : "distance from the cut";
}
