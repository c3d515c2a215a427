// Activation functions, the same formulas as core/network/activations.py. What is said of them comes
// with the payload.

const LEAKY_SLOPE = 0.1;
const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

/** Above this the exponential form has reached its limit in double precision. */
const tanh = (z) => (z > 20 ? 1 : z < -20 ? -1 : 1 - 2 / (Math.exp(2 * z) + 1));

const logistic = (z) => 1 / (1 + Math.exp(-z));

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

const elementwise = (f) => (pre, post, start, count) => {
  for (let i = start; i < start + count; i++) post[i] = f(pre[i]);
};

/** Not `elementwise`: that calls a function for each number, and this is what most networks do most.
 *  (z + |z|) / 2 is exact, for a number has 29 bits more here than in the arrays, and takes a third of the time
 *  of a choice, which the processor has to guess. */
function relu(pre, post, start, count) {
  for (let i = start; i < start + count; i++) post[i] = 0.5 * (pre[i] + Math.abs(pre[i]));
}

function softmax(pre, post, start, count) {
  let largest = -Infinity;
  for (let i = start; i < start + count; i++) largest = Math.max(largest, pre[i]);
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += post[i] = Math.exp(pre[i] - largest);
  for (let i = start; i < start + count; i++) post[i] /= sum;
}

/** name -> (pre, post, start, count): fills post[start .. start + count] from the same row of pre. */
export const ACTIVATIONS = {
  relu,
  leaky_relu: elementwise((z) => (z > 0 ? z : LEAKY_SLOPE * z)),
  tanh: elementwise(tanh),
  sigmoid: elementwise(logistic),
  softplus: elementwise(softplus),
  elu: elementwise((z) => (z > 0 ? z : Math.expm1(z))),
  gelu: elementwise((z) => 0.5 * z * (1 + tanh(GELU_SCALE * z * (1 + GELU_CUBIC * z * z)))),
  silu: elementwise((z) => z * logistic(z)),
  mish: elementwise((z) => z * tanh(softplus(z))),
  sine: elementwise(Math.sin),
  abs: elementwise(Math.abs),
  identity: elementwise((z) => z),
  softmax,
};

/** name -> derivative at z, where the value is h; at a kink the one below, as in core. */
export const SLOPES = {
  relu: (z) => (z > 0 ? 1 : 0),
  leaky_relu: (z) => (z > 0 ? 1 : LEAKY_SLOPE),
  tanh: (z, h) => 1 - h * h,
  sigmoid: (z, h) => h * (1 - h),
  softplus: logistic,
  elu: (z, h) => (z > 0 ? 1 : h + 1),
  gelu: (z) => {
    const inner = tanh(GELU_SCALE * z * (1 + GELU_CUBIC * z * z));
    return 0.5 * (1 + inner) + 0.5 * z * (1 - inner * inner) * GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z);
  },
  silu: (z, h) => logistic(z) + h * (1 - logistic(z)),
  mish: (z) => {
    const gate = tanh(softplus(z));
    return gate + z * logistic(z) * (1 - gate * gate);
  },
  sine: Math.cos,
  abs: (z) => (z > 0 ? 1 : -1),
  identity: () => 1,
};

/** The gradient with respect to a row pre, from the one with respect to its values post. */
export function pullback(name, pre, post, gradient) {
  if (name !== "softmax") return gradient.map((part, i) => part * SLOPES[name](pre[i], post[i]));
  const mean = gradient.reduce((sum, part, i) => sum + part * post[i], 0);
  return gradient.map((part, i) => post[i] * (part - mean));
}

/** The activation `name` over all rows of pre (sample-major, `width` a row) into post. */
export function activate(name, pre, post, width) {
  if (name !== "softmax") return ACTIVATIONS[name](pre, post, 0, pre.length);
  for (let start = 0; start < pre.length; start += width) softmax(pre, post, start, width);
}

/** Fills out with pre-activations at share t (not 0) of their way to those, post, of a bounded
 *  activation: core's `bend`. */
export function squash(pre, post, t, out) {
  for (let i = 0; i < out.length; i++) {
    const z = pre[i];
    const square = 1 + z * z;
    const size = Math.sqrt(square);
    const shrunk = Math.exp(0.5 * (1 - t) * Math.log(square)); // in a third of the time of a power
    const left = size > 1 + 1e-8 ? (shrunk - 1) / (size - 1) : 1 - t; // the limit at z = 0
    out[i] = post[i] + left * (z - post[i]);
  }
  return out;
}

/** Slope below zero of an activation that is made of straight pieces with slope 1 above zero; null
 *  of every other: it follows from the formula. */
function negativeSlope(name) {
  const post = new Float64Array(4);
  activate(name, Float64Array.of(-2, -1, 1, 2), post, 1);
  const straight = post[0] === 2 * post[1] && post[2] === 1 && post[3] === 2;
  return straight ? 0 - post[1] : null;
}

/** name -> slope below zero, of the activations that are piecewise linear. */
export const NEGATIVE_SLOPES = Object.fromEntries(
  Object.keys(ACTIVATIONS).map((name) => [name, negativeSlope(name)]).filter(([, slope]) => slope !== null));

/** Whether an activation bends nothing: one slope, below zero and above it. */
export const isStraight = (name) => NEGATIVE_SLOPES[name] === 1;

export const isPiecewise = (activations) => activations.every((name) => name in NEGATIVE_SLOPES);

/** An activation whose bend is changed by hand: a piecewise-linear one (slope 1 above 0, s below) keeps
 *  the share `amount` of its bend, so that the slope below 0 is 1 + amount (s - 1), from straight (0) to
 *  what it is (1); a smooth one, f, becomes f(amount z), with sharper bends above 1 and softer ones below.
 *  Returns the name under which it is known until the next change: its own where nothing changes. */
export function rebent(name, amount) {
  if (amount === 1 || isStraight(name) || name === "softmax") return name;
  const other = `${name} by hand`;
  if (name in NEGATIVE_SLOPES) {
    const slope = bentSlope(name, amount);
    ACTIVATIONS[other] = elementwise((z) => (z > 0 ? z : slope * z));
    SLOPES[other] = (z) => (z > 0 ? 1 : slope);
    NEGATIVE_SLOPES[other] = slope;
    return other;
  }
  const value = (z) => {
    const out = [0];
    ACTIVATIONS[name]([amount * z], out, 0, 1);
    return out[0];
  };
  ACTIVATIONS[other] = elementwise(value);
  SLOPES[other] = (z, h) => amount * SLOPES[name](amount * z, h);
  return other;
}

/** Slope below 0 of a piecewise-linear activation that keeps a share of its bend. */
export const bentSlope = (name, amount) => 1 + amount * (NEGATIVE_SLOPES[name] - 1);
