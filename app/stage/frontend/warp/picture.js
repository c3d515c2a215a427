// Draws the stage: grid, decision boundary, points and axes of one model at one timeline position.

import { DIAL_HEIGHT, drawAxes, drawAxisNames, drawHistogram, histogramShare } from "../draw/axes.js";
import { traceSegments, write } from "../draw/marks.js";
import { PointLayer } from "../draw/points.js";
import { drawingSize } from "../draw/surface.js";
import { Camera } from "../network/camera.js";
import { linearMotion } from "../network/samples.js";
import { hiddenMaps, separators } from "../network/separators.js";
import { Cut } from "./cut.js";
import { Probe } from "./probe.js";
import { Sheet } from "./sheet.js";
import { drawTrail } from "./trail.js";

const GRID_CELLS = 16; // drawn cells a side; the lattice is finer, so that bent lines look bent
const FARTHEST = 2e4; // pixels; what is farther out is drawn there
const RATIO_LIMIT = 2.5;
const PICK_RADIUS = 16;
const HEAD = 13; // pixels of an arrow's head
const FOLD_DASH = [8, 6];
const DIAL_WIDTH = 430; // pixels at the lower left that the open dial of the bend may cover
const MOST_NAMED = 4; // fold lines that have their names written at them

export class Picture {
  constructor(canvas, store, theme) {
    Object.assign(this, { canvas, store, theme, model: null, width: 0, height: 0, ratio: 1 });
    this.revealed = 1; // how much of the network's answer is shown: the sides' colors, the boundary
    this.context = canvas.getContext("2d");
    this.camera = new Camera();
    this.points = null;
    this.cut = new Cut(this);
    this.probe = new Probe(this);
    this.circle = null;
    this.sheet = new Sheet(this);
  }

  setModel(model) {
    this.model = model;
    if (this.drawn?.length !== 3 * model.N) {
      this.drawn = new Float32Array(3 * model.N);
      this.pixels = new Float32Array(2 * model.N);
      this.nearness = new Float32Array(model.N);
      this.order = new Uint32Array(model.N - model.nodes);
    }
    this.sorted = true; // the order of the data is not there yet
    this.lines = new Map();
    this.points = null;
  }

  /** Takes the size of the canvas on the page; true when there is something to draw on. */
  measure() {
    const { width, height, ratio } = drawingSize(this.canvas, RATIO_LIMIT);
    if (width !== this.width || height !== this.height || ratio !== this.ratio) {
      Object.assign(this, { width, height, ratio, points: null });
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    return this.width > 0 && this.height > 0;
  }

  /** Colors have changed. */
  restyle() {
    this.points = null;
  }

  /** Positions (N, 3) that were drawn last: lattice row by row, then the data points. */
  positions() {
    return this.drawn;
  }

  /** Place { x, y } on the canvas where lattice node or point i was drawn last. */
  screen(i) {
    return { x: this.pixels[2 * i], y: this.pixels[2 * i + 1] };
  }

  draw() {
    if (!this.model || !this.width) return;
    const { context, camera, model, store, width, height, ratio } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    camera.aim(model, store.u, width, height);
    model.positions(store.u, this.drawn);
    camera.project(this.drawn, this.pixels, this.nearness);
    this.placed = this.placeLines("boundary", model.boundary);
    this.cut.aim();
    this.cut.drawSides();
    drawAxes(context, camera, model, store.u, this.theme, width, height);
    if (this.revealed > 0) this.sheet.draw();
    this.drawGrid();
    this.drawSeparators();
    this.drawFolds();
    this.drawNeuron();
    this.drawBoundary();
    this.cut.drawLines();
    this.probe.draw();
    const share = histogramShare(model, store.u);
    if (share) drawHistogram(context, camera, model, this.theme, width, height, share);
    this.drawPoints();
    this.cut.drawWrong();
    drawAxisNames(context, camera, model, store, this.theme, width, height);
    this.cut.drawNames();
    drawTrail(this);
    this.drawCircle();
    this.drawHover();
    this.overlay?.draw();
    this.canvas.style.touchAction = camera.solid > 0.5 ? "none" : "pan-y";
  }

  /** The small circle around the marked point, fetched when there is one. */
  drawCircle() {
    if (this.circle) return this.circle.draw();
    if (this.store.pinned) this.fetching ??= this.fetchCircle();
  }

  async fetchCircle() {
    const { Circle } = await import("./circle.js");
    this.circle = new Circle(this);
    this.store.touch("pinned");
  }

  drawGrid() {
    const { context, model: { G }, theme } = this;
    const every = Math.max(1, Math.round((G - 1) / GRID_CELLS));
    context.beginPath();
    for (let line = 0; line < G; line += every) {
      this.trace(line * G, 1, G);
      this.trace(line, G, G);
    }
    context.strokeStyle = theme.text;
    context.globalAlpha = theme.dark ? 0.3 : 0.24;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
  }

  trace(start, step, count) {
    const { context, pixels } = this;
    context.moveTo(bounded(pixels[2 * start]), bounded(pixels[2 * start + 1]));
    for (let k = 1, i = start + step; k < count; k++, i += step) {
      context.lineTo(bounded(pixels[2 * i]), bounded(pixels[2 * i + 1]));
    }
  }

  showsBoundary() {
    return this.revealed === 1 && this.model.boundary.segments.length > 0;
  }

  drawBoundary() {
    if (!this.showsBoundary()) return;
    this.traceLines(this.model.boundary.segments, this.placed);
    this.stroke(this.theme.background, 7, 0.85, "butt");
    this.stroke(this.theme.text, 3.5, 1);
  }

  /** The lines along which the next bend folds: they grow before it and fade as it ends. */
  drawFolds() {
    const { context, model, store: { u }, theme } = this;
    const { layer, name, t } = model.stageAt(u);
    const grown = { shift: 2 * t - 1, bend: 1 }[name] ?? 0;
    if (grown <= 0) return;
    const alpha = name === "bend" ? Math.min(4 * (1 - t), 1) : 1;
    const folds = model.folds(layer);
    for (const { neuron, segments, points } of folds) {
      const placed = this.placeLines(`fold ${neuron}`, { points });
      this.traceLines(segments.slice(0, 2 * Math.ceil((grown * segments.length) / 2)), placed);
      context.setLineDash(FOLD_DASH);
      this.stroke(theme.text, 2, alpha, "butt");
      context.setLineDash([]);
      if (name === "bend" && folds.length <= MOST_NAMED) this.nameFold(neuron, placed.pixels, alpha);
    }
  }

  /** At the end of the line, as far out as it is in sight. */
  nameFold(neuron, pixels, alpha) {
    const { context, theme, width, height, store, camera: { middle: [mx, my] } } = this;
    const covered = (x, y) => store.bend !== null && x < DIAL_WIDTH && y > height - DIAL_HEIGHT;
    let [best, farthest] = [-1, 0];
    for (let k = 0; k < pixels.length; k += 2) {
      const [x, y] = [pixels[k], pixels[k + 1]];
      const distance = Math.hypot(x - mx, y - my);
      if (distance > farthest && x > 60 && x < width - 60 && y > 24 && y < height - 24 && !covered(x, y)) [best, farthest] = [k, distance];
    }
    if (best < 0) return;
    context.globalAlpha = alpha;
    const style = { font: `600 14px ${theme.font}`, textAlign: "center", textBaseline: "middle" };
    write(context, theme, `neuron ${neuron + 1} = 0`, pixels[best], pixels[best + 1], style);
    context.globalAlpha = 1;
  }

  /** Where the pre-activation of the chosen neuron is 0. */
  drawNeuron() {
    const { model, store: { neuron } } = this;
    const layer = neuron && model.layers[neuron.layer];
    if (!layer || neuron.index >= layer.width) return;
    const lines = model.zeroLine(neuron.layer, neuron.index);
    if (!lines.segments.length) return;
    this.traceLines(lines.segments, this.placeLines("neuron", lines));
    this.stroke(this.theme.mark, 3, 1);
  }

  drawArrow([x0, y0], [x1, y1], color, width = 4) {
    const { context, theme } = this;
    const length = Math.hypot(x1 - x0, y1 - y0);
    const trace = () => {
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      if (length < 2) return;
      const head = Math.min(HEAD, 0.6 * length);
      const [dx, dy] = [(head * (x1 - x0)) / length, (head * (y1 - y0)) / length];
      context.moveTo(x1 - dx - 0.55 * dy, y1 - dy + 0.55 * dx);
      context.lineTo(x1, y1);
      context.lineTo(x1 - dx + 0.55 * dy, y1 - dy - 0.55 * dx);
    };
    context.lineJoin = "round";
    trace();
    this.stroke(theme.background, width + 4, 0.9);
    trace();
    this.stroke(color, width, 1);
  }

  stroke(color, width, alpha, cap = "round") {
    const { context } = this;
    Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: alpha });
    context.lineCap = cap;
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Where the points of lines in the input space are at the shown u. */
  placeLines(name, { points }) {
    const memory = this.memory(name, points.length / 2);
    this.model.place(points, this.store.u, memory.positions);
    this.camera.project(memory.positions, memory.pixels, memory.nearness);
    return memory;
  }

  /** The segments between placed points as a path. */
  traceLines(segments, { pixels }) {
    const { context } = this;
    context.lineJoin = "round";
    context.beginPath();
    traceSegments(context, segments, (k) => bounded(pixels[2 * k]), (k) => bounded(pixels[2 * k + 1]));
  }

  /** Room for `count` placed points, kept from frame to frame. */
  memory(name, count) {
    const found = this.lines.get(name);
    if (found && found.nearness.length === count) return found;
    const fresh = {
      positions: new Float32Array(3 * count),
      pixels: new Float32Array(2 * count),
      nearness: new Float32Array(count),
    };
    this.lines.set(name, fresh);
    return fresh;
  }

  /** On the way to the logits: the straight line or plane of the read-out. */
  drawSeparators() {
    const { model, store: { u } } = this;
    if (model.net.ending === "cut") return;
    const { depth, start } = model.net;
    const alpha = Math.min(depth > start ? (u - depth + 0.15) / 0.15 : 1, (depth + 1 - u) / 0.15, 1);
    if (alpha <= 0) return;
    const known = (model.entry.separators ??= this.findSeparators());
    for (const polygon of known) {
      const flat = this.moveSeparator(polygon, u);
      const { context } = this;
      context.beginPath();
      for (let k = 0; k < polygon.length; k++) {
        context[k ? "lineTo" : "moveTo"](bounded(flat[2 * k]), bounded(flat[2 * k + 1]));
      }
      if (polygon.length > 2) {
        context.closePath();
        context.fillStyle = this.theme.text;
        context.globalAlpha = (known.length > 1 ? 0.04 : 0.1) * alpha;
        context.fill();
      }
      context.setLineDash([9, 7]);
      this.stroke(this.theme.text, 2, (known.length > 1 && polygon.length > 2 ? 0.4 : 1) * alpha);
      context.setLineDash([]);
    }
  }

  findSeparators() {
    const { model, camera } = this;
    const [x, y, z, , , radius] = camera.extentAt(model, model.net.depth + 1, 0);
    return separators(hiddenMaps(model.net, model.frame), model.net.sizes[model.net.depth], [x, y, z], 0.8 * radius);
  }

  /** Pixels of a polygon of the last hidden space at u in its bend or in the read-out. */
  moveSeparator(polygon, u) {
    const { model: { net, frame } } = this;
    const { name, t, tau } = net.stageAt(Math.max(u, net.depth));
    const motion = linearMotion(net.path(frame, net.depth + 1), name, t, tau, new Float64Array(12));
    return this.camera.pixelsOf(polygon.map((corner) => {
      const end = readoutPicture(net, frame, corner);
      return [0, 1, 2].map((j) => corner[0] * motion[j] + corner[1] * motion[3 + j] + corner[2] * motion[6 + j]
        + motion[9 + j] + tau * end[j]);
    }));
  }

  /** The points; in space, the cut's plane between those behind it and those in front. */
  drawPoints() {
    this.points ??= this.createPoints();
    this.sortByDepth();
    const plane = this.cut.plane();
    if (!plane) return this.stamp(this.order);
    const behind = this.cut.hides();
    this.stamp(this.order.filter(behind));
    this.cut.drawPlane(plane);
    this.stamp(this.order.filter((i) => !behind(i)));
  }

  stamp(order) {
    const { context, model, ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.points.draw(context, this.pixels, model.nodes, order, model.net.labels, this.faintness());
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** Of the points (at their places among `nearness`); null where they are all as near. */
  faintness() {
    const { camera, nearness } = this;
    return camera.solid > 0 && camera.flat < 1 ? nearness.map((seen) => camera.faintness(seen)) : null;
  }

  createPoints() {
    const { width, height, order: { length } } = this;
    const radius = Math.max(Math.min(width, height) / (length > 1200 ? 190 : length > 600 ? 160 : 130), 2.2);
    return new PointLayer(this.theme, width, height, this.ratio, radius);
  }

  /** In 3-D the farthest points come first; flat pictures keep the order of the data. */
  sortByDepth() {
    const { order, nearness, model: { nodes } } = this;
    if (this.camera.solid === 0 && !this.sorted) return;
    for (let k = 0; k < order.length; k++) order[k] = k;
    this.sorted = this.camera.solid > 0;
    if (this.sorted) order.sort((a, b) => nearness[nodes + a] - nearness[nodes + b]);
  }

  drawHover() {
    const { hover } = this.store;
    if (!hover) return;
    const memory = this.memory("hover", 1);
    this.model.place(new Float32Array([hover.x, hover.y]), this.store.u, memory.positions);
    this.camera.project(memory.positions, memory.pixels, memory.nearness);
    this.context.beginPath();
    this.context.arc(memory.pixels[0], memory.pixels[1], this.points.radius + 5, 0, 2 * Math.PI);
    this.stroke(this.theme.background, 5, 1);
    this.stroke(this.theme.text, 2.5, 1);
  }

  /** Number of the data point drawn nearest to CSS pixel (x, y) of the canvas, or -1. */
  pick(x, y) {
    const { pixels, model: { nodes, N } } = this;
    let best = -1;
    let nearest = PICK_RADIUS ** 2;
    for (let i = nodes; i < N; i++) {
      const distance = (pixels[2 * i] - x) ** 2 + (pixels[2 * i + 1] - y) ** 2;
      if (distance < nearest) {
        nearest = distance;
        best = i - nodes;
      }
    }
    return best;
  }
}

const bounded = (pixel) => (pixel > FARTHEST ? FARTHEST : pixel < -FARTHEST ? -FARTHEST : pixel);

/** Picture of the read-out at a point of an exact last hidden space. */
function readoutPicture(net, frame, hidden) {
  const { weights, bias } = net.layer(frame, net.depth + 1);
  const { basis, origin } = net.picture(frame, net.depth + 1);
  const out = Array.from(origin);
  bias.forEach((offset, j) => {
    let logit = offset;
    for (let k = 0; k < net.sizes[net.depth]; k++) logit += hidden[k] * weights[k * bias.length + j];
    for (let axis = 0; axis < 3; axis++) out[axis] += logit * basis[3 * j + axis];
  });
  return out;
}
