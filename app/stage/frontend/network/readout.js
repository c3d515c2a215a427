// The last hidden space seen along its cut: the way there, and where each class wins.
// The numbers come from core/geometry/readout.py, which tells what they mean.

import { rotation, times } from "./rotation.js";

export const CUT_STAGES = ["look", "magnify", "cut"];
const N_PACKED = 24;

/** The view along the cut at frame f of a net. */
export function readoutOf(net, f) {
  const numbers = net.readout.subarray(N_PACKED * f, N_PACKED * (f + 1));
  return {
    near: numbers.subarray(0, 9),
    angles: numbers.subarray(9, 12),
    axis: numbers.subarray(12, 15),
    spin: numbers[15],
    start: numbers.subarray(16, 19),
    end: numbers.subarray(19, 22),
    magnification: numbers[22],
    rank: numbers[23],
  };
}

/** How far each of the three stages is, 0..1, at timeline position u of a net that ends in the cut. */
export function cutProgress(net, u) {
  const at = net.ending === "cut" ? CUT_STAGES.length * (u - net.depth) : 0;
  const [look, magnify, cut] = CUT_STAGES.map((_, k) => Math.min(Math.max(at - k, 0), 1));
  return { look, magnify, cut };
}

/** near^T, turned on by the share `look` of the whole turn: (3, 3). */
function frameTurn({ near, axis, spin }, look) {
  return times(transposed(near), rotation(axis, look * spin));
}

const transposed = (m) => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
const scaledColumns = (m, by) => m.map((value, k) => value * by[k % 3]);

/** The map at some progress: position = X @ near + Y @ away + offset, X in the aligned picture and Y
 *  along the directions away from it; both matrices (3, 3) row-major. */
export function readoutMotion(view, { look, magnify }) {
  const turn = frameTurn(view, look);
  const cosines = Array.from(view.angles, (angle) => Math.cos(look * angle));
  const near = times(scaledColumns(Array.from(view.near), cosines), turn);
  const sines = Array.from(view.angles, (angle) => Math.sin(look * angle));
  const away = times([sines[0], 0, 0, 0, sines[1], 0, 0, 0, sines[2]], turn);
  const offset = [0, 1, 2].map((k) => middle(view, look)[k]
    - view.start[0] * near[k] - view.start[1] * near[3 + k] - view.start[2] * near[6 + k]);
  const factor = view.magnification ** magnify;
  for (const part of [near, away, offset]) for (let k = 0; k < part.length; k += 3) part[k] *= factor;
  return { near, away, offset };
}

/** Where the points' mean is drawn. */
const middle = ({ start, end }, look) => [0, 1, 2].map((k) => start[k] + look * (end[k] - start[k]));

/** Fills out[3 * from .. 3 * to] with where rows of X and Y are. */
export function moveReadout(X, Y, { near: n, away: a, offset: o }, out, from, to) {
  for (let i = 3 * from; i < 3 * to; i += 3) {
    const x = X[i], y = X[i + 1], z = X[i + 2];
    const u = Y[i], v = Y[i + 1], w = Y[i + 2];
    out[i] = x * n[0] + y * n[3] + z * n[6] + u * a[0] + v * a[3] + w * a[6] + o[0];
    out[i + 1] = x * n[1] + y * n[4] + z * n[7] + u * a[1] + v * a[4] + w * a[7] + o[1];
    out[i + 2] = x * n[2] + y * n[5] + z * n[8] + u * a[2] + v * a[5] + w * a[8] + o[2];
  }
  return out;
}

/** Where a place of the finished picture of an exact space is at some progress. */
export function placeOfFinished(view, place, { look, magnify }) {
  const { end, magnification } = view;
  const back = times(transposed(frameTurn(view, 1)), frameTurn(view, look));
  const p = [place[0] / magnification - end[0], place[1] - end[1], place[2] - end[2]];
  const out = middle(view, look).map((at, k) => at + p[0] * back[k] + p[1] * back[3 + k] + p[2] * back[6 + k]);
  out[0] *= magnification ** magnify;
  return out;
}

/** One affine function [gx, gy, gz, b] a class on the finished picture: the class with the largest
 *  wins there, which is exact where the picture holds all of the logits' differences. */
export function classMaps(model) {
  const { net, frame } = model;
  const view = readoutOf(net, frame);
  const { weights } = net.layer(frame, net.depth + 1);
  const outputs = net.sizes[net.depth + 1];
  const axes = finishedAxes(net, frame, view);
  const place = model.pictures[net.depth + 1].post.subarray(3 * model.nodes, 3 * model.nodes + 3);
  const maps = Array.from({ length: outputs }, (_, j) => {
    const slope = [0, 1, 2].map((k) => axes.reduce((sum, axis, h) => sum + axis[k] * weights[h * outputs + j], 0));
    slope[0] /= view.magnification;
    const logit = model.layers[net.depth + 1].pre[model.nodes * outputs + j];
    return [...slope, logit - slope.reduce((sum, g, k) => sum + g * place[k], 0)];
  });
  return outputs === 1 ? [[0, 0, 0, 0], maps[0]] : maps;
}

/** What one unit of each neuron of the last hidden layer adds to the finished picture, not yet
 *  magnified: (width) rows of three. */
function finishedAxes(net, f, view) {
  const { near, away } = readoutMotion(view, { look: 1, magnify: 0 });
  const first = net.picture(f, net.depth).basis;
  const second = net.picture(f, net.depth + 1).basis;
  return Array.from({ length: net.sizes[net.depth] }, (_, h) => [0, 1, 2].map((k) =>
    [0, 1, 2].reduce((sum, j) => sum + first[3 * h + j] * near[3 * j + k] + second[3 * h + j] * away[3 * j + k], 0)));
}

/** Whether the picture shows the cut where it is: all of the logits' differences lie in it. */
export function cutIsExact(net, f) {
  const { rank } = readoutOf(net, f);
  return rank > 0 && rank <= net.pictureDims[net.depth + 1];
}
