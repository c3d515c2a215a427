// Sliders for a network built by hand: three a neuron, and the output's bias.

import { inkOn } from "../draw/colors.js";
import { element, setText } from "../draw/elements.js";
import { isFree } from "../shared/address.js";
import { LIMITS, MOST_NEURONS, STEP, newNeuron, onGrid } from "./hand_network.js";
import { colorOf, plainNumber } from "./tools.js";
import { hingeWords } from "./words.js";

const NAMES = { w: "weight", b: "bias", v: "output weight" };

/** The sliders in `root`; `commit()` is called when the visitor lets go of one. */
export class HandPanel {
  constructor(root, store, theme, commit) {
    Object.assign(this, { store, theme, commit, net: null, shape: "" });
    this.box = element("section", "lw-panel lw-hand", "", { "aria-label": "Build the network by hand" });
    this.check = element("p", "lw-hand-check", "", { role: "status" });
    this.whose = element("p", "lw-hand-whose", "", { role: "status" });
    this.cards = element("div", "lw-hand-cards");
    this.addButton = this.button("lw-hand-add", "Add a neuron", () => this.add());
    this.box.append(this.check, this.whose, this.cards, this.addButton);
    root.append(this.box);
  }

  button(className, text, act) {
    const button = element("button", className, text, { type: "button" });
    button.addEventListener("click", act);
    return button;
  }

  setModel({ net }) {
    this.net = net;
    this.box.hidden = !net.handBuilt;
    this.box.classList.toggle("lw-locked", !isFree("hand"));
  }

  /** Writes the numbers of `hand` into the sliders, or those of the best network in its place, which
   *  nobody moves; `check` is the verdict on the exercise. */
  draw(hand, check, best = null) {
    const { neurons, bias } = best?.numbers ?? hand;
    for (const part of [this.cards, this.addButton]) part.inert = Boolean(best) || !isFree("hand");
    setText(this.whose, best ? `The numbers of the best network of ${best.name}. Press “By hand” to see and move your own.` : "");
    this.whose.hidden = !best;
    const shape = `${neurons.length} ${this.net.exercise} ${this.theme.dark}`;
    if (shape !== this.shape) this.build(neurons);
    this.shape = shape;
    this.rows.forEach(({ index, name, input, output }) => {
      const value = index < 0 ? bias : neurons[index][name];
      const text = plainNumber(value, best ? 3 : 1);
      if (Number(input.value) !== value) input.value = value;
      input.setAttribute("aria-valuetext", text);
      setText(output, text);
    });
    neurons.forEach((neuron, j) => setText(this.hints[j], hingeWords(neuron, this.net.low, this.net.high)));
    this.check.hidden = !check;
    if (check) setText(this.check, check.words);
    this.check.classList.toggle("lw-hand-solved", Boolean(check?.solved));
    this.addButton.disabled = neurons.length >= MOST_NEURONS;
  }

  build(neurons) {
    this.rows = [];
    this.hints = [];
    const cards = neurons.map((_, j) => this.card(j, neurons.length));
    if (!this.net.exercise) cards.push(this.outputCard());
    this.cards.replaceChildren(...cards);
    this.addButton.hidden = this.net.exercise;
  }

  outputCard() {
    const card = element("div", "lw-hand-card");
    card.append(element("span", "lw-hand-name", "Output"), this.row(-1, "bias", "bias"));
    return card;
  }

  card(j, count) {
    const card = element("div", "lw-hand-card");
    const head = element("div", "lw-hand-head");
    const name = element("span", "lw-hand-name", `Neuron ${j + 1}`);
    const disc = element("span", "lw-hand-disc", String(j + 1), { "aria-hidden": "true" });
    const color = colorOf(this.theme, { sizes: [1, count, 1] }, 0, j);
    Object.assign(disc.style, { background: color, color: inkOn(color) });
    head.append(disc, name);
    if (!this.net.exercise && count > 1) {
      const remove = this.button("lw-hand-remove", "×", () => this.remove(j));
      remove.setAttribute("aria-label", `Remove neuron ${j + 1}`);
      head.append(remove);
    }
    const hint = element("span", "lw-hand-hint");
    this.hints.push(hint);
    card.append(head, ...this.asked(j).map((key) => this.row(j, key, NAMES[key])), hint);
    if (!this.asked(j).length) head.append(element("span", "lw-hand-given", "given: weight −2, bias 2"));
    return card;
  }

  row(index, name, label) {
    const row = element("label", "lw-hand-row");
    const who = index < 0 ? "Output" : `Neuron ${index + 1}`;
    const input = element("input", "lw-hand-range", "", {
      type: "range", min: -LIMITS[name], max: LIMITS[name], step: STEP, "aria-label": `${who}, ${label}`,
    });
    input.addEventListener("input", () => this.change(index, name, Number(input.value)));
    input.addEventListener("change", () => this.commit());
    const output = element("output", "lw-hand-value");
    row.append(element("span", "", label), input, output);
    this.rows.push({ index, name, input, output });
    return row;
  }

  /** What is asked of neuron j: in the exercise the first is given, and all output weights are 1. */
  asked(j) {
    if (!this.net.exercise) return Object.keys(NAMES);
    return j === 0 ? [] : ["w", "b"];
  }

  change(index, name, value) {
    const { hand } = this.store;
    if (index < 0) return this.store.set({ hand: { ...hand, bias: onGrid("bias", value) } });
    const neurons = hand.neurons.map((neuron, j) => (j === index ? { ...neuron, [name]: onGrid(name, value) } : neuron));
    this.store.set({ hand: { ...hand, neurons } });
  }

  add() {
    const { hand } = this.store;
    this.store.set({ hand: { ...hand, neurons: [...hand.neurons, newNeuron(hand, this.net)] } });
    this.commit();
  }

  remove(index) {
    const { hand } = this.store;
    this.store.set({ hand: { ...hand, neurons: hand.neurons.filter((_, j) => j !== index) } });
    this.commit();
  }
}
