// What a layer does, in verbs: the one that happens is lit, and a click goes to where it starts.

import { changed, element } from "../draw/elements.js";
import { stagesOf } from "../shared/script.js";

const JUST_IN = 1e-6; // into a stage, so that its verb is lit and not the one before

export class Verbs {
  constructor(root, store) {
    Object.assign(this, { store, model: null, buttons: [], names: "" });
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
    const button = element("button", "lw-verb", name, { type: "button", title: `To the step “${name}”` });
    button.addEventListener("click", () => {
      this.store.set({ u: this.stages[k].from + JUST_IN, playing: false });
      this.store.commit();
    });
    return button;
  }
}
