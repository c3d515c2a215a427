// A layer's activation: the function over its slope, and where the layer's own sums z lie under it.

import { ARROWS, element, setText } from "../draw/elements.js";
import { strokeLine, write } from "../draw/marks.js";
import { Surface, placeOn } from "../draw/surface.js";
import { ACTIVATIONS, SLOPES } from "../network/activations.js";
import { formatNumber } from "../network/numbers.js";
import { sayActivation, sayAt, statistics } from "./activation_words.js";

const BINS = 40;
const MARGIN = 14;
const PLOT = 0.68; // of the height is for the curves, the rest for the histogram
const LEAST_REACH = 3, MOST_REACH = 12; // of the axis of z to each side
const SAMPLES = 160;
const SLOPE_DASH = [6, 4];

/** The value of an activation that looks at one neuron at a time. */
function valueOf(name, z) {
  const post = new Float64Array(1);
  ACTIVATIONS[name](Float64Array.of(z), post, 0, 1);
  return post[0];
}

export class ActivationCard {
  constructor(root, theme) {
    Object.assign(this, { theme, model: null, cursor: null });
    this.node = root;
    const frame = element("div", "lw-activation-frame");
    this.surface = new Surface(frame, "lw-activation-canvas", () => this.paint());
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "The activation of the layer");
    canvas.addEventListener("pointermove", (event) => this.point(this.zAt(placeOn(this.surface, event).x)));
    canvas.addEventListener("pointerleave", () => this.point(null));
    canvas.addEventListener("keydown", (event) => this.press(event));
    const words = element("div", "lw-activation-words");
    this.sentence = element("p", "");
    this.reading = element("p", "lw-activation-reading", "", { "aria-live": "polite" });
    words.append(this.sentence, this.reading);
    this.node.append(frame, words);
  }

  /** Shows a layer of a model. */
  draw(model, layer) {
    if (this.node.hidden) return;
    this.name = model.net.activations[layer - 1];
    this.symbol = model.net.rowOf(layer).symbol;
    this.numbers = statistics(model, layer);
    this.reach = Math.min(Math.max(LEAST_REACH, this.numbers.reach), MOST_REACH);
    const sentence = sayActivation(this.name, this.symbol, this.numbers);
    setText(this.sentence, sentence);
    const shown = this.name === "softmax" ? "The shares of the layer's neurons, the largest first" : `${this.symbol} and its slope over the sums z of the layer`;
    this.surface.canvas.setAttribute("aria-label", `${shown}. ${sentence}`);
    this.point(this.cursor);
    this.paint();
  }

  zAt(x) {
    return this.name === "softmax" ? null : this.reach * ((2 * (x - MARGIN)) / (this.surface.width - 2 * MARGIN) - 1);
  }

  point(z) {
    this.cursor = z === null || this.name === "softmax" ? null : Math.min(Math.max(z, -this.reach), this.reach);
    setText(this.reading, this.cursor === null ? this.hint() : sayAt(this.name, this.symbol, this.cursor,
      valueOf(this.name, this.cursor), SLOPES[this.name](this.cursor, valueOf(this.name, this.cursor))));
    this.paint();
  }

  hint() {
    return this.name === "softmax" ? "" : "Point at the curve to read it.";
  }

  press(event) {
    if (!(event.key in ARROWS) || event.altKey || !ARROWS[event.key][0]) return;
    event.preventDefault();
    event.stopPropagation(); // the stage has other uses for these keys
    this.point((this.cursor ?? 0) + 0.1 * ARROWS[event.key][0]);
  }

  paint() {
    const context = this.numbers && !this.node.hidden && this.surface.begin();
    if (!context) return;
    if (this.name === "softmax") this.paintShares(context);
    else this.paintCurves(context);
    context.globalAlpha = 1;
  }

  paintCurves(context) {
    const { theme, reach, name, surface: { width, height } } = this;
    const places = Array.from({ length: SAMPLES + 1 }, (_, k) => reach * ((2 * k) / SAMPLES - 1));
    const values = places.map((z) => valueOf(name, z));
    const slopes = places.map((z, k) => SLOPES[name](z, values[k]));
    const top = Math.max(...slopes, Math.min(Math.max(...values), reach), 1);
    const low = Math.min(...slopes, ...values, 0);
    const bottom = PLOT * height;
    const x = (z) => MARGIN + ((z / reach + 1) / 2) * (width - 2 * MARGIN);
    const y = (value) => bottom - ((value - low) / (top - low)) * (bottom - MARGIN);
    this.paintHistogram(context, x, bottom);
    Object.assign(context, { strokeStyle: theme.gray, globalAlpha: 0.6 });
    strokeLine(context, x(-reach), y(0), x(reach), y(0), 1);
    strokeLine(context, x(0), MARGIN, x(0), height - 16, 1);
    const curve = (numbers, color, dash) => {
      context.beginPath();
      places.forEach((z, k) => context.lineTo(x(z), y(numbers[k])));
      Object.assign(context, { strokeStyle: color, globalAlpha: 1, lineWidth: 2.4, lineJoin: "round" });
      context.setLineDash(dash);
      context.stroke();
      context.setLineDash([]);
    };
    curve(slopes, theme.active, SLOPE_DASH);
    curve(values, theme.text, []);
    this.paintCursor(context, x, y);
    this.nameCurves(context);
    this.label(context, [[`−${formatNumber(reach)}`, x(-reach), "left"], ["z = 0", x(0), "center"], [formatNumber(reach), x(reach), "right"]]);
  }

  /** The line of each, and what it is. */
  nameCurves(context) {
    const { theme, symbol } = this;
    const style = { font: `13px ${theme.font}`, textAlign: "left", textBaseline: "middle" };
    [[theme.text, [], `${symbol}(z)`], [theme.active, SLOPE_DASH, `its slope ${symbol}′(z)`]].forEach(([color, dash, name], k) => {
      const y = MARGIN + 17 * k;
      Object.assign(context, { strokeStyle: color, globalAlpha: 1 });
      context.setLineDash(dash);
      strokeLine(context, MARGIN, y, MARGIN + 26, y, 2.4);
      context.setLineDash([]);
      write(context, theme, name, MARGIN + 32, y, style);
    });
  }

  paintCursor(context, x, y) {
    const { cursor, name, theme, surface: { height } } = this;
    if (cursor === null) return;
    const value = valueOf(name, cursor);
    Object.assign(context, { strokeStyle: theme.text, globalAlpha: 0.7 });
    strokeLine(context, x(cursor), MARGIN, x(cursor), height - 16, 1.5);
    for (const [at, color] of [[SLOPES[name](cursor, value), theme.active], [value, theme.text]]) {
      context.beginPath();
      context.arc(x(cursor), y(at), 4.5, 0, 2 * Math.PI);
      Object.assign(context, { fillStyle: color, globalAlpha: 1 });
      context.fill();
    }
  }

  /** The sums z of all neurons on all data points; what is farther out is at the ends. */
  paintHistogram(context, x, top) {
    const { theme, reach, numbers: { sums }, surface: { height } } = this;
    const counts = new Uint32Array(BINS);
    for (const z of sums) counts[Math.min(Math.max(Math.floor(((z / reach + 1) / 2) * BINS), 0), BINS - 1)] += 1;
    const most = Math.max(...counts);
    const [base, tallest] = [height - 16, height - 16 - top - 4];
    Object.assign(context, { fillStyle: theme.gray, globalAlpha: 0.7 });
    counts.forEach((count, k) => {
      const left = x(reach * ((2 * k) / BINS - 1));
      context.fillRect(left + 0.5, base - (tallest * count) / most, x(reach * ((2 * (k + 1)) / BINS - 1)) - left - 1, (tallest * count) / most);
    });
  }

  /** Of a point on average: the largest share, the second, and so on. */
  paintShares(context) {
    const { theme, numbers: { ranks }, surface: { width, height } } = this;
    const wide = (width - 2 * MARGIN) / ranks.length;
    Object.assign(context, { fillStyle: theme.active, globalAlpha: 1 });
    const tallest = height - 16 - MARGIN;
    ranks.forEach((share, k) => context.fillRect(MARGIN + k * wide, height - 16 - tallest * share, Math.max(wide - 1, 1), tallest * share));
    Object.assign(context, { strokeStyle: theme.gray, globalAlpha: 0.8 });
    strokeLine(context, MARGIN, MARGIN, width - MARGIN, MARGIN, 1);
    this.label(context, [["shares, the largest first; the line is 1", MARGIN, "left"]]);
  }

  label(context, texts) {
    Object.assign(context, { font: `13px ${this.theme.font}`, fillStyle: this.theme.text, globalAlpha: 1, textBaseline: "bottom" });
    for (const [text, x, align] of texts) {
      context.textAlign = align;
      context.fillText(text, x, this.surface.height);
    }
  }
}
