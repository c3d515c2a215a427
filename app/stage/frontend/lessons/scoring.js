// How far a drawn line is from a network's boundary: the area on which the two disagree, exactly.

const REACH = 0.1; // of the box's width: a line that ends so near to its start is closed

/** The region on one side of a drawn line: a closed ring of [x, y]. A line whose end is within reach of
 *  its start is closed; else its ends go straight on to the edge of the box, and around along it.
 *  points: two or more, in the box [x_min, x_max, y_min, y_max]. */
export function closeLine(points, box) {
  const [first, last] = [points[0], points.at(-1)];
  if (Math.hypot(first[0] - last[0], first[1] - last[1]) <= REACH * (box[1] - box[0])) return points;
  const start = toEdge(first, directionOf(points), box);
  const end = toEdge(last, directionOf([...points].reverse()), box);
  return [start, ...points, end, ...along(end, start, box)];
}

/** Whether a drawn line counts as closed. */
export const isClosed = (points, box) => closeLine(points, box) === points;

/** Away from the rest of a line at its first point: from a point some way along it, as a hand trembles. */
function directionOf(points) {
  const back = points[Math.min(points.length - 1, 5)];
  return [points[0][0] - back[0], points[0][1] - back[1]];
}

/** Where the ray from a point meets the box; the nearest place of the edge where it leads nowhere. */
function toEdge([x, y], [dx, dy], [xMin, xMax, yMin, yMax]) {
  const times = [dx > 0 ? (xMax - x) / dx : dx < 0 ? (xMin - x) / dx : Infinity,
    dy > 0 ? (yMax - y) / dy : dy < 0 ? (yMin - y) / dy : Infinity];
  const t = Math.min(...times);
  if (t === Infinity) return [x - xMin < xMax - x ? xMin : xMax, y];
  return times[0] <= times[1] ? [dx > 0 ? xMax : xMin, y + t * dy] : [x + t * dx, dy > 0 ? yMax : yMin];
}

/** Corners of the box on the way from one place of its edge to another, counterclockwise. */
function along(from, to, box) {
  const [start, end] = [from, to].map((place) => turnsAt(place, box));
  const corners = [[1, 2], [1, 3], [0, 3], [0, 2]]; // numbers of x and y in box, where turns are 1 to 4
  const passed = [];
  for (let turn = Math.floor(start) + 1; turn < (end > start ? end : end + 4); turn++) {
    const [x, y] = corners[(turn - 1) % 4];
    passed.push([box[x], box[y]]);
  }
  return passed;
}

/** A place of the edge as a number from 0 to 4, counterclockwise from the lower left corner. */
function turnsAt([x, y], [xMin, xMax, yMin, yMax]) {
  const [across, up] = [(x - xMin) / (xMax - xMin), (y - yMin) / (yMax - yMin)];
  if (up <= 0) return Math.min(across, 1 - 1e-12);
  if (across >= 1) return 1 + Math.min(up, 1 - 1e-12);
  if (up >= 1) return 2 + Math.min(1 - across, 1 - 1e-12);
  return 3 + Math.min(1 - up, 1 - 1e-12);
}

/** { share, pieces }: the share of the box on which a ring and a network disagree, at its better one of two
 *  labelings (who draws a line does not say which side is which), and the trapezoids it is made of:
 *  [left and right x at the low end, low, left and right x at the high end, high].
 *  ring: [x, y] of its corners, joined in a circle; segments: Float64Array, x, y, x, y of each piece of the
 *  network's boundary; leftIsOne(y): whether the network says class 1 at the left edge of the box.
 *  Both regions are even-odd ones, so they differ where a ray from the left edge has met an odd number
 *  of all lines. Between neighboring heights at which lines end or cross, these are trapezoids. */
export function disagreement(ring, segments, box, leftIsOne) {
  const lines = [...ringLines(ring), ...segmentLines(segments)];
  const [xMin, xMax, yMin, yMax] = box;
  const heights = heightsOf(lines, yMin, yMax);
  const labelings = [[], []]; // where they are equal, where they differ
  for (let k = 0; k + 1 < heights.length; k++) {
    const [low, high] = [heights[k], heights[k + 1]];
    const middle = (low + high) / 2;
    const met = lines.filter(([, y0, , y1]) => y0 < middle && middle < y1);
    met.sort((a, b) => xAt(a, middle) - xAt(b, middle));
    let differ = leftIsOne(middle);
    let from = [xMin, xMin];
    for (const line of [...met, [xMax, low, xMax, high]]) {
      const to = [xAt(line, low), xAt(line, high)].map((x) => Math.min(Math.max(x, xMin), xMax));
      labelings[Number(differ)].push([from[0], to[0], low, from[1], to[1], high]);
      [differ, from] = [!differ, to];
    }
  }
  const pieces = areaOf(labelings[0]) < areaOf(labelings[1]) ? labelings[0] : labelings[1];
  return { share: areaOf(pieces) / ((xMax - xMin) * (yMax - yMin)), pieces };
}

/** Of trapezoids as above. */
export const areaOf = (pieces) => pieces.reduce((sum, [a, b, low, c, d, high]) => sum + ((b - a + d - c) / 2) * (high - low), 0);

/** The sides of a ring [x, y], joined in a circle, that no ray along them meets. */
export const ringLines = (ring) => ring.map((place, k) => upward(...place, ...ring[(k + 1) % ring.length])).filter(Boolean);

function segmentLines(segments) {
  const lines = [];
  for (let k = 0; k < segments.length; k += 4) lines.push(upward(...segments.subarray(k, k + 4)));
  return lines.filter(Boolean);
}

/** A line from its lower to its upper end; null where it is level: a ray along it meets nothing. */
function upward(x0, y0, x1, y1) {
  return y0 === y1 ? null : y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
}

export const xAt = ([x0, y0, x1, y1], y) => x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);

/** Heights from y_min to y_max at which a line ends or two cross, and those two, rising. */
export function heightsOf(lines, yMin, yMax) {
  const heights = new Set([yMin, yMax]);
  const add = (y) => { if (y > yMin && y < yMax) heights.add(y); };
  lines.forEach((line, i) => {
    add(line[1]);
    add(line[3]);
    for (let j = 0; j < i; j++) {
      const y = crossing(line, lines[j]);
      if (y !== null) add(y);
    }
  });
  return Float64Array.from(heights).sort();
}

/** The height at which two lines cross, or null. */
function crossing(a, b) {
  const [low, high] = [Math.max(a[1], b[1]), Math.min(a[3], b[3])];
  if (low >= high) return null;
  const [before, after] = [xAt(a, low) - xAt(b, low), xAt(a, high) - xAt(b, high)];
  if (before * after >= 0) return null;
  return low + (before / (before - after)) * (high - low);
}
