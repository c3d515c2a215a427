// The transport bar of the page "Creases": fold by fold, through training, through the layers.

import { element, setText } from "../draw/elements.js";
import { CROWDED, Player, setIcon } from "../shared/player.js";

const SECONDS_PER_FOLD = 1.4;

export const OVERLAYS = ["folds", "boundary", "points"];
export const FIRST_COLORING = "gradient";

/** The player with a row for the number of layers that fold. */
export class CreasePlayer extends Player {
  buildRows() {
    const row = element("div", "lw-player-row");
    this.foldButton = this.button(row, "play", "Play the folds, layer by layer", () => this.toggle("folds"), "Folds");
    this.lessButton = this.button(row, "previous", "Fold by one layer less", () => this.foldTo(this.store.folds - 1));
    this.moreButton = this.button(row, "next", "Fold by one layer more", () => this.foldTo(this.store.folds + 1));
    this.foldRange = this.range("Folds up to layer", (value) => this.store.set({ folds: value, playing: false }));
    this.foldRange.step = "1";
    this.foldMarks = element("div", "lw-player-marks", "", { "aria-hidden": "true" });
    const track = element("div", "lw-player-track");
    track.append(this.foldRange, this.foldMarks);
    this.foldText = element("output", "lw-player-value");
    row.append(this.foldText, track);
    this.bar.append(row);
    this.buildTrainingRow();
    this.buildLayerRow();
    this.spell(this.playButton, "Carry");
  }

  spell(button, text) {
    setText(button.querySelector("span"), text);
  }

  foldTo(folds) {
    const { depth } = this.model.net;
    this.store.set({ folds: Math.min(Math.max(folds, 0), depth), playing: false });
    this.commit();
  }

  setModel(model) {
    super.setModel(model);
    const { depth } = model.net;
    this.foldRange.max = depth;
    for (const control of [this.foldRange, this.foldButton, this.lessButton, this.moreButton]) control.disabled = depth === 0;
    this.foldMarks.hidden = depth === 0;
    if (this.foldMarks.childElementCount === depth + 1) return;
    this.foldMarks.replaceChildren(...Array.from({ length: depth + 1 }, (_, l) => {
      const mark = element("span", "lw-player-mark", l === 1 && depth >= CROWDED ? "" : l ? String(l) : "none");
      mark.style.setProperty("--at", depth ? l / depth : 0);
      return mark;
    }));
  }

  draw(keys) {
    super.draw(keys);
    if (!this.model) return;
    const { folds, playing } = this.store;
    const { depth } = this.model.net;
    const text = folds === 0 ? "no folds" : folds === depth && depth > 1 ? `all ${depth} layers` : folds === 1 ? "layer 1" : `layers 1 to ${folds}`;
    this.foldRange.value = folds;
    this.foldRange.setAttribute("aria-valuetext", text);
    setText(this.foldText, text);
    setIcon(this.foldButton, playing === "folds" ? "pause" : "play");
    this.foldButton.setAttribute("aria-label", playing === "folds" ? "Pause" : "Play the folds, layer by layer");
  }

  play(kind) {
    if (kind === "folds") {
      this.glideTo = null;
      Object.assign(this, { before: 0, clock: 0 });
      if (this.store.folds >= this.model.net.depth) this.store.set({ folds: 0 });
      return this.store.set({ playing: kind });
    }
    return super.play(kind);
  }

  advance(now) {
    if (this.store.playing !== "folds") return super.advance(now);
    this.clock += this.before ? (Math.min(now - this.before, 250) / 1000) * this.speed : 0;
    this.before = now;
    if (this.clock < SECONDS_PER_FOLD) return;
    this.clock = 0;
    if (this.store.folds >= this.model.net.depth) return this.finish({ folds: 0 });
    this.store.set({ folds: this.store.folds + 1 });
  }

  view() {
    const { folds, coloring, overlays, chosen } = this.store;
    const shown = OVERLAYS.filter((name) => overlays.has(name));
    const { t, s, ...look } = super.view();
    return {
      t,
      s,
      folds: folds === this.model.net.depth ? null : folds,
      color: coloring === FIRST_COLORING ? null : coloring,
      over: shown.length === OVERLAYS.length ? null : shown.join("-"),
      x1: chosen ? chosen.x : null,
      x2: chosen ? chosen.y : null,
      ...look,
    };
  }
}
