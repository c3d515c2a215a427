// The quadratic in x1 and x2 that is nearest to a neuron.

const TERMS = 6;
const CONSTANT = 1e-6; // what varies less, beside its size, is constant: float32 says no more of it

/** The terms 1, x1, x2, x1^2, x1 x2, x2^2 at a place. */
const termsAt = (x1, x2) => [1, x1, x2, x1 * x1, x1 * x2, x2 * x2];

/** Of what neuron `index` of layer l puts out over the lattice, by least squares: { coefficients (6) of the
 *  terms above, values (G * G) at the nodes, rSquared: share of its variance there that is explained, or null
 *  where it does not vary }. */
export function nearestQuadratic(model, l, index) {
  const { nodes, inputs, net: { box } } = model;
  const { post, width } = model.layers[l];
  const half = Math.max(...box.map(Math.abs)); // in such units the sums below are all of one size
  const places = Array.from({ length: nodes }, (_, p) => termsAt(inputs[2 * p] / half, inputs[2 * p + 1] / half));
  const outputs = places.map((_, p) => post[p * width + index]);
  const equations = Array.from({ length: TERMS }, (_, row) => [
    ...Array.from({ length: TERMS }, (_, column) => places.reduce((sum, terms) => sum + terms[row] * terms[column], 0)),
    places.reduce((sum, terms, p) => sum + terms[row] * outputs[p], 0),
  ]);
  const scaled = solve(equations);
  const values = Float32Array.from(places, (terms) => terms.reduce((sum, term, k) => sum + term * scaled[k], 0));
  const coefficients = scaled.map((value, k) => value / half ** (k === 0 ? 0 : k < 3 ? 1 : 2));
  return { coefficients, values, rSquared: explained(outputs, values) };
}

/** The solution of linear equations, each a row with its right side last; by Gauss, with pivots. */
function solve(rows) {
  rows.forEach((_, k) => {
    const sizes = rows.map((row, j) => (j < k ? -1 : Math.abs(row[k])));
    const pivot = sizes.indexOf(Math.max(...sizes));
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    rows.forEach((row, j) => {
      if (j === k) return;
      const factor = row[k] / rows[k][k];
      for (let column = k; column < row.length; column++) row[column] -= factor * rows[k][column];
    });
  });
  return rows.map((row, k) => row.at(-1) / row[k]);
}

function explained(outputs, values) {
  const mean = outputs.reduce((sum, value) => sum + value, 0) / outputs.length;
  const largest = outputs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const total = outputs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (Math.sqrt(total / outputs.length) <= CONSTANT * largest) return null;
  return 1 - outputs.reduce((sum, value, p) => sum + (value - values[p]) ** 2, 0) / total;
}
