// The input space to answer on: its points, and nothing yet of what the network says there.

import { ARROWS, element } from "../draw/elements.js";
import { boxToPixels } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";
import { Store } from "../shared/store.js";
import { InputPanel } from "../warp/input_panel.js";
import { modelOf } from "./models.js";
import { closeLine } from "./scoring.js";

const STROKE_PIXELS = 5; // between places of a line drawn by hand
const PEN_STEP = 0.02; // of the box's width, that a key moves the pen; five times that with Shift
const WIDTH = 3;
const SHADE = 0.28; // of what is said of an answer: no class, so no class's color

export class Pad {
  /** changed(): there is another answer. */
  constructor(root, theme, view, changed) {
    Object.assign(this, { theme, changed, fixed: false, pieces: [] });
    this.store = new Store({}, (error) => console.error(error));
    this.panel = new InputPanel(root, this.store, theme);
    this.store.listeners.push((keys) => {
      this.panel.draw(keys);
      this.changed();
    });
    this.top = new Surface(this.panel.square, "lw-input-layer", () => this.draw());
    this.show(modelOf(view), 0);
  }

  /** Shows a network: its points, and a share 0..1 of what it says. */
  show(model, share) {
    this.model = model;
    this.panel.setModel(model);
    this.panel.draw();
    this.panel.reveal(share, share);
    this.draw();
  }

  restyle() {
    this.show(this.model, Number(this.panel.marks.canvas.style.opacity));
  }

  /** No more answers. */
  fix() {
    this.fixed = true;
    this.panel.square.toggleAttribute("inert", true);
  }

  focus() {
    this.panel.square.focus();
  }

  draw() {}
}

/** A place that is clicked, or found with the arrow keys and Enter. */
export class PlacePad extends Pad {
  hint = "Click, or move the ring with the arrow keys and press Enter.";

  /** { x, y } or null. */
  get place() {
    return this.store.pinned;
  }

  /** Shades where something holds: nodes of the lattice. */
  shade(holds) {
    this.holds = holds;
    this.draw();
  }

  draw() {
    const context = this.holds && this.top.begin();
    if (!context) return;
    const { G } = this.model;
    const [across, up] = [this.top.width / (G - 1), this.top.height / (G - 1)];
    context.fillStyle = this.theme.text;
    context.globalAlpha = SHADE;
    this.holds.forEach((holds, p) => {
      if (holds) context.fillRect((p % G - 0.5) * across, (G - 1.5 - Math.floor(p / G)) * up, across, up);
    });
    context.globalAlpha = 1;
  }
}

/** A line that is drawn: dragged, or corner by corner. */
export class LinePad extends Pad {
  hint = "Drag a line, or click its corners. With keys: arrows move the pen, Enter sets a corner, Backspace takes one back.";
  line = [];
  pen = null;

  constructor(...all) {
    super(...all);
    const { square } = this.panel;
    square.style.touchAction = "none";
    const on = (name, act) => square.addEventListener(name, (event) => {
      if (this.fixed) return;
      event.stopImmediatePropagation(); // the panel marks a place
      act(event);
    }, { capture: true });
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", () => this.release());
    on("pointercancel", () => this.release());
    on("click", () => {});
    on("pointerleave", () => {});
    on("keydown", (event) => this.key(event));
  }

  /** Where it runs, closed: see `closeLine`; null while there is no line. */
  get ring() {
    return this.line.length < 2 ? null : closeLine(this.line, this.model.net.box);
  }

  press(event) {
    event.preventDefault();
    this.focus();
    this.panel.square.setPointerCapture(event.pointerId);
    this.stroke = [this.placeOf(event)];
  }

  move(event) {
    if (!this.stroke) return;
    const place = this.placeOf(event);
    const unit = (STROKE_PIXELS * (this.model.net.box[1] - this.model.net.box[0])) / this.top.width;
    if (distance(place, this.stroke.at(-1)) < unit) return;
    this.stroke.push(place);
    this.set(this.stroke);
  }

  /** A drag is a line of its own, a click one more corner. */
  release() {
    if (this.stroke?.length === 1) this.set([...this.line, this.stroke[0]]);
    this.stroke = null;
  }

  key(event) {
    const arrow = ARROWS[event.key];
    const [xMin, xMax, yMin, yMax] = this.model.net.box;
    this.pen ??= this.line.at(-1) ?? [(xMin + xMax) / 2, (yMin + yMax) / 2];
    const step = PEN_STEP * (xMax - xMin) * (event.shiftKey ? 5 : 1);
    if (arrow) this.pen = this.within([this.pen[0] + step * arrow[0], this.pen[1] + step * arrow[1]]);
    else if (event.key === "Enter" || event.key === " ") this.set([...this.line, this.pen]);
    else if (event.key === "Backspace") this.set(this.line.slice(0, -1));
    else return;
    event.preventDefault();
    this.draw();
  }

  placeOf(event) {
    const { x, y } = this.panel.inputAt(event);
    return this.within([x, y]);
  }

  within([x, y]) {
    const [xMin, xMax, yMin, yMax] = this.model.net.box;
    return [Math.min(Math.max(x, xMin), xMax), Math.min(Math.max(y, yMin), yMax)];
  }

  set(line) {
    this.line = line;
    this.draw();
    this.changed();
  }

  clear() {
    this.pen = null;
    this.set([]);
  }

  /** Shades where the line and the network disagree: see `disagreement`. */
  shade(pieces) {
    this.pieces = pieces;
    this.draw();
  }

  draw() {
    const context = this.line && this.top.begin();
    if (!context) return;
    const { theme, line, pen, pieces, top: { width, height }, model: { net: { box } } } = this;
    const pixels = boxToPixels(box, width, height);
    const at = (x, y) => [pixels.x(x), pixels.y(y)];
    const trace = (places) => places.forEach(([x, y], k) => context[k ? "lineTo" : "moveTo"](...at(x, y)));
    context.beginPath();
    for (const [a, b, low, c, d, high] of pieces) trace([[a, low], [b, low], [d, high], [c, high], [a, low]]);
    Object.assign(context, { fillStyle: theme.text, globalAlpha: SHADE });
    context.fill();
    Object.assign(context, { strokeStyle: theme.mark, lineWidth: WIDTH, lineJoin: "round", lineCap: "round" });
    context.globalAlpha = 1;
    context.beginPath();
    trace(line);
    context.stroke();
    context.setLineDash([6, 6]); // how it goes on
    context.beginPath();
    if (this.ring) trace([...this.ring, this.ring[0]]);
    context.stroke();
    context.setLineDash([]);
    for (const [x, y] of line.length < 3 ? line : []) dot(context, ...at(x, y), theme.mark);
    if (pen && !this.fixed) dot(context, ...at(...pen), theme.text);
  }
}

function dot(context, x, y, color) {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
}

const distance = ([a, b], [c, d]) => Math.hypot(a - c, b - d);
