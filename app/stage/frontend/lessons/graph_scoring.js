// A graph that is drawn as straight pieces, and how far it is from a network's, exactly.
// A graph is a list of corners [x, y], x rising; what a network draws is the form of pieces/model.js.

import { interpolate, outputAt } from "../pieces/model.js";

const STEEP = 0.1; // of what is near across: how far a jump that is drawn leans
const NEAR_END = 0.05; // of the interval: how long a piece tells the direction at an end, as a hand trembles

/** The graph with one more corner, in place of those as `near` as [across, up]. Where it stands above or below
 *  the graph's end, it goes on from there: so a jump is drawn. */
export function withCorner(graph, corner, [across, up]) {
  const beside = ([x]) => Math.abs(x - corner[0]) <= across;
  const kept = graph.filter((other) => !beside(other) || Math.abs(other[1] - corner[1]) > up);
  const end = kept.length > 1 ? [kept[0], kept.at(-1)].findIndex(beside) : -1;
  if (end < 0) return rising([...kept.filter((other) => !beside(other)), corner]);
  const [x] = end ? kept.at(-1) : kept[0];
  return rising([...kept, [x + (end ? 1 : -1) * STEEP * across, corner[1]]]);
}

/** The graph with a straight piece in place of what was between its ends. */
export function drawnOver(graph, from, to) {
  const [low, high] = from[0] < to[0] ? [from[0], to[0]] : [to[0], from[0]];
  const kept = graph.filter(([x]) => x < low || x > high);
  return rising(from[0] === to[0] ? [...kept, to] : [...kept, from, to]);
}

const rising = (graph) => graph.sort(([a], [b]) => a - b);

/** The graph from low to high: where it ends before, it goes straight on. Two corners or more. */
export function throughout(graph, low, high) {
  const near = NEAR_END * (high - low);
  const [first, last] = [graph[0], graph.at(-1)];
  const inner = graph.find(([x]) => x - first[0] >= near) ?? last;
  const outer = graph.findLast(([x]) => last[0] - x >= near) ?? first;
  const onward = ([x, y], [x1, y1], to) => [to, y + ((y1 - y) / (x1 - x)) * (to - x)];
  return [
    ...(first[0] > low ? [onward(first, inner, low)] : []),
    ...graph,
    ...(last[0] < high ? [onward(last, outer, high)] : []),
  ];
}

/** { most, above, x, rms, places } between a graph from end to end and a network's form: the largest distance,
 *  whether the graph is above there, and where; the root of the mean over the interval of the squared
 *  distance; and [x, graph's y, network's y] wherever one of them bends. Between such places the
 *  difference is a straight line from a to b, whose square has the mean (a² + a b + b²) / 3. */
export function gapBetween(graph, form) {
  const curve = { curveX: graph.map(([x]) => x), curveY: graph.map(([, y]) => y) };
  const [low, high] = [form.x[0], form.x.at(-1)];
  const all = new Set([...curve.curveX.filter((x) => x > low && x < high), ...form.x]);
  const places = [...all].sort((a, b) => a - b).map((x) => [x, interpolate(curve, x), outputAt(form, x)]);
  const worst = places.reduce((one, other) => (distance(other) > distance(one) ? other : one));
  let sum = 0;
  for (let k = 0; k + 1 < places.length; k++) {
    const [a, b] = [places[k], places[k + 1]].map(([, drawn, told]) => drawn - told);
    sum += ((places[k + 1][0] - places[k][0]) * (a * a + a * b + b * b)) / 3;
  }
  return { most: distance(worst), above: worst[1] > worst[2], x: worst[0], rms: Math.sqrt(sum / (high - low)), places };
}

const distance = ([, drawn, told]) => Math.abs(drawn - told);
