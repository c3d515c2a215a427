// What the panels share: elements, crisp canvases, lines and contours, stamps, colors and digits.

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const RATIO_LIMIT = 2;

/** Key -> the way it points, y up. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

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

/** A new element with a class and, if given, plain text and attributes. */
export function element(tag, className, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Sets text only where it differs: an unchanged text node costs no layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** True when any of the names is in the Set of changed keys; no Set means everything. */
export function changed(keys, ...names) {
  return !keys || names.some((name) => keys.has(name));
}

/** The size { width, height } to draw a canvas at, and the pixels a unit, `ratio`, with at most
 *  `most` pixels a CSS pixel. A unit is a CSS pixel, or --lw-unit of them: the presenter view
 *  enlarges all that is drawn. */
export function drawingSize(canvas, most) {
  const unit = Number(getComputedStyle(canvas).getPropertyValue("--lw-unit")) || 1;
  return {
    width: canvas.clientWidth / unit,
    height: canvas.clientHeight / unit,
    ratio: unit * Math.min(window.devicePixelRatio || 1, most),
  };
}

/** Where { x, y } an event is, in the units that a surface or a picture is drawn in. */
export function placeOn({ canvas, width, height }, event) {
  const frame = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - frame.left) / frame.width) * width,
    y: ((event.clientY - frame.top) / frame.height) * height,
  };
}

/** A canvas that fills its parent's content box at the screen's own resolution.
 *  redraw is called after every change of its drawing size. */
export class Surface {
  constructor(parent, className, redraw) {
    this.canvas = element("canvas", className);
    this.context = this.canvas.getContext("2d");
    this.width = this.height = 0;
    parent.append(this.canvas);
    new ResizeObserver(() => this.measure() && redraw()).observe(this.canvas);
  }

  /** Reads the size; true when it changed and there is something to draw on. */
  measure() {
    const { width, height, ratio } = drawingSize(this.canvas, RATIO_LIMIT);
    if (width === this.width && height === this.height && ratio === this.ratio) return false;
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    return width > 0 && height > 0;
  }

  /** An empty context, or null while the canvas has no size. */
  begin() {
    if (!this.width || !this.height) return null;
    const { context, ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }
}

export function strokeLine(context, x0, y0, x1, y1, width) {
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Input coordinates -> pixels of a picture of box [x_min, x_max, y_min, y_max], y up. */
export function boxToPixels(box, width, height) {
  const [xMin, xMax, yMin, yMax] = box;
  const sx = width / (xMax - xMin);
  const sy = height / (yMax - yMin);
  return { x: (value) => (value - xMin) * sx, y: (value) => (yMax - value) * sy };
}

/** Adds segments (x0, y0, x1, y1 in input coordinates) to the path of the context. */
export function traceSegments(context, segments, pixels) {
  for (let i = 0; i < segments.length; i += 4) {
    context.moveTo(pixels.x(segments[i]), pixels.y(segments[i + 1]));
    context.lineTo(pixels.x(segments[i + 2]), pixels.y(segments[i + 3]));
  }
}

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

/** One small picture per class of its point, to be stamped: far cheaper than a path per point. */
export function createStamps(theme, radius, ratio) {
  const size = Math.ceil((2 * radius + 4) * ratio);
  const pictures = theme.classes.map((_, index) => {
    const canvas = element("canvas", "");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    theme.drawPoint(context, index, size / ratio / 2, size / ratio / 2, radius);
    return canvas;
  });
  return {
    draw: (context, label, x, y) =>
      context.drawImage(
        pictures[label],
        x - size / ratio / 2,
        y - size / ratio / 2,
        size / ratio,
        size / ratio,
      ),
  };
}

const colors = new Map();

/** [red, green, blue], 0..255, of any CSS color: the browser itself reads it. */
export function parseColor(text) {
  if (!colors.has(text)) {
    const context = element("canvas", "").getContext("2d", { willReadFrequently: true });
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    colors.set(text, [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)]);
  }
  return colors.get(text);
}

/** The color a share of the way from one [r, g, b] to another, packed as image data has it. */
export function packMix(from, to, share) {
  const mix = from.map((value, i) => Math.round(value + (to[i] - value) * share));
  return ((255 << 24) | (mix[2] << 16) | (mix[1] << 8) | mix[0]) >>> 0;
}

/** 12 -> "₁₂" */
export function subscript(number) {
  return [...String(number)].map((digit) => SUBSCRIPTS[digit]).join("");
}

/** -12 -> "⁻¹²" */
export function superscript(power) {
  return [...String(power)].map((digit) => SUPERSCRIPTS[digit] ?? "⁻").join("");
}

/** Index of the value nearest to the wanted one. */
export function nearest(values, wanted) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (Math.abs(values[i] - wanted) < Math.abs(values[best] - wanted)) best = i;
  }
  return best;
}
