// Where the outline of a square goes in layers from the plane to the plane, and how far a drawn one is from it.

import { NEGATIVE_SLOPES, activate } from "../network/activations.js";
import { areaOf, heightsOf, ringLines, xAt } from "./scoring.js";

export const RASTER = 200; // places a side, where layers bend smoothly
const SIDE = 64; // parts of a side of a square that is bent smoothly
const FLAT = 1e-6; // of the square of the size of a thing: less is no area

/** Corners [x, y] of a shape in the plane, counterclockwise; the names are those of app/pages/lessons/kinds.py. */
export function cornersOf(shape, [xMin, xMax, yMin, yMax]) {
  const [left, right, low, high] = { unit: [0, 1, 0, 1], square: [-1, 1, -1, 1], sheet: [xMin, xMax, yMin, yMax] }[shape];
  return [[left, low], [right, low], [right, high], [left, high]];
}

/** What layers 1 .. after make of a shape: { ring, corners, regions, exact, before }. ring: [x, y] of the way that its
 *  edge takes; corners: where its own four are; regions: convex polygons that together are all that becomes of its
 *  inside; exact: whether the layers are made of straight pieces: else ring and regions follow many small steps;
 *  before: ring and corners before the last bend. */
export function carriedShape({ net, frame }, shape, after) {
  const corners = cornersOf(shape, net.box);
  const exact = net.activations.slice(0, after).every((name) => name in NEGATIVE_SLOPES);
  const carry = (parts, cut) => through(net, frame, after, parts, exact ? cut : null);
  const edge = carry([exact ? corners : parted(corners)], cornered);
  const own = carry([corners], null);
  const regions = carry(exact ? [corners] : trianglesOf(corners), halved).posts;
  return { ring: edge.posts[0], corners: own.posts[0], regions, exact, before: { ring: edge.sums[0], corners: own.sums[0] } };
}

/** Polygons carried through layers: { posts, sums } after and before the last bend. cut(polygon, axis): what the line
 *  along which a neuron folds makes of a polygon, as polygons; without it they are taken as they are. */
function through(net, frame, after, polygons, cut) {
  let [posts, sums] = [polygons, polygons];
  for (let l = 1; l <= after; l++) {
    const { weights: [a, c, b, d], bias: [e, f] } = net.layer(frame, l);
    sums = posts.map((polygon) => polygon.map(([x, y]) => [a * x + b * y + e, c * x + d * y + f]));
    if (cut) for (const axis of [0, 1]) sums = sums.flatMap((polygon) => cut(polygon, axis));
    posts = sums.map((polygon) => polygon.map((place) => bent(net.activations[l - 1], place)));
  }
  return { posts, sums };
}

function bent(name, place) {
  const out = [0, 0];
  activate(name, place, out, 2);
  return out;
}

/** The one ring with a corner more wherever it crosses the line on which a coordinate is 0. */
const cornered = (ring, axis) => [ring.flatMap((place, k) => [place, ...crossed(place, ring[(k + 1) % ring.length], axis)])];

/** The two parts of a convex polygon on both sides of that line, or itself. */
function halved(polygon, axis) {
  if (polygon.every((place) => place[axis] >= 0) || polygon.every((place) => place[axis] <= 0)) return [polygon];
  const [all] = cornered(polygon, axis);
  return [all.filter((place) => place[axis] >= 0), all.filter((place) => place[axis] <= 0)];
}

function crossed(from, to, axis) {
  if (from[axis] * to[axis] >= 0) return [];
  const t = from[axis] / (from[axis] - to[axis]);
  const place = [0, 1].map((k) => from[k] + t * (to[k] - from[k]));
  place[axis] = 0; // both sides share it
  return [place];
}

const between = ([x0, y0], [x1, y1], t) => [x0 + t * (x1 - x0), y0 + t * (y1 - y0)];

const parted = (corners) => corners.flatMap((from, k) => Array.from({ length: SIDE }, (_, i) => between(from, corners[(k + 1) % 4], i / SIDE)));

function trianglesOf([first, second, third, fourth]) {
  const at = (i, j) => between(between(first, second, i / SIDE), between(fourth, third, i / SIDE), j / SIDE);
  return Array.from({ length: SIDE * SIDE }, (_, k) => {
    const [i, j] = [k % SIDE, Math.floor(k / SIDE)];
    return [[at(i, j), at(i + 1, j), at(i + 1, j + 1)], [at(i, j), at(i + 1, j + 1), at(i, j + 1)]];
  }).flat();
}

/** How far what a drawn ring encloses, by the even-odd rule, is from what regions cover together: { apart, drawn,
 *  covered, share }, trapezoids on which they differ (as `disagreement` has them), both areas, and the share that
 *  `apart` is of all that either takes; null where that is nothing. Exact, of polygons. */
export function outlineGap(ring, regions) {
  const lines = [ring, ...regions].flatMap((polygon, owner) => ringLines(polygon).map((line) => Object.assign(line, { owner })));
  const heights = heightsOf(lines, Math.min(...lines.map(([, y]) => y)), Math.max(...lines.map(([, , , y]) => y)));
  const kinds = [[], [], [], []]; // neither; drawn alone, covered alone, both
  for (let k = 0; k + 1 < heights.length; k++) {
    const [low, high] = [heights[k], heights[k + 1]];
    const middle = (low + high) / 2;
    const met = lines.filter(([, y0, , y1]) => y0 < middle && middle < y1).sort((a, b) => xAt(a, middle) - xAt(b, middle));
    const within = new Set();
    let from = null;
    for (const line of met) {
      const to = [xAt(line, low), xAt(line, high)];
      const kind = Number(within.has(0)) + 2 * Number(within.size > Number(within.has(0)));
      if (kind) kinds[kind].push([from[0], to[0], low, from[1], to[1], high]);
      if (!within.delete(line.owner)) within.add(line.owner);
      from = to;
    }
  }
  return summary(...kinds.slice(1));
}

/** The same counted at the middles of the fields of a raster in box, for regions too many to be measured. */
export function countedGap(ring, regions, box) {
  const truth = new Uint8Array(RASTER * RASTER);
  const mark = (polygon, act) => spansOf(polygon, box).forEach(([row, from, to]) => { for (let i = from; i < to; i++) act(row * RASTER + i); });
  for (const region of regions) mark(region, (field) => { truth[field] = 1; });
  const drawn = new Uint8Array(RASTER * RASTER);
  mark(ring, (field) => { drawn[field] = 1; });
  const kinds = [[], [], []];
  const [xMin, xMax, yMin, yMax] = box;
  const [across, up] = [(xMax - xMin) / RASTER, (yMax - yMin) / RASTER];
  for (let field = 0; field < truth.length; field++) {
    const kind = drawn[field] + 2 * truth[field];
    if (!kind) continue;
    const [left, low] = [xMin + across * (field % RASTER), yMin + up * Math.floor(field / RASTER)];
    kinds[kind - 1].push([left, left + across, low, left, left + across, low + up]);
  }
  return summary(...kinds);
}

/** [row, from, to] of the fields whose middles are inside a ring, by the even-odd rule. */
function spansOf(ring, [xMin, xMax, yMin, yMax]) {
  const lines = ringLines(ring);
  const heights = lines.flatMap(([, low, , high]) => [low, high]);
  const row = (y) => ((y - yMin) / (yMax - yMin)) * RASTER - 0.5;
  const column = (x) => Math.min(Math.max(Math.ceil(((x - xMin) / (xMax - xMin)) * RASTER - 0.5), 0), RASTER);
  const spans = [];
  for (let r = Math.max(Math.ceil(row(Math.min(...heights))), 0); r <= Math.min(row(Math.max(...heights)), RASTER - 1); r++) {
    const y = yMin + ((r + 0.5) / RASTER) * (yMax - yMin);
    const met = lines.filter(([, low, , high]) => low <= y && y < high).map((line) => xAt(line, y)).sort((a, b) => a - b);
    for (let k = 0; k + 1 < met.length; k += 2) spans.push([r, column(met[k]), column(met[k + 1])]);
  }
  return spans;
}

function summary(alone, missed, shared) {
  const [mine, theirs, both] = [alone, missed, shared].map(areaOf);
  const all = mine + theirs + both;
  return { apart: [...alone, ...missed], drawn: mine + both, covered: theirs + both, share: all > 0 ? (mine + theirs) / all : null };
}

/** Whether an area is none, beside how far a ring reaches. */
export const isFlat = (area, ring) => area <= FLAT * Math.max(reachOf(ring), 1e-9) ** 2;

/** How far a ring reaches across or up. */
export const reachOf = (ring) => Math.max(...[0, 1].map((k) => Math.max(...ring.map((place) => place[k])) - Math.min(...ring.map((place) => place[k]))));

/** The largest distance from places to a drawn ring. */
export const farthest = (places, ring) => Math.max(...places.map((place) => Math.min(...ring.map((from, k) => distanceTo(place, from, ring[(k + 1) % ring.length])))));

function distanceTo([x, y], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1) : 0;
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
