// A straight cut fitted to a space as it is: logistic regression with an L2 penalty.

const PENALTY = 1; // C of half the squared weights + C times the losses' sum
const MOST_ROUNDS = 60;
const LEAST_SLOPE = 1e-7; // largest part of the gradient at which the fit has arrived
const CONSTANT = 1e-6; // deviation beside the mean that is rounding
const TINY = 1e-10; // ridge for what the loss does not depend on: the same added to all biases

/** The best such cut between classes: { maps, right }. values: rows of `width` numbers, of which those
 *  from row `from` on have `labels`, 0 .. nClasses - 1. maps: an affine function [weights, bias] a class on
 *  the values (Float64Array(width + 1)), the largest wins; right: share of the rows for which it is the
 *  right one. Features are standardized for the fit; a constant one plays no part. */
export function fitProbe(values, width, from, labels, nClasses) {
  const scaled = standardized(values, width, from, labels.length);
  const weights = newton(scaled.rows, width + 1, labels, nClasses);
  const maps = Array.from({ length: nClasses }, (_, c) => unscaled(weights, c, scaled, nClasses));
  let right = 0;
  labels.forEach((label, i) => { if (winner(maps, values, (from + i) * width) === label) right += 1; });
  return { maps, right: right / labels.length };
}

/** Rows (n, width + 1) of mean 0 and deviation 1, with a 1 at the end for the bias. */
function standardized(values, width, from, n) {
  const rows = new Float64Array(n * (width + 1)).fill(1);
  const [means, sizes] = [new Float64Array(width), new Float64Array(width)];
  for (let k = 0; k < width; k++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += values[(from + i) * width + k];
    means[k] = sum / n;
    for (let i = 0; i < n; i++) squares += (values[(from + i) * width + k] - means[k]) ** 2;
    const deviation = Math.sqrt(squares / n);
    sizes[k] = deviation > CONSTANT * Math.abs(means[k]) ? deviation : 1;
    for (let i = 0; i < n; i++) rows[i * (width + 1) + k] = (values[(from + i) * width + k] - means[k]) / sizes[k];
  }
  return { rows, means, sizes };
}

/** Class c's function on the values as they were; of two classes the first has 0. */
function unscaled(weights, c, { means, sizes }, nClasses) {
  const width = means.length;
  const map = new Float64Array(width + 1);
  const own = nClasses === 2 ? c - 1 : c;
  if (own < 0) return map;
  map[width] = weights[own * (width + 1) + width];
  for (let k = 0; k < width; k++) {
    map[k] = weights[own * (width + 1) + k] / sizes[k];
    map[width] -= map[k] * means[k];
  }
  return map;
}

function winner(maps, values, start) {
  const scores = maps.map((map) => map.reduce((sum, weight, k) => sum + weight * (k < map.length - 1 ? values[start + k] : 1), 0));
  return scores.indexOf(Math.max(...scores));
}

/** Weights (outputs, d) by Newton's method, halving steps that lead up: one output for two classes. */
function newton(rows, d, labels, nClasses) {
  const outputs = nClasses === 2 ? 1 : nClasses;
  let weights = new Float64Array(outputs * d);
  let here = look(rows, d, labels, outputs, weights);
  for (let round = 0; round < MOST_ROUNDS && Math.max(...here.gradient.map(Math.abs)) > LEAST_SLOPE; round++) {
    const step = solve(curvature(rows, d, here.shares, outputs), here.gradient);
    let [size, next, there] = [1, null, null];
    do {
      next = weights.map((weight, k) => weight - size * step[k]);
      there = look(rows, d, labels, outputs, next);
      size /= 2;
    } while (!(there.loss <= here.loss) && size > 1e-6);
    if (!(there.loss <= here.loss)) break; // as near as rounding lets it come
    [weights, here] = [next, there];
  }
  return weights;
}

/** { loss, gradient, shares (n, outputs): each output's probability }. */
function look(rows, d, labels, outputs, weights) {
  const n = labels.length;
  const shares = new Float64Array(n * outputs);
  const gradient = weights.map((weight, k) => (k % d < d - 1 ? weight : 0));
  let loss = 0;
  weights.forEach((weight, k) => { if (k % d < d - 1) loss += 0.5 * weight * weight; });
  const least = outputs === 1 ? 0 : -Infinity; // the score of the first of two classes
  for (let i = 0; i < n; i++) {
    let largest = least;
    for (let c = 0; c < outputs; c++) {
      let score = 0;
      for (let k = 0; k < d; k++) score += rows[i * d + k] * weights[c * d + k];
      shares[i * outputs + c] = score;
      largest = Math.max(largest, score);
    }
    loss += PENALTY * (largest - (outputs > 1 ? shares[i * outputs + labels[i]] : labels[i] ? shares[i] : 0));
    let total = Math.exp(least - largest);
    for (let c = 0; c < outputs; c++) total += shares[i * outputs + c] = Math.exp(shares[i * outputs + c] - largest);
    loss += PENALTY * Math.log(total);
    for (let c = 0; c < outputs; c++) {
      const share = shares[i * outputs + c] /= total;
      const excess = PENALTY * (share - (labels[i] === (outputs === 1 ? 1 : c) ? 1 : 0));
      for (let k = 0; k < d; k++) gradient[c * d + k] += excess * rows[i * d + k];
    }
  }
  return { loss, gradient, shares };
}

/** The matrix of second derivatives (outputs * d, outputs * d), its lower triangle. */
function curvature(rows, d, shares, outputs) {
  const size = outputs * d;
  const matrix = new Float64Array(size * size);
  const n = shares.length / outputs;
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < outputs; a++) {
      for (let b = 0; b <= a; b++) {
        const share = shares[i * outputs + a];
        const bend = PENALTY * share * ((a === b ? 1 : 0) - shares[i * outputs + b]);
        for (let j = 0; j < d; j++) {
          const part = bend * rows[i * d + j];
          const start = (a * d + j) * size + b * d;
          for (let k = 0; k < (a === b ? j + 1 : d); k++) matrix[start + k] += part * rows[i * d + k];
        }
      }
    }
  }
  for (let j = 0; j < size; j++) matrix[j * size + j] += j % d < d - 1 ? 1 : TINY;
  return matrix;
}

/** x of A x = b for a symmetric positive A, given by its lower triangle, which is lost (Cholesky). */
export function solve(matrix, right) {
  const n = right.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i === j ? Math.sqrt(Math.max(sum, TINY)) : sum / matrix[j * n + j];
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= matrix[i * n + k] * x[k];
    x[i] /= matrix[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= matrix[k * n + i] * x[k];
    x[i] /= matrix[i * n + i];
  }
  return x;
}
