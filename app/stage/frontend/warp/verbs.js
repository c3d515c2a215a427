// What a layer does, in verbs: the one that happens is lit, and a click has it happen.

import { changed, element } from "../draw/elements.js";
import { stagesOf } from "../shared/script.js";

export class Verbs {
  /** play(stage): has { name, from, to } happen. */
  constructor(root, store, play) {
    Object.assign(this, { store, play, model: null, buttons: [], names: "" });
    this.bar = element("div", "lw-verbs", "", { role: "group", "aria-label": "What this layer does" });
    root.append(this.bar);
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model || !changed(keys, "u")) return;
    const { u } = this.store;
    const { layer, name, t } = this.model.stageAt(u);
    this.show(stagesOf(this.model.net, layer));
    const resting = (name === this.stages[0].name && t === 0) || u >= this.model.net.depth + 1;
    this.buttons.forEach((button, k) => {
      if (!resting && this.stages[k].name === name) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
  }

  show(stages) {
    this.stages = stages;
    const names = stages.map(({ name }) => name);
    if (names.join() === this.names) return;
    this.names = names.join();
    this.buttons = names.map((name, k) => this.buildButton(name, k));
    this.bar.replaceChildren(...this.buttons);
  }

  buildButton(name, k) {
    const button = element("button", "lw-verb", name, { type: "button", title: `Plays the step “${name}”` });
    button.addEventListener("click", () => this.play(this.stages[k]));
    return button;
  }
}
