// The answer "graph": the output of a network of one input is drawn over its axis.

import { element } from "../draw/elements.js";
import { plainNumber, shortNumber } from "../pieces/tools.js";
import { GraphPad } from "./graph_pad.js";
import { gapBetween, throughout } from "./graph_scoring.js";

const ENOUGH = 0.5; // of the axis
const SAME = 0.02; // of the picture's height: so near, two lines are drawn as one

export class Graphed {
  build(root, step, changed) {
    Object.assign(this, { root, changed });
  }

  place(root, theme, view) {
    this.pad = new GraphPad(root, theme, view, this.changed);
    this.clear = element("button", "lw-player-button", "Clear", { type: "button", title: "Takes the line away" });
    this.clear.addEventListener("click", () => this.pad.clear());
    this.root.append(element("p", "lw-lesson-hint", this.pad.hint), this.clear);
  }

  /** A dot, or a short stroke, says nothing of the rest. */
  get ready() {
    return this.pad?.covered >= ENOUGH;
  }

  fix() {
    this.pad.fix();
    this.clear.hidden = true;
  }

  async tell(model) {
    const { net: { low, high }, form } = model;
    const { graph } = this.pad;
    const whole = throughout(graph, low, high);
    const gap = gapBetween(whole, form);
    this.pad.reveal(model, gap);
    const went = whole.length > graph.length ? " Your line was taken straight on to the ends." : "";
    const basis = form.exact ? "" : ` The network’s line is curved: it is compared at ${form.x.length.toLocaleString("en")} places.`;
    const right = gap.most < SAME * this.pad.height;
    return { right, words: `${gapWords(gap, right)}${went}${basis}` };
  }
}

function gapWords({ most, above, x, rms }, right) {
  if (right) return `The lines lie on each other: nowhere are they more than ${shortNumber(most, 2)} apart.`;
  return `At x = ${plainNumber(x)} your line is ${shortNumber(most, 2)} ${above ? "above" : "below"} the network’s, farther than anywhere else. ` +
    `On the whole they are ${shortNumber(rms, 2)} apart (root mean square).`;
}
