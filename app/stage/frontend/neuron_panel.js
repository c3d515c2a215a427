// One card for each neuron of a layer: its heat map over input space, its line, its share, its formula.

import {
  Surface, ZERO_LEVEL, changed, element, packMix, parseColor, setText, subscript, traceContours,
} from "./panel_tools.js";
import { CLASS_NAMES } from "./theme.js";
import { formatNumber, formatPercent } from "./words.js";

const FINE_CARDS = 16; // wider layers are drawn from every second node of a fine lattice
const FINE_LATTICE = 40; // nodes a side
const BOLD_TERMS = 3; // the heaviest terms of a long formula are printed bold
const SPEECH_DELAY = 250; // milliseconds of rest before the cards' spoken formulas are written anew
const ACTIVATION_LABELS = {
  relu: "ReLU", leaky_relu: "leaky ReLU", tanh: "tanh", sigmoid: "sigmoid", softplus: "softplus", elu: "ELU",
  gelu: "GELU", silu: "SiLU", sine: "sin", abs: "abs", identity: "identity", softmax: "softmax",
};
// Activations whose output has the sign of z, so that a neuron can be said to be on or off.
const SWITCHING = new Set(["relu", "leaky_relu", "elu", "gelu", "silu"]);
const LINEAR_WHEN_ON = new Set(["relu", "leaky_relu"]);

/** Panel of the neurons; createNeuronPanel(root, store, theme) -> {setModel, draw}. */
export const createNeuronPanel = (root, store, theme) => new NeuronPanel(root, store, theme);

class NeuronPanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null, layer: 1, cards: [], palette: null });
    const panel = element("section", "lw-panel lw-neurons");
    this.tabs = element("div", "lw-neurons-tabs", "", { role: "tablist", "aria-label": "Layer whose neurons are shown" });
    const head = element("div", "lw-neurons-head");
    head.append(this.tabs, this.buildFollow());
    this.formula = element("div", "lw-neurons-formula", "", { "aria-live": "polite" });
    this.grid = element("div", "lw-neurons-grid", "", { role: "tabpanel" });
    panel.append(element("h3", "lw-panel-title", "Neurons"), head, this.formula, this.buildKey(), this.grid);
    root.append(panel);
    this.tabs.addEventListener("keydown", (event) => this.moveTab(event));
    this.sight = new IntersectionObserver((entries) => this.see(entries), { rootMargin: "100px" });
  }

  buildFollow() {
    const label = element("label", "lw-neurons-follow");
    this.follow = element("input", "", "", { type: "checkbox" });
    this.follow.checked = true;
    this.follow.addEventListener("change", () => this.draw(["u"]));
    label.append(this.follow, element("span", "", "follow the stage"));
    return label;
  }

  /** The color key shared by the layer's heat maps: lowest, zero, highest. */
  buildKey() {
    const key = element("div", "lw-neurons-key");
    this.keyLow = element("span", "");
    this.keyBar = element("span", "lw-neurons-bar", "", { "aria-hidden": "true" });
    this.keyHigh = element("span", "");
    this.keyText = element("span", "lw-neurons-keytext");
    key.append(this.keyLow, this.keyBar, this.keyHigh, this.keyText);
    return key;
  }

  setModel(model) {
    const shape = model.net.sizes.join();
    this.model = model;
    if (shape !== this.shape) {
      this.shape = shape;
      this.buildTabs();
      this.show(this.follow.checked ? this.stageLayer() : Math.min(this.layer, this.lastLayer()));
    }
    this.draw();
  }

  lastLayer() {
    return this.model.net.sizes.length - 1;
  }

  /** The layer the stage is in; at the end of a layer still that layer. */
  stageLayer() {
    return Math.min(Math.max(1, Math.ceil(this.store.u - 1e-6)), this.lastLayer());
  }

  buildTabs() {
    this.tabs.replaceChildren();
    for (let layer = 1; layer <= this.lastLayer(); layer += 1) {
      const name = layer === this.lastLayer() ? "Output" : `Layer ${layer}`;
      const tab = element("button", "lw-neurons-tab", name, { type: "button", role: "tab" });
      tab.addEventListener("click", () => this.pick(layer));
      this.tabs.append(tab);
    }
  }

  pick(layer) {
    this.follow.checked = layer === this.stageLayer() && this.follow.checked;
    this.show(layer);
    this.draw();
  }

  moveTab(event) {
    const last = this.lastLayer();
    const targets = { ArrowLeft: this.layer - 1, ArrowRight: this.layer + 1, Home: 1, End: last };
    if (!(event.key in targets)) return;
    event.preventDefault();
    event.stopPropagation(); // the stage's own arrow keys move along the timeline
    const layer = ((targets[event.key] - 1 + last) % last) + 1;
    this.pick(layer);
    this.tabs.children[layer - 1].focus();
  }

  /** Makes the cards of a layer. */
  show(layer) {
    this.layer = layer;
    [...this.tabs.children].forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i + 1 === layer));
      tab.tabIndex = i + 1 === layer ? 0 : -1;
    });
    this.revealTab(this.tabs.children[layer - 1]);
    this.sight.disconnect();
    const width = this.model.net.sizes[layer];
    this.cards = Array.from({ length: width }, (_, index) => this.buildCard(index));
    this.grid.replaceChildren(...this.cards.map((card) => card.button));
    this.cards.forEach((card) => this.sight.observe(card.button));
  }

  /** Scrolls the row of tabs, never the page. */
  revealTab(tab) {
    const { tabs } = this;
    const start = tab.offsetLeft - tabs.offsetLeft;
    if (start < tabs.scrollLeft) tabs.scrollLeft = start - 24;
    const end = start + tab.offsetWidth;
    if (end > tabs.scrollLeft + tabs.clientWidth) tabs.scrollLeft = end + 24 - tabs.clientWidth;
  }

  buildCard(index) {
    const button = element("button", "lw-card", "", { type: "button" });
    const card = { index, button, visible: false, stale: true };
    const frame = element("span", "lw-card-frame");
    card.surface = new Surface(frame, "lw-card-map", () => this.drawCard(card));
    card.name = element("span", "lw-card-name", this.nameOf(index));
    card.share = element("span", "lw-card-share");
    card.bias = element("span", "lw-card-bias");
    button.append(frame, card.name, card.share, card.bias);
    button.addEventListener("click", () => this.select(index));
    return card;
  }

  nameOf(index) {
    if (this.layer < this.lastLayer()) return `neuron ${index + 1}`;
    return this.model.net.sizes.at(-1) === 1 ? "logit" : `logit: ${CLASS_NAMES[index]}`;
  }

  select(index) {
    const { neuron } = this.store;
    const same = neuron && neuron.layer === this.layer && neuron.index === index;
    this.store.set({ neuron: same ? null : { layer: this.layer, index } });
  }

  see(entries) {
    for (const entry of entries) {
      const card = this.cards.find(({ button }) => button === entry.target);
      if (!card) continue;
      card.visible = entry.isIntersecting;
      if (card.visible && card.stale) this.drawCard(card);
    }
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model) return;
    let fresh = changed(keys, "frame", "theme");
    if (changed(keys, "u", "neuron") && this.follow.checked && this.stageLayer() !== this.layer) {
      this.show(this.stageLayer());
      fresh = true;
    }
    if (fresh) this.drawLayer();
    if (fresh || changed(keys, "neuron")) this.markSelected();
  }

  drawLayer() {
    this.measureLayer();
    for (const card of this.cards) {
      card.stale = true;
      if (card.visible) this.drawCard(card);
      this.writeCard(card);
    }
    clearTimeout(this.speech);
    this.speech = setTimeout(() => this.cards.forEach((card) => this.speak(card)), SPEECH_DELAY);
  }

  /** Scale and palette shared by the layer's cards. Full color is the largest output on the data:
   *  far from the data a network can be much larger, and would wash out everything else. */
  measureLayer() {
    const { model, layer } = this;
    const { post, width } = model.layers[layer];
    const [low, high] = range(post, 0, model.N * width);
    const [dataLow, dataHigh] = range(post, model.G * model.G * width, model.N * width);
    this.scale = Math.max(-dataLow, dataHigh) || Math.max(-low, high) || 1;
    this.palette = divergingPalette(this.theme);
    this.writeKey(low, high);
  }

  writeKey(low, high) {
    const { scale } = this;
    const { classes, background } = this.theme;
    const end = formatNumber(scale);
    setText(this.keyLow, low < 0 ? `−${end}${-low > 1.01 * scale ? " or less" : ""}` : "0");
    setText(this.keyHigh, `${end}${high > 1.01 * scale ? " or more" : ""}`);
    setText(this.keyText, this.layer === this.lastLayer() ? "color: the output; line: z = 0" : "color: output of the neuron; line: z = 0");
    const colors = low < 0 ? [classes[0], background, classes[1]] : [background, classes[1]];
    this.keyBar.style.background = `linear-gradient(to right, ${colors.join(", ")})`;
  }

  drawCard(card) {
    const context = this.palette && card.visible && card.surface.begin();
    if (!context) return;
    card.stale = false;
    const { model, theme } = this;
    const { width, height } = card.surface;
    const record = model.layers[this.layer];
    const stride = model.G > FINE_LATTICE && record.width > FINE_CARDS ? 2 : 1;
    const side = (model.G - 1) / stride + 1;
    const overhang = width / (side - 1); // node centers lie on the box: the picture hangs over by half a node
    context.imageSmoothingEnabled = true;
    context.drawImage(this.heatMap(record, card.index, stride, side),
      -overhang / 2, -overhang / 2, width + overhang, height + overhang);
    context.beginPath();
    const field = { values: record.pre, columns: record.width, column: card.index };
    traceContours(context, field, model.G, stride, width, height, ZERO_LEVEL);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.4;
    context.stroke();
  }

  /** The outputs of one neuron as a small canvas of side x side pixels, top row first. */
  heatMap(record, index, stride, side) {
    if (this.scratch?.canvas.width !== side) {
      const canvas = element("canvas", "");
      canvas.width = canvas.height = side;
      const image = new ImageData(side, side);
      this.scratch = { canvas, image, pixels: new Uint32Array(image.data.buffer), context: canvas.getContext("2d") };
    }
    const { canvas, image, pixels, context } = this.scratch;
    const { post, width } = record;
    const { palette } = this;
    const factor = 127 / this.scale;
    for (let row = 0; row < side; row += 1) {
      let at = row * stride * this.model.G * width + index;
      const start = (side - 1 - row) * side;
      for (let column = 0; column < side; column += 1, at += stride * width) {
        const shade = (post[at] * factor + 128) | 0;
        pixels[start + column] = palette[shade < 0 ? 0 : shade > 255 ? 255 : shade];
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  writeCard(card) {
    const status = this.statusOf(card.index);
    setText(card.share, status.text);
    card.button.classList.toggle("lw-card-dead", status.dead);
    setText(card.bias, `bias ${formatNumber(this.model.layers[this.layer].bias[card.index])}`);
  }

  /** What the neuron does on the data, in words: {text, dead}. */
  statusOf(index) {
    const { model, layer } = this;
    const activation = model.net.activations[layer - 1];
    if (layer === this.lastLayer()) return { text: this.outputShare(index), dead: false };
    if (model.dead(layer, index)) {
      return { text: activation === "relu" ? "dead: never on" : "dead: constant", dead: true };
    }
    if (!SWITCHING.has(activation)) return { text: `z > 0 for ${formatPercent(this.positiveShare(index))}`, dead: false };
    const share = model.onShare(layer, index);
    if (share === 1 && LINEAR_WHEN_ON.has(activation)) return { text: "always on", dead: false };
    return { text: share === 0 ? "never on" : `on for ${formatPercent(share)}`, dead: false };
  }

  /** Share of the data points on which z > 0. */
  positiveShare(index) {
    const { pre, width } = this.model.layers[this.layer];
    const { N, G } = this.model;
    let count = 0;
    for (let i = G * G; i < N; i += 1) if (pre[i * width + index] > 0) count += 1;
    return count / Math.max(1, N - G * G);
  }

  outputShare(index) {
    const { pre, width } = this.model.layers[this.layer];
    if (width === 1) return `positive for ${formatPercent(this.positiveShare(index))}`;
    const { N, G } = this.model;
    let count = 0;
    for (let i = G * G; i < N; i += 1) {
      let best = 0;
      for (let j = 1; j < width; j += 1) if (pre[i * width + j] > pre[i * width + best]) best = j;
      if (best === index) count += 1;
    }
    return `largest for ${formatPercent(count / Math.max(1, N - G * G))}`;
  }

  speak(card) {
    if (!this.model.layers[this.layer] || !this.cards.includes(card)) return;
    const { terms, bias, output } = this.formulaOf(card.index);
    card.button.setAttribute("aria-label",
      `${this.nameOf(card.index)}: ${this.statusOf(card.index).text}, over the data points. ` +
      `z = ${terms.map((term) => term.text).join(" ")} ${bias} (bias)${output}`);
  }

  /** {terms: [{text, size}] heaviest first beyond three inputs, bias, output} of one neuron. */
  formulaOf(index) {
    const { weights, bias, width, fanIn } = this.model.layers[this.layer];
    const symbol = this.layer === 1 ? "x" : "h";
    let order = Array.from({ length: fanIn }, (_, i) => i);
    const weight = (i) => weights[i * width + index];
    if (fanIn > 3) order = order.sort((a, b) => Math.abs(weight(b)) - Math.abs(weight(a)));
    const terms = order.map((i, place) => ({ text: `${signed(weight(i), place === 0)} ${symbol}${subscript(i + 1)}` }));
    const activation = this.model.net.activations[this.layer - 1];
    const output = this.layer === this.lastLayer() ? "" : `, output = ${ACTIVATION_LABELS[activation] ?? activation}(z)`;
    return { terms, bias: signed(bias[index], false), output };
  }

  markSelected() {
    const { neuron } = this.store;
    const selected = neuron?.layer === this.layer ? neuron.index : null;
    this.cards.forEach((card) => card.button.setAttribute("aria-pressed", String(card.index === selected)));
    this.writeFormula(selected);
  }

  /** The selected neuron's formula, term by term, so that it wraps between terms only. */
  writeFormula(index) {
    this.formula.replaceChildren();
    if (index === null || index >= this.cards.length) {
      this.formula.append(element("span", "lw-neurons-hint", "Choose a neuron to read its formula with numbers."));
      return;
    }
    const { terms, bias, output } = this.formulaOf(index);
    const line = element("span", "lw-formula");
    line.append(element("span", "lw-term", "z ="));
    terms.forEach(({ text }, place) => {
      const heavy = terms.length > BOLD_TERMS && place < BOLD_TERMS;
      line.append(" ", element("span", heavy ? "lw-term lw-term-heavy" : "lw-term", text));
    });
    const biasTerm = element("span", "lw-term lw-term-bias", bias);
    biasTerm.append(element("small", "", " bias"));
    line.append(" ", biasTerm);
    if (output) line.append(element("span", "lw-term", output));
    this.formula.append(element("strong", "lw-formula-name", this.nameOf(index)), " ", line);
    const note = this.noteOf();
    if (note) this.formula.append(element("span", "lw-neurons-hint", note));
  }

  noteOf() {
    const { layer } = this;
    const from = layer === 1 ? "" : `h: the outputs of layer ${layer - 1}${this.model.layers[layer].fanIn > 3 ? ", largest weight first" : ""}. `;
    if (layer < this.lastLayer()) return from;
    return from + (this.model.net.sizes.at(-1) === 1
      ? `z above 0 means ${CLASS_NAMES[1]}, below 0 ${CLASS_NAMES[0]}.` : "The class with the largest logit is predicted.");
  }
}

/** "+ 0.31" or "− 0.70"; the first term of a sum carries no plus and no gap. */
function signed(value, first) {
  const text = formatNumber(Math.abs(value));
  const negative = value < 0 && Number(text) !== 0;
  if (first) return negative ? `−${text}` : text;
  return `${negative ? "−" : "+"} ${text}`;
}

/** [lowest, highest] of values[from..to], zero included. */
function range(values, from, to) {
  let low = 0;
  let high = 0;
  for (let i = from; i < to; i += 1) {
    if (values[i] < low) low = values[i];
    else if (values[i] > high) high = values[i];
  }
  return [low, high];
}

/** 256 packed colors: blue at 0, background at 128, orange at 255. */
function divergingPalette(theme) {
  const background = parseColor(theme.background);
  const [negative, positive] = [parseColor(theme.classes[0]), parseColor(theme.classes[1])];
  return Uint32Array.from({ length: 256 }, (_, i) =>
    i < 128 ? packMix(background, negative, (128 - i) / 128) : packMix(background, positive, (i - 128) / 127));
}
