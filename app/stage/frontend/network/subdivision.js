// A square cut by one line after another: half-edges in flat arrays, as in core/subdivision.py.
//
// Edge e is the pair of half-edges 2e and 2e + 1, so the twin of h is h ^ 1. The side of a line that
// a vertex lies on is decided once, by the vertex, and all faces around it share the decision: the
// mesh is watertight whatever rounding does.

export const OUTSIDE = -1;

/** The square [-1, 1] x [-1, 1] and its faces. A cut gives the part above the line a new number, so
 *  that faces 0..n - 1 are those there were when there were n. Arrays have room to spare. */
export class Subdivision {
  constructor() {
    this.points = new Float64Array([-1, -1, 1, -1, 1, 1, -1, 1]);
    this.origin = Int32Array.from([0, 1, 1, 2, 2, 3, 3, 0]);
    this.after = Int32Array.from([2, 7, 4, 1, 6, 3, 0, 5]);
    this.before = Int32Array.from([6, 3, 0, 5, 2, 7, 4, 1]);
    this.face = Int32Array.from([0, -1, 0, -1, 0, -1, 0, -1]);
    this.creases = new Int8Array(8).fill(-1); // layer and neuron of every edge, from 0
    this.parents = Int32Array.from([-1]); // the face that a face was cut from
    this.vertexCount = 4;
    this.halfCount = 8;
    this.faceCount = 1;
    this.tables = []; // { values, width }: what is interpolated on new vertices
    this.signs = new Int8Array(4);
    this.crossed = [];
    this.entering = [];
  }

  /** Keeps a table (vertices, width) that goes on to new vertices; returns it. */
  carry(values, width) {
    const table = { values, width };
    this.tables.push(table);
    return table;
  }

  drop(table) {
    this.tables.splice(this.tables.indexOf(table), 1);
  }

  /** Finds what the zero line of a column cuts; returns the faces there can be afterwards. */
  aim({ values, width }, column) {
    const { signs, origin, halfCount, crossed, entering } = this;
    let zeros = 0;
    for (let v = 0, at = column; v < this.vertexCount; v++, at += width) {
      const value = values[at];
      signs[v] = value > 0 ? 1 : value < 0 ? -1 : 0;
      if (value === 0) zeros += 1;
    }
    crossed.length = entering.length = 0;
    for (let h = 0; h < halfCount; h += 2) {
      const start = signs[origin[h]];
      const end = signs[origin[h + 1]];
      if (start * end < 0) crossed.push(start > 0 ? h : h + 1); // from above to below
      else if (zeros && start === 0 && end > 0) entering.push(h);
      else if (zeros && end === 0 && start > 0) entering.push(h + 1);
    }
    return this.faceCount + crossed.length + zeros;
  }

  /** Cuts every face along the line that was aimed at. tolerances: of the table's columns. */
  split(table, column, tolerances, layer) {
    for (const half of this.crossed) {
      this.cutEdge(half, table, column, tolerances);
      this.entering.push(half ^ 1);
    }
    for (const half of this.entering) {
      if (this.face[half] !== OUTSIDE) this.cutFace(half, layer, column);
    }
  }

  /** A vertex where the column is zero on a half-edge that runs from above to below. */
  cutEdge(down, table, column, tolerances) {
    this.reserve();
    const { origin, after, before, face, creases } = this;
    const up = down ^ 1;
    const middle = this.interpolate(origin[down], origin[up], table, column, tolerances);
    const below = this.halfCount;
    const back = below + 1;
    this.halfCount += 2;
    origin[below] = middle;
    origin[back] = origin[up];
    origin[up] = middle;
    face[below] = face[down];
    face[back] = face[up];
    creases[below] = creases[down & ~1];
    creases[back] = creases[down | 1];
    link(after, before, below, after[down]);
    link(after, before, down, below);
    link(after, before, before[up], back);
    link(after, before, back, up);
  }

  interpolate(above, below, table, column, tolerances) {
    const { values, width } = table;
    const middle = this.vertexCount++;
    const high = values[above * width + column];
    const share = high / (high - values[below * width + column]);
    blend(this.points, 2, above, below, middle, share);
    for (const { values, width } of this.tables) blend(values, width, above, below, middle, share);
    settle(values, middle * width, tolerances);
    values[middle * width + column] = 0;
    this.signs[middle] = 0;
    return middle;
  }

  /** A chord across a face, from where the walk above the line comes back to where it began. */
  cutFace(entering, layer, neuron) {
    const { signs } = this;
    let { origin, after } = this;
    let leaving = after[entering];
    while (signs[origin[leaving]] > 0) leaving = after[leaving];
    let beyond = after[leaving];
    while (signs[origin[beyond]] === 0 && beyond !== entering) beyond = after[beyond];
    if (signs[origin[beyond]] >= 0) return; // the face only touches the line
    this.reserve();
    ({ origin, after } = this);
    const { before, face, creases } = this;
    const upper = this.halfCount;
    const lower = upper + 1;
    this.halfCount += 2;
    origin[upper] = origin[leaving];
    origin[lower] = origin[entering];
    creases[upper] = layer;
    creases[lower] = neuron;
    const [last, previous] = [before[leaving], before[entering]];
    link(after, before, last, upper);
    link(after, before, upper, entering);
    link(after, before, previous, lower);
    link(after, before, lower, leaving);
    face[lower] = this.parents[this.faceCount] = face[entering];
    let half = entering;
    do {
      face[half] = this.faceCount;
      half = after[half];
    } while (half !== entering);
    this.faceCount += 1;
  }

  /** Room for one more vertex, edge and face. */
  reserve() {
    if (this.halfCount + 2 > this.origin.length) {
      for (const name of ["origin", "after", "before", "face", "creases"]) {
        this[name] = grown(this[name]);
      }
    }
    if (this.faceCount + 1 > this.parents.length) this.parents = grown(this.parents);
    if (this.vertexCount + 1 <= this.signs.length) return;
    this.signs = grown(this.signs);
    this.points = grown(this.points);
    for (const table of this.tables) table.values = grown(table.values, this.signs.length * table.width);
  }

  /** { corners, sides, starts }: vertices of face f counterclockwise are corners[starts[f]..starts[f + 1]],
   *  and sides are the edges from each to the next. */
  polygons() {
    const { face, origin, after, halfCount, faceCount } = this;
    const starts = new Uint32Array(faceCount + 1);
    const first = new Int32Array(faceCount);
    for (let h = 0; h < halfCount; h++) {
      if (face[h] === OUTSIDE) continue;
      starts[face[h] + 1] += 1;
      first[face[h]] = h;
    }
    for (let f = 0; f < faceCount; f++) starts[f + 1] += starts[f];
    const corners = new Uint32Array(starts[faceCount]);
    const sides = new Uint32Array(starts[faceCount]);
    for (let f = 0; f < faceCount; f++) {
      for (let at = starts[f], h = first[f]; at < starts[f + 1]; at++, h = after[h]) {
        corners[at] = origin[h];
        sides[at] = h >> 1;
      }
    }
    return { corners, sides, starts };
  }

  /** Mean of the vertices of every face: Float64Array(2 f), a point inside it. */
  centroids() {
    const { face, origin, points, halfCount, faceCount } = this;
    const sums = new Float64Array(2 * faceCount);
    const degrees = new Uint32Array(faceCount);
    for (let h = 0; h < halfCount; h++) {
      if (face[h] === OUTSIDE) continue;
      sums[2 * face[h]] += points[2 * origin[h]];
      sums[2 * face[h] + 1] += points[2 * origin[h] + 1];
      degrees[face[h]] += 1;
    }
    return sums.map((sum, i) => sum / degrees[i >> 1]);
  }
}

function link(after, before, half, next) {
  after[half] = next;
  before[next] = half;
}

function blend(values, width, from, to, out, share) {
  for (let k = 0; k < width; k++) {
    const start = values[from * width + k];
    values[out * width + k] = start + share * (values[to * width + k] - start);
  }
}

/** Values (a row from `start`) within their tolerance of zero become zero. */
export function settle(values, start, tolerances) {
  for (let k = 0; k < tolerances.length; k++) {
    if (Math.abs(values[start + k]) <= tolerances[k]) values[start + k] = 0;
  }
}

function grown(array, length = 2 * array.length) {
  const larger = new array.constructor(length);
  larger.set(array.subarray(0, Math.min(array.length, length)));
  return larger;
}
