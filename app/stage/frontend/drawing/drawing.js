// A canvas to draw labeled points on. What was drawn goes to the server when "Use" is pressed.

import { ARROWS, element, setText } from "../draw/elements.js";
import { createStamps } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";
import { CLASSES } from "../draw/theme.js";
import { unpack } from "../network/bytes.js";
import { Component, mounted } from "../shared/component.js";
import { Drawing } from "./sketch.js";
import { SIZES, DrawTools } from "./tools.js";

const POINT = 4.5; // pixels
const KEY_STEP = { fine: 0.1, coarse: 0.5 };
let draft = null; // { source, drawing } until it is sent: closing the dialog loses nothing

class Draw extends Component {
  name = "canvas for drawing";

  build() {
    this.grid = element("div", "lw-draw");
    this.root.append(this.grid);
    Object.assign(this.store, { cls: 0, size: 2, erase: false, cursor: [0, 0], pointer: null, keys: false });
    this.store.listeners.push(() => this.draw());
  }

  receive(data) {
    const { header, blocks } = unpack(data);
    if (!this.model) this.furnish(header);
    this.model = header;
    const source = data.length + header.source;
    if (draft?.source === source) this.drawing = draft.drawing;
    else {
      this.drawing = new Drawing(header.rules);
      this.drawing.points = Array.from(blocks.labels, (cls, i) => [
        this.drawing.inside(blocks.points[2 * i]), this.drawing.inside(blocks.points[2 * i + 1]), cls,
      ]);
      draft = { source, drawing: this.drawing };
    }
    this.store.touch("points");
  }

  /** The canvas stands in a dialog: neither Back nor the presenter's keys are its business. */
  followAddress() {}
  present() {}

  furnish({ classes }) {
    const { store } = this;
    this.tools = new DrawTools(this.grid, this.theme, classes, {
      choose: (cls) => store.set({ cls, erase: false }),
      erase: () => store.set({ erase: !store.erase }),
      size: (size) => store.set({ size }),
      undo: () => this.change(() => this.drawing.undo()),
      clear: () => this.change(() => this.drawing.set([])),
    });
    const frame = element("div", "lw-draw-frame");
    this.grid.append(frame);
    this.surface = new Surface(frame, "lw-draw-canvas", () => store.touch("size"));
    this.surface.measure();
    this.hint = element("p", "lw-draw-hint", "", { role: "status" });
    this.use = element("button", "lw-player-button lw-draw-use", "Use these points", { type: "button", disabled: "" });
    this.use.addEventListener("click", () => this.send());
    const foot = element("div", "lw-draw-foot");
    foot.append(this.hint, this.use);
    this.grid.append(foot);
    this.listen(this.surface.canvas);
    this.surface.canvas.layerwarp = this; // for tests
  }

  listen(canvas) {
    const { store } = this;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label",
      "Canvas: arrow keys move the brush, space draws, 1 to 5 choose the class, E erases, Ctrl+Z undoes");
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      this.stroke = event.pointerId;
      this.change(() => this.drawing.begin(this.place(event), this.brush()));
    });
    canvas.addEventListener("pointermove", (event) => {
      store.set({ pointer: this.place(event), keys: false });
      if (this.stroke !== event.pointerId) return;
      const path = event.getCoalescedEvents?.() ?? [];
      this.change(() => (path.length ? path : [event])
        .forEach((step) => this.drawing.move(this.place(step), this.brush())));
    });
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => (this.stroke = null));
    canvas.addEventListener("pointerleave", () => store.set({ pointer: null }));
    canvas.addEventListener("keydown", (event) => this.guard(() => this.key(event)));
    canvas.addEventListener("blur", () => store.set({ keys: false }));
  }

  key(event) {
    const { store, drawing } = this;
    const held = event.ctrlKey || event.metaKey;
    const arrow = ARROWS[event.key];
    const digit = Number(event.key);
    if (arrow) {
      const step = event.shiftKey ? KEY_STEP.coarse : KEY_STEP.fine;
      const cursor = store.cursor.map((value, i) => drawing.inside(value + step * arrow[i]));
      store.set({ cursor, keys: true });
    } else if (event.key === " " || event.key === "Enter") {
      store.set({ keys: true });
      this.change(() => drawing.begin(store.cursor, this.brush()));
    } else if (held && event.key.toLowerCase() === "z") this.change(() => drawing.undo());
    else if (!held && digit >= 1 && digit <= this.model.classes) store.set({ cls: digit - 1, erase: false });
    else if (!held && event.key.toLowerCase() === "e") store.set({ erase: !store.erase });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  brush() {
    const { cls, size, erase } = this.store;
    return { cls, radius: SIZES[size], erase };
  }

  change(act) {
    act();
    this.store.touch("points");
  }

  /** Coordinates of a pointer. */
  place(event) {
    const box = this.surface.canvas.getBoundingClientRect();
    const { side } = this.drawing;
    return [
      ((event.clientX - box.left) / box.width) * 2 * side - side,
      side - ((event.clientY - box.top) / box.height) * 2 * side,
    ];
  }

  pixels([x, y]) {
    const { side } = this.drawing;
    return [((x + side) / 2 / side) * this.surface.width, ((side - y) / 2 / side) * this.surface.height];
  }

  restyle() {
    this.stamps = null;
    this.store.touch("theme");
  }

  draw() {
    if (!this.model) return;
    this.tools.draw(this.store, this.drawing);
    this.tell();
    const context = this.surface.begin();
    if (!context) return;
    if (this.stamps?.ratio !== this.surface.ratio)
      this.stamps = Object.assign(createStamps(this.theme, POINT, this.surface.ratio), { ratio: this.surface.ratio });
    this.drawAxes(context);
    for (const point of this.drawing.points) this.stamps.draw(context, point[2], ...this.pixels(point));
    this.drawBrush(context);
  }

  drawAxes(context) {
    const { width, height } = this.surface;
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1;
    for (let at = -3; at <= 3; at++) {
      const [x, y] = this.pixels([at, at]);
      context.globalAlpha = at ? 0.1 : 0.35;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, height);
      context.moveTo(0, y);
      context.lineTo(width, y);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  drawBrush(context) {
    const { pointer, keys, cursor, erase } = this.store;
    const place = keys ? cursor : pointer;
    if (!place) return;
    const [x, y] = this.pixels(place);
    const unit = this.surface.width / 2 / this.drawing.side;
    context.strokeStyle = erase ? this.theme.text : this.theme.classes[this.store.cls];
    context.lineWidth = 2;
    context.setLineDash(erase ? [5, 4] : []);
    context.beginPath();
    context.arc(x, y, Math.max(SIZES[this.store.size] * unit, 6), 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
  }

  /** How many points of which class there are, and what is missing. */
  tell() {
    const { drawing, model } = this;
    const counts = drawing.counts(model.classes);
    const parts = counts.flatMap((n, cls) => (n ? [`${n} ${CLASSES[cls].name}${n > 1 ? (cls === 4 ? "es" : "s") : ""}`] : []));
    const missing = drawing.missing(model.classes);
    const total = drawing.points.length;
    const full = total >= drawing.most ? `${drawing.most} points are the most. ` : "";
    setText(this.hint, missing
      ? `${total ? `${total} points; ` : "Draw with mouse, finger or pen: "}${missing}.`
      : `${full}${total} points: ${parts.join(", ")}.`);
    this.use.disabled = Boolean(missing);
  }

  send() {
    const points = this.drawing.points.map(([x, y, cls]) => [
      Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000, cls,
    ]);
    draft = null;
    this.report({ points, at: Date.now() });
  }
}

export default mounted(Draw);
