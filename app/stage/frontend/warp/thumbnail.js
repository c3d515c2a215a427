// The small picture of the space after a layer: a few grid lines and a part of the points.

import { PointLayer } from "../draw/points.js";
import { Surface } from "../draw/surface.js";
import { readoutOf } from "../network/readout.js";

const MOST_POINTS = 300;
const POINTS_IN_ALL = 3600; // shared by all spaces of a deep network
const GRID_LINES = 8;
const RADIUS = 0.025; // of a point, as a share of the picture's height

export class Thumbnail {
  constructor(parent, layer, theme) {
    Object.assign(this, { layer, theme, model: null });
    this.surface = new Surface(parent, "lw-ribbon-picture", () => this.draw(this.model));
    this.surface.canvas.setAttribute("aria-hidden", "true");
  }

  draw(model) {
    this.model = model;
    const context = model && this.surface.begin();
    if (!context) return;
    const { layer, theme, surface } = this;
    const { net } = model;
    const dimensions = net.dimensionsOf(layer);
    const picture = model.pictures[layer].post;
    const along = net.ending === "cut" && layer > net.depth && readoutOf(net, model.frame).rank < 3;
    const view = fit(picture, model, dimensions > 2 && !along, surface);
    if (along && net.nClasses === 2 && model.cut.exact) markHalves(context, view, theme, surface);
    Object.assign(context, { lineWidth: 0.8, strokeStyle: theme.gray, globalAlpha: 0.7 });
    traceLattice(context, picture, model.G, view);
    context.globalAlpha = 1;
    if (dimensions === 1 && !along) markZero(context, view, theme, surface);
    this.stampPoints(context, picture, view);
  }

  stampPoints(context, picture, view) {
    const { G, net } = this.model;
    const count = net.labels.length;
    const most = Math.min(MOST_POINTS, Math.round(POINTS_IN_ALL / net.sizes.length));
    const stride = Math.max(1, Math.ceil(count / most));
    const places = new Float32Array(2 * count);
    const order = [];
    for (let i = 0; i < count; i += stride) {
      const at = 3 * (G * G + i);
      places[2 * i] = view.x(picture, at);
      places[2 * i + 1] = view.y(picture, at);
      order.push(i);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    layerFor(this.theme, this.surface).draw(context, places, 0, order, net.labels);
  }
}

const kept = { key: "", layer: null };

/** A layer of the theme's points: one serves all thumbnails, one after the other. */
function layerFor(theme, { width, height, ratio }) {
  const key = `${width} ${height} ${ratio} ${theme.background} ${theme.classes}`;
  if (key !== kept.key) Object.assign(kept, { key, layer: new PointLayer(theme, width, height, ratio, RADIUS * height) });
  return kept.layer;
}

/** Picture -> pixels of a square: all data points in sight, axes equal, y up; 3-D as on the stage. */
function fit(picture, model, tilted, { width, height }) {
  const [across, updown] = tilted
    ? tiltedAxes(model.standpoint)
    : [(values, at) => values[at], (values, at) => values[at + 1]];
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let at = 3 * model.G * model.G; at < picture.length; at += 3) {
    const x = across(picture, at);
    const y = updown(picture, at);
    low[0] = Math.min(low[0], x);
    high[0] = Math.max(high[0], x);
    low[1] = Math.min(low[1], y);
    high[1] = Math.max(high[1], y);
  }
  const widest = Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const scale = (Math.min(width, height) - 12) / widest;
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return {
    zero: width / 2 - middle[0] * scale,
    x: (values, at) => width / 2 + (across(values, at) - middle[0]) * scale,
    y: (values, at) => height / 2 - (updown(values, at) - middle[1]) * scale,
  };
}

/** Along the cut between two classes: it is where 0 is across, with one class on each side. */
function markHalves(context, { zero }, theme, { width, height }) {
  context.globalAlpha = 0.25;
  for (const [cls, from, to] of [[0, 0, zero], [1, zero, width]]) {
    context.fillStyle = theme.classes[cls];
    context.fillRect(from, 0, to - from, height);
  }
  Object.assign(context, { fillStyle: theme.text, globalAlpha: 1 });
  context.fillRect(zero - 1, 0, 2, height);
}

/** On a picture of one number: the place of 0, where the output changes its mind. */
function markZero(context, view, theme, { height }) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(view.zero, height * 0.3);
  context.lineTo(view.zero, height * 0.7);
  context.stroke();
}

/** Right and up on the screen for a view turned about the vertical and nodding down. */
function tiltedAxes({ yaw, pitch }) {
  const [sinTurn, cosTurn] = [Math.sin(yaw), Math.cos(yaw)];
  const [sinNod, cosNod] = [Math.sin(pitch), Math.cos(pitch)];
  const across = (v, at) => v[at] * cosTurn + v[at + 2] * sinTurn;
  const updown = (v, at) => v[at + 1] * cosNod + (v[at] * sinTurn - v[at + 2] * cosTurn) * sinNod;
  return [across, updown];
}

/** A few lines of the input's lattice where this picture has them. */
function traceLattice(context, picture, size, view) {
  const between = Math.max(1, Math.round((size - 1) / GRID_LINES));
  const stride = between > 2 ? 2 : 1;
  context.beginPath();
  for (const [line, along] of [
    [size, 1],
    [1, size],
  ]) {
    for (let start = 0; start < size; start += between) {
      for (let step = 0; step < size; step += stride) {
        const at = 3 * (start * line + step * along);
        context[step ? "lineTo" : "moveTo"](view.x(picture, at), view.y(picture, at));
      }
    }
  }
  context.stroke();
}
