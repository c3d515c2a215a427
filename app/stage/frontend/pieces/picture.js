// The canvas of the page "Pieces": target, output and hinges above, the strips below share their x.

import { niceStep } from "../draw/axes.js";
import { inkOn } from "../draw/colors.js";
import { halo, strokeLine } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";
import { interpolate } from "./model.js";
import { drawErrors, drawParts, drawPaths } from "./strips.js";
import { apart, bandColors, colorOf, neuronsHaveColors, pairs, plainNumber, shortNumber, tickText } from "./tools.js";

// Pixels under the main plot: hinges (more where they are numbered discs), then the axis' numbers.
const [BAND, WIDE_BAND] = [42, 58];
const STRIP_GAP = 30;
const SMALL = 520; // a picture narrower than that is drawn smaller
const LOW = 420; // one lower than that has room for the plot and a single strip
const MOST_GROWTH = 1.5; // of the plot's height, above it and below, for an output that goes beyond the target
const EDGE = 0.05; // of the plot's height between such an output and the frame
const MOST_GUIDES = 40;
const MOST_SLOPES = 32;
const HINGE_RADIUS = 10;
const BAND_RIM = 1.25;

export class LinePicture {
  /** plain: without the strips below. `beside`: values of what else is drawn, which need room too. */
  constructor(frame, store, theme, onResize, plain = false) {
    Object.assign(this, { store, theme, plain, beside: [], model: null });
    this.surface = new Surface(frame, "lw-canvas", onResize);
    this.canvas = this.surface.canvas;
    for (const [name, value] of [["role", "img"], ["tabindex", "0"]]) this.canvas.setAttribute(name, value);
  }

  setModel(model) {
    this.model = model;
    this.targetRange = valueRange(model.net);
  }

  /** Whether there is a network, and no secret what it does. */
  get shows() {
    return this.model.hasNetwork && !this.store.secret;
  }

  /** Places of the parts of the picture, from top to bottom. */
  layout() {
    const { width, height } = this.surface;
    const { net } = this.model;
    const small = width < SMALL;
    const strips = this.stripsFor(height, small);
    const [left, right] = [small ? 42 : 56, width - 14];
    const discs = this.model.hasHinges && neuronsHaveColors(this.model.network(this.model.frame));
    this.range = this.model.hasNetwork ? widened(widened(this.targetRange, this.model.ownForm.y), this.beside) : this.targetRange;
    this.band = discs ? WIDE_BAND : BAND;
    const room = height - 12 - this.band - strips.length * STRIP_GAP - 4;
    const shares = strips.reduce((sum, strip) => sum + strip.share, 0);
    const main = { left, right, top: 12, bottom: 12 + room * (1 - shares) };
    let top = main.bottom + this.band;
    for (const strip of strips) {
      strip.area = { left, right, top: top + STRIP_GAP - 6, bottom: top + STRIP_GAP - 6 + room * strip.share };
      top = strip.area.bottom + 6;
    }
    Object.assign(this, { main, strips, small });
    const [low, high] = this.range;
    this.x = (x) => left + ((x - net.low) / (net.high - net.low)) * (right - left);
    this.y = (y) => main.bottom - ((y - low) / (high - low)) * (main.bottom - main.top);
  }

  /** The strips that there is something to draw in, and room for. */
  stripsFor(height, small) {
    const { hasHinges, net } = this.model;
    if (!this.shows || this.plain) return [];
    if (height < LOW) return [{ draw: drawParts, share: 0.3 }];
    const compared = net.curveX.length > 0 || net.points.length > 0;
    const paths = net.scrub === "training" && net.frameCount > 1 && hasHinges && !small;
    return [
      { draw: drawParts, share: 0.22 },
      ...(compared ? [{ draw: drawErrors, share: 0.13 }] : []),
      ...(paths ? [{ draw: drawPaths, share: 0.13 }] : []),
    ];
  }

  /** Place and value under a pixel of the main plot. */
  valuesAt(px, py) {
    const { net } = this.model;
    const { left, right, top, bottom } = this.main;
    const [low, high] = this.range;
    return {
      x: net.low + ((px - left) / (right - left)) * (net.high - net.low),
      y: low + ((bottom - py) / (bottom - top)) * (high - low),
      inside: px >= left - 8 && px <= right + 8,
      inMain: px >= left - 8 && px <= right + 8 && py >= top - 8 && py <= bottom + 4,
    };
  }

  /** Number of the hinge handle under a pixel, or -1. */
  hingeAt(px, py) {
    const near = (this.handles ?? []).filter(({ x, y }) => Math.hypot(px - x, py - y) < HINGE_RADIUS + 8);
    near.sort((a, b) => Math.hypot(px - a.x, py - a.y) - Math.hypot(px - b.x, py - b.y));
    return near.length ? near[0].neuron : -1;
  }

  draw() {
    const context = this.model && this.surface.begin();
    if (!context) return;
    this.layout();
    const { theme } = this;
    context.fillStyle = theme.background;
    context.fillRect(0, 0, this.surface.width, this.surface.height);
    context.lineJoin = context.lineCap = "round";
    this.drawGrid(context);
    if (this.shows) this.drawGuides(context);
    this.clipped(context, () => {
      this.drawTarget(context);
      this.drawPoints(context);
      if (this.shows) this.drawOutput(context);
    });
    if (this.shows) {
      this.drawCutOff(context);
      this.drawHinges(context);
      for (const strip of this.strips) strip.draw(context, this, strip.area);
    }
    this.drawHover(context);
  }

  clipped(context, draw) {
    const { left, right, top, bottom } = this.main;
    context.save();
    context.beginPath();
    context.rect(left - 8, top - 8, right - left + 16, bottom - top + 9);
    context.clip();
    draw();
    context.restore();
  }

  drawGrid(context) {
    const { theme, main, range: [low, high], model: { net } } = this;
    context.font = `14px ${theme.font}`;
    context.fillStyle = context.strokeStyle = theme.text;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const value of ticks(low, high, 5)) {
      context.globalAlpha = value === 0 ? 0.3 : 0.12;
      strokeLine(context, main.left, this.y(value), main.right, this.y(value), 1);
      context.globalAlpha = 0.75;
      context.fillText(tickText(value, niceStep((high - low) / 5)), main.left - 8, this.y(value), main.left - 10);
    }
    context.textAlign = "center";
    for (const value of ticks(net.low, net.high, this.small ? 4 : 7)) {
      context.globalAlpha = 0.12;
      strokeLine(context, this.x(value), main.top, this.x(value), main.bottom, 1);
      context.globalAlpha = 0.75;
      context.fillText(plainNumber(value), this.x(value), main.bottom + this.band - 12);
    }
    context.globalAlpha = 0.6;
    strokeLine(context, main.left, main.bottom, main.right, main.bottom, 1.5);
    context.globalAlpha = 1;
    context.textAlign = "right";
    context.font = `italic 600 16px ${theme.font}`;
    context.fillText("x", main.left - 24, main.bottom + this.band - 12);
  }

  drawTarget(context) {
    const { model: { net }, theme } = this;
    if (net.targetKind === "points" || !net.curveX.length) return;
    context.beginPath();
    net.curveX.forEach((x, i) => context[i ? "lineTo" : "moveTo"](this.x(x), this.y(net.curveY[i])));
    const width = this.small ? 7 : 10;
    for (const [i, color] of bandColors(theme).entries()) {
      Object.assign(context, { strokeStyle: color, lineWidth: width - i * 2 * BAND_RIM });
      context.stroke();
    }
  }

  drawPoints(context) {
    const { model: { net }, theme } = this;
    const own = net.targetKind === "points";
    context.fillStyle = context.strokeStyle = theme.text;
    context.lineWidth = own ? 2 : 1;
    context.globalAlpha = own ? 0.9 : 0.35;
    for (const [x, y] of this.store.own ?? pairs(net.points)) {
      context.beginPath();
      context.arc(this.x(x), this.y(y), own ? 6 : 2.5, 0, 2 * Math.PI);
      if (own) context.stroke();
      else context.fill();
    }
    context.globalAlpha = 1;
  }

  drawOutput(context) {
    const { model: { form }, theme } = this;
    context.beginPath();
    form.x.forEach((x, i) => context[i ? "lineTo" : "moveTo"](this.x(x), this.y(form.y[i])));
    context.strokeStyle = theme.text;
    context.lineWidth = this.small ? 3 : 4;
    context.stroke();
    this.drawKinks(context);
    this.drawSlopes(context);
  }

  /** Where the output leaves the plot, all the same: how far it goes. */
  drawCutOff(context) {
    const { model: { form }, theme, main, range: [low, high] } = this;
    const [least, most] = [argmin(form.y, 1), argmin(form.y, -1)];
    Object.assign(context, { font: `600 13px ${theme.font}`, textAlign: "center" });
    // As many digits as tell what is beyond from what is shown.
    const digits = 2 + Math.max(0, Math.ceil(Math.log10(Math.max(-low, high) / (high - low))));
    const tell = (i, arrow, y, baseline) => {
      const text = `${arrow} ${shortNumber(form.y[i], Math.min(digits, 8))}`;
      const half = context.measureText(text).width / 2;
      context.textBaseline = baseline;
      halo(context, theme, text, Math.min(Math.max(this.x(form.x[i]), main.left + half), main.right - half), y);
    };
    if (form.y[most] > high) tell(most, "↑", main.top, "top");
    if (form.y[least] < low) tell(least, "↓", main.bottom - 4, "bottom");
  }

  drawKinks(context) {
    const { model, theme } = this;
    const { form } = model;
    const crowded = form.kinks.length > MOST_GUIDES;
    const radius = crowded ? 2.5 : 5.5;
    context.strokeStyle = theme.background;
    context.lineWidth = 1.5;
    for (const i of form.kinks) {
      context.beginPath();
      context.arc(this.x(form.x[i]), this.y(form.y[i]), radius, 0, 2 * Math.PI);
      context.fillStyle = colorOf(theme, model.network(model.frame), form.layer[i], form.neuron[i]);
      context.fill();
      if (!crowded) context.stroke(); // else rims would cut the line in pieces
    }
  }

  /** The slope of every straight piece of the output that has room for it. */
  drawSlopes(context) {
    const { model: { form }, theme } = this;
    if (!form.exact || form.kinks.length >= MOST_SLOPES) return;
    const ends = [0, ...form.kinks, form.x.length - 1];
    context.font = `600 ${this.small ? 13 : 15}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 5;
    context.strokeStyle = theme.background;
    for (let k = 0; k + 1 < ends.length; k++) {
      const [from, to] = [ends[k], ends[k + 1]];
      const text = (k === 0 && !this.small ? "slope " : "") + plainNumber(form.slopes[from], 2);
      const [x0, x1] = [this.x(form.x[from]), this.x(form.x[to])];
      if (x1 - x0 < context.measureText(text).width + 6) continue;
      const [y0, y1] = [this.y(form.y[from]), this.y(form.y[to])];
      const length = Math.hypot(x1 - x0, y1 - y0);
      // Right of steep pieces; above flat ones, or below where there is no room above.
      const steep = Math.abs(y1 - y0) > x1 - x0;
      const half = context.measureText(text).width / 2;
      const beside = (turn) => (x0 + x1) / 2 - (turn * (y1 - y0) * 18) / length;
      let side = steep ? Math.sign(y0 - y1) : (y0 + y1) / 2 < this.main.top + 40 ? 1 : -1;
      if (beside(side) + half > this.main.right + 6) side = -side;
      const x = beside(side);
      const y = (y0 + y1) / 2 + (side * (x1 - x0) * 18) / length;
      context.strokeText(text, x, y);
      context.fillStyle = theme.text;
      context.fillText(text, x, y);
    }
  }

  /** Thin lines from every bend of the output down to its hinge. */
  drawGuides(context) {
    const { model, theme } = this;
    const { form } = model;
    if (form.kinks.length > MOST_GUIDES) return;
    context.setLineDash([4, 4]);
    context.globalAlpha = 0.6;
    for (const i of form.kinks) {
      const top = Math.min(Math.max(this.y(form.y[i]), this.main.top), this.main.bottom);
      context.strokeStyle = colorOf(theme, model.network(model.frame), form.layer[i], form.neuron[i]);
      strokeLine(context, this.x(form.x[i]), top, this.x(form.x[i]), this.main.bottom, 1.5);
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** Where neurons begin: long ticks where the output bends, short pale ones where it does not. */
  drawHinges(context) {
    const { model, main, theme } = this;
    const { form } = model;
    const network = model.network(model.frame);
    const kinks = new Set(form.kinks);
    this.handles = [];
    for (let i = 1; i + 1 < form.x.length; i++) {
      if (form.layer[i] < 0) continue;
      const x = this.x(form.x[i]);
      const bends = kinks.has(i);
      context.strokeStyle = colorOf(theme, network, form.layer[i], form.neuron[i]);
      context.globalAlpha = bends ? 1 : 0.75;
      strokeLine(context, x, main.bottom + 1, x, main.bottom + (bends ? 14 : 7), form.x.length > 80 ? 1.5 : 3);
      context.globalAlpha = 1;
    }
    if (model.hasHinges && neuronsHaveColors(network)) this.drawHandles(context, network);
  }

  /** A numbered disc at the hinge of every neuron; on a network built by hand it can be dragged. */
  drawHandles(context, network) {
    const { model, main, theme } = this;
    context.font = `700 12px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const hinges = model.firstHinges();
    const places = hinges.map(({ place }) => this.x(place));
    const spread = apart(places, 2 * HINGE_RADIUS, main.left, main.right);
    const y = main.bottom + 16;
    this.handles = hinges.map(({ neuron }, i) => ({ x: spread[i], y, neuron }));
    for (const [i, { x, neuron: j }] of this.handles.entries()) {
      context.strokeStyle = context.fillStyle = colorOf(theme, network, 0, j);
      if (Math.abs(x - places[i]) > 1) strokeLine(context, places[i], main.bottom, x, y, 2);
      context.beginPath();
      context.arc(x, y, HINGE_RADIUS, 0, 2 * Math.PI);
      context.fill();
      context.strokeStyle = theme.background;
      context.lineWidth = 2;
      context.stroke();
      context.fillStyle = inkOn(colorOf(theme, network, 0, j));
      context.fillText(String(j + 1), x, y + 0.5);
    }
  }

  drawHover(context) {
    const { hover } = this.store;
    const { model: { net }, theme, main } = this;
    if (!hover) return;
    const x = this.x(hover.x);
    context.strokeStyle = context.fillStyle = theme.text;
    context.globalAlpha = 0.5;
    strokeLine(context, x, main.top, x, this.strips.at(-1)?.area.bottom ?? main.bottom, 1);
    context.globalAlpha = 1;
    if (hover.pen) return ring(context, theme, x, this.y(hover.y), 8);
    if (net.targetKind !== "points" && net.curveX.length) ring(context, theme, x, this.y(interpolate(net, hover.x)), 5);
    if (this.shows) ring(context, theme, x, this.y(this.model.at(hover.x).value), 7);
  }
}

/** The target's range with as much room as an output needs that goes beyond it, within MOST_GROWTH. */
function widened([low, high], values) {
  if (!values.length) return [low, high];
  const height = high - low;
  const reach = (wanted) => Math.min(Math.max(wanted + EDGE * height, 0), MOST_GROWTH * height);
  return [low - reach(low - values[argmin(values, 1)]), high + reach(values[argmin(values, -1)] - high)];
}

/** Number of the least of sign times the values. */
function argmin(values, sign) {
  let best = 0;
  values.forEach((value, i) => { if (sign * value < sign * values[best]) best = i; });
  return best;
}

/** Lowest and highest value of the main plot: the target's, with room around. */
function valueRange({ curveY, points, targetKind, handBuilt }) {
  if (targetKind === "points") return [-1.15, 1.15];
  const values = [...curveY, ...pairs(points).map(([, y]) => y)];
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [-1, 1];
  const margin = (handBuilt ? 0.3 : 0.16) * (high - low || 1);
  return [low - margin, high + margin];
}

/** Round numbers from low to high, about `count` of them. */
function ticks(low, high, count) {
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function ring(context, theme, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = theme.background;
  context.strokeStyle = theme.text;
  context.lineWidth = 2.5;
  context.fill();
  context.stroke();
}
