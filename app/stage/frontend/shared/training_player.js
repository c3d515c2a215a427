// The transport bar of a page without a way through layers: one scrubber over the frames.

import { setText } from "../draw/elements.js";
import { Player, setIcon } from "./player.js";

/** net.scrub -> button, scrubber and text of one frame. */
const SCRUBS = {
  training: { button: "Training", label: "Training step", text: (step) => `step ${step.toLocaleString("en")}` },
  k: { button: "Depth", label: "Hidden layers", text: (k) => `${k} hidden layer${k === 1 ? "" : "s"}` },
  m: { button: "Width", label: "Neurons", text: (m) => `${m} neuron${m === 1 ? "" : "s"}` },
};

export class TrainingPlayer extends Player {
  buildLayerRow() {} // no way through layers

  setModel(model) {
    this.model = model;
    const { frameCount, scrub } = model.net;
    this.words = SCRUBS[scrub];
    this.bar.hidden = !this.words;
    if (!this.words) return;
    setText(this.trainButton.lastChild, this.words.button);
    this.trainingRange.setAttribute("aria-label", this.words.label);
    this.trainingRange.max = frameCount - 1;
    this.trainingRange.disabled = this.trainButton.disabled = frameCount < 2;
  }

  draw(keys) {
    const { store } = this;
    if (!this.words) return;
    if (keys.has("frame")) this.drawTraining();
    if (!keys.has("playing")) return;
    setIcon(this.trainButton, store.playing ? "pause" : "play");
    this.trainButton.setAttribute("aria-label", store.playing ? "Pause" : `Play: ${this.words.button}`);
  }

  drawTraining() {
    const { frame } = this.store;
    const text = this.words.text(this.model.net.steps[frame]);
    this.trainingRange.value = frame;
    this.trainingRange.setAttribute("aria-valuetext", text);
    setText(this.trainingText, text);
  }

  tell() {
    if (this.words) this.report(this.model.net.steps[this.store.frame]);
  }

  keyAction(key) {
    if (!this.words || this.model.net.frameCount < 2) return undefined;
    const to = (frame) => () => this.store.set({
      playing: false, frame: Math.min(Math.max(frame, 0), this.model.net.frameCount - 1),
    });
    const { frame } = this.store;
    const page = this.model.net.scrub === "training" ? Math.ceil(this.model.net.frameCount / 10) : 1;
    return {
      PageDown: to(frame + page),
      PageUp: to(frame - page),
      " ": () => this.toggle("training"),
      ArrowLeft: to(frame - 1),
      ArrowRight: to(frame + 1),
      Home: to(0),
      End: to(this.model.net.frameCount - 1),
      "+": () => this.changeSpeed(1),
      "=": () => this.changeSpeed(1),
      "-": () => this.changeSpeed(-1),
    }[key];
  }
}
