// The network as a ribbon: every space as a small picture beside the neurons that made it, and a
// playhead through all of them. The whole ribbon is the scrubber of the way through the layers.

import { changed, element, setText } from "../draw/elements.js";
import { formatPercent } from "../network/numbers.js";
import { NeuronDots } from "./neuron_dots.js";
import { Thumbnail } from "./thumbnail.js";

const MOST_LAYERS = 10; // as many as the server takes
const SIGHT = 90; // pixels that the playhead keeps from the edge of a ribbon that scrolls

export class Ribbon {
  /** range: the input that scrubs. wish(changes): asks the server for another network; free(name)
   *  says whether "layers" or "neurons" may be changed. */
  constructor(root, store, theme, { range, wish, free }) {
    Object.assign(this, { store, theme, range, wish, free, model: null, columns: [], nearest: null, scrolled: 0 });
    this.panel = element("section", "lw-panel lw-ribbon", "", { "aria-label": "The network, layer by layer" });
    this.box = element("div", "lw-ribbon-box");
    this.strip = element("div", "lw-ribbon-strip");
    this.box.append(this.strip);
    this.panel.append(this.box);
    root.append(this.panel);
    this.buildTrack();
    this.box.addEventListener("scroll", () => {
      this.scrolled = this.box.scrollLeft;
      this.box.scrollTop = 0; // a browser that shows what has the focus would cut the names off
    }, { passive: true });
    const observer = new ResizeObserver(() => this.measure());
    for (const node of [this.box, this.strip]) observer.observe(node);
  }

  buildTrack() {
    this.track = element("div", "lw-ribbon-track");
    this.playhead = element("div", "lw-ribbon-playhead", "", { "aria-hidden": "true" });
    this.range.classList.add("lw-ribbon-range");
    this.track.append(this.playhead, this.range);
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
    this.panel.style.setProperty("--lw-mark", this.theme.mark);
    const shape = JSON.stringify([model.net.sizes, model.net.inputLabels, model.net.ending, this.free("layers"), this.free("neurons")]);
    if (shape !== this.shape) this.build();
    this.shape = shape;
  }

  build() {
    const { depth, start } = this.model.net;
    this.columns = Array.from({ length: depth + 2 - start }, (_, k) => this.buildColumn(start + k));
    this.strip.style.setProperty("--columns", this.columns.length);
    this.strip.replaceChildren(...this.columns.map(({ node }) => node), this.track);
  }

  buildColumn(layer) {
    const name = this.nameOf(layer);
    const node = element("div", "lw-ribbon-column", "", { role: "group", "aria-label": name });
    const body = element("div", "lw-ribbon-body");
    const dots = new NeuronDots(body, layer, name, this);
    const thumbnail = new Thumbnail(body, layer, this.theme);
    const probed = element("div", "lw-ribbon-probed", "", { title: "Training points on their side of the straight cut that is fitted to this space" });
    node.append(this.buildHead(layer, name), body, probed);
    return { node, dots, thumbnail, probed };
  }

  nameOf(layer) {
    if (layer === this.model.net.start) return "Input";
    if (layer === 0) return "Lifted";
    if (layer <= this.model.net.depth) return `Layer ${layer}`;
    return this.model.net.ending === "cut" ? "The cut" : "Output";
  }

  /** The name; with buttons for a layer more in front of it and for a layer less. */
  buildHead(layer, name) {
    const head = element("div", "lw-ribbon-head");
    const { depth } = this.model.net;
    const free = this.free("layers");
    if (free && layer > 0 && depth < MOST_LAYERS) head.append(this.depthButton("+", depth + 1));
    head.append(element("span", "lw-ribbon-name", name));
    if (free && layer > 0 && layer <= depth) head.append(this.depthButton("−", depth - 1));
    return head;
  }

  depthButton(sign, layers) {
    const more = sign === "+";
    const label = more ? "Add a hidden layer" : "Take a hidden layer away";
    const kind = more ? "lw-ribbon-more" : "lw-ribbon-less";
    const button = element("button", `lw-ribbon-button ${kind}`, sign, { type: "button", title: label, "aria-label": label });
    button.addEventListener("click", () => this.wish({ layers }));
    return button;
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model) return;
    if (changed(keys, "frame", "theme")) for (const { thumbnail } of this.columns) thumbnail.draw(this.model);
    if (changed(keys, "frame", "neuron")) for (const { dots } of this.columns) dots.draw(this.store.neuron);
    if (changed(keys, "u")) this.follow();
    if (changed(keys, "frame", "probe", "playing")) this.drawProbes();
  }

  /** How well a straight cut does in each space; worked out one space after the other, at rest. */
  drawProbes() {
    clearTimeout(this.probing);
    const { model, store, columns } = this;
    this.panel.classList.toggle("lw-ribbon-probes", store.probe);
    if (!store.probe) return;
    const spaces = columns.slice(-model.net.start, -1); // all that the network has; of a lifted plane, not that
    const isKnown = (layer) => model.isProbed(layer);
    spaces.forEach(({ probed }, layer) => setText(probed, isKnown(layer) ? formatPercent(model.probe(layer).right) : "…"));
    const next = spaces.findIndex((_, layer) => !isKnown(layer));
    if (next < 0 || store.playing === "training") return;
    this.probing = setTimeout(() => {
      this.model.probe(next);
      this.drawProbes();
      this.store.touch("probe"); // the stage can say and draw it now
    });
  }

  /** Moves the playhead, without asking the page for its layout. */
  follow() {
    const at = this.store.u - this.model.net.start;
    const share = at / (this.columns.length - 1);
    this.playhead.style.transform = `translateX(${100 * share}%)`;
    this.light(Math.round(at));
    if (this.overflow) this.reveal(share);
  }

  /** Marks the space that is nearest to the playhead. */
  light(number) {
    const column = this.columns[number];
    if (column === this.nearest) return;
    this.nearest?.node.classList.remove("lw-ribbon-here");
    column.node.classList.add("lw-ribbon-here");
    this.nearest = column;
  }

  measure() {
    const { clientWidth, scrollWidth } = this.box;
    Object.assign(this, { seen: clientWidth, whole: scrollWidth, overflow: scrollWidth > clientWidth + 1 });
    if (this.model) this.follow();
  }

  /** Scrolls a ribbon that is longer than its box so that the playhead stays in sight. */
  reveal(share) {
    const column = this.whole / this.columns.length;
    const at = (share * (this.columns.length - 1) + 0.5) * column;
    const margin = Math.min(SIGHT, this.seen / 3);
    const target = Math.min(Math.max(this.scrolled, at + margin - this.seen), at - margin);
    if (Math.abs(target - this.scrolled) > 1) this.box.scrollLeft = this.scrolled = Math.max(target, 0);
  }
}
