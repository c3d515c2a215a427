// Softmax after the last layer, for three classes: the logits are pressed into the triangle of probabilities.

import { changed, element, setText } from "../draw/elements.js";
import { createStamps, strokeLine, write } from "../draw/marks.js";
import { Surface, placeOn } from "../draw/surface.js";
import { CLASSES } from "../draw/theme.js";
import { classProbabilities } from "../network/model.js";
import { formatDigits, formatNumber, formatPercent } from "../network/numbers.js";
import { CORNERS, enlargement, placesInTriangle } from "../network/triangle.js";

const TINT = { light: 0.16, dark: 0.24 };
const MARGIN = 34; // for the names of the corners
const RADIUS = 3.4; // of a point
const NEAR = 12; // pixels from a point that still mean it
const SURE = 0.9; // probability of its own class from which a point is called near its corner

export class TrianglePanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null, share: 1 });
    const body = element("div", "lw-triangle");
    const frame = element("div", "lw-triangle-frame");
    this.surface = new Surface(frame, "lw-triangle-canvas", () => this.paint());
    const { canvas } = this.surface;
    canvas.setAttribute("role", "img");
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.store.set({ hover: this.under(event) ?? this.store.pinned }));
    canvas.addEventListener("pointerleave", () => this.store.unhover());
    canvas.addEventListener("click", (event) => this.store.pin(this.under(event)));
    const words = element("div", "lw-triangle-words");
    this.sentence = element("p", "");
    this.reading = element("p", "lw-triangle-reading", "", { "aria-live": "polite" });
    words.append(this.buildRange(), this.sentence, this.reading);
    body.append(frame, words);
    root.append(body);
  }

  buildRange() {
    const label = element("label", "lw-triangle-way");
    this.range = element("input", "", "", { type: "range", min: "0", max: "1", step: "0.01", value: "1", "aria-label": "From the logits to the probabilities" });
    this.range.addEventListener("input", () => this.move(Number(this.range.value)));
    this.range.addEventListener("keydown", (event) => event.stopPropagation()); // the stage has keys of its own
    label.append(element("span", "", "logits"), this.range, element("span", "", "probabilities"));
    return label;
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (changed(keys, "frame", "theme")) this.move(this.share);
    else if (changed(keys, "hover", "pinned")) this.mark();
  }

  /** To a share of the way. */
  move(share) {
    const { model, model: { nodes, layers, net } } = this;
    const logits = layers.at(-1).pre.subarray(3 * nodes);
    this.share = share;
    this.places = placesInTriangle(logits, share);
    this.times = enlargement(this.places, share);
    const sentence = share === 1 ? sayEnd(model, logits) : sayWay(share, this.times);
    setText(this.sentence, sentence);
    this.range.setAttribute("aria-valuetext", formatPercent(share));
    this.surface.canvas.setAttribute("aria-label", `The triangle of probabilities with the ${net.labels.length} training points. ${sentence}`);
    this.mark();
  }

  mark() {
    const { hover } = this.store;
    setText(this.reading, hover ? sayMarked(this.model.evaluate(hover.x, hover.y)) : "");
    this.paint();
  }

  /** Pixels of a place at the enlargement that is shown. */
  pixel([x, y], times = this.times) {
    const { width, height } = this.surface;
    const radius = Math.min((height - 2 * MARGIN) / 1.5, (width - 2 * MARGIN) / Math.sqrt(3));
    return [width / 2 + radius * times * x, MARGIN + radius * (1 - times * y)];
  }

  paint() {
    const context = this.places && this.surface.begin();
    if (!context) return;
    this.paintThirds(context);
    const { theme, surface: { ratio }, model: { net } } = this;
    const stamps = createStamps(theme, RADIUS, ratio);
    net.labels.forEach((label, i) => stamps.draw(context, label, ...this.pixel(this.places.subarray(2 * i, 2 * i + 2))));
    this.paintMarked(context);
    CORNERS.forEach((corner, c) => this.nameCorner(context, corner, CLASSES[c].name));
  }

  nameCorner(context, corner, name) {
    const { theme } = this;
    const [x, y] = this.pixel(corner, 1);
    const [side, up] = corner.map(Math.sign);
    const style = { font: `600 14px ${theme.font}`, textAlign: side < 0 ? "left" : side > 0 ? "right" : "center", textBaseline: up > 0 ? "bottom" : "top" };
    write(context, theme, name, x + side * (MARGIN - 4), y - 10 * up, style);
  }

  /** Where each class has the largest probability: a third, up to straight borders, which never move. */
  paintThirds(context) {
    const { theme } = this;
    const middle = this.pixel([0, 0]);
    CORNERS.forEach((corner, c) => {
      const sides = [1, 2].map((k) => this.pixel(corner.map((part, axis) => (part + CORNERS[(c + k) % 3][axis]) / 2)));
      context.beginPath();
      for (const place of [middle, sides[0], this.pixel(corner), sides[1]]) context.lineTo(...place);
      context.closePath();
      Object.assign(context, { fillStyle: theme.classes[c], globalAlpha: TINT[theme.dark ? "dark" : "light"] });
      context.fill();
      Object.assign(context, { strokeStyle: theme.text, globalAlpha: 1 });
      strokeLine(context, ...middle, ...sides[0], 2);
      strokeLine(context, ...this.pixel(corner), ...this.pixel(CORNERS[(c + 1) % 3]), 1.5);
    });
  }

  /** A ring around the marked point, which need not be one of the data. */
  paintMarked(context) {
    const { store: { hover }, model, theme } = this;
    if (!hover) return;
    const place = placesInTriangle(model.evaluate(hover.x, hover.y).logits, this.share);
    context.beginPath();
    context.arc(...this.pixel(place), RADIUS + 5, 0, 2 * Math.PI);
    for (const [color, width] of [[theme.background, 5], [theme.text, 2.5]]) {
      Object.assign(context, { strokeStyle: color, lineWidth: width });
      context.stroke();
    }
  }

  /** The data point under the pointer, or null. */
  under(event) {
    const { x, y } = placeOn(this.surface, event);
    let [nearest, best] = [NEAR, -1];
    for (let i = 0; 2 * i < this.places.length; i++) {
      const [px, py] = this.pixel(this.places.subarray(2 * i, 2 * i + 2));
      const distance = Math.hypot(px - x, py - y);
      if (distance < nearest) [nearest, best] = [distance, i];
    }
    return best < 0 ? null : this.model.net.point(best);
  }
}

const sayMarked = ({ logits, probabilities }) => `The marked point: ${Array.from(probabilities, (share, c) =>
  `${CLASSES[c].name} logit ${formatNumber(logits[c])}, probability ${formatDigits(share)}`).join("; ")}. The probabilities add up to 1.`;

/** What the finished triangle shows, measured. logits: of the training points (3 n). */
function sayEnd(model, logits) {
  const { labels } = model.net;
  const sure = labels.filter((label, i) => classProbabilities(logits.subarray(3 * i, 3 * i + 3))[label] > SURE).length;
  const count = labels.length.toLocaleString("en");
  return `Softmax makes of three logits z three probabilities, e^z divided by the sum of the three e^z. They add up to 1, so a point is a place in a triangle: at a corner the network is certain, in the middle it cannot tell. `
    + `${formatPercent(model.told().right)} of the ${count} training points lie in the third of their own class: told right. ${formatPercent(sure / labels.length)} lie near the corner of their own class, whose probability is above ${formatPercent(SURE)} there.`;
}

/** Nothing of an enlargement that is none as it is written. */
const drawnLarger = (times) => (formatNumber(times) === formatNumber(1) ? "" : `, drawn ${formatNumber(times)} times as large`);

const sayWay = (share, times) => (share === 0
  ? "The three logits as a plane: of them only the differences count, so what all three have in common is left out. The straight borders are those of the last space. "
    + "Drag to the right: softmax presses the plane into a triangle."
  : `On the way: softmax of ${formatNumber(share)} times the logits${drawnLarger(times)}. Whatever lies on one side of a border stays on it.`);
