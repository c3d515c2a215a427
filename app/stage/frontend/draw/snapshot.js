// A picture that stands alone: drawn anew at twice the size, with title, legend, caption and link.

import { element } from "./elements.js";

const RATIO = 2; // pixels a CSS pixel: pasted at half size, text has the size that it has here
const MARGIN = 24;
const GAP = 20;
const NARROWEST = 620;
const ICON = 20;
const MOST_LINK = 300; // characters; nobody would type a longer one
const LONG_LINK = "The link, which holds points or weights, is too long to print: see the menu Share.";
const FONTS = { title: ["600", 21, 28], label: ["600", 16, 24], legend: ["400", 16, 26], words: ["400", 17, 24], link: ["400", 14, 19] };

/** A canvas. pictures: [{ surface, draw, name }], where draw() paints onto surface.context at
 *  surface.ratio; legend: elements with an icon and a text; lines: the caption, a paragraph each. */
export function snapshot({ pictures, title, legend, lines, link, theme }) {
  const taken = pictures.map(({ surface, draw, name }) => (
    { canvas: enlarged(surface, draw), width: surface.width, height: surface.height, name }));
  const inner = Math.max(taken.reduce((sum, { width }) => sum + width, GAP * (taken.length - 1)), NARROWEST);
  const page = new Sheet(inner, theme);
  page.text("title", title);
  page.legend(legend);
  page.pictures(taken);
  for (const line of lines) page.text("words", line);
  if (link) page.text("link", link.length > MOST_LINK ? LONG_LINK : link);
  return page.render();
}

/** What a surface shows, on a canvas of its own at RATIO. */
function enlarged(surface, draw) {
  const { canvas, context, ratio } = surface;
  const copy = element("canvas", "");
  copy.width = Math.round(surface.width * RATIO);
  copy.height = Math.round(surface.height * RATIO);
  Object.assign(surface, { canvas: copy, context: copy.getContext("2d"), ratio: RATIO });
  try {
    draw();
  } finally {
    Object.assign(surface, { canvas, context, ratio });
    draw();
  }
  return copy;
}

/** Collects what is drawn from top to bottom, in CSS pixels, until the height is known. */
class Sheet {
  constructor(inner, theme) {
    Object.assign(this, { inner, theme, y: MARGIN, acts: [] });
    this.canvas = element("canvas", "");
    this.context = this.canvas.getContext("2d");
  }

  font(kind) {
    const [weight, size] = FONTS[kind];
    return `${weight} ${size}px ${this.theme.font}`;
  }

  text(kind, text) {
    this.context.font = this.font(kind);
    const high = FONTS[kind][2];
    for (const line of wrapped(this.context, text, this.inner)) this.put(kind, line, MARGIN, high);
    this.y += 4;
  }

  put(kind, line, x, high) {
    const { y } = this;
    this.acts.push((context) => {
      context.font = this.font(kind);
      context.fillStyle = this.theme.text;
      context.textBaseline = "top";
      context.fillText(line, x, y);
    });
    this.y += high;
  }

  legend(items) {
    const high = FONTS.legend[2];
    this.context.font = this.font("legend");
    let x = MARGIN;
    for (const item of items) {
      const width = ICON + 6 + this.context.measureText(item.textContent).width;
      if (x > MARGIN && x + width > MARGIN + this.inner) {
        x = MARGIN;
        this.y += high;
      }
      const [left, top] = [x, this.y];
      this.acts.push((context) => context.drawImage(item.querySelector("canvas"), left, top, ICON, ICON));
      this.put("legend", item.textContent, x + ICON + 6, 0);
      x += width + 18;
    }
    if (items.length) this.y += high + 4;
  }

  pictures(taken) {
    const named = taken.some(({ name }) => name);
    const total = taken.reduce((sum, { width }) => sum + width, GAP * (taken.length - 1));
    let x = MARGIN + (this.inner - total) / 2;
    const top = this.y;
    for (const { canvas, width, height, name } of taken) {
      this.y = top;
      if (named) this.put("label", name ?? "", x, FONTS.label[2]);
      const [left, upper] = [x, this.y];
      this.acts.push((context) => {
        context.drawImage(canvas, left, upper, width, height);
        Object.assign(context, { strokeStyle: this.theme.text, globalAlpha: 0.18, lineWidth: 1 });
        context.strokeRect(left, upper, width, height);
        context.globalAlpha = 1;
      });
      x += width + GAP;
    }
    this.y = top + (named ? FONTS.label[2] : 0) + Math.max(...taken.map(({ height }) => height)) + 14;
  }

  render() {
    const { canvas, context, theme } = this;
    const [width, height] = [this.inner + 2 * MARGIN, this.y + MARGIN - 8];
    canvas.width = Math.round(width * RATIO);
    canvas.height = Math.round(height * RATIO);
    context.scale(RATIO, RATIO);
    context.fillStyle = theme.background;
    context.fillRect(0, 0, width, height);
    for (const act of this.acts) act(context);
    return canvas;
  }
}

/** Lines no wider than `most`, broken between words, or inside of one that alone is too long. */
export function wrapped(context, text, most) {
  const fits = (line) => context.measureText(line).width <= most;
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (fits(longer)) {
      lines[lines.length - 1] = longer;
      continue;
    }
    if (lines.at(-1)) lines.push("");
    for (const letter of word) {
      if (!fits(lines.at(-1) + letter)) lines.push("");
      lines[lines.length - 1] += letter;
    }
  }
  return lines;
}
