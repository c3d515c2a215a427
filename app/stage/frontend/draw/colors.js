// Colors as numbers.

import { element } from "./elements.js";

const colors = new Map();

/** [red, green, blue], 0..255, of any CSS color: the browser itself reads it. */
export function parseColor(text) {
  if (!colors.has(text)) {
    const context = element("canvas", "").getContext("2d", { willReadFrequently: true });
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    colors.set(text, [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)]);
  }
  return colors.get(text);
}

/** The color a share of the way from one [r, g, b] to another, packed as image data has it. */
export function packMix(from, to, share) {
  const mix = from.map((value, i) => Math.round(value + (to[i] - value) * share));
  return ((255 << 24) | (mix[2] << 16) | (mix[1] << 8) | mix[0]) >>> 0;
}
