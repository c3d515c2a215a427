// The answer "graph": the output of a network of one input is drawn over its axis.

import { plainNumber, shortNumber } from "../pieces/tools.js";
import { DrawnAnswer } from "./drawn_answer.js";
import { GraphPad } from "./graph_pad.js";
import { gapBetween, throughout } from "./graph_scoring.js";

const ENOUGH = 0.5; // of the axis
const SAME = 0.02; // of the picture's height: so near, two lines are drawn as one

export class Graphed extends DrawnAnswer {
  place(root, theme, view) {
    this.drawOn(new GraphPad(root, theme, view, this.changed), "line");
  }

  /** A dot, or a short stroke, says nothing of the rest. */
  get ready() {
    return this.pad?.covered >= ENOUGH;
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
