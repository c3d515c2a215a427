// The exact decision boundary of a mesh: on every face a part of a straight chord.

/** Where the predicted class changes; see `polyline`. One output: class 1 where it is above 0. A
 *  crossing is [vertex, vertex, share of the way between them]. */
export function boundaryOf(work, { corners, starts }, { values, width }) {
  const classes = Math.max(width, 2);
  const score = (v, c) => (width > 1 ? values[v * width + c] : c ? values[v] : 0);
  const out = [];
  for (let f = 0; f + 1 < starts.length; f++) {
    for (let a = 0; a < classes; a++) {
      for (let b = a + 1; b < classes; b++) {
        chord(corners, starts[f], starts[f + 1], (v) => score(v, b) - score(v, a), out, (ends) =>
          classes > 2 ? clip(ends, score, a, classes) : [0, 1]);
      }
    }
  }
  return polyline(work, out);
}

/** Where `gap` is zero on a convex face: the part of the chord between two of its edges that
 *  `range(ends)` leaves, pushed to out as { ends, low, high }. */
function chord(corners, start, end, gap, out, range) {
  const ends = [];
  let previous = corners[end - 1];
  let before = gap(previous);
  for (let k = start; k < end; k++) {
    const vertex = corners[k];
    const value = gap(vertex);
    if (before > 0 !== value > 0) {
      // The same arithmetic from both sides of an edge.
      const swap = previous > vertex;
      const [u, v] = swap ? [vertex, previous] : [previous, vertex];
      const [gu, gv] = swap ? [value, before] : [before, value];
      ends.push([u, v, gu / (gu - gv)]);
    }
    previous = vertex;
    before = value;
  }
  if (ends.length !== 2) return;
  const [low, high] = range(ends);
  if (low < high) out.push({ ends, low, high });
}

/** The part [low, high] of a chord on which class a is nowhere below the others. */
function clip(ends, score, a, classes) {
  let low = 0, high = 1;
  const at = ([u, v, share], c) => score(u, c) + share * (score(v, c) - score(u, c));
  const [first, last] = ends;
  for (let c = 0; c < classes; c++) {
    const start = at(first, a) - at(first, c);
    const end = at(last, a) - at(last, c);
    if (Math.abs(start) + Math.abs(end) < 1e-12 * (Math.abs(at(first, a)) + Math.abs(at(last, a)))) continue;
    if (start < 0 && end < 0) return [1, 0];
    if (start < 0) low = Math.max(low, start / (start - end));
    else if (end < 0) high = Math.min(high, start / (start - end));
  }
  return [low, high];
}

/** { boundary: vertices two a segment, crossings: of every new vertex }. A segment that ends inside
 *  its face goes by the two ends of the whole chord. */
function polyline(work, segments) {
  const [boundary, crossings] = [[], []];
  const add = (crossing) => crossings.push(...crossing) / 3 - 1 + work.vertexCount;
  for (const { ends, low, high } of segments) {
    const [first, last] = ends.map(add);
    const whole = low === 0 && high === 1;
    boundary.push(...(whole ? [first, last] : [add([first, last, low]), add([first, last, high])]));
  }
  return { boundary, crossings };
}
