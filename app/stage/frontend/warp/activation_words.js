// What is said of a layer's activation on the data points.

import { NEGATIVE_SLOPES, SLOPES, isStraight } from "../network/activations.js";
import { formatFigure, formatNumber, formatPercent } from "../network/numbers.js";
import { totalVariance } from "../network/words.js";

const STEEPEST = { sigmoid: 0.25, tanh: 1 };
const EQUAL = 3; // times an equal share: a largest share below that hardly stands out

/** Of the data points: sums (all z), reach (99 % of them are nearer to 0), width, on (neurons with z > 0
 *  a point, on average), slope (of the function there, its size on average; of softmax each output's by its own z),
 *  ranks (of softmax: the largest share, the second, .., on average), apart (of softmax: how far two points
 *  lie from each other behind it, root mean square), falls (whether some slope is negative). */
export function statistics(model, layer) {
  const { pre, post, width } = model.layers[layer];
  const name = model.net.activations[layer - 1];
  const sums = pre.subarray(model.nodes * width);
  const values = post.subarray(model.nodes * width);
  const points = sums.length / width;
  const sizes = Float64Array.from(sums, Math.abs).sort();
  let [on, slope, falls] = [0, 0, false];
  sums.forEach((z, i) => {
    if (z > 0) on += 1;
    const here = name === "softmax" ? values[i] * (1 - values[i]) : SLOPES[name](z, values[i]);
    slope += Math.abs(here);
    falls ||= here < 0;
  });
  return {
    sums, width, on: on / points, slope: slope / sums.length, falls,
    reach: sizes[Math.floor(0.99 * (sizes.length - 1))],
    ranks: name === "softmax" ? meanRanks(values, width) : [],
    apart: name === "softmax" ? Math.sqrt(2 * totalVariance(post, width, model.nodes, model.N)) : 0,
  };
}

function meanRanks(values, width) {
  const ranks = new Float64Array(width);
  for (let start = 0; start < values.length; start += width) {
    values.slice(start, start + width).sort().reverse().forEach((share, k) => { ranks[k] += (share * width) / values.length; });
  }
  return ranks;
}

/** One or two sentences with numbers. */
export function sayActivation(name, symbol, { width, on, slope, ranks, apart, falls }) {
  if (name === "softmax") return saySoftmax(width, ranks[0], apart, slope);
  if (isStraight(name)) return "No bend: the output is z itself, and the slope is 1 everywhere.";
  if (name in NEGATIVE_SLOPES) {
    const below = formatNumber(NEGATIVE_SLOPES[name]).replace(/\.00$/, "");
    const who = width === 1 ? `The neuron is on (z above 0) for ${formatPercent(on)} of the points` : `On average ${formatNumber(on)} of ${width} neurons are on (z above 0)`;
    const count = on === 0 ? `No neuron is on (z above 0) for any point` : `${who}: there the slope of ${symbol} is 1`;
    if (below !== "0") return on === 0 ? `${count}: the slope of ${symbol} is ${below} at all of them.` : `${count}, elsewhere ${below}.`;
    return `${count}${on === 0 ? "" : " and a gradient comes back as it was"}. Where a neuron is off, the slope is 0 and the point teaches it nothing. Outputs of which many are 0 are called sparse.`;
  }
  const most = name in STEEPEST ? `, ${STEEPEST[name]} at most` : "";
  return `On these points the slope ${symbol}′(z) is ${formatNumber(slope)}${falls ? " in size" : ""} on average${most}: a gradient on its way back is `
    + "multiplied by it.";
}

function saySoftmax(width, largest, apart, slope) {
  if (width === 1) return "One neuron alone takes the whole share: softmax puts out 1 everywhere.";
  const even = width > EQUAL && largest < EQUAL / width ? "No share stands out, so all points look nearly alike to the next layer: " : "";
  return `The ${width} outputs share out 1, ${formatFigure(1 / width)} each on average; the largest has ${formatPercent(largest)}. ${even}`
    + `${even ? "t" : "T"}wo points lie typically ${formatFigure(apart)} apart (root mean square), 1.41 is the most there can be. `
    + `The slope of an output by its own z, h (1 − h), is ${formatFigure(slope)} on average.`;
}

/** What the cursor reads, and what that means for a gradient on its way back. */
export function sayAt(name, symbol, z, value, slope) {
  const reading = `z = ${formatNumber(z)}: ${symbol}(z) = ${formatFigure(value)}, slope ${symbol}′(z) = ${formatFigure(slope)}.`;
  if (NEGATIVE_SLOPES[name] !== 0) return reading;
  return `${reading} ${slope === 0 ? "Off: a point with this z teaches the neuron nothing." : "On: the gradient passes as it is."}`;
}
