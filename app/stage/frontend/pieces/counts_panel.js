// Beside the picture of the page "Pieces": the counts, the error, and what each mark means.

import { element, setText } from "../draw/elements.js";
import { strokeLine } from "../draw/marks.js";
import { isStraight } from "../network/activations.js";
import { legendItem } from "../shared/legend.js";
import { bandColors, colorOf, neuronsHaveColors } from "./tools.js";
import { answerWords, breakpointWords, errorWords, perNeuronWords, piecesWords } from "./words.js";

export class PiecesPanel {
  constructor(root, theme) {
    this.theme = theme;
    this.summary = "";
    this.box = element("section", "lw-panel lw-pieces", "", { "aria-label": "Counts" });
    this.answer = element("p", "lw-pieces-answer");
    this.pieces = element("p", "lw-pieces-count");
    this.breakpoints = element("p", "lw-pieces-line");
    this.share = element("p", "lw-pieces-share");
    this.error = element("p", "lw-pieces-error");
    this.note = element("p", "lw-pieces-note");
    this.legend = element("ul", "lw-legend lw-pieces-legend");
    this.box.append(this.answer, this.pieces, this.breakpoints, this.share, this.error, this.note);
    root.append(this.box);
  }

  setModel(model) {
    this.legend.replaceChildren();
    this.shape = "";
  }

  draw(model) {
    for (const part of this.box.children) part.hidden = !model.hasNetwork;
    this.drawLegend(model);
    if (!model.hasNetwork) {
      this.summary = "No network yet.";
      return;
    }
    const answer = answerWords(model);
    const share = perNeuronWords(model);
    for (const [part, text] of [[this.answer, answer], [this.share, share]]) {
      setText(part, text);
      part.hidden = !text;
    }
    setText(this.pieces, piecesWords(model));
    setText(this.breakpoints, breakpointWords(model));
    setText(this.error, errorWords(model));
    const note = model.net.notes[Math.min(model.frame, model.net.notes.length - 1)] ?? "";
    setText(this.note, note);
    this.note.hidden = !note;
    this.summary = `${answer} ${piecesWords(model)}. ${errorWords(model)}`.trim();
  }

  drawLegend(model) {
    const { theme } = this;
    const network = model.hasNetwork ? model.network(model.frame) : null;
    const best = model.showsBest ? model.bestName : "";
    const numbered = () => neuronsHaveColors(network) && model.firstHinges().length > 0; // at an end, too
    const hinges = model.hasHinges && (model.form.x.length > 2 || numbered());
    const shape = `${network?.sizes} ${best} ${hinges}`;
    if (shape === this.shape) return;
    this.shape = shape;
    const items = [];
    const lines = (colors, width) => (context) => colors.forEach((color, i) => {
      Object.assign(context, { strokeStyle: color, lineCap: "round" });
      strokeLine(context, 4, 14, 16, 6, width - 2.5 * i);
    });
    if (model.net.targetKind !== "points") items.push(legendItem("target", lines(bandColors(theme), 9)));
    const output = `output of the ${best ? `best network of ${best}` : "network"}`;
    if (network) items.push(legendItem(output, lines([theme.text], 3.5)));
    if (model.net.points.length) items.push(legendItem("training points", pointIcon(theme, model.net)));
    if (hinges) items.push(...hingeItems(theme, network));
    this.legend.replaceChildren(...items);
  }
}

function pointIcon(theme, net) {
  return (context) => {
    const own = net.targetKind === "points";
    Object.assign(context, { strokeStyle: theme.text, fillStyle: theme.text, lineWidth: 2 });
    context.globalAlpha = own ? 0.9 : 0.5;
    context.beginPath();
    context.arc(10, 10, own ? 6 : 3, 0, 2 * Math.PI);
    if (own) context.stroke();
    else context.fill();
  };
}

function hingeItems(theme, network) {
  const tick = (layer) => (context) => {
    context.strokeStyle = colorOf(theme, network, layer, 0);
    strokeLine(context, 10, 3, 10, 17, 4);
  };
  if (!neuronsHaveColors(network)) {
    const bending = network.activations.map((name, l) => (isStraight(name) ? -1 : l)).filter((l) => l >= 0);
    return bending.map((l, i) => legendItem(`${i ? "" : "hinges of layer "}${l + 1}`, tick(l)));
  }
  return [legendItem("a neuron’s hinge, with its number", (context) => {
    context.beginPath();
    context.arc(10, 10, 8, 0, 2 * Math.PI);
    context.fillStyle = colorOf(theme, network, 0, 0);
    context.fill();
  })];
}
