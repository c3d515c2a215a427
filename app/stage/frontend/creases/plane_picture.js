// The mesh over the input plane: pieces, fold lines, boundary and points; to zoom, pan and click.

import { Painter } from "../draw/painter.js";
import { PointLayer } from "../draw/points.js";
import { Surface } from "../draw/surface.js";
import { ancestor } from "../network/mesh.js";
import { coloringOf, faceColors, outputShader } from "./colorings.js";
import { eachFace, lineThickness, paintLines, rimOf, sampling, strokePairs } from "./paint.js";

const NEAREST = 400; // times the whole
const MARK_WIDTH = 3;

/** Layers of which all fold lines are drawn. */
export const wholeFolds = ({ folds, newest }) => (newest < Infinity ? folds - 1 : folds);

export class PlanePicture {
  constructor(frame, store, theme) {
    Object.assign(this, { store, theme, points: null });
    this.surface = new Surface(frame, "lw-canvas", () => this.draw());
    this.canvas = this.surface.canvas;
    this.painter = new Painter((raster, wish) => this.paint(raster, wish), () => this.show());
    this.view = { x: 0, y: 0, zoom: 1 };
  }

  /** Looks at the whole box. */
  fit() {
    this.look({ x: 0, y: 0, zoom: 1 });
  }

  /** What the link says of where one looks; null for the whole. */
  where() {
    const { x, y, zoom } = this.view;
    if (this.fitted) return { cx: null, cy: null, zoom: null };
    return { cx: Math.round(x * 1e6) / 1e6, cy: Math.round(y * 1e6) / 1e6, zoom: Math.round(zoom * 1e3) / 1e3 };
  }

  get fitted() {
    return this.view.zoom === 1;
  }

  setNet(net) {
    const same = this.box && String(this.box) === String(net.box);
    this.box = net.box;
    if (!same) this.fit();
    this.points = null;
  }

  /** CSS pixels an input unit. */
  scaleOf(view) {
    return (Math.min(this.surface.width, this.surface.height) / (this.box[1] - this.box[0])) * view.zoom;
  }

  /** Input coordinates { x, y } at a CSS pixel of the canvas. */
  inputAt(px, py) {
    const scale = this.scaleOf(this.view);
    return {
      x: this.view.x + (px - this.surface.width / 2) / scale,
      y: this.view.y - (py - this.surface.height / 2) / scale,
    };
  }

  /** CSS pixels { x, y } of an input point. */
  pixelAt({ x, y }) {
    const scale = this.scaleOf(this.view);
    return {
      x: this.surface.width / 2 + (x - this.view.x) * scale,
      y: this.surface.height / 2 - (y - this.view.y) * scale,
    };
  }

  pan(dx, dy) {
    const scale = this.scaleOf(this.view);
    this.look({ ...this.view, x: this.view.x - dx / scale, y: this.view.y + dy / scale });
  }

  /** Zooms by a factor; the place under CSS pixel (px, py) stays. */
  zoomBy(factor, px = this.surface.width / 2, py = this.surface.height / 2) {
    const before = this.inputAt(px, py);
    const zoom = Math.min(Math.max(this.view.zoom * factor, 1), NEAREST);
    this.view = { ...this.view, zoom };
    const after = this.inputAt(px, py);
    this.look({ x: this.view.x + before.x - after.x, y: this.view.y + before.y - after.y, zoom });
  }

  /** Keeps the view inside the box. */
  look({ x, y, zoom }) {
    const [xMin, xMax, yMin, yMax] = this.box;
    const inside = (value, low, high) => {
      const room = (high - low) / 2 / zoom;
      return Math.min(Math.max(value, low + room), high - room);
    };
    this.view = { x: inside(x, xMin, xMax), y: inside(y, yMin, yMax), zoom };
    this.store.touch("view");
  }

  draw() {
    const { surface, store } = this;
    if (!store.mesh || !surface.width) return;
    const samples = sampling(surface, store.mesh);
    const { mesh, folds, overlays, newest } = store;
    this.fresh = false;
    this.painter.request({
      width: Math.round(surface.width * samples), height: Math.round(surface.height * samples),
      mesh, folds, newest, coloring: coloringOf(store), lines: overlays.has("folds"), samples, view: this.view, scale: this.scaleOf(this.view),
    });
    if (!this.fresh) this.show();
    this.canvas.style.touchAction = this.fitted ? "pan-y" : "none";
  }

  *paint(raster, wish) {
    const { mesh, folds, newest, coloring, samples, view, width, height } = wish;
    const level = wholeFolds(wish);
    const scale = wish.scale * samples;
    const { vertices, corners, starts, parents } = mesh;
    const pixels = new Float64Array(2 * mesh.vertexCount);
    for (let i = 0; i < pixels.length; i += 2) {
      pixels[i] = width / 2 + (vertices[i] - view.x) * scale;
      pixels[i + 1] = height / 2 - (vertices[i + 1] - view.y) * scale;
    }
    yield;
    if (coloring === "output") {
      const shader = outputShader(mesh, this.theme);
      yield* eachFace(mesh, (f) => raster.shade(pixels, corners, starts[f], starts[f + 1], (px, py) =>
        shader(f, view.x + (px - width / 2) / scale, view.y - (py - height / 2) / scale)));
    } else {
      const colors = faceColors(mesh, coloring, level, this.theme);
      yield;
      yield* eachFace(mesh, (f) =>
        raster.fill(pixels, corners, starts[f], starts[f + 1], colors[ancestor(parents, f, colors.length)]));
    }
    const thickness = lineThickness(mesh, view.zoom) * samples;
    if (wish.lines) yield* paintLines(raster, mesh, folds, pixels, thickness, this.theme, newest);
  }

  /** Puts the last painting on the canvas, moved to where one looks by now, and the marks on it. */
  show() {
    this.fresh = true;
    const { surface, painter: { shown } } = this;
    const context = surface.begin();
    if (!context || !shown) return;
    const { wish, raster } = shown;
    const ratio = this.scaleOf(this.view) / wish.scale;
    const { x, y } = this.pixelAt(wish.view);
    const [width, height] = [(ratio * wish.width) / wish.samples, (ratio * wish.height) / wish.samples];
    context.drawImage(raster.canvas, x - width / 2, y - height / 2, width, height);
    this.drawMarks(context, wish.mesh);
  }

  /** drawPoints(scale): how the points come onto the context. */
  drawMarks(context, mesh, drawPoints = (scale) => this.drawPoints(context, scale)) {
    const { store: { overlays, piece, folds, chosen }, theme, surface } = this;
    const scale = this.scaleOf(this.view);
    const { vertices } = mesh;
    const pixels = new Float64Array(vertices.length);
    for (let i = 0; i < pixels.length; i += 2) {
      pixels[i] = surface.width / 2 + (vertices[i] - this.view.x) * scale;
      pixels[i + 1] = surface.height / 2 - (vertices[i + 1] - this.view.y) * scale;
    }
    if (overlays.has("boundary")) strokePairs(context, mesh.boundary, pixels, 3, theme);
    if (overlays.has("points")) drawPoints(scale);
    if (piece >= 0 && piece < mesh.areas.length) {
      strokePairs(context, rimOf(mesh, piece, folds), pixels, MARK_WIDTH, theme, theme.mark);
      this.drawCross(context, this.pixelAt(chosen));
    }
  }

  drawCross(context, { x, y }) {
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: this.theme.mark, strokeStyle: this.theme.background, lineWidth: 2 });
    context.fill();
    context.stroke();
  }

  drawPoints(context, scale) {
    const { surface, store: { model: { net } } } = this;
    const key = `${surface.width} ${surface.height} ${surface.ratio} ${net.labels.length}`;
    if (!this.points || this.pointsKey !== key) {
      const radius = Math.max(Math.min(surface.width, surface.height) / (net.labels.length > 600 ? 190 : 150), 2);
      this.points = new PointLayer(this.theme, surface.width, surface.height, surface.ratio, radius);
      this.order = Uint32Array.from(net.labels, (_, i) => i);
      this.pointsKey = key;
    }
    const pixels = new Float32Array(net.points.length);
    for (let i = 0; i < pixels.length; i += 2) {
      pixels[i] = surface.width / 2 + (net.points[i] - this.view.x) * scale;
      pixels[i + 1] = surface.height / 2 - (net.points[i + 1] - this.view.y) * scale;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.points.draw(context, pixels, 0, this.order, net.labels);
    context.setTransform(surface.ratio, 0, 0, surface.ratio, 0, 0);
  }
}
