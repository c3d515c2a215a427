// The hinges that can be dragged in the picture, for the keyboard: an invisible slider over each.

import { element } from "../draw/elements.js";
import { STEP, onGrid } from "./hand_network.js";
import { plainNumber } from "./tools.js";

const LARGE = 5; // steps with Shift
const HELP = "An arrow key moves the hinge by one step of the neuron’s bias, with Shift by five; Home and End lead to the ends of the line.";
const DIRECTIONS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** The bias that puts the hinge of a weight nearest to x, not outside the line. */
export function biasFor(w, x, { low, high }) {
  const bias = onGrid("b", -w * Math.min(Math.max(x, low), high));
  const hinge = -bias / w;
  const back = (hinge > high) - (hinge < low);
  return back ? onGrid("b", bias + back * Math.sign(w) * STEP) : bias;
}

export class HingeSliders {
  constructor(frame, move) {
    Object.assign(this, { frame, move, sliders: [] });
  }

  /** handles: { x, y, neuron } of the hinges that can be moved, in the picture's units. */
  draw(handles, { neurons }, { low, high }, { width, height }) {
    const shown = handles.map(({ neuron }) => neuron);
    this.sliders.forEach((slider, neuron) => { slider.hidden = !shown.includes(neuron); }); // a hidden one loses the focus
    for (const { x, y, neuron } of handles) {
      const slider = (this.sliders[neuron] ??= this.slider(neuron));
      const { w, b } = neurons[neuron];
      Object.assign(slider.style, { left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%` });
      const hinge = -b / w + 0;
      const values = { valuemin: low, valuemax: high, valuenow: hinge, valuetext: `x = ${plainNumber(hinge)}` };
      for (const [name, value] of Object.entries(values)) slider.setAttribute(`aria-${name}`, value);
    }
  }

  slider(neuron) {
    const slider = element("span", "lw-hinge-slider", "", {
      role: "slider", tabindex: "0", "aria-label": `Hinge of neuron ${neuron + 1}`, "aria-description": HELP,
    });
    slider.addEventListener("keydown", (event) => this.press(event, neuron));
    this.frame.append(slider);
    return slider;
  }

  press(event, neuron) {
    const to = { Home: -Infinity, End: Infinity }[event.key];
    const by = (DIRECTIONS[event.key] ?? 0) * (event.shiftKey ? LARGE : 1) * STEP;
    if (event.altKey || event.ctrlKey || event.metaKey || (to === undefined && !by)) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(neuron, ({ w, b }) => to ?? -b / w + by / Math.abs(w));
  }
}
