// Entry of the component: builds the page of the stage once and feeds it every new network.

import { element, setText } from "../draw/elements.js";
import { placeOn } from "../draw/surface.js";
import { isStraight } from "../network/activations.js";
import { Model, decode } from "../network/model.js";
import { formatPercent, nearest } from "../network/numbers.js";
import { hasMovableCut, sayMoved } from "../network/readout_words.js";
import { embedded, isFree, lessonTerms, numberIn, readAddress } from "../shared/address.js";
import { Component, mounted } from "../shared/component.js";
import { fillHead, setTitle, titleOf } from "../shared/legend.js";
import { placeIn, prefersReducedMotion } from "../shared/player.js";
import { TakeBar } from "../shared/take_bar.js";
import { Tooltip } from "../shared/tooltip.js";
import { TURN_KEYS, turnByDrag, turnByKey } from "../shared/turn.js";
import { Dial, bendIn } from "./dial.js";
import { Folded, Occasional } from "./folded.js";
import { InputPanel } from "./input_panel.js";
import { NeuronPanel } from "./neuron_panel.js";
import { Picture } from "./picture.js";
import { Ribbon } from "./ribbon.js";
import { Transport, sayRight } from "./transport.js";

const AUTOPLAY_DELAY = 500; // before the script, which rests at the input first
const AROUND = 100; // milliseconds in which all that stands around the stage has its turn
const DRAG_PIXELS = 4;
const CUT_KEYS = { ",": -1, ".": 1 };
const STORY = { className: "lw-story", title: "One point's story", load: async () => (await import("./story_panel.js")).StoryPanel };
const CURVES = { className: "lw-curves", title: "Loss and accuracy", load: async () => (await import("./curves.js")).Curves };
const ONE_MAP = {
  className: "lw-one-map",
  title: "All layers are one matrix",
  isFor: ({ net }) => net.depth > 0 && !net.lifted && net.activations.every(isStraight),
  load: async () => (await import("./one_map_panel.js")).OneMapPanel,
};
const TRIANGLE = {
  className: "lw-softmax",
  title: "After the last layer: softmax, from three logits to a triangle of probabilities",
  isFor: ({ net }) => net.nClasses === 3,
  load: async () => (await import("./triangle_panel.js")).TrianglePanel,
};
const KEYS = `Left and right arrow keys go through the layers, up and down through the training. ${TURN_KEYS}`;
const KEYS_OF_CUT = " At the end, comma and full stop move the cut, Escape puts it back.";
const GRIP = 18; // pixels beside the cut that still grip it
const NUDGE = 12; // pixels that a key moves it
const NODES_OF_TWO = 49; // a side, of the lattice: two pictures take no longer than a large one
const IN_HAND = 0.75; // where a layer built by hand is held: its matrix and bias are done

class Stage extends Component {
  name = "stage";

  build() {
    Object.assign(this, { paid: -Infinity, debt: null, wishes: 0, turns: [] });
    const { store, theme } = this;
    this.grid = element("div", "lw-warp");
    this.root.append(this.grid);
    this.buildCanvas();
    const inset = new InputPanel(this.scene, store, theme);
    const main = this.area("main");
    this.player = new Transport(main, store, theme, (view) => this.report({ ...view, ...this.hand?.settings() }), () => this.look());
    const ribbon = new Ribbon(this.player.ribbonPlace, store, theme, this.ribbonNeeds());
    this.take = new TakeBar(main, this);
    const below = this.area("neurons");
    this.panels = [inset, new Occasional(below, store, theme, TRIANGLE), new Occasional(below, store, theme, ONE_MAP), new Folded(below, store, theme, STORY), new Folded(below, store, theme, CURVES), ribbon,
      new NeuronPanel(below, store, theme)];
    for (const one of [{ draw: (keys) => this.say(keys) }, ...this.panels]) this.giveTurn(one);
    this.store.listeners.push((keys) => this.draw(keys));
    this.root.addEventListener("keydown", (event) => this.guard(() => this.onKey(event)));
    this.observer = new ResizeObserver(() => this.guard(() => this.resize()));
    this.observer.observe(this.canvas);
  }

  ribbonNeeds() {
    return {
      range: this.player.layerRange,
      // The same wish after another change is news.
      wish: (changes) => this.report({ ...changes, wish: ++this.wishes }),
      free: (name) => this.mayChange(name),
    };
  }

  /** Whether the ribbon can change "layers" or "neurons": not in a file, in the frame of another
   *  page, where the link locks it, of a network of the visitor's own or of layers set one by one. */
  mayChange(name) {
    const given = readAddress();
    const widths = this.model.net.sizes.slice(1, -1);
    return this.served && !embedded() && isFree(name) && !given.has("net") && !given.has("widths") && !this.model.net.byHand
      && widths.every((width) => width === widths[0]);
  }

  area(name) {
    const node = element("div", `lw-area lw-area-${name}`);
    this.grid.append(node);
    return node;
  }

  buildCanvas() {
    this.scene = element("div", "lw-scene");
    this.frame = element("div", "lw-frame");
    this.canvas = element("canvas", "lw-canvas", "", { role: "img", tabindex: "0" });
    this.along = element("button", "lw-player-button lw-along", "Look along the cut", { type: "button" });
    this.along.hidden = true;
    this.frame.append(this.canvas, this.along);
    this.dial = new Dial(this.frame, this.store, () => this.guard(() => this.describe()));
    this.words = element("p", "lw-words");
    this.note = element("p", "lw-note");
    this.facts = element("span");
    this.hints = element("span", "lw-hints");
    this.note.append(this.facts, this.hints);
    this.spoken = element("p", "lw-hidden", "", { "aria-live": "polite" });
    this.head = element("div", "lw-head");
    this.scene.append(this.frame);
    this.grid.append(this.words, this.head, this.scene, this.note, this.spoken);
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
    on("pointercancel", () => {
      this.drag = null;
      this.store.set({ threshold: 0 });
    });
    on("pointerleave", (event) => this.leave(event));
    on("dblclick", () => {
      this.picture.camera.reset();
      this.turned();
    });
    this.along.addEventListener("click", (event) => this.guard(() => this.lookAlong(event)));
  }

  /** Turned as the network has it at its end, and moved there: along the cut. */
  lookAlong(event) {
    if (event.detail === 0) this.canvas.focus(); // by key: the button is about to go
    this.picture.camera.reset();
    this.redraw();
    if (this.store.u < this.model.net.depth + 1) this.player.step(1);
    else this.player.commit();
  }

  press(event) {
    this.drag = { x: event.clientX, y: event.clientY, moved: 0, cut: this.isAtCut(event) };
    if (this.picture.camera.solid > 0 || this.drag.cut) this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { drag, picture } = this;
    if (!drag) return event.pointerType === "mouse" && this.point(event);
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.moved += Math.abs(dx) + Math.abs(dy);
    Object.assign(drag, { x: event.clientX, y: event.clientY });
    if (drag.cut) return this.moveCut(picture.cut.logitAt(placeOn(picture, event).x));
    if (picture.camera.solid === 0 || drag.moved < DRAG_PIXELS) return;
    this.store.unhover();
    turnByDrag(picture.camera, dx, dy);
    this.redraw();
  }

  isAtCut(event) {
    const line = this.model ? this.picture.cut.handle() : null;
    return line !== null && Math.abs(placeOn(this.picture, event).x - line) < GRIP;
  }

  /** The hand's own cut, where the output is `logit`: it stays in sight. */
  moveCut(logit) {
    const { cut, width } = this.picture;
    const ends = [NUDGE, width - NUDGE].map((x) => cut.logitAt(x));
    const inside = Math.min(Math.max(logit, Math.min(...ends)), Math.max(...ends));
    const isBack = Math.abs(inside) < 1e-9 * Math.abs(ends[1] - ends[0]); // as many steps to and fro
    this.store.set({ threshold: isBack ? 0 : inside, hover: this.store.pinned });
  }

  release(event) {
    const { drag } = this;
    this.drag = null;
    if (!drag || !this.model) return;
    this.store.set({ threshold: 0 });
    if (drag.moved < DRAG_PIXELS) this.choose(event);
    else if (this.picture.camera.solid > 0 && !drag.cut) this.player.commit();
  }

  leave(event) {
    if (event.pointerType !== "mouse" || this.canvas.hasPointerCapture(event.pointerId)) return;
    this.drag = null;
    this.store.unhover();
  }

  /** Marks the data point under the pointer, in the panels too. */
  point(event) {
    if (!this.model) return;
    const point = this.pointUnder(event);
    this.canvas.style.cursor = this.isAtCut(event) ? "ew-resize" : point ? "pointer" : this.picture.camera.solid > 0 ? "grab" : "";
    this.store.set({ hover: point ?? this.store.pinned });
  }

  /** A click keeps a data point marked; a click on it or beside all points ends that. */
  choose(event) {
    const point = this.pointUnder(event);
    if (!point && !this.store.pinned) return;
    this.store.pin(point?.index === this.store.pinned?.index ? null : point);
  }

  pointUnder(event) {
    const { x, y } = placeOn(this.picture, event);
    const index = this.picture.pick(x, y);
    if (index < 0) return null;
    if (index === this.store.hover?.index) return this.store.hover;
    return this.model.net.point(index);
  }

  receive(data, anew, beside) {
    const model = new Model(decode(data, beside.length ? NODES_OF_TWO : undefined));
    if (anew) {
      this.conductor.forget();
      this.store.playing = false;
    }
    this.picture.camera.standAt(model.standpoint);
    this.place(anew ? null : this.model, model);
    if (model.net.byHand && this.model && !this.model.net.byHand) this.store.u = IN_HAND;
    this.adopt(model);
    this.accompany(beside, anew);
  }

  async beginVersus() {
    const { Versus } = await import("./versus.js");
    return new Versus(this, NODES_OF_TWO);
  }

  /** What only a network needs that is built by hand. */
  async fetchHand() {
    const { Hand } = await import("./hand.js");
    this.hand ??= new Hand(this);
    this.adopt(this.model);
  }

  /** Where the new network is shown: at the same place as the one before, or as the address says. */
  place(before, model) {
    const { store } = this;
    const end = model.net.depth + 1;
    const last = model.net.frameCount - 1;
    if (before) {
      const oldEnd = before.net.depth + 1;
      const { start } = model.net;
      const u = store.u >= oldEnd ? end : store.u <= before.net.start ? start : Math.min(Math.max(store.u, start), end);
      const wasLast = store.frame === before.net.frameCount - 1;
      const frame = wasLast ? last : nearest(model.net.steps, before.net.steps[store.frame]);
      const neuron = store.neuron && store.neuron.index < (model.net.sizes[store.neuron.layer] ?? 0)
        ? store.neuron : null;
      const pinned = store.pinned && model.net.placeAt(store.pinned);
      const moved = u !== store.u;
      Object.assign(store, { u, frame, neuron, pinned, hover: pinned });
      if (!this.addressLeads) {
        if (moved && readAddress().has("t")) this.player.commit(); // else the link would say another place
        return;
      }
    }
    const address = readAddress();
    const given = (name) => !Number.isNaN(numberIn(address, name));
    const places = this.readPlaces(address, model.net);
    if (before && !given("t") && !given("lift")) delete places.u;
    if (before && !given("s")) delete places.frame;
    Object.assign(store, places);
    if (!before && !given("t") && !given("lift") && !given("s") && !model.net.byHand) this.playSoon();
  }

  /** Where the address says that a network is shown: at its start and fully trained by default. */
  readPlaces(address, net) {
    const read = (name) => numberIn(address, name);
    this.picture.camera.turnTo(read("yaw"), read("pitch"));
    const [layer, number] = (address.get("unit") ?? "").split("-").map(Number);
    const pinned = Number.isNaN(read("x1") + read("x2")) ? null : net.placeAt({ x: read("x1"), y: read("x2") });
    return {
      u: placeIn(net, address, net.byHand ? IN_HAND : net.start),
      frame: Number.isNaN(read("s")) ? net.frameCount - 1 : nearest(net.steps, read("s")),
      neuron: layer >= 1 && number >= 1 && number <= net.sizes[layer] ? { layer, index: number - 1 } : null,
      pinned,
      hover: pinned,
      probe: address.get("probe") === "1",
      bend: bendIn(net, read("bend")),
    };
  }

  /** What the link says of the view beside the place. */
  look() {
    const { neuron, pinned, probe, bend } = this.store;
    return {
      ...this.picture.camera.view(),
      unit: neuron ? `${neuron.layer}-${neuron.index + 1}` : null,
      x1: pinned ? fourDecimals(pinned.x) : null,
      x2: pinned ? fourDecimals(pinned.y) : null,
      probe: probe ? 1 : null,
      bend,
      ...this.versus?.view(),
    };
  }

  goBack() {
    this.store.set({ playing: false, ...this.readPlaces(readAddress(), this.model.net) });
    this.versus?.settle(true);
    this.redraw();
  }

  // What the bar below takes along

  pictures() {
    return this.versus ? this.versus.pictures() : [this.ownPicture()];
  }

  ownPicture() {
    const { picture } = this;
    const draw = () => {
      picture.points = null; // of another resolution
      picture.draw();
    };
    return { surface: picture, draw, inset: this.panels[0].layers() };
  }

  takenTitle() {
    return this.versus ? this.versus.title() : this.title();
  }

  title() {
    return this.store.threshold ? this.model.titleBut("cut moved by hand") : titleOf(this.model);
  }

  takenLines() {
    return this.versus ? this.versus.takenLines() : this.ownLines();
  }

  ownLines() {
    const { net, frame } = this.model;
    if (net.byHand) return [this.stillWords(), this.hand.words()];
    const [step, last] = [net.steps[frame], net.steps.at(-1)].map((count) => count.toLocaleString("en"));
    return [`${this.stillWords()} Step ${step} of ${last}.`, this.model.projectionNote(this.store.u)];
  }

  /** What a still shows: of a movement also how far it has come. */
  stillWords() {
    const { model, store: { u } } = this;
    const { t } = model.net.stageAt(u);
    const way = Math.abs(t - 0.5) < 0.495 ? ` The picture is ${formatPercent(t)} of the way.` : "";
    return model.describe(u) + way;
  }

  /** What happens, and what to know about the picture. */
  sentences() {
    return `${this.words.textContent} ${this.note.textContent}`.trim();
  }

  accuracyWords() {
    const { net, frame } = this.model;
    const at = net.historySteps.indexOf(net.steps[frame]);
    if (at < 0 || net.bend !== 1) return "";
    if (lessonTerms()) return sayRight(net, at) && ` Now ${sayRight(net, at)}.`;
    return ` Test accuracy ${formatPercent(net.accuracy[at])}.`;
  }

  /** The first visit and an example play once, unless the visitor moves something first or prefers no motion. */
  playSoon() {
    if (prefersReducedMotion()) return;
    clearTimeout(this.autoplay);
    this.autoplay = setTimeout(() => {
      if (this.addressLeads) this.conductor.play("layers");
    }, AUTOPLAY_DELAY);
  }

  adopt(model) {
    this.model = this.canvas.layerwarp.model = model;
    model.setFrame(this.store.frame);
    if (model.net.byHand && !this.hand) return this.fetchHand().catch((error) => this.fail(error));
    this.hand?.setModel(model);
    this.picture.setModel(model);
    this.dial.setModel(model);
    this.player.setModel(model);
    fillHead(this.head, model.net, this.theme);
    this.measure();
    for (const panel of this.panels) panel.setModel(model);
    this.drawAll();
  }

  restyle() {
    if (this.model.net.byHand && !this.hand) return; // on its way
    this.picture.restyle();
    this.player.restyle();
    fillHead(this.head, this.model.net, this.theme);
    for (const panel of this.panels) panel.setModel(this.model);
    this.drawAll();
    this.versus?.restyled(this);
  }

  drawAll() {
    this.store.tellNow("u", "frame", "playing", "neuron", "hover", "probe", "bend");
    this.pay();
  }

  redraw() {
    this.store.touch("camera");
  }

  resize() {
    if (this.model && this.measure()) this.picture.draw();
  }

  /** The size of the canvas, and how much of it the input space covers, as on a wide screen. */
  measure() {
    const { width } = this.panels[0].square.getBoundingClientRect();
    this.picture.camera.covered = width < this.canvas.clientWidth / 2 ? width : 0;
    return this.picture.measure();
  }

  /** The stage first; what stands around it follows a moving hand by turns, and at rest. */
  draw(keys) {
    if (keys.has("bend")) this.rebend(keys);
    if (keys.has("frame")) this.model.setFrame(this.store.frame);
    if (keys.has("u") || keys.has("frame")) this.store.threshold = 0; // it is of one place
    this.reveal();
    this.picture.draw();
    this.player.draw(keys);
    this.head.querySelector('[data-line="0"]').classList.toggle("lw-legend-unseen", !this.picture.showsBoundary());
    this.along.hidden = !this.picture.cut.isAside();
    this.drawTooltip();
    if (keys.has("u")) this.sayNewStage();
    for (const { owed } of this.turns) for (const key of keys) owed.add(key);
    if (keys.has("u") || keys.has("frame")) this.paySoon();
    else this.pay();
  }

  /** one.draw(keys) is to follow the stage with the others, by turns. */
  giveTurn(one) {
    this.turns.push({ one, owed: new Set() });
  }

  paySoon() {
    const wait = Math.max(this.paid + AROUND / this.turns.length - performance.now(), 0);
    this.debt ??= setTimeout(() => this.guard(() => this.payNext()), wait);
  }

  /** One after the other, so that none of them holds up the stage. */
  payNext() {
    const turn = this.turns.find(({ owed }) => owed.size);
    Object.assign(this, { debt: null, paid: performance.now() });
    if (!turn) return;
    this.payOne(turn);
    this.turns.push(...this.turns.splice(this.turns.indexOf(turn), 1));
    this.paySoon();
  }

  payOne(turn) {
    const keys = turn.owed;
    turn.owed = new Set();
    turn.one.draw(keys);
  }

  /** A play from the input on keeps the answer until the cut comes in, a lesson until it is
   *  predicted; a cut moved by hand hides it. */
  reveal() {
    const { store: { u, threshold, secret }, play: { playing, course }, model, picture } = this;
    const answer = secret ? 0 : playing === "layers" ? course.revealed(model, u) : 1;
    const revealed = threshold ? 0 : answer; // a cut elsewhere is no answer of the network
    if (revealed !== picture.revealed) this.panels[0].reveal(threshold ? 0 : answer, answer);
    picture.revealed = revealed;
  }

  /** Another activation is another network. */
  rebend(keys) {
    this.model.rebend(this.store.bend ?? 1);
    keys.add("frame");
    this.dial.draw();
  }

  /** What happens next is said as it begins. */
  sayNewStage() {
    const { layer, name } = this.model.stageAt(this.store.u);
    const stage = `${layer} ${name}`;
    if (stage !== this.stage) this.describe();
    this.stage = stage;
  }

  pay() {
    clearTimeout(this.debt);
    this.debt = null;
    for (const turn of this.turns) this.payOne(turn);
  }

  /** The words around the stage, as far as they depend on the changed keys. */
  say(keys) {
    if (["frame", "u", "threshold"].some((key) => keys.has(key))) setTitle(this.head, this.model, this.title());
    if (["u", "frame", "playing", "threshold", "probe", "pinned", "bend"].some((key) => keys.has(key))) this.describe();
    this.versus?.describe();
  }

  onKey(event) {
    if (event.key === "Escape" && this.store.threshold) this.store.set({ threshold: 0 });
    else if (event.key === "Escape" && this.store.pinned) this.store.pin(null);
    else if (event.key in CUT_KEYS && event.target === this.canvas) this.nudgeCut(CUT_KEYS[event.key]);
    else if (event.target !== this.canvas || !turnByKey(this.picture.camera, event, () => this.turned())) this.conductor.onKey(event);
  }

  /** A step to the left (-1) or right (1) of the cut, if it is in sight. */
  nudgeCut(step) {
    const { cut } = this.picture;
    if (cut.handle() !== null) this.moveCut(this.store.threshold + cut.logitAt(NUDGE * step) - cut.logitAt(0));
  }

  turned() {
    this.redraw();
    this.player.commit();
  }

  drawTooltip() {
    const { store: { hover }, play: { playing } } = this;
    if (hover?.index === undefined) return this.tooltip.hide();
    const { width, height } = this.picture;
    const { x, y } = this.picture.screen(this.model.nodes + hover.index);
    this.tooltip.show(this.model, hover.index, x / width, y / height, Boolean(playing));
  }

  /** Where the triangle of probabilities is to be found, at the end; a picture alone and two side by side have none. */
  triangleWords() {
    const { model, store, root } = this;
    const isThere = TRIANGLE.isFor(model) && store.u >= model.net.depth + 1 && !root.closest(".lw-bare, .lw-versus");
    return isThere ? "Below: softmax presses the logits into a triangle of probabilities." : "";
  }

  describe() {
    const { model, store: { u, threshold }, play: { playing, course } } = this;
    const back = playing === "layers" && course.backwards;
    setText(this.words, threshold ? sayMoved(this.picture.cut, model.N - model.nodes, this.drag?.cut) : back ? model.wayBack() : playing ? model.caption(u) : model.describe(u));
    const tool = this.dial.words() || this.picture.probe.words();
    const hint = tool ? "" : model.handNote(u, true);
    setText(this.facts, tool || [this.picture.circle?.words(), model.projectionNote(u), this.triangleWords()].filter(Boolean).join(" "));
    setText(this.hints, hint && ` ${hint}`);
    this.speakSoon();
  }

  /** The text equivalent of the picture. */
  speak() {
    const { net, frame } = this.model;
    const text = net.byHand ? `${this.sentences()} ${this.hand.words()}` : `${this.sentences()} Training step ${net.steps[frame]}.`;
    setText(this.spoken, net.byHand || this.store.threshold ? text : text + this.accuracyWords());
    const letter = this.versus?.letterOf(this) ?? "";
    this.canvas.setAttribute("aria-label", `${letter && `Network ${letter}. `}The warp of ${this.title()}. ${text}`);
    this.canvas.setAttribute("aria-description", hasMovableCut(this.model) ? KEYS + KEYS_OF_CUT : KEYS);
  }

  remove() {
    clearTimeout(this.autoplay);
    clearTimeout(this.debt);
    this.dial.remove();
    clearTimeout(this.player?.timer);
    this.versus?.removed(this);
    this.observer?.disconnect();
    super.remove();
  }
}

const fourDecimals = (value) => Math.round(value * 1e4) / 1e4;

export default mounted(Stage);
