// What a network can be given of a point in place of its coordinates, as core/network/features.py has it.

/** name -> { value(x1, x2), slope(x1, x2): derivatives with respect to x1 and x2 }. */
const FEATURES = {
  x1: { value: (x1) => x1, slope: () => [1, 0] },
  x2: { value: (x1, x2) => x2, slope: () => [0, 1] },
  square1: { value: (x1) => (x1 * x1) / 3, slope: (x1) => [(2 * x1) / 3, 0] },
  square2: { value: (x1, x2) => (x2 * x2) / 3, slope: (x1, x2) => [0, (2 * x2) / 3] },
  product: { value: (x1, x2) => (x1 * x2) / 3, slope: (x1, x2) => [x2 / 3, x1 / 3] },
  sine1: { value: (x1) => Math.sin(x1), slope: (x1) => [Math.cos(x1), 0] },
  sine2: { value: (x1, x2) => Math.sin(x2), slope: (x1, x2) => [0, Math.cos(x2)] },
  bowl: { value: (x1, x2) => (x1 * x1 + x2 * x2) / 3, slope: (x1, x2) => [(2 * x1) / 3, (2 * x2) / 3] },
};

/** Features (n, names.length) of points (n, 2), row by row. */
export function lift(names, points) {
  const out = new Float32Array((points.length / 2) * names.length);
  names.forEach((name, j) => {
    const { value } = FEATURES[name];
    for (let i = 0; 2 * i < points.length; i++) out[i * names.length + j] = value(points[2 * i], points[2 * i + 1]);
  });
  return out;
}

/** Their derivatives at a point [x1, x2]: two columns, d/dx1 and d/dx2. */
export function liftSlopes(names, [x1, x2]) {
  const rows = names.map((name) => FEATURES[name].slope(x1, x2));
  return [0, 1].map((axis) => rows.map((row) => row[axis]));
}
