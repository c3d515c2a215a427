// Lines where a field over the square lattice changes class: marching squares for any number of classes.

/** The crossings and segments of a field over a size x size lattice (row-major, y up).
 *  classOf: Uint8Array(size * size); crossing(p, q) -> share 0..1 of the way from node p to node q.
 *  Returns { edges: [p, q, share] flat, segments: crossing numbers two a segment, along the lines; a
 *  negative number -1 - c is the middle point c }, middles: [crossings] a cell where three classes or
 *  more meet }. */
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
  return { edges, ...connect(size, classOf, number) };
}

function connect(size, classOf, number) {
  const segments = [];
  const middles = [];
  for (let row = 0; row + 1 < size; row++) {
    for (let column = 0; column + 1 < size; column++) {
      const p = row * size + column;
      const sides = [number[2 * p], number[2 * p + 3], number[2 * (p + size)], number[2 * p + 1]];
      const found = sides.filter((side) => side >= 0);
      if (found.length === 2) segments.push(found[0], found[1]);
      else if (found.length === 4 && classOf[p] === classOf[p + size + 1]) {
        segments.push(sides[0], sides[1], sides[2], sides[3]);
      } else if (found.length === 4 && classOf[p + 1] === classOf[p + size]) {
        segments.push(sides[3], sides[0], sides[1], sides[2]);
      } else if (found.length > 2) {
        middles.push(found);
        for (const side of found) segments.push(side, -middles.length);
      }
    }
  }
  return { segments: headToTail(segments), middles };
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
    const [p, q, share] = [edges[k], edges[k + 1], edges[k + 2]];
    const x = model.nodeX(p % G), y = model.nodeY((p / G) | 0);
    out[(2 * k) / 3] = x + share * (model.nodeX(q % G) - x);
    out[(2 * k) / 3 + 1] = y + share * (model.nodeY((q / G) | 0) - y);
  }
  return out;
}

/** Float32Array(4 * s): segments x0, y0, x1, y1 in input coordinates. */
export function segmentPoints({ segments, middles }, points) {
  const centers = middles.map((sides) => [0, 1].map((axis) =>
    sides.reduce((sum, side) => sum + points[2 * side + axis], 0) / sides.length));
  const out = new Float32Array(2 * segments.length);
  segments.forEach((side, k) => {
    out[2 * k] = side >= 0 ? points[2 * side] : centers[-1 - side][0];
    out[2 * k + 1] = side >= 0 ? points[2 * side + 1] : centers[-1 - side][1];
  });
  return out;
}
