// The network of the stage: decodes the payload, runs the network, and says where everything is.

import { ACTIVATIONS, NEGATIVE_SLOPES, isPiecewise, rebent } from "./activations.js";
import { unpackFields } from "./bytes.js";
import { crossingPoints, linesOf, march } from "./contours.js";
import { timesZ } from "./numbers.js";
import { fitProbe } from "./probe.js";
import { CUT_STAGES, classMaps, cutIsExact } from "./readout.js";
import { Samples, logitsOf } from "./samples.js";
import { standpoint } from "./standpoint.js";
import { caption, describe, handNote, projectionNote } from "./words.js";

const CACHE_BYTES = 24e6; // of frames: memory that is used again and again is the quickest
const SAME_PLACE = 6e-5; // the link keeps four decimals
const LIFT_STAGES = ["lift"]; // from the plane to the space of lifted inputs
const HIDDEN_STAGES = ["stretch", "turn", "shift", "bend"];
const LAST_STAGES = { logits: HIDDEN_STAGES.slice(0, 3), cut: CUT_STAGES };

/** The bytes of app/stage/payload.py as a Net: the header's fields and one typed array a block. mostNodes:
 *  of the lattice, a side. */
export function decode(bytes, mostNodes = Infinity) {
  const fields = unpackFields(bytes);
  return new Net({ ...fields, lattice: Math.min(fields.lattice, mostNodes) });
}

const COORDINATES = ["x₁", "x₂", "x₃"];

/** What the server sent. Header fields in camelCase; blocks params (F, P), frames, readout (F, 24)
 *  unless the last picture is that of the logits, lifted (k + 1, 3) where the inputs are lifted, paths (F, L + 1, 20), shares (F, L + 1), points (n, 2), labels (n), trainLoss, testLoss, accuracy,
 *  trainAccuracy (S), gradientNorms (S, L + 1). Layers are numbered 1..L + 1, the last the read-out; 0 is the
 *  space of the inputs and, where these are lifted, -1 the plane before it. */
class Net {
  constructor(fields) {
    Object.assign(this, fields);
    this.title = this.titles.at(-1);
    Object.assign(this, { trained: this.activations, bend: 1 });
    this.depth = this.sizes.length - 2;
    this.inputLabels ??= COORDINATES.slice(0, this.sizes[0]);
    this.start = this.lifted ? -1 : 0; // of the timeline
    this.ending = this.readout ? "cut" : "logits";
    this.frameCount = this.steps.length;
    this.parameterCount = this.params.length / this.frameCount;
    this.parameterOffsets = this.offsets((fanIn, width) => (fanIn + 1) * width);
    this.pictureOffsets = this.offsets((fanIn, width, l) => (this.picturedWidth(l) + 1) * 3);
  }

  offsets(sizeOf) {
    const offsets = [0, 0];
    for (let l = 1; l < this.sizes.length; l++) {
      offsets.push(offsets[l] + sizeOf(this.sizes[l - 1], this.sizes[l], l));
    }
    return offsets;
  }

  /** Neurons that the picture of layer l is a picture of: in the end, of the last hidden layer. */
  picturedWidth(l) {
    return this.sizes[l > this.depth && this.ending === "cut" ? l - 1 : l];
  }

  /** { weights (fanIn, width), bias (width) } of layer l at frame f. */
  layer(f, l) {
    const start = f * this.parameterCount + this.parameterOffsets[l];
    const end = f * this.parameterCount + this.parameterOffsets[l + 1];
    const bias = end - this.sizes[l];
    return { weights: this.params.subarray(start, bias), bias: this.params.subarray(bias, end) };
  }

  /** { basis (width, 3), origin (3) } of the picture of layer l at frame f; of layer 0 at every frame. */
  picture(f, l) {
    if (l === 0) return this.inputPicture();
    const start = f * this.pictureOffsets[this.sizes.length] + this.pictureOffsets[l];
    const end = start + 3 * this.picturedWidth(l);
    return { basis: this.frames.subarray(start, end), origin: this.frames.subarray(end, end + 3) };
  }

  inputPicture() {
    const { lifted } = this;
    if (!lifted) return { basis: Float32Array.of(1, 0, 0, 0, 1, 0), origin: new Float32Array(3) };
    return { basis: lifted.subarray(0, -3), origin: lifted.subarray(-3) };
  }

  /** Axes in use of the picture of layer l. */
  dimensionsOf(l) {
    return l < 0 ? 2 : this.pictureDims[l];
  }

  /** Whether that picture loses nothing. */
  isExact(l) {
    return l < 0 || this.exact[l];
  }

  /** Whether the network is made of straight pieces: of the plane, where its inputs are the coordinates. */
  get isPiecewise() {
    return !this.lifted && isPiecewise(this.activations);
  }

  /** V (3, 3) row-major, s (3), axis (3), angle, shift (3), mirror: the fitted linear part of layer l. */
  path(f, l) {
    const start = 20 * (f * (this.depth + 1) + l - 1);
    return this.paths.subarray(start, start + 20);
  }

  /** What core says of the activation of hidden layer l. */
  rowOf(l) {
    return this.activationRows[this.activations[l - 1]];
  }

  /** Changes the bend of all activations (see `rebent`); 1 is what the network was trained with. */
  rebend(amount) {
    this.bend = amount;
    this.activations = this.trained.map((name) => rebent(name, amount));
    this.activations.forEach((name, k) => {
      const row = this.activationRows[this.trained[k]];
      if (name !== this.trained[k]) this.activationRows[name] = { ...row, ...saidOfRebent(name, row) };
    });
  }

  /** Data point number `index`. */
  point(index) {
    return { x: this.points[2 * index], y: this.points[2 * index + 1], index };
  }

  /** A place { x, y } of the input space, with the number of the data point there, if one is; null outside of
   *  what is drawn. */
  placeAt({ x, y }) {
    const { box, points } = this;
    if (!(x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3])) return null;
    const near = (a, b) => Math.abs(a - b) < SAME_PLACE;
    for (let i = 0; i < points.length; i += 2) {
      if (near(points[i], x) && near(points[i + 1], y)) return this.point(i / 2);
    }
    return { x, y };
  }

  /** Share 0..1 of the spread that the picture of layer l shows at frame f. */
  share(f, l) {
    if (l <= 0) return l === 0 && this.lifted ? this.liftedShare : 1;
    return this.shares[f * (this.depth + 1) + l - 1];
  }

  /** The stage at timeline position u: { layer, name, t in it, tau through the linear part }. */
  stageAt(u) {
    const layer = Math.min(Math.floor(Math.max(u, this.start)), this.depth) + 1;
    const local = Math.min(Math.max(u - layer + 1, 0), 1);
    const stages = layer < 1 ? LIFT_STAGES : layer > this.depth ? LAST_STAGES[this.ending] : HIDDEN_STAGES;
    const index = Math.min(Math.floor(local * stages.length), stages.length - 1);
    const tau = Math.min((local * stages.length) / 3, 1);
    return { layer, name: stages[index], t: local * stages.length - index, tau };
  }
}

/** What is said of an activation whose bend was changed by hand. */
function saidOfRebent(name, { switches }) {
  const slope = NEGATIVE_SLOPES[name];
  if (slope === undefined) return { symbol: "f" };
  const bends = slope === 1 ? "" : `negative sums z become ${timesZ(slope)}`;
  return { symbol: "f", bends, folds: slope !== 1, switches: switches && slope === 0 };
}

/** What is known of samples that were just run: nothing beside them yet. */
export const entryOf = (samples) => ({ samples, placed: new WeakMap(), neurons: new Map() });

/** The network at one frame, run over the lattice (G x G nodes, row-major, y from y_min up, x
 *  fastest) followed by the data points. Arrays are valid until the next `setFrame`. */
export class Model {
  constructor(net) {
    this.net = net;
    this.G = net.lattice;
    this.nodes = this.G * this.G;
    this.N = this.nodes + net.points.length / 2;
    this.inputs = this.latticeAndPoints();
    this.scratch = new Float32Array(3 * this.N);
    this.cache = new Map();
    this.capacity = Math.max(2, Math.floor(CACHE_BYTES / this.frameBytes()));
    this.setFrame(net.frameCount - 1);
    this.standpoint = standpoint(this); // where the network has arrived, and the same all the way
  }

  /** What is shown, in one line, with the accuracy at the shown step. */
  get title() {
    return this.net.bend === 1 ? this.net.titles[this.frame] : this.titleBut("bend changed by hand");
  }

  /** The same where a hand has changed something: the accuracy is not of that. */
  titleBut(changed) {
    return [changed, ...this.net.titles[this.frame].split(" · ").filter((part) => !part.includes("accuracy"))].join(" · ");
  }

  nodeX(i) {
    const [low, high] = this.net.box;
    return low + ((high - low) * i) / (this.G - 1);
  }

  nodeY(j) {
    const [, , low, high] = this.net.box;
    return low + ((high - low) * j) / (this.G - 1);
  }

  latticeAndPoints() {
    const inputs = new Float32Array(2 * this.N);
    for (let p = 0; p < this.nodes; p++) {
      inputs[2 * p] = this.nodeX(p % this.G);
      inputs[2 * p + 1] = this.nodeY((p / this.G) | 0);
    }
    inputs.set(this.net.points, 2 * this.nodes);
    return inputs;
  }

  frameBytes() {
    const width = this.net.sizes.reduce((sum, size) => sum + 2 * size + 6, 0);
    return 4 * this.N * width;
  }

  /** Shows frame f (0..F - 1). The least recently used frame gives its memory to a new one. */
  setFrame(f) {
    this.frame = Math.min(Math.max(Math.round(f), 0), this.net.frameCount - 1);
    let entry = this.cache.get(this.frame);
    if (entry) this.cache.delete(this.frame);
    else entry = this.run(this.frame, this.freeSamples());
    return this.show(entry);
  }

  /** Changes the bend of all activations; see `rebent`. */
  rebend(amount) {
    if (amount === this.net.bend) return this;
    this.net.rebend(amount);
    this.cache.clear();
    return this.show(this.run(this.frame, this.samples));
  }

  show(entry) {
    this.cache.set(this.frame, entry);
    this.entry = entry;
    this.samples = entry.samples;
    this.layers = entry.samples.layers;
    this.pictures = entry.samples.pictures;
    return this;
  }

  freeSamples() {
    if (this.cache.size < this.capacity) return new Samples(this.net, this.inputs);
    const oldest = this.cache.keys().next().value;
    const { samples } = this.cache.get(oldest);
    this.cache.delete(oldest);
    return samples;
  }

  run(f, samples) {
    samples.reset(f).layer(this.net.depth + 1);
    return entryOf(samples);
  }

  /** Lattice and points at timeline position u: Float32Array(3 N). */
  positions(u, out) {
    return this.samples.positions(u, out);
  }

  /** Input points (2k) at timeline position u: Float32Array(3k). The same array is run only once
   *  a frame, so hand in the same object again while only u moves. */
  place(inputs, u, out) {
    let samples = this.entry.placed.get(inputs);
    if (!samples) {
      samples = new Samples(this.net, inputs).reset(this.frame);
      this.entry.placed.set(inputs, samples);
    }
    return samples.positions(u, out);
  }

  /** One input point: { layers, logits, probabilities, predicted }; layers[0] is the input itself (its
   *  post lifted, if inputs are), layers[l] = { pre, post } of layer l, the last the logits. */
  evaluate(x, y) {
    const samples = new Samples(this.net, new Float32Array([x, y])).reset(this.frame);
    const logits = samples.layer(this.net.depth + 1).pre;
    const probabilities = classProbabilities(logits);
    const predicted = probabilities.indexOf(Math.max(...probabilities));
    return { layers: samples.layers, logits, probabilities, predicted };
  }

  /** Lattice: the class with the largest probability. */
  get predicted() {
    this.entry.predicted ??= predictedClasses(this.layers[this.net.depth + 1], this.nodes);
    return this.entry.predicted;
  }

  /** Lattice: probability of the predicted class. */
  get probability() {
    this.entry.probability ??= largestProbabilities(this.layers[this.net.depth + 1], this.predicted);
    return this.entry.probability;
  }

  /** Decision boundary, as `linesOf` has it. The crossing of a lattice edge is found on the network
   *  itself, not by interpolating its value. */
  get boundary() {
    this.entry.boundary ??= this.findBoundary();
    return this.entry.boundary;
  }

  findBoundary() {
    const { predicted } = this;
    const { pre, width } = this.layers[this.net.depth + 1];
    const gap = (p, a, b) => logitGap(pre, p * width, width, a, b);
    const marched = march(this.G, predicted, (p, q) => {
      const start = gap(p, predicted[p], predicted[q]);
      return start / (start - gap(q, predicted[p], predicted[q]));
    });
    this.refine(marched.edges);
    return linesOf(marched, this);
  }

  /** Two steps of regula falsi on every crossing at once. edges: [p, q, share] flat, changed. */
  refine(edges) {
    const { predicted } = this;
    const { pre, width } = this.layers[this.net.depth + 1];
    const brackets = [];
    for (let k = 0; k < edges.length; k += 3) {
      const [p, q] = [edges[k], edges[k + 1]];
      const [a, b] = [predicted[p], predicted[q]];
      brackets.push({ low: 0, high: 1, a, b,
        start: logitGap(pre, p * width, width, a, b), end: logitGap(pre, q * width, width, a, b) });
    }
    for (let round = 0; round < 2; round++) {
      const logits = logitsOf(this.net, this.frame, crossingPoints(edges, this));
      brackets.forEach((bracket, k) => {
        const value = logitGap(logits, k * width, width, bracket.a, bracket.b);
        const share = edges[3 * k + 2];
        if (value > 0) Object.assign(bracket, { low: share, start: value });
        else Object.assign(bracket, { high: share, end: value });
        const { low, high, start, end } = bracket;
        if (start > end) edges[3 * k + 2] = low + ((high - low) * start) / (start - end);
      });
    }
  }

  /** Where values (G * G) cross the level, as `linesOf` has it. */
  contour(values, level) {
    const above = new Uint8Array(this.nodes);
    for (let p = 0; p < this.nodes; p++) above[p] = values[p] >= level;
    const marched = march(this.G, above, (p, q) => (level - values[p]) / (values[q] - values[p]));
    return linesOf(marched, this);
  }

  /** Where the pre-activation of neuron j of layer l is 0, as `linesOf` has it. */
  zeroLine(l, j) {
    const zeros = (this.entry.zeros ??= new Map());
    const key = 1000 * l + j;
    if (!zeros.has(key)) {
      const { pre, width } = this.layers[l];
      const values = new Float32Array(this.nodes);
      for (let p = 0; p < this.nodes; p++) values[p] = pre[p * width + j];
      zeros.set(key, this.contour(values, 0));
    }
    return zeros.get(key);
  }

  /** The lines along which the bend of layer l folds the grid, as `zeroLine` has them, with the number of
   *  their `neuron`: of those in sight; none where nothing folds, or too many would. */
  folds(l) {
    const { net } = this;
    if (l > net.depth || !net.rowOf(l).folds || net.sizes[l] > net.mostFolds) return [];
    const lines = Array.from({ length: net.sizes[l] }, (_, neuron) => ({ neuron, ...this.zeroLine(l, neuron) }));
    return lines.filter(({ segments }) => segments.length);
  }

  /** The finished view along the cut: { exact, maps: an affine function a class, wrong: numbers of
   *  the data points on a wrong side, right: share of those on their own }. */
  get cut() {
    this.entry.cut ??= this.findCut();
    return this.entry.cut;
  }

  /** The same if the cut is moved to where the one logit has another value than 0. */
  cutAt(threshold) {
    return threshold ? this.findCut(threshold) : this.cut;
  }

  findCut(threshold = 0) {
    const { net, frame } = this;
    const maps = classMaps(this);
    if (threshold) maps[1][3] -= threshold;
    return { exact: cutIsExact(net, frame), maps, ...this.told(threshold) };
  }

  /** { wrong: numbers of the data points that the network tells wrong, right: share of the others }. */
  told(threshold = 0) {
    const { net, nodes, N } = this;
    const logits = this.layers[net.depth + 1];
    const wrong = [];
    for (let i = nodes; i < N; i++) if (predictedClass(logits, i, threshold) !== net.labels[i - nodes]) wrong.push(i - nodes);
    return { wrong, right: 1 - wrong.length / (N - nodes) };
  }

  /** Share of the data points that the network says are of this class: of a tie the first. */
  answered(cls) {
    const { net: { depth }, nodes, N } = this;
    let count = 0;
    for (let i = nodes; i < N; i++) if (predictedClass(this.layers[depth + 1], i) === cls) count++;
    return count / Math.max(1, N - nodes);
  }

  /** The straight cut fitted to the space after layer l (0: the input), as `fitProbe` has it. */
  probe(l) {
    const probes = (this.entry.probes ??= []);
    const { post, width } = this.layers[l];
    return (probes[l] ??= fitProbe(post, width, this.nodes, this.net.labels, this.net.nClasses));
  }

  /** Whether that is known already. */
  isProbed(l) {
    return Boolean(this.entry.probes?.[l]);
  }

  /** What a moved cut is in the input space, as `linesOf` has it. */
  boundaryAt(threshold) {
    return threshold ? this.contour(this.layers[this.net.depth + 1].pre, threshold) : this.boundary;
  }

  /** True when the output of neuron j of layer l is the same for all data points, or as good as that. */
  dead(l, j) {
    return this.variation(l, j) <= 1e-6;
  }

  /** By how much its outputs differ there, beside their size, if that is above 1. */
  variation(l, j) {
    const key = l * 1000 + j;
    if (!this.entry.neurons.has(key)) {
      this.entry.neurons.set(key, variationOf(this.layers[l], j, this.nodes, this.N));
    }
    return this.entry.neurons.get(key);
  }

  /** True when a hidden layer puts all data points in one place. */
  collapsed(l) {
    const { sizes, depth } = this.net;
    return l > 0 && l <= depth && Array.from({ length: sizes[l] }, (_, j) => j).every((j) => this.dead(l, j));
  }

  stageAt(u) { return this.net.stageAt(u); }

  /** One plain sentence on what happens at timeline position u. */
  describe(u) { return describe(this, u); }

  /** The same in at most eight words, to be read while things move. */
  caption(u) { return caption(this, u); }

  /** What happens while the play runs back to the input. */
  wayBack() {
    return this.net.ending === "cut" && this.cut.exact && this.boundary.segments.length ? "Backwards: the cut becomes the boundary." : "Backwards, to the input.";
  }

  /** What to know about the picture at u, or "". */
  projectionNote(u) { return projectionNote(this, u); }

  /** What the hand can do with it, or "". */
  handNote(u, cutMoves) { return handNote(this, u, cutMoves); }
}

/** How far class a is ahead of class b in the logits that start at `row`; one logit means two classes. */
function logitGap(logits, row, width, a, b) {
  return width === 1 ? (a - b) * logits[row] : logits[row + a] - logits[row + b];
}

/** Probabilities of all classes from the logits of one point (one logit: two classes). */
export function classProbabilities(logits) {
  if (logits.length === 1) {
    const positive = 1 / (1 + Math.exp(-logits[0]));
    return [1 - positive, positive];
  }
  const out = new Array(logits.length);
  ACTIVATIONS.softmax(logits, out, 0, logits.length);
  return out;
}

/** The class that the network says in a row of logits; a single logit is held against a threshold. */
function predictedClass({ pre, width }, i, threshold = 0) {
  if (width === 1) return pre[i] > threshold ? 1 : 0;
  const row = i * width;
  let best = 0;
  for (let j = 1; j < width; j++) if (pre[row + j] > pre[row + best]) best = j;
  return best;
}

function predictedClasses(logits, count) {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) out[i] = predictedClass(logits, i);
  return out;
}

/** Probability of the class that is predicted, in the first rows of logits. */
function largestProbabilities({ pre, width }, predicted) {
  return Float32Array.from(predicted, (cls, p) => {
    if (width === 1) return 1 / (1 + Math.exp(-Math.abs(pre[p])));
    const row = p * width;
    let sum = 0;
    for (let j = 0; j < width; j++) sum += Math.exp(pre[row + j] - pre[row + cls]);
    return 1 / sum;
  });
}

function variationOf({ post, width }, j, from, to) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < to; i++) {
    low = Math.min(low, post[i * width + j]);
    high = Math.max(high, post[i * width + j]);
  }
  return (high - low) / Math.max(1, Math.abs(high));
}
