// The transport bar: play, scrubbers, steps, speed, loop; and the keyboard.

import { element, setText } from "../draw/elements.js";
import { thousandths } from "../network/numbers.js";
import { numberIn, readAddress, rewriteAddress } from "./address.js";
import { Course } from "./course.js";

const SECONDS_OF_TRAINING = 7;
const HOLD_SECONDS = 0.45; // rest at the end of the training
const GLIDE_SECONDS = 0.7; // to the next layer
const JUMP_SECONDS = 0.9; // between jumps when the visitor prefers reduced motion
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const KEY_STEP = 0.05;
export const REPORT_DELAY = 250;
const WHOLE = new Intl.NumberFormat("en"); // kept: to find it anew for every frame takes its time
const ICONS = {
  play: "M7 4 L20 12 L7 20 Z",
  pause: "M6 4 H10 V20 H6 Z M14 4 H18 V20 H14 Z",
  previous: "M5 4 H8 V20 H5 Z M20 4 V20 L9 12 Z",
  next: "M16 4 H19 V20 H16 Z M4 4 L15 12 L4 20 Z",
  loop: "M7 7 H15 V3.5 L21 8.5 L15 13.5 V10 H8 V13 H5 V9 A2 2 0 0 1 7 7 Z M17 17 H9 V20.5 L3 15.5 L9 10.5 V14 H16 V11.5 H19 V15 A2 2 0 0 1 17 17 Z",
};

const motion = matchMedia("(prefers-reduced-motion: reduce)");

export const prefersReducedMotion = () => motion.matches;

/** The transport bar in `root`; `report(view)` is called when the visitor lets go. `look()` is what
 *  the link says of the view beside the place. */
export class Player {
  constructor(root, store, report, look = () => ({})) {
    Object.assign(this, { store, report, look, model: null, speed: 1, loop: false, owed: false });
    Object.assign(this, { before: 0, rest: 0, clock: 0, course: null, glideTo: null, timer: 0 });
    this.bar = element("div", "lw-player", "", { role: "group", "aria-label": "Player" });
    this.buildRows();
    root.append(this.bar);
    store.advance = (now) => this.advance(now);
    store.commit = () => this.commit();
  }

  buildRows() {
    this.buildLayerRow();
    this.buildTrainingRow();
  }

  buildLayerRow() {
    const row = element("div", "lw-player-row");
    this.playButton = this.button(row, "play", "Play through the layers", () => this.toggle("layers"), "Layers");
    this.button(row, "previous", "To the previous layer", () => this.step(-1));
    this.button(row, "next", "To the next layer", () => this.step(1));
    this.layerText = element("output", "lw-player-value");
    this.layerRange = this.range("Place on the way through the layers", (value) => this.scrub(value));
    this.layerRange.step = "any";
    row.append(this.layerText);
    this.bar.append(row);
    this.layerRow = row;
    return row;
  }

  buildTrainingRow() {
    const row = element("div", "lw-player-row");
    this.trainButton = this.button(row, "play", "Play through the training", () => this.toggle("training"), "Training");
    this.trainingRange = this.range("Training step", (value) =>
      this.store.set({ frame: value, playing: false }));
    this.trainingRange.step = "1";
    const track = element("div", "lw-player-track");
    track.append(this.trainingRange);
    this.trainingText = element("output", "lw-player-value");
    this.loopButton = this.button(row, "loop", "Repeat", () => this.toggleLoop());
    this.loopButton.setAttribute("aria-pressed", "false");
    this.buildSpeed(row);
    row.append(this.trainingText, track);
    this.bar.append(row);
    this.trainingRow = row;
  }

  buildSpeed(row) {
    this.speedSelect = element("select", "lw-player-speed", "", { "aria-label": "Speed" });
    for (const speed of SPEEDS) {
      const option = element("option", "", `${speed} ×`.replace("0.25", "¼").replace("0.5", "½"));
      option.value = speed;
      this.speedSelect.append(option);
    }
    this.speedSelect.value = "1";
    this.speedSelect.addEventListener("change", () => { this.speed = Number(this.speedSelect.value); });
    row.append(this.speedSelect);
  }

  button(row, icon, label, act, text = "") {
    const button = element("button", "lw-player-button", "", { type: "button", "aria-label": label, title: label });
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    picture.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    button.append(picture);
    if (text) button.append(element("span", "", text));
    setIcon(button, icon);
    button.addEventListener("click", act);
    row.append(button);
    return button;
  }

  range(label, move) {
    const range = element("input", "lw-player-range", "", { type: "range", min: 0, "aria-label": label });
    range.addEventListener("input", () => {
      this.glideTo = null;
      move(Number(range.value));
    });
    range.addEventListener("change", () => this.commit());
    return range;
  }

  scrub(u) {
    this.store.set({ u, playing: false });
  }

  setModel(model) {
    this.model = model;
    const { depth, start, frameCount } = model.net;
    if (this.glideTo !== null) this.glideTo = Math.min(this.glideTo, depth + 1);
    Object.assign(this.layerRange, { min: start, max: depth + 1 });
    this.trainingRange.max = frameCount - 1;
    this.trainingRange.disabled = this.trainButton.disabled = frameCount < 2;
    if (this.store.playing === "layers") this.course.adapt(model, this.store.u);
  }

  draw(keys) {
    const { store, model } = this;
    if (!model) return;
    if (keys.has("u")) this.drawLayer();
    if (keys.has("frame")) this.drawTraining();
    if (!keys.has("playing")) return;
    setIcon(this.playButton, store.playing === "layers" ? "pause" : "play");
    setIcon(this.trainButton, store.playing === "training" ? "pause" : "play");
    const label = (button, name, kind) => button.setAttribute("aria-label", store.playing === kind ? "Pause" : name);
    label(this.playButton, "Play through the layers", "layers");
    label(this.trainButton, "Play through the training", "training");
  }

  drawLayer() {
    const { u } = this.store;
    const { depth, start } = this.model.net;
    const { layer, name } = this.model.stageAt(u);
    const rest = Math.abs(u - Math.round(u)) < 1e-3 ? Math.round(u) : null;
    const text = rest === start ? "input" : rest === 0 ? "lifted" : rest > depth ? "read-out" : rest > 0 ? `after layer ${rest}`
      : layer < 1 ? name : layer > depth ? `read-out: ${name}` : `layer ${layer}: ${name}`;
    this.layerRange.value = u;
    this.layerRange.setAttribute("aria-valuetext", text);
    setText(this.layerText, text);
  }

  drawTraining() {
    const { net } = this.model;
    const step = net.steps[this.store.frame];
    this.trainingRange.value = this.store.frame;
    this.trainingRange.setAttribute("aria-valuetext", `step ${step} of ${net.steps.at(-1)}`);
    setText(this.trainingText, this.trainingWords(step));
  }

  trainingWords(step) {
    return `step ${WHOLE.format(step)}`;
  }

  toggle(kind) {
    if (this.store.playing === kind) return this.pause();
    this.play(kind);
  }

  play(kind) {
    const { store, model } = this;
    this.glideTo = null;
    Object.assign(this, { before: 0, rest: 0, clock: 0 });
    if (kind === "layers") this.begin(store.u >= model.net.depth + 1 - 1e-6 ? model.net.start : store.u);
    if (kind === "training") {
      if (store.frame >= model.net.frameCount - 1) store.set({ frame: 0 });
      this.clock = (store.frame / Math.max(model.net.frameCount - 1, 1)) * SECONDS_OF_TRAINING;
    }
    store.set({ playing: kind });
  }

  /** The play of the layers, from place u on. */
  begin(u) {
    this.course = new Course(this.model, u);
    this.store.set({ u });
  }

  pause() {
    this.store.set({ playing: false });
    this.commit();
  }

  toggleLoop() {
    this.loop = !this.loop;
    this.loopButton.setAttribute("aria-pressed", String(this.loop));
  }

  /** To the next (1) or previous (-1) whole layer. */
  step(direction) {
    const from = this.glideTo ?? this.store.u;
    const target = direction > 0 ? Math.floor(from + 1e-6) + 1 : Math.ceil(from - 1e-6) - 1;
    this.glideOn(onTimeline(this.model.net, target), 1 / GLIDE_SECONDS);
  }

  /** From where the stage is to place u, at so many layers a second; at once where no motion is wanted. */
  glideOn(u, pace) {
    if (!prefersReducedMotion()) {
      Object.assign(this, { glideTo: u, pace, before: 0 });
      return this.store.set({ playing: "glide" });
    }
    this.store.set({ u, playing: false });
    this.commit();
  }

  /** Called once an animation frame while playing. now: milliseconds. */
  advance(now) {
    const seconds = this.before ? Math.min((now - this.before) / 1000, 0.25) : 0;
    this.before = now;
    const { playing } = this.store;
    if (playing === "glide") this.glide(seconds);
    else if (prefersReducedMotion()) this.jump(seconds * this.speed);
    else if (playing === "training") this.playTraining(seconds * this.speed);
    else this.playLayers(seconds * this.speed);
  }

  glide(seconds) {
    const { store } = this;
    const distance = this.glideTo - store.u;
    const most = seconds * this.pace;
    if (Math.abs(distance) > most) return store.set({ u: store.u + Math.sign(distance) * most });
    store.set({ u: this.glideTo });
    this.glideTo = null;
    this.pause();
  }

  playLayers(seconds) {
    this.store.set({ u: this.course.advance(seconds) });
    if (!this.course.over) return;
    const u = this.model.net.start;
    this.begin(u);
    this.finish({ u });
  }

  /** Reduced motion: from step to step, or by tenths of the training, with nothing in between. */
  jump(seconds) {
    this.rest += seconds;
    if (this.rest < JUMP_SECONDS) return;
    this.rest = 0;
    if (this.store.playing === "training") return this.playTraining(SECONDS_OF_TRAINING / 10);
    this.course.skip(this.store.u);
    this.playLayers(0);
  }

  playTraining(seconds) {
    const last = this.model.net.frameCount - 1;
    this.clock += seconds;
    if (this.clock > SECONDS_OF_TRAINING + HOLD_SECONDS) {
      this.clock = 0;
      return this.finish({ frame: 0 });
    }
    this.store.set({ frame: Math.min(Math.round((this.clock / SECONDS_OF_TRAINING) * last), last) });
  }

  finish(start) {
    this.store.set(this.loop ? start : { playing: false });
    // Only what the visitor did goes into the link, so an end by itself is not told.
    if (this.owed && !this.loop) this.commit();
  }

  /** Tells the server, once, where the visitor has come to rest. */
  commit() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), REPORT_DELAY);
  }

  settle() {
    Object.assign(this, { timer: 0, owed: Boolean(this.store.playing) });
    if (!this.owed) this.tell();
  }

  /** Tells now what would be told in a moment. */
  hasten() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.settle();
  }

  tell() {
    const view = this.view();
    rewriteAddress(view);
    this.report(view);
  }

  /** Ends a play where it is, and has the address say the place: for a link or a picture to take along. */
  comeToRest() {
    const { t } = this.view();
    if (!this.store.playing && (t === undefined || readAddress().get("t") === String(t))) return;
    this.forget();
    this.store.playing = false;
    this.store.tellNow("playing");
    this.tell();
  }

  /** What the link says about the place at rest; null leaves a name out. The last step has none: a network
   *  that trains on is shown at its end. */
  view() {
    const { u, frame } = this.store;
    const { steps } = this.model.net;
    const lift = u < 0 ? thousandths(u + 1) : null;
    return { t: Math.max(thousandths(u), 0), lift, s: frame < steps.length - 1 ? steps[frame] : null, ...this.look() };
  }

  /** Forgets what was to be told: the address leads now. */
  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { timer: 0, glideTo: null, owed: false });
  }

  /** Keys inside the component; native controls that need a key keep it. */
  onKey(event) {
    const tag = event.target.tagName;
    const typing = tag === "SELECT" || (tag === "INPUT" && event.target.type !== "range");
    if (!this.model || typing || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " " && tag === "BUTTON") return;
    const act = this.keyAction(event.key, event.shiftKey);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has shortcuts of its own
    act();
    if (!this.store.playing) this.commit();
  }

  keyAction(key, large) {
    const { store, model: { net } } = this;
    const scrub = (du) => this.moveTo(store.u + du * (large ? 5 : 1));
    const train = (df) => store.set({ playing: false, frame: clamp(store.frame + df, net.frameCount - 1) });
    return {
      " ": () => this.toggle("layers"),
      ArrowLeft: () => scrub(-KEY_STEP),
      ArrowRight: () => scrub(KEY_STEP),
      ArrowUp: () => train(1),
      ArrowDown: () => train(-1),
      Home: () => this.moveTo(net.start),
      End: () => this.moveTo(net.depth + 1),
      PageDown: () => this.step(1),
      PageUp: () => this.step(-1),
      "+": () => this.changeSpeed(1),
      "=": () => this.changeSpeed(1),
      "-": () => this.changeSpeed(-1),
    }[key];
  }

  moveTo(u) {
    this.glideTo = null;
    this.store.set({ playing: false, u: onTimeline(this.model.net, u) });
  }

  changeSpeed(direction) {
    const at = clamp(SPEEDS.indexOf(this.speed) + direction, SPEEDS.length - 1);
    this.speed = SPEEDS[at];
    this.speedSelect.value = String(this.speed);
  }
}

/** The nearest place to u on the timeline of a net. */
export const onTimeline = ({ start, depth }, u) => Math.min(Math.max(u, start), depth + 1);

/** The place on the timeline of a net that an address asks for; `usual` where it asks for none. */
export function placeIn(net, address, usual) {
  const [t, lift] = [numberIn(address, "t"), numberIn(address, "lift")];
  const place = net.lifted && !Number.isNaN(lift) ? lift - 1 : Number.isNaN(t) ? usual : t;
  return onTimeline(net, place);
}

const clamp = (value, high) => Math.min(Math.max(value, 0), high);

export function setIcon(button, icon) {
  const path = button.firstChild.firstChild;
  if (path.getAttribute("d") !== ICONS[icon]) path.setAttribute("d", ICONS[icon]);
}
