// Own points on the square from -1 to 1: their text in the link, and the buttons to draw them.

import { element } from "../draw/elements.js";
import { isFree } from "../shared/address.js";

const MOST_POINTS = 40;
const CELLS = 100; // a hundredth is the finest place
const PLACE = { base: 36, digits: 2 };

const write = (value) => Math.round((value + 1) * CELLS).toString(PLACE.base).padStart(PLACE.digits, "0");
const read = (text) => parseInt(text, PLACE.base) / CELLS - 1;
const onCell = (value) => Math.round(Math.min(Math.max(value, -1), 1) * CELLS) / CELLS;

/** [[x, y], ...] as four characters a point; no points are "-". */
export const writePoints = (points) => points.map(([x, y]) => write(x) + write(y)).join("") || "-";
export const readPoints = (text) =>
  (text.match(/.{4}/g) ?? []).map((four) => [read(four.slice(0, 2)), read(four.slice(2))]);

/** The bar above the picture: whether a click draws, Undo, Clear. `change(points)` is told. A point that
 *  is pressed is `held` until it is let go: { at, moved }, at: its number, or -1 for a free place. */
export class PointsBar {
  constructor(root, store, change) {
    Object.assign(this, { store, change, past: [], held: null });
    this.box = element("div", "lw-points-bar", "", { role: "group", "aria-label": "Own points" });
    this.pen = this.button("Draw points", () => this.toggle());
    this.undoButton = this.button("Undo", () => this.undo());
    this.clearButton = this.button("Clear", () => this.set([]));
    this.hint = element("span", "lw-points-hint");
    this.box.append(this.hint);
    root.append(this.box);
  }

  button(text, act) {
    const button = element("button", "lw-player-button", text, { type: "button" });
    button.addEventListener("click", act);
    this.box.append(button);
    return button;
  }

  setModel({ net }) {
    this.box.hidden = net.targetKind !== "points" || !isFree("own");
    if (!isFree("own")) this.store.set({ drawing: false });
    if (this.box.hidden) this.past = [];
  }

  draw() {
    const { own, drawing } = this.store;
    if (!own) return;
    this.pen.setAttribute("aria-pressed", String(drawing));
    this.undoButton.disabled = !this.past.length;
    this.clearButton.disabled = !own.length;
    this.hint.textContent = !drawing ? `${own.length} points`
      : own.length >= MOST_POINTS ? `${MOST_POINTS} points are the most; click one to remove it`
      : own.length < 2 ? "Click into the picture to place points; two are the least"
      : "A click places a point, or removes one; a drag moves it";
  }

  toggle() {
    this.store.set({ drawing: !this.store.drawing, hover: this.store.pinned });
  }

  /** Adds a point, or removes the one that `near` says is already there. */
  touch(point, near) {
    const { own } = this.store;
    const at = own.findIndex(near);
    if (at >= 0) return this.set(own.filter((_, i) => i !== at));
    if (own.length < MOST_POINTS) this.set([...own, point.map(onCell)]);
  }

  hold(near) {
    this.held = { at: this.store.own.findIndex(near), moved: false };
  }

  /** The point that is held, if it is one, goes along. */
  drag(point) {
    const { store: { own }, held } = this;
    if (held.at < 0) return;
    if (!held.moved) this.past.push(own);
    held.moved = true;
    this.change(own.map((other, i) => (i === held.at ? point.map(onCell) : other)));
  }

  /** What was moved stays there; what was only pressed is a click. */
  letGo(point, near) {
    const { moved } = this.held;
    this.held = null;
    if (moved) this.change(this.store.own);
    else this.touch(point, near);
  }

  set(points) {
    this.past.push(this.store.own);
    this.change(points);
  }

  undo() {
    this.change(this.past.pop());
  }
}
