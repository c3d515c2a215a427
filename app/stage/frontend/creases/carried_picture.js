// The same mesh where a place on the way through the layers has it: every piece stays a flat polygon.

import { drawAxes, drawAxisNames } from "../draw/axes.js";
import { Painter } from "../draw/painter.js";
import { PointLayer } from "../draw/points.js";
import { Surface } from "../draw/surface.js";
import { Camera } from "../network/camera.js";
import { ancestor } from "../network/mesh.js";
import { positionsAt } from "../network/samples.js";
import { carriedShader, coloringOf, faceColors } from "./colorings.js";
import { wholeFolds } from "./plane_picture.js";
import { drawEdge, eachFace, lineColors, lineThickness, paintLines, rimOf, sampling, strokePairs } from "./paint.js";

const FLAT_SHARE = 0.72; // sheets that lie on each other shine through
const SOLID_SHARE = 0.94;
const LIGHT = [0.35, 0.5, 0.79];

export class CarriedPicture {
  constructor(frame, store, theme) {
    Object.assign(this, { store, theme, points: null });
    this.surface = new Surface(frame, "lw-canvas", () => this.draw());
    this.canvas = this.surface.canvas;
    this.camera = new Camera();
    this.painter = new Painter((raster, wish) => this.paint(raster, wish), () => this.show());
  }

  draw() {
    const { surface, store, camera } = this;
    if (!store.mesh || !surface.width) return;
    const { mesh, model, u, overlays } = store;
    const folds = wholeFolds(store);
    const samples = sampling(surface, mesh);
    this.painter.request({
      width: Math.round(surface.width * samples), height: Math.round(surface.height * samples),
      mesh, model, u, folds, coloring: coloringOf(store), lines: overlays.has("folds"), samples, yaw: camera.yaw, pitch: camera.pitch,
    });
    const turns = camera.solid > 0.5;
    Object.assign(this.canvas.style, { touchAction: turns ? "none" : "pan-y", cursor: turns ? "grab" : "" });
  }

  /** Positions (n, 3), pixels (n, 2) and nearness (n) of all vertices for a wish, on a picture of its
   *  size / share; near (n): how much larger than in the middle each is seen. */
  place(wish, share) {
    const { mesh, model, u } = wish;
    const n = mesh.vertices.length / 2;
    this.camera.yaw = wish.yaw;
    this.camera.pitch = wish.pitch;
    this.camera.aim(model, u, wish.width / share, wish.height / share);
    const room = new Float32Array(3 * n);
    const positions = mesh.nodes ? model.place(mesh.inputs, u, room) : positionsAt(model.net, mesh.frame, mesh.placed, u, room, 0, n);
    const pixels = new Float32Array(2 * n);
    const nearness = new Float32Array(n);
    this.camera.project(positions, pixels, nearness);
    const { flat } = this.camera;
    return { positions, pixels, nearness, near: nearness.map((seen) => seen + flat * (1 - seen)) };
  }

  *paint(raster, wish) {
    const { mesh, folds, samples } = wish;
    const placed = this.place(wish, 1);
    const { solid } = this.camera;
    yield;
    const glaze = this.glazeOf(raster, wish, placed);
    yield;
    const thickness = lineThickness(mesh, 1) * samples;
    if (solid > 0) {
      yield* this.paintSolid(raster, wish, placed, glaze, thickness);
    } else {
      yield* eachFace(mesh, (f) => glaze(f, FLAT_SHARE, 1));
      if (wish.lines) yield* paintLines(raster, mesh, folds, placed.pixels, thickness, this.theme);
    }
  }

  /** A function (face, share, light) that lays a face over what is there, in its color or colors. */
  glazeOf(raster, { mesh, coloring, folds }, { pixels, near }) {
    const { corners, starts, parents } = mesh;
    if (coloring === "output") {
      const shader = carriedShader(mesh, this.theme, pixels, near);
      return (f, share, light) => {
        const shade = shader(f);
        const lit = light < 1 ? (x, y) => dimmed(shade(x, y), light) : shade;
        if (typeof shade === "number") raster.glaze(pixels, corners, starts[f], starts[f + 1], dimmed(shade, light), share);
        else if (shade) raster.shade(pixels, corners, starts[f], starts[f + 1], lit, share);
      };
    }
    const colors = faceColors(mesh, coloring, folds, this.theme);
    return (f, share, light) => raster.glaze(pixels, corners, starts[f], starts[f + 1],
      dimmed(colors[ancestor(parents, f, colors.length)], light), share);
  }

  /** Far pieces first, each with its own sides, lit from one side. */
  *paintSolid(raster, { mesh, folds, lines }, { positions, pixels, nearness }, glaze, thickness) {
    const { corners, starts, sides, creases, edges } = mesh;
    const shades = lineColors(this.theme);
    const order = farthestFirst(mesh, nearness);
    const { solid } = this.camera;
    yield;
    yield* eachFace(mesh, (f) => {
      const light = 1 - solid * (0.3 - 0.3 * Math.abs(lightOf(positions, corners, starts[f], starts[f + 1])));
      glaze(f, FLAT_SHARE + solid * (SOLID_SHARE - FLAT_SHARE), light);
      if (!lines) return;
      for (let k = starts[f]; k < starts[f + 1]; k++) {
        const layer = creases[2 * sides[k]];
        if (layer >= 0 && layer < folds) drawEdge(raster, edges, 2 * sides[k], pixels, thickness, shades[layer % shades.length]);
      }
    }, order);
  }

  show() {
    const { surface, painter: { shown }, theme, store: { overlays, piece, folds } } = this;
    const context = surface.begin();
    if (!context || !shown) return;
    const { wish, raster } = shown;
    const { yaw, pitch } = this.camera;
    const { width, height } = surface; // another than the painting's, for a moment, after a change
    const { pixels } = this.place(wish, wish.width / width);
    drawAxes(context, this.camera, wish.model, wish.u, theme, width, height);
    context.globalAlpha = 1;
    context.drawImage(raster.canvas, 0, 0, width, height);
    if (overlays.has("boundary")) strokePairs(context, wish.mesh.boundary, pixels, 2.5, theme);
    if (overlays.has("points")) this.drawPoints(context, wish);
    if (piece >= 0 && piece < wish.mesh.areas.length) {
      strokePairs(context, rimOf(wish.mesh, piece, folds), pixels, 3, theme, theme.mark);
    }
    drawAxisNames(context, this.camera, wish.model, wish, theme, width, height);
    Object.assign(this.camera, { yaw, pitch });
  }

  drawPoints(context, { model, u }) {
    const { surface } = this;
    const { nodes, N, net } = model;
    const positions = model.positions(u, new Float32Array(3 * N));
    const pixels = new Float32Array(2 * N);
    const nearness = new Float32Array(N);
    this.camera.project(positions, pixels, nearness);
    const key = `${surface.width} ${surface.height} ${surface.ratio} ${net.labels.length}`;
    if (!this.points || this.pointsKey !== key) {
      const radius = Math.max(Math.min(surface.width, surface.height) / 190, 2);
      this.points = new PointLayer(this.theme, surface.width, surface.height, surface.ratio, radius);
      this.pointsKey = key;
    }
    const order = Uint32Array.from(net.labels, (_, i) => i);
    if (this.camera.solid > 0) order.sort((a, b) => nearness[nodes + a] - nearness[nodes + b]);
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.points.draw(context, pixels, nodes, order, net.labels);
    context.setTransform(surface.ratio, 0, 0, surface.ratio, 0, 0);
  }
}

function farthestFirst({ corners, starts }, nearness) {
  const count = starts.length - 1;
  const means = new Float32Array(count);
  for (let f = 0; f < count; f++) {
    for (let k = starts[f]; k < starts[f + 1]; k++) means[f] += nearness[corners[k]] / (starts[f + 1] - starts[f]);
  }
  return Uint32Array.from({ length: count }, (_, f) => f).sort((a, b) => means[a] - means[b]);
}

/** -1..1: how far a flat polygon faces the light. */
function lightOf(positions, corners, from, to) {
  let x = 0, y = 0, z = 0;
  const p = 3 * corners[from];
  for (let k = from + 1; k + 1 < to; k++) {
    const a = 3 * corners[k], b = 3 * corners[k + 1];
    const ax = positions[a] - positions[p], ay = positions[a + 1] - positions[p + 1], az = positions[a + 2] - positions[p + 2];
    const bx = positions[b] - positions[p], by = positions[b + 1] - positions[p + 1], bz = positions[b + 2] - positions[p + 2];
    x += ay * bz - az * by;
    y += az * bx - ax * bz;
    z += ax * by - ay * bx;
  }
  const size = Math.hypot(x, y, z);
  return size > 0 ? (x * LIGHT[0] + y * LIGHT[1] + z * LIGHT[2]) / size : 1;
}

function dimmed(color, light) {
  const part = (shift) => Math.round(((color >>> shift) & 255) * light) << shift;
  return ((255 << 24) | part(16) | part(8) | part(0)) >>> 0;
}
