// A network that is built by hand: its layers in the hand, on the stage and in the link. Fetched only where
// a link has such layers.

import { styleBeside } from "../draw/elements.js";
import { formatFigure, smooth } from "../network/numbers.js";
import { build, layersOf, onGrid, textOf } from "../network/plane_layers.js";
import { isFree } from "../shared/address.js";
import { prefersReducedMotion } from "../shared/player.js";
import { HandDrawing, LINEAR, arrowsAt, bentAt } from "./hand_drawing.js";
import { HandHandles } from "./hand_handles.js";
import { HandPanel } from "./hand_panel.js";
import { factsOf } from "./hand_words.js";

const FIRST = 3.6; // least half side of the picture, the input's own
const LADDER = 1.25; // from one size of the picture to the next
const ROOM = 1.08;
const PATIENCE = 5000; // milliseconds that the server has to answer
const GLIDE = 300; // milliseconds
const IDENTITY = { matrix: [1, 0, 0, 1], bias: [0, 0] };

export class Hand {
  constructor(stage) {
    Object.assign(this, { stage, sent: [], sentAt: 0, unsaid: false, base: "", layers: [], half: FIRST, aim: 0, shown: 0 });
    stage.root.append(styleBeside("hand.css", import.meta));
    this.panel = new HandPanel(stage.scene, this);
    stage.giveTurn(this.panel);
    this.drawing = new HandDrawing(stage.picture, () => this.layers);
    const pull = (which, values) => stage.guard(() => this.pull(which, values));
    this.handles = new HandHandles(stage.frame, stage.picture, { pull, done: () => this.done() });
    stage.store.listeners.push(() => this.draw());
    this.observer = new ResizeObserver(() => stage.guard(() => this.draw())); // after the stage's own
    this.observer.observe(stage.canvas);
  }

  get model() {
    return this.stage.model;
  }

  get locked() {
    return !isFree("matrix");
  }

  /** Whether there can be a layer more, or one less: who draws that sends the network. */
  get canReplace() {
    return this.stage.served && !this.locked;
  }

  /** Takes a new network: its layers, unless those in the hand are already further. */
  setModel(model) {
    this.on = Boolean(model.net.byHand);
    this.stage.grid.classList.toggle("lw-hand-on", this.on);
    this.panel.panel.hidden = !this.on;
    this.stage.picture.overlay = this.on ? this.drawing : null;
    if (!this.on) return this.handles.draw(null, null, true);
    this.adopt(layersOf(model.net));
    model.steady = (layer, share, found) => this.frameAt(model, layer, share, found);
    build(model, this.layers);
    const half = this.wanted(model);
    if (half !== this.aim && !this.handles.held) this.half = this.aim = half;
  }

  /** Takes the server's layers over, unless it has not heard yet of those in the hand, or cannot: a number
   *  that is being typed is told when it is finished. */
  adopt(theirs) {
    const { length } = this.layers;
    this.base = textOf(theirs);
    this.sent.splice(0, this.sent.indexOf(this.base) + 1);
    const awaited = this.sent.length > 0 && performance.now() - this.sentAt < PATIENCE;
    if (theirs.length === length && (this.handles.held || this.unsaid || awaited)) return;
    Object.assign(this, { layers: theirs, sent: [] });
    if (length && theirs.length > length) this.stage.store.u = theirs.length - 1 + LINEAR; // the new one
    this.shown = Math.min(this.shown, theirs.length - 1);
  }

  /** What the server is told of it, which writes it into the link: a change of settings is a step of Back. */
  settings() {
    return this.on ? { matrix: textOf(this.layers) } : {};
  }

  /** The half side of the picture, one and the same for all layers, so that what grows is seen to grow. */
  wanted(model) {
    let most = FIRST / ROOM;
    for (const { pre, post } of model.layers.slice(0, model.net.depth + 1)) {
      for (let i = 2 * model.nodes; i < 2 * model.N; i++) most = Math.max(most, Math.abs(pre[i]), Math.abs(post[i]));
    }
    for (const { matrix: [a, b, c, d], bias: [e, f] } of this.layers) most = Math.max(most, ...[a + e, b + e, c + f, d + f, e, f].map(Math.abs));
    return FIRST * LADDER ** Math.ceil(Math.log((most * ROOM) / FIRST) / Math.log(LADDER) - 1e-9);
  }

  /** What the camera shows at a share of a layer's way: on the way to the cut, soon what it finds there itself. */
  frameAt({ net }, layer, share, found) {
    const frame = [0, 0, 0, this.half, this.half, Math.SQRT2 * this.half];
    if (layer <= net.depth) return frame;
    const gone = smooth(Math.min(3 * share, 1));
    return frame.map((value, k) => value + gone * (found[k] - value));
  }

  // In the hand

  /** A column or the bias of the layer in the hand. */
  pull(which, [first, second]) {
    const { matrix, bias } = this.layers[this.shown];
    if (which === 2) return this.change({ matrix, bias: [first, second] });
    const changed = [...matrix];
    [changed[which], changed[2 + which]] = [first, second];
    this.change({ matrix: changed, bias });
  }

  /** Number k of the six. */
  type(k, value) {
    const { matrix, bias } = this.layers[this.shown];
    const numbers = [...matrix, ...bias];
    numbers[k] = value;
    this.change({ matrix: numbers.slice(0, 4), bias: numbers.slice(4) });
    this.hold();
  }

  /** A matrix to begin with, and no bias. */
  take(matrix) {
    this.change({ matrix, bias: [0, 0] });
    this.hold();
    this.done();
  }

  change({ matrix, bias }) {
    this.layers[this.shown] = { matrix: matrix.map(onGrid), bias: bias.map(onGrid) };
    this.unsaid = true;
    build(this.model, this.layers);
    this.stage.store.set({ playing: false });
    this.stage.store.touch("frame");
  }

  /** To where the arrows of the shown layer can be held, unless they can be already. */
  hold() {
    const place = arrowsAt(this.model.net, this.stage.store.u);
    if (!place?.done || place.layer !== this.shown + 1) this.stage.store.set({ u: this.shown + LINEAR, playing: false });
  }

  /** Let go: the picture finds its size again, and the link hears of it. */
  done() {
    const text = textOf(this.layers);
    if (text !== (this.sent.at(-1) ?? this.base)) this.sent.push(text); // also back to where it began
    Object.assign(this, { sentAt: performance.now(), unsaid: false });
    const half = this.wanted(this.model);
    if (half !== this.aim) this.glide(this.half, half);
    this.stage.store.touch("frame");
    this.stage.store.commit();
  }

  /** From one size of the picture to another. */
  glide(from, to) {
    const start = performance.now();
    const step = () => {
      const gone = prefersReducedMotion() ? 1 : Math.min((performance.now() - start) / GLIDE, 1);
      if (this.handles.held) this.aim = this.half; // it rests where it is
      if (this.aim !== to) return;
      this.half = from + smooth(gone) * (to - from);
      this.model.entry.extents = new Map();
      this.stage.store.touch("camera");
      if (gone < 1) requestAnimationFrame(step);
    };
    this.aim = to;
    step();
  }

  /** To the arrows of layer k, from 0. */
  go(k) {
    this.shown = k;
    this.hold();
    this.stage.store.touch("hand");
    this.stage.store.commit();
  }

  more() {
    this.replace([...this.layers, IDENTITY]);
  }

  less() {
    this.replace(this.layers.slice(0, -1));
  }

  /** Another number of layers: the server sends the network. */
  replace(layers) {
    this.stage.report({ matrix: textOf(layers), t: layers.length - 1 + LINEAR, wish: ++this.stage.wishes });
  }

  /** What the numbers of the layer in the hand mean. */
  facts() {
    const { net } = this.model;
    const { u } = this.stage.store;
    const place = arrowsAt(net, u);
    return factsOf(this.layers[this.shown], place !== null && bentAt(net, place.layer, u) < 1);
  }

  /** The layer in the hand, in a paragraph. */
  words() {
    const { matrix, bias } = this.layers[this.shown];
    const [a, b, c, d, e, f] = [...matrix, ...bias].map(formatFigure);
    const facts = this.facts().map(({ name, number, words }) => `${name} ${number}. ${words}`);
    return [`Layer ${this.shown + 1}, built by hand: column 1 (${a}, ${c}), column 2 (${b}, ${d}), bias (${e}, ${f}).`, ...facts].join(" ");
  }

  /** What follows the picture at once; the panel has its turn. */
  draw() {
    if (!this.on) return;
    const { picture, store, theme, grid } = this.stage;
    grid.classList.toggle("lw-dark", theme.dark);
    const place = arrowsAt(this.model.net, store.u);
    if (place && !this.handles.held) this.shown = place.layer - 1;
    const layer = this.layers[this.shown];
    const seen = place?.done && place.layer === this.shown + 1;
    const pixels = seen ? this.drawing.pixels(layer, place.layer, store.u, [[1, 0], [0, 1], [0, 0]]) : null;
    this.handles.draw(layer, pixels, this.locked);
  }
}
