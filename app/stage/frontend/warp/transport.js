// The transport bar of the page "Warp": verbs beside the buttons, the loss behind the training.

import { changed, element, setText } from "../draw/elements.js";
import { formatFigure, formatPercent } from "../network/numbers.js";
import { lessonTerms } from "../shared/address.js";
import { Player } from "../shared/player.js";
import { canRebend, dialName } from "./dial.js";
import { Sparkline } from "./sparkline.js";
import { Verbs } from "./verbs.js";

const PROBE_HELP = "Fits a straight cut to the training points in every space: logistic regression with an L2 penalty (C = 1) on "
  + "standardized values. Without the penalty, points that can be separated have no best cut.";
const DIAL_HELP = "The same weights with more or less of a bend: from one straight map to what was trained, or from soft to sharp.";
const STAGE_SECONDS = 1.2;
const SHORT = 1e-6; // of the next stage
const MAGNET = 0.03; // of a layer: so near to a whole one, the playhead is drawn to it

/** The scrubber of the layers, `layerRange`, is for the ribbon, which goes to `ribbonPlace`. Where it is
 *  `brief`, something else says how good the network is. */
export class Transport extends Player {
  constructor(root, store, theme, report, look) {
    super(root, store, report, look);
    const track = this.trainingRange.parentElement;
    this.sparkline = new Sparkline(track, theme);
    track.append(this.trainingText); // above the end of the curve, where a loss that fell leaves room
  }

  buildRows() {
    this.buildLayerRow();
    this.ribbonPlace = element("div", "lw-ribbon-place");
    this.bar.append(this.ribbonPlace);
    this.buildTrainingRow();
  }

  buildLayerRow() {
    const row = super.buildLayerRow();
    row.classList.add("lw-layer-row");
    this.verbs = new Verbs(row, this.store, ({ from, to }) => {
      this.store.set({ u: from });
      const end = to > this.model.net.depth + 1 - MAGNET ? to : to - SHORT; // its verb stays lit, and its words stand
      this.glideOn(end, (to - from) / STAGE_SECONDS);
    });
    this.probe = element("button", "lw-verb lw-probe", "probe", { type: "button", title: PROBE_HELP });
    this.probe.addEventListener("click", () => {
      this.store.set({ probe: !this.store.probe });
      this.store.commit();
    });
    this.dial = element("button", "lw-verb lw-probe lw-bend", "", { type: "button", title: DIAL_HELP });
    this.dial.addEventListener("click", () => {
      const { bend, u } = this.store;
      this.glideTo = null;
      this.store.set(bend === null ? { bend: 1, u: this.bentPlace(u), playing: false } : { bend: null, playing: false });
      this.store.commit();
    });
    row.append(this.probe, this.dial);
    return row;
  }

  /** Where the layer of place u is bent wholly, so that the dial changes what is seen. */
  bentPlace(u) {
    return u > this.model.net.depth ? u : Math.max(1, Math.ceil(u - 1e-6));
  }

  scrub(u) {
    super.scrub(Math.abs(u - Math.round(u)) < MAGNET ? Math.round(u) : u);
  }

  setModel(model) {
    super.setModel(model);
    this.verbs.setModel(model);
    this.dial.hidden = !canRebend(model.net);
    setText(this.dial, dialName(model.net));
    this.sparkline.setModel(model);
  }

  restyle() {
    this.sparkline.draw();
  }

  draw(keys) {
    super.draw(keys);
    this.verbs.draw(keys);
    if (changed(keys, "bend")) this.dial.setAttribute("aria-pressed", String(this.store.bend !== null));
    if (changed(keys, "probe")) this.probe.setAttribute("aria-pressed", String(this.store.probe));
  }

  trainingWords(step) {
    const { net } = this.model;
    const words = super.trainingWords(step);
    const at = net.historySteps.indexOf(step);
    if (this.brief || at < 0 || net.bend !== 1) return words; // measured on the network as it was trained
    if (lessonTerms()) return [words, sayRight(net, at)].filter(Boolean).join(" · ");
    return `${words} · test loss ${formatFigure(net.testLoss[at])} · ${formatPercent(net.accuracy[at])} right`;
  }
}

/** How a network does at a record of its training, within a lesson: on the points that are spoken of there; "" where
 *  none are. */
export function sayRight({ accuracy, trainAccuracy }, at) {
  const { ownPoints, newPoints } = lessonTerms();
  const parts = [ownPoints && `${formatPercent(trainAccuracy[at])} of the points it learned from`, newPoints && `${formatPercent(accuracy[at])} of new points`];
  return parts.some(Boolean) ? `right: ${parts.filter(Boolean).join(", ")}` : "";
}
