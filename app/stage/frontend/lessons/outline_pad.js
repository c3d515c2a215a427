// The plane that layers lead to, with its numbers: on it an outline is drawn.

import { element } from "../draw/elements.js";
import { boxToPixels, halo, strokeLine } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";
import { counted, formatDigits, formatNumber } from "../network/numbers.js";
import { cornersOf } from "./outline.js";
import { WIDTH, shadeTrapezoids, trace } from "./pad.js";
import { PEN_HINT, Pen } from "./pen.js";

const LEAST_HALF = 2.5, LADDER = 1.25, ROOM = 1.1; // half a side: of the smallest pad, from one to the next
const MOST_LINES = 12; // of the grid to each side
const PEN_STEPS = 10; // that a key moves the pen, from line to line
export const LETTERS = ["A", "B", "C", "D"]; // of the four corners
const NEAR = 14; // pixels between corners that share their letters' place
const AWAY = 14; // pixels of a letter from its corner
const APART = 28; // pixels between a corner and a number beside it
const FILL = 0.12;

export class OutlinePad {
  hint = `${PEN_HINT} It closes by itself.`;
  truth = null;
  apart = [];

  /** found: what becomes of the shape, see `carriedShape`; changed(): there is another answer. */
  constructor(root, theme, model, { shape, given, after }, found, changed) {
    const corners = cornersOf(shape, model.net.box);
    Object.assign(this, { theme, changed, given: given === "sums" ? found.before : { ring: corners, corners } });
    const most = Math.max(...[...this.given.ring, ...found.ring].flat().map(Math.abs)) * ROOM;
    const rungs = Math.ceil(Math.log(most / LEAST_HALF) / Math.log(LADDER) - 1e-9);
    const half = LEAST_HALF * LADDER ** (rungs > 0 && Number.isFinite(most) ? rungs : 0);
    this.box = [-half, half, -half, half];
    this.gridStep = Math.max(10 ** Math.ceil(Math.log10(half / MOST_LINES)), 1);
    this.penStep = this.gridStep / PEN_STEPS;
    const panel = element("section", "lw-panel lw-input");
    this.square = element("div", "lw-input-square lw-outline-square", "", { tabindex: "0", role: "img" });
    this.place = element("p", "lw-outline-place", "", { "aria-live": "polite" });
    const where = `The plane after ${after === 1 ? "the layer" : `layer ${after}`}`;
    panel.append(element("h3", "lw-panel-title", where), this.square, this.place);
    this.square.setAttribute("aria-label", `${where}, from ${formatNumber(-half)} to ${formatNumber(half)} both ways. ${this.hint}`);
    root.append(panel);
    this.surface = new Surface(this.square, "lw-input-layer", () => this.draw());
    this.pen = new Pen(this.square, this);
  }

  /** What is drawn: a line; its end is joined to its start. */
  get ring() {
    return this.pen.line.length < 2 ? null : this.pen.line;
  }

  /** What the pen drew, to be kept and drawn again. */
  get path() {
    return this.pen.line;
  }

  set path(path) {
    this.pen.set(path);
  }

  drawn(changed) {
    const { place, line } = this.pen;
    this.place.textContent = place ? `Pen at (${place.map(formatNumber).join(", ")}), ${counted(line.length, "corner")}` : "";
    this.draw();
    if (changed) this.changed();
  }

  fix() {
    this.pen.fixed = true;
    this.place.textContent = "";
    this.square.toggleAttribute("inert", true);
  }

  clear() {
    this.pen.clear();
  }

  /** Draws what is true over what was drawn, and shades trapezoids on which they differ. */
  show(found, apart) {
    Object.assign(this, { truth: found, apart });
    this.draw();
  }

  restyle() {
    this.draw();
  }

  draw() {
    const context = this.pen && this.surface.begin();
    if (!context) return;
    const { theme, box, surface: { width, height } } = this;
    const pixels = boxToPixels(box, width, height);
    const at = (x, y) => [pixels.x(x), pixels.y(y)];
    if (this.truth) this.drawTruth(context, at);
    const { corners } = this.truth ?? this.given;
    this.drawNumbers(context, at, corners);
    shadeTrapezoids(context, theme, this.apart, at);
    if (!this.truth) this.drawGiven(context, at);
    Object.assign(context, { strokeStyle: theme.mark, lineWidth: WIDTH, lineJoin: "round", lineCap: "round" });
    context.beginPath();
    trace(context, this.pen.line, at);
    context.stroke();
    if (this.ring) this.dashed(context, [this.ring.at(-1), this.ring[0]], at);
    this.pen.draw(context, theme, at);
    this.letter(context, corners, at);
  }

  /** A line at every whole number, or every tenth, hundredth .., the axes strong; no number where there is a letter. */
  drawNumbers(context, at, corners) {
    const { theme, box: [, half], gridStep, surface: { width, height } } = this;
    const most = Math.floor(half / gridStep);
    const numbers = Array.from({ length: 2 * most + 1 }, (_, k) => (k - most) * gridStep);
    context.strokeStyle = theme.text;
    for (const number of numbers) {
      const [x, y] = at(number, number);
      context.globalAlpha = number === 0 ? 0.7 : 0.16;
      strokeLine(context, x, 0, x, height, 1);
      strokeLine(context, 0, y, width, y, 1);
    }
    Object.assign(context, { globalAlpha: 1, font: `13px ${theme.font}`, textBaseline: "middle", textAlign: "center" });
    const [zeroX, zeroY] = at(0, 0);
    const places = corners.map(([x, y]) => at(x, y));
    for (const number of numbers.filter(Boolean)) {
      const [x, y] = at(number, number);
      for (const [column, row] of [[x, zeroY + 12], [zeroX - 14, y]]) {
        if (places.every((place) => Math.hypot(place[0] - column, place[1] - row) > APART)) halo(context, theme, formatDigits(number), column, row, theme.soft);
      }
    }
  }

  /** The shape before: where it is, or where the straight part has put it. */
  drawGiven(context, at) {
    const { ring } = this.given;
    this.fill(context, [ring], at);
    Object.assign(context, { strokeStyle: this.theme.text, lineWidth: 1.5 });
    this.dashed(context, [...ring, ring[0]], at);
  }

  /** All that becomes of the shape: the regions' common outline, and flat parts of its edge. */
  drawTruth(context, at) {
    const { theme, truth: { ring, regions } } = this;
    Object.assign(context, { strokeStyle: theme.text, fillStyle: theme.background, lineWidth: 2 * WIDTH, lineJoin: "round", lineCap: "round" });
    const path = (polygon) => {
      context.beginPath();
      trace(context, [...polygon, polygon[0]], at);
    };
    for (const region of regions) { // half of each line lies inside, where a filling covers it
      path(region);
      context.stroke();
    }
    for (const region of regions) {
      path(region);
      context.fill();
    }
    context.lineWidth = WIDTH;
    path(ring);
    context.stroke();
    this.fill(context, regions, at);
  }

  fill(context, polygons, at) {
    Object.assign(context, { fillStyle: this.theme.text, globalAlpha: FILL });
    context.beginPath();
    for (const polygon of polygons) trace(context, polygon, at);
    context.fill();
    context.globalAlpha = 1;
  }

  dashed(context, places, at) {
    context.setLineDash([6, 6]);
    context.beginPath();
    trace(context, places, at);
    context.stroke();
    context.setLineDash([]);
  }

  /** The corners' letters outside of the shape; corners on one place share it. */
  letter(context, corners, at) {
    const { theme } = this;
    const places = corners.map(([x, y]) => at(x, y));
    const middle = [0, 1].map((k) => places.reduce((sum, place) => sum + place[k] / 4, 0));
    Object.assign(context, { font: `600 15px ${theme.font}`, textAlign: "center", textBaseline: "middle" });
    const groups = [];
    places.forEach((place, k) => {
      const group = groups.find(({ x, y }) => Math.hypot(x - place[0], y - place[1]) < NEAR);
      if (group) group.text += LETTERS[k];
      else groups.push({ x: place[0], y: place[1], text: LETTERS[k] });
    });
    for (const { x, y, text } of groups) {
      const length = Math.hypot(x - middle[0], y - middle[1]) || 1;
      halo(context, theme, text, x + (AWAY * (x - middle[0])) / length, y + (AWAY * (y - middle[1] || 1)) / length);
    }
  }
}
