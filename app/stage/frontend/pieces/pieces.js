// Entry of the component "pieces": one network of one input, its exact pieces and how they came.

import { element, setText } from "../draw/elements.js";
import { placeOn } from "../draw/surface.js";
import { SvgContext } from "../draw/svg_context.js";
import { nearest } from "../network/numbers.js";
import { embedded, isFree, numberIn, presenting, readAddress, rewriteAddress, shareLink } from "../shared/address.js";
import { Component, mounted } from "../shared/component.js";
import { TakeBar } from "../shared/take_bar.js";
import { TrainingPlayer } from "../shared/training_player.js";
import { PiecesPanel } from "./counts_panel.js";
import { checkExercise } from "./exercise.js";
import { handOfLayers, readHand, writeHand } from "./hand_network.js";
import { HandPanel } from "./hand_panel.js";
import { HingeSliders, biasFor } from "./hinge_sliders.js";
import { LineModel, SCRUBBED, decodeLine, placesIn } from "./model.js";
import { PointsBar, readPoints, writePoints } from "./own_points.js";
import { LinePicture } from "./picture.js";
import { keyAction, keyWords } from "./picture_keys.js";
import { placeWords, restWords } from "./words.js";

const POINTS_DELAY = 300; // after the last click, before the server trains
const POINT_PIXELS = 14;
const PIN_PIXELS = 6;
const PATH_SLICE = 8; // milliseconds at a time

class Pieces extends Component {
  name = "picture";

  build() {
    Object.assign(this, { reports: 0, sent: [], known: {}, drag: -1, pressed: null });
    Object.assign(this.store, { hand: null, own: null, drawing: true, best: false });
    this.grid = element("div", "lw-layout lw-line");
    this.root.append(this.grid);
    const main = element("div", "lw-area lw-area-main");
    const side = element("div", "lw-area lw-area-side lw-line-side");
    this.grid.append(main, side);
    const head = element("div", "lw-head lw-line-head");
    this.title = element("h3", "lw-title");
    this.choice = element("div", "lw-line-choice", "", { role: "group", "aria-label": "Network that is shown" });
    this.ownButton = this.choiceButton(false);
    this.bestButton = this.choiceButton(true);
    head.append(this.title, this.choice);
    main.append(head);
    this.points = new PointsBar(main, this.store, (points) => this.setOwn(points));
    this.frame = element("div", "lw-line-frame");
    this.words = element("p", "lw-words lw-line-words");
    this.spoken = element("p", "lw-hidden", "", { "aria-live": "polite" });
    main.append(this.frame, this.words, this.spoken);
    this.picture = new LinePicture(this.frame, this.store, this.theme, () => this.guard(() => this.drawPicture()));
    this.hinges = new HingeSliders(this.frame, (neuron, place) => this.guard(() => this.moveByKey(neuron, place)));
    this.player = new TrainingPlayer(main, this.store, (place) => this.reportPlace(place));
    this.take = new TakeBar(main, this);
    this.panel = new PiecesPanel(side, this.theme);
    this.hand = new HandPanel(side, this.store, this.theme, () => this.reportHand());
    this.frame.before(this.panel.legend);
    this.store.listeners.push((keys) => this.draw(keys));
    this.listen();
    this.picture.canvas.layerwarp = { model: null, store: this.store, picture: this.picture };
  }

  choiceButton(best) {
    const button = element("button", "lw-player-button", best ? "Best possible" : "", { type: "button" });
    button.addEventListener("click", () => this.guard(() => this.chooseNetwork(best)));
    this.choice.append(button);
    return button;
  }

  listen() {
    const { canvas } = this.picture;
    const on = (name, act) => canvas.addEventListener(name, (event) => this.guard(() => this.model && act(event)));
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.release(event));
    on("pointercancel", () => { // a finger scrolls the page
      Object.assign(this, { drag: -1, pressed: null });
      if (this.points.held) this.dropPoint();
    });
    canvas.addEventListener("touchstart", (event) => { // a point goes along with the finger, not the page
      if (this.points.held?.at >= 0) event.preventDefault();
    }, { passive: false });
    on("pointerleave", () => this.drag < 0 && this.store.unhover());
    this.root.addEventListener("keydown", (event) => this.guard(() => this.onKey(event)));
  }

  // What the server sends

  receive(data) {
    const before = this.model;
    const model = new LineModel(decodeLine(data));
    this.place(before?.net, model.net);
    this.model = this.picture.canvas.layerwarp.model = model;
    this.adoptOwn(model.net);
    if (model.hasNetwork) model.setFrame(this.store.frame);
    this.adoptHand(model.net);
    if (this.store.own) model.setPoints(this.store.own);
    this.grid.classList.toggle("lw-line-hand", Boolean(model.net.handBuilt));
    for (const part of [this.picture, this.player, this.points, this.panel, this.hand]) part.setModel(model);
    this.picture.surface.measure();
    this.drawAll();
    this.tracePaths();
  }

  /** Where the new network is shown: at the same place as the one before, or as the address says. */
  place(before, net) {
    const { store } = this;
    const last = Math.max(net.frameCount - 1, 0);
    if (before && before.kind === net.kind && !this.addressLeads) {
      const wasLast = store.frame >= before.frameCount - 1;
      const stays = net.scrub === "training" && wasLast;
      return Object.assign(store, {
        frame: stays || !before.frameCount ? last : nearest(net.steps, before.steps[store.frame]),
      });
    }
    Object.assign(store, { playing: false, ...this.readPlaces(net) });
  }

  /** Where the address says that a network is shown: fully trained by default. */
  readPlaces(net) {
    const address = readAddress();
    const x = numberIn(address, "x1");
    const pinned = x >= net.low && x <= net.high ? { x, y: 0, pen: false } : null;
    return { ...placesIn(address, net), pinned, hover: pinned };
  }

  goBack() {
    this.sent = [];
    const places = this.readPlaces(this.model.net);
    if (!this.store.hand) this.model.setFrame(places.frame); // as the address says: the visitor moved nothing
    this.store.set({ playing: false, ...places });
  }

  /** Numbers from the link, unless they are no more than the echo of what was set here. */
  adopt(name, text) {
    if (text === this.known[name]) return false;
    this.known[name] = text;
    const echo = this.sent.indexOf(`${name} ${text}`);
    if (echo < 0) this.forget(name);
    else this.sent.splice(0, echo + 1);
    return echo < 0;
  }

  /** The link has other numbers now. */
  forget(name) {
    this.sent = this.sent.filter((words) => !words.startsWith(`${name} `));
  }

  /** Numbers that no echo has come of: a report that overtakes theirs takes them along. */
  unheard() {
    return Object.fromEntries(this.sent.map((words) => words.split(" ")));
  }

  adoptHand(net) {
    if (!net.handBuilt) {
      this.store.hand = this.known.hand = null;
      return this.forget("hand");
    }
    if (this.adopt("hand", net.hand) || !this.store.hand) this.store.hand = readHand(net.hand);
    this.model.setHand(this.store.hand);
  }

  adoptOwn(net) {
    if (net.targetKind !== "points") {
      this.store.own = this.known.own = null;
      return this.forget("own");
    }
    if (this.adopt("own", net.own) || !this.store.own) this.store.own = readPoints(net.own);
  }

  // What the visitor does

  press(event) {
    const { canvas } = this.picture;
    const place = this.placeOf(event);
    this.drag = this.hingeAt(place);
    if (this.drag < 0) this.pressed = place;
    if (this.drag >= 0 || place.inside) canvas.setPointerCapture(event.pointerId);
    if (this.drag < 0 && this.store.own && this.store.drawing && place.inMain) this.points.hold(this.nearTo(place));
    else if (this.drag < 0) this.point(place);
  }

  /** A click keeps its place marked; on the marked place it ends that. */
  choose() {
    const { hover, pinned } = this.store;
    if (!hover) return;
    const near = pinned && Math.abs(this.picture.x(pinned.x) - this.picture.x(hover.x)) < PIN_PIXELS;
    this.keep(near ? null : hover);
  }

  /** Shows the best network of as many ReLUs, which no play takes away again, or the own one. */
  chooseNetwork(best) {
    this.store.set(best ? { best, playing: false } : { best });
    const { net } = this.model;
    this.reportView(net.scrub ? { [SCRUBBED[net.scrub]]: net.steps[this.store.frame] } : {});
  }

  /** The handles of the hinges that can be moved. */
  get movable() {
    const { store: { hand }, model, picture } = this;
    if (!hand || model.showsBest || !isFree("hand")) return [];
    return (picture.handles ?? []).filter(({ neuron }) => hand.neurons[neuron].w && this.hand.asked(neuron).includes("b"));
  }

  /** The neuron whose hinge at a place can be moved, or -1. */
  hingeAt({ px, py }) {
    const neuron = this.picture.hingeAt(px, py);
    return this.movable.some((handle) => handle.neuron === neuron) ? neuron : -1;
  }

  move(event) {
    const place = this.placeOf(event);
    if (this.drag >= 0) return this.moveHinge(this.drag, place.x);
    if (this.points.held) this.dragPoint(place);
    this.picture.canvas.style.cursor = this.hingeAt(place) >= 0 ? "ew-resize" : "crosshair";
    if (event.pointerType === "mouse" || event.buttons) this.point(place);
  }

  release(event) {
    const { drag, pressed, points: { held } } = this;
    Object.assign(this, { drag: -1, pressed: null });
    if (drag >= 0) return this.reportHand();
    if (held) return this.dropPoint(this.placeOf(event));
    if (pressed) this.choose();
  }

  /** A point that is held goes along once the pointer has moved further than a click's. */
  dragPoint({ px, py, x, y }) {
    const { pressed, points } = this;
    if (points.held.moved || Math.hypot(px - pressed.px, py - pressed.py) > PIN_PIXELS) points.drag([x, y]);
  }

  /** A point that is held is let go at a place; without one it was no click. */
  dropPoint(place = null) {
    const { points } = this;
    if (points.held.moved || place?.inMain) points.letGo([place?.x, place?.y], place && this.nearTo(place));
    points.held = null;
  }

  placeOf(event) {
    const { x: px, y: py } = placeOn(this.picture.surface, event);
    return { px, py, ...this.picture.valuesAt(px, py) };
  }

  point({ x, y, inside, inMain }) {
    const { low, high } = this.model.net;
    const pen = Boolean(this.store.own && this.store.drawing && inMain);
    // A round number within a pixel: what is read beside it belongs to the x that is read.
    const grid = 10 ** Math.ceil(Math.log10((high - low) / this.picture.surface.width));
    const at = Math.min(Math.max(Math.round(x / grid) * grid, low), high);
    this.store.set({ hover: inside ? { x: at, y, pen } : this.store.pinned });
  }

  /** A hinge is at -b / w: moving it changes the bias. */
  moveHinge(neuron, x) {
    const { w } = this.store.hand.neurons[neuron];
    const bias = biasFor(w, x, this.model.net);
    this.hand.change(neuron, "b", bias);
    this.store.set({ hover: { x: -bias / w, y: 0, pen: false } });
  }

  moveByKey(neuron, place) {
    this.moveHinge(neuron, place(this.store.hand.neurons[neuron]));
    this.reportHand();
  }

  touch(place) {
    this.points.touch([place.x, place.y], this.nearTo(place));
  }

  /** Whether an own point is under a place. */
  nearTo({ px, py }) {
    return ([x, y]) => Math.hypot(this.picture.x(x) - px, this.picture.y(y) - py) < POINT_PIXELS;
  }

  setOwn(points) {
    this.store.set({ own: points });
    this.model.setPoints(points);
    this.drawAll();
    clearTimeout(this.waiting);
    if (this.points.held) return;
    this.waiting = setTimeout(() => this.send("own", writePoints(points)), POINTS_DELAY);
  }

  reportHand() {
    const text = writeHand(this.store.hand);
    if (text !== this.known.hand || this.sent.length) this.send("hand", text);
  }

  reportPlace(place) {
    this.reportView({ [SCRUBBED[this.model.net.scrub]]: place });
  }

  reportView(places) {
    const { pinned } = this.store;
    const x1 = pinned ? Math.round(pinned.x * 1e4) / 1e4 : null;
    const view = { ...places, x1, best: this.store.best ? 1 : null };
    rewriteAddress(view);
    this.report({ n: ++this.reports, ...this.unheard(), ...view });
  }

  send(name, text) {
    this.sent.push(`${name} ${text}`);
    this.report({ n: ++this.reports, ...this.unheard() });
  }

  onKey(event) {
    if (!this.model) return;
    const act = event.target === this.picture.canvas && keyAction(this, event);
    if (!act) return this.player.onKey(event);
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Marks a place, or none, and tells the link. */
  keep(place) {
    this.store.pin(place);
    if (!this.model.net.scrub) this.reportView({});
  }

  // Drawing

  restyle() {
    for (const part of [this.panel, this.hand]) part.setModel(this.model);
    this.drawAll();
  }

  drawAll() {
    this.store.tellNow("frame", "playing", "hover", "hand", "own", "best");
  }

  draw(keys) {
    const { model, store } = this;
    if (!model) return;
    const moved = store.hand ? store.hand !== model.hand : store.frame !== model.frame;
    if (moved && store.best) this.chooseNetwork(false); // what is moved is to be seen
    if (keys.has("hand") && store.hand) model.setHand(store.hand);
    else if (keys.has("frame") && model.hasNetwork && !store.hand) model.setFrame(store.frame);
    model.setBest(store.best);
    setText(this.title, model.title);
    this.drawPicture();
    this.player.draw(keys);
    this.points.draw();
    if ((keys.has("hand") || keys.has("best")) && store.hand) this.drawHand();
    if (["frame", "hand", "own", "best"].some((key) => keys.has(key))) {
      this.panel.draw(model);
      this.drawChoice();
    }
    this.describe();
  }

  drawPicture() {
    const { picture, store: { hand }, model } = this;
    picture.draw();
    if (model) this.hinges.draw(picture.shows ? this.movable : [], hand ?? { neurons: [] }, model.net, picture.surface);
  }

  drawHand() {
    const { model } = this;
    const best = model.showsBest ? { name: model.bestName, numbers: handOfLayers(model.form.layers) } : null;
    this.hand.draw(this.store.hand, this.verdict(), best);
  }

  drawChoice() {
    const { model, choice } = this;
    choice.hidden = !model.hasBest;
    const trained = model.net.steps[model.frame] ? "Trained" : "Not trained";
    setText(this.ownButton, model.net.handBuilt ? "By hand" : trained);
    this.ownButton.setAttribute("aria-pressed", String(!model.showsBest));
    this.bestButton.setAttribute("aria-pressed", String(model.showsBest));
  }

  verdict() {
    const { net, form } = this.model;
    return net.exercise ? checkExercise(this.store.hand, form.error.value) : null;
  }

  /** Under the picture: what holds at the pointer, or what the picture is. */
  describe() {
    const { model, store: { hover } } = this;
    const lines = !model.hasNetwork ? ["Two points at least, at different x, are needed to train on."]
      : hover && !hover.pen ? placeWords(model, hover.x) : [restWords(model, this.dragged)];
    setText(this.words, lines.join(". "));
    const draws = Boolean(this.store.own && this.store.drawing);
    this.picture.canvas.setAttribute("aria-description", keyWords(model, draws, this.movable.length > 0));
    if (!hover || hover.pen || this.spoken.textContent !== this.panel.summary) this.speakSoon();
  }

  /** What there is to drag, in words; alone, the picture stands without its sliders. */
  get dragged() {
    const { net, showsBest } = this.model;
    const sliders = net.handBuilt && !showsBest && isFree("hand") && !embedded() && !presenting();
    return [...(sliders ? ["a slider"] : []), ...(this.movable.length ? ["a numbered hinge in the picture"] : [])];
  }

  speak() {
    if (!this.model) return;
    const { title } = this.model;
    setText(this.spoken, this.panel.summary);
    this.picture.canvas.setAttribute("aria-label", `${title}. ${this.panel.summary}`);
  }

  // What the bar below takes along

  get legend() {
    return this.panel.legend;
  }

  pictures() {
    return [{ surface: this.picture.surface, draw: () => this.picture.draw() }];
  }

  takenLines() {
    const { model, store: { hover } } = this;
    const { net, hasNetwork, frame } = model;
    const step = net.scrub === "training" && !model.showsBest ? `Step ${net.steps[frame].toLocaleString("en")} of ${net.steps.at(-1).toLocaleString("en")}. ` : "";
    return hasNetwork ? [step + this.panel.summary, ...(hover && !hover.pen ? placeWords(model, hover.x) : [])] : [];
  }

  svg() {
    const { surface } = this.picture;
    const { context } = surface;
    const recorder = new SvgContext(surface.width, surface.height, context);
    surface.context = recorder;
    try {
      this.picture.draw();
    } finally {
      surface.context = context;
    }
    const { title } = this.model;
    recorder.caption([title, ...this.takenLines(), shareLink()], this.theme);
    return recorder.text(title);
  }

  /** The hinges of every recorded step, a few milliseconds at a time. */
  tracePaths() {
    clearTimeout(this.tracing);
    const { model } = this;
    if (model.net.scrub !== "training") return;
    const start = performance.now();
    const more = model.tracePaths(() => performance.now() - start > PATH_SLICE);
    if (more) this.tracing = setTimeout(() => this.guard(() => this.tracePaths()), 0);
    else this.guard(() => this.drawPicture());
  }

  remove() {
    for (const timer of [this.tracing, this.waiting, this.player?.timer]) clearTimeout(timer);
    super.remove();
  }
}

export default mounted(Pieces);
