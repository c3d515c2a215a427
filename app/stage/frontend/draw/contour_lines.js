// Contours of a table over the lattice, as lines on a canvas.

/** Levels of a single contour, at zero: the next level is beyond any value a network takes. */
export const ZERO_LEVEL = { origin: 0, step: 1e30 };

/** Adds the contours of one column of a table over the lattice to the path (marching squares).
 *  field: {values, columns, column} with values[node * columns + column], rows from the
 *  bottom up; size nodes a side, every stride-th used; the lattice fills width x height pixels;
 *  levels are origin + k * step for whole k, at most a dozen in one cell. */
export function traceContours(context, field, size, stride, width, height, levels) {
  const { values, columns, column } = field;
  const { origin, step } = levels;
  const right = stride * columns;
  const up = stride * size * columns;
  const dx = (width * stride) / (size - 1);
  const dy = (height * stride) / (size - 1);
  for (let row = 0; row + stride < size; row += stride) {
    const y = height - (row * height) / (size - 1);
    let index = row * size * columns + column;
    for (let at = 0; at + stride < size; at += stride, index += right) {
      const a = values[index];
      const b = values[index + right];
      const c = values[index + right + up];
      const d = values[index + up];
      const low = Math.min(a, b, c, d);
      const high = Math.max(a, b, c, d);
      // Levels in (low, high]: a corner exactly on a level counts as above it.
      const first = Math.floor((low - origin) / step) + 1;
      const last = Math.min(Math.floor((high - origin) / step), first + 12);
      const x = (at * width) / (size - 1);
      for (let k = first; k <= last; k += 1) {
        traceCell(context, a, b, c, d, origin + k * step, x, y, dx, dy);
      }
    }
  }
}

/** One cell with corners a (x, y), b (x + dx, y), c (x + dx, y - dy), d (x, y - dy). */
function traceCell(context, a, b, c, d, level, x, y, dx, dy) {
  const code = (a >= level) | ((b >= level) << 1) | ((c >= level) << 2) | ((d >= level) << 3);
  if (code === 0 || code === 15) return;
  const bottom = x + (dx * (level - a)) / (b - a);
  const right = y - (dy * (level - b)) / (c - b);
  const top = x + (dx * (level - d)) / (c - d);
  const left = y - (dy * (level - a)) / (d - a);
  const side = Math.min(code, 15 - code);
  if (side === 5)
    return traceSaddle(context, code, (a + b + c + d) / 4 >= level, x, y, dx, dy, {
      bottom,
      right,
      top,
      left,
    });
  if (side === 1) {
    context.moveTo(x, left);
    context.lineTo(bottom, y);
  } else if (side === 2) {
    context.moveTo(bottom, y);
    context.lineTo(x + dx, right);
  } else if (side === 3) {
    context.moveTo(x, left);
    context.lineTo(x + dx, right);
  } else if (side === 4) {
    context.moveTo(top, y - dy);
    context.lineTo(x + dx, right);
  } else if (side === 6) {
    context.moveTo(bottom, y);
    context.lineTo(top, y - dy);
  } else {
    context.moveTo(x, left);
    context.lineTo(top, y - dy);
  }
}

/** Two opposite corners above the level: the mean of the cell says which corners are cut off. */
function traceSaddle(context, code, middleAbove, x, y, dx, dy, { bottom, right, top, left }) {
  const cutsBottomLeft = (code === 5) !== middleAbove;
  context.moveTo(x, left);
  if (cutsBottomLeft) {
    context.lineTo(bottom, y);
    context.moveTo(top, y - dy);
  } else {
    context.lineTo(top, y - dy);
    context.moveTo(bottom, y);
  }
  context.lineTo(x + dx, right);
}
