// The dial of the bend: the same weights, with their activations made straight, or softer and sharper.

import { NEGATIVE_SLOPES, bentSlope } from "../network/activations.js";
import { element, setText } from "../draw/elements.js";
import { formatNumber, formatPercent, timesZ } from "../network/numbers.js";

const STEPS = 20; // of a dial of sharpness each way; ten times as sharp, or a tenth
const REST = 150; // milliseconds until the pieces are counted
const HELP = {
  bend: "How much of its bend the activation keeps; the weights stay as they are",
  sharpness: "What every sum z is multiplied by before the activation; the weights stay as they are",
};

/** Between what the bounded activations switch. */
const LIMITS = { tanh: "−1 and 1", sigmoid: "0 and 1" };

const isSmooth = (name) => !(name in NEGATIVE_SLOPES) && name !== "softmax";
/** The first activation that is made of two straight parts. */
const foldingOf = ({ trained, activationRows }) => trained.find((name) => activationRows[name].folds);

/** "bend" where an activation of the network folds, else "sharpness", or "". */
const kindOf = (net) => (foldingOf(net) ? "bend" : net.trained.some(isSmooth) ? "sharpness" : "");

/** What the button says that shows the dial. */
export const dialName = (net) => (kindOf(net) === "bend" ? "how bent" : "how sharp");

/** Of layers built by hand nothing was trained. */
export const canRebend = (net) => !net.byHand && kindOf(net) !== "";

/** What a link's number means on the dial of a net; null where it means nothing. */
export function bendIn(net, number) {
  if (Number.isNaN(number) || !canRebend(net)) return null;
  const [low, high] = kindOf(net) === "bend" ? [0, 1] : [0.1, 10];
  return Math.min(Math.max(number, low), high);
}

export class Dial {
  /** news(): more can be said. */
  constructor(root, store, news) {
    Object.assign(this, { store, news, model: null, pieces: null, timer: 0 });
    this.node = element("label", "lw-dial");
    this.name = element("span", "");
    this.range = element("input", "", "", { type: "range", step: "1" });
    this.output = element("output", "");
    this.node.append(this.name, this.range, this.output);
    this.node.hidden = true;
    this.range.addEventListener("input", () => store.set({ bend: this.amountAt(Number(this.range.value)), playing: false }));
    this.range.addEventListener("change", () => store.commit());
    this.range.addEventListener("keydown", (event) => event.stopPropagation()); // the stage has keys of its own
    root.append(this.node);
  }

  setModel(model) {
    this.model = model;
    this.kind = kindOf(model.net);
    const [low, high] = this.kind === "bend" ? [0, 100] : [-STEPS, STEPS];
    Object.assign(this.range, { min: low, max: high });
    setText(this.name, this.kind === "bend" ? "Bend" : "Sharpness");
    this.range.setAttribute("aria-label", HELP[this.kind] ?? "");
  }

  amountAt(value) {
    return this.kind === "bend" ? value / 100 : Math.round(100 * 10 ** (value / STEPS)) / 100;
  }

  draw() {
    const { bend } = this.store;
    this.node.hidden = bend === null;
    clearTimeout(this.timer);
    this.pieces = null;
    this.meter?.stop();
    if (bend === null) return;
    this.range.value = this.kind === "bend" ? 100 * bend : STEPS * Math.log10(bend);
    const text = this.kind === "bend" ? formatPercent(bend) : `× ${formatNumber(bend)}`;
    this.range.setAttribute("aria-valuetext", text);
    setText(this.output, text);
    if (this.kind === "bend" && this.model.net.isPiecewise) this.timer = setTimeout(() => this.count(), REST);
  }

  /** The straight pieces, and how far the output is from what it is without any bend. */
  async count() {
    const { Meter, bentness } = await import("../network/whole.js");
    this.meter ??= new Meter(bentness, (pieces) => {
      this.pieces = pieces;
      this.news();
    });
    if (this.store.bend !== null) this.meter.ask(this.model);
  }

  /** What the hand has made of the network; "" where it has not. */
  words() {
    const { bend } = this.store;
    if (bend === null || !this.model) return "";
    return [this.formula(bend), `${formatPercent(this.model.told().right)} of the training points right.`, this.countWords(), this.endsWords()].filter(Boolean).join(" ");
  }

  formula(bend) {
    const { net } = this.model;
    const name = foldingOf(net) ?? net.trained.find(isSmooth);
    const { symbol } = net.activationRows[name];
    if (bend === 1) return `The activation is ${symbol}, as it was trained: move the dial, the weights stay.`;
    if (this.kind === "sharpness") return `f(z) = ${symbol}(${formatNumber(bend)} z), with the weights as they were trained.`;
    const slope = bentSlope(name, bend);
    if (net.trained.includes("softmax")) return `f(z) = ${slope === 1 ? "z" : `z above 0 and ${timesZ(slope)} below`}; softmax stays as it is, and so do the weights.`;
    if (slope === 1) return `Without its bend f(z) = z: all layers together are one straight map${net.lifted ? " of the inputs" : ""}.`;
    return `f(z) = z above 0 and ${timesZ(slope)} below, with the weights as they were trained.`;
  }

  /** What is seen at the ends of a dial of sharpness, and what it costs. */
  endsWords() {
    if (this.kind !== "sharpness") return "";
    const limits = LIMITS[this.model.net.trained.find(isSmooth)];
    if (this.store.bend !== 1) return "The next layer's weights were trained with the old sharpness: with a new one, mostly fewer points are right.";
    return limits ? `The sharper, the more each neuron is a switch between ${limits}; the flatter, the straighter.` : "";
  }

  countWords() {
    if (!this.pieces) return "";
    const { count, complete, farthest } = this.pieces;
    const pieces = `${complete ? "" : "at least "}${count.toLocaleString("en")} straight ${count === 1 ? "piece" : "pieces"}${count > 1 && this.model.net.outcome === "dead" ? ", by which neurons are on" : ""}`;
    const far = farthest > 0 ? `; the output is up to ${formatNumber(farthest)} away from that of the straight map` : "";
    return `${pieces[0].toUpperCase()}${pieces.slice(1)}${complete ? far : ""}.`;
  }

  remove() {
    clearTimeout(this.timer);
    this.meter?.stop();
  }
}
