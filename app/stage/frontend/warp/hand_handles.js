// The tips of the arrows and the origin in the hand: with a pointer, a finger or the arrow keys.

import { ARROWS, element } from "../draw/elements.js";
import { placeOn } from "../draw/surface.js";
import { formatNumber } from "../network/numbers.js";

const STEP = 0.05, LARGE_STEP = 0.5; // of an arrow key, with Shift
const SNAP = 0.05; // of a drag
const NAMES = ["Tip of column 1", "Tip of column 2", "Origin, the bias"];
const HELP = "Arrow keys move it by 0.05, with Shift by 0.5.";

export class HandHandles {
  /** pull(which, [x, y]): column 1, column 2 (0, 1) or the bias (2) is to be there; let go: done(). */
  constructor(frame, picture, { pull, done }) {
    Object.assign(this, { picture, pull, done, held: null });
    this.nodes = NAMES.map((name, which) => this.build(name, which));
    frame.append(...[...this.nodes].reverse()); // where they lie on each other, the first column is on top
  }

  build(name, which) {
    const node = element("span", `lw-hand-handle lw-hand-handle-${which}`, "", { role: "slider", tabindex: "0", "aria-label": name, "aria-description": HELP, "aria-valuemin": "-5", "aria-valuemax": "5" });
    node.addEventListener("pointerdown", (event) => this.grab(event, which));
    node.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => this.drop());
    node.addEventListener("keydown", (event) => this.press(event, which));
    node.addEventListener("keyup", (event) => event.key in ARROWS && this.done());
    return node;
  }

  grab(event, which) {
    if (event.button || this.locked) return;
    event.preventDefault(); // no selection of text, no scrolling
    event.currentTarget.focus({ preventScroll: true, focusVisible: false });
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = placeOn(this.picture, event);
    const [x, y] = this.places[which];
    this.held = { which, dx: x - at.x, dy: y - at.y };
  }

  drag(event) {
    if (!this.held) return;
    const { which, dx, dy } = this.held;
    const { x, y } = placeOn(this.picture, event);
    const { camera: { center, middle, scale } } = this.picture;
    const place = [center[0] + (x + dx - middle[0]) / scale, center[1] - (y + dy - middle[1]) / scale];
    this.pull(which, this.inUnits(which, place).map((value) => Math.round(value / SNAP) * SNAP));
  }

  drop() {
    if (!this.held) return;
    this.held = null;
    this.done();
  }

  /** Where a place is, seen from where the thing is measured: columns from the origin. */
  inUnits(which, [x, y]) {
    const [b1, b2] = which === 2 ? [0, 0] : this.layer.bias;
    return [x - b1, y - b2];
  }

  press(event, which) {
    const arrow = ARROWS[event.key];
    if (!arrow || this.locked || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // the stage's own arrow keys move along the timeline
    const step = event.shiftKey ? LARGE_STEP : STEP;
    this.pull(which, valuesOf(this.layer, which).map((value, k) => value + step * arrow[k]));
  }

  /** At the places (pixels) of both tips and the origin; none: they are not there to be held. */
  draw(layer, places, locked) {
    Object.assign(this, { layer, places, locked });
    const { width, height } = this.picture;
    this.nodes.forEach((node, which) => {
      node.hidden = !places || locked;
      if (node.hidden) return;
      const [x, y] = places[which];
      Object.assign(node.style, { left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%` });
      const [first, second] = valuesOf(layer, which);
      node.setAttribute("aria-valuenow", first);
      node.setAttribute("aria-valuetext", `${formatNumber(first)} across, ${formatNumber(second)} up`);
    });
  }
}

/** Column 1, column 2 or the bias of a layer. */
export const valuesOf = ({ matrix, bias }, which) => (which === 2 ? bias : [matrix[which], matrix[2 + which]]);
