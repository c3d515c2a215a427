// The ways to answer, one class a kind: what is asked, the answer, and how far it is from what is shown.
// The names are those of app/pages/lessons/kinds.py.

import { element } from "../draw/elements.js";
import { formatPercent } from "../network/numbers.js";
import { DrawnAnswer, isPath } from "./drawn_answer.js";
import { Graphed } from "./graph_answer.js";
import { MEASURES, PLACE_MEASURES, boundaryOf, measured } from "./measures.js";
import { Outlined } from "./outlined.js";
import { LinePad, PlacePad } from "./pad.js";
import { closeLine, disagreement, isClosed } from "./scoring.js";

const SIZE = 64; // of the picture of an answer

/** An answer has `build(root, step, changed)`, `ready`, `fix()`, `said`, which can be kept as JSON, `give(said)`, which
 *  answers so again where that is possible, and `tell(model)`: { words, right }, with what else there is to draw drawn. One that is given on the input space gets it by `place(root, theme, view)`. */
class Choose {
  build(root, { options }, changed) {
    this.options = options;
    const group = element("div", "lw-lesson-options", "", { role: "radiogroup", "aria-label": "Answers" });
    this.inputs = options.map(({ text, outline }, k) => {
      const label = element("label", "lw-lesson-option");
      const input = element("input", "", "", { type: "radio", name: "answer", value: k });
      input.addEventListener("change", changed);
      label.append(input);
      if (outline.length) label.append(outlined([outline], SIZE));
      label.append(element("span", "", text));
      group.append(label);
      return input;
    });
    root.append(group);
  }

  get chosen() {
    return this.inputs.findIndex((input) => input.checked);
  }

  get ready() {
    return this.chosen >= 0;
  }

  get said() {
    return this.chosen;
  }

  give(said) {
    if (this.inputs[said]) this.inputs[said].checked = true;
  }

  fix() {
    for (const input of this.inputs) input.disabled = true;
  }

  async tell() {
    const right = this.options.findIndex((option) => option.right);
    this.inputs.forEach((input, k) => {
      input.parentElement.classList.toggle("lw-lesson-true", k === right);
      if (k === right) input.parentElement.append(element("span", "lw-lesson-mark", "what happens"));
      else if (k === this.chosen) input.parentElement.append(element("span", "lw-lesson-mark", "your prediction"));
    });
    const said = `You predicted: ${quoted(this.options[this.chosen].text)}`;
    if (this.chosen === right) return { right: true, words: "What happens is what you predicted." };
    return { right: false, words: `${said} What happens: ${quoted(this.options[right].text)}` };
  }
}

class Numbered {
  build(root, step, changed) {
    this.step = step;
    const ends = { min: step.low, max: step.high, step: step.step };
    const label = element("label", "lw-lesson-number");
    this.range = element("input", "lw-player-range", "", { type: "range", "aria-label": "Your number", ...ends, value: step.low });
    this.box = element("input", "lw-lesson-box", "", { type: "number", "aria-label": "Your number, typed", placeholder: "?", ...ends, step: "any" });
    const follow = (from, to) => () => {
      to.value = from.value;
      changed();
    };
    // Where it starts is no prediction: a click there makes it one.
    for (const name of ["input", "click"]) this.range.addEventListener(name, follow(this.range, this.box));
    this.box.addEventListener("input", follow(this.box, this.range));
    label.append(this.range, this.box);
    root.append(label);
  }

  get value() {
    return this.box.value === "" ? NaN : Number(this.box.value);
  }

  get ready() {
    return Number.isFinite(this.value);
  }

  get said() {
    return this.value;
  }

  give(said) {
    if (Number.isFinite(said)) this.box.value = this.range.value = said;
  }

  fix() {
    this.range.disabled = this.box.disabled = true;
  }

  async tell(model) {
    const found = await measured(this.step.measure, model);
    const said = MEASURES[this.step.measure].says(found);
    const gap = this.value - found;
    if (gap === 0) return { right: true, words: `${said} That is what you predicted.` };
    return { right: false, words: `${said} You predicted ${shown(this.value)}, which is ${shown(Math.abs(gap))} ${gap > 0 ? "more" : "less"}.` };
  }
}

class Placed {
  build(root, step, changed) {
    Object.assign(this, { step, root, changed });
  }

  place(root, theme, view) {
    this.pad = new PlacePad(root, theme, view, this.changed);
    this.root.append(element("p", "lw-lesson-hint", this.pad.hint));
  }

  get ready() {
    return Boolean(this.pad?.place);
  }

  get said() {
    const { x, y } = this.pad.place;
    return [x, y];
  }

  give(said) {
    if (isPath([said])) this.pad.store.pin({ x: said[0], y: said[1] });
  }

  fix() {
    this.pad.fix();
  }

  async tell(model) {
    const { says, at } = PLACE_MEASURES[this.step.measure];
    const { x, y } = this.pad.place;
    const { G, nodes } = model;
    const { layers, predicted } = model.evaluate(x, y);
    const found = at({ layers, predicted: [predicted] }, 0);
    const wanted = this.step.equals;
    const holds = Array.from({ length: nodes }, (_, p) => at(model, p) === wanted);
    this.pad.show(model, 1);
    this.pad.shade(holds);
    const share = formatPercent(holds.filter(Boolean).length / nodes);
    const where = `That holds on ${share} of the square, shaded (counted on ${G} × ${G} places).`;
    if (found === wanted) return { right: true, words: `At your place ${says(found)}. ${where}` };
    const far = nearestOf(model, holds, x, y);
    const away = Number.isFinite(far) ? ` The nearest place where ${says(wanted)} lies ${far.toFixed(1)} away.` : "";
    return { right: false, words: `At your place ${says(found)}.${away} ${where}` };
  }
}

/** Distance from a place to the nearest node of the lattice where something holds. */
function nearestOf(model, holds, x, y) {
  let least = Infinity;
  holds.forEach((held, p) => {
    if (held) least = Math.min(least, Math.hypot(model.nodeX(p % model.G) - x, model.nodeY(Math.floor(p / model.G)) - y));
  });
  return least;
}

class Drawn extends DrawnAnswer {
  place(root, theme, view) {
    this.drawOn(new LinePad(root, theme, view, this.changed), "line");
  }

  async tell(model) {
    const { segments, exact } = await boundaryOf(model);
    const { net: { box } } = model;
    const { line } = this.pad;
    const { share, pieces } = disagreement(closeLine(line, box), segments, box, (y) => model.evaluate(box[0], y).predicted === 1);
    this.pad.show(model, 1);
    this.pad.shade(pieces);
    const went = isClosed(line, box) ? "" : " Its ends were taken straight on to the edge.";
    const basis = exact ? "" : ` The network's line is curved: it is found on a grid of ${model.G} × ${model.G}.`;
    const none = segments.length ? "" : " The network draws no line here: it says the same everywhere.";
    return { right: share < 0.005, words: `Your line and the network's differ on ${formatPercent(share)} of the square, shaded.${went}${basis}${none}` };
  }
}

export const ANSWERS = { choose: Choose, number: Numbered, place: Placed, draw: Drawn, outline: Outlined, graph: Graphed };

const shown = (value) => value.toLocaleString("en", { maximumFractionDigits: 3 }).replace("-", "−");
const quoted = (text) => (/[.?!]$/.test(text) ? text : `${text}.`);

/** A small picture of lines (x1, x2) from -1 to 1, in the color of the text. */
export function outlined(lines, size) {
  const name = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(name, "svg");
  const attributes = { viewBox: "-1.08 -1.08 2.16 2.16", width: size, height: size, "aria-hidden": "true", class: "lw-lesson-outline" };
  for (const [key, value] of Object.entries(attributes)) picture.setAttribute(key, value);
  for (const line of lines) {
    const path = document.createElementNS(name, "polyline");
    path.setAttribute("points", line.map(([x, y]) => `${x},${-y}`).join(" "));
    picture.append(path);
  }
  return picture;
}
