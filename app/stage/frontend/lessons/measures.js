// What a lesson asks for or says in numbers, measured on the network that is shown. The names are those
// of app/pages/lessons/kinds.py.

import { CLASSES } from "../draw/theme.js";
import { MeshSource } from "../network/mesh_source.js";
import { formatPercent } from "../network/numbers.js";
import { determinant, layersOf, singularValues } from "../network/plane_layers.js";
import { nearestQuadratic } from "../network/quadratic.js";
import { plainNumber } from "../pieces/tools.js";
import { costOf, firstGradients, movedOf } from "./layers.js";
import { familyOf } from "./models.js";

const SAME = 1e-9; // of the box's width: ends of two pieces of a boundary meet
const STRAIGHT = 1e-4; // radians: two pieces of a boundary are one line

/** `plane(model)` or `line(model)` measures the network of a page of that family, `says(value)` is the sentence. */
export const MEASURES = {
  right: { says: (share) => `${share} % of the points are right.`, plane: (model) => percentOf(model.told().right) },
  test: { says: (share) => `${share} % of the new points are right.`, plane: ({ net, frame }) => percentOf(net.accuracy[recordOf(net, frame)]) },
  area: { says: (factor) => `Areas become ${factor} times as large.`, plane: ({ net, frame }) => Math.abs(round2(determinant(net.layer(frame, 1).weights))) },
  stretch: { says: (factor) => `A step becomes at most ${factor} times as long.`, plane: ({ net }) => round2(singularValues(layersOf(net)[0].matrix)[0]) },
  off: { says: (share) => `In ${share} % of the cases a neuron is off.`, plane: (model) => percentOf(offShare(model)) },
  agree: { says: (share) => `Both networks say the same on ${share} % of the square.`, plane: (model) => percentOf(agreement(model)) },
  fade: { says: (factor) => `It is about ${factor.toLocaleString("en")} times smaller.`, plane: (model) => twoDigits(firstGradients(model).at(-1) / firstGradients(model)[0]) },
  gradient: { says: (length) => `The first layer’s gradient is ${plainNumber(length)} at the start.`, plane: (model) => twoDigits(firstGradients(model)[0]) },
  first_moved: { says: (share) => `The first layer’s weights have moved by ${share} % of their size.`, plane: (model) => twoDigits(movedOf(model)[0]) },
  last_moved: { says: (share) => `The last layer’s weights have moved by ${share} % of their size.`, plane: (model) => twoDigits(movedOf(model).at(-1)) },
  forward: { says: (count) => there(count, "multiplication"), plane: (model) => costOf(model).forward },
  back: { says: (count) => there(count, "multiplication"), plane: (model) => costOf(model).slopes + costOf(model).blame },
  pieces: { says: (count) => there(count, "straight piece"), plane: async (model) => (await meshOf(model)).facts.count, line: ({ form }) => form.kinks.length + 1 },
  corners: { says: (count) => there(count, "corner"), plane: async (model) => cornersOf(await boundaryOf(model), model.net.box) },
  numbers: { says: (count) => there(count, "number"), plane: ({ net }) => net.parameterCount, line: (model) => model.parameterCount },
  map: { says: (count) => there(count, "number"), plane: ({ net }) => 3 * net.sizes.at(-1) },
  folds: { says: (count) => there(count, "fold line"), plane: (model) => model.folds(1).length },
  quadratic: { says: (share) => `The nearest quadratic explains ${share} % of how the neuron varies in this square.`, plane: (model) => percentOf(explained(model)) },
  kinks: { says: (count) => there(count, "kink"), line: ({ form }) => form.kinks.length },
  slope: { says: (slope) => `The last piece has the slope ${plainNumber(slope)}.`, line: ({ form }) => round2(form.slopes.at(-1)) },
  bias: { says: (bias) => `The output’s bias is ${plainNumber(bias)}.`, line: ({ form }) => round2(form.layers.at(-1).bias[0]) },
  rms: { says: (error) => `The root-mean-square distance from x² is ${error}.`, line: ({ ownForm }) => twoDigits(ownForm.rms) },
  best: { says: (error) => `The least possible root-mean-square distance from x² is ${error}.`, line: ({ net, bestAt }) => twoDigits(net.best[bestAt]) },
};

/** A measure of a network. */
export const measured = async (name, model) => MEASURES[name][familyOf(model)](model);

/** `at({ layers, predicted }, row)` measures one of the places that were run, `says(value)` is what holds there. */
export const PLACE_MEASURES = {
  on: {
    says: (count) => (count === 1 ? "1 neuron is on" : `${count || "no"} neuron${count ? "s are" : " is"} on`),
    at: ({ layers: [, { pre, width }] }, row) => pre.subarray(row * width, (row + 1) * width).reduce((sum, z) => sum + (z > 0), 0),
  },
  class: { says: (cls) => `the network says ${CLASSES[cls]?.name.split(" ")[0] ?? `class ${cls + 1}`}`, at: ({ predicted }, row) => predicted[row] },
};

/** Percent of a share, as everywhere. */
const percentOf = (share) => Number.parseFloat(formatPercent(Math.min(share, 1)));

/** Share of how the chosen neuron varies over the lattice that its nearest quadratic explains: of nothing, all. */
const explained = (model) => Math.max(nearestQuadratic(model, model.unit.layer, model.unit.index).rSquared ?? 1, 0);

/** Share of all data points and neurons of the first layer at which one is off. */
function offShare({ layers: [, { pre, width }], nodes, N }) {
  const sums = pre.subarray(nodes * width, N * width);
  return sums.filter((z) => z <= 0).length / sums.length;
}

/** Share of the lattice on which two networks say the same class. */
function agreement({ predicted, nodes, other }) {
  return predicted.reduce((sum, cls, p) => sum + (cls === other.predicted[p]), 0) / nodes;
}

/** The number of what was measured when the shown parameters were recorded. */
const recordOf = (net, frame) => net.historySteps.indexOf(net.steps[frame]);
const twoDigits = (value) => Number(value.toPrecision(2));
const round2 = (value) => Math.round(100 * value) / 100 + 0; // no −0

const there = (count, noun) => `There ${count === 1 ? `is 1 ${noun}` : `are ${count.toLocaleString("en")} ${noun}s`}.`;

/** The mesh of the frame that a model shows. */
function meshOf(model) {
  return new Promise((resolve, reject) => {
    const end = (act) => (value) => {
      source.stop();
      act(value);
    };
    const source = new MeshSource(end(resolve), end(reject), () => {});
    source.setNet(model.net);
    source.request(model.frame);
  });
}

/** The network's boundary in the input space, { segments: x, y, x, y of each, exact }: that of its
 *  straight pieces, or found on the lattice. */
export async function boundaryOf(model) {
  const mesh = model.net.isPiecewise ? await meshOf(model) : null;
  const exact = Boolean(mesh?.complete);
  const { points, segments } = exact ? { points: mesh.vertices, segments: mesh.boundary } : model.boundary;
  return { segments: placesOf(points, segments), exact };
}

function placesOf(points, segments) {
  const out = new Float64Array(2 * segments.length);
  segments.forEach((place, k) => out.set([points[2 * place], points[2 * place + 1]], 2 * k));
  return out;
}

/** How many corners a boundary has: places where two of its pieces meet at an angle. */
export function cornersOf({ segments }, box) {
  const near = SAME * (box[1] - box[0]);
  const ends = [];
  for (let k = 0; k < segments.length; k += 4) {
    const [x0, y0, x1, y1] = segments.subarray(k, k + 4);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < near) continue;
    const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
    ends.push([x0, y0, dx, dy], [x1, y1, -dx, -dy]); // the way from each end into its piece
  }
  let count = 0;
  ends.forEach(([x, y, dx, dy], i) => {
    for (const [other, up, ex, ey] of ends.slice(0, i)) {
      if (Math.hypot(x - other, y - up) < near && Math.hypot(dx + ex, dy + ey) > STRAIGHT) count += 1;
    }
  });
  return count;
}
