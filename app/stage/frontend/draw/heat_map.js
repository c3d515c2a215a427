// Heat maps of the neurons of one layer over input space, with the lines on which z = 0.

import { packMix, parseColor } from "./colors.js";
import { ZERO_LEVEL, traceContours } from "./contour_lines.js";
import { element } from "./elements.js";

const FINE_NEURONS = 16; // wider layers are drawn from every second node of a fine lattice
const FINE_LATTICE = 40; // nodes a side

/** The heat maps of a layer share one scale. The background is 0. A neuron's output is gray below and
 *  violet above it; the colors of the classes are for logits. */
export class HeatMaps {
  constructor(theme) {
    this.theme = theme;
    this.canvas = element("canvas", "");
    this.context = this.canvas.getContext("2d");
  }

  /** Takes a layer's scale and the theme's colors. Full color is the largest output on the data:
   *  far from the data a network can be much larger, and would wash out everything else. */
  measure(model, layer) {
    const record = model.layers[layer];
    const { post, width } = record;
    const [low, high] = range(post, 0, model.N * width);
    const [dataLow, dataHigh] = range(post, model.nodes * width, model.N * width);
    const scale = Math.max(-dataLow, dataHigh) || Math.max(-low, high) || 1;
    const stride = model.G > FINE_LATTICE && width > FINE_NEURONS ? 2 : 1;
    const couples = model.net.activations[layer - 1] === "softmax"; // z alone says nothing then
    Object.assign(this, { model, record, low, high, scale, stride, line: !couples });
    this.colors = endColors(this.theme, model.net, layer);
    this.palettes = this.colors.map((ends) => divergingPalette(this.theme, ends));
    this.resize((model.G - 1) / stride + 1);
  }

  resize(side) {
    if (this.side === side) return;
    this.side = this.canvas.width = this.canvas.height = side;
    this.image = new ImageData(side, side);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Draws one neuron's heat map and line on width x height pixels of a context. */
  draw(context, index, width, height) {
    const { record, model, stride } = this;
    const fieldOf = (values) => ({ values, columns: record.width, column: index });
    this.drawField(context, fieldOf(record.post), index, width, height);
    if (!this.line) return;
    context.beginPath();
    traceContours(context, fieldOf(record.pre), model.G, stride, width, height, ZERO_LEVEL);
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1.4;
    context.stroke();
  }

  /** The same of any values at the lattice's nodes, { values, columns, column }, in a neuron's colors. */
  drawField(context, field, index, width, height) {
    const { side } = this;
    this.fill(field, this.palettes[index % this.palettes.length]);
    // Node centers lie on the box, so the picture hangs over by half a node on each side.
    const overhang = width / (side - 1);
    context.imageSmoothingEnabled = true;
    context.drawImage(
      this.canvas, -overhang / 2, -overhang / 2, width + overhang, height + overhang,
    );
  }

  /** Puts values on the small canvas, one pixel a node, top row first. */
  fill({ values, columns, column: first }, palette) {
    const { side, stride, pixels, model } = this;
    const factor = 127 / this.scale;
    for (let row = 0; row < side; row += 1) {
      let at = row * stride * model.G * columns + first;
      const start = (side - 1 - row) * side;
      for (let column = 0; column < side; column += 1, at += stride * columns) {
        const shade = (values[at] * factor + 128) | 0;
        pixels[start + column] = palette[shade < 0 ? 0 : shade > 255 ? 255 : shade];
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

/** [lowest, highest] of values[from..to], zero included. */
function range(values, from, to) {
  let low = 0;
  let high = 0;
  for (let i = from; i < to; i += 1) {
    if (values[i] < low) low = values[i];
    else if (values[i] > high) high = values[i];
  }
  return [low, high];
}

/** [below 0, above 0] for all neurons of a layer alike, or for each of several logits. */
function endColors({ classes, gray, active }, { depth, sizes }, layer) {
  if (layer <= depth) return [[gray, active]];
  return sizes[layer] === 1 ? [classes.slice(0, 2)] : classes.slice(0, sizes[layer]).map((color) => [gray, color]);
}

/** 256 packed colors: that of the lowest at 0, background at 128, that of the highest at 255. */
function divergingPalette(theme, ends) {
  const background = parseColor(theme.background);
  const [negative, positive] = ends.map(parseColor);
  return Uint32Array.from({ length: 256 }, (_, i) =>
    i < 128
      ? packMix(background, negative, (128 - i) / 128)
      : packMix(background, positive, (i - 128) / 127),
  );
}
