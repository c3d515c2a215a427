// What the color of a piece can say.

import { packMix, parseColor } from "../draw/colors.js";
import { ancestor } from "../network/mesh.js";

const SHADES = 64;
const SURE = 2 * Math.atanh(1 - 1 / SHADES); // a lead from which on the shade is the last one
const GOLDEN_ANGLE = 2.399963;
const STRONGEST = { light: 0.5, dark: 0.55 }; // share of a class's color where the network is certain
const RARE = 0.04; // share of the smallest and of the largest area factors beyond the ends of the scale

/** name -> { label, paint(mesh, level, theme) -> Uint32Array of colors of faces 0..levels[level] - 1 },
 *  without paint where a color changes inside of a face; see outputShader, carriedShader.
 *  pieces: whether it says something of straight pieces, which a smooth network does not have. */
export const COLORINGS = {
  gradient: { label: "Direction and steepness", paint: gradientColors },
  output: { label: "Output" },
  active: { label: "Neurons that are on", paint: activeColors, pieces: true },
  factor: { label: "Area factor", paint: factorColors, pieces: true },
  identity: { label: "Each piece its own", paint: identityColors, pieces: true },
};

/** The coloring of the mesh that is shown. */
export const coloringOf = ({ coloring, mesh }) => (mesh?.nodes && COLORINGS[coloring].pieces ? "output" : coloring);

/** Colors of a mesh as its first `level` layers cut it, worked out once. */
export function faceColors(mesh, name, level, theme) {
  const key = `${name} ${level} ${theme.background}`;
  mesh.colors ??= new Map();
  if (!mesh.colors.has(key)) mesh.colors.set(key, COLORINGS[name].paint(mesh, level, theme));
  return mesh.colors.get(key);
}

/** Perceptual lightness 0..1, chroma, hue in radians -> packed color (Ottosson 2020, Oklab). */
function oklch(lightness, chroma, hue) {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** A packed color as CSS has it. */
export const css = (color) => `rgb(${color & 255} ${(color >>> 8) & 255} ${(color >>> 16) & 255})`;

function channel(linear) {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(Math.max(value, 0), 1));
}

/** Color of a direction (radians) and a strength 0..1. */
export function directionColor(theme, angle, strength) {
  return theme.dark
    ? oklch(0.27 + 0.33 * strength, 0.02 + 0.12 * strength, angle)
    : oklch(0.97 - 0.2 * strength, 0.008 + 0.12 * strength, angle);
}

/** 0..1 of a quantity, few to many. */
export function amountColor(theme, share) {
  return theme.dark
    ? oklch(0.25 + 0.5 * share, 0.03 + 0.09 * share, 3.6 - 1.7 * share)
    : oklch(0.97 - 0.42 * share, 0.02 + 0.1 * share, 1.9 + 2.3 * share);
}

/** -1 (the least stretched) .. 1 (the most). */
export function factorColor(theme, value) {
  const hue = value < 0 ? 4.35 : 1.05;
  const size = Math.abs(value);
  return theme.dark ? oklch(0.3 + 0.33 * size, 0.13 * size, hue) : oklch(0.965 - 0.27 * size, 0.13 * size, hue);
}

/** Where nothing is left: the piece is pressed onto a line or a point. */
export const collapsedColor = (theme) => (theme.dark ? oklch(0.38, 0.005, 4) : oklch(0.8, 0.005, 4));

/** Class colors from background to certain: one Uint32Array(SHADES) a class. */
function classShades(theme) {
  const background = parseColor(theme.background);
  const strongest = theme.dark ? STRONGEST.dark : STRONGEST.light;
  return theme.classes.map((color) => Uint32Array.from({ length: SHADES }, (_, i) =>
    packMix(background, parseColor(color), 0.05 + (i / (SHADES - 1)) * (strongest - 0.05))));
}

/** A function (face) -> shade(x, y) in input coordinates: the network's answer, exact on each face. */
export function outputShader(mesh, theme) {
  const { maps, outputs: m } = mesh;
  const shades = classShades(theme);
  const logits = new Float64Array(m);
  return (face, x, y) => {
    const at = 3 * m * face;
    for (let j = 0; j < m; j++) logits[j] = maps[at + j] * x + maps[at + m + j] * y + maps[at + 2 * m + j];
    return answerColor(shades, logits);
  };
}

/** The same where the faces are carried to: a function (face) -> shade(x, y) in pixels, one color where
 *  the answer is sure all over the face, or null where no pixel is left of it. pixels (n, 2) and near (n),
 *  how much larger than in the middle a vertex is seen: a face stays flat, so an output times that is
 *  affine on the screen. */
export function carriedShader(mesh, theme, pixels, near) {
  const { outputs: m } = mesh;
  const shades = classShades(theme);
  const logits = new Float64Array(m);
  const sure = new Set(shades.map((colors) => colors.at(-1)));
  const here = outputShader(mesh, theme);
  return (face) => {
    const color = colorAtCorners(mesh, face, here);
    if (sure.has(color)) return color; // a lead is concave: inside it is no smaller than at the corners
    const planes = planesOf(mesh, face, pixels, near);
    return planes && ((x, y) => {
      const at = (j) => planes[3 * j] * x + planes[3 * j + 1] * y + planes[3 * j + 2];
      const size = at(m);
      for (let j = 0; j < m; j++) logits[j] = at(j) / size;
      return answerColor(shades, logits);
    });
  };
}

/** The color that all corners of a face have, or undefined. */
function colorAtCorners({ vertices, corners, starts }, f, here) {
  let color;
  for (let k = starts[f]; k < starts[f + 1]; k++) {
    const at = here(f, vertices[2 * corners[k]], vertices[2 * corners[k] + 1]);
    if (k > starts[f] && at !== color) return undefined;
    color = at;
  }
  return color;
}

/** Of the outputs times near, and of near itself: the gradient's x and y, and the offset, in pixels. */
function planesOf({ maps, outputs: m, vertices, corners, starts }, f, pixels, near) {
  const three = widest(pixels, corners, starts[f], starts[f + 1]);
  if (!three) return null;
  const [x0, y0, x1, y1, x2, y2] = three.flatMap((v) => [pixels[2 * v], pixels[2 * v + 1]]);
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  const value = (v, j) => {
    const at = 3 * m * f + j;
    return near[v] * (j === m ? 1 : maps[at] * vertices[2 * v] + maps[at + m] * vertices[2 * v + 1] + maps[at + 2 * m]);
  };
  const planes = new Float64Array(3 * (m + 1));
  for (let j = 0; j <= m; j++) {
    const [first, second, third] = three.map((v) => value(v, j));
    const dx = ((second - first) * (y2 - y0) - (third - first) * (y1 - y0)) / area;
    const dy = ((third - first) * (x1 - x0) - (second - first) * (x2 - x0)) / area;
    planes.set([dx, dy, first - dx * x0 - dy * y0], 3 * j);
  }
  return planes;
}

/** Three corners of a face that span a large triangle; null where all are in one line. */
function widest(pixels, corners, from, to) {
  const first = corners[from];
  const span = (a, b) => [pixels[2 * b] - pixels[2 * a], pixels[2 * b + 1] - pixels[2 * a + 1]];
  const farthest = (size) => {
    let best = first;
    for (let k = from; k < to; k++) if (size(corners[k]) > size(best)) best = corners[k];
    return best;
  };
  const second = farthest((v) => Math.hypot(...span(first, v)));
  const [x, y] = span(first, second);
  const aside = (v) => Math.abs(x * span(first, v)[1] - y * span(first, v)[0]);
  const third = farthest(aside);
  return aside(third) > 0 ? [first, second, third] : null;
}

function answerColor(shades, logits) {
  let best = 0, lead = Infinity;
  if (logits.length === 1) {
    best = logits[0] > 0 ? 1 : 0;
    lead = Math.abs(logits[0]);
  } else {
    for (let j = 1; j < logits.length; j++) if (logits[j] > logits[best]) best = j;
    for (let j = 0; j < logits.length; j++) if (j !== best) lead = Math.min(lead, logits[best] - logits[j]);
  }
  return shades[best][lead > SURE ? SHADES - 1 : Math.floor(SHADES * Math.tanh(lead / 2)) || 0]; // NaN too
}

/** Means over the faces that a piece of the first layers is cut into later, weighted by area. */
function mean(mesh, level, columns, valueOf) {
  const count = mesh.levels[level];
  if (count === mesh.areas.length) {
    return Float64Array.from({ length: columns * count }, (_, i) => valueOf(Math.floor(i / columns), i % columns));
  }
  const sums = new Float64Array(columns * count);
  const weights = new Float64Array(count);
  for (let f = 0; f < mesh.areas.length; f++) {
    const piece = ancestor(mesh.parents, f, count);
    const weight = mesh.areas[f] + 1e-300;
    weights[piece] += weight;
    for (let k = 0; k < columns; k++) sums[columns * piece + k] += weight * valueOf(f, k);
  }
  return sums.map((sum, i) => sum / weights[Math.floor(i / columns)]);
}

/** Gradient (x, y) of what speaks for a class on face f: the logit, or the lead of the winner. */
function gradientOf(mesh, f) {
  const { maps, outputs: m, centroids } = mesh;
  const at = 3 * m * f;
  if (m === 1) return [maps[at], maps[at + 1]];
  const value = (j) => maps[at + j] * centroids[2 * f] + maps[at + m + j] * centroids[2 * f + 1] + maps[at + 2 * m + j];
  const order = Array.from({ length: m }, (_, j) => j).sort((a, b) => value(b) - value(a));
  const [first, second] = order;
  return [maps[at + first] - maps[at + second], maps[at + m + first] - maps[at + m + second]];
}

function gradientColors(mesh, level, theme) {
  const gradients = new Float64Array(2 * mesh.areas.length);
  for (let f = 0; f < mesh.areas.length; f++) gradients.set(gradientOf(mesh, f), 2 * f);
  const means = mean(mesh, level, 2, (f, k) => gradients[2 * f + k]);
  const full = fullSlope(mesh);
  return Uint32Array.from({ length: mesh.levels[level] }, (_, f) => {
    const [x, y] = [means[2 * f], means[2 * f + 1]];
    return directionColor(theme, Math.atan2(y, x), Math.min(Math.hypot(x, y) / full, 1));
  });
}

/** The slope from which on a color has its full strength: that of the steep pieces (the steepest would
 *  let a single sliver set the scale), and 1 at least, so that a network that is flat looks faint. */
export function fullSlope(mesh) {
  if (mesh.fullSlope === undefined) {
    const sizes = Float64Array.from(mesh.areas, (_, f) => Math.hypot(...gradientOf(mesh, f)));
    mesh.fullSlope = Math.max(sizes.sort()[Math.floor(0.9 * (sizes.length - 1))], 1);
  }
  return mesh.fullSlope;
}

function activeColors(mesh, level, theme) {
  const counts = level ? mesh.active[level - 1] : [0];
  let most = 1;
  for (const count of counts) most = Math.max(most, count);
  return Uint32Array.from(counts, (count) => amountColor(theme, count / most));
}

/** [low, high]: the ends of the color scale of area factors after `level` layers. */
export function factorRange(mesh, level) {
  if (!level) return [1, 1];
  const positive = mesh.factors[level - 1].filter((factor) => factor > 0).sort();
  if (!positive.length) return [1, 1];
  const at = (share) => positive[Math.round(share * (positive.length - 1))];
  return [at(RARE), at(1 - RARE)];
}

function factorColors(mesh, level, theme) {
  const factors = level ? mesh.factors[level - 1] : [1];
  const collapsed = collapsedColor(theme);
  const [low, high] = factorRange(mesh, level).map(Math.log);
  const middle = (low + high) / 2;
  const reach = Math.max((high - low) / 2, 1e-6);
  return Uint32Array.from(factors, (factor) =>
    factor === 0 ? collapsed : factorColor(theme, Math.min(Math.max((Math.log(factor) - middle) / reach, -1), 1)));
}

function identityColors(mesh, level, theme) {
  return Uint32Array.from({ length: mesh.levels[level] }, (_, f) => {
    const [hue, tone] = [GOLDEN_ANGLE * f, (f * 0.618034) % 1];
    return theme.dark ? oklch(0.36 + 0.16 * tone, 0.075, hue) : oklch(0.8 + 0.13 * tone, 0.075, hue);
  });
}
