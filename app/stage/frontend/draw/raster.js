// Thousands of polygons and lines in a moment: drawn into memory, without a call for each of them.

import { between } from "./colors.js";

/** A picture of width x height device pixels. Coordinates are pixels, y down. */
export class Raster {
  constructor(width, height) {
    Object.assign(this, { width, height });
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    this.context = this.canvas.getContext("2d");
    this.image = new ImageData(width, height);
    this.values = new Uint32Array(this.image.data.buffer);
    this.left = new Float64Array(height);
    this.right = new Float64Array(height);
    this.top = this.bottom = 0;
  }

  clear() {
    this.values.fill(0);
  }

  /** Makes what was drawn visible on `canvas`. */
  finish() {
    this.context.putImageData(this.image, 0, 0);
  }

  /** Finds the rows of a convex polygon. Pixels belong to it whose centers do, so that neighbors
   *  leave no gap and do not overlap. pixels: (n, 2); corners[from..to] are numbers in it. */
  scan(pixels, corners, from, to) {
    const { left, right, height } = this;
    let low = Infinity, high = -Infinity;
    for (let k = from; k < to; k++) {
      const y = pixels[2 * corners[k] + 1];
      if (y < low) low = y;
      if (y > high) high = y;
    }
    this.top = Math.max(Math.ceil(low - 0.5), 0);
    this.bottom = Math.min(Math.ceil(high - 0.5), height);
    if (!(this.top < this.bottom)) return false; // NaN too
    for (let y = this.top; y < this.bottom; y++) {
      left[y] = Infinity;
      right[y] = -Infinity;
    }
    for (let k = from, last = corners[to - 1]; k < to; last = corners[k++]) {
      let a = 2 * last, b = 2 * corners[k];
      if (pixels[a + 1] > pixels[b + 1]) [a, b] = [b, a]; // the same arithmetic from both sides
      const x0 = pixels[a], y0 = pixels[a + 1], y1 = pixels[b + 1];
      const slope = (pixels[b] - x0) / (y1 - y0);
      const end = Math.min(Math.ceil(y1 - 0.5), height);
      for (let y = Math.max(Math.ceil(y0 - 0.5), 0); y < end; y++) {
        const x = x0 + (y + 0.5 - y0) * slope;
        if (x < left[y]) left[y] = x;
        if (x > right[y]) right[y] = x;
      }
    }
    return true;
  }

  /** A convex polygon in one color. */
  fill(pixels, corners, from, to, color) {
    if (!this.scan(pixels, corners, from, to)) return;
    const { values, width } = this;
    for (let y = this.top; y < this.bottom; y++) {
      const end = y * width + this.endOf(y);
      for (let at = y * width + this.startOf(y); at < end; at++) values[at] = color;
    }
  }

  /** A convex polygon laid over what is there; share 0..1. */
  glaze(pixels, corners, from, to, color, share) {
    if (!this.scan(pixels, corners, from, to)) return;
    const { values, width } = this;
    for (let y = this.top; y < this.bottom; y++) {
      const end = y * width + this.endOf(y);
      for (let at = y * width + this.startOf(y); at < end; at++) values[at] = over(values[at], color, share);
    }
  }

  /** A convex polygon colored pixel by pixel: shade(x, y) of pixel centers -> color; share as in glaze. */
  shade(pixels, corners, from, to, shade, share = 1) {
    if (!this.scan(pixels, corners, from, to)) return;
    const { values, width } = this;
    for (let y = this.top; y < this.bottom; y++) {
      const end = this.endOf(y);
      for (let x = this.startOf(y); x < end; x++) {
        const at = y * width + x;
        const color = shade(x + 0.5, y + 0.5);
        values[at] = share < 1 ? over(values[at], color, share) : color;
      }
    }
  }

  startOf(y) {
    return Math.max(Math.ceil(this.left[y] - 0.5), 0);
  }

  endOf(y) {
    return Math.min(Math.ceil(this.right[y] - 0.5), this.width);
  }

  /** A straight line with soft edges. */
  line(x0, y0, x1, y1, thickness, color, share) {
    const steep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
    if (steep) [x0, y0, x1, y1] = [y0, x0, y1, x1];
    if (x0 > x1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const [length, breadth] = steep ? [this.height, this.width] : [this.width, this.height];
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    const half = 0.5 * thickness * Math.sqrt(1 + slope * slope);
    const [alongStep, acrossStep] = steep ? [this.width, 1] : [1, this.width];
    const end = Math.min(Math.ceil(x1 - 0.5), length - 1);
    for (let x = Math.max(Math.ceil(x0 - 0.5), 0); x <= end; x++) {
      const middle = y0 + (Math.min(Math.max(x + 0.5, x0), x1) - x0) * slope;
      const low = middle - half, high = middle + half;
      const last = Math.min(Math.ceil(high), breadth);
      for (let y = Math.max(Math.floor(low), 0); y < last; y++) {
        const cover = Math.min(y + 1, high) - Math.max(y, low);
        const at = x * alongStep + y * acrossStep;
        this.values[at] = over(this.values[at], color, share * cover);
      }
    }
  }
}

/** Color `color` (opaque, packed as image data has it) laid over `under`. */
function over(under, color, share) {
  const alpha = under >>> 24;
  if (alpha === 0) return ((Math.round(255 * share) << 24) | (color & 0xffffff)) >>> 0;
  const total = alpha + (255 - alpha) * share;
  return (((total + 0.5) << 24) | between(under, color, Math.round((65280 * share) / total))) >>> 0;
}
