// A canvas context that writes SVG: the same drawing code makes a picture of lines.

import { wrapped } from "./snapshot.js";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const STATE = ["fillStyle", "strokeStyle", "lineWidth", "lineCap", "lineJoin", "globalAlpha", "font", "textAlign", "textBaseline", "dash", "clipped"];
const ANCHORS = { left: "start", start: "start", center: "middle", right: "end", end: "end" };
const BASELINES = { middle: "central", top: "text-before-edge", bottom: "text-after-edge", alphabetic: "alphabetic" };
const CAPTION = 16; // pixels high
const PRINTABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g; // all else is no character of XML

const escapeXml = (text) => text.replace(PRINTABLE, " ").replace(/[&<>"]/g, (letter) => ENTITIES[letter]);
export const short = (value) => String(Math.round(value * 100) / 100);

/** The part of CanvasRenderingContext2D that this app's pictures of lines use, in CSS pixels. `ruler`
 *  is a real context, which knows how wide text is. */
export class SvgContext {
  constructor(width, height, ruler) {
    Object.assign(this, { width, height, ruler, parts: [], path: [], kept: [], clips: 0 });
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineCap: "butt", lineJoin: "miter" });
    Object.assign(this, { globalAlpha: 1, font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic", dash: [], clipped: "" });
  }

  // The surface scales to the screen's pixels and clears; a file needs neither.
  setTransform() {}

  clearRect() {}

  save() {
    this.kept.push(Object.fromEntries(STATE.map((name) => [name, this[name]])));
  }

  restore() {
    Object.assign(this, this.kept.pop());
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  beginPath() {
    this.path = [];
  }

  moveTo(x, y) {
    this.path.push(`M${short(x)} ${short(y)}`);
  }

  lineTo(x, y) {
    this.path.push(`${this.path.length ? "L" : "M"}${short(x)} ${short(y)}`);
  }

  closePath() {
    this.path.push("Z");
  }

  rect(x, y, width, height) {
    this.path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  /** Whole circles only: the pictures have no other arcs. */
  arc(x, y, radius, start, end) {
    if (Math.abs(end - start) < 2 * Math.PI - 1e-9) throw new Error("an arc that is no whole circle has no SVG here");
    const r = short(radius);
    this.path.push(`M${short(x + radius)} ${short(y)}a${r} ${r} 0 1 1 ${short(-2 * radius)} 0a${r} ${r} 0 1 1 ${short(2 * radius)} 0Z`);
  }

  clip() {
    this.clips += 1;
    this.parts.push(`<clipPath id="clip${this.clips}"><path d="${this.path.join("")}"/></clipPath>`);
    this.clipped = ` clip-path="url(#clip${this.clips})"`;
  }

  fill() {
    if (this.path.length) this.parts.push(`<path d="${this.path.join("")}" ${this.filling}/>`);
  }

  stroke() {
    if (this.path.length) this.parts.push(`<path d="${this.path.join("")}" fill="none" ${this.stroking}/>`);
  }

  fillRect(x, y, width, height) {
    this.parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" ${this.filling}/>`);
  }

  strokeRect(x, y, width, height) {
    this.parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="none" ${this.stroking}/>`);
  }

  fillText(text, x, y) {
    this.writeText(text, x, y, this.filling);
  }

  strokeText(text, x, y) {
    this.writeText(text, x, y, `fill="none" ${this.stroking}`);
  }

  writeText(text, x, y, look) {
    const place = `x="${short(x)}" y="${short(y)}" text-anchor="${ANCHORS[this.textAlign]}" dominant-baseline="${BASELINES[this.textBaseline]}"`;
    this.parts.push(`<text ${place} style="font: ${escapeXml(this.font)}" ${look}>${escapeXml(text)}</text>`);
  }

  get filling() {
    return `fill="${escapeXml(this.fillStyle)}" fill-opacity="${short(this.globalAlpha)}"${this.clipped}`;
  }

  get stroking() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    const line = `stroke-width="${short(this.lineWidth)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"`;
    return `stroke="${escapeXml(this.strokeStyle)}" stroke-opacity="${short(this.globalAlpha)}" ${line}${dash}${this.clipped}`;
  }

  /** Paragraphs below the picture. */
  caption(lines, theme) {
    Object.assign(this, { clipped: "", globalAlpha: 1, fillStyle: theme.text, textAlign: "left", textBaseline: "alphabetic" });
    this.font = `${CAPTION}px ${theme.font}`;
    this.ruler.font = this.font;
    const rows = lines.filter(Boolean).flatMap((line) => wrapped(this.ruler, line, this.width - 2 * CAPTION));
    const top = this.height;
    this.height += (rows.length + 1) * 1.4 * CAPTION;
    this.parts.unshift(`<rect width="${short(this.width)}" height="${short(this.height)}" fill="${escapeXml(theme.background)}"/>`);
    rows.forEach((row, k) => this.fillText(row, CAPTION, top + (k + 1.2) * 1.4 * CAPTION));
  }

  /** The file. */
  text(title) {
    const size = `width="${short(this.width)}" height="${short(this.height)}" viewBox="0 0 ${short(this.width)} ${short(this.height)}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"><title>${escapeXml(title)}</title>\n${this.parts.join("\n")}\n</svg>\n`;
  }
}
