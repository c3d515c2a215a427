// How far the stages of a layer move things: for the words about them, and for the play, which
// skips what moves next to nothing.

import { readoutOf } from "./readout.js";
import { linearMotion, move } from "./samples.js";

export const FLAT = 1e-3; // a direction that keeps less of its length is pressed flat
const SMALL_ANGLE = (10 * Math.PI) / 180;
const SMALL_STRETCH = 0.2;
const SMALL_MOVE = 0.1; // of the picture's extent

/** Whether a stage of a layer or of the way to the cut, or a rest at the lines of the coming folds, is
 *  worth the time in the play. */
export function worthPlaying(model, layer, stage) {
  if (stage in WORTH_OF_CUT) return WORTH_OF_CUT[stage](model.net, readoutOf(model.net, model.frame));
  if (stage === "bend") return !bendsNothing(model, layer);
  if (stage === "folds") return model.folds(layer).length > 0;
  // What the fitted motion leaves over goes its way in all three stages.
  return WORTH[stage](model, layer) || besideTheFit(model, layer) >= 3 * SMALL_MOVE;
}

const WORTH = {
  stretch: (model, layer) => isMirror(model, layer)
    || stretchFactors(model, layer).some((factor) => Math.abs(factor - 1) > SMALL_STRETCH),
  turn: (model, layer) => turnAngle(model, layer) >= SMALL_ANGLE,
  shift(model, layer) {
    const length = shiftLength(model, layer);
    return length > 0 && length >= SMALL_MOVE * extent(model, layer);
  },
};

const WORTH_OF_CUT = {
  look: (net, { angles, spin }) => net.pictureDims[net.depth + 1] === 3 || Math.max(spin, ...angles) >= SMALL_ANGLE,
  magnify: (net, { magnification }) => magnification > 1,
  cut: (net, { rank }) => rank > 0,
};

const pathOf = (model, layer) => model.net.path(model.frame, layer);

/** Factors, the largest first, along the directions of the picture that comes in. (Those beyond its
 *  dimensions are only there to turn the page.) */
export function stretchFactors(model, layer) {
  const shown = model.net.pictureDims[layer - 1];
  return Array.from(pathOf(model, layer).subarray(9, 9 + shown), Math.abs).sort((a, b) => b - a);
}

/** Whether space is turned inside out, so that the stretch passes through flat. */
export const isMirror = (model, layer) => pathOf(model, layer)[19] > 0.5;

/** Radians, 0 to pi. */
export const turnAngle = (model, layer) => pathOf(model, layer)[15];

/** 1 or -1 when the turn stays in the plane of the picture, counterclockwise or clockwise; 0 when it
 *  leaves it. */
export function turnInPlane(model, layer) {
  const [upright, { pictureDims }] = [pathOf(model, layer)[14], model.net];
  if (pictureDims[layer - 1] === 3 && pictureDims[layer] === 3) return 0;
  return Math.abs(upright) > 0.999 ? Math.sign(upright) : 0;
}

/** Whether a plane becomes its mirror image: turned over about a line in it. */
export function mirrorsPlane(model, layer) {
  const { pictureDims } = model.net;
  const flat = pictureDims[layer - 1] < 3 && pictureDims[layer] < 3;
  const over = Math.abs(pathOf(model, layer)[14]) < 1e-3 && turnAngle(model, layer) > Math.PI - 1e-3;
  return flat && over;
}

export const shiftLength = (model, layer) => Math.hypot(...pathOf(model, layer).subarray(16, 19));

/** Whether every value leaves the activation of a layer as it came, as under the identity. */
export function bendsNothing(model, layer) {
  const { pre, post } = model.layers[layer];
  return pre === post || pre.every((value, i) => value === post[i]);
}

/** Longest side of the box around the data points in the picture of a layer before its bend. */
function extent(model, layer) {
  const { pre } = model.pictures[layer];
  const sides = [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 3 * model.nodes + axis; i < 3 * model.N; i += 3) {
      low = Math.min(low, pre[i]);
      high = Math.max(high, pre[i]);
    }
    return high - low;
  });
  return Math.max(...sides);
}

/** Root mean square of the way that data points go beside the fitted motion, as a share of the
 *  picture's extent. */
function besideTheFit(model, layer) {
  const { nodes, N, pictures } = model;
  const whole = linearMotion(pathOf(model, layer), "shift", 1, 0, new Float64Array(12));
  const beside = new Float32Array(3 * N);
  move(pictures[layer - 1].post, pictures[layer].pre, whole, -1, beside, 3 * nodes, 3 * N);
  const squares = beside.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares / (N - nodes)) / Math.max(extent(model, layer), 1e-12);
}
