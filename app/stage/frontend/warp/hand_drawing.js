// The arrows of a layer that is built by hand, and the directions that it keeps, on the stage.

import { write } from "../draw/marks.js";
import { eigenvalues } from "../network/plane_layers.js";
import { formatTimes } from "../network/numbers.js";
import { linearMotion } from "../network/samples.js";
import { isStraight } from "../network/activations.js";

export const COLORS = { light: ["#B00020", "#00695C"], dark: ["#FF8A9B", "#4DD0C0"] };
const FAR = 40; // lengths of an arrow: beyond the picture's edges
const NEAR = 16; // pixels between tips that share a name
const NOTHING = 1e-9; // a direction that is pressed to a point
const DOTS = [2, 7];
const LEAST_ROOM = 120; // pixels of the line from the origin on, for its name
const NAME_SHARE = 0.8; // of the way to the picture's edge
export const LINEAR = 0.75; // share of a layer's way after which its matrix and bias are done

/** The layer whose arrows are seen at u, 1 .. depth, and whether they are done moving: { layer, done }; null in
 *  the read-out. */
export function arrowsAt({ depth }, u) {
  if (u > depth) return null;
  const layer = Math.max(Math.ceil(u - 1e-9), 1);
  return { layer, done: u - layer + 1 >= LINEAR - 1e-9 };
}

/** How far the bend has gone, 0..1, that takes from the kept directions what they say of the picture. */
export const bentAt = (net, l, u) =>
  (isStraight(net.activations[l - 1]) ? 0 : Math.min(Math.max((u - l + 1 - LINEAR) / (1 - LINEAR), 0), 1));

/** Where places [x, y] of the space before layer l are at u of its straight part: rows of three. */
function carried({ net, frame }, { matrix: [a, b, c, d], bias }, l, u, places) {
  const { name, t, tau } = net.stageAt(u);
  const local = u - l + 1;
  if (local >= LINEAR || name === "bend") return places.map(([x, y]) => [a * x + b * y + bias[0], c * x + d * y + bias[1], 0]);
  const m = linearMotion(net.path(frame, l), name, t, tau, new Float64Array(12));
  return places.map(([x, y]) => {
    const end = [a * x + b * y + bias[0], c * x + d * y + bias[1], 0];
    return [0, 1, 2].map((k) => x * m[k] + y * m[3 + k] + m[9 + k] + tau * end[k]);
  });
}

export class HandDrawing {
  /** layers(): the layers in the hand. */
  constructor(picture, layers) {
    Object.assign(this, { picture, layers });
  }

  /** Draws over the picture. */
  draw() {
    const { picture, picture: { model, store: { u, secret }, theme } } = this;
    const place = arrowsAt(model.net, u);
    if (!place) return;
    const layer = this.layers()[place.layer - 1];
    if (!secret) this.drawKept(layer, place, u);
    const [origin, ...tips] = this.pixels(layer, place.layer, u, [[0, 0], [1, 0], [0, 1]]);
    const { context } = picture;
    const colors = COLORS[theme.dark ? "dark" : "light"];
    for (const k of [1, 0]) picture.drawArrow(origin, tips[k], colors[k]); // as their handles lie
    context.beginPath();
    context.arc(...origin, 5, 0, 2 * Math.PI);
    picture.stroke(theme.background, 4, 1);
    context.fillStyle = theme.text;
    context.fill();
    if (!place.done) return;
    const apart = Math.hypot(tips[0][0] - tips[1][0], tips[0][1] - tips[1][1]) > NEAR;
    if (apart) tips.forEach((tip, k) => this.name(origin, tip, `column ${k + 1}`, colors[k]));
    else this.name(origin, tips[0], "columns 1 and 2", theme.text);
  }

  /** [x, y] pixels of places of the space before a layer. */
  pixels(layer, l, u, places) {
    const flat = this.picture.camera.pixelsOf(carried(this.picture.model, layer, l, u, places));
    return places.map((_, k) => [flat[2 * k], flat[2 * k + 1]]);
  }

  /** Beyond the tip. */
  name([x0, y0], [x1, y1], text, color) {
    const { context, theme } = this.picture;
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const style = { font: `600 14px ${theme.font}`, textAlign: x1 - x0 > -0.3 * length ? "left" : "right", textBaseline: "middle" };
    const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
    write(context, theme, text, x1 + 16 * dx, y1 + 18 * (dy || -1), style, color);
  }

  /** The lines through the origin that keep their direction, as long as nothing has bent them. */
  drawKept(layer, { layer: l, done }, u) {
    const { picture, picture: { context, theme, model } } = this;
    const bent = bentAt(model.net, l, u);
    const { real = [], every } = eigenvalues(layer.matrix);
    if (bent === 1 || every) return;
    for (const { value, direction: [x, y] } of real.filter((pair) => Math.abs(pair.value) > NOTHING)) {
      const [from, to, middle, one] = this.pixels(layer, l, u, [[-FAR * x, -FAR * y], [FAR * x, FAR * y], [0, 0], [x, y]]);
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.setLineDash(DOTS);
      context.lineCap = "round";
      picture.stroke(theme.mark, 4, 1 - bent);
      context.setLineDash([]);
      if (done && bent === 0) this.nameKept(middle, one, `${value < 0 ? "turned back, " : ""}${formatTimes(Math.abs(value))}`);
    }
  }

  /** Along the line, towards its end in the right half of the picture, where nothing lies over it. */
  nameKept([x0, y0], [x1, y1], text) {
    const { context, theme, width, height, camera } = this.picture;
    let [dx, dy] = [x1 - x0, y1 - y0];
    if (dx < 0) [dx, dy] = [-dx, -dy];
    const free = width - camera.covered - 64 - x0;
    const reach = Math.min(dx > 0 ? free / dx : Infinity, dy > 0 ? (height - 24 - y0) / dy : dy < 0 ? (24 - y0) / dy : Infinity);
    if (reach * Math.hypot(dx, dy) < LEAST_ROOM) return;
    const steep = Math.abs(dy) > dx;
    const style = { font: `600 14px ${theme.font}`, textAlign: steep ? "left" : "center", textBaseline: "middle" };
    const [x, y] = [x0 + NAME_SHARE * reach * dx, y0 + NAME_SHARE * reach * dy];
    write(context, theme, text, steep ? x + 12 : x, steep ? y : y - 14, style, theme.mark);
  }
}
