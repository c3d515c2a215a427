// Two networks side by side on the page "Creases".

import { styleBeside } from "../draw/elements.js";
import { counted } from "../network/numbers.js";
import { Together, turnAs } from "../shared/together.js";
import { canFold, foldsAt } from "./words.js";

const CARRIED = ["coloring", "overlays"];
const MAX_LAYERS = 10;

/** `folds`: the layers that fold the deeper network; the other is folded by as many as it has. */
export class Versus extends Together {
  constructor(host) {
    super(host, styleBeside("versus.css", import.meta));
    Object.assign(this, { folds: host.store.folds, deepest: host.model.net.depth });
  }

  begin() {
    super.begin();
    this.guest.facts.stop();
    this.host.tools.beside = this.guest.store;
    this.selected(this.host, this.host.figures.dataset.shown);
  }

  /** New bytes of network A. */
  take(data) {
    this.guest.receive(data, false, []);
    this.guest.opened = true; // the opening is the host's
  }

  /** Carried through all hidden layers where the link says nothing. */
  placeIn(t, depth) {
    return Number.isNaN(t) ? depth || 1 : t;
  }

  /** At the last hidden layer of the one is at that of the other. */
  atEnd() {
    return this.u > this.depth;
  }

  seat(read) {
    const { host } = this;
    const told = read("folds");
    const all = this.folds >= this.deepest;
    this.deepest = Math.max(...this.models.map(({ net }) => net.depth));
    this.folds = Number.isNaN(told) ? (all ? this.deepest : this.folds) : Math.round(told);
    this.folds = Math.min(Math.max(this.folds, 0), this.deepest);
    for (const one of this.both) {
      const { chosen, coloring, overlays } = host.store;
      Object.assign(one.store, this.placeOf(one), { coloring, overlays, chosen, folds: this.foldsOf(one) });
      one.request(one.store.frame);
      one.store.piece = one.pieceAt(chosen);
      if (one.store.mesh && one.store.model === one.model) one.everything();
    }
  }

  foldsOf({ model: { net } }) {
    return Math.min(this.folds, net.depth);
  }

  /** Where only one of both folds, its row of folds. */
  rows(layers, training) {
    const folding = this.both.filter(({ model }) => canFold(model.net));
    const { foldRow } = folding.length === 1 ? folding[0].player : layers;
    return [foldRow, training.trainingRow, layers.layerRow];
  }

  /** Classes first, then the layers that fold. */
  entries({ net }) {
    return net.nClasses * (MAX_LAYERS + 1) + net.activations.filter((_, l) => foldsAt(net, l + 1)).length;
  }

  carry(from, to, keys) {
    const { store, model: { net } } = from;
    const patch = super.carry(from, to, keys);
    for (const name of CARRIED) if (keys.has(name)) patch[name] = store[name];
    if (keys.has("folds") || keys.has("newest")) {
      if (this.foldsOf(from) !== store.folds) this.folds = store.folds === net.depth ? this.deepest : store.folds;
      patch.folds = this.foldsOf(to);
      patch.newest = this.folds <= to.model.net.depth ? store.newest : Infinity;
    }
    if (keys.has("chosen")) Object.assign(patch, { chosen: store.chosen, piece: to.pieceAt(store.chosen) });
    return patch;
  }

  turn(from, to, keys) {
    if (keys.has("view") && to.plane.box) to.plane.look(from.plane.view);
    if (!keys.has("turn")) return;
    turnAs(from.carried.camera, to.carried.camera);
    to.store.changed.add("turn");
  }

  /** Which of the two pictures of each is shown. */
  selected(from, name) {
    for (const one of this.both) if (one && one !== from && one.figures.dataset.shown !== name) one.select(name);
  }

  view() {
    return this.guest?.model ? { ...super.view(), folds: this.folds >= this.deepest ? null : this.folds } : {};
  }

  where() {
    const depths = this.models.map(({ net }) => net.depth);
    if (this.host.figures.dataset.shown === "carried") return super.where();
    const [a, b] = depths.map((depth) => Math.min(this.folds, depth));
    const folding = this.models.map(({ net }) => canFold(net));
    if (!folding.some(Boolean)) return "Neither folds the plane along lines.";
    if (!this.folds) return "Neither is folded yet.";
    if (!folding.every(Boolean)) {
      const one = folding.indexOf(true);
      return `Only ${"AB"[one]} folds the plane along lines: the folds of ${[a, b][one]} of its ${counted(depths[one], "layer")} are drawn.`;
    }
    if (a === depths[0] && b === depths[1]) return `The folds of all layers are drawn: ${counted(a, "layer")} in A, ${counted(b, "layer")} in B.`;
    return a === b ? `Both folded by ${counted(a, "layer")}, A of ${depths[0]}, B of ${depths[1]}.` : `A folded by ${counted(a, "layer")}, B by ${counted(b, "layer")}.`;
  }

  /** One legend serves both. */
  drawLegend() {
    const drawn = this.both.filter((one) => one?.store.mesh);
    const lines = new Set(drawn.flatMap((one) => [...one.linesDrawn()]));
    for (const one of drawn) one.drawLegend(lines);
  }

  /** How many straight pieces there are. */
  outcome() {
    const meshes = this.both.map(({ store, model }) => store.model === model && store.mesh); // else of the network before
    if (meshes.some((mesh) => !mesh || mesh.nodes)) return "";
    const [a, b] = this.both.map((one, k) => (meshes[k].complete ? "" : "at least ") + meshes[k].levels[this.foldsOf(one)].toLocaleString("en"));
    return `Straight pieces in the whole picture: A ${a}, B ${b}.`;
  }

  /** The first sentence: the pieces are counted already. */
  captionOf(one) {
    return super.captionOf(one).replace(/\. .*$/, ".");
  }

  pictures() {
    const { shown } = this.host.figures.dataset;
    return this.both.map((one) => {
      const picture = one.ownPictures().find(({ surface }) => surface === one[shown].surface);
      return { ...picture, name: this.nameOf(one) };
    });
  }

  /** The page's own component, alone again. */
  restore() {
    const { player, tools } = this.host;
    tools.beside = null;
    player.bar.replaceChildren(player.foldRow, player.trainingRow, player.layerRow);
    this.host.everything();
  }
}
