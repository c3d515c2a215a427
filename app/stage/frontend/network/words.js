// What happens on the stage, in plain words.

import {
  FLAT, bendsNothing, isMirror, mirrorsPlane, shiftLength, stretchFactors, turnAngle, turnInPlane,
} from "./motions.js";
import { NUMBER_WORDS, formatNumber, formatPercent, formatTimes } from "./numbers.js";
import { cutProgress } from "./readout.js";
import { cutAxisName, hasMovableCut, noteOnCut, sayCut } from "./readout_words.js";

const JUST_IN = 1e-3; // of a stage: as good as its start
const KEPT = 0.02; // a size this near to 1 is kept
const DIRECTIONS = {
  2: ["in one direction", "across"], 3: ["in one direction", "in a second", "in the third"],
};

/** One plain sentence on what happens at timeline position u. */
export const describe = (model, u) => say(model, u).sentence;

/** The same in at most eight words, to be read while things move. */
export const caption = (model, u) => say(model, u).caption;

function say(model, u) {
  const { net } = model;
  const { layer, name, t } = net.stageAt(u);
  if (u <= net.start) return sayInput(model);
  if (name === "lift") return sayLift(net);
  if (net.ending === "cut" && u > net.depth) return sayCut(model, u);
  if (t === 0 && (name === "stretch" || name === "look")) return sayRest(model, layer - 1);
  if (u >= net.depth + 1) return sayOutput(net);
  const who = layer > net.depth ? "The read-out" : `Layer ${layer}`;
  const said = SAY[name](model, layer, who, t);
  return name === "bend" || (net.exact[layer - 1] && net.exact[layer]) ? said : ofPicture(said);
}

/** Space has more directions than a picture of it: what moves is the picture. */
const ofPicture = ({ caption, sentence }) => ({
  caption: caption.replace(/(?<!in )space|the plane/, "it"),
  sentence: sentence.replace(/space|the plane/, "this picture").replace("turns by", "turns this picture by"),
});

const SAY = { stretch: sayStretch, turn: sayTurn, shift: sayShift, bend: sayBend };

/** What is short enough for both. */
const both = (text) => ({ caption: text, sentence: text });

/** In whose picture one is at u: halfway to the next it is that; once the camera has turned, the last. */
export function shownLayer(model, u) {
  const { layer, gone } = wayAt(model.net, u);
  return gone < 0.5 ? layer - 1 : layer;
}

/** Whether at u a picture is on its way to the next: what its axes measured then, they do not now. */
export function isUnderway(model, u) {
  const { gone } = wayAt(model.net, u);
  return gone > 0 && gone < 1;
}

/** The layer to whose picture the one before it is on the way at u, and the share of the way that is gone. */
function wayAt(net, u) {
  const { layer, name, t, tau } = net.stageAt(u);
  return { layer, gone: name === "lift" ? t : net.ending === "cut" && layer > net.depth ? cutProgress(net, u).look : tau };
}

/** What to know about the picture at u: what it leaves out and what it enlarges; or "". */
export function projectionNote(model, u) {
  const { net } = model;
  const shown = shownLayer(model, u);
  if (net.ending === "cut" && shown > net.depth) return noteOnCut(model, u);
  if (net.isExact(shown)) return "";
  const kind = net.pictureDims[shown] === 3 ? "A 3-D picture" : "A flat picture";
  if (isUnderway(model, u)) return `${kind} of ${net.sizes[shown]} dimensions.`;
  const spread = [0, 1, 2].some((axis) => axisShare(model, shown, axis) > 0);
  const choose = net.view === "neurons" && shown > 0;
  if (!spread && !choose) return `All points are in one place of ${net.sizes[shown]} dimensions.`;
  const share = net.share(model.frame, shown);
  const hidden = share < 0.995 ? ", so what overlaps here may lie apart" : "";
  const chosen = choose ? `, neurons ${listWords(net.chosen.map((j) => j + 1))} only` : "";
  return `${kind} of ${net.sizes[shown]} dimensions${chosen}: ${formatPercent(share)} of the spread${hidden}.`;
}

/** What the hand can do with the picture at u, where a cut can be moved in it or not; or "". */
export function handNote(model, u, cutMoves) {
  const { net } = model;
  const movable = cutMoves && cutProgress(net, u).cut === 1 && hasMovableCut(model);
  const notes = movable ? ["Drag the line: the boundary moves too."] : [];
  if (net.dimensionsOf(shownLayer(model, u)) === 3) notes.push(movable ? "Drag beside it to turn." : "Drag the picture to look from another side.");
  return notes.join(" ");
}

/** What axis 0, 1 or 2 of the picture of a layer measures at u; threshold: 0, or where a cut moved by
 *  hand stands. */
export function axisName(model, layer, axis, u, threshold = 0) {
  const { net } = model;
  if (layer < 0) return `x${"₁₂"[axis]}`;
  if (layer === 0 && net.isExact(0)) return net.inputLabels[axis];
  if (layer > net.depth && net.ending === "cut") return cutAxisName(model, axis, u, threshold);
  if (layer === net.depth + 1 && net.exact[layer]) {
    return net.sizes[layer] === 1 ? "logit" : `logit ${axis + 1}`;
  }
  if (net.exact[layer]) return `neuron ${axis + 1}`;
  if (net.view === "neurons" && layer > 0) return `neuron ${net.chosen[axis] + 1}`;
  return `${formatPercent(axisShare(model, layer, axis))} of the spread`; // turned since: no principal direction
}

/** Share 0..1 of the points' spread in the layer that lies along one axis of its picture. */
function axisShare(model, layer, axis) {
  const shares = (model.entry.axisShares ??= []);
  return (shares[layer] ??= axisShares(model, layer))[axis];
}

function axisShares(model, layer) {
  const { post, width } = model.layers[layer];
  const { basis } = model.net.picture(model.frame, layer);
  // Of the points alone: the picture has the whole lattice too, and may not be drawn.
  const along = (axis) => (i) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += post[i * width + j] * basis[3 * j + axis];
    return sum;
  };
  const total = totalVariance(post, width, model.nodes, model.N);
  return [0, 1, 2].map((axis) => {
    let square = 0;
    for (let j = 0; j < width; j++) square += basis[3 * j + axis] ** 2;
    return total * square > 0 ? variance(along(axis), model.nodes, model.N) / square / total : 0;
  });
}

/** Of rows from..to of values (n, columns): the sum of the variances of all columns. */
export function totalVariance(values, columns, from, to) {
  let total = 0;
  for (let j = 0; j < columns; j++) total += variance((i) => values[i * columns + j], from, to);
  return total;
}

function variance(valueOf, from, to) {
  let sum = 0;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const value = valueOf(i);
    sum += value;
    squares += value * value;
  }
  const n = to - from;
  return Math.max(squares / n - (sum / n) ** 2, 0);
}

const listWords = (items) => `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

function sayInput(model) {
  const { net } = model;
  const points = `${(net.points.length / 2).toLocaleString("en")} points`;
  const classes = `${NUMBER_WORDS[net.nClasses]} classes`;
  return {
    caption: `The input: ${points} in ${classes}.`,
    sentence: net.outcome === "dead" ? `The input space: ${points} in ${classes}.`
      : !model.boundary.segments.length ? `The input space: ${points} in ${classes}. The network answers the same class in all of it.`
      : `The input space: ${points}, ${classes}, and the decision boundary${sayWhatItIs(model)}.`,
  };
}

function sayWhatItIs(model) {
  if (model.net.ending !== "cut" || !model.cut.exact) return "";
  return `: the straight cut${new Set(model.predicted).size > 2 ? "s" : ""}, seen from here`;
}

/** "x₁, x₂ and (x₁² + x₂²) / 3" */
export const sayInputs = ({ inputLabels }) => (inputLabels.length > 1 ? listWords(inputLabels) : inputLabels[0]);
const MOST_NAMED = 3; // inputs, in a sentence above the picture
const nameFew = (net) => (net.sizes[0] > MOST_NAMED ? "" : `: ${sayInputs(net)}`);
const sayNumbers = (count) => (count === 1 ? "one number" : `${NUMBER_WORDS[count] ?? count} numbers`);

function sayLift(net) {
  const numbers = sayNumbers(net.sizes[0]);
  return {
    caption: `The inputs: ${numbers} a point, not learned.`,
    sentence: `The chosen inputs make ${numbers} of each point${nameFew(net)}. Nothing of this is learned.`,
  };
}

function sayLifted(net) {
  const numbers = sayNumbers(net.sizes[0]);
  return {
    caption: `What the network gets: ${numbers} a point.`,
    sentence: `The network gets ${numbers} of each point${nameFew(net)}. No weight has done anything yet.`,
  };
}

function sayRest(model, layer) {
  const { net } = model;
  if (layer === 0) return sayLifted(net);
  const size = net.sizes[layer];
  const many = size <= 5 ? NUMBER_WORDS[size] : size;
  if (model.collapsed(layer)) {
    return {
      caption: `After layer ${layer}: one place for all points.`,
      sentence: `After layer ${layer}: all points are in the same place.`,
    };
  }
  if (size === 1) {
    return {
      caption: `After layer ${layer}: one number a point.`,
      sentence: `After layer ${layer}: its one neuron puts every point on a line.`,
    };
  }
  return {
    caption: `After layer ${layer}: ${many} numbers a point.`,
    sentence: `After layer ${layer}: each point is now ${many} numbers, one a neuron.`,
  };
}

function sayOutput(net) {
  const outputs = net.sizes.at(-1);
  if (outputs === 1) {
    return {
      caption: "Right of 0: orange. Left of 0: blue.",
      sentence: "The read-out: one number a point, the logit. Right of 0 the network says orange, left of 0 blue.",
    };
  }
  return {
    caption: `The largest of ${NUMBER_WORDS[outputs]} logits wins.`,
    sentence: `The read-out: ${NUMBER_WORDS[outputs]} logits a point, one a class. The largest wins.`,
  };
}

function sayStretch(model, layer, who) {
  const factors = stretchFactors(model, layer);
  if (factors.every(isFlat)) return both(`${who} presses space into one point.`);
  if (!isMirror(model, layer) || factors.some(isFlat)) {
    return { caption: `${who} ${shortStretch(factors)}.`, sentence: `${who} ${longStretch(factors)}.` };
  }
  return {
    caption: `${who} turns space inside out, through flat.`,
    sentence: `${who} ${longStretch(factors)}. This layer is a mirror: on its way the picture must pass through flat.`,
  };
}

const isFlat = (factor) => factor < FLAT;
const isKept = (factor) => Math.abs(factor - 1) <= KEPT;

/** factors: the largest first. */
function shortStretch(factors) {
  const [most, least] = [factors[0], factors.at(-1)];
  if (isFlat(least)) return "presses space flat";
  const grows = most > 1 + KEPT;
  const shrinks = least < 1 - KEPT;
  if (grows && shrinks) return `stretches ${formatTimes(most)}, shrinks ${down(least)}`;
  if (!grows && !shrinks) return "keeps space at its size";
  if (most - least <= KEPT) return stretchWords(most).join(" space ");
  return grows ? `stretches space up to ${formatTimes(most)}` : `shrinks space down ${down(least)}`;
}

/** "stretches space 2.10 times in one direction, shrinks it to 0.63 across" */
function longStretch(factors) {
  const [first, ...others] = factors.map(stretchWords);
  if (others.every(([verb, amount]) => verb === first[0] && amount === first[1])) return first.join(" space ");
  let last = "";
  const parts = [first, ...others].map(([verb, amount], k) => {
    const doing = verb === last ? "" : `${verb} ${k === 0 ? "space" : "it"} `;
    last = verb;
    return `${doing}${amount} ${DIRECTIONS[factors.length][k]}`;
  });
  return parts.join(", ");
}

/** Verb and amount. */
function stretchWords(factor) {
  if (isFlat(factor)) return ["presses", "flat"];
  if (isKept(factor)) return ["keeps", "at its size"];
  return factor > 1 ? ["stretches", formatTimes(factor)] : ["shrinks", down(factor)];
}

const down = (factor) => (factor < 0.005 ? "below 0.01" : `to ${formatNumber(factor)}`);

function sayTurn(model, layer, who) {
  const degrees = Math.round((turnAngle(model, layer) * 180) / Math.PI);
  const inPlane = turnInPlane(model, layer);
  if (turnAngle(model, layer) < 1e-6) return both(`${who} does not turn.`);
  if (degrees === 0) return { caption: `${who} hardly turns.`, sentence: `${who} turns by less than a degree.` };
  if (mirrorsPlane(model, layer)) {
    return {
      caption: `${who} mirrors the plane, like a page.`,
      sentence: `${who} mirrors the plane: it turns over like a page.`,
    };
  }
  if (inPlane && degrees === 180) return both(`${who} turns half way round.`);
  const turns = `${who} turns by ${degrees} ${degrees === 1 ? "degree" : "degrees"}`;
  if (inPlane) return both(`${turns} ${inPlane > 0 ? "counterclockwise" : "clockwise"}.`);
  return { caption: `${who} turns in space.`, sentence: `${turns} through the third dimension.` };
}

function sayShift(model, layer, who) {
  const { exact } = model.net;
  const length = shiftLength(model, layer);
  if (length === 0) return both(`${who} does not shift.`);
  if (length < 0.005) return { caption: `${who} hardly shifts.`, sentence: `${who} shifts by less than 0.01.` };
  const by = formatNumber(length);
  if (exact[layer] && exact[layer - 1]) {
    return { caption: `${who} shifts every point by ${by}.`, sentence: `${who} shifts: its bias moves every point by ${by}.` };
  }
  return { caption: `${who} shifts this picture by ${by}.`, sentence: `${who} shifts: in this picture every point moves by ${by}.` };
}

const sayLines = (count) => (count === 1 ? "one line" : `${NUMBER_WORDS[count] ?? count} lines`);

/** Whether hidden layer l, from 1, is a softmax over one neuron, which is 1 everywhere. */
export const isLevel = ({ activations, sizes }, l) => activations[l - 1] === "softmax" && sizes[l] === 1;

function sayBend(model, layer, who, t) {
  const bends = isLevel(model.net, layer) ? "one neuron's softmax is always 1" : model.net.rowOf(layer).bends;
  if (!bends) {
    const why = model.net.trained[layer - 1] === "identity" ? "has no activation" : "has lost its bend";
    return both(`${who} ${why}: nothing bends.`);
  }
  if (bendsNothing(model, layer)) {
    return { caption: `${who} bends nothing.`, sentence: `${who} bends nothing: every value stays as it is.` };
  }
  if (t > JUST_IN) return { caption: `${who}: ${bends}.`, sentence: `${who} bends: ${bends}. The weights stay as they are.` };
  const folds = model.folds(layer).length;
  return {
    caption: folds ? `${who}: ${sayLines(folds)} to fold along.` : `${who} before its activation.`,
    sentence: `${who}${folds ? `: on ${folds === 1 ? "the" : "each"} dashed line a neuron is 0` : " before its activation"}. Next: ${bends}.`,
  };
}
