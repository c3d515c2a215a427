// Axes, ticks and the histogram of the read-out.

import { cutProgress, readoutOf } from "../network/readout.js";
import { axisName, isUnderway, shownLayer } from "../network/words.js";
import { widthOf, write } from "./marks.js";

const BINS = 48;
const TICKS = 5;

export const DIAL_HEIGHT = 112; // pixels at the lower edge that the open dial of the bend may cover

/** The axes through the origin and, in flat pictures, ticks at the edges. */
export function drawAxes(context, camera, model, u, theme, width, height) {
  const dimensions = model.net.dimensionsOf(shownLayer(model, u));
  drawLines(context, camera, theme, dimensions);
  if (camera.solid < 0.5 || camera.flat > 0.9) {
    drawTicks(context, camera, theme, width, height, [magnification(model, u), 1].slice(0, dimensions));
  }
  context.globalAlpha = 1;
}

/** How many times as large as it is the picture is drawn across, at u. */
function magnification({ net, frame }, u) {
  const { magnify } = cutProgress(net, u);
  return magnify ? readoutOf(net, frame).magnification ** magnify : 1;
}

/** What the axes measure, at rest and while the space bends; drawn last, since it has to stay readable.
 *  threshold: where a cut stands that is moved by hand, if one is; bend: what the dial stands at that lies
 *  over the lower edge, if it does. */
export function drawAxisNames(context, camera, model, { u, threshold, bend = null }, theme, width, height) {
  if (isUnderway(model, u)) return;
  const room = height - (bend === null ? 0 : DIAL_HEIGHT);
  const layer = shownLayer(model, u);
  const dimensions = model.net.dimensionsOf(layer);
  const name = (axis) => axisName(model, layer, axis, u, threshold);
  const font = `600 14px ${theme.font}`;
  if (camera.solid >= 0.5 && camera.flat <= 0.9) return placeAtAxes(context, camera, theme, font, name, dimensions, width, room);
  write(context, theme, `${name(0)} →`, width - 8, height - 22, { font, textAlign: "right", textBaseline: "bottom" });
  if (dimensions > 1) write(context, theme, `↑ ${name(1)}`, 8, 8, { font, textAlign: "left", textBaseline: "top" });
}

const points = new Float32Array(18);
const pixels = new Float32Array(12);
const nearness = new Float32Array(6);

function drawLines(context, camera, theme, dimensions) {
  const reach = camera.solid > 0.5 ? 1.25 * camera.half : 4 * camera.half;
  points.fill(0);
  for (let axis = 0; axis < 3; axis++) {
    points[6 * axis + axis] = camera.center[axis] - reach;
    points[6 * axis + 3 + axis] = camera.center[axis] + reach;
  }
  camera.project(points, pixels, nearness);
  context.beginPath();
  for (let axis = 0; axis < Math.min(dimensions, 3); axis++) {
    context.moveTo(pixels[4 * axis], pixels[4 * axis + 1]);
    context.lineTo(pixels[4 * axis + 2], pixels[4 * axis + 3]);
  }
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.stroke();
}

/** Ticks at the edges; factors: how many times as large as they are the axes are drawn. */
function drawTicks(context, camera, theme, width, height, factors) {
  context.globalAlpha = 1;
  factors.forEach((factor, axis) => {
    const [center, scale] = [camera.center[axis] / factor, camera.scale * factor];
    const reach = (axis ? height : width) / (2 * scale);
    const step = niceStep(Math.min((2 * camera.half) / factor, 2 * reach) / TICKS);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const last = Math.floor((center + 0.9 * reach) / step);
    const style = { font: `13px ${theme.font}`, textAlign: axis ? "left" : "center", textBaseline: axis ? "middle" : "bottom" };
    for (let k = Math.ceil((center - 0.9 * reach) / step); k <= last; k++) {
      const text = (k * step).toFixed(digits).replace("-", "−");
      const place = camera.middle[axis] + (axis ? -1 : 1) * (k * step - center) * scale;
      if (axis === 0) write(context, theme, text, place, height - 4, style, theme.soft);
      else if (place > 44 && place < height - 44) write(context, theme, text, 5, place, style, theme.soft);
    }
  });
}

function placeAtAxes(context, camera, theme, font, name, dimensions, right, bottom) {
  const style = { font, textAlign: "center", textBaseline: "middle" };
  for (let axis = 0; axis < dimensions; axis++) {
    const half = widthOf(context, theme, name(axis), style) / 2 + 8;
    const x = Math.min(Math.max(pixels[4 * axis + 2], half), right - half);
    const y = Math.min(Math.max(pixels[4 * axis + 3], 16), bottom - 16);
    write(context, theme, name(axis), x, y, style);
  }
}

export function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
}

/** One logit: how far the read-out is told apart by a histogram, 0 (hidden) .. 1. */
export function histogramShare(model, u) {
  const { depth, ending, sizes } = model.net;
  return ending === "cut" || sizes[depth + 1] > 1 ? 0 : Math.min(Math.max((u - depth - 0.7) / 0.3, 0), 1);
}

/** The points on the logit axis, counted by class above it, and the place where the logit is 0. */
export function drawHistogram(context, camera, model, theme, width, height, share) {
  const { counts, low, high, most } = (model.entry.histogram ??= countLogits(model));
  const pixelOf = (logit) => camera.middle[0] + (logit - camera.center[0]) * camera.scale;
  const base = camera.middle[1] + camera.center[1] * camera.scale - 10;
  const barWidth = pixelOf(low + (high - low) / BINS) - pixelOf(low);
  counts.forEach((bins, cls) => {
    context.beginPath();
    bins.forEach((count, k) => {
      const barHeight = (0.36 * height * share * count) / most;
      context.rect(pixelOf(low) + k * barWidth, base - barHeight, barWidth, barHeight);
    });
    context.fillStyle = theme.classes[cls];
    context.globalAlpha = 0.6 * share;
    context.fill();
  });
  drawThreshold(context, pixelOf(0), base, theme, height, share);
}

function drawThreshold(context, x, base, theme, height, share) {
  context.globalAlpha = share;
  context.strokeStyle = context.fillStyle = theme.text;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(x, base - 0.42 * height);
  context.lineTo(x, base + 40);
  context.stroke();
  context.font = `600 15px ${theme.font}`;
  context.textBaseline = "top";
  context.textAlign = "center";
  context.fillText("logit 0", x, base + 46);
  context.fillText("← says blue", x - 80, base + 46);
  context.fillText("says orange →", x + 84, base + 46);
  context.globalAlpha = 1;
}

function countLogits(model) {
  const { pre } = model.layers[model.net.depth + 1];
  let low = 0;
  let high = 0;
  for (let i = model.nodes; i < model.N; i++) {
    low = Math.min(low, pre[i]);
    high = Math.max(high, pre[i]);
  }
  if (high === low) high = low + 1;
  const counts = [0, 1].map(() => new Uint32Array(BINS));
  for (let i = model.nodes; i < model.N; i++) {
    const bin = Math.min(Math.floor(((pre[i] - low) / (high - low)) * BINS), BINS - 1);
    counts[model.net.labels[i - model.nodes]][bin] += 1;
  }
  return { counts, low, high, most: Math.max(1, ...counts.map((bins) => Math.max(...bins))) };
}
