// Above the pictures: what the colors say, with their key, and what is drawn over them.

import { element, setText } from "../draw/elements.js";
import { Surface } from "../draw/surface.js";
import {
  COLORINGS, amountColor, collapsedColor, coloringOf, css, directionColor, factorColor, factorRange, fullSlope,
} from "./colorings.js";
import { OVERLAYS } from "./player.js";
import { canFold, foldsAt, formatSmall, isSwitched } from "./words.js";

const OVERLAY_LABELS = { folds: "Fold lines", boundary: "Boundary", points: "Points" };
const WHEEL = "right pink, up yellow, left green, down blue";
// The words before and after the scale; without the first there is no scale.
const KEYS = {
  gradient: ({ mesh, folds }) => ["", `Color: which way ${risingWords(mesh)} rises: ${WHEEL}. Stronger: steeper, in full from a slope of ${formatSmall(fullSlope(mesh))}.${meanWords(mesh, folds)}`],
  output: () => ["", "Color: the class the network names. Stronger: surer."],
  active: activeWords,
  factor: factorWords,
  identity: () => ["", "Color only tells pieces apart."],
};

export class CreaseTools {
  constructor(root, store, theme, commit) {
    Object.assign(this, { store, theme, commit, beside: null }); // beside: the store of network A, if there are two
    const bar = element("div", "lw-tools");
    const label = element("label", "lw-tools-label", "Color");
    this.select = element("select", "lw-player-speed lw-tools-select", "", { "aria-label": "What the colors say" });
    for (const [name, { label: text }] of Object.entries(COLORINGS)) {
      const option = element("option", "", text);
      option.value = name;
      this.select.append(option);
    }
    this.select.addEventListener("change", () => this.change({ coloring: this.select.value }));
    label.append(this.select);
    bar.append(label, this.buildKey(), this.buildChecks());
    root.append(bar);
  }

  buildKey() {
    const key = element("div", "lw-key");
    this.before = element("span", "");
    this.box = element("span", "lw-key-box", "", { "aria-hidden": "true" });
    this.after = element("span", "");
    this.surface = new Surface(this.box, "lw-key-canvas", () => this.drawKey());
    key.append(this.before, this.box, this.after);
    return key;
  }

  buildChecks() {
    const group = element("div", "lw-checks", "", { role: "group", "aria-label": "Drawn over the colors" });
    this.checks = OVERLAYS.map((name) => {
      const label = element("label", "lw-check");
      const box = element("input", "", "", { type: "checkbox" });
      box.addEventListener("change", () => {
        const overlays = new Set(this.store.overlays);
        if (box.checked) overlays.add(name);
        else overlays.delete(name);
        this.change({ overlays });
      });
      label.append(box, element("span", "", OVERLAY_LABELS[name]));
      group.append(label);
      return [name, box];
    });
    return group;
  }

  change(patch) {
    this.store.set(patch);
    this.commit();
  }

  draw() {
    const { overlays } = this.store;
    const { shown, coloring } = this;
    const isSmooth = shown.every(({ mesh }) => mesh?.nodes);
    for (const option of this.select.options) option.disabled = isSmooth && COLORINGS[option.value].pieces;
    this.select.value = coloring;
    for (const [name, box] of this.checks) {
      box.disabled = name === "folds" && shown.every(({ model }) => model && !canFold(model.net));
      box.checked = overlays.has(name) && !box.disabled;
    }
    const [before, after] = this.keyTexts();
    setText(this.before, before);
    setText(this.after, after);
    this.box.className = `lw-key-box lw-key-${coloring}`;
    this.box.hidden = !before && coloring !== "gradient";
    this.drawKey();
  }

  /** The stores of what the tools are for: of A and B. */
  get shown() {
    return this.beside ? [this.beside, this.store] : [this.store];
  }

  /** What is chosen, if the network or one of the two can be colored so. */
  get coloring() {
    return this.shown.map(coloringOf).find((name) => name === this.store.coloring) ?? coloringOf(this.store);
  }

  keyTexts() {
    const texts = this.shown.map((store) => (store.mesh ? KEYS[coloringOf(store)](store) : ["", ""]));
    return texts.reduce(keyOfBoth);
  }

  /** The key in one line, for a picture that is taken along. */
  keyWords() {
    const [least, most] = this.keyTexts();
    return least ? `Color: ${least} to ${most}` : most;
  }

  drawKey() {
    const context = this.surface.begin();
    const { coloring } = this;
    if (!context || !this.store.model) return;
    const { width, height } = this.surface;
    if (coloring === "gradient") return this.drawWheel(context, width, height);
    for (let x = 0; x < width; x++) {
      context.fillStyle = css(this.keyColor(coloring, x / (width - 1)));
      context.fillRect(x, 0, 1.5, height);
    }
  }

  keyColor(coloring, share) {
    const { theme } = this;
    if (coloring === "active") return amountColor(theme, share);
    if (coloring === "factor") return share > 0.94 ? collapsedColor(theme) : factorColor(theme, (2 * share) / 0.94 - 1);
    return 0;
  }

  drawWheel(context, width, height) {
    const radius = Math.min(width, height) / 2;
    for (let k = 0; k < 72; k++) {
      const angle = (2 * Math.PI * k) / 72;
      for (const [share, reach] of [[1, 1], [0.66, 0.72], [0.33, 0.44]]) {
        context.beginPath();
        context.moveTo(width / 2, height / 2);
        context.arc(width / 2, height / 2, radius * reach, -angle - 0.05, -angle + 0.05);
        context.fillStyle = css(directionColor(this.theme, angle, share));
        context.fill();
      }
    }
  }
}

/** Of two networks, each with colors of its own: the words before and after the scale of those that have one. */
function keyOfBoth([beforeA, afterA], [beforeB, afterB]) {
  const both = (a, b) => (a === b ? a : `A: ${a}, B: ${b}`);
  if (beforeA && beforeB) return [both(beforeA, beforeB), both(afterA, afterB)];
  const plain = (text) => text.replace(/^Color: /, "");
  if (beforeA) return [`A: ${beforeA}`, `${afterA}. B: ${plain(afterB)}`];
  if (beforeB) return [`B: ${beforeB}`, `${afterB}. A: ${plain(afterA)}`];
  return ["", afterA === afterB ? afterA : `Color, A: ${plain(afterA)} B: ${plain(afterB)}`];
}

const risingWords = ({ outputs }) => (outputs === 1 ? "the output" : "the lead of the winning class");

/** Before the last fold, a piece has no one gradient. */
const meanWords = ({ levels, areas }, folds) =>
  (levels[folds] < areas.length ? " Later layers still cut these pieces: a color is of the average." : "");

function activeWords({ mesh, folds, model: { net } }) {
  if (folds === 0) return ["", "Color: neurons are counted from layer 1 on."];
  if (!net.activations.some((_, l) => l < folds && foldsAt(net, l + 1))) return ["", "Color: identity is neither on nor off."];
  const most = mostActive(mesh, folds);
  const active = isSwitched(net, folds) ? "on" : "with z > 0";
  if (most === 0) return ["", `Color: no neuron is ${active}.`];
  return ["0", `${most} ${most === 1 ? "neuron" : "neurons"} ${active}`];
}

function factorWords({ mesh, folds }) {
  if (folds === 0) return ["", "Color: areas are compared from layer 1 on."];
  const factors = mesh.factors[folds - 1];
  const flat = factors.some((factor) => factor === 0) ? "; gray: pressed flat" : "";
  if (factors.every((factor) => factor === 0)) return ["", "Color: every piece is pressed flat, onto a line or a point."];
  const [low, high] = factorRange(mesh, folds).map(formatSmall);
  if (low === high) return ["", `Color: every area × ${low}${flat}.`];
  return [`area × ${low} or less`, `× ${high} or more${flat}`];
}

function mostActive(mesh, folds) {
  let most = 0;
  if (folds) for (const count of mesh.active[folds - 1]) most = Math.max(most, count);
  return most;
}
