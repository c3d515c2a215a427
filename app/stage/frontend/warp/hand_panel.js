// The numbers of a layer that is built by hand, what they mean, and layers to begin with.

import { element, setText } from "../draw/elements.js";
import { formatNumber } from "../network/numbers.js";
import { LARGEST, textOf } from "../network/plane_layers.js";
import { SO_WHAT, sayCut } from "./hand_words.js";

const HINT = "The arrows are W's columns: where (1, 0) and (0, 1) go, seen from b.";
const HALF = Math.SQRT1_2;
export const PRESETS = {
  Identity: [1, 0, 0, 1],
  Rotation: [HALF, -HALF, HALF, HALF],
  Shear: [1, 1, 0, 1],
  Mirror: [-1, 0, 0, 1],
  Projection: [0.5, 0.5, 0.5, 0.5],
  Scaling: [1.5, 0, 0, 0.5],
};
const PRESET_HELP = {
  Identity: "Leaves every point where it is",
  Rotation: "Turns the plane by 45 degrees",
  Shear: "Pushes what is higher further to the right",
  Mirror: "Turns left into right",
  Projection: "Presses the plane onto a line",
  Scaling: "Wider one way, narrower the other",
};
// Of the six numbers: name, class of its color.
const FIELDS = [
  ["first row, column 1", 0], ["first row, column 2", 1], ["second row, column 1", 0],
  ["second row, column 2", 1], ["first bias", 2], ["second bias", 2],
];

export class HandPanel {
  /** hand: what is asked for numbers, a preset, another layer, one more and one less. */
  constructor(scene, hand) {
    this.hand = hand;
    this.panel = element("section", "lw-panel lw-by-hand", "", { "aria-label": "The layer in your hand" });
    this.tabs = element("div", "lw-by-hand-tabs");
    this.presets = element("div", "lw-by-hand-presets", "", { role: "group", "aria-label": "Begin with" });
    for (const name of Object.keys(PRESETS)) this.presets.append(this.button(name, PRESET_HELP[name], () => hand.take(PRESETS[name])));
    this.facts = element("dl", "lw-by-hand-facts");
    const numbers = element("div", "lw-by-hand-numbers");
    this.limit = element("p", "lw-by-hand-limit", "", { role: "status" });
    numbers.append(this.tabs, this.presets, this.buildMatrix(), this.limit, element("p", "lw-by-hand-hint", HINT));
    const read = element("div", "lw-by-hand-read");
    read.append(element("h4", "lw-by-hand-alone", "W alone, before bias and activation"), element("p", "lw-by-hand-hint lw-by-hand-so-what", SO_WHAT), this.facts);
    this.panel.append(numbers, read);
    scene.prepend(this.panel);
  }

  button(text, help, act) {
    const button = element("button", "lw-by-hand-button", text, { type: "button", title: help });
    button.addEventListener("click", act);
    return button;
  }

  buildMatrix() {
    const box = this.matrix = element("div", "lw-by-hand-matrix", "", { role: "group", "aria-label": "Matrix W and bias b" });
    this.inputs = FIELDS.map(([name, color], k) => this.input(name, color, k));
    const matrix = element("span", "lw-by-hand-bracket lw-by-hand-two");
    matrix.append(...this.inputs.slice(0, 4));
    const bias = element("span", "lw-by-hand-bracket");
    bias.append(...this.inputs.slice(4));
    box.append(element("span", "", "z ="), matrix, element("span", "", "x +"), bias);
    return box;
  }

  input(name, color, k) {
    const input = element("input", `lw-by-hand-number lw-by-hand-color-${color}`, "", { type: "number", step: "0.1", min: -LARGEST, max: LARGEST, inputmode: "decimal", "aria-label": name });
    input.addEventListener("input", () => this.type(k, input.valueAsNumber));
    input.addEventListener("change", () => {
      this.hand.done();
      this.draw(); // what was no number, or too large
    });
    return input;
  }

  /** Takes what is typed, if it is a number; of one that is too large, says what has become of it. */
  type(k, value) {
    if (!Number.isFinite(value)) return;
    const { hand } = this;
    hand.type(k, value);
    const became = formatNumber(LARGEST * Math.sign(value));
    this.beyond = Math.abs(value) > LARGEST
      ? { layer: textOf([hand.layers[hand.shown]]), words: `Between −${LARGEST} and ${LARGEST}: ${formatNumber(value)} became ${became}.` } : null;
  }

  /** Shows layer number `shown` (from 0) of the layers. */
  draw() {
    const { layers, shown, locked, canReplace, model, on } = this.hand;
    if (!on) return;
    this.drawTabs(layers.length, shown, canReplace);
    this.presets.inert = locked;
    for (const part of [this.presets, this.matrix]) part.classList.toggle("lw-locked", locked);
    const { matrix, bias } = layers[shown];
    setText(this.limit, this.beyond?.layer === textOf([layers[shown]]) ? this.beyond.words : "");
    [...matrix, ...bias].forEach((value, k) => {
      const input = this.inputs[k];
      input.disabled = locked;
      const typing = input.getRootNode().activeElement === input && input.valueAsNumber === value;
      if (!typing) input.value = String(Number(value.toFixed(Math.abs(value) < 0.005 ? 4 : 2)));
    });
    const facts = [...this.hand.facts(), sayCut(model)];
    this.lines ??= facts.map(() => this.line());
    facts.forEach(({ name, number, words }, k) => {
      setText(this.lines[k].name, `${name} `);
      setText(this.lines[k].number, number);
      setText(this.lines[k].words, words);
    });
  }

  /** A fact's places for name, number and words. */
  line() {
    const [node, term, words] = [element("div", "lw-by-hand-fact"), element("dt", ""), element("dd", "")];
    const [name, number] = [element("span", ""), element("strong", "")];
    term.append(name, number);
    node.append(term, words);
    this.facts.append(node);
    return { name, number, words };
  }

  drawTabs(count, shown, canReplace) {
    const key = `${count} ${shown} ${canReplace}`;
    if (key === this.key) return;
    this.key = key;
    const { hand } = this;
    const tabs = Array.from({ length: count }, (_, k) => {
      const tab = this.button(`Layer ${k + 1}`, `To the arrows of layer ${k + 1}`, () => hand.go(k));
      tab.setAttribute("aria-pressed", String(k === shown));
      return tab;
    });
    const focused = this.tabs.contains(this.tabs.getRootNode().activeElement);
    if (canReplace) tabs.push(count < 2 ? this.button("+ layer", "A second layer after this one", () => hand.more()) : this.button("− layer", "Takes the second layer away", () => hand.less()));
    this.tabs.replaceChildren(...tabs);
    if (focused) tabs[Math.min(shown, tabs.length - 1)].focus();
  }
}
