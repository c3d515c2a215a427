// What the page "Pieces" says about the network that it draws, in plain words.

import { NEGATIVE_SLOPES, isStraight } from "../network/activations.js";
import { counted } from "../network/numbers.js";
import { mostPieces } from "./model.js";
import { plainNumber, shortNumber } from "./tools.js";

const POINTING = 0.01; // share of the interval that a pointer is exact to
const MOST_STARTS = 2;
const MOST_SHARED = 2;
const SAME_PLACE = 1e-12; // share of the interval: as ZERO in piecewise.js
const CROWDED = 1 / 300; // share of the interval: about two pixels
const REACHED = 1.005; // an error that is so near to the least one is written with the same digits

/** Whether a layer forgets x: a softmax over one neuron. */
const isLevel = ({ activations, layers }) => activations.some((name, l) => name === "softmax" && layers[l].width === 1);

/** Of a network that is not made of straight pieces: whether some layer of it has hinges all the same. */
const foldsToo = ({ activations }) => activations.some((name) => name in NEGATIVE_SLOPES && !isStraight(name));

/** "37 pieces, at most 137": a bound, which not every such network can reach. */
export function piecesWords(model) {
  const { form } = model;
  if (!form.exact) return isLevel(form) ? "One level line" : foldsToo(form) ? "Hinges and smooth bends: no count of pieces" : "Smooth: no pieces to count";
  const most = model.mostPieces();
  // A double holds no larger whole number exactly.
  const bound = most <= Number.MAX_SAFE_INTEGER ? most.toLocaleString("en") : `about ${shortNumber(most)}`;
  return `${counted(form.kinks.length + 1, "piece")}, at most ${bound}`;
}

/** Breakpoints that bend the output, and those that do not; hinges that make no breakpoint. */
export function breakpointWords(model) {
  const { form } = model;
  if (isLevel(form)) return "Softmax of one neuron is 1, whatever x is, so the output is everywhere the same.";
  if (!form.exact) return foldsToo(form) ? "One layer has hinges, another bends smoothly: the hinges are not counted, and the curve is drawn from samples."
    : "A smooth activation has no hinges to count: the curve is drawn from samples.";
  if (!form.activations.length) return "Without a hidden layer: one straight line.";
  if (!model.hasHinges) return "Without an activation nothing bends: one straight line.";
  const all = form.x.length - 2;
  const bending = form.kinks.length;
  const lost = lostHinges(model);
  const text = lost.length ? `${counted(form.layers[0].width, "neuron")}, ${counted(all, "breakpoint")}: ${lost.join("; ")}. ` : "";
  if (all === 0) return `${text}No neuron ${acts(form)} between the ends: one straight line.`;
  const link = all === bending ? ", and" : bending ? ":" : ", but";
  const told = text ? "The output bends" : `${counted(all, "breakpoint")}${link} the output bends`;
  if (all === bending) return `${text}${told} at ${all === 1 ? "it" : "every one"}.${crowdedWords(model)}`;
  const silent = all - bending === 1 ? "the other one" : `the other ${all - bending}`;
  const where = bending ? ` at ${bending}, not at ${silent}` : all === 1 ? " nowhere" : " at none";
  const why = cancels(model) ? "there the bends of several neurons cancel" : `what follows does not pass ${bending ? "that bend" : "a bend"} on`;
  return `${text}${told}${where}: ${why}.${crowdedWords(model)}`;
}

/** Of one hidden layer: whether a neuron whose bend is passed on has its hinge where the output does not bend. */
function cancels({ form, net: { low, high } }) {
  if (form.layers.length !== 2) return false;
  const passed = form.layers[1].weights;
  const near = SAME_PLACE * (high - low);
  const bent = (hinge) => form.kinks.some((k) => Math.abs(form.x[k] - hinge) <= near);
  return hingesOf(form).some(({ number, hinge }) => passed[number - 1] && hinge - low > near && high - hinge > near && !bent(hinge));
}

/** { number, from 1; hinge: NaN where there is none } of every neuron of the first layer. */
const hingesOf = ({ layers: [{ weights, bias }] }) =>
  Array.from(bias, (b, j) => ({ number: j + 1, hinge: weights[j] ? -b / weights[j] : NaN }));

/** Of breakpoints that look like one. */
function crowdedWords({ form: { x }, net: { low, high } }) {
  const inner = x.slice(1, -1);
  const near = inner.filter((place, k) => k && place - inner[k - 1] < CROWDED * (high - low)).length;
  if (!near) return "";
  return near === 1 ? " One is too near to another to be told apart here." : ` ${near.toLocaleString("en")} are too near to others to be told apart here.`;
}

/** What a neuron does at its hinge: "starts or stops" where it is silent on one side. */
const acts = ({ activations }) => (silentBelow(activations) ? "starts or stops" : "bends");

/** Whether all neurons that bend are ReLUs. */
const silentBelow = (activations) => activations.every((name) => name === "relu" || isStraight(name));

/** Of one hidden layer: why it has fewer breakpoints than neurons, in a few words each. */
function lostHinges({ form, net: { low, high } }) {
  if (form.layers.length !== 2) return [];
  const near = SAME_PLACE * (high - low);
  const neurons = hingesOf(form);
  const inside = ({ hinge }) => hinge - low > near && high - hinge > near;
  const ends = ({ hinge }) => Math.min(Math.abs(hinge - low), Math.abs(hinge - high)) <= near;
  const none = neurons.filter(({ hinge }) => Number.isNaN(hinge)).length;
  const atEnd = neurons.filter(ends).length;
  const shown = neurons.filter(inside).sort((a, b) => a.hinge - b.hinge || a.number - b.number);
  const outside = neurons.filter(({ hinge }) => hinge < low - near || hinge > high + near);
  const is = (n) => `${counted(n, "hinge")} ${n === 1 ? "is" : "are"}`;
  return [
    ...togetherWords(shown, near),
    ...(atEnd ? [`${is(atEnd)} at an end of the line`] : []),
    ...(outside.length ? [`${is(outside.length)} outside the picture${outsideWords(outside, form, (low + high) / 2)}`] : []),
    ...(none ? [`${counted(none, "neuron")} with weight 0 ${none === 1 ? "has" : "have"} no hinge`] : []),
  ];
}

/** What that means for the neurons whose hinges are outside: a ReLU is on or off all along. */
function outsideWords(neurons, { layers: [{ weights, bias }], activations }, middle) {
  if (!silentBelow(activations)) return "";
  const on = neurons.filter(({ number }) => weights[number - 1] * middle + bias[number - 1] > 0).length;
  const all = neurons.length;
  if (on && on < all) return ` (${on} of the neurons always on, ${all - on} never)`;
  return ` (${all === 1 ? "its neuron is" : "their neurons are"} ${on ? "always" : "never"} on)`;
}

/** Of neurons in the order of their hinges: those that share a place. */
function togetherWords(neurons, near) {
  const groups = [];
  neurons.forEach((neuron, i) => {
    if (i && neuron.hinge - neurons[i - 1].hinge <= near) groups.at(-1).push(neuron.number);
    else groups.push([neuron.number]);
  });
  const shared = groups.filter((group) => group.length > 1);
  if (shared.length > MOST_SHARED) {
    return [`${shared.flat().length} neurons share ${shared.length} places with their hinges`];
  }
  return shared.map((group) => `neurons ${group.slice(0, -1).join(", ")} and ${group.at(-1)} have their hinges at one place`);
}

/** "64 pieces from 12 neurons: 5.3 a neuron. In one layer: at most 13." Deep against wide: every
 *  neuron of the first layer bends once, so n of them make n + 1 pieces at most; two layers are told of
 *  where they could make more. Empty where nothing bends, and beside a task. */
export function perNeuronWords(model) {
  const { form, net } = model;
  const bending = form.exact && !net.handBuilt ? form.activations.map((name, l) => (isStraight(name) ? 0 : form.layers[l].width)) : [];
  const layers = bending.filter(Boolean);
  const neurons = layers.reduce((sum, width) => sum + width, 0);
  if (!neurons) return "";
  const made = form.kinks.length + 1;
  const some = layers.length < form.activations.length ? ` that bend${neurons === 1 ? "s" : ""}` : "";
  const rate = `${counted(made, "piece")} from ${counted(neurons, "neuron")}${some}: ${plainNumber(made / neurons, made < neurons ? 2 : 1)} a neuron.`;
  if (layers.length > 1) return `${rate} In one layer: at most ${(neurons + 1).toLocaleString("en")}.`;
  const first = Math.ceil(neurons / 2);
  const name = form.activations.find((other) => !isStraight(other));
  // Of two and one a second layer makes no more than one layer would.
  const possible = neurons > 3 ? mostPieces([first, neurons - first], [name, name]) : 0;
  if (possible <= neurons + 1) return rate;
  return `${rate} In two layers, of ${first} and ${neurons - first}: at most ${possible.toLocaleString("en")}, for depth multiplies.`;
}

/** Of x² by one layer: how near it comes to the best network of as many ReLUs, or how far from that the
 *  own one is, both errors being root mean squares over the interval; empty where no best one is known. */
export function answerWords(model) {
  const { net, ownForm: { rms } } = model;
  if (!model.hasBest) return "";
  const best = net.best[model.bestAt];
  const who = model.bestName;
  const gap = rms / best;
  if (model.showsBest) {
    const steps = net.steps[model.frame];
    const trained = steps ? `After ${counted(steps, "step")} of training it is` : "Before training it is";
    const whose = net.handBuilt ? "The one built by hand has" : trained;
    const own = gap < REACHED ? "The other one is as near." : `${whose} ${gapWords(gap)} that: ${shortNumber(rms)}.`;
    return `The best ${who} can do: root-mean-square error ${shortNumber(best)}. ${own}`;
  }
  if (gap < REACHED) return `As near to x² as ${who} can come: root-mean-square error ${shortNumber(best)}, the least possible.`;
  const when = net.scrub && !net.steps[model.frame] ? "Before training, " : "";
  return `${when}${gapWords(gap)} the error of the best ${who}: root-mean-square error ${shortNumber(rms)} against ${shortNumber(best)}.`;
}

/** "Largest error 0.0123 at x = 0.4", beside the least that is possible where that is known. */
export function errorWords(model) {
  const { net, form: { error } } = model;
  const where = net.targetKind === "points" ? "at the points" : `at x = ${plainNumber(error.x)}`;
  if (net.targetKind === "points" && !net.points.length) return "No points yet, and so no error.";
  if (error.value === 0) return `No error ${net.targetKind === "points" ? where : "anywhere"}.`;
  const text = `Largest error ${shortNumber(error.value)} ${where}`;
  if (model.showsBest) return `${text} (the best by root mean square, not by this).`;
  if (!net.best || model.hasBest) return `${text}.`;
  const best = net.best[model.bestAt];
  const gap = error.value / best;
  const verdict = gap < REACHED ? "reached" : gapWords(gap);
  return `${text}; the least possible for ${net.bestWords[model.bestAt]} is ${shortNumber(best)}: ${verdict}.`;
}

const gapWords = (gap) => `${gap < 100 ? plainNumber(gap, 1) : Math.round(gap).toLocaleString("en")} times`;

/** What can be done with the picture, while nothing is pointed at. dragged: what there is to drag. */
export function restWords({ form }, dragged) {
  const read = "Point at a place to read its numbers.";
  if (dragged.length) return `Drag ${dragged.join(", or ")}. ${read}`;
  if (!form.exact || form.x.length === 2) return read;
  return `Each hinge is the place where a neuron ${acts(form)}. ${read}`;
}

/** What holds at the place under the pointer. */
export function placeWords(model, x) {
  const { target, value, slope, on, edge } = model.at(x);
  const side = edge ? ` to the ${edge} of it` : "";
  const parts = [`x = ${plainNumber(x)}`];
  if (target !== null) parts.push(`target ${shortNumber(target)}`);
  parts.push(`output ${shortNumber(value)}`, `slope ${plainNumber(slope)}${side}`);
  if (!model.form.exact) return [parts.join(" · ")];
  return [parts.join(" · "), onWords(on, model.form.activations, side), ...startWords(model, x)];
}

/** Of the neurons of layer 1 whose hinge is at x, as near as one can point: where it comes from. */
function startWords({ form, net }, x) {
  const [{ weights, bias }] = form.layers;
  if (form.layers.length < 2 || isStraight(form.activations[0])) return [];
  return Array.from(bias, (b, j) => [weights[j], b, j + 1])
    .filter(([w, b]) => w !== 0 && Math.abs(-b / w - x) < POINTING * (net.high - net.low))
    .slice(0, MOST_STARTS)
    .map(([w, b, number]) => `Neuron ${number} has its hinge at −bias / weight = ` +
      `${plainNumber(-b)} / ${plainNumber(w)} = ${plainNumber(-b / w)}`);
}

function onWords(on, activations, side) {
  if (activations.every(isStraight)) return activations.length ? "No activation: nothing bends." : "A straight line: no neurons.";
  const words = on.map((pre, l) => {
    const active = [...pre.keys()].filter((j) => pre[j] > 0).map((j) => j + 1);
    const layer = on.length > 1 ? `layer ${l + 1}: ` : "";
    if (isStraight(activations[l])) return `${layer}no activation`;
    if (pre.length > 12) return `${layer}${active.length} of ${pre.length}`;
    return `${layer}${active.length ? active.join(", ") : "none"}`;
  });
  return `Neurons ${silentBelow(activations) ? "on" : "above 0"}${side}: ${words.join("; ")}`;
}

/** Where the hinge of a neuron built by hand is, and what it does there. */
export function hingeWords({ w, b, v }, low, high) {
  if (w === 0) return b > 0 ? `no hinge: always adds ${plainNumber(v * b)}` : "no hinge: always off";
  const hinge = -b / w;
  const where = `hinge −b/w = ${plainNumber(hinge)}`;
  const bend = v * Math.abs(w);
  const side = w > 0 ? "right" : "left";
  if (hinge < low || hinge > high) return `${where}, outside the picture`;
  if (hinge === low || hinge === high) {
    const on = (hinge === low) === w > 0 ? "on" : "off";
    return `${where}, where the picture ${hinge === low ? "begins" : "ends"}: ${on} all along it`;
  }
  return `${where}, on to its ${side}; bends the sum by ${bend > 0 ? "+" : ""}${plainNumber(bend)}`;
}
