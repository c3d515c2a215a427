// The neurons of one layer as a column of dots: a click chooses one, a pull changes how many.

import { element, setText } from "../draw/elements.js";

const MOST_DOTS = 8; // of more, all but the first FEW are counted, not drawn
const FEW = 7;
const PIXELS_A_NEURON = 9;
const MOST_NEURONS = 64; // as many as the server takes
const DRAG_PIXELS = 4;

export class NeuronDots {
  /** ribbon: has the `model`, the `store`, and `wish` and `free` to change the network. */
  constructor(root, layer, name, ribbon) {
    const { sizes, depth } = ribbon.model.net;
    const count = layer < 0 ? 2 : sizes[layer];
    Object.assign(this, { layer, name, ribbon, count, drag: null });
    this.pullable = layer > 0 && layer <= depth && ribbon.free("neurons");
    this.build(root);
    if (layer > 0) this.listen();
  }

  build(root) {
    const kind = `lw-ribbon-dots${this.pullable ? " lw-ribbon-pull" : ""}`;
    this.node = this.layer > 0 ? element("button", kind, "", { type: "button", title: this.help() }) : element("div", kind);
    const shown = this.count > MOST_DOTS ? FEW : this.count;
    this.dots = Array.from({ length: shown }, () => element("span", "lw-ribbon-dot"));
    this.number = element("span", "lw-ribbon-count");
    this.node.append(...this.dots, this.number);
    this.tell(this.count);
    root.append(this.node);
  }

  help() {
    const pull = this.pullable ? " Pull down or up for more or fewer neurons in every layer (keys + and −)." : "";
    return `Click on a dot to choose the neuron (arrow keys).${pull}`;
  }

  tell(count) {
    setText(this.number, count > MOST_DOTS || count !== this.count ? `… ${count}` : "");
  }

  listen() {
    const { node } = this;
    node.addEventListener("click", (event) => this.click(event));
    node.addEventListener("keydown", (event) => this.press(event));
    if (!this.pullable) return;
    node.addEventListener("pointerdown", (event) => this.grip(event));
    node.addEventListener("pointermove", (event) => this.pull(event));
    node.addEventListener("pointerup", () => this.letGo());
    node.addEventListener("pointercancel", () => this.cancel());
  }

  grip(event) {
    this.node.setPointerCapture(event.pointerId);
    this.drag = { y: event.clientY, pulled: false, count: this.count };
  }

  pull(event) {
    const { drag } = this;
    if (!drag) return;
    const distance = event.clientY - drag.y;
    drag.pulled ||= Math.abs(distance) > DRAG_PIXELS;
    if (!drag.pulled) return;
    drag.count = within(this.count + Math.round(distance / PIXELS_A_NEURON), 1, MOST_NEURONS);
    this.tell(drag.count);
  }

  letGo() {
    const { drag } = this;
    if (drag?.pulled && drag.count !== this.count) this.ribbon.wish({ neurons: drag.count });
    else this.cancel();
  }

  cancel() {
    if (this.drag) this.tell(this.count);
  }

  /** The dot nearest to a click; a key's click has no place and means the next neuron. */
  click(event) {
    const { drag } = this;
    this.drag = null;
    if (drag?.pulled) return;
    if (event.detail === 0) return this.choose((this.chosen ?? -1) + 1);
    const middles = this.dots.map((dot) => dot.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
    const far = middles.map((y) => Math.abs(y - event.clientY));
    this.choose(far.indexOf(Math.min(...far)));
  }

  press(event) {
    const act = {
      ArrowUp: () => this.choose((this.chosen ?? this.count) - 1),
      ArrowDown: () => this.choose((this.chosen ?? -1) + 1),
      "+": () => this.change(1),
      "=": () => this.change(1),
      "-": () => this.change(-1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // the stage has other uses for these keys
    act();
  }

  change(by) {
    const count = within(this.count + by, 1, MOST_NEURONS);
    if (this.pullable && count !== this.count) this.ribbon.wish({ neurons: count });
  }

  /** The chosen neuron chosen again is none, and so is one beyond the ends. */
  choose(index) {
    const { store } = this.ribbon;
    const none = index === this.chosen || index < 0 || index >= this.count;
    store.set({ neuron: none ? null : { layer: this.layer, index } });
    store.commit();
  }

  draw(neuron) {
    this.chosen = neuron?.layer === this.layer ? neuron.index : null;
    this.dots.forEach((dot, j) => dot.classList.toggle("lw-ribbon-lit", j === this.chosen));
    this.number.classList.toggle("lw-ribbon-lit", this.chosen >= this.dots.length);
    if (this.layer > 0) this.node.setAttribute("aria-label", this.spoken());
  }

  spoken() {
    const neurons = this.count === 1 ? "1 neuron" : `${this.count} neurons`;
    const chosen = this.chosen === null ? "none chosen" : `neuron ${this.chosen + 1} chosen`;
    return `${this.name}: ${neurons}, ${chosen}`;
  }
}

const within = (value, low, high) => Math.min(Math.max(value, low), high);
