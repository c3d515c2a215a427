// The strips under the main plot: each neuron's part of the output, the error, hinges over training.

import { halo, strokeLine } from "../draw/marks.js";
import { interpolate, locate, outputAt } from "./model.js";
import { colorOf, neuronsHaveColors, plainNumber, shortNumber, textColorOf } from "./tools.js";

const FAINT = 24; // more lines than that are drawn thin
const MOST_MARK = 6; // pixels high, of a hinge at one step
const INSETS = [6, 24]; // pixels from the end of a line to the number of its neuron

/** Output times weight of every neuron of the last hidden layer, and the output's bias: together they
 *  are the output. */
export function drawParts(context, picture, area) {
  const { model, theme } = picture;
  const { form } = model;
  const network = model.network(model.frame);
  const { weights, bias, fanIn } = form.layers.at(-1);
  const [low, high] = reachOf(model.compared);
  const y = (value) => area.bottom - ((value - low) / (high - low)) * (area.bottom - area.top);
  title(context, picture, area, partsTitle(form, picture.small));
  drawScale(context, picture, area, y, [low, 0, high]);
  clipped(context, area, () => {
    for (let j = 0; j < fanIn; j++) {
      context.beginPath();
      form.x.forEach((x, i) =>
        context[i ? "lineTo" : "moveTo"](picture.x(x), y(form.post[i * form.width + j] * weights[j])));
      context.strokeStyle = form.layers.length > 1 ? colorOf(theme, network, network.sizes.length - 3, j) : theme.text;
      context.globalAlpha = fanIn > FAINT ? 0.45 : 0.95;
      context.lineWidth = fanIn > FAINT ? 1.5 : 3;
      context.stroke();
    }
    context.globalAlpha = 1;
    drawBias(context, picture, area, y, form.layers.at(-1));
  });
  if (neuronsHaveColors(network)) labelParts(context, picture, area, y, network);
}

function partsTitle(form, small) {
  if (form.layers.length === 1) return "The two parts of the sum: weight · x, and the bias";
  if (small) return "Each neuron’s part of the sum";
  return form.layers.length > 2
    ? "What each neuron of the last layer adds to the sum (its output times its weight)"
    : "What each neuron adds to the sum (its output times its weight)";
}

/** Lowest and highest of all parts of the networks, 0 among them, rounded outwards. */
function reachOf(forms) {
  let [low, high] = [0, 0];
  const reach = (part) => { [low, high] = [Math.min(low, part), Math.max(high, part)]; };
  for (const { post, width, layers } of forms) {
    const { weights, bias } = layers.at(-1);
    reach(bias[0]);
    post.forEach((value, i) => reach(value * weights[i % width]));
  }
  const least = Math.max(0.2 * (high - low), 1e-9); // room for the bias and its name
  return [-roundUp(Math.max(-1.05 * low, least)), roundUp(Math.max(1.05 * high, least))];
}

/** The next round number, so that the scale seldom jumps while something moves. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value * 0.999);
}

function drawBias(context, picture, area, y, output) {
  const { theme } = picture;
  const bias = output.bias[0];
  context.strokeStyle = context.fillStyle = theme.text;
  context.setLineDash([7, 5]);
  strokeLine(context, area.left, y(bias), area.right, y(bias), 2);
  context.setLineDash([]);
  context.font = `600 13px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const text = `output bias ${Math.abs(bias) < 0.01 ? shortNumber(bias, 2) : plainNumber(bias)}`;
  const place = freePlace(picture, area, y, output, context.measureText(text).width / 2);
  halo(context, theme, text, place.x, place.y);
}

/** Where beside the bias's line a name of that half width is farthest from the neurons' lines. */
function freePlace({ x, model: { form, net } }, area, y, { weights, bias }, half) {
  const at = y(bias[0]);
  const heights = [at - 11, at + 11].filter((height) => height > area.top + 4 && height < area.bottom - 4);
  const middles = [area.right - 26 - half, (area.left + area.right) / 2, area.left + 26 + half];
  const lines = (pixel) => {
    const place = net.low + ((pixel - x(net.low)) / (x(net.high) - x(net.low))) * (net.high - net.low);
    return partsAt(form, weights, place).map(y);
  };
  const places = middles.flatMap((middle) => {
    const crossed = [middle - half, middle, middle + half].flatMap(lines);
    return (heights.length ? heights : [at - 11]).map((height) => (
      { x: middle, y: height, gap: Math.min(...crossed.map((line) => Math.abs(line - height))) }));
  });
  return places.reduce((best, place) => (Math.min(place.gap, 12) > Math.min(best.gap, 12) ? place : best));
}

/** What every neuron adds at x. */
function partsAt(form, weights, x) {
  const piece = locate(form.x, x);
  const share = (x - form.x[piece]) / (form.x[piece + 1] - form.x[piece]);
  return Array.from({ length: form.width }, (_, j) => {
    const [left, right] = [piece, piece + 1].map((v) => form.post[v * form.width + j] * weights[j]);
    return left + share * (right - left);
  });
}

/** Numbers of the neurons at the end of their lines, in two columns where these are near each other. */
function labelParts(context, picture, area, y, network) {
  const { model: { form }, theme } = picture;
  const weights = form.layers.at(-1).weights;
  const taken = [];
  context.font = `700 13px ${theme.font}`;
  context.textBaseline = "middle";
  for (let j = 0; j < form.width; j++) {
    const end = weights[j] * form.post[(form.x.length - 1) * form.width + j];
    const start = weights[j] * form.post[j];
    const atEnd = Math.abs(end) >= Math.abs(start);
    const at = y(atEnd ? end : start);
    const isFree = (inset) => !taken.some(([side, column, other]) => side === atEnd && column === inset && Math.abs(other - at) < 13);
    const inset = INSETS.find(isFree);
    if (Math.abs(atEnd ? end : start) < 1e-9 || inset === undefined) continue;
    taken.push([atEnd, inset, at]);
    context.textAlign = atEnd ? "right" : "left";
    const place = Math.min(Math.max(at, area.top + 8), area.bottom - 8);
    halo(context, theme, String(j + 1), atEnd ? area.right - inset : area.left + inset, place, textColorOf(theme, network, 0, j));
  }
}

/** Output minus target along x; its farthest place is marked. */
export function drawErrors(context, picture, area) {
  const { model: { form, net, compared }, theme } = picture;
  const most = Math.max(...compared.map(({ error }) => error.value));
  const reach = most === 0 ? 1 : roundUp(1.05 * most);
  const y = (value) => (area.top + area.bottom) / 2 - (value / reach) * (area.bottom - area.top) / 2;
  title(context, picture, area, "Error: output − target");
  drawScale(context, picture, area, y, [-reach, 0, reach]);
  clipped(context, area, () => {
    context.strokeStyle = context.fillStyle = theme.text;
    if (net.targetKind === "points") return drawBars(context, picture, y);
    context.beginPath();
    const places = net.curveX;
    context.moveTo(picture.x(places[0]), y(0));
    places.forEach((x) => context.lineTo(picture.x(x), y(outputAt(form, x) - exactTarget(net, x))));
    context.lineTo(picture.x(places.at(-1)), y(0));
    context.globalAlpha = 0.22;
    context.fill();
    context.globalAlpha = 0.85;
    context.lineWidth = 1.5;
    context.stroke();
    context.globalAlpha = 1;
  });
  markWorst(context, picture, area, y);
}

// x² is known exactly; single precision would show where the error is a millionth.
const exactTarget = (net, x) => (net.targetKind === "square" ? x * x : interpolate(net, x));

function drawBars(context, picture, y) {
  const { model: { form, net } } = picture;
  for (let p = 0; p < net.points.length; p += 2) {
    const x = picture.x(net.points[p]);
    strokeLine(context, x, y(0), x, y(outputAt(form, net.points[p]) - net.points[p + 1]), 4);
  }
}

function markWorst(context, picture, area, y) {
  const { model: { form: { error } }, theme } = picture;
  if (error.value === 0) return;
  const at = picture.x(error.x);
  const height = y(error.difference);
  context.beginPath();
  context.arc(at, height, 5, 0, 2 * Math.PI);
  context.fillStyle = theme.mark;
  context.fill();
  context.font = `700 14px ${theme.font}`;
  context.textBaseline = "middle";
  const right = at < (area.left + area.right) / 2;
  context.textAlign = right ? "left" : "right";
  const text = `largest ${shortNumber(error.value)}`;
  halo(context, theme, text, at + (right ? 10 : -10), Math.min(Math.max(height, area.top + 9), area.bottom - 9), theme.mark);
}

/** Every breakpoint at every recorded step, from the start above to the end below. */
export function drawPaths(context, picture, area) {
  const { model, theme } = picture;
  const { net } = model;
  title(context, picture, area, pathsTitle(model));
  const y = (f) => area.top + (f / Math.max(net.frameCount - 1, 1)) * (area.bottom - area.top);
  const size = Math.min(Math.max(2, (area.bottom - area.top) / net.frameCount + 0.5), MOST_MARK);
  const network = model.network(0);
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.2;
  context.lineWidth = 1;
  context.strokeRect(area.left, area.top - 2, area.right - area.left, area.bottom - area.top + 4);
  context.globalAlpha = 0.9;
  model.paths.forEach((path, f) => {
    path.x.forEach((x, i) => {
      context.fillStyle = colorOf(theme, network, path.layer[i], path.neuron[i]);
      context.fillRect(picture.x(x) - 1.5, y(f) - size / 2, 3, size);
    });
  });
  context.globalAlpha = 1;
  if (model.showsBest) return drawGoals(context, picture, area, network);
  context.strokeStyle = theme.text;
  strokeLine(context, area.left - 6, y(model.frame), area.right, y(model.frame), 1.5);
}

function pathsTitle({ net, paths, showsBest, tracing }) {
  if (!tracing && paths.every(({ x }) => !x.length)) return "No hinge was between the ends at any step";
  if (showsBest) return "Dashed: the best places. Dots: where training moved the hinges (end below)";
  if (!tracing && paths.length < net.frameCount) {
    const last = net.steps[paths.length - 1].toLocaleString("en");
    return `Where the hinges were up to step ${last}: too many to draw the rest`;
  }
  return "Where the hinges were during training (start above, end below)";
}

/** The hinges of the best network across the journeys of those that were trained. */
function drawGoals(context, picture, area, network) {
  const { model: { form }, theme } = picture;
  context.setLineDash([4, 4]);
  for (let i = 1; i + 1 < form.x.length; i++) {
    context.strokeStyle = colorOf(theme, network, form.layer[i], form.neuron[i]);
    strokeLine(context, picture.x(form.x[i]), area.top, picture.x(form.x[i]), area.bottom, 2);
  }
  context.setLineDash([]);
}

function title(context, { theme }, area, text) {
  context.font = `600 14px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillText(text, area.left, area.top - 5);
}

/** Lines and numbers of a strip: zero and its ends. */
function drawScale(context, { theme }, area, y, values) {
  context.strokeStyle = context.fillStyle = theme.text;
  context.font = `13px ${theme.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of values) {
    context.globalAlpha = value ? 0.12 : 0.35;
    strokeLine(context, area.left, y(value), area.right, y(value), 1);
    context.globalAlpha = 0.75;
    const crowded = value && Math.abs(y(value) - y(0)) < 14;
    if (!crowded) context.fillText(value ? scaleNumber(value) : "0", area.left - 6, y(value));
  }
  context.globalAlpha = 1;
}

const scaleNumber = (value) => (Math.abs(value) >= 0.01 && Math.abs(value) < 1e4 ? plainNumber(value, 3) : shortNumber(value, 2));

function clipped(context, area, draw) {
  context.save();
  context.beginPath();
  context.rect(area.left, area.top - 3, area.right - area.left, area.bottom - area.top + 6);
  context.clip();
  draw();
  context.restore();
}
