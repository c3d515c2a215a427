// Above the pictures: what the colors say, with their key, and what is drawn over them.

import { element, setText } from "../draw/elements.js";
import { Surface } from "../draw/surface.js";
import {
  COLORINGS, amountColor, collapsedColor, css, directionColor, factorColor, factorRange, fullSlope,
} from "./colorings.js";
import { OVERLAYS } from "./player.js";
import { formatSmall } from "./words.js";

const OVERLAY_LABELS = { folds: "Fold lines", boundary: "Boundary", points: "Points" };
const WHEEL = "right pink, up yellow, left green, down blue";
const KEYS = {
  gradient: (mesh, folds) => ["", `Color: which way ${risingWords(mesh)} rises: ${WHEEL}. Stronger: steeper, in full from a slope of ${formatSmall(fullSlope(mesh))}.${meanWords(mesh, folds)}`],
  output: (mesh, folds) => ["", `Color: the class the network names. Stronger: surer.${meanWords(mesh, folds)}`],
  active: (mesh, folds) => ["0", `${mostActive(mesh, folds)} neurons on`],
  factor: (mesh, folds) => {
    const [low, high] = factorRange(mesh, folds).map(formatSmall);
    return [`area × ${low}`, `× ${high}; gray: pressed flat`];
  },
  identity: () => ["", "Color only tells pieces apart."],
};

export class CreaseTools {
  constructor(root, store, theme, commit) {
    Object.assign(this, { store, theme, commit });
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
    const { coloring, overlays } = this.store;
    this.select.value = coloring;
    for (const [name, box] of this.checks) box.checked = overlays.has(name);
    const [before, after] = this.keyTexts();
    setText(this.before, before);
    setText(this.after, after);
    this.box.className = `lw-key-box lw-key-${coloring}`;
    this.drawKey();
  }

  keyTexts() {
    const { coloring, mesh, folds } = this.store;
    return mesh ? KEYS[coloring](mesh, folds) : ["", ""];
  }

  /** The key in one line, for a picture that is taken along. */
  keyWords() {
    const [least, most] = this.keyTexts();
    return least ? `Color: ${least} to ${most}` : most;
  }

  drawKey() {
    const context = this.surface.begin();
    const { coloring, model } = this.store;
    if (!context || !model) return;
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

const risingWords = ({ outputs }) => (outputs === 1 ? "the output" : "the lead of the winning class");

/** Before the last fold, a piece has no one gradient or output. */
const meanWords = ({ levels }, folds) =>
  (folds < levels.length - 1 ? " Later layers still bend each piece: its color is of the average." : "");

function mostActive(mesh, folds) {
  let most = 0;
  if (folds) for (const count of mesh.active[folds - 1]) most = Math.max(most, count);
  return most;
}
