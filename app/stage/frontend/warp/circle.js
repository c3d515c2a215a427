// A small circle around the marked point, carried along, with the directions that are stretched most
// and least.

import { CLASSES } from "../draw/theme.js";
import { isStraight } from "../network/activations.js";
import { jacobianAt, stretchOf } from "../network/jacobian.js";
import { formatDirection, formatFigure } from "../network/numbers.js";

const CORNERS = 48;
const ARROW = 2.6; // radii
const RADIUS = 0.035; // of the side of the input's box

export class Circle {
  constructor(picture) {
    Object.assign(this, { picture, key: "", entry: null });
  }

  /** Takes the marked point, the frame and the layer under way; whether there is a circle. */
  aim() {
    const { model, store: { pinned, u } } = this.picture;
    if (!pinned) return false;
    const layer = Math.max(Math.ceil(u - 1e-6), 1);
    const key = `${pinned.x} ${pinned.y} ${layer}`;
    // Another frame, another network and another bend are another entry.
    if (key === this.key && model.entry === this.entry) return true;
    const { layers } = model.evaluate(pinned.x, pinned.y);
    const stretch = stretchOf(jacobianAt(model, layers, Math.min(layer, model.net.depth)));
    const output = stretchOf(jacobianAt(model, layers, model.net.depth + 1));
    Object.assign(this, { key, entry: model.entry, stretch, output, points: this.around(pinned, stretch.direction, output.direction) });
    return true;
  }

  /** Whether there is one direction in which the one logit rises most. */
  get rises() {
    return this.picture.model.net.sizes.at(-1) === 1 && this.output.most > 0;
  }

  /** The circle's corners, then the ends of both axes, then the arrow in which the output changes most. */
  around({ x, y }, [dx, dy], [ox, oy]) {
    const [low, high] = this.picture.model.net.box;
    const radius = RADIUS * (high - low);
    const points = new Float32Array(2 * (CORNERS + 6));
    for (let k = 0; k < CORNERS; k++) {
      const angle = (2 * Math.PI * k) / CORNERS;
      points.set([x + radius * Math.cos(angle), y + radius * Math.sin(angle)], 2 * k);
    }
    points.set([x - radius * dx, y - radius * dy, x + radius * dx, y + radius * dy], 2 * CORNERS);
    points.set([x + radius * dy, y - radius * dx, x - radius * dy, y + radius * dx], 2 * CORNERS + 4);
    points.set([x, y, x + ARROW * radius * ox, y + ARROW * radius * oy], 2 * CORNERS + 8);
    return points;
  }

  draw() {
    if (!this.aim()) return;
    const { context, theme } = this.picture;
    const { pixels } = this.picture.placeLines("circle", this);
    const line = (from, to) => {
      for (let k = from; k < to; k++) context.lineTo(pixels[2 * k], pixels[2 * k + 1]);
    };
    context.beginPath();
    line(0, CORNERS);
    context.closePath();
    context.lineJoin = "round";
    this.picture.stroke(theme.background, 5, 0.8);
    this.picture.stroke(theme.text, 2, 1);
    for (const start of [CORNERS, CORNERS + 2]) {
      context.beginPath();
      line(start, start + 2);
      this.picture.stroke(theme.text, start === CORNERS ? 2 : 1, 1);
    }
    if (!this.rises) return;
    const end = (k) => [pixels[2 * k], pixels[2 * k + 1]];
    this.picture.drawArrow(end(CORNERS + 4), end(CORNERS + 5), theme.classes[1], 3);
  }

  /** What layers 1 to l have done to lengths there, and what the whole network does. */
  words() {
    const { model, store: { u } } = this.picture;
    const layer = Math.min(Math.round(u), model.net.depth);
    if (Math.abs(u - Math.round(u)) > 1e-3 || !this.aim()) return "";
    const { most, least, direction } = this.stretch;
    const whole = model.net.exact[layer] ? "" : `, in all ${model.net.sizes[layer]} dimensions`;
    const { most: times, direction: towards } = this.output;
    const change = this.rises ? `The logit changes by up to ${formatFigure(times)} times a small step: along the arrow, `
      + `${formatDirection(towards)}, it rises, and ${CLASSES[1].name} becomes likelier`
      : times > 0 ? `The logits change by up to ${formatFigure(times)} times a small step, along ${formatDirection(towards)}`
        : `The logit${model.net.sizes.at(-1) > 1 ? "s do" : " does"} not change`;
    const alike = model.net.activations.every(isStraight) && !model.net.lifted;
    if (layer < 1) return alike ? `${change}, everywhere alike.` : `${change}. “Steepest place” in One point's story looks for where it is most.`;
    if (most === 0) return `A small step from the marked point is lost: after layer ${layer} the point stays where it is. ${change}.`;
    return `A small step from the marked point is, after layer ${layer}, ${formatFigure(most)} times as long in the direction stretched `
      + `most, ${formatDirection(direction)} in the input, and ${formatFigure(least)} times across it${whole}. ${change}.`;
  }
}
