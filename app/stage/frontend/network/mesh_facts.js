// What can be told of a mesh beside its picture: counts, idle neurons, the topology of the classes.
// The definitions are those of core/geometry: linear_regions.py and boundary.py.

import { OUTSIDE, settle } from "./subdivision.js";

export const TOLERANCE = 1e-11; // of the largest terms that a number is the sum of

/** Of a mesh that cannot be had: it has no pieces. */
export const NO_FACTS = { count: 0, linear_count: 0, dead: 0, always_on: 0, loops: 0, topology: [], stopped_at: [] };

/** Counts the neurons of a layer that are nowhere above zero (dead), and nowhere below (alwaysOn). An
 *  affine function takes its extremes at the vertices. table: of `count` vertices. */
export function noteSides({ values, width }, count, sides) {
  for (let j = 0; j < width; j++) {
    let low = 0, high = 0;
    for (let at = j; at < count * width; at += width) {
      low = Math.min(low, values[at]);
      high = Math.max(high, values[at]);
    }
    if (high <= 0) sides.dead += 1;
    else if (low >= 0) sides.alwaysOn += 1;
  }
}

/** Float64Array(fanOut): the largest sums of absolute terms that a gradient behind a layer is made of,
 *  from the maps of its neurons on every face. */
export function steepestOf(maps, { weights, bias }) {
  const width = weights.length / bias.length;
  const largest = new Float64Array(width);
  for (let row = 0; row < maps.length; row += 3 * width) {
    for (let k = 0; k < 2 * width; k++) {
      largest[k % width] = Math.max(largest[k % width], Math.abs(maps[row + k]));
    }
  }
  return bias.map((_, j) => largest.reduce((sum, size, i) => sum + size * Math.abs(weights[i * bias.length + j]), 0));
}

/** The facts of a mesh that is collected; cuts on, so `work` is used up.
 *  maps (3 m f) of the output on each face; steepest (m); output: its table; tolerances (m).
 *  Returns { count, linear_count, dead, always_on, loops, topology, stopped_at }, spelled as the server
 *  reads them; see app/pages/creases/facts.py. topology is
 *  [components, islands, holes] of each class, stopped_at [layer, neuron] of a mesh that is not
 *  complete: then nothing is said of the classes. */
export function factsOf(work, { maps, steepest, sides, stoppedAt }, output, tolerances) {
  const facts = {
    count: work.faceCount,
    linear_count: countLinear(work, maps, steepest),
    dead: sides.dead,
    always_on: sides.alwaysOn,
  };
  if (stoppedAt) return { ...facts, loops: 0, topology: [], stopped_at: [stoppedAt.layer, stoppedAt.neuron] };
  const winner = decide(work, output, tolerances);
  const side = work.face.subarray(0, work.halfCount).map((f) => (f === OUTSIDE ? OUTSIDE : winner[f]));
  const topology = topologyOf(work, winner, side, Math.max(output.width, 2));
  return { ...facts, loops: countLoops(work.after, side), topology, stopped_at: [] };
}

/** Parts that nodes 0..count - 1 are joined to: a forest, its paths halved on the way up. */
class Parts {
  constructor(count) {
    this.parent = Int32Array.from({ length: count }, (_, i) => i);
    this.count = count;
  }

  root(i) {
    const { parent } = this;
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  }

  join(i, j) {
    const [low, high] = [this.root(i), this.root(j)];
    if (low === high) return;
    this.parent[high] = low;
    this.count -= 1;
  }
}

/** Faces that share an edge and the affine map count as one. The network is continuous, so the maps of
 *  neighbors agree where their gradients do. */
function countLinear({ face, halfCount, faceCount }, maps, steepest) {
  const m = steepest.length;
  const parts = new Parts(faceCount);
  const alike = (f, g) => {
    for (let k = 0; k < 2 * m; k++) {
      if (Math.abs(maps[3 * m * f + k] - maps[3 * m * g + k]) > TOLERANCE * steepest[k % m]) return false;
    }
    return true;
  };
  for (let h = 0; h < halfCount; h += 2) {
    const [left, right] = [face[h], face[h + 1]];
    if (left !== OUTSIDE && right !== OUTSIDE && alike(left, right)) parts.join(left, right);
  }
  return parts.count;
}

/** Cuts the mesh on until one class wins on each face; returns the winners (f). Output k is compared
 *  with the largest of those before it, which is affine on every face by then. */
function decide(work, { values, width }, tolerances) {
  let winner = new Uint8Array(work.faceCount);
  work.tables.length = 0; // nothing else goes on to the new vertices
  const table = work.carry(new Float64Array(work.signs.length * (width + 1)), width + 1);
  for (let v = 0; v < work.vertexCount; v++) table.values.set(values.subarray(v * width, (v + 1) * width), v * (width + 1));
  for (let k = 1; k < Math.max(width, 2); k++) {
    const margin = new Float64Array(width + 1);
    margin[width] = width === 1 ? tolerances[0] : 2 * Math.max(...tolerances.subarray(0, k + 1));
    for (let v = 0; v < work.vertexCount; v++) lead(table.values, v * (width + 1), width, k, margin);
    work.aim(table, width);
    work.split(table, width, margin, -1);
    winner = award(work, table, winner, k);
  }
  return winner;
}

/** By how much output k is ahead of those before it, or of nothing: in the row's last place. */
function lead(values, row, width, k, margin) {
  let before = width === 1 ? 0 : -Infinity;
  for (let c = 0; width > 1 && c < k; c++) before = Math.max(before, values[row + c]);
  values[row + width] = (width === 1 ? values[row] : values[row + k]) - before;
  settle(values, row, margin);
}

/** The winners (f) after class k has taken the faces on which the last column is above zero. */
function award({ face, origin, parents, halfCount, faceCount }, { values, width }, before, k) {
  const winner = new Uint8Array(faceCount);
  winner.set(before);
  for (let f = before.length; f < faceCount; f++) winner[f] = winner[parents[f]];
  for (let h = 0; h < halfCount; h++) {
    if (face[h] !== OUTSIDE && values[origin[h] * width + width - 1] > 0) winner[face[h]] = k;
  }
  return winner;
}

/** [components, islands, holes] of every class. side (h): the class on the left of a half-edge.
 *  The Euler characteristic of an open region, faces - edges + vertices, is components minus holes. */
function topologyOf(work, winner, side, classes) {
  const { face, halfCount, faceCount } = work;
  const [components, islands, euler] = [0, 1, 2].map(() => new Array(classes).fill(0));
  const parts = new Parts(faceCount);
  for (let h = 0; h < halfCount; h += 2) {
    if (side[h] !== side[h + 1]) continue;
    parts.join(face[h], face[h + 1]);
    euler[side[h]] -= 1;
  }
  const ashore = new Uint8Array(faceCount);
  for (let h = 0; h < halfCount; h++) {
    if (side[h ^ 1] === OUTSIDE) ashore[parts.root(face[h])] = 1;
  }
  winner.forEach((c, f) => {
    euler[c] += 1;
    if (parts.root(f) !== f) return;
    components[c] += 1;
    if (!ashore[f]) islands[c] += 1;
  });
  addInnerVertices(work, side, euler);
  return components.map((count, c) => [count, islands[c], count - euler[c]]);
}

/** Adds to `counts` (classes) the vertices that lie inside their class's region. */
function addInnerVertices({ origin, halfCount, vertexCount }, side, counts) {
  const seen = new Uint8Array(vertexCount);
  for (let h = 0; h < halfCount; h++) if (side[h] !== side[h ^ 1]) seen[origin[h]] = 1;
  for (let h = 0; h < halfCount; h++) {
    if (seen[origin[h]]) continue;
    seen[origin[h]] = 1;
    counts[side[h]] += 1;
  }
}

/** Closed curves of the decision boundary: chains of half-edges with the higher class on their left. */
function countLoops(after, side) {
  const onBorder = (h) => side[h ^ 1] !== OUTSIDE && side[h] > side[h ^ 1];
  const border = [...side.keys()].filter(onBorder);
  const following = new Map(border.map((h) => [h, onward(after, side, h)]));
  const followed = new Set(following.values());
  const seen = new Set();
  const walk = (h) => {
    const fresh = !seen.has(h);
    for (; h >= 0 && !seen.has(h); h = following.get(h)) seen.add(h);
    return fresh;
  };
  for (const h of border) if (!followed.has(h)) walk(h); // from where a curve begins
  return border.filter(walk).length;
}

/** The half-edge by which the boundary goes on, -1 if it ends there. Around the vertex, the faces of
 *  the class on the left are passed until another class comes; the boundary goes on if that is the
 *  class on the right. */
function onward(after, side, half) {
  let step = after[half];
  while (side[step] === side[step ^ 1]) step = after[step ^ 1];
  return side[step ^ 1] === side[half ^ 1] ? step : -1;
}
