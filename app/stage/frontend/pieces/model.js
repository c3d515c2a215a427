// The network of the page "Pieces": every recorded step of it, its exact pieces and its error.

import { ACTIVATIONS, activate, isPiecewise, isStraight } from "../network/activations.js";
import { unpackFields } from "../network/bytes.js";
import { nearest } from "../network/numbers.js";
import { affine, piecewiseForm } from "../network/piecewise.js";
import { numberIn } from "../shared/address.js";
import { layersOfHand, readHand } from "./hand_network.js";

// A difference below that is rounding: of x², known in doubles, and of targets in single precision.
const [DOUBLE, SINGLE] = [1e-13, 1e-6];
const CACHED_FORMS = 512;
const SAMPLES = 1921; // as many as of a target's curve
const PATH_POINTS = 60_000; // breakpoints of all steps together that are drawn as paths

/** The bytes of app/stage/pieces_payload.py: header fields in camelCase and the blocks params,
 *  curveX (n), curves (the target, n, or F times n where each frame has its own), points (m, 2). */
export function decodeLine(bytes) {
  const net = unpackFields(bytes);
  net.frameCount = net.steps.length;
  return net;
}

/** net.scrub -> the parameter of the address that says the place. */
export const SCRUBBED = { training: "s", k: "k", m: "m" };

/** { frame, best } where an address says that a network is shown: fully trained by default. */
export function placesIn(address, net) {
  const step = numberIn(address, SCRUBBED[net.scrub] ?? "");
  const start = net.start ?? net.steps.at(-1);
  return { frame: nearest(net.steps, Number.isNaN(step) ? start : step), best: address.get("best") === "1" };
}

/** The network that bytes from the server hold, as an address says. */
export function lineModelOf(bytes, address) {
  const model = new LineModel(decodeLine(bytes));
  const { net } = model;
  const { frame, best } = placesIn(address, net);
  if (model.hasNetwork) model.setFrame(frame);
  if (net.handBuilt) model.setHand(readHand(net.hand));
  model.setBest(best);
  return model;
}

/** Layers { weights, bias, fanIn, width } cut out of one vector of parameters. */
function layersOf(sizes, vector) {
  let at = 0;
  return sizes.slice(1).map((width, l) => {
    const fanIn = sizes[l];
    const weights = Float64Array.from(vector.subarray(at, (at += fanIn * width)));
    return { fanIn, width, weights, bias: Float64Array.from(vector.subarray(at, (at += width))) };
  });
}

const countParameters = (sizes) => sizes.slice(1).reduce((sum, width, l) => sum + (sizes[l] + 1) * width, 0);

/** The network at frame f: steps of a training, sizes of a construction, or built by hand. */
export class LineModel {
  constructor(net) {
    this.net = net;
    this.forms = new Map();
    this.paths = [];
    this.offsets = [0];
    for (let f = 0; f < net.frameCount; f++) {
      this.offsets.push(this.offsets[f] + countParameters(this.network(f).sizes));
    }
    Object.assign(this, { hand: null, bestKept: {}, showsBest: false, tracing: true });
    this.setFrame(0);
  }

  /** What is shown, in one line: one for all frames, or one each. */
  get title() {
    const { titles, bestTitles } = this.net;
    if (this.showsBest) return bestTitles[this.bestAt];
    return titles[Math.min(this.frame, titles.length - 1)];
  }

  /** { sizes, activations } of frame f: one for all, or one each. */
  network(f) {
    return this.net.networks[Math.min(f, this.net.networks.length - 1)];
  }

  get hasNetwork() {
    return this.net.frameCount > 0;
  }

  setFrame(f) {
    this.frame = f;
    const { net } = this;
    const count = net.curveX.length;
    const own = net.curves.length > count; // each frame has a target of its own
    net.curveY = own ? net.curves.subarray(f * count, (f + 1) * count) : net.curves;
    if (this.hasNetwork) this.ownForm = this.formAt(f);
  }

  /** The network built by hand takes the place of what the server sent. */
  setHand(hand) {
    this.hand = hand;
    this.ownForm = this.describeForm(layersOfHand(hand), this.network(0).activations);
  }

  /** Whether the best network of as many ReLUs is shown in place of the trained one, or of the one
   *  built by hand. */
  setBest(wanted) {
    this.showsBest = wanted && this.hasBest;
  }

  get hasBest() {
    return Boolean(this.net.bestNetworks);
  }

  /** Of the network that is shown. */
  get form() {
    return this.showsBest ? this.bestForm : this.ownForm;
  }

  /** The best network of as many ReLUs as the own one has. From left to right, both have the same
   *  neurons: one sees where each hinge would have to be. */
  get bestForm() {
    const order = orderOfHinges(this.ownForm.layers[0]);
    const name = order.join();
    if (this.bestKept.name !== name) {
      const [hidden, output] = layersOf([1, order.length, 1], Float64Array.from(this.net.bestNetworks[this.bestAt]));
      const bias = new Float64Array(order.length);
      order.forEach((neuron, place) => { bias[neuron] = hidden.bias[place]; });
      this.bestKept = { name, form: this.describeForm([{ ...hidden, bias }, output], ["relu"]) };
    }
    return this.bestKept.form;
  }

  /** Whose values the strips' scales have room for: what is compared is drawn to one scale. */
  get compared() {
    return this.hasBest ? [this.ownForm, this.bestForm] : [this.ownForm];
  }

  /** Whether the network has hinges, wherever they may be: neurons that bend, and in one place. */
  get hasHinges() {
    return this.hasNetwork && this.form.exact && this.form.activations.some((name) => !isStraight(name));
  }

  /** Own points as they are being drawn, before the server hears of them. */
  setPoints(pairs) {
    this.net.points = Float32Array.from(pairs.flat());
    this.forms.clear();
    if (!this.hasNetwork) return;
    if (this.hand) this.setHand(this.hand);
    else this.setFrame(this.frame);
  }

  formAt(f) {
    const known = this.forms.get(f);
    if (known) return known;
    const { sizes, activations } = this.network(f);
    const layers = layersOf(sizes, this.net.params.subarray(this.offsets[f], this.offsets[f + 1]));
    const form = this.describeForm(layers, activations);
    if (this.forms.size >= CACHED_FORMS) this.forms.delete(this.forms.keys().next().value);
    this.forms.set(f, form);
    return form;
  }

  describeForm(layers, activations) {
    const { low, high } = this.net;
    const exact = isPiecewise(activations);
    const form = exact ? piecewiseForm(layers, activations, low, high) : this.sampledForm(layers, activations);
    form.exact = exact;
    form.layers = layers;
    form.activations = activations;
    form.error = largestError(form, this.net);
    form.rms = this.hasBest ? rootMeanSquare(form) : null;
    return form;
  }

  /** A smooth network has no pieces: its values at the places where the target is known, or, if it is at its
   *  points alone, at these and many between. */
  sampledForm(layers, activations) {
    const { curveX } = this.net;
    const x = curveX.length ? Float64Array.from(curveX) : sampledPlaces(this.net);
    let values = x;
    activations.forEach((name, l) => {
      const pre = affine(values, x.length, layers[l]);
      values = new Float64Array(pre.length);
      activate(name, pre, values, layers[l].width);
    });
    const y = affine(values, x.length, layers.at(-1));
    const slopes = Float64Array.from({ length: x.length - 1 }, (_, i) => (y[i + 1] - y[i]) / (x[i + 1] - x[i]));
    const ends = x.map(() => -1);
    return { x, y, layer: ends, neuron: ends, slopes, kinks: [], post: values, width: layers.at(-1).fanIn };
  }

  /** { place, neuron } of the first layer's hinges between the ends, from left to right. */
  firstHinges() {
    const { form: { layers: [{ weights, bias }] }, net: { low, high } } = this;
    return Array.from(weights, (weight, neuron) => ({ place: -bias[neuron] / weight, neuron }))
      .filter(({ place }) => place >= low && place <= high)
      .sort((a, b) => a.place - b.place);
  }

  /** How many numbers are learned, or set by hand. */
  get parameterCount() {
    return this.form.layers.reduce((sum, { weights, bias }) => sum + weights.length + bias.length, 0);
  }

  /** Most pieces that the network could have. */
  mostPieces() {
    const { activations, layers } = this.form;
    return mostPieces(activations.map((_, l) => layers[l].width), activations);
  }

  /** "8 ReLUs": whose errors are the least. */
  get bestName() {
    return this.net.bestWords[this.bestAt];
  }

  /** Where net.best, net.bestWords, net.bestNetworks and net.bestTitles have the network of as many ReLUs. */
  get bestAt() {
    return this.net.handBuilt ? this.ownForm.layers[0].width - 1 : Math.min(this.frame, this.net.best.length - 1);
  }

  /** What is known about place x: target, output, slope, and for every neuron whether it is on; at a
   *  breakpoint or an end those of one side, the edge. */
  at(x) {
    const { form, net } = this;
    const piece = locate(form.x, x);
    const value = valueAt(form, piece, x);
    const target = net.targetKind === "points" || !net.curveX.length ? null : interpolate(net, x);
    // Of the piece, not of its end, where a neuron is about to start.
    const within = form.exact ? (form.x[piece] + form.x[piece + 1]) / 2 : x;
    const edge = !form.exact ? "" : x === form.x[piece] ? "right" : x === form.x[piece + 1] ? "left" : "";
    return { x, target, value, slope: form.slopes[piece], on: this.preActivations(within), edge };
  }

  /** For each hidden layer the pre-activation of its neurons at x. */
  preActivations(x) {
    let values = Float64Array.of(x);
    return this.form.activations.map((name, l) => {
      const pre = affine(values, 1, this.form.layers[l]);
      values = new Float64Array(pre.length);
      ACTIVATIONS[name](pre, values, 0, pre.length);
      return pre;
    });
  }

  /** Breakpoints of frame after frame until `until()`; false when all frames are there. */
  tracePaths(until) {
    if (!isPiecewise(this.network(0).activations)) return false;
    let total = this.paths.reduce((sum, path) => sum + path.x.length, 0);
    this.tracing = true;
    while (this.paths.length < this.net.frameCount && total < PATH_POINTS) {
      const form = this.formAt(this.paths.length);
      this.paths.push({ x: form.x.subarray(1, -1), layer: form.layer.slice(1, -1), neuron: form.neuron.slice(1, -1) });
      total += form.x.length;
      if (until()) return true;
    }
    this.tracing = false;
    return false;
  }
}

/** Most pieces of hidden layers of these widths: the product of (width + 1). A layer of one ReLU only adds
 *  one where all are ReLUs: on its silent side nothing is left to bend (Serra and others 2018). A chain of
 *  such layers never falls, or never rises, and is level on both sides of its one slope: three pieces. */
export function mostPieces(widths, activations) {
  const silent = activations.every((name) => name === "relu");
  if (silent && widths.every((width) => width === 1)) return Math.min(widths.length + 1, 3);
  return widths.reduceRight((most, width, l) => {
    if (isStraight(activations[l])) return most;
    return silent && width === 1 ? most + 1 : most * (width + 1);
  }, 1);
}

/** The neurons of a first layer in the order of their hinges; those without one come last. */
function orderOfHinges({ weights, bias }) {
  const hinges = Array.from(weights, (weight, j) => (weight ? -bias[j] / weight : Infinity));
  return [...hinges.keys()].sort((i, j) => (hinges[i] === hinges[j] ? i - j : hinges[i] - hinges[j]));
}

/** Where a curve is sampled of which only points are known: evenly, and at the points themselves. */
function sampledPlaces({ low, high, points }) {
  const even = Array.from({ length: SAMPLES }, (_, i) => low + (i * (high - low)) / (SAMPLES - 1));
  const own = points.filter((x, k) => k % 2 === 0 && x > low && x < high);
  return Float64Array.from(new Set([...even, ...own])).sort();
}

/** Number of the interval between ascending places that holds x. */
export function locate(places, x) {
  let [low, high] = [0, places.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (places[middle] <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The target at x, straight between the places where it is known. */
export function interpolate({ curveX, curveY }, x) {
  const i = locate(curveX, x);
  const width = curveX[i + 1] - curveX[i];
  return curveY[i] + (width ? ((x - curveX[i]) / width) * (curveY[i + 1] - curveY[i]) : 0);
}

/** { value, difference, x } where output and target are farthest apart: exactly for x² and straight
 *  targets, over the samples for others; over the points where nothing else is known. */
function largestError(form, net) {
  const worst = { value: 0, difference: 0, x: form.x[0] };
  const look = (x, difference) => {
    if (Math.abs(difference) > worst.value) Object.assign(worst, { value: Math.abs(difference), difference, x });
  };
  if (net.targetKind === "points") lookAtPoints(form, net, look);
  else if (net.targetKind === "square" && form.exact) lookAtParabola(form, look);
  else lookEverywhere(form, net, look);
  const rounding = net.targetKind === "square" ? DOUBLE : SINGLE * Math.max(1, Math.abs(net.high), ...form.y.map(Math.abs));
  return worst.value > rounding ? worst : { ...worst, value: 0, difference: 0 };
}

const valueAt = ({ x, y, slopes }, i, place) => y[i] + slopes[i] * (place - x[i]);

/** The output at x. */
export const outputAt = (form, x) => valueAt(form, locate(form.x, x), x);

function lookAtPoints(form, { points }, look) {
  for (let p = 0; p < points.length; p += 2) {
    const x = points[p];
    look(x, outputAt(form, x) - points[p + 1]);
  }
}

/** On a piece the difference from x² is largest at an end, or where x is half the slope. */
function lookAtParabola(form, look) {
  form.slopes.forEach((slope, i) => {
    const [left, right] = [form.x[i], form.x[i + 1]];
    const apex = Math.min(Math.max(slope / 2, left), right);
    for (const x of [left, apex, right]) look(x, valueAt(form, i, x) - x * x);
  });
}

/** Root of the mean over the interval of (output - x²)². On a piece that is a polynomial of degree 4,
 *  which Gauss and Legendre's rule of three places integrates exactly. */
function rootMeanSquare(form) {
  const { x, slopes } = form;
  let sum = 0;
  slopes.forEach((_, i) => {
    const [middle, half] = [(x[i] + x[i + 1]) / 2, (x[i + 1] - x[i]) / 2];
    for (const [place, weight] of [[-Math.sqrt(0.6), 5 / 9], [0, 8 / 9], [Math.sqrt(0.6), 5 / 9]]) {
      const at = middle + half * place;
      sum += half * weight * (valueAt(form, i, at) - at * at) ** 2;
    }
  });
  return Math.sqrt(sum / (x.at(-1) - x[0]));
}

function lookEverywhere(form, net, look) {
  let i = 0;
  net.curveX.forEach((x, k) => {
    while (i + 2 < form.x.length && form.x[i + 1] <= x) i++;
    look(x, valueAt(form, i, x) - net.curveY[k]);
  });
  if (!net.curveX.length || !form.exact) return;
  form.x.forEach((x, v) => look(x, form.y[v] - interpolate(net, x)));
}
