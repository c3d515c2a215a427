// Lines where a field over the square lattice changes class: marching squares for any number of classes.

/** The crossings and segments of a field over a size x size lattice (row-major, y up).
 *  classOf: Uint8Array(size * size); crossing(p, q) -> share 0..1 of the way from node p to node q.
 *  Returns { edges: [p, q, share] flat, middles: [crossings] of a cell where three classes or more
 *  meet, segments: point numbers two a segment, along the lines: the crossings, then the middles,
 *  pieces: of the cells between nodes of several classes, see `piecesOf` }. */
export function march(size, classOf, crossing) {
  const number = new Int32Array(2 * size * size).fill(-1);
  const edges = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const p = row * size + column;
      if (column + 1 < size && classOf[p] !== classOf[p + 1]) {
        number[2 * p] = edges.length / 3;
        edges.push(p, p + 1, crossing(p, p + 1));
      }
      if (row + 1 < size && classOf[p] !== classOf[p + size]) {
        number[2 * p + 1] = edges.length / 3;
        edges.push(p, p + size, crossing(p, p + size));
      }
    }
  }
  return { edges, ...connect(size, classOf, number, edges.length / 3) };
}

function connect(size, classOf, number, crossings) {
  const segments = [];
  const middles = [];
  const pieces = new Map();
  for (let row = 0; row + 1 < size; row++) {
    for (let column = 0; column + 1 < size; column++) {
      const p = row * size + column;
      const cls = classOf[p]; // most cells are of one: nothing is made for these
      if (cls === classOf[p + 1] && cls === classOf[p + size] && cls === classOf[p + size + 1]) continue;
      const sides = [number[2 * p], number[2 * p + 3], number[2 * (p + size)], number[2 * p + 1]];
      const found = sides.filter((side) => side >= 0);
      let middle = -1;
      if (found.length === 2) segments.push(found[0], found[1]);
      else if (found.length === 4 && classOf[p] === classOf[p + size + 1]) {
        segments.push(sides[0], sides[1], sides[2], sides[3]);
      } else if (found.length === 4 && classOf[p + 1] === classOf[p + size]) {
        segments.push(sides[3], sides[0], sides[1], sides[2]);
      } else if (found.length > 2) {
        middle = crossings + middles.length;
        middles.push(found);
        for (const side of found) segments.push(side, middle);
      }
      const corners = [p, p + 1, p + size + 1, p + size];
      pieces.set(p, piecesOf(corners, corners.map((node) => classOf[node]), sides, middle));
    }
  }
  return { segments: headToTail(segments), middles, pieces };
}

/** A cell cut along its segments: [{ cls, outline }]. An outline runs around as the corners do; it
 *  holds point numbers, and -1 - p for node p. sides[k] is the crossing between corners k and k + 1
 *  or -1, middle the point where all segments meet or -1. */
function piecesOf(corners, classes, sides, middle) {
  const saddle = middle < 0 && sides.every((side) => side >= 0);
  const joined = !saddle ? -1 : classes[0] === classes[2] ? 0 : 1;
  const out = saddle ? [{ cls: classes[joined], outline: across(corners, sides, joined) }] : [];
  for (let k = 0; k < 4; k++) {
    const before = sides[(k + 3) % 4];
    if (before < 0 || (saddle && k % 2 === joined)) continue; // not the first corner of a piece
    const outline = [before];
    let at = k;
    for (; sides[at % 4] < 0; at++) outline.push(-1 - corners[at % 4]);
    outline.push(-1 - corners[at % 4], sides[at % 4]);
    if (middle >= 0) outline.push(middle);
    out.push({ cls: classes[k], outline });
  }
  return out;
}

/** The piece that joins opposite corners k and k + 2 of a saddle. */
function across(corners, sides, k) {
  return [0, 2].flatMap((on) => [sides[(k + on + 3) % 4], -1 - corners[k + on], sides[k + on]]);
}

/** The same segments along their lines: where two hang together, the second starts where the first
 *  ends, so that they can be drawn in one go. */
function headToTail(segments) {
  const places = new Map(); // side -> where it is in segments
  segments.forEach((side, at) => (places.get(side) ?? places.set(side, []).get(side)).push(at));
  const used = new Uint8Array(segments.length / 2);
  const out = [];
  const follow = (start) => {
    for (let at = start; at !== undefined; at = places.get(segments[at ^ 1]).find((next) => !used[next >> 1])) {
      used[at >> 1] = 1;
      out.push(segments[at], segments[at ^ 1]);
    }
  };
  for (const ends of places.values()) if (ends.length === 1 && !used[ends[0] >> 1]) follow(ends[0]);
  for (let k = 0; k < used.length; k++) if (!used[k]) follow(2 * k); // closed lines
  return out;
}

/** Input coordinates of the crossings: Float32Array(2 * number of edges). */
export function crossingPoints(edges, model) {
  const { G } = model;
  const out = new Float32Array((2 * edges.length) / 3);
  for (let k = 0; k < edges.length; k += 3) {
    const p = edges[k], q = edges[k + 1], share = edges[k + 2];
    const x = model.nodeX(p % G), y = model.nodeY((p / G) | 0);
    out[(2 * k) / 3] = x + share * (model.nodeX(q % G) - x);
    out[(2 * k) / 3 + 1] = y + share * (model.nodeY((q / G) | 0) - y);
  }
  return out;
}

/** The lines as they are drawn: { points: Float32Array(2 n) in input coordinates, segments, pieces }. */
export function linesOf({ edges, middles, segments, pieces }, model) {
  const crossings = crossingPoints(edges, model);
  const points = new Float32Array(crossings.length + 2 * middles.length);
  points.set(crossings);
  middles.forEach((sides, k) => [0, 1].forEach((axis) => {
    const sum = sides.reduce((total, side) => total + crossings[2 * side + axis], 0);
    points[crossings.length + 2 * k + axis] = sum / sides.length;
  }));
  return { points, segments, pieces };
}
