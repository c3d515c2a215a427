// Activation functions, the same formulas as core/activations.py.

const LEAKY_SLOPE = 0.1;
const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

/** Above this the exponential form has reached its limit in double precision. */
const tanh = (z) => (z > 20 ? 1 : z < -20 ? -1 : 1 - 2 / (Math.exp(2 * z) + 1));

const elementwise = (f) => (pre, post, start, count) => {
  for (let i = start; i < start + count; i++) post[i] = f(pre[i]);
};

function softmax(pre, post, start, count) {
  let largest = -Infinity;
  for (let i = start; i < start + count; i++) largest = Math.max(largest, pre[i]);
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += post[i] = Math.exp(pre[i] - largest);
  for (let i = start; i < start + count; i++) post[i] /= sum;
}

/** name -> (pre, post, start, count): fills post[start .. start + count] from the same row of pre. */
export const ACTIVATIONS = {
  relu: elementwise((z) => (z > 0 ? z : 0)),
  leaky_relu: elementwise((z) => (z > 0 ? z : LEAKY_SLOPE * z)),
  tanh: elementwise(tanh),
  sigmoid: elementwise((z) => 1 / (1 + Math.exp(-z))),
  softplus: elementwise((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))),
  elu: elementwise((z) => (z > 0 ? z : Math.expm1(z))),
  gelu: elementwise((z) => 0.5 * z * (1 + tanh(GELU_SCALE * z * (1 + GELU_CUBIC * z * z)))),
  silu: elementwise((z) => z / (1 + Math.exp(-z))),
  sine: elementwise(Math.sin),
  abs: elementwise(Math.abs),
  identity: elementwise((z) => z),
  softmax,
};

/** Activations that are "on" where their pre-activation is positive. */
export const HINGED = new Set(["relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "identity"]);

/** The activation `name` over all rows of pre (sample-major, `width` a row) into post. */
export function activate(name, pre, post, width) {
  if (name !== "softmax") return ACTIVATIONS[name](pre, post, 0, pre.length);
  for (let start = 0; start < pre.length; start += width) softmax(pre, post, start, width);
}

export const ACTIVATION_LABELS = {
  relu: "ReLU",
  leaky_relu: "leaky ReLU",
  tanh: "tanh",
  sigmoid: "sigmoid",
  softplus: "softplus",
  elu: "ELU",
  gelu: "GELU",
  silu: "SiLU",
  sine: "sine",
  abs: "abs",
  identity: "identity",
  softmax: "softmax",
};
