// The network as dots and lines for one point: lines as thick as weight times gradient.

import { ARROWS } from "../draw/elements.js";
import { write } from "../draw/marks.js";
import { Surface, placeOn } from "../draw/surface.js";
import { counted, formatNumber } from "../network/numbers.js";
import { weightsOf } from "../network/story.js";

const RADIUS = 9;
const THICKEST = 9; // pixels
const NEAR = 8; // pixels from a line that still mean it
const MARGIN = { across: 44, up: 22 };
const OUTLINE = 5; // pixels that a chosen line is thicker

export class StoryDiagram {
  /** tell(chosen) is called with the weight or the neuron { layer, to } that is pointed at, or null. */
  constructor(root, theme, tell) {
    Object.assign(this, { theme, tell, model: null, story: null, edges: [], most: [], chosen: null, shown: null, path: [] });
    this.surface = new Surface(root, "lw-story-canvas", () => this.paint());
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "The way of a point through the network");
    canvas.addEventListener("pointermove", (event) => this.choose(this.under(placeOn(this.surface, event))));
    canvas.addEventListener("pointerdown", (event) => this.choose(this.under(placeOn(this.surface, event))));
    canvas.addEventListener("keydown", (event) => this.press(event));
  }

  /** Takes a story; rows: numbers of the neurons that are drawn of each layer; most: the weights that are
   *  numbered. `show` follows, which draws. */
  draw(model, story, rows, most) {
    const kept = this.chosen;
    Object.assign(this, { model, story, rows, most });
    this.edges = story.back ? this.shownEdges() : [];
    this.neurons = this.rows.flatMap((rows, layer) => rows.map((to) => ({ layer, to })));
    this.chosen = (kept && [...this.edges, ...this.neurons].find((one) => isSame(one, kept))) || null;
    const lines = story.back ? ", as thick as weight times slope of this point's loss. Left and right go through them, up and down through the neurons."
      : ". Up and down go through the neurons.";
    this.surface.canvas.setAttribute("aria-label", `The inputs, ${counted(story.layers.length - 1, "layer")} of neurons, and the weights between them${lines}`);
  }

  /** Outlines a weight and the weights on a way to it. */
  show(edge, path) {
    Object.assign(this, { shown: edge, path });
    this.paint();
  }

  /** The drawn weight at the same place. */
  edgeLike(edge) {
    return this.edges.find((other) => isSame(other, edge));
  }

  /** Weights between neurons that are drawn, the weightiest last. */
  shownEdges() {
    const drawn = (l, j) => this.rows[l].includes(j);
    return this.rows.slice(1).flatMap((_, l) => weightsOf(this.story, l + 1))
      .filter(({ layer, from, to }) => drawn(layer - 1, from) && drawn(layer, to))
      .sort((a, b) => Math.abs(a.blame) - Math.abs(b.blame));
  }

  place(l, j) {
    const { width, height } = this.surface;
    const rows = this.rows[l];
    const x = MARGIN.across + ((width - 2 * MARGIN.across) * l) / (this.rows.length - 1);
    const gap = Math.min(40, (height - 2 * MARGIN.up) / Math.max(...this.rows.map(({ length }) => length - 1), 1));
    return { x, y: height / 2 + gap * (rows.indexOf(j) - (rows.length - 1) / 2) };
  }

  paint() {
    const context = this.story && this.surface.begin();
    if (!context) return;
    const most = Math.max(...this.edges.map(({ blame }) => Math.abs(blame)), 1e-30);
    for (const edge of this.edges) this.paintEdge(context, edge, Math.abs(edge.blame) / most);
    this.most.forEach((edge, k) => this.paintRank(context, edge, k + 1));
    this.rows.forEach((rows, l) => rows.forEach((j) => this.paintNeuron(context, l, j)));
    context.globalAlpha = 1;
  }

  paintEdge(context, edge, share) {
    const { theme } = this;
    const [start, end] = [this.place(edge.layer - 1, edge.from), this.place(edge.layer, edge.to)];
    context.beginPath();
    context.moveTo(start.x, start.y);
    context.lineTo(end.x, end.y);
    context.lineCap = "butt";
    const isOnWay = this.shown && (isSame(edge, this.shown) || this.path.some((factor) => factor.kind === "weight" && isSame(factor, edge)));
    if (isOnWay) this.stroke(context, theme.text, THICKEST * share + OUTLINE, 1);
    this.stroke(context, edge.blame > 0 ? theme.active : theme.gray, Math.max(THICKEST * share, 0.8), 0.35 + 0.65 * Math.sqrt(share));
  }

  /** The number of a weight in the list, at its line; those of one neuron's lines side by side. */
  paintRank(context, edge, rank) {
    const { theme } = this;
    const [start, end] = [this.place(edge.layer - 1, edge.from), this.place(edge.layer, edge.to)];
    const share = 0.25 + 0.08 * rank;
    const style = { font: `700 14px ${theme.font}`, textAlign: "center", textBaseline: "middle" };
    context.globalAlpha = 1;
    write(context, theme, String(rank), start.x + share * (end.x - start.x), start.y + share * (end.y - start.y), style);
  }

  stroke(context, color, width, alpha) {
    Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: alpha });
    context.stroke();
  }

  /** As strong as its output, beside the largest of the layer. */
  paintNeuron(context, l, j) {
    const { theme, story: { layers } } = this;
    const { post } = layers[l];
    const { x, y } = this.place(l, j);
    const largest = Math.max(...this.rows[l].map((k) => Math.abs(post[k])), 1e-30);
    context.beginPath();
    context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    Object.assign(context, { globalAlpha: 1, fillStyle: theme.background });
    context.fill();
    Object.assign(context, { globalAlpha: Math.abs(post[j]) / largest, fillStyle: l === layers.length - 1 ? theme.text : theme.active });
    context.fill();
    const chosen = this.chosen?.from === undefined && this.chosen?.layer === l && this.chosen?.to === j;
    this.stroke(context, theme.text, chosen ? 4 : 1.5, 1);
    const name = l === 0 ? `${this.model.net.inputLabels[j]}: ` : this.rows[l].length < layers[l].width ? `${j + 1}: ` : "";
    const style = { font: `13px ${theme.font}`, textAlign: "center", textBaseline: "bottom" };
    write(context, theme, name + formatNumber(post[j]), x, y - RADIUS, style);
  }

  /** The neuron or the weight at a place. */
  under(place) {
    const isNear = ({ layer, to }) => {
      const { x, y } = this.place(layer, to);
      return Math.hypot(place.x - x, place.y - y) <= RADIUS + 2;
    };
    return this.neurons.find(isNear) ?? this.edgeAt(place);
  }

  edgeAt({ x, y }) {
    let [nearest, best] = [NEAR, null];
    for (const edge of this.edges) {
      const distance = distanceToLine({ x, y }, this.place(edge.layer - 1, edge.from), this.place(edge.layer, edge.to));
      if (distance <= nearest) [nearest, best] = [distance, edge];
    }
    return best;
  }

  choose(chosen) {
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    this.tell(chosen);
  }

  /** Weights from the weightiest on; neurons in their order. */
  press(event) {
    if (!(event.key in ARROWS) || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // the stage has other uses for these keys
    const [right, up] = ARROWS[event.key];
    if (right && this.edges.length) this.choose(stepFrom(this.edges, this.chosen, -right));
    if (up) this.choose(stepFrom(this.neurons, this.chosen, -up));
  }
}

/** Whether two weights, or two neurons, are one. */
export const isSame = (one, other) => one.layer === other.layer && one.from === other.from && one.to === other.to;

/** The one after (1) or before (-1) another in a ring of them; from none, the first or the last. */
function stepFrom(all, one, by) {
  const at = all.indexOf(one);
  return all.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % all.length);
}

function distanceToLine(point, start, end) {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const t = Math.min(Math.max(((point.x - start.x) * dx + (point.y - start.y) * dy) / (dx * dx + dy * dy), 0), 1);
  return Math.hypot(point.x - start.x - t * dx, point.y - start.y - t * dy);
}
