// Panels that are fetched when they are first needed: most visitors see few.

import { element } from "../draw/elements.js";

/** A panel that is fetched when it is first opened. */
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

/** A panel that is fetched when the first network comes that it is about. */
export class Occasional {
  /** isFor(model): whether there is something to show; load(): as that of `Folded`. */
  constructor(root, store, theme, { className, title, isFor, load }) {
    Object.assign(this, { store, theme, isFor, load, model: null, panel: null, stale: true });
    this.section = element("section", `lw-panel ${className}`);
    this.section.hidden = true;
    this.section.append(element("h3", "lw-panel-title", title));
    root.append(this.section);
  }

  async fetch() {
    const Panel = await this.load();
    this.panel ??= new Panel(this.section, this.store, this.theme);
    this.draw();
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    Object.assign(this, { model, stale: true });
  }

  draw(keys) {
    const wanted = this.isFor(this.model);
    if (wanted && !this.panel) this.fetch();
    this.section.hidden = !wanted || !this.panel; // until all of it can be there
    if (this.section.hidden) {
      this.stale = true;
      return;
    }
    if (this.stale) this.panel.setModel(this.model);
    this.panel.draw(this.stale ? undefined : keys);
    this.stale = false;
  }
}
