// Canvases that are as sharp as the screen.

import { element } from "./elements.js";

const RATIO_LIMIT = 2;

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

  /** Reads the size; true when it changed and there is something to draw on. What is out of sight keeps its own. */
  measure() {
    const { width, height, ratio } = drawingSize(this.canvas, RATIO_LIMIT);
    if (!width || !height) return false;
    if (width === this.width && height === this.height && ratio === this.ratio) return false;
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    return true;
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
