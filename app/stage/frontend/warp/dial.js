// The dial of the bend: the same weights, with their activations made straight, or softer and sharper.

import { NEGATIVE_SLOPES } from "../network/activations.js";
import { element, setText } from "../draw/elements.js";
import { formatNumber, formatPercent } from "../network/numbers.js";

const STEPS = 20; // of a dial of sharpness each way; ten times as sharp, or a tenth
const REST = 150; // milliseconds until the pieces are counted
const HELP = {
  bend: "How much of its bend the activation keeps; the weights stay as they are",
  sharpness: "What every sum z is multiplied by before the activation; the weights stay as they are",
};

export const isSmooth = (name) => !(name in NEGATIVE_SLOPES) && name !== "softmax";
/** The first activation that is made of two straight parts. */
export const foldingOf = ({ trained, activationRows }) => trained.find((name) => activationRows[name].folds);

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
    if (!this.say) this.fetchWords();
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

  /** What the hand has made of the network; "" where it has not, or as long as the words are on their way. */
  words() {
    return this.say && this.store.bend !== null && this.model ? this.say(this.model, this.kind, this.store.bend, this.pieces) : "";
  }

  async fetchWords() {
    this.say = (await import("./dial_words.js")).sayDial;
    this.news();
  }

  remove() {
    clearTimeout(this.timer);
    this.meter?.stop();
  }
}
