// One play of the layers under way.

import { worthPlaying } from "../network/motions.js";
import { cutProgress } from "../network/readout.js";
import { enter, later, placeAt, script } from "./script.js";

export class Course {
  /** Goes on from place u of the timeline. */
  constructor(model, u) {
    this.steps = stepsOf(model);
    this.moment = enter(this.steps, u);
    this.secret = u === model.net.start && model.net.ending === "cut" && model.cut.exact;
  }

  get over() {
    return this.moment.step >= this.steps.length;
  }

  /** Whether it runs back to the input. */
  get backwards() {
    return !this.over && this.steps[this.moment.step].to < this.steps[this.moment.step].from;
  }

  /** How much of the answer, 0..1, is shown at u: to who watches from the input on it comes with the cut. */
  revealed({ net }, u) {
    return this.secret && !this.over && !this.backwards ? cutProgress(net, u).cut : 1;
  }

  /** Lets seconds pass; the place where it is then. */
  advance(seconds) {
    this.moment = later(this.steps, this.moment, seconds);
    return placeAt(this.steps, this.moment);
  }

  /** To the end of the step that leads away from u: for those who prefer no motion. */
  skip(u) {
    while (!this.over && placeAt(this.steps, this.moment) === u) {
      this.moment = { step: this.moment.step + 1, spent: 0 };
    }
  }

  /** Another network is shown at u: at the same moment, unless it has other steps. */
  adapt(model, u) {
    const steps = stepsOf(model);
    const { step, spent } = this.moment;
    const same = steps.length === this.steps.length && !this.over;
    this.moment = same ? { step, spent: Math.min(spent, steps[step].seconds) } : enter(steps, u);
    this.steps = steps;
  }
}

const stepsOf = (model) => script(model.net, (layer, name) => worthPlaying(model, layer, name));
