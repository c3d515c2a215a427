// From picture coordinates to pixels: zoom that follows the data, tilt and rotation for 3-D.

import { smooth, thousandths } from "./numbers.js";
import { cutProgress, readoutOf } from "./readout.js";
import { USUAL } from "./standpoint.js";

const EYE = 4.5; // distance of the eye in half sides of the picture: a mild perspective
const KEYS = 12; // key extents a layer: three in each of its four stages
const MARGIN = 1.12;
// What varies less than this, beside the size of the numbers, is a place: float32 says no more of it.
const SMALLEST = 1e-3;
const STEEPEST = 1.5; // radians

/** Follows one model. After `aim(u)`: `project` maps (n, 3) to pixels, `depth` holds nearness. */
export class Camera {
  constructor() {
    this.standpoint = USUAL;
    this.reset();
    this.center = [0, 0, 0];
    this.half = 1; // of the shorter side of the canvas, in units of the picture
    this.flat = 0; // 0 in perspective .. 1 without any
    this.matrix = new Float64Array(9);
    this.solid = 0;
    this.covered = 0; // CSS pixels at the right that something lies over
    this.headline = 0; // CSS pixels at the top that the points leave to the words there, at the cut
  }

  /** Back to the standard view. */
  reset() {
    this.yaw = this.standpoint.yaw;
    this.pitch = this.standpoint.pitch;
  }

  /** Takes over from where another network is looked at; what the visitor turned stays. */
  standAt(standpoint) {
    const standard = this.isStandard();
    this.standpoint = standpoint;
    if (standard) this.reset();
  }

  isStandard() {
    return this.yaw === this.standpoint.yaw && this.pitch === this.standpoint.pitch;
  }

  /** Turned as the link says; NaN is the standard view. */
  turnTo(yaw, pitch) {
    this.reset();
    if (!Number.isNaN(yaw)) this.yaw = yaw;
    if (!Number.isNaN(pitch)) this.pitch = Math.min(Math.max(pitch, -STEEPEST), STEEPEST);
  }

  /** What the link says of the turn; null in the standard view. */
  view() {
    if (this.isStandard()) return { yaw: null, pitch: null };
    const turns = Math.round(this.yaw / (2 * Math.PI));
    return { yaw: thousandths(this.yaw - 2 * Math.PI * turns), pitch: thousandths(this.pitch) };
  }

  rotate(dx, dy) {
    this.yaw += dx;
    this.pitch = Math.min(Math.max(this.pitch + dy, -STEEPEST), STEEPEST);
  }

  /** Looks at timeline position u of the model on a picture of width x height CSS pixels. */
  aim(model, u, width, height) {
    const { layer } = model.stageAt(u);
    const local = Math.min(Math.max(u - layer + 1, 0), 1);
    const [before, after] = [layer - 1, layer].map((l) => model.net.dimensionsOf(l));
    const blend = smooth(local);
    this.solid = (before === 3 ? 1 - blend : 0) + (after === 3 ? blend : 0);
    this.look(this.pageTurn(model, u), this.edgeOn(model, u));
    this.zoom(model, layer, local, width, height, this.headline * smooth(cutProgress(model.net, u).magnify));
  }

  /** How far the camera has turned, 0..1, until it looks along the cut, if there is one to look along. */
  edgeOn({ net, frame }, u) {
    const { look } = cutProgress(net, u);
    if (!look || net.pictureDims[net.depth + 1] < 3) return 0;
    const { rank } = readoutOf(net, frame);
    return rank === 1 || rank === 2 ? smooth(look) : 0;
  }

  /** A glance from the side while a flat picture turns through the third dimension. */
  pageTurn(model, u) {
    const { layer, name, t } = model.stageAt(u);
    if (name !== "turn" || this.solid === 1) return 0;
    const path = model.net.path(model.frame, layer);
    return Math.abs(path[14]) > 0.999 ? 0 : 0.5 * Math.sin(Math.PI * t) * (1 - this.solid);
  }

  /** The visitor's turn counts from the standard view: tilted, or along the cut. */
  look(glance, edgeOn) {
    const { standpoint } = this;
    const yaw = this.solid * (this.yaw - edgeOn * standpoint.yaw) - 0.6 * glance;
    const pitch = this.solid * (this.pitch - edgeOn * standpoint.pitch) + 0.7 * glance;
    const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    this.matrix.set([cy, 0, sy, sy * sp, cp, -cy * sp, -sy * cp, sp, cy * cp]);
    // Seen along it, the cut is one line only without perspective.
    const aside = Math.hypot(this.yaw - standpoint.yaw, this.pitch - standpoint.pitch);
    this.flat = edgeOn * Math.max(0, 1 - aside);
  }

  zoom(model, layer, local, width, height, top) {
    const at = Math.min(local * KEYS, KEYS - 1e-9);
    const k = Math.floor(at);
    const here = this.extentAt(model, layer, k);
    const next = at > k ? this.extentAt(model, layer, k + 1) : here; // at rest it would cost another space
    const [x, y, z, across, up, radius] = here.map((number, j) => number + (at - k) * (next[j] - number));
    this.center = [x, y, z];
    const fit = (half) => half + this.solid * (radius - half);
    this.scale = Math.min(width / (2 * fit(across)), (height - top) / (2 * fit(up)));
    this.half = Math.min(width, height) / (2 * this.scale);
    // To the left of what lies over the picture, as far as that costs nothing of its size.
    const spare = width - 2 * fit(across) * this.scale;
    this.middle = [(width - Math.min(this.covered, spare)) / 2, Math.max(height / 2, top + fit(up) * this.scale)];
  }

  /** What the points take up at place `key` (0..KEYS) of the way of a layer; see `extent`. */
  extentAt(model, layer, key = KEYS) {
    const extents = (model.entry.extents ??= new Map());
    const number = (KEYS + 1) * layer + key;
    if (!extents.has(number)) extents.set(number, this.measure(model, layer, key));
    return extents.get(number);
  }

  measure(model, layer, key) {
    const { net, nodes, N, scratch } = model;
    const sizes = (model.entry.largest ??= []);
    const shown = Math.min(layer, net.depth);
    const least = SMALLEST * Math.max(1e-3, (sizes[shown] ??= largest(model.layers[shown], nodes, N)));
    // Just short of the end: the end itself belongs to the next layer's first stage.
    model.samples.positions(layer - 1 + Math.min(key / KEYS, 1 - 1e-7), scratch, nodes, N);
    const found = extent(scratch, 3 * nodes, 3 * N, this.ends(net, layer, key / KEYS), least);
    return model.steady?.(layer, key / KEYS, found) ?? found;
  }

  /** What has to be in sight beside the points: the cut at 0 across, or the axis of the one logit. */
  ends(net, layer, local) {
    if (layer <= net.depth || net.sizes[layer] !== 1) return "";
    if (net.ending === "cut") return 3 * local >= 1 - 1e-9 ? "cut" : "";
    return local === 1 ? "logit" : "";
  }

  /** How far behind the middle of a picture in space something is, 0 (not) .. 1, by its nearness. */
  faintness(nearness) {
    const behind = (1 - nearness) * (EYE + 1); // 1 at the back of the sphere that is in sight
    return this.solid * (1 - this.flat) * Math.min(Math.max(behind, 0), 1);
  }

  /** Pixels (2 n) of a few places [x, y, z]. */
  pixelsOf(places) {
    const pixels = new Float32Array(2 * places.length);
    this.project(Float32Array.from(places.flat()), pixels, new Float32Array(places.length));
    return pixels;
  }

  /** Pixels (n, 2) and nearness (n) of positions (n, 3); nearness is 1 at the center, more in front. */
  project(positions, pixels, nearness, from = 0, to = nearness.length) {
    const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = this.matrix;
    const [cx, cy, cz] = this.center;
    const [mx, my] = this.middle;
    const eye = EYE * this.half;
    for (let i = from; i < to; i++) {
      const x = positions[3 * i] - cx, y = positions[3 * i + 1] - cy, z = positions[3 * i + 2] - cz;
      const seen = Math.min(eye / Math.max(eye - (x * zx + y * zy + z * zz), 0.05 * eye), 20);
      nearness[i] = seen;
      const near = seen + this.flat * (1 - seen);
      pixels[2 * i] = mx + this.scale * near * (x * xx + y * xy + z * xz);
      pixels[2 * i + 1] = my - this.scale * near * (x * yx + y * yy + z * yz);
    }
  }
}


/** The largest output of a layer for rows from..to. */
function largest({ post, width }, from, to) {
  let size = 0;
  for (let i = from * width; i < to * width; i++) {
    const value = Math.abs(post[i]);
    if (value > size) size = value;
  }
  return size;
}

/** [center (3), half width, half height, radius in space] of positions[from..to], at least `least`;
 *  "cut": with 0 across; "logit": with 0 and room above it for the axis of the logit. */
function extent(positions, from, to, ends, least) {
  const bounds = [0, 1, 2].map((axis) => range(positions, from + axis, to));
  for (const bound of bounds.slice(0, ends === "cut" ? 1 : ends ? 3 : 0)) {
    bound[0] = Math.min(bound[0], 0);
    bound[1] = Math.max(bound[1], 0);
  }
  const center = bounds.map(([low, high]) => (low + high) / 2);
  const [across, up] = [0, 1].map((axis) => bounds[axis][1] - center[axis]);
  const sides = [across, up].map((half) => MARGIN * Math.max(half, 0.05 * across, 0.05 * up, least));
  if (ends === "logit") center[1] += 0.3 * Math.max(across, least); // room above the axis for the histogram
  return [...center, ...sides, Math.max(Math.sqrt(farthest(positions, from, to, center)), least)];
}

/** [lowest, highest] of every third value. */
function range(values, from, to) {
  let low = Infinity, high = -Infinity;
  for (let i = from; i < to; i += 3) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

/** The largest squared distance of positions[from..to] from a center. */
function farthest(positions, from, to, [cx, cy, cz]) {
  let most = 0;
  for (let i = from; i < to; i += 3) {
    const x = positions[i] - cx, y = positions[i + 1] - cy, z = positions[i + 2] - cz;
    const square = x * x + y * y + z * z;
    if (square > most) most = square;
  }
  return most;
}
