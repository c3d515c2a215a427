// The straight pieces of a piecewise-linear network over the plane, exactly, with the affine map of
// each: what core/linear_regions.py finds, found where it is drawn.

import { boundaryOf } from "./boundary.js";
import { TOLERANCE, factsOf, noteSides, steepestOf } from "./mesh_facts.js";
import { affine } from "./piecewise.js";
import { Subdivision, settle } from "./subdivision.js";

const THIN = 1 / 500; // of the box's width: a pixel of most screens
const FLAT = 1e-12; // squared area factor beside the fourth power of the largest stretch

/** The mesh of one network.
 *  layers: [{ weights (fanIn, width), bias }], the output's last; slopes: of each hidden
 *    layer's activation below 0, above it is 1;
 *  box: [x_min, x_max, y_min, y_max]; pictures: [{ basis (width, 3), origin (3) }] of every layer, where
 *    `ending` is "cut" the last of the space before; see Net.picture;
 *  limit: before a neuron could take the mesh past so many faces, it ends;
 *  tell({ layer, layers, pieces }) hears of every layer that is folded.
 *  Returns a plain object:
 *    vertices (2 v), corners, sides and starts (see Subdivision.polygons), parents (f);
 *    levels: faces after 0, 1, .. layers; faces 0..levels[k] - 1 are the pieces of the first k, and
 *      a face belongs to the first of its line of parents that is below levels[k];
 *    edges (2 e), creases (2 e) layer and neuron from 0, -1 on the box; areas (f), centroids (2 f);
 *    maps (3 m f): per face the gradient's x (m outputs), its y (m), the offset (m);
 *    active, factors: per layer, neurons on so far and the area factor, for levels[layer + 1] faces;
 *    placed: per layer, the input's first, { pre, post } (3 (v + b)) where its picture has them;
 *    boundary: vertices two a segment, of those after the first v; complete; stoppedAt;
 *    facts: what is told in words; see factsOf. */
export function buildMesh({ layers, slopes, box, pictures, ending, limit }, tell = () => {}) {
  const work = new Subdivision();
  const [centerX, centerY, halfX, halfY] = frameOf(box);
  const scaled = [centered(layers[0], centerX, centerY, halfX, halfY), ...layers.slice(1).map(toDoubles)];
  const placed = [work.carry(inputPicture(work.points, centerX, centerY, halfX, halfY), 6)];
  let hidden = { values: work.points, width: 2 };
  const state = {
    maps: firstMaps(scaled[0]), count: 1, levels: [1], active: [], factors: [], stoppedAt: null,
    sides: { dead: 0, alwaysOn: 0 }, steepest: scaled[0].bias.map(() => 0),
  };
  slopes.forEach((slope, l) => {
    const table = work.carry(affine(hidden.values, work.vertexCount, scaled[l]), scaled[l].width);
    const tolerances = tolerancesOf(hidden, scaled[l], work.vertexCount);
    for (let v = 0; v < work.vertexCount; v++) settle(table.values, v * table.width, tolerances);
    if (!state.stoppedAt) noteSides(table, work.vertexCount, state.sides);
    if (slope !== 1 && !state.stoppedAt) fold(work, table, tolerances, l, limit, state);
    work.drop(table);
    const post = bend(table.values, slope, work.vertexCount * table.width);
    placed.push(work.carry(picture(table, post, pictures[l], work), 6));
    hidden = { values: post, width: table.width };
    tell({ layer: l + 1, layers: slopes.length, pieces: work.faceCount });
    advance(work, state, slope, scaled[l + 1], halfX * halfY);
  });
  const output = affine(hidden.values, work.vertexCount, scaled.at(-1));
  const table = { values: output, width: scaled.at(-1).width };
  // The view along the cut is a picture of the last hidden space, or of the inputs.
  const seen = ending !== "cut" ? table : slopes.length ? hidden : { values: placed[0].values, width: 6 };
  placed.push({ values: picture(seen, seen.values, pictures.at(-1), work), width: 6 });
  const mesh = collect(work, state, table, placed, { centerX, centerY, halfX, halfY });
  return { ...mesh, facts: factsOf(work, state, table, tolerancesOf(hidden, scaled.at(-1), work.vertexCount)) };
}

const frameOf = ([xMin, xMax, yMin, yMax]) => [
  xMin + (xMax - xMin) / 2, yMin + (yMax - yMin) / 2, (xMax - xMin) / 2, (yMax - yMin) / 2,
];

const toDoubles = ({ weights, bias }) => ({
  weights: Float64Array.from(weights), bias: Float64Array.from(bias), fanIn: weights.length / bias.length, width: bias.length,
});

/** The first layer on [-1, 1] x [-1, 1], so that neither size nor place of the box matters. */
function centered(layer, centerX, centerY, halfX, halfY) {
  const first = toDoubles(layer);
  const { weights, bias, width } = first;
  for (let j = 0; j < width; j++) {
    bias[j] += centerX * weights[j] + centerY * weights[width + j];
    weights[j] *= halfX;
    weights[width + j] *= halfY;
  }
  return first;
}

function inputPicture(points, centerX, centerY, halfX, halfY) {
  const out = new Float32Array(3 * points.length);
  for (let v = 0; 2 * v < points.length; v++) {
    const [x, y] = [centerX + halfX * points[2 * v], centerY + halfY * points[2 * v + 1]];
    out.set([x, y, 0, x, y, 0], 6 * v);
  }
  return out;
}

function tolerancesOf({ values, width }, { weights, bias }, count) {
  const largest = new Float64Array(width);
  for (let at = 0; at < count * width; at++) {
    const size = Math.abs(values[at]);
    if (size > largest[at % width]) largest[at % width] = size;
  }
  return bias.map((offset, j) => {
    let sum = Math.abs(offset);
    for (let i = 0; i < width; i++) sum += largest[i] * Math.abs(weights[i * bias.length + j]);
    if (!Number.isFinite(sum)) throw new Error("the network's values overflow");
    return TOLERANCE * sum;
  });
}

/** Cuts the faces along the creases of layer l, unless there would be too many. */
function fold(work, table, tolerances, l, limit, state) {
  // Room for the new vertices of a layer comes with the first of them.
  if (table.values.length < work.signs.length * table.width) {
    const larger = new Float64Array(work.signs.length * table.width);
    larger.set(table.values);
    table.values = larger;
  }
  for (let j = 0; j < table.width; j++) {
    if (work.aim(table, j) > limit && work.faceCount > limit / 2) {
      state.stoppedAt = { layer: l, neuron: j };
      return;
    }
    work.split(table, j, tolerances, l);
  }
}

function bend(values, slope, length) {
  const out = values.slice(0, length);
  for (let i = 0; i < length; i++) if (out[i] < 0) out[i] *= slope;
  return out;
}

/** pre (3) and post (3) of every vertex as the layer's picture has them, with room to grow. */
function picture({ values, width }, post, { basis, origin }, work) {
  const out = new Float32Array(6 * work.signs.length);
  const axes = basis.length / 3;
  for (let v = 0; v < work.vertexCount; v++) {
    for (let axis = 0; axis < 3; axis++) {
      let before = origin[axis];
      let after = origin[axis];
      for (let j = 0; j < axes; j++) {
        before += values[v * width + j] * basis[3 * j + axis];
        after += post[v * width + j] * basis[3 * j + axis];
      }
      out[6 * v + axis] = before;
      out[6 * v + 3 + axis] = after;
    }
  }
  return out;
}

function firstMaps({ weights, bias }) {
  const maps = new Float64Array(3 * bias.length);
  maps.set(weights);
  maps.set(bias, 2 * bias.length);
  return maps;
}

/** The first face below `count` in the line of parents of f. */
export function ancestor(parents, f, count) {
  while (f >= count) f = parents[f];
  return f;
}

/** Maps of the next layer on every face, from those of this layer on the faces before it. */
function advance(work, state, slope, { weights, bias }, boxFactor) {
  const { maps, count } = state;
  const width = weights.length / bias.length;
  const fanOut = bias.length;
  const n = work.faceCount;
  const centroids = work.centroids();
  const next = new Float64Array(3 * fanOut * n);
  const active = new Uint16Array(n);
  const factors = new Float32Array(n);
  const before = state.active.at(-1);
  for (let f = 0; f < n; f++) {
    const parent = ancestor(work.parents, f, count);
    const at = 3 * width * parent;
    const [x, y] = [centroids[2 * f], centroids[2 * f + 1]];
    let on = before ? before[parent] : 0;
    let aa = 0, bb = 0, ab = 0;
    const row = 3 * fanOut * f;
    for (let i = 0; i < width; i++) {
      let a = maps[at + i], b = maps[at + width + i], c = maps[at + 2 * width + i];
      if (a * x + b * y + c > 0) on += slope === 1 ? 0 : 1; // the identity is neither on nor off
      else if (slope === 0) continue;
      else { a *= slope; b *= slope; c *= slope; }
      aa += a * a;
      bb += b * b;
      ab += a * b;
      for (let j = 0, w = i * fanOut, out = row; j < fanOut; j++, w++, out++) {
        next[out] += a * weights[w];
        next[out + fanOut] += b * weights[w];
        next[out + 2 * fanOut] += c * weights[w];
      }
    }
    for (let j = 0; j < fanOut; j++) next[row + 2 * fanOut + j] += bias[j];
    active[f] = on;
    const square = aa * bb - ab * ab;
    factors[f] = square > FLAT * (aa + bb) ** 2 ? Math.sqrt(square) / boxFactor : 0;
  }
  state.steepest = steepestOf(maps, { weights, bias });
  state.maps = next;
  state.count = n;
  state.levels.push(n);
  state.active.push(active);
  state.factors.push(factors);
}

function collect(work, state, output, placed, frame) {
  const { centerX, centerY, halfX, halfY } = frame;
  const v = work.vertexCount;
  const polygons = work.polygons();
  const { crossings, boundary } = boundaryOf(work, polygons, output);
  const b = crossings.length / 3;
  const vertices = new Float64Array(2 * (v + b));
  vertices.set(work.points.subarray(0, 2 * v));
  for (let k = 0; k < b; k++) place(vertices, 2, crossings, k, v + k);
  for (let i = 0; i < v + b; i++) {
    vertices[2 * i] = centerX + halfX * vertices[2 * i];
    vertices[2 * i + 1] = centerY + halfY * vertices[2 * i + 1];
  }
  const edges = new Uint32Array(work.halfCount);
  for (let h = 0; h < work.halfCount; h++) edges[h] = work.origin[h];
  return {
    ...polygons,
    vertices,
    vertexCount: v,
    edges,
    creases: work.creases.slice(0, work.halfCount),
    parents: work.parents.slice(0, work.faceCount),
    levels: Uint32Array.from(state.levels),
    areas: areasOf(vertices, polygons),
    centroids: work.centroids().map((value, i) => (i % 2 ? centerY + halfY * value : centerX + halfX * value)),
    maps: unscaled(state.maps, output.width, frame),
    outputs: output.width,
    active: state.active,
    factors: state.factors,
    boundary: Uint32Array.from(boundary),
    placed: placed.map((table) => split(table, crossings, v)),
    complete: !state.stoppedAt,
    stoppedAt: state.stoppedAt,
  };
}

/** Row `out` of values, k-th crossing: a share of the way from one row to another. */
function place(values, width, crossings, k, out) {
  const [from, to, share] = [crossings[3 * k], crossings[3 * k + 1], crossings[3 * k + 2]];
  for (let axis = 0; axis < width; axis++) {
    const start = values[width * from + axis];
    values[width * out + axis] = start + share * (values[width * to + axis] - start);
  }
}

function split({ values }, crossings, v) {
  const b = crossings.length / 3;
  const all = new Float32Array(6 * (v + b));
  all.set(values.subarray(0, 6 * v));
  for (let k = 0; k < b; k++) place(all, 6, crossings, k, v + k);
  const [pre, post] = [new Float32Array(3 * (v + b)), new Float32Array(3 * (v + b))];
  for (let i = 0; i < v + b; i++) {
    for (let axis = 0; axis < 3; axis++) {
      pre[3 * i + axis] = all[6 * i + axis];
      post[3 * i + axis] = all[6 * i + 3 + axis];
    }
  }
  return { pre, post };
}

/** Maps of the box itself from those of [-1, 1] x [-1, 1]. */
function unscaled(maps, m, { centerX, centerY, halfX, halfY }) {
  const out = maps.slice();
  for (let at = 0; at < out.length; at += 3 * m) {
    for (let j = at; j < at + m; j++) {
      out[j] /= halfX;
      out[j + m] /= halfY;
      out[j + 2 * m] -= centerX * out[j] + centerY * out[j + m];
    }
  }
  return out;
}

function areasOf(vertices, { corners, starts }) {
  const areas = new Float64Array(starts.length - 1);
  for (let f = 0; f < areas.length; f++) {
    // Seen from a vertex of the face itself, nothing large cancels.
    const x0 = vertices[2 * corners[starts[f]]], y0 = vertices[2 * corners[starts[f]] + 1];
    let px = 0, py = 0;
    for (let k = starts[f] + 1; k < starts[f + 1]; k++) {
      const x = vertices[2 * corners[k]] - x0, y = vertices[2 * corners[k] + 1] - y0;
      areas[f] += 0.5 * (px * y - x * py);
      px = x;
      py = y;
    }
  }
  return areas;
}

/** The face that the input point (x, y) lies in, or -1. */
export function faceAt(mesh, x, y) {
  const { vertices, corners, starts } = mesh;
  for (let f = 0; f + 1 < starts.length; f++) {
    let inside = true;
    for (let k = starts[f], last = corners[starts[f + 1] - 1]; inside && k < starts[f + 1]; last = corners[k++]) {
      const x0 = vertices[2 * last], y0 = vertices[2 * last + 1];
      const x1 = vertices[2 * corners[k]], y1 = vertices[2 * corners[k] + 1];
      inside = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0;
    }
    if (inside) return f;
  }
  return -1;
}

/** Edges around the piece of the first `level` layers that face f belongs to. */
export function outline(mesh, f, level) {
  const { parents, levels, starts, sides } = mesh;
  const piece = ancestor(parents, f, levels[level]);
  const once = new Set();
  for (let other = 0; other + 1 < starts.length; other++) {
    if (ancestor(parents, other, levels[level]) !== piece) continue;
    for (let k = starts[other]; k < starts[other + 1]; k++) {
      if (!once.delete(sides[k])) once.add(sides[k]);
    }
  }
  return [...once];
}

/** How many pieces of the first `level` layers are too thin or small to see in a picture of the whole box:
 *  twice their area over the length of their rim is the width of a thin one. */
export function thinPieces(mesh, level) {
  if (mesh.nodes) return 0;
  mesh.thin ??= [];
  mesh.thin[level] ??= countThin(mesh, level);
  return mesh.thin[level];
}

function countThin({ parents, levels, starts, sides, edges, creases, vertices, areas }, level) {
  const count = levels[level];
  const [rims, sizes] = [new Float64Array(count), new Float64Array(count)];
  for (let f = 0; f < areas.length; f++) {
    const piece = ancestor(parents, f, count);
    sizes[piece] += areas[f];
    for (let k = starts[f]; k < starts[f + 1]; k++) {
      if (creases[2 * sides[k]] >= level) continue; // inside of the piece
      const [a, b] = [2 * edges[2 * sides[k]], 2 * edges[2 * sides[k] + 1]];
      rims[piece] += Math.hypot(vertices[b] - vertices[a], vertices[b + 1] - vertices[a + 1]);
    }
  }
  const side = Math.sqrt(areas.reduce((sum, area) => sum + area, 0));
  return rims.reduce((thin, rim, piece) => thin + (2 * sizes[piece] < THIN * side * rim), 0);
}
