// A line that is drawn by hand: dragged, or corner by corner, with a pointer, a finger or keys.

import { ARROWS } from "../draw/elements.js";

const STROKE_PIXELS = 5; // between places of a line that is dragged
const FAR = 5; // steps of the pen by an arrow key with Shift

export const PEN_HINT = "Drag a line, or click its corners. With keys: arrows move the pen, Enter sets a corner, Backspace takes one back.";

export class Pen {
  /** square: what is drawn on; plane: has `box`, [x_min, x_max, y_min, y_max] of it, `penStep`, in its units,
   *  and hears of every change by `drawn(changed)`, where changed says whether the line is another one. */
  constructor(square, plane) {
    Object.assign(this, { square, plane, line: [], place: null, stroke: null, fixed: false });
    square.style.touchAction = "none";
    const on = (name, act) => square.addEventListener(name, (event) => {
      if (this.fixed) return;
      event.stopImmediatePropagation(); // a square can mark places
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

  press(event) {
    event.preventDefault();
    this.square.focus();
    this.square.setPointerCapture(event.pointerId);
    this.stroke = [this.placeOf(event)];
  }

  move(event) {
    if (!this.stroke) return;
    const place = this.placeOf(event);
    const [xMin, xMax] = this.plane.box;
    const unit = (STROKE_PIXELS * (xMax - xMin)) / this.square.clientWidth;
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
    const [xMin, xMax, yMin, yMax] = this.plane.box;
    this.place ??= this.line.at(-1) ?? [(xMin + xMax) / 2, (yMin + yMax) / 2];
    const step = this.plane.penStep * (event.shiftKey ? FAR : 1);
    if (arrow) this.place = this.within([this.place[0] + step * arrow[0], this.place[1] + step * arrow[1]]);
    else if (event.key === "Enter" || event.key === " ") this.set([...this.line, this.place]);
    else if (event.key === "Backspace") this.set(this.line.slice(0, -1));
    else return;
    event.preventDefault();
    this.plane.drawn(false);
  }

  placeOf(event) {
    const [xMin, xMax, yMin, yMax] = this.plane.box;
    const frame = this.square.getBoundingClientRect();
    return this.within([xMin + ((event.clientX - frame.left) / frame.width) * (xMax - xMin), yMax - ((event.clientY - frame.top) / frame.height) * (yMax - yMin)]);
  }

  within([x, y]) {
    const [xMin, xMax, yMin, yMax] = this.plane.box;
    return [Math.min(Math.max(x, xMin), xMax), Math.min(Math.max(y, yMin), yMax)];
  }

  set(line) {
    this.line = line;
    this.plane.drawn(true);
  }

  clear() {
    this.place = null;
    this.set([]);
  }

  /** The pen itself, and corners that no line tells apart yet, on a canvas; at(x, y): pixels. */
  draw(context, theme, at) {
    for (const [x, y] of this.line.length < 3 ? this.line : []) dot(context, ...at(x, y), theme.mark);
    if (this.place && !this.fixed) dot(context, ...at(...this.place), theme.text);
  }
}

function dot(context, x, y, color) {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
}

const distance = ([a, b], [c, d]) => Math.hypot(a - c, b - d);
