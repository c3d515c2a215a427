// The input space to answer on: its points, and nothing yet of what the network says there.

import { element } from "../draw/elements.js";
import { boxToPixels } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";
import { Store } from "../shared/store.js";
import { InputPanel } from "../warp/input_panel.js";
import { modelOf } from "./models.js";
import { PEN_HINT, Pen } from "./pen.js";
import { closeLine } from "./scoring.js";

const PEN_STEP = 0.02; // of the box's width, that a key moves the pen
export const WIDTH = 3;
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
  hint = PEN_HINT;

  constructor(...all) {
    super(...all);
    this.pen = new Pen(this.panel.square, this);
  }

  get box() {
    return this.model.net.box;
  }

  get penStep() {
    return PEN_STEP * (this.box[1] - this.box[0]);
  }

  get line() {
    return this.pen.line;
  }

  /** What the pen drew, to be kept and drawn again. */
  get path() {
    return this.line;
  }

  set path(path) {
    this.pen.set(path);
  }

  /** Where it runs, closed: see `closeLine`; null while there is no line. */
  get ring() {
    return this.line.length < 2 ? null : closeLine(this.line, this.box);
  }

  drawn(changed) {
    this.draw();
    if (changed) this.changed();
  }

  fix() {
    super.fix();
    this.pen.fixed = true;
  }

  clear() {
    this.pen.clear();
  }

  /** Shades where the line and the network disagree: see `disagreement`. */
  shade(pieces) {
    this.pieces = pieces;
    this.draw();
  }

  draw() {
    const context = this.pen && this.top.begin();
    if (!context) return;
    const { theme, line, pieces, top: { width, height }, box } = this;
    const pixels = boxToPixels(box, width, height);
    const at = (x, y) => [pixels.x(x), pixels.y(y)];
    shadeTrapezoids(context, theme, pieces, at);
    Object.assign(context, { strokeStyle: theme.mark, lineWidth: WIDTH, lineJoin: "round", lineCap: "round" });
    context.beginPath();
    trace(context, line, at);
    context.stroke();
    context.setLineDash([6, 6]); // how it goes on
    context.beginPath();
    const ring = this.ring ?? [];
    ring.forEach((end, k) => {
      const start = ring.at(k - 1);
      if (!alongEdge(start, end, box)) trace(context, [start, end], at);
    });
    context.stroke();
    context.setLineDash([]);
    this.pen.draw(context, theme, at);
  }
}

/** Whether both places lie on one side of the box. */
const alongEdge = ([x0, y0], [x1, y1], [xMin, xMax, yMin, yMax]) =>
  (x0 === x1 && (x0 === xMin || x0 === xMax)) || (y0 === y1 && (y0 === yMin || y0 === yMax));

/** Adds a line through places to the path; at(x, y): pixels. */
export const trace = (context, places, at) => places.forEach(([x, y], k) => context[k ? "lineTo" : "moveTo"](...at(x, y)));

/** Shades where an answer is not true: trapezoids as `disagreement` has them. */
export function shadeTrapezoids(context, theme, pieces, at) {
  context.beginPath();
  for (const [a, b, low, c, d, high] of pieces) trace(context, [[a, low], [b, low], [d, high], [c, high], [a, low]], at);
  Object.assign(context, { fillStyle: theme.text, globalAlpha: SHADE });
  context.fill();
  context.globalAlpha = 1;
}
