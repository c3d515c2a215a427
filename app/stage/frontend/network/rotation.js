// Small matrices, row-major.

/** Rotation by `angle` about the unit vector `axis` (Rodrigues), for column vectors. */
export function rotation(axis, angle) {
  const [x, y, z] = axis;
  const c = Math.cos(angle), s = Math.sin(angle), d = 1 - c;
  return [
    c + x * x * d, x * y * d - z * s, x * z * d + y * s,
    y * x * d + z * s, c + y * y * d, y * z * d - x * s,
    z * x * d - y * s, z * y * d + x * s, c + z * z * d,
  ];
}

/** The product of two (3, 3) matrices. */
export function times(a, b) {
  return Array.from({ length: 9 }, (_, k) => {
    const [row, column] = [3 * ((k / 3) | 0), k % 3];
    return a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column];
  });
}
