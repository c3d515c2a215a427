// Lines, data points and words on a canvas.

import { element } from "./elements.js";

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

/** Adds segments (numbers of points, two each) to the path; x(k), y(k): where point k is drawn. */
export function traceSegments(context, segments, x, y) {
  segments.forEach((point, k) => {
    if (k % 2) context.lineTo(x(point), y(point));
    else if (point !== segments[k - 1]) context.moveTo(x(point), y(point));
  });
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

/** Text that stays readable over lines. */
export function halo(context, theme, text, x, y, color = theme.text) {
  context.strokeStyle = theme.background;
  context.lineWidth = 4;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

const MOST_LABELS = 256;
const labels = new Map();

/** The same from a small picture that is kept, for shaping the words anew takes a millisecond a frame. On
 *  whole pixels, else it would blur. style: { font, textAlign, textBaseline }. */
export function write(context, theme, text, x, y, style, color = theme.text) {
  const ratio = context.getTransform().a;
  const { picture, left, top } = labelOf(theme, text, style, ratio, color);
  const place = (value) => Math.round(value * ratio) / ratio;
  context.drawImage(picture, place(x) - left, place(y) - top, picture.width / ratio, picture.height / ratio);
}

/** How wide the words are that `write` writes. */
export function widthOf(context, theme, text, style) {
  return labelOf(theme, text, style, context.getTransform().a, theme.text).width;
}

/** { picture, left, top, width }: how far the place of the text is from the picture's corner. */
function labelOf(theme, text, style, ratio, color) {
  const { font, textAlign, textBaseline } = style;
  const key = `${text}|${font}|${textAlign}|${textBaseline}|${color}|${theme.background}|${ratio}`;
  if (!labels.has(key)) {
    if (labels.size >= MOST_LABELS) labels.clear();
    labels.set(key, drawLabel(theme, text, style, ratio, color));
  }
  return labels.get(key);
}

function drawLabel(theme, text, style, ratio, color) {
  const picture = element("canvas", "");
  const context = picture.getContext("2d");
  Object.assign(context, style);
  const box = context.measureText(text);
  const left = Math.ceil(box.actualBoundingBoxLeft) + 3;
  const top = Math.ceil(box.actualBoundingBoxAscent) + 3;
  picture.width = Math.ceil((left + box.actualBoundingBoxRight + 3) * ratio);
  picture.height = Math.ceil((top + box.actualBoundingBoxDescent + 3) * ratio);
  context.scale(ratio, ratio);
  Object.assign(context, style, { lineJoin: "round" });
  halo(context, theme, text, left, top, color);
  return { picture, left, top, width: box.width };
}
