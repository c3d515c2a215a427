// The loss behind the training scrubber: one curve for the points trained on, a dashed one for the rest.

import { Surface } from "../draw/surface.js";
import { lossAxis } from "./loss_axis.js";

const THUMB = 16; // pixels: the scrubber's ends are half a thumb inside
const MARGIN = 5;

export class Sparkline {
  constructor(track, theme) {
    Object.assign(this, { theme, model: null });
    this.surface = new Surface(track, "lw-sparkline", () => this.draw());
    this.surface.canvas.setAttribute("aria-hidden", "true"); // the numbers stand beside it
  }

  /** Takes a new network. */
  setModel(model) {
    this.model = model;
    this.draw();
  }

  draw() {
    const context = this.model && this.surface.begin();
    if (!context) return;
    const { net } = this.model;
    const at = net.steps.map((step) => net.historySteps.indexOf(step));
    const curves = [net.trainLoss, net.testLoss].map((losses) => at.map((record) => losses[record]));
    const axis = lossAxis(curves.flat().filter(Number.isFinite));
    Object.assign(context, { strokeStyle: this.theme.text, lineWidth: 1.5, globalAlpha: 0.75 });
    curves.forEach((losses, test) => {
      context.setLineDash(test ? [4, 3] : []);
      this.trace(context, losses, axis);
    });
    context.globalAlpha = 1;
  }

  trace(context, losses, axis) {
    const { width, height } = this.surface;
    const across = (width - THUMB) / Math.max(losses.length - 1, 1);
    context.beginPath();
    losses.forEach((loss, f) => {
      if (!Number.isFinite(loss)) return;
      context.lineTo(THUMB / 2 + f * across, height - MARGIN - axis.place(loss) * (height - 2 * MARGIN));
    });
    context.stroke();
  }
}
