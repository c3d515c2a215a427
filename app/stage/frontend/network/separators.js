// The read-out's straight lines (or planes) in an exact last hidden space.

const TIE = 1e-6; // of numbers in float32 that are meant to be one

/** Polygons, lists of [x, y, z] corners: for each pair of classes the part of the line (of 1 or 2
 *  dimensions) or plane (of 3) on which just these two are level and ahead of all others. maps: one
 *  affine function [gx, gy, gz, b] a class. `reach` is the half side of the cube they are cut to,
 *  `center` its middle. */
export function separators(maps, dimensions, center, reach) {
  const polygons = [];
  for (let a = 0; a < maps.length; a++) {
    for (let b = a + 1; b < maps.length; b++) {
      if (isSecond(maps, a) || isSecond(maps, b)) continue;
      let polygon = levelSet(minus(maps[a], maps[b]), dimensions, center, reach);
      maps.forEach((other, c) => {
        if (c !== a && c !== b) polygon = clip(polygon, minus(maps[a], other));
      });
      if (polygon.length > 1) polygons.push(polygon);
    }
  }
  return polygons;
}

/** Whether an earlier class has the same function: of a tie the first is the answer. */
const isSecond = (maps, a) => maps.some((map, b) => b < a && map.every((number, k) => Math.abs(number - maps[a][k]) < TIE * (1 + Math.abs(number))));

/** The part of a flat picture, a square of half side `reach` about center, where class a wins. */
export function territory(maps, a, [x, y, z], reach) {
  if (isSecond(maps, a)) return [];
  let square = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([s, t]) => [x + s * reach, y + t * reach, z]);
  maps.forEach((other, b) => {
    if (b !== a) square = clip(square, minus(maps[a], other));
  });
  return square;
}

/** The classes' functions on an exact last hidden space as it is; none on others. */
export function hiddenMaps(net, frame) {
  const width = net.sizes[net.depth];
  return net.exact[net.depth] && width > 1 ? logitMaps(net.layer(frame, net.depth + 1), width) : [];
}

/** One affine function [wx, wy, wz, b] a class; one logit stands for 0 against the logit. */
function logitMaps({ weights, bias }, width) {
  const outputs = bias.length;
  const maps = Array.from(bias, (offset, j) =>
    [0, 1, 2].map((k) => (k < width ? weights[k * outputs + j] : 0)).concat(offset));
  return outputs === 1 ? [[0, 0, 0, 0], maps[0]] : maps;
}

export const minus = (p, q) => p.map((value, k) => value - q[k]);
export const value = (map, p) => map[0] * p[0] + map[1] * p[1] + map[2] * p[2] + map[3];

/** Of a place from the line or plane on which the map is 0. */
export const distance = (map, p) => Math.abs(value(map, p)) / Math.hypot(map[0], map[1], map[2]);

/** The line or square on which the map is 0, as far as `reach` from its point nearest to center. */
function levelSet(map, dimensions, center, reach) {
  const length = Math.hypot(map[0], map[1], map[2]);
  if (length < 1e-9) return [];
  const normal = map.slice(0, 3).map((part) => part / length);
  const distance = value(map, center) / length;
  const foot = center.map((part, k) => part - distance * normal[k]);
  const along = (p, direction, step) => p.map((part, k) => part + step * direction[k]);
  if (dimensions < 3) {
    const direction = [-normal[1], normal[0], 0];
    return [along(foot, direction, -20 * reach), along(foot, direction, 20 * reach)];
  }
  const helper = Math.abs(normal[0]) < 0.7 ? [1, 0, 0] : [0, 1, 0];
  const first = cross(normal, helper);
  const scale = Math.hypot(...first);
  const unit = first.map((part) => part / scale);
  const second = cross(normal, unit);
  const far = 2 * reach;
  let square = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([s, t]) =>
    along(along(foot, unit, s * far), second, t * far));
  for (let axis = 0; axis < 3; axis++) {
    for (const side of [-1, 1]) {
      const wall = [0, 0, 0, reach + side * center[axis]];
      wall[axis] = -side;
      square = clip(square, wall);
    }
  }
  return square;
}

const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0],
];

/** The part of a polygon (or of a line piece) where the map is at least 0 (Sutherland-Hodgman). */
function clip(polygon, map) {
  const out = [];
  const sides = polygon.length === 2 ? 1 : polygon.length;
  polygon.forEach((p, k) => {
    const next = polygon[(k + 1) % polygon.length];
    const [here, there] = [value(map, p), value(map, next)];
    if (here >= 0) out.push(p);
    if (k < sides && here * there < 0) {
      const share = here / (here - there);
      out.push(p.map((part, axis) => part + share * (next[axis] - part)));
    }
  });
  return out;
}
