// The chosen neuron beside the quadratic that is nearest to it.

import { element, styleBeside } from "../draw/elements.js";
import { strokeLine } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";
import { NEGATIVE_SLOPES, isStraight } from "../network/activations.js";
import { formatFigure, formatPercent } from "../network/numbers.js";
import { DIRECTIONS, crossSection, nearestQuadratic } from "../network/quadratic.js";

const NAMES = ["", " x₁", " x₂", " x₁²", " x₁x₂", " x₂²"];
const MARGIN = 8; // pixels around the cross-section
const DASH = [5, 3]; // of the quadratic's line
const NEARLY = 0.01; // of the range: what is nowhere further apart looks alike
const TURN = 0.02; // of the neuron's range: what comes back by less does not turn
const NEGLIGIBLE = 0.005; // of what the largest term comes to at the square's edge
const ROUNDING = 1e-6; // of the same: the least squares find no exact 0

export class QuadraticCard {
  /** maps: the heat maps of the layer, whose colors both pictures have. */
  constructor(root, maps) {
    Object.assign(this, { root, maps, found: null });
    this.words = element("div", "lw-quadratic-words");
    this.surfaces = ["the neuron", "nearest quadratic q", "the line; q dashed"].map((name) => {
      const figure = element("figure", "lw-quadratic-figure");
      const frame = element("span", "lw-card-frame");
      figure.append(frame, element("figcaption", "lw-card-name", name));
      root.append(figure);
      return new Surface(frame, "lw-card-map", () => this.paint());
    });
    root.append(this.words, styleBeside("quadratic.css", import.meta));
  }

  draw(model, layer, index) {
    this.index = index;
    this.found = nearestQuadratic(model, layer, index);
    const { coefficients, rSquared } = this.found;
    this.section = hasRest(rSquared) ? crossSection(this.found, model.G) : null;
    this.surfaces[2].canvas.closest("figure").hidden = !this.section;
    this.words.replaceChildren(
      element("strong", "", rSquared === null ? "A constant:" : `R² ${shortOf1(rSquared)}:`),
      element("span", "lw-formula", ` q = ${formulaOf(coefficients, model.net.box, this.section ? NEGLIGIBLE : ROUNDING)}`),
      element("span", "lw-neurons-hint", meaningOf(rSquared, model.G)),
      ...(this.section ? [element("span", "lw-neurons-hint", sayApart(model, layer, this.section))] : []),
    );
    this.paint();
  }

  paint() {
    if (!this.found || !this.maps.palettes) return;
    const [neuron, quadratic, section] = this.surfaces;
    const first = neuron.begin();
    if (first) this.maps.draw(first, this.index, neuron.width, neuron.height);
    const second = quadratic.begin();
    if (second) this.maps.drawField(second, { values: this.found.values, columns: 1, column: 0 }, this.index, quadratic.width, quadratic.height);
    if (!this.section) return;
    if (first) this.paintLine(first, neuron);
    if (second) this.paintLine(second, quadratic);
    const third = section.begin();
    if (third) this.paintSection(third, section);
  }

  /** Where the cross-section lies. */
  paintLine(context, { width, height }) {
    const [x, y] = this.section.end;
    const place = (side) => [(width * (1 + side * x)) / 2, (height * (1 - side * y)) / 2];
    Object.assign(context, { strokeStyle: this.maps.theme.text, globalAlpha: 0.7 });
    context.setLineDash([2, 3]);
    strokeLine(context, ...place(-1), ...place(1), 1.5);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** From the line's left end to its right one. */
  paintSection(context, { width, height }) {
    const { theme } = this.maps;
    const { neuron, quadratic, end } = this.section;
    const all = [...neuron, ...quadratic, 0];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const y = (value) => height - MARGIN - ((value - low) / (high - low)) * (height - 2 * MARGIN);
    Object.assign(context, { strokeStyle: theme.gray, globalAlpha: 0.6 });
    strokeLine(context, 0, y(0), width, y(0), 1);
    Object.assign(context, { globalAlpha: 1, lineWidth: 2.2, lineJoin: "round" });
    for (const [values, color, dash] of [[quadratic, theme.active, DASH], [neuron, theme.text, []]]) {
      const ordered = end[0] < 0 ? [...values].reverse() : values;
      context.beginPath();
      ordered.forEach((value, s) => context.lineTo((width * s) / (ordered.length - 1), y(value)));
      context.strokeStyle = color;
      context.setLineDash(dash);
      context.stroke();
    }
    context.setLineDash([]);
  }
}

/** Whether a quadratic leaves anything of a neuron over. */
const hasRest = (rSquared) => rSquared !== null && rSquared <= 1 - 1e-6;

/** What separates a neuron from its nearest quadratic, however much that explains. */
function sayApart(model, layer, section) {
  const { gap, range, quadratic } = section;
  const apart = range > 0 ? `, ${formatPercent(gap / range)} of the range there` : "";
  const never = model.net.lifted ? "" : " The network adds up what it has bent itself; nobody gives it x₁² or x₁x₂.";
  const alike = gap < NEARLY * range ? "They are nearly alike here, and yet not the same" : "They are not alike";
  return `${alike}: ${sayNeuron(model.net, layer)}; q, a quadratic, ${sayQuadratic(quadratic, range)}. `
    + `On that line, of ${DIRECTIONS} through the middle the one on which the ${whatIs(model.net, layer)} covers the widest range, they are up to ${formatFigure(gap)} apart${apart}.${never}`;
}

function sayNeuron({ activations, depth, lifted }, layer) {
  const bending = activations.slice(0, layer).filter((name) => !isStraight(name));
  const own = activations[layer - 1];
  const alone = bending.length === 1 && layer <= depth && own === bending[0];
  if (lifted || !bending.every((name) => name in NEGATIVE_SLOPES)) return sayCurved(own, layer <= depth);
  if (!alone) return `the ${whatIs({ depth }, layer)} is made of straight pieces with sharp folds between them`;
  return own === "relu" ? "the neuron is two straight parts with one sharp fold, and on one side of it 0 all the way" : "the neuron is two straight parts with one sharp fold";
}

const whatIs = ({ depth }, layer) => (layer > depth ? "output" : "neuron");

/** Of a neuron that is not made of straight pieces; `inside`: its layer has an activation of its own. */
function sayCurved(own, inside) {
  const limits = inside && { tanh: "−1 and 1", sigmoid: "0 and 1", softmax: "0 and 1" }[own.split(" ")[0]];
  return limits ? `the neuron stays between ${limits}, however far out` : `the ${inside ? "neuron" : "output"} bends more in one place than in another`;
}

/** What a parabola does along the line: it turns where it comes back from an inner extreme. */
function sayQuadratic(values, range) {
  const ends = [values[0], values.at(-1)];
  if (Math.min(...ends) - Math.min(...values) > TURN * range) return "bends evenly along the dotted line and rises again past its lowest place there";
  if (Math.max(...values) - Math.max(...ends) > TURN * range) return "bends evenly along the dotted line and falls again past its highest place there";
  const sag = (values[0] + values.at(-1)) / 2 - values[(values.length - 1) / 2];
  return Math.abs(sag) > TURN * range ? "bends evenly along the dotted line" : "is nearly straight along the dotted line";
}

/** "0.31 + 1.20 x₁ − 0.50 x₁x₂": terms are left out that come to no more than a share of the largest. */
function formulaOf(coefficients, box, negligible) {
  const half = Math.max(...box.map(Math.abs));
  const sizes = coefficients.map((value, k) => Math.abs(value) * half ** (k === 0 ? 0 : k < 3 ? 1 : 2));
  const least = negligible * Math.max(...sizes);
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
  if (rSquared > 1 - 1e-6) return `As far as one can see, the neuron is this quadratic in this square: less than a millionth of how it varies is left over (${where}).`;
  return `The best quadratic in x₁ and x₂ explains ${formatPercent(Math.max(rSquared, 0))} of how the neuron varies in this square (${where}). `
    + "100 % would mean that the neuron is this quadratic here; outside the square the two may part.";
}
