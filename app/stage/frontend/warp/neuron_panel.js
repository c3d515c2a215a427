// One card for each neuron of a layer: heat map over input space, line, share and formula.

import { changed, element, setText } from "../draw/elements.js";
import { HeatMaps } from "../draw/heat_map.js";
import { Surface } from "../draw/surface.js";
import { formatDigits, formatNumber } from "../network/numbers.js";
import { formulaNote, neuronFormula, neuronName, neuronSpeech, neuronStatus } from "./neuron_words.js";

const BOLD_TERMS = 3; // the heaviest terms of a long formula are printed bold
const SPEECH_DELAY = 250; // milliseconds of rest before the cards' spoken formulas are written anew

/** Panel of the neurons. */
export class NeuronPanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null, layer: 1, cards: [], made: [] });
    this.maps = new HeatMaps(theme);
    const panel = element("section", "lw-panel lw-neurons");
    this.tabs = element("div", "lw-neurons-tabs", "", {
      role: "tablist",
      "aria-label": "Layer whose neurons are shown",
    });
    const head = element("div", "lw-neurons-head");
    head.append(this.tabs, this.buildFollow());
    this.formula = element("div", "lw-neurons-formula");
    this.grid = element("div", "lw-neurons-grid", "", { role: "tabpanel" });
    panel.append(element("h3", "lw-panel-title", "Neurons"), head);
    this.activationPlace = element("div", "lw-activation");
    this.quadraticPlace = element("div", "lw-quadratic");
    this.quadraticPlace.hidden = true;
    panel.append(
      this.activationPlace,
      this.formula,
      this.quadraticPlace,
      this.buildKey(),
      this.grid,
    );
    root.append(panel);
    this.tabs.addEventListener("keydown", (event) => this.moveTab(event));
    this.sight = new IntersectionObserver((entries) => this.see(entries), { rootMargin: "100px" });
    const near = new IntersectionObserver((entries) => this.nearActivation(entries.at(-1).isIntersecting), { rootMargin: "100px" });
    near.observe(this.activationPlace);
  }

  /** The activation's card is fetched when its place comes near, and drawn only there. */
  async nearActivation(isNear) {
    this.activationNear = isNear;
    if (isNear && !this.activation) {
      const { ActivationCard } = await import("./activation_card.js");
      this.activation ??= new ActivationCard(this.activationPlace, this.theme);
    }
    this.drawActivation();
  }

  drawActivation() {
    if (this.model && this.activationNear) this.activation?.draw(this.model, this.layer);
  }

  buildFollow() {
    const label = element("label", "lw-neurons-follow");
    this.follow = element("input", "", "", { type: "checkbox" });
    this.follow.checked = true;
    this.follow.addEventListener("change", () => this.draw(new Set(["u"])));
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

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    const shape = model.net.sizes.join();
    this.model = model;
    const { neuron } = this.store;
    // The address has chosen a neuron of a layer that the stage is not in.
    if (!this.shape && neuron && neuron.layer !== this.stageLayer()) {
      this.follow.checked = false;
      this.layer = neuron.layer;
    }
    if (shape !== this.shape) {
      this.shape = shape;
      this.buildTabs();
      this.show(this.follow.checked ? this.stageLayer() : Math.min(this.layer, this.lastLayer()));
    }
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

  /** Lays out the cards of a layer: those that were made before, as far as they go. */
  show(layer) {
    this.layer = layer;
    [...this.tabs.children].forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i + 1 === layer));
      tab.tabIndex = i + 1 === layer ? 0 : -1;
    });
    this.revealTab(this.tabs.children[layer - 1]);
    const width = this.model.net.sizes[layer];
    while (this.made.length < width) this.made.push(this.buildCard(this.made.length));
    this.cards = this.made.slice(0, width);
    this.made.forEach(({ button }, index) => { button.hidden = index >= width; });
    for (const card of this.cards) {
      card.button.removeAttribute("aria-label"); // that of another layer's neuron
      setText(card.name, neuronName(this.model, layer, card.index));
    }
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
    card.name = element("span", "lw-card-name");
    card.share = element("span", "lw-card-share");
    card.bias = element("span", "lw-card-bias");
    button.append(frame, card.name, card.share, card.bias);
    button.addEventListener("click", () => this.select(index));
    this.grid.append(button);
    this.sight.observe(button);
    return card;
  }

  select(index) {
    const { neuron } = this.store;
    const same = neuron && neuron.layer === this.layer && neuron.index === index;
    this.store.set({ neuron: same ? null : { layer: this.layer, index } });
    this.store.commit();
    if (!same) this.formula.scrollIntoView({ block: "nearest" });
  }

  see(entries) {
    for (const entry of entries) {
      const card = this.made.find(({ button }) => button === entry.target);
      card.visible = entry.isIntersecting;
      if (card.visible && card.stale && this.cards.includes(card)) this.drawCard(card);
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
    this.maps.measure(this.model, this.layer);
    this.activationPlace.hidden = this.layer > this.model.net.depth; // the read-out has no activation
    this.drawActivation();
    this.writeKey();
    for (const card of this.cards) {
      card.stale = true;
      if (card.visible) this.drawCard(card);
      this.writeCard(card);
    }
    clearTimeout(this.speech);
    this.speech = setTimeout(() => this.cards.forEach((card) => this.speak(card)), SPEECH_DELAY);
  }

  writeKey() {
    const { scale, low, high, line, colors } = this.maps;
    const [[negative, positive]] = colors;
    const { background } = this.theme;
    const end = formatDigits(scale);
    setText(this.keyLow, low < 0 ? `−${end}${-low > 1.01 * scale ? " or less" : ""}` : "0");
    setText(this.keyHigh, `${end}${high > 1.01 * scale ? " or more" : ""}`);
    const whose = this.layer === this.lastLayer() ? "the logit" : "output of the neuron";
    const own = colors.length > 1 ? ", each in its class's color" : "";
    setText(this.keyText, `color: ${whose}${own}${line ? "; line: z = 0" : ""}`);
    const bar = low < 0 ? [negative, background, positive] : [background, positive];
    this.keyBar.style.background = `linear-gradient(to right, ${bar.join(", ")})`;
  }

  drawCard(card) {
    const context = this.maps.palettes && card.visible && card.surface.begin();
    if (!context) return;
    card.stale = false;
    this.maps.draw(context, card.index, card.surface.width, card.surface.height);
  }

  writeCard(card) {
    const status = neuronStatus(this.model, this.layer, card.index);
    setText(card.share, status.text);
    card.button.classList.toggle("lw-card-dead", status.dead);
    setText(card.bias, `bias ${formatNumber(this.model.layers[this.layer].bias[card.index])}`);
  }

  speak(card) {
    if (!this.cards.includes(card)) return; // another layer has fewer
    card.button.setAttribute("aria-label", neuronSpeech(this.model, this.layer, card.index));
  }

  markSelected() {
    const { neuron } = this.store;
    const selected = neuron?.layer === this.layer ? neuron.index : null;
    this.cards.forEach((card) =>
      card.button.setAttribute("aria-pressed", String(card.index === selected)),
    );
    this.writeFormula(selected);
    this.drawQuadratic(selected).catch(this.store.onError);
  }

  /** The chosen neuron's nearest quadratic; what that needs is fetched for the first. */
  async drawQuadratic(index) {
    this.quadraticPlace.hidden = index === null || index >= this.cards.length;
    if (this.quadraticPlace.hidden) return;
    const { QuadraticCard } = await import("./quadratic_card.js");
    const { neuron } = this.store; // by now
    if (neuron?.layer !== this.layer || neuron.index >= this.cards.length) return;
    this.quadratic ??= new QuadraticCard(this.quadraticPlace, this.maps);
    this.quadratic.draw(this.model, this.layer, neuron.index);
  }

  /** The selected neuron's formula, term by term, so that it wraps between terms only. */
  writeFormula(index) {
    this.formula.replaceChildren();
    if (index === null || index >= this.cards.length) {
      this.formula.append(
        element("span", "lw-neurons-hint", "Choose a neuron to read its formula with numbers."),
      );
      return;
    }
    const { terms, bias, output } = neuronFormula(this.model, this.layer, index);
    const line = element("span", "lw-formula");
    line.append(element("span", "lw-term", "z ="));
    terms.forEach((text, place) => {
      const heavy = terms.length > BOLD_TERMS && place < BOLD_TERMS;
      line.append(" ", element("span", heavy ? "lw-term lw-term-heavy" : "lw-term", text));
    });
    const biasTerm = element("span", "lw-term lw-term-bias", bias);
    biasTerm.append(element("small", "", " (bias)"));
    line.append(" ", biasTerm);
    if (output) line.append(element("span", "lw-term", output));
    const name = neuronName(this.model, this.layer, index);
    this.formula.append(element("strong", "lw-formula-name", name), " ", line);
    const note = formulaNote(this.model, this.layer);
    if (note) this.formula.append(element("span", "lw-neurons-hint", note));
  }
}
