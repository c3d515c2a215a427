// What both pictures of a mesh paint: pieces and fold lines on a raster, marks on a canvas.

import { packMix, parseColor } from "../draw/colors.js";
import { outline } from "../network/mesh.js";

const BREATH = 1500; // faces or edges between two pauses
const MOST_LAYERS = 10;
const FAINTEST = 0.65; // share of the paper in the ink of the last layers
const OVERSAMPLED_FACES = 8_000; // up to so many, coarse screens get four samples a pixel

/** Device pixels a CSS pixel for a painting of this mesh on a surface. */
export function sampling(surface, mesh) {
  return surface.ratio < 1.5 && mesh.areas.length < OVERSAMPLED_FACES ? 2 : surface.ratio;
}

/** Thickness of fold lines in CSS pixels: the more there are, the thinner. */
export function lineThickness(mesh, zoom) {
  const dense = 1.9 - 0.5 * Math.log10(mesh.edges.length / 2 / (300 * zoom));
  return Math.min(Math.max(dense, 0.55), 1.9);
}

/** Colors of fold lines, layer by layer: ink, the fainter the later, for colors mean classes. */
export function lineColors(theme) {
  const [ink, paper] = [parseColor(theme.text), parseColor(theme.background)];
  return Array.from({ length: MOST_LAYERS }, (_, l) => packMix(ink, paper, FAINTEST * (1 - 0.6 ** l)));
}

/** Fold lines of the first `level` layers and the rim of the box, over the pieces; of the last of them
 *  the first `newest` neurons'. */
export function* paintLines(raster, mesh, level, pixels, thickness, theme, newest = Infinity) {
  const { edges, creases } = mesh;
  const colors = lineColors(theme);
  const rim = packMix(parseColor(theme.gray), parseColor(theme.gray), 0);
  // The last layer first: the straight lines of the first one stay whole on top.
  for (let layer = level - 1; layer >= -1; layer--) {
    const color = layer < 0 ? rim : colors[layer % colors.length];
    for (let h = 0; h < edges.length; h += 2) {
      if (h % (16 * BREATH) === 0) yield;
      if (creases[h] !== layer || (layer === level - 1 && creases[h + 1] >= newest)) continue;
      drawEdge(raster, edges, h, pixels, thickness, color);
    }
  }
}

export function drawEdge(raster, edges, h, pixels, thickness, color) {
  const a = 2 * edges[h], b = 2 * edges[h + 1];
  const x0 = pixels[a], y0 = pixels[a + 1], x1 = pixels[b], y1 = pixels[b + 1];
  if ((x0 < 0 && x1 < 0) || (y0 < 0 && y1 < 0)) return;
  if ((x0 > raster.width && x1 > raster.width) || (y0 > raster.height && y1 > raster.height)) return;
  raster.line(x0, y0, x1, y1, thickness, color, 0.9);
}

/** Calls fill(face) for all faces in an order, with pauses. */
export function* eachFace(mesh, fill, order = null) {
  const count = mesh.areas.length;
  for (let k = 0; k < count; k++) {
    if (k % BREATH === BREATH - 1) yield;
    fill(order ? order[k] : k);
  }
}

/** Strokes pairs of vertices twice: a soft rim, then the line. */
export function strokePairs(context, pairs, pixels, width, theme, color = theme.text) {
  context.beginPath();
  for (let k = 0; k < pairs.length; k += 2) {
    context.moveTo(pixels[2 * pairs[k]], pixels[2 * pairs[k] + 1]);
    context.lineTo(pixels[2 * pairs[k + 1]], pixels[2 * pairs[k + 1] + 1]);
  }
  Object.assign(context, { lineCap: "round", strokeStyle: theme.background, lineWidth: width + 3.5, globalAlpha: 0.85 });
  context.stroke();
  Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: 1 });
  context.stroke();
}

/** Vertices around the piece of the first `level` layers that face f belongs to, two an edge. */
export function rimOf(mesh, f, level) {
  if (mesh.rim?.f !== f || mesh.rim.level !== level) {
    const pairs = outline(mesh, f, level).flatMap((e) => [mesh.edges[2 * e], mesh.edges[2 * e + 1]]);
    mesh.rim = { f, level, pairs };
  }
  return mesh.rim.pairs;
}
