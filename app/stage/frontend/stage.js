// Entry of the component: builds the page of the stage once and feeds it every new network.

import { Component, mounted, nearestFrame } from "./component.js";
import { createCurves } from "./curves.js";
import { createFilmStrip } from "./film_strip.js";
import { createInputPanel } from "./input_panel.js";
import { fillHead } from "./legend.js";
import { Model, decode } from "./model.js";
import { createNeuronPanel } from "./neuron_panel.js";
import { element, setText } from "./panel_tools.js";
import { Picture } from "./picture.js";
import { Player, prefersReducedMotion } from "./player.js";
import { Tooltip } from "./tooltip.js";
import { formatPercent } from "./words.js";

const AUTOPLAY_DELAY = 900;
const SPEAK_DELAY = 1500;
const SLOW_INTERVAL = 100;
const DRAG_PIXELS = 4;
const ROTATION = 0.008; // radians a pixel

class Stage extends Component {
  name = "stage";

  build() {
    Object.assign(this, { owed: new Set(), paid: -Infinity, debt: null });
    this.grid = element("div", "lw-layout");
    this.root.append(this.grid);
    const main = this.area("main");
    const side = this.area("side");
    this.head = element("div", "lw-head");
    this.buildCanvas(main);
    this.player = new Player(main, this.store, (view) => this.report(view));
    this.panels = [
      createInputPanel(side, this.store, this.theme),
      createCurves(side, this.store, this.theme),
      createFilmStrip(this.area("film"), this.store, this.theme),
      createNeuronPanel(this.area("neurons"), this.store, this.theme),
    ];
    this.store.listeners.push((keys) => this.draw(keys));
    this.root.addEventListener("keydown", (event) => this.guard(() => this.player.onKey(event)));
    this.observer = new ResizeObserver(() => this.guard(() => this.resize()));
    this.observer.observe(this.canvas);
  }

  area(name) {
    const node = element("div", `lw-area lw-area-${name}`);
    this.grid.append(node);
    return node;
  }

  buildCanvas(main) {
    this.frame = element("div", "lw-frame");
    this.canvas = element("canvas", "lw-canvas", "", { role: "img", tabindex: "0" });
    this.frame.append(this.canvas);
    this.words = element("p", "lw-words");
    this.spoken = element("p", "lw-hidden", "", { "aria-live": "polite" });
    main.append(this.head, this.frame, this.words, this.spoken);
    this.picture = new Picture(this.canvas, this.store, this.theme);
    this.tooltip = new Tooltip(this.frame);
    this.listen();
    const { store } = this;
    this.canvas.layerwarp = { model: null, store, picture: this.picture, timings: store.timings };
  }

  listen() {
    const { canvas } = this;
    this.drag = null;
    const on = (name, act) => canvas.addEventListener(name, (event) => this.guard(() => act(event)));
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", () => { this.drag = null; });
    on("pointerleave", (event) => this.leave(event));
    on("dblclick", () => {
      this.picture.camera.reset();
      this.redraw();
    });
  }

  press(event) {
    this.drag = { x: event.clientX, y: event.clientY, moved: 0 };
    if (this.picture.camera.solid > 0) this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { drag, picture } = this;
    if (!drag) return event.pointerType === "mouse" && this.point(event);
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.moved += Math.abs(dx) + Math.abs(dy);
    Object.assign(drag, { x: event.clientX, y: event.clientY });
    if (picture.camera.solid === 0 || drag.moved < DRAG_PIXELS) return;
    if (this.store.hover) this.store.set({ hover: null });
    picture.camera.rotate(dx * ROTATION, dy * ROTATION);
    this.redraw();
  }

  release(event) {
    if (this.drag && this.drag.moved < DRAG_PIXELS) this.point(event);
    this.drag = null;
  }

  leave(event) {
    if (event.pointerType !== "mouse" || this.canvas.hasPointerCapture(event.pointerId)) return;
    this.drag = null;
    this.store.set({ hover: null });
  }

  /** Marks the data point under the pointer, in the panels too. */
  point(event) {
    if (!this.model) return;
    const frame = this.canvas.getBoundingClientRect();
    const index = this.picture.pick(event.clientX - frame.left, event.clientY - frame.top);
    if (index === (this.store.hover?.index ?? -1)) return;
    const { points } = this.model.net;
    this.store.set({ hover: index < 0 ? null : { x: points[2 * index], y: points[2 * index + 1], index } });
  }

  receive(data) {
    const before = this.model;
    const model = new Model(decode(data));
    this.place(before, model);
    this.adopt(model);
  }

  /** Where the new network is shown: at the same place as the one before, or as the address says. */
  place(before, model) {
    const { store } = this;
    const end = model.net.depth + 1;
    const last = model.net.frameCount - 1;
    if (before) {
      const oldEnd = before.net.depth + 1;
      const u = store.u >= oldEnd ? end : Math.min(store.u, end);
      const wasLast = store.frame === before.net.frameCount - 1;
      const frame = wasLast ? last : nearestFrame(model.net, before.net.steps[store.frame]);
      const neuron = store.neuron && store.neuron.index < (model.net.sizes[store.neuron.layer] ?? 0)
        ? store.neuron : null;
      return Object.assign(store, { u, frame, neuron, hover: null });
    }
    const address = new URLSearchParams(location.search);
    const read = (name) => Number(address.get(name)?.trim() || NaN); // NaN: nothing usable there
    const [t, s] = [read("t"), read("s")];
    Object.assign(store, {
      u: Number.isNaN(t) ? 0 : Math.min(Math.max(t, 0), end),
      frame: Number.isNaN(s) ? last : nearestFrame(model.net, s),
    });
    if (Number.isNaN(t) && Number.isNaN(s)) this.playSoon();
  }

  /** The first visit plays once, unless the visitor moves something first or prefers no motion. */
  playSoon() {
    if (prefersReducedMotion()) return;
    const begin = () => {
      if (!this.touched) this.player.play("layers");
    };
    for (const name of ["pointerdown", "keydown", "input"]) {
      this.root.addEventListener(name, () => { this.touched = true; }, { once: true });
    }
    this.autoplay = setTimeout(begin, AUTOPLAY_DELAY);
  }

  adopt(model) {
    this.model = this.canvas.layerwarp.model = model;
    model.setFrame(this.store.frame);
    this.picture.setModel(model);
    this.player.setModel(model);
    fillHead(this.head, model.net, this.theme);
    this.picture.measure();
    for (const panel of this.panels) panel.setModel(model);
    this.drawAll();
  }

  restyle() {
    this.picture.restyle();
    fillHead(this.head, this.model.net, this.theme);
    for (const panel of this.panels) panel.setModel(this.model);
    this.drawAll();
  }

  drawAll() {
    this.store.changed = new Set(["u", "frame", "playing", "neuron", "hover"]);
    this.store.notify();
    this.store.schedule();
  }

  redraw() {
    this.store.touch("camera");
  }

  resize() {
    if (this.model && this.picture.measure()) this.picture.draw();
  }

  draw(keys) {
    if (keys.has("frame")) this.model.setFrame(this.store.frame);
    this.picture.draw();
    this.player.draw(keys);
    this.drawTooltip();
    if (keys.has("u") || keys.has("frame")) this.describe();
    const [input, curves, ...slow] = this.panels;
    input.draw(keys);
    curves.draw(keys);
    for (const key of keys) this.owed.add(key);
    const wait = this.paid + SLOW_INTERVAL - performance.now();
    if (!keys.has("frame") || keys.has("neuron") || wait <= 0) this.pay(slow);
    else this.debt ??= setTimeout(() => this.guard(() => this.pay(slow)), wait);
  }

  /** Film strip and neurons follow a dragged training step ten times a second, and at rest. */
  pay(slow) {
    clearTimeout(this.debt);
    this.debt = null;
    for (const panel of slow) panel.draw(this.owed);
    this.owed = new Set();
    this.paid = performance.now();
  }

  drawTooltip() {
    const { hover } = this.store;
    if (hover?.index === undefined) return this.tooltip.hide();
    const { x, y } = this.picture.screen(this.model.nodes + hover.index);
    this.tooltip.show(this.model, hover.index, x, y, this.picture.width, this.picture.height);
  }

  describe() {
    const { model, store: { u } } = this;
    const sentence = model.describe(u);
    const note = model.projectionNote(u);
    setText(this.words, note ? `${sentence} ${note}` : sentence);
    if (this.timer) return;
    this.speak();
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.speak();
    }, SPEAK_DELAY);
  }

  /** The text equivalent of the picture, said not more often than every SPEAK_DELAY. */
  speak() {
    const { net, frame } = this.model;
    const at = net.historySteps.indexOf(net.steps[frame]);
    const accuracy = at < 0 ? "" : ` Test accuracy ${formatPercent(net.accuracy[at])}.`;
    const text = `${this.words.textContent} Training step ${net.steps[frame]}.${accuracy}`;
    setText(this.spoken, text);
    this.canvas.setAttribute("aria-label", `The warp of ${net.title}. ${text}`);
  }

  remove() {
    clearTimeout(this.autoplay);
    clearTimeout(this.debt);
    clearTimeout(this.timer);
    clearTimeout(this.player?.timer);
    this.observer?.disconnect();
    super.remove();
  }
}

export default mounted(Stage);
