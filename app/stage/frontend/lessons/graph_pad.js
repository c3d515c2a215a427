// The axis to draw a graph on: the target and the points, and nothing yet of what the network answers.

import { ARROWS, element } from "../draw/elements.js";
import { strokeLine } from "../draw/marks.js";
import { Surface, placeOn } from "../draw/surface.js";
import { LinePicture } from "../pieces/picture.js";
import { plainNumber } from "../pieces/tools.js";
import { Store } from "../shared/store.js";
import { drawnOver, throughout, withCorner } from "./graph_scoring.js";
import { modelOf } from "./models.js";
import { PEN_HINT } from "./pen.js";

const STROKE_PIXELS = 4; // across, between corners of a line drawn by hand
const CORNER_PIXELS = 6; // a corner set so near to another one takes its place
const PEN_STEP = 0.02; // of the picture's width and height, that a key moves the pen; five times that with Shift
const MOST_DOTS = 12; // corners that are marked
const WIDTH = 3;
const SHADE = 0.28;

export class GraphPad {
  hint = PEN_HINT;

  /** changed(): there is another answer. */
  constructor(root, theme, view, changed) {
    Object.assign(this, { theme, changed, fixed: false, graph: [], before: [], pen: null, stroke: null, gap: null });
    this.store = new Store({ secret: true }, (error) => console.error(error));
    this.frame = element("div", "lw-graph-frame");
    root.append(this.frame);
    this.picture = new LinePicture(this.frame, this.store, theme, () => this.draw(), true);
    this.top = new Surface(this.frame, "lw-input-layer", () => this.drawGraph());
    this.spoken = element("p", "lw-hidden", "", { "aria-live": "polite" });
    root.append(this.spoken);
    const { canvas } = this.picture;
    canvas.layerwarp = { model: null, store: this.store, picture: this.picture };
    canvas.style.touchAction = "none"; // a finger draws, and scrolls elsewhere
    for (const [name, value] of [["role", "application"], ["aria-label", "Your graph"], ["aria-description", this.hint]]) canvas.setAttribute(name, value);
    const on = (name, act) => canvas.addEventListener(name, (event) => !this.fixed && act(event));
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", () => { this.stroke = null; });
    on("keydown", (event) => this.key(event));
    this.setModel(modelOf(view));
  }

  setModel(model) {
    this.model = this.picture.canvas.layerwarp.model = model;
    this.picture.setModel(model);
    this.draw();
  }

  /** Of what is in sight, in the output's units. */
  get height() {
    const [low, high] = this.picture.range;
    return high - low;
  }

  /** The share of the axis over which something is drawn. */
  get covered() {
    const { graph, model: { net: { low, high } } } = this;
    return graph.length > 1 ? (graph.at(-1)[0] - graph[0][0]) / (high - low) : 0;
  }

  // What the visitor does

  press(event) {
    event.preventDefault();
    const { canvas } = this.picture;
    canvas.focus();
    canvas.setPointerCapture(event.pointerId);
    this.stroke = { last: this.placeOf(event), drawn: false, graph: this.graph };
  }

  /** A piece goes over what was drawn there before. */
  move(event) {
    const { stroke } = this;
    if (!stroke) return;
    const place = this.placeOf(event);
    if (Math.abs(this.picture.x(place[0]) - this.picture.x(stroke.last[0])) < STROKE_PIXELS) return;
    if (!stroke.drawn) this.before.push(stroke.graph);
    this.show(drawnOver(this.graph, stroke.last, place));
    Object.assign(stroke, { last: place, drawn: true });
  }

  /** Without a drag it is one more corner. */
  release(event) {
    const { stroke } = this;
    this.stroke = null;
    if (stroke && !stroke.drawn) this.corner(this.placeOf(event));
  }

  key(event) {
    const arrow = ARROWS[event.key];
    const { low, high } = this.model.net;
    const [bottom, top] = this.picture.range;
    this.pen ??= this.graph.at(-1) ?? [(low + high) / 2, (bottom + top) / 2];
    const step = PEN_STEP * (event.shiftKey ? 5 : 1);
    if (arrow) this.movePen([this.pen[0] + step * arrow[0] * (high - low), this.pen[1] + step * arrow[1] * (top - bottom)]);
    else if (event.key === "Enter" || event.key === " ") this.corner(this.pen);
    else if (event.key === "Backspace") this.show(this.before.pop() ?? []);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.drawGraph();
  }

  movePen(place) {
    this.pen = this.within(place);
    const [x, y] = this.pen;
    this.spoken.textContent = `Pen at x = ${plainNumber(x)}, ${plainNumber(y)} high`;
  }

  corner(place) {
    const { low, high } = this.model.net;
    const { left, right, top, bottom } = this.picture.main;
    this.before.push(this.graph);
    const near = [(high - low) / (right - left), this.height / (bottom - top)].map((unit) => CORNER_PIXELS * unit);
    this.show(withCorner(this.graph, place, near));
  }

  placeOf(event) {
    const { x, y } = placeOn(this.picture.surface, event);
    const place = this.picture.valuesAt(x, y);
    return this.within([place.x, place.y]);
  }

  within([x, y]) {
    const { model: { net: { low, high } }, picture: { range: [bottom, top] } } = this;
    return [Math.min(Math.max(x, low), high), Math.min(Math.max(y, bottom), top)];
  }

  /** What was drawn, to be kept and drawn again. */
  get path() {
    return this.graph;
  }

  set path(path) {
    this.show(path);
  }

  show(graph) {
    this.graph = graph;
    this.drawGraph();
    this.changed();
  }

  clear() {
    this.pen = null;
    this.before.push(this.graph);
    this.show([]);
  }

  /** No more answers. */
  fix() {
    this.fixed = true;
    this.picture.canvas.inert = true;
  }

  /** Draws the network's graph with the own one, and what is between: see `gapBetween`. */
  reveal(model, gap) {
    this.store.secret = false;
    this.gap = gap;
    this.picture.beside = gap.places.map(([, y]) => y);
    this.setModel(model);
  }

  // Drawing

  restyle() {
    this.draw();
  }

  draw() {
    this.picture.surface.measure();
    this.picture.draw();
    this.drawGraph();
  }

  drawGraph() {
    this.top.measure();
    const context = this.picture.main && this.top.begin();
    if (!context) return;
    Object.assign(context, { lineJoin: "round", lineCap: "round", lineWidth: WIDTH });
    context.save();
    const { left, right, top, bottom } = this.picture.main;
    context.beginPath();
    context.rect(left - 8, top - 8, right - left + 16, bottom - top + 9);
    context.clip();
    if (this.gap) this.drawGap(context);
    this.drawLine(context);
    context.restore();
    if (this.pen && !this.fixed) this.dot(context, this.pen, this.theme.text);
  }

  drawLine(context) {
    const { graph, theme, model: { net: { low, high } } } = this;
    context.strokeStyle = theme.mark;
    context.setLineDash([6, 6]); // how it goes on
    if (graph.length > 1) this.stroked(context, throughout(graph, low, high));
    context.setLineDash([]);
    if (graph.length > 1) this.stroked(context, graph);
    if (graph.length <= MOST_DOTS) for (const corner of graph) this.dot(context, corner, theme.mark);
  }

  stroked(context, places) {
    context.beginPath();
    places.forEach((place, k) => context[k ? "lineTo" : "moveTo"](...this.at(place)));
    context.stroke();
  }

  /** The area between both lines, and where they are farthest apart. */
  drawGap(context) {
    const { gap: { places, x }, theme } = this;
    const drawn = places.map(([place, y]) => [place, y]);
    const told = places.map(([place, , y]) => [place, y]);
    context.beginPath();
    [...drawn, ...told.reverse()].forEach((place, k) => context[k ? "lineTo" : "moveTo"](...this.at(place)));
    Object.assign(context, { fillStyle: theme.text, globalAlpha: SHADE });
    context.fill();
    context.globalAlpha = 1;
    const [, above, below] = places.find(([place]) => place === x);
    const [from, to] = [[x, above], [x, below]].map((place) => this.at(place));
    context.strokeStyle = theme.text;
    strokeLine(context, ...from, ...to, 2);
    for (const place of [[x, above], [x, below]]) this.dot(context, place, theme.text);
  }

  at([x, y]) {
    return [this.picture.x(x), this.picture.y(y)];
  }

  dot(context, place, color) {
    context.beginPath();
    context.arc(...this.at(place), 4.5, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
  }
}
