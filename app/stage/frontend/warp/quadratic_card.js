// The chosen neuron beside the quadratic that is nearest to it.

import { element } from "../draw/elements.js";
import { Surface } from "../draw/surface.js";
import { formatFigure, formatPercent } from "../network/numbers.js";
import { nearestQuadratic } from "../network/quadratic.js";

const NAMES = ["", " x₁", " x₂", " x₁²", " x₁x₂", " x₂²"];
const NEGLIGIBLE = 0.005; // of what the largest term comes to at the square's edge

export class QuadraticCard {
  /** maps: the heat maps of the layer, whose colors both pictures have. */
  constructor(root, maps) {
    Object.assign(this, { root, maps, found: null });
    this.words = element("div", "lw-quadratic-words");
    const [neuron, quadratic] = ["the neuron", "nearest quadratic q"].map((name) => {
      const figure = element("figure", "lw-quadratic-figure");
      const frame = element("span", "lw-card-frame");
      figure.append(frame, element("figcaption", "lw-card-name", name));
      root.append(figure);
      return frame;
    });
    this.surfaces = [new Surface(neuron, "lw-card-map", () => this.paint()), new Surface(quadratic, "lw-card-map", () => this.paint())];
    root.append(this.words);
  }

  draw(model, layer, index) {
    this.index = index;
    this.found = nearestQuadratic(model, layer, index);
    const { coefficients, rSquared } = this.found;
    this.words.replaceChildren(
      element("strong", "", rSquared === null ? "A constant:" : `R² ${shortOf1(rSquared)}:`),
      element("span", "lw-formula", ` q = ${formulaOf(coefficients, model.net.box)}`),
      element("span", "lw-neurons-hint", meaningOf(rSquared, model.G)),
    );
    this.paint();
  }

  paint() {
    if (!this.found || !this.maps.palettes) return;
    const [neuron, quadratic] = this.surfaces;
    const first = neuron.begin();
    if (first) this.maps.draw(first, this.index, neuron.width, neuron.height);
    const second = quadratic.begin();
    if (second) this.maps.drawField(second, { values: this.found.values, columns: 1, column: 0 }, this.index, quadratic.width, quadratic.height);
  }
}

/** "0.31 + 1.20 x₁ − 0.50 x₁x₂": terms that hardly matter in the square are left out. */
function formulaOf(coefficients, box) {
  const half = Math.max(...box.map(Math.abs));
  const sizes = coefficients.map((value, k) => Math.abs(value) * half ** (k === 0 ? 0 : k < 3 ? 1 : 2));
  const least = NEGLIGIBLE * Math.max(...sizes);
  const terms = coefficients.map((value, k) => ({ value, name: NAMES[k] })).filter((_, k) => sizes[k] > least);
  if (!terms.length) return "0";
  return terms.map(({ value, name }, place) => {
    const sign = value < 0 ? "−" : place ? "+" : "";
    return `${sign}${sign && place ? " " : ""}${formatFigure(Math.abs(value))}${name}`;
  }).join(" ");
}

/** To three decimals; below 1 it is not rounded up to it. */
const shortOf1 = (share) => (share > 0.999 && share < 1 - 1e-6 ? "0.999" : share.toFixed(3));

function meaningOf(rSquared, G) {
  const where = `least squares at ${G} × ${G} places`;
  if (rSquared === null) return "It puts out the same everywhere in this square: there is nothing to explain.";
  if (rSquared > 1 - 1e-6) return `In this square the neuron is this quadratic: nothing is left over (${where}).`;
  return `The best quadratic in x₁ and x₂ explains ${formatPercent(Math.max(rSquared, 0))} of how the neuron varies in this square (${where}). `
    + "100 % would mean that the neuron is this quadratic here; outside the square the two may part.";
}
