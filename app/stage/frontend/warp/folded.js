// A panel that is fetched when it is first opened: most visitors open few.

import { element } from "../draw/elements.js";

export class Folded {
  /** load(): gives the panel's class in time: made of (details, store, theme), with setModel(model) and
   *  draw(keys), which is asked only while the panel is open. */
  constructor(root, store, theme, { className, title, load }) {
    Object.assign(this, { store, theme, load, model: null, panel: null });
    this.details = element("details", `lw-panel ${className}`);
    this.details.append(element("summary", "lw-panel-title", title));
    this.details.addEventListener("toggle", () => this.open());
    root.append(this.details);
  }

  async open() {
    if (!this.details.open) return;
    if (!this.panel) {
      const Panel = await this.load();
      this.panel ??= new Panel(this.details, this.store, this.theme);
      this.panel.setModel(this.model);
    }
    this.panel.draw();
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
    this.panel?.setModel(model);
  }

  draw(keys) {
    if (this.details.open) this.panel?.draw(keys);
  }
}
