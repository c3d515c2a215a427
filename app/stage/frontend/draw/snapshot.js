// A picture that stands alone, for a slide: drawn anew with title, legend, caption and link, 16 to 9.

import { element } from "./elements.js";

const RATIO = 2; // pixels a CSS pixel: pasted at half size, text has the size that it has here
const [WIDTH, HEIGHT] = [960, 540];
const MARGIN = 24;
const GAP = 20;
const LEAST_PICTURE = 250; // high; rather than less, the caption ends early
const WIDEST = 0.66; // share of the width that a picture has with its words beside it
const INSET = { side: 0.42, gap: 8 }; // side: as a share of the picture's height
const ICON = 20;
const MOST_LINK = 300; // characters; nobody would type a longer one
const LONG_LINK = "The link, which holds points or weights, is too long to print: see the menu Share.";
const FONTS = { title: ["600", 21, 28], label: ["600", 16, 24], legend: ["400", 16, 26], words: ["400", 17, 23], link: ["400", 14, 18], inset: ["600", 13, 18] };

/** A canvas. beside: the width over the height of the one picture, where the words stand beside it
 *  and not above and below; pictures: [{ surface, draw, name, square, inset }], where draw() paints onto
 *  surface.context at surface.ratio and inset, if there is one, is [{ surface, draw, base }] of the
 *  same square, one above the other, the first over the canvas `base`; legend: elements with an icon
 *  and a text; lines: the caption, a paragraph each. */
export function snapshot({ pictures, title, legend, lines, link, theme, beside = 0 }) {
  const page = new Sheet(theme);
  if (beside) page.aside(pictures[0], beside);
  page.text("title", title);
  page.legend(legend);
  const words = lines.flatMap((line) => page.wrapped("words", line));
  const address = link ? page.wrapped("link", link.length > MOST_LINK ? LONG_LINK : link) : [];
  const most = beside ? page.room(address.length) : page.pictures(pictures, words.length, address.length);
  if (words.length > most) words[most - 1] = `${words[most - 1].replace(/[.,;:]?$/, "")} …`;
  for (const line of words.slice(0, most)) page.line("words", line);
  page.y = HEIGHT - MARGIN + 6 - address.length * FONTS.link[2];
  for (const line of address) page.line("link", line);
  return page.canvas;
}

/** What a surface shows, on a canvas of its own of width x height CSS pixels at RATIO. What a painter
 *  remembers of places and sizes is that of the page again afterwards: `again` paints there once more. */
function drawnAnew({ surface, draw, again = () => {} }, width, height) {
  const before = (({ canvas, context, ratio, width, height }) => ({ canvas, context, ratio, width, height }))(surface);
  const canvas = blank(width, height);
  Object.assign(surface, { canvas, context: canvas.getContext("2d"), ratio: RATIO, width, height });
  try {
    draw();
  } finally {
    Object.assign(surface, before);
    again();
  }
  return canvas;
}

function blank(width, height) {
  const canvas = element("canvas", "");
  canvas.width = Math.round(width * RATIO);
  canvas.height = Math.round(height * RATIO);
  return canvas;
}

/** Draws from top to bottom, in CSS pixels; `y` is how far it has come. */
class Sheet {
  constructor(theme) {
    Object.assign(this, { theme, y: MARGIN - 6, left: MARGIN, inner: WIDTH - 2 * MARGIN });
    this.canvas = blank(WIDTH, HEIGHT);
    this.context = this.canvas.getContext("2d");
    this.context.scale(RATIO, RATIO);
    this.context.fillStyle = theme.background;
    this.context.fillRect(0, 0, WIDTH, HEIGHT);
  }

  choose(kind) {
    const [weight, size] = FONTS[kind];
    Object.assign(this.context, { font: `${weight} ${size}px ${this.theme.font}`, fillStyle: this.theme.text, textBaseline: "top" });
  }

  wrapped(kind, text) {
    this.choose(kind);
    return wrapped(this.context, text, this.inner);
  }

  text(kind, text) {
    for (const line of this.wrapped(kind, text)) this.line(kind, line);
  }

  line(kind, line, x = this.left, most = undefined) {
    this.choose(kind);
    this.context.fillText(line, x, this.y, most);
    this.y += FONTS[kind][2];
  }

  legend(items) {
    const high = FONTS.legend[2];
    this.choose("legend");
    let x = this.left;
    for (const item of items) {
      const width = ICON + 6 + this.context.measureText(item.textContent).width;
      if (x > this.left && x + width > this.left + this.inner) {
        x = this.left;
        this.y += high;
      }
      this.context.drawImage(item.querySelector("canvas"), x, this.y, ICON, ICON);
      this.context.fillText(item.textContent, x + ICON + 6, this.y);
      x += width + 18;
    }
    if (items.length) this.y += high + 2;
  }

  /** Draws a picture at the left, as high as there is room; what comes is right of it. */
  aside(picture, ratio) {
    const high = HEIGHT - 2 * MARGIN;
    const wide = Math.min(ratio * high, WIDEST * this.inner);
    this.y = MARGIN;
    this.picture(picture, MARGIN, wide, high);
    this.left += wide + GAP;
    this.inner -= wide + GAP;
  }

  /** The number of lines of words for which there is room above so many of the link. */
  room(links) {
    return Math.floor((HEIGHT - MARGIN - this.y - links * FONTS.link[2]) / FONTS.words[2]);
  }

  /** Draws the pictures beside each other in the room that lines of words and of the link leave; the
   *  number of lines of words for which there is room. */
  pictures(pictures, words, links) {
    const named = pictures.some(({ name }) => name) ? FONTS.label[2] : 0;
    const room = HEIGHT - MARGIN - this.y - named - 8 - links * FONTS.link[2];
    const most = Math.min(words, Math.floor((room - LEAST_PICTURE) / FONTS.words[2]));
    const [high, top] = [room - most * FONTS.words[2], this.y];
    const wide = (this.inner - GAP * (pictures.length - 1)) / pictures.length;
    const widths = pictures.map(({ square }) => (square ? Math.min(wide, high) : wide));
    let x = MARGIN + (this.inner - widths.reduce((sum, width) => sum + width, GAP * (pictures.length - 1))) / 2;
    pictures.forEach((picture, i) => {
      this.y = top;
      if (named) this.line("label", picture.name ?? "", x, widths[i]);
      this.picture(picture, x, widths[i], picture.square ? widths[i] : high);
      x += widths[i] + GAP;
    });
    this.y = top + named + high + 8;
    return most;
  }

  picture(picture, x, width, height) {
    this.context.drawImage(drawnAnew({ ...picture, again: picture.draw }, width, height), x, this.y, width, height);
    this.frame(x, this.y, width, height);
    if (picture.inset) this.inset(picture.inset, x + width, height * INSET.side);
  }

  /** The layers of a small square picture in the upper right corner of another. */
  inset(layers, right, side) {
    const { context } = this;
    const [x, y] = [right - side - INSET.gap, this.y + INSET.gap];
    context.fillStyle = this.theme.background;
    context.fillRect(x, y, side, side);
    for (const layer of layers) {
      // Its outermost pixels stand for places on the rim: half of each hangs over.
      if (layer.base) context.drawImage(layer.base, 0.5, 0.5, layer.base.width - 1, layer.base.height - 1, x, y, side, side);
      context.drawImage(drawnAnew(layer, side, side), x, y, side, side);
    }
    this.frame(x, y, side, side);
    const before = this.y;
    this.y = y + side + 2;
    this.choose("inset");
    context.fillText("Input space", right - INSET.gap - context.measureText("Input space").width, this.y);
    this.y = before;
  }

  frame(x, y, width, height) {
    const { context } = this;
    Object.assign(context, { strokeStyle: this.theme.text, globalAlpha: 0.4, lineWidth: 1 });
    context.strokeRect(x, y, width, height);
    context.globalAlpha = 1;
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
