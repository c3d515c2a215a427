// The straight cut in the last hidden space: the sides of it, and who lies on the wrong one.

import { widthOf, write } from "../draw/marks.js";
import { formatPercent } from "../network/numbers.js";
import { cutIsExact, cutProgress, placeOfFinished, readoutOf } from "../network/readout.js";
import { distance, minus, separators, territory, value } from "../network/separators.js";

const TINT = { light: 0.13, dark: 0.2 };
const VEIL = 0.62; // how much a plane hides of what is behind it
const FAR = 40; // half sides of the picture: beyond its edges
const CORNER = 0.76; // of the half side: where the names of sides stand that have no cut
const EDGE_ON = 0.02; // of its area, seen from where it is a line
const SHARE = { top: 26, bottom: 52 }; // pixels between which it is written how many lie on their side

/** What a picture shows of its network's cut, as far as the last segment has come. */
export class Cut {
  constructor(picture) {
    this.picture = picture;
    picture.camera.headline = SHARE.bottom;
  }

  /** Looks at the place that is shown; everything else is of that place. */
  aim() {
    const { model, store, camera } = this.picture;
    const { net, frame, entry } = model;
    this.shown = net.ending === "cut" && store.u > net.depth;
    if (!this.shown) return;
    Object.assign(this, cutProgress(net, store.u), model.cutAt(store.threshold), { view: readoutOf(net, frame) });
    this.level = 1 - (1 - camera.flat) * camera.solid; // 1: the picture lies in the screen
    // The space itself is turned; a projection has a cut only once it is seen along it.
    this.alpha = !this.exact ? 0 : net.exact[net.depth] ? Math.min(4 * this.look, 1) : this.cut;
    const polygons = store.threshold ? this.polygons(this.maps)
      : (entry.cutPolygons ??= this.exact ? this.polygons(this.maps) : []);
    this.lines = polygons.map((polygon) => this.onScreen(polygon)).map((pixels) => this.endless(pixels));
  }

  /** Whether the last hidden space is at rest in 3-D and could be seen along its cut. */
  isAside() {
    const { model, store, camera } = this.picture;
    const { net, frame } = model;
    if (net.ending !== "cut" || store.playing || store.u < net.depth || camera.solid < 1 || camera.flat === 1) return false;
    return cutIsExact(net, frame) && readoutOf(net, frame).rank < 3;
  }

  /** Pixel across of the line that the hand can move: the one cut of one logit, at rest and edge-on; else null. */
  handle() {
    const { model, store } = this.picture;
    const still = this.shown && this.cut === 1 && !store.playing && this.exact && this.level > 0.99 && !this.plane();
    return still && model.net.sizes.at(-1) === 1 && this.lines.length === 1 ? this.lines[0][0] : null;
  }

  /** The logit at a pixel across. */
  logitAt(x) {
    const { model, camera } = this.picture;
    return value(model.cut.maps[1], [camera.center[0] + (x - camera.middle[0]) / camera.scale, ...camera.center.slice(1)]);
  }

  /** Edge-on, the plane between two classes is an upright line; it has no end. */
  endless(pixels) {
    if (pixels.length === 4 || this.maps.length > 2 || this.level < 0.99) return pixels;
    const { height } = this.picture;
    return Float32Array.of(pixels[0], -height, pixels[0], 2 * height);
  }

  polygons(maps) {
    const { camera, model, store } = this.picture;
    const [x, y, z, , , radius] = camera.extentAt(model, model.net.depth + 1);
    // The hand may move the cut beyond the points.
    const away = store.threshold ? distance(minus(maps[1], maps[0]), [x, y, z]) : 0;
    const reach = Math.max(0.9 * radius, 1.01 * away);
    return separators(maps, model.net.pictureDims[model.net.depth + 1], [x, y, z], reach);
  }

  /** Pixels (2 n) of corners of the finished picture, where they are now. */
  onScreen(corners) {
    return this.picture.camera.pixelsOf(corners.map((corner) => placeOfFinished(this.view, corner, this)));
  }

  /** Each class's side in its color, where the cut is seen edge-on. */
  drawSides() {
    const { context, theme, camera } = this.picture;
    const strength = this.shown && this.exact && !this.plane() ? this.cut * this.level : 0;
    if (strength < 0.01) return;
    context.globalAlpha = TINT[theme.dark ? "dark" : "light"] * strength;
    this.maps.forEach((_, cls) => {
      const side = territory(this.maps, cls, camera.center, FAR * camera.half);
      if (side.length < 3) return;
      this.trace(this.onScreen(side));
      context.fillStyle = theme.classes[cls];
      context.fill();
    });
    context.globalAlpha = 1;
  }

  /** The one plane in space that hides what is behind it, or null. */
  plane() {
    if (!this.shown || this.alpha === 0 || this.lines.length !== 1) return null;
    const [pixels] = this.lines;
    const { width, height } = this.picture;
    return pixels.length > 4 && Math.abs(signedArea(pixels)) > EDGE_ON * width * height ? pixels : null;
  }

  /** For each point whether it is behind the plane, as seen from the front. */
  hides() {
    const { camera, model } = this.picture;
    const map = minus(this.maps[1], this.maps[0]);
    const [, , , , , , zx, zy, zz] = camera.matrix;
    const front = Math.sign(map[0] * zx + map[1] * zy + map[2] * zz); // of the direction to the eye
    const finished = model.pictures[model.net.depth + 1].post;
    return (i) => front * value(map, finished.subarray(3 * (model.nodes + i))) < 0;
  }

  drawPlane(pixels) {
    const { context, theme } = this.picture;
    this.trace(pixels);
    Object.assign(context, { fillStyle: theme.background, globalAlpha: VEIL * this.alpha });
    context.fill();
    this.picture.stroke(theme.text, 2, this.alpha);
  }

  /** The cut as lines, or as planes that hide nothing, growing from the bottom while they appear. */
  drawLines() {
    if (!this.shown || this.alpha === 0 || this.plane()) return;
    const { context, theme, width, height } = this.picture;
    context.save();
    context.beginPath();
    context.rect(0, height * (1 - this.alpha), width, height);
    context.clip();
    for (const pixels of this.lines) {
      this.trace(pixels);
      if (pixels.length > 4 && this.level < 0.99) this.drawPane();
      else {
        this.picture.stroke(theme.background, 7, 0.85);
        this.picture.stroke(theme.text, 3.5, 1);
      }
    }
    context.restore();
  }

  /** One of several planes: they would hide each other, so all shine through. */
  drawPane() {
    const { context, theme } = this.picture;
    Object.assign(context, { fillStyle: theme.text, globalAlpha: 0.05 });
    context.fill();
    this.picture.stroke(theme.text, 1.5, 0.35);
  }

  trace(pixels) {
    const { context } = this.picture;
    context.beginPath();
    for (let k = 0; k < pixels.length; k += 2) context[k ? "lineTo" : "moveTo"](pixels[k], pixels[k + 1]);
    if (pixels.length > 4) context.closePath();
  }

  /** Rings around the points that the network calls wrongly. */
  drawWrong() {
    if (!this.shown || this.cut < 0.01) return;
    const { context, theme, points: { radius } } = this.picture;
    context.beginPath();
    for (const point of this.wrong) {
      const { x, y } = this.picture.screen(this.picture.model.nodes + point);
      context.moveTo(x + radius + 3, y);
      context.arc(x, y, radius + 3, 0, 2 * Math.PI);
    }
    this.picture.stroke(theme.background, 4, 0.9 * this.cut);
    this.picture.stroke(theme.text, 1.75, this.cut);
  }

  /** Whose side is where, and how many lie on their own. */
  drawNames() {
    if (!this.shown || this.cut < 0.01) return;
    const { context } = this.picture;
    context.globalAlpha = this.cut;
    this.writeShare();
    if (this.exact && this.maps.length === 2 && this.level > 0.5 && !this.plane()) this.nameHalves();
    else if (!this.exact && this.view.rank > 0) this.markCorners();
    context.globalAlpha = 1;
  }

  /** On a ground of its own: the cut runs behind it. */
  writeShare() {
    const { context, theme, width, camera: { middle: [x] } } = this.picture;
    const style = { font: this.font(), textAlign: "center", textBaseline: "top" };
    const half = (words) => widthOf(context, theme, words, style) / 2 + 8;
    const [long, short] = this.shareWords();
    const words = 2 * half(long) > width ? short : long;
    Object.assign(context, { fillStyle: theme.background, globalAlpha: 0.88 * this.cut });
    context.fillRect(x - half(words), SHARE.top, 2 * half(words), SHARE.bottom - SHARE.top);
    context.globalAlpha = this.cut;
    write(context, theme, words, x, SHARE.top + 4, style);
  }

  font() {
    return `600 16px ${this.picture.theme.font}`;
  }

  /** In full, and for a picture as narrow as a phone. */
  shareWords() {
    const { model } = this.picture;
    const count = (model.N - model.nodes).toLocaleString("en");
    const where = this.exact && this.maps.length === 2 ? "on their side" : "told right";
    const share = formatPercent(this.right);
    return [`${share} of ${count} training points ${where}`, `${share} of ${count} points ${where}`];
  }

  nameHalves() {
    const { context, theme, width, height, camera, model } = this.picture;
    const [[x]] = [this.lines[0] ?? camera.middle];
    if (!(x > 0 && x < width) || model.collapsed(model.net.depth)) return;
    for (const [words, textAlign, from, room] of [["says blue", "right", x - 12, x], ["says orange", "left", x + 12, width - x]]) {
      const style = { font: this.font(), textAlign, textBaseline: "bottom" };
      if (widthOf(context, theme, words, style) + 12 < room) write(context, theme, words, from, height - 46, style);
    }
  }

  /** A point of each class in the direction in which its logit grows. */
  markCorners() {
    const { context, theme, width, height, camera } = this.picture;
    const middle = [0, 1, 2].map((k) => this.maps.reduce((sum, map) => sum + map[k] / this.maps.length, 0));
    this.maps.forEach((map, cls) => {
      const [x, y, z] = [0, 1, 2].map((k) => map[k] - middle[k]);
      const [across, up] = [0, 3].map((row) =>
        x * camera.matrix[row] + y * camera.matrix[row + 1] + z * camera.matrix[row + 2]);
      const size = Math.hypot(across, up) || 1;
      const reach = (CORNER * Math.min(width, height)) / 2;
      theme.drawPoint(context, cls, camera.middle[0] + (reach * across) / size, camera.middle[1] - (reach * up) / size, 9);
    });
  }
}

/** Of a polygon in pixels, by the shoelace formula. */
function signedArea(pixels) {
  let sum = 0;
  for (let k = 0, j = pixels.length - 2; k < pixels.length; j = k, k += 2) {
    sum += pixels[j] * pixels[k + 1] - pixels[k] * pixels[j + 1];
  }
  return sum / 2;
}
