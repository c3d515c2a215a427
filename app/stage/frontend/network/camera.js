// From picture coordinates to pixels: zoom that follows the data, tilt and rotation for 3-D.

const TILT = { yaw: -0.55, pitch: 0.42 };
const EYE = 4.5; // distance of the eye in half sides of the picture: a mild perspective
const KEYS = 12; // key extents a layer: three in each of its four stages
const MARGIN = 1.12;
const STEEPEST = 1.5; // radians

/** Follows one model. After `aim(u)`: `project` maps (n, 3) to pixels, `depth` holds nearness. */
export class Camera {
  constructor() {
    this.reset();
    this.center = [0, 0, 0];
    this.half = 1;
    this.matrix = new Float64Array(9);
    this.solid = 0;
    this.extents = new WeakMap();
    this.scratch = null;
  }

  /** Back to the standard view. */
  reset() {
    this.yaw = TILT.yaw;
    this.pitch = TILT.pitch;
  }

  /** Turned as the link says; NaN is the standard view. */
  turnTo(yaw, pitch) {
    this.yaw = Number.isNaN(yaw) ? TILT.yaw : yaw;
    this.pitch = Number.isNaN(pitch) ? TILT.pitch : Math.min(Math.max(pitch, -STEEPEST), STEEPEST);
  }

  /** What the link says of the turn; null in the standard view. */
  view() {
    if (this.yaw === TILT.yaw && this.pitch === TILT.pitch) return { yaw: null, pitch: null };
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
    const [before, after] = [model.net.pictureDims[layer - 1], model.net.pictureDims[layer]];
    const blend = smooth(local);
    this.solid = (before === 3 ? 1 - blend : 0) + (after === 3 ? blend : 0);
    this.look(this.pageTurn(model, u));
    this.zoom(this.layerExtents(model, layer), local);
    this.scale = Math.min(width, height) / (2 * this.half);
    this.middle = [width / 2, height / 2];
  }

  /** A glance from the side while a flat picture turns through the third dimension. */
  pageTurn(model, u) {
    const { layer, name, t } = model.stageAt(u);
    if (name !== "turn" || this.solid === 1) return 0;
    const path = model.net.path(model.frame, layer);
    return Math.abs(path[14]) > 0.999 ? 0 : 0.5 * Math.sin(Math.PI * t) * (1 - this.solid);
  }

  look(glance) {
    const yaw = this.solid * this.yaw - 0.6 * glance;
    const pitch = this.solid * this.pitch + 0.7 * glance;
    const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    this.matrix.set([cy, 0, sy, sy * sp, cp, -cy * sp, -sy * cp, sp, cy * cp]);
  }

  zoom(keys, local) {
    const at = Math.min(local * KEYS, KEYS - 1e-9);
    const k = Math.floor(at);
    const mix = (j) => keys[5 * k + j] + (at - k) * (keys[5 * (k + 1) + j] - keys[5 * k + j]);
    this.center = [mix(0), mix(1), mix(2)];
    this.half = mix(3) + this.solid * (mix(4) - mix(3));
  }

  /** Center (3), half side flat, half side solid at KEYS + 1 places of the layer. */
  layerExtents(model, layer) {
    let layers = this.extents.get(model.entry);
    if (!layers) this.extents.set(model.entry, (layers = []));
    return (layers[layer] ??= this.measure(model, layer));
  }

  measure(model, layer) {
    const keys = new Float64Array(5 * (KEYS + 1));
    if (this.scratch?.length !== 3 * model.N) this.scratch = new Float32Array(3 * model.N);
    for (let k = 0; k <= KEYS; k++) {
      // Just short of the end: the end itself belongs to the next layer's first stage.
      const u = layer - 1 + Math.min(k / KEYS, 1 - 1e-7);
      model.samples.positions(u, this.scratch, model.nodes, model.N);
      const readout = model.net.sizes[layer] === 1 && layer === model.net.depth + 1;
      keys.set(extent(this.scratch, 3 * model.nodes, 3 * model.N, readout && k === KEYS), 5 * k);
    }
    return keys;
  }

  /** Pixels (n, 2) and nearness (n) of positions (n, 3); nearness is 1 at the center, more in front. */
  project(positions, pixels, nearness, from = 0, to = nearness.length) {
    const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = this.matrix;
    const [cx, cy, cz] = this.center;
    const [mx, my] = this.middle;
    const eye = EYE * this.half;
    for (let i = from; i < to; i++) {
      const x = positions[3 * i] - cx, y = positions[3 * i + 1] - cy, z = positions[3 * i + 2] - cz;
      const near = Math.min(eye / Math.max(eye - (x * zx + y * zy + z * zz), 0.05 * eye), 20);
      nearness[i] = near;
      pixels[2 * i] = mx + this.scale * near * (x * xx + y * xy + z * xz);
      pixels[2 * i + 1] = my - this.scale * near * (x * yx + y * yy + z * yz);
    }
  }
}

const thousandths = (value) => Math.round(value * 1000) / 1000;

const smooth = (t) => t * t * (3 - 2 * t);

/** [center (3), half side in the plane, radius in space] of positions[from..to]; with zero and room
 *  above it for the axis of the logit. */
function extent(positions, from, to, withZero) {
  const low = withZero ? [0, 0, 0] : [Infinity, Infinity, Infinity];
  const high = withZero ? [0, 0, 0] : [-Infinity, -Infinity, -Infinity];
  for (let i = from; i < to; i++) {
    const axis = (i - from) % 3;
    if (positions[i] < low[axis]) low[axis] = positions[i];
    if (positions[i] > high[axis]) high[axis] = positions[i];
  }
  const center = low.map((value, axis) => (value + high[axis]) / 2);
  const reach = high.map((value, axis) => value - center[axis]);
  const flat = Math.max(reach[0], reach[1], 0.2);
  if (withZero) center[1] += 0.3 * flat; // room above the axis for the histogram
  let radius = 0;
  for (let i = from; i < to; i += 3) {
    const [x, y, z] = [0, 1, 2].map((axis) => positions[i + axis] - center[axis]);
    radius = Math.max(radius, x * x + y * y + z * z);
  }
  return [...center, MARGIN * flat, Math.max(Math.sqrt(radius), 0.2)];
}
