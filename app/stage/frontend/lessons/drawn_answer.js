// What all answers share that are drawn on a pad, and can be cleared until they stand.

import { element } from "../draw/elements.js";

const DIGITS = 4; // of what is kept of a line

/** Whether something is a list of places [x, y]. */
export const isPath = (said) => Array.isArray(said) && said.every((place) => Array.isArray(place) && place.length === 2 && place.every(Number.isFinite));

export class DrawnAnswer {
  build(root, step, changed) {
    Object.assign(this, { root, step, changed });
  }

  /** Takes the pad that is drawn on, and offers to clear it; what: is drawn there, in a word. */
  drawOn(pad, what) {
    this.pad = pad;
    this.clear = element("button", "lw-player-button", "Clear", { type: "button", title: `Takes the ${what} away` });
    this.clear.addEventListener("click", () => pad.clear());
    this.root.append(element("p", "lw-lesson-hint", pad.hint), this.clear);
  }

  get ready() {
    return Boolean(this.pad?.ring);
  }

  get said() {
    return this.pad.path.map((place) => place.map((part) => Number(part.toPrecision(DIGITS))));
  }

  give(said) {
    if (isPath(said)) this.pad.path = said;
  }

  fix() {
    this.pad.fix();
    this.clear.hidden = true;
  }
}
