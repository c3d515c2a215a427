// The transport bar of the page "Creases": fold by fold, through training, through the layers.

import { element, setText } from "../draw/elements.js";
import { addressVersion } from "../shared/address.js";
import { Player, prefersReducedMotion, setIcon } from "../shared/player.js";
import { canFold, foldsAt } from "./words.js";

const SECONDS_PER_FOLD = 1.4; // rest when a layer has folded
const [SECONDS_PER_LINE, SECONDS_OF_LINES] = [0.35, 3]; // the most for one line, and for a layer's
const CROWDED = 8; // layers: from here on words and numbers below a scrubber would touch

const SCRUBBER_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

export const OVERLAYS = ["folds", "boundary", "points"];
export const FIRST_COLORING = "output";
export const COLORING_OF_VERSION_1 = "gradient";

/** The player with a row for the number of layers that fold. */
export class CreasePlayer extends Player {
  buildRows() {
    const row = element("div", "lw-player-row");
    this.foldButton = this.button(row, "play", "Play the folds, layer by layer", () => this.toggle("folds"), "Folds");
    this.lessButton = this.button(row, "previous", "Fold by one layer less", () => this.foldTo(this.store.folds - 1));
    this.moreButton = this.button(row, "next", "Fold by one layer more", () => this.foldTo(this.store.folds + 1));
    this.foldRange = this.range("Folds up to layer", (value) => this.store.set({ folds: value, playing: false }));
    this.foldRange.step = "1";
    this.foldText = element("output", "lw-player-value");
    row.append(this.foldText);
    this.foldMarks = addTrack(row, this.foldRange);
    this.bar.append(row);
    this.foldRow = row;
    this.buildTrainingRow();
    this.layerMarks = addTrack(this.buildLayerRow(), this.layerRange);
    setText(this.playButton.querySelector("span"), "Carry");
  }

  /** A scrubber that has the focus hears its own keys. */
  onKey(event) {
    const own = event.target === this.foldRange || event.target === this.trainingRange;
    if (own && SCRUBBER_KEYS.has(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) return event.stopPropagation();
    return super.onKey(event);
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
    for (const control of [this.foldRange, this.foldButton, this.lessButton, this.moreButton]) control.disabled = !canFold(model.net);
    this.foldMarks.hidden = !canFold(model.net);
    const marks = `${depth} ${model.net.start}`;
    if (this.marks === marks) return;
    this.marks = marks;
    const folds = Array.from({ length: depth }, (_, l) => (l === 0 && depth >= CROWDED ? "" : String(l + 1)));
    mark(this.foldMarks, ["none", ...folds]);
    mark(this.layerMarks, [...(model.net.start < 0 ? ["input", "lifted"] : ["input"]), ...layerNames(depth), "read-out"]);
  }

  draw(keys) {
    super.draw(keys);
    if (!this.model) return;
    const { folds, playing } = this.store;
    const { depth } = this.model.net;
    const text = folds === 0 || !canFold(this.model.net) ? "no folds" : folds === depth && depth > 1 ? `all ${depth} layers` : folds === 1 ? "layer 1" : `layers 1 to ${folds}`;
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
    const { folds, newest } = this.store;
    const width = this.model.net.sizes[folds];
    const wait = newest < Infinity ? Math.min(SECONDS_PER_LINE, SECONDS_OF_LINES / width) : SECONDS_PER_FOLD;
    if (this.clock < wait) return;
    this.clock = 0;
    if (newest < Infinity) return this.store.set({ newest: newest + 1 < width ? newest + 1 : Infinity });
    if (folds >= this.model.net.depth) return this.finish({ folds: 0 });
    this.store.set({ folds: folds + 1, newest: this.oneByOne(folds) ? 0 : Infinity });
  }

  /** Whether the fold lines of a hidden layer, from 0, come one by one: not where it has none. */
  oneByOne(layer) {
    return !prefersReducedMotion() && foldsAt(this.model.net, layer + 1);
  }

  view() {
    const { folds, coloring, overlays, chosen } = this.store;
    const shown = OVERLAYS.filter((name) => overlays.has(name));
    const { t, lift, s, ...look } = super.view();
    return {
      t,
      lift,
      s,
      folds: folds === this.model.net.depth ? null : folds,
      color: coloring === FIRST_COLORING && addressVersion() > 1 ? null : coloring,
      over: shown.length === OVERLAYS.length ? null : shown.join("-"),
      x1: chosen ? chosen.x : null,
      x2: chosen ? chosen.y : null,
      ...look,
    };
  }
}

/** Puts a scrubber into its row; the place for the names below it. */
function addTrack(row, range) {
  const track = element("div", "lw-player-track");
  const marks = element("div", "lw-player-marks", "", { "aria-hidden": "true" });
  track.append(range, marks);
  row.append(track);
  return marks;
}

/** Writes names below a scrubber, evenly from its start to its end. */
function mark(marks, names) {
  marks.replaceChildren(...names.map((name, l) => {
    const label = element("span", "lw-player-mark", name);
    label.style.setProperty("--at", names.length > 1 ? l / (names.length - 1) : 0);
    return label;
  }));
}

/** "1", "2", ..; where it is crowded the first and the last give way to the words beside them. */
function layerNames(depth) {
  const hidden = (l) => depth >= CROWDED && (l === 0 || l === depth - 1);
  return Array.from({ length: depth }, (_, l) => (hidden(l) ? "" : String(l + 1)));
}
