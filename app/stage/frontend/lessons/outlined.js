// The way to answer "outline": where the edge of a square goes is drawn in the plane that layers lead to.

import { formatFigure, formatNumber, formatPercent } from "../network/numbers.js";
import { DrawnAnswer } from "./drawn_answer.js";
import { RASTER, carriedShape, countedGap, farthest, isFlat, outlineGap, reachOf } from "./outline.js";
import { LETTERS, OutlinePad } from "./outline_pad.js";
import { modelOf } from "./models.js";

const SAME = 0.05; // share of the area that may differ, and distance beside the size of a flat one

export class Outlined extends DrawnAnswer {
  place(root, theme, view) {
    const { step } = this;
    const model = modelOf(view);
    this.drawOn(new OutlinePad(root, theme, model, step, carriedShape(model, step.shape, step.after), this.changed), "outline");
  }

  async tell(model) {
    const { step, pad: { ring, box } } = this;
    const found = carriedShape(model, step.shape, step.after);
    const gap = found.exact ? outlineGap(ring, found.regions) : countedGap(ring, found.regions, box);
    this.pad.show(found, gap.apart);
    if (isFlat(gap.covered, found.ring)) return sayFlat(ring, found, gap);
    const basis = found.exact ? "." : ` (counted on a raster of ${RASTER} × ${RASTER}).`;
    const corner = farthestCorner(ring, found);
    const near = corner.far < SAME * reachOf(found.ring);
    const words = `Your outline and the true one differ on ${formatPercent(gap.share)} of all that they enclose, shaded${basis} ${near ? "All four corners lie on yours." : corner.words}`;
    return { right: gap.share < SAME && near, words };
  }
}

/** What is pressed flat has no area to differ on: the corner that lies farthest from a drawn ring. */
function farthestCorner(ring, { corners }) {
  const [worst] = corners.map((place, k) => ({ place, letter: LETTERS[k], far: farthest([place], ring) })).sort((one, other) => other.far - one.far);
  return { far: worst.far, words: `Corner ${worst.letter} goes to (${worst.place.map(formatNumber).join(", ")}), ${formatFigure(worst.far)} from your line.` };
}

/** Of a shape that has lost its area only distances can be told. */
function sayFlat(ring, found, { drawn }) {
  const point = reachOf(found.ring) < 1e-6;
  const mine = isFlat(drawn, ring);
  const far = farthest(found.ring, ring);
  const enclosed = mine ? "Yours encloses none either." : `Yours encloses ${formatFigure(drawn)}.`;
  const words = `It is pressed ${point ? "into one point" : "flat"}, and has no area any more. ${enclosed} ${point ? "The point" : "The farthest part of it"} lies ${formatFigure(far)} from your line.`;
  return { right: mine && far < SAME * Math.max(reachOf(found.ring), 1), words };
}
