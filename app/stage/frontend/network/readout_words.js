// What there is to say of the last hidden space, seen along its cut.

import { NUMBER_WORDS, formatPercent, formatTimes } from "./numbers.js";
import { cutProgress, readoutOf } from "./readout.js";

const STILL = 1e-3; // radians: a turn that nobody sees

const said = (sentence, caption) => ({ sentence, caption });

/** What happens at u in the last segment: { sentence, caption: in at most eight words }. */
export function sayCut(model, u) {
  const view = readoutOf(model.net, model.frame);
  const { magnify, cut } = cutProgress(model.net, u);
  if (view.rank === 0) return model.collapsed(model.net.depth) ? sayOnePlace() : sayNoCut(model.net);
  if (cut === 1) return model.collapsed(model.net.depth) ? sayOnePlace() : sayWhoIsRight(model, view);
  if (cut > 0) return sayCutComes(model);
  if (magnify > 0 && view.magnification > 1) return sayMagnified(model, view, magnify);
  return sayLook(model, view, magnify > 0);
}

const sayNoCut = ({ nClasses }) => said(
  `The output weights are all ${nClasses > 2 ? "alike" : "0"}: there is no cut, and the network says the same everywhere.`,
  `The output weights are ${nClasses > 2 ? "alike" : "0"}: no cut.`);

function sayMagnified({ cut: { exact, right } }, { magnification }, magnify) {
  const [done, times] = [magnify > 1 - 1e-6, formatTimes(magnification)];
  const why = exact && right === 1 ? "the gap" : "what lies near it";
  return said(`${done ? "Zoomed in across the cut, " : "Zooming in across the cut, up to "}${times}, to see ${why}.`,
    `${done ? "Zoomed in across the cut: " : "Zooming in across: up to "}${times}.`);
}

const sayOnePlace = () => said("All points are in one place: the network says the same of all of them.", "All points are in one place.");

function sayCutComes({ cut, net }) {
  const cuts = net.nClasses > 2 ? "Now the cuts: each part is a class." : "Now the cut: each side is a class.";
  const words = cut.exact ? cuts : "Rings mark the points that are told wrong.";
  return said(words, words);
}

/** turned: whether the camera has turned by now. */
function sayLook({ net, cut }, { spin, angles, rank }, turned) {
  const still = Math.max(Math.abs(spin), ...angles.map(Math.abs)) < STILL;
  if (!cut.exact) {
    return said(turned || still ? "Seen from here, each class's output grows towards its own corner." : "The camera turns: each class's output grows towards its own corner.",
      "Each class's output grows towards its corner.");
  }
  if (net.sizes[net.depth] === 1) {
    const one = net.depth > 0 ? "One neuron" : "One input";
    const cuts = net.nClasses > 2 ? "every cut" : "the cut";
    return said(`${one}: the last space is a line, and ${cuts} is a place on it.`, `${one}: ${cuts} is a place.`);
  }
  if (rank > 2) {
    return said(`${turned || still ? "Seen from here" : "The camera turns"}: no look shows all the cuts edge-on at once.`,
      "No look shows all the cuts edge-on.");
  }
  const cuts = net.nClasses > 2 ? "cuts are" : "cut is";
  if (turned) return said(`The ${cuts} seen edge-on now. Nothing has to be drawn larger.`, `The ${cuts} edge-on now.`);
  if (still) {
    return said(`The ${cuts} seen edge-on from here: nothing has to turn.`, `The ${cuts} edge-on from here.`);
  }
  return said(`The camera turns until the ${cuts} seen edge-on. Nothing else moves.`,
    `The camera turns until the ${cuts} edge-on.`);
}

function sayWhoIsRight({ net, cut: { exact, right } }, { rank }) {
  const classes = NUMBER_WORDS[net.nClasses];
  const count = (net.points.length / 2).toLocaleString("en");
  const share = right === 1 ? `all ${count} training points` : `${formatPercent(right)} of the ${count} training points`;
  const percent = right === 1 ? "all" : formatPercent(right);
  if (!exact) {
    return said(`This flat picture holds the cuts between ${classes} classes only in part. Told right: ${share}${right === 1 ? "" : "; rings mark the others"}.`,
      `No flat cut: ${percent} told right.`);
  }
  if (net.nClasses === 2) {
    if (net.pictureDims[net.depth + 1] === 3) { // seen along it, a plane is a line
      if (right === 1) return said(`A flat plane, edge-on a line, is enough: ${share} lie on their side.`, "A flat plane, edge-on, is enough for all.");
      return said(`One flat plane: ${share} lie on their side.`, `One flat plane: ${percent} on their side.`);
    }
    if (right === 1) return said(`A straight line is enough: ${share} lie on their side.`, "A straight line is enough for all.");
    return said(`One straight cut: ${share} lie on their side.`, `One straight cut: ${percent} on their side.`);
  }
  const what = rank === 1 ? `The outputs of ${classes} classes differ in one direction only: no two cuts meet.`
    : `Straight cuts between ${classes} classes:`;
  return said(`${what} ${rank === 1 ? capital(share) : share} lie on their side.`, `Straight cuts: ${percent} on their side.`);
}

/** Of a cut that is moved by hand: who is right then. */
export const sayMoved = ({ right }, count, isHeld) =>
  `Moved by hand: ${formatPercent(right)} of the ${count.toLocaleString("en")} training points on their side. ${isHeld ? "Let go, and it goes" : "Escape puts it"} back.`;

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** Whether the network ends with one cut that the hand can move. */
export const hasMovableCut = (model) =>
  model.net.ending === "cut" && model.net.sizes.at(-1) === 1 && model.cut.exact && model.boundary.segments.length > 0;

/** What the picture leaves out, and what it enlarges. */
export function noteOnCut(model, u) {
  const { net, frame } = model;
  const view = readoutOf(net, frame);
  const notes = [];
  if (model.collapsed(net.depth)) notes.push(`All points are in one place${net.sizes[net.depth] > 1 ? ` of ${net.sizes[net.depth]} dimensions` : ""}.`);
  else if (!net.exact[net.depth]) {
    const kind = net.pictureDims[net.depth + 1] === 3 ? "A 3-D view" : "A view";
    notes.push(`${kind} of ${net.sizes[net.depth]} dimensions: ${formatPercent(net.share(frame, net.depth + 1))} of the spread.`);
  }
  const { magnify } = cutProgress(net, u);
  if (magnify > 0 && view.magnification > 1) {
    const times = formatTimes(view.magnification);
    if (magnify < 1) notes.push(`Across is enlarged, up to ${times}.`);
    else if (!cutAxisName(model, 0, u).includes(times)) notes.push(`Across is drawn ${times} as large.`);
  }
  return notes.join(" ");
}

/** What an axis of the view along the cut measures at u. */
export function cutAxisName(model, axis, u, threshold) {
  const { net, frame, cut } = model;
  const view = readoutOf(net, frame);
  if (view.rank === 0) return model.collapsed(net.depth) ? "no spread" : ["largest spread", "next largest spread", "least spread"][axis];
  if (axis >= view.rank) return `${axis > view.rank ? "also " : ""}along the ${net.nClasses > 2 ? "cuts" : "cut"}`;
  if (!cut.exact) return `mixture ${axis + 1} of the outputs`;
  if (net.nClasses > 2) return `the outputs' differences, direction ${axis + 1}`;
  if (threshold) return "distance from the network's own cut";
  return view.magnification > 1 && cutProgress(net, u).magnify === 1 ? `distance from the cut, drawn ${formatTimes(view.magnification)} as large` : "distance from the cut";
}
