// A set of input points run through the network of one frame, and where the stage draws them.

import { activate, squash } from "./activations.js";
import { lift } from "./features.js";
import { cutProgress, moveReadout, readoutMotion, readoutOf } from "./readout.js";
import { rotation } from "./rotation.js";

/** out (n, width) = input (n, fanIn) @ weights (fanIn, width) + bias (width), all row-major.
 *  Two rows by four columns at a time, and a last single column by itself; `kernel` holds the weights padded
 *  to whole blocks. */
function affine(input, fanIn, weights, bias, width, out) {
  const n = out.length / width;
  const padded = (width + 3) & ~3;
  const kernel = new Float64Array((fanIn + 1) * padded);
  for (let k = 0; k < fanIn; k++) {
    for (let j = 0; j < width; j++) kernel[k * padded + j] = weights[k * width + j];
  }
  for (let j = 0; j < width; j++) kernel[fanIn * padded + j] = bias[j];
  const blocks = width % 4 === 1 ? width - 1 : width;
  if (blocks < width) column(input, fanIn, kernel, padded, out, width, n);
  if (!blocks) return;
  for (let i = 0; i < n; i += 2) {
    const other = i + 1 < n ? i + 1 : i;
    for (let j = 0; j < blocks; j += 4) block(input, fanIn, kernel, padded, out, width, i, other, j);
  }
}

/** The last column, four rows at a time. */
function column(input, fanIn, kernel, padded, out, width, n) {
  const j = width - 1;
  const last = n - 1;
  for (let i = 0; i < n; i += 4) {
    const rows = [i, Math.min(i + 1, last), Math.min(i + 2, last), Math.min(i + 3, last)];
    let a = rows[0] * fanIn, b = rows[1] * fanIn, c = rows[2] * fanIn, d = rows[3] * fanIn;
    let at = fanIn * padded + j;
    let sumA = kernel[at], sumB = sumA, sumC = sumA, sumD = sumA;
    for (at = j; at < fanIn * padded; at += padded) {
      const w = kernel[at];
      sumA += input[a++] * w; sumB += input[b++] * w; sumC += input[c++] * w; sumD += input[d++] * w;
    }
    out[rows[0] * width + j] = sumA;
    out[rows[1] * width + j] = sumB;
    out[rows[2] * width + j] = sumC;
    out[rows[3] * width + j] = sumD;
  }
}

function block(input, fanIn, kernel, padded, out, width, first, second, j) {
  let at = fanIn * padded + j;
  let a0 = kernel[at], a1 = kernel[at + 1], a2 = kernel[at + 2], a3 = kernel[at + 3];
  let b0 = a0, b1 = a1, b2 = a2, b3 = a3;
  let a = first * fanIn;
  let b = second * fanIn;
  for (at = j; at < fanIn * padded; at += padded, a++, b++) {
    const x = input[a], y = input[b];
    const w0 = kernel[at], w1 = kernel[at + 1], w2 = kernel[at + 2], w3 = kernel[at + 3];
    a0 += x * w0; a1 += x * w1; a2 += x * w2; a3 += x * w3;
    b0 += y * w0; b1 += y * w1; b2 += y * w2; b3 += y * w3;
  }
  a = first * width + j;
  b = second * width + j;
  out[a] = a0;
  out[b] = b0;
  if (j + 1 < width) { out[a + 1] = a1; out[b + 1] = b1; }
  if (j + 2 < width) { out[a + 2] = a2; out[b + 2] = b2; }
  if (j + 3 < width) { out[a + 3] = a3; out[b + 3] = b3; }
}

/** The affine map of the linear part of a layer at progress tau (0..1) of stretch, turn and shift.
 *  path: 20 numbers (see `Net.path`); stage and t say how far. Returns 12 numbers: matrix (3, 3)
 *  row-major for row vectors, then offset, such that
 *  position = X @ matrix + offset + tau * Y   (X picture before, Y picture of the pre-activation):
 *  the motion of the fitted map plus the share tau of what the fit leaves over. */
export function linearMotion(path, stage, t, tau, out) {
  const stretch = stage === "stretch" ? t : 1;
  const angle = path[15] * (stage === "stretch" ? 0 : stage === "turn" ? t : 1);
  const shift = stage === "shift" ? t : 0;
  const moving = stretchAndTurn(path, stretch, angle);
  const whole = tau > 0 ? stretchAndTurn(path, 1, path[15]) : moving;
  for (let k = 0; k < 9; k++) out[k] = moving[k] - tau * whole[k];
  for (let k = 0; k < 3; k++) out[9 + k] = (shift - tau) * path[16 + k];
  return out;
}

/** V diag(s^t) V^T R^T, row-major: what a row vector is multiplied with. */
function stretchAndTurn(path, t, angle) {
  const s = path.subarray(9, 12);
  const geometric = s[0] > 1e-3 && s[1] > 1e-3 && s[2] > 1e-3;
  const turn = rotation(path.subarray(12, 15), angle);
  const out = new Float64Array(9);
  for (let c = 0; c < 3; c++) {
    const factor = geometric ? s[c] ** t : 1 + t * (s[c] - 1);
    const vx = path[c], vy = path[3 + c], vz = path[6 + c];
    for (let j = 0; j < 3; j++) {
      const turned = factor * (vx * turn[3 * j] + vy * turn[3 * j + 1] + vz * turn[3 * j + 2]);
      out[j] += vx * turned;
      out[3 + j] += vy * turned;
      out[6 + j] += vz * turned;
    }
  }
  return out;
}

const scratch = new Float64Array(12);
let bent = new Float32Array(0); // scratch too, as long as the longest yet
const turns = [new Float32Array(0), new Float32Array(0)]; // the same, for one layer after the other

/** Logits (n, width) of inputs (n, 2) at frame f, until the next call. */
export function logitsOf(net, f, inputs) {
  const n = inputs.length / 2;
  let rows = net.lifted ? lift(net.inputs, inputs) : inputs;
  for (let l = 1; l < net.sizes.length; l++) {
    const { weights, bias } = net.layer(f, l);
    const width = net.sizes[l];
    if (turns[l % 2].length < n * width) turns[l % 2] = new Float32Array(n * width);
    const out = turns[l % 2].subarray(0, n * width);
    affine(rows, net.sizes[l - 1], weights, bias, width, out);
    if (l <= net.depth) activate(net.activations[l - 1], out, out, width);
    rows = out;
  }
  return rows;
}

/** Inputs (n, 2) run through frame f of a net. layers[0] is the input itself, its post lifted where inputs
 *  are: then pictures[-1] is that of the plane. Layers and pictures
 *  are worked out, and given memory, when first asked for. Call `reset` to use the same memory for another frame. */
export class Samples {
  constructor(net, inputs) {
    this.net = net;
    this.inputs = inputs;
    this.n = inputs.length / 2;
    this.layers = net.sizes.map((width, l) => this.emptyLayer(width, l));
    this.pictures = net.sizes.map((_, l) => this.emptyPicture(l));
    if (net.lifted) this.pictures[-1] = this.emptyPicture(-1);
    this.reset(0);
  }

  emptyLayer(width, l) {
    const { net, inputs } = this;
    if (l === 0) return { width, fanIn: 0, pre: inputs, post: net.lifted ? lift(net.inputs, inputs) : inputs };
    return { width, fanIn: net.sizes[l - 1], weights: null, bias: null, pre: null, post: null };
  }

  /** A picture whose halves are filled on first use: most frames show one or two of them. */
  emptyPicture(l) {
    const samples = this;
    const memory = { pre: null, post: null };
    const half = (name) => {
      if (l <= 0 || (l > this.net.depth && !this.isCut(l))) name = "pre";
      const drawn = memory[name] && (l <= samples.net.start || samples.drawn[2 * l + (name === "post")]); // inputs stay
      memory[name] ??= new Float32Array(samples.n * 3);
      if (!drawn) samples.project(l, name, memory[name]);
      return memory[name];
    };
    return { get pre() { return half("pre"); }, get post() { return half("post"); } };
  }

  /** Whether the picture of layer l is the view along the cut of the space before: `pre` holds where
   *  things are along the directions away from the aligned picture, `post` where the view has them. */
  isCut(l) {
    return this.net.ending === "cut" && l > this.net.depth;
  }

  /** Makes frame f the one shown; runs nothing yet. */
  reset(f) {
    this.frame = f;
    this.ready = 0;
    this.drawn = new Uint8Array(2 * this.layers.length);
    return this;
  }

  /** Runs the network up to layer l and returns that layer. */
  layer(l) {
    while (this.ready < l) {
      const { post } = this.layers[this.ready];
      const layer = this.layers[++this.ready];
      const { weights, bias } = Object.assign(layer, this.net.layer(this.frame, this.ready));
      const memory = () => new Float32Array(this.n * layer.width);
      affine(post, layer.fanIn, weights, bias, layer.width, (layer.pre ??= memory()));
      if (this.ready > this.net.depth) layer.post = layer.pre;
      else activate(this.net.activations[this.ready - 1], layer.pre, (layer.post ??= memory()), layer.width);
    }
    return this.layers[l];
  }

  project(l, name, out) {
    this.drawn[2 * l + (name === "post")] = 1;
    if (l === this.net.start) {
      for (let i = 0; i < this.n; i++) [out[3 * i], out[3 * i + 1]] = [this.inputs[2 * i], this.inputs[2 * i + 1]];
      return;
    }
    if (this.isCut(l) && name === "post") return this.positions(l, out);
    const { basis, origin } = this.net.picture(this.frame, l);
    const shown = this.layer(this.isCut(l) ? l - 1 : l);
    affine(shown[this.isCut(l) || l === 0 ? "post" : name], shown.width, basis, origin, 3, out);
  }

  /** Where rows from..to are at timeline position u: fills out[3 * from .. 3 * to]. */
  positions(u, out = new Float32Array(3 * this.n), from = 0, to = this.n) {
    const { layer, name, t } = this.net.stageAt(u);
    if (name === "bend" && t > 0 && this.net.rowOf(layer).bounded) return this.squashed(layer, t, out, from, to);
    return positionsAt(this.net, this.frame, this.pictures, u, out, from, to);
  }

  /** What squashes neurons one by one does not go straight in a picture of several. */
  squashed(l, t, out, from, to) {
    const { pre, post, width } = this.layer(l);
    const { basis, origin } = this.net.picture(this.frame, l);
    const rows = (values) => values.subarray(from * width, to * width);
    if (bent.length < (to - from) * width) bent = new Float32Array((to - from) * width);
    const values = squash(rows(pre), rows(post), t, bent.subarray(0, (to - from) * width));
    affine(values, width, basis, origin, 3, out.subarray(3 * from, 3 * to));
    return out;
  }
}

/** Where rows from..to of `pictures` (one { pre, post } a layer, the input's first) are at timeline
 *  position u of frame f, if what bends them is not bounded: fills out[3 * from .. 3 * to]. */
export function positionsAt(net, f, pictures, u, out, from, to) {
  const { layer, name, t, tau } = net.stageAt(u);
  if (name === "lift") return blend(pictures[-1].post, pictures[0].post, t, out, 3 * from, 3 * to);
  if (net.ending === "cut" && layer > net.depth) {
    const motion = readoutMotion(readoutOf(net, f), cutProgress(net, u));
    return moveReadout(pictures[net.depth].post, pictures[layer].pre, motion, out, from, to);
  }
  const bend = name === "bend";
  const first = bend ? pictures[layer].pre : pictures[layer - 1].post;
  if (!bend && tau === 0) {
    out.set(first.subarray(3 * from, 3 * to), 3 * from);
    return out;
  }
  const second = bend ? pictures[layer].post : pictures[layer].pre;
  if (bend) return blend(first, second, t, out, 3 * from, 3 * to);
  const motion = linearMotion(net.path(f, layer), name, t, tau, scratch);
  return move(first, second, motion, tau, out, 3 * from, 3 * to);
}

function blend(first, second, t, out, from, to) {
  for (let i = from; i < to; i++) out[i] = first[i] + t * (second[i] - first[i]);
  return out;
}

/** Fills out[from..to] with first moved by `linearMotion`'s twelve numbers, plus tau of second. */
export function move(first, second, motion, tau, out, from, to) {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz, ox, oy, oz] = motion;
  for (let i = from; i < to; i += 3) {
    const x = first[i], y = first[i + 1], z = first[i + 2];
    out[i] = x * xx + y * yx + z * zx + ox + tau * second[i];
    out[i + 1] = x * xy + y * yy + z * zy + oy + tau * second[i + 1];
    out[i + 2] = x * xz + y * yz + z * zz + oz + tau * second[i + 2];
  }
  return out;
}
