// Two networks side by side: A as a stage of its own beside that of the page, B; both move together.
// Fetched only where a link compares.

import { element, setText } from "../draw/elements.js";
import { unpackFields } from "../network/bytes.js";
import { Model, decode } from "../network/model.js";
import { nearest } from "../network/numbers.js";
import { numberIn, readAddress } from "../shared/address.js";
import { bendIn } from "./dial.js";
import { jointPlace, ownPlace, sayNumbers, sayOwnPlaces, sayPlace, saySteps } from "./versus_words.js";

/** Segments of a network's way to the cut but the last: its hidden layers, and the lift of its inputs. */
const spanOf = ({ depth, start }) => depth - start;
const SPEED_KEYS = ["+", "=", "-"];
const TRAINING_KEYS = ["ArrowUp", "ArrowDown", ...SPEED_KEYS];

/** A stage that shows network A: page and address speak to that of B, which passes on what A needs. */
const guestOf = (Stage) => class extends Stage {
  report(view) { this.host.report(view); }
  look() { return this.host.look(); }
  mayChange() { return false; }
  playSoon() {}
  followAddress() {}
  present() {}
  appear() {}
};

/** Where inputs are lifted, that counts as a layer: both begin in the plane. The deeper network leads through the layers, the longer trained one through the training: their rows
 *  of the player stay. `u` is the place of the one, `step` the training step of the other. */
export class Versus {
  /** host: the stage of the page's own network, B. mostNodes: a side of the lattice. */
  constructor(host, mostNodes) {
    Object.assign(this, { host, mostNodes, guest: null, models: [], difference: "", following: false });
    const { net } = host.model;
    const { steps } = net;
    Object.assign(this, { depth: spanOf(net), last: steps.at(-1), u: host.store.u - net.start, step: steps[host.store.frame] });
    const style = { rel: "stylesheet", href: new URL("versus.css", import.meta.url).href };
    this.nodes = [element("link", "", "", style), element("p", "lw-versus-words"), element("p", "lw-versus-numbers")];
    this.followHost = (keys) => this.follow(host, this.guest, keys);
    this.onBar = () => host.guard(() => this.shareSpeed());
  }

  begin() {
    const { host } = this;
    const guest = new (guestOf(host.constructor))(host.grid);
    this.guest = Object.assign(guest, { host, theme: host.theme, versus: this, addressLeads: false });
    guest.build();
    guest.root.classList.add("lw-guest");
    guest.spoken.removeAttribute("aria-live"); // one voice is enough
    guest.canvas.layerwarp.letter = "A";
    guest.store.listeners.push((keys) => this.follow(guest, host, keys));
    host.store.listeners.push(this.followHost);
    for (const stage of [host, guest]) stage.player.brief = true;
    host.root.classList.add("lw-versus");
    host.grid.prepend(...this.nodes);
    guest.player.ribbonPlace.classList.add("lw-guest-ribbon");
    host.grid.append(guest.player.ribbonPlace, host.player.ribbonPlace);
    for (const name of ["click", "change"]) host.player.bar.addEventListener(name, this.onBar);
  }

  /** beside: the bytes of network A, and of what is said of both; none end the comparison. */
  receive([data, said], anew) {
    if (!data) return this.end();
    const first = !this.guest;
    if (first) this.begin();
    const { guest } = this;
    this.difference = unpackFields(said).difference;
    if (!sameBytes(data, guest.bytes)) {
      guest.bytes = data.slice();
      const model = new Model(decode(data, this.mostNodes));
      guest.picture.camera.standAt(model.standpoint);
      Object.assign(guest.store, { neuron: null, threshold: 0 });
      guest.model = model;
      guest.isNews = true;
    }
    this.settle(anew || (first && this.host.addressLeads));
  }

  /** Both at one place: where they were, or where the address says. */
  settle(byAddress) {
    const { host, guest } = this;
    if (!guest?.model) return;
    this.models = [guest.model, host.model];
    const nets = this.models.map(({ net }) => net);
    const depth = Math.max(...nets.map(spanOf));
    const last = Math.max(...nets.map(({ steps }) => steps.at(-1)));
    const read = (name) => (byAddress ? numberIn(readAddress(), name) : NaN);
    const u = byAddress ? read("t") || 0 : this.u >= this.depth + 1 ? depth + 1 : this.u;
    const step = !byAddress && this.step < this.last ? this.step : Number.isNaN(read("s")) ? last : read("s");
    Object.assign(this, { depth, last, u: Math.min(Math.max(u, 0), depth + 1), step: Math.min(step, last) });
    this.seat(byAddress ? read("bend") : host.store.bend ?? guest.store.bend ?? NaN);
  }

  /** Takes both to the joint place. */
  seat(bend) {
    const { host, guest } = this;
    this.following = true;
    for (const stage of [host, guest]) {
      const { net } = stage.model;
      const { pinned, hover, probe } = host.store;
      const frame = nearest(net.steps, this.step);
      Object.assign(stage.store, { u: ownPlace(this.u, spanOf(net), this.depth) + net.start, frame, probe, bend: bendIn(net, bend) });
      Object.assign(stage.store, { pinned: this.carried(pinned, stage), hover: this.carried(hover, stage) });
    }
    this.turn(host, guest);
    if (guest.isNews) guest.adopt(guest.model);
    else guest.drawAll();
    guest.isNews = false;
    this.arrange();
    for (const stage of [host, guest]) if (stage.measure()) stage.drawAll();
    this.following = false;
  }

  /** The rows of the player that lead. */
  arrange() {
    const rows = [this.leader("layers").player.layerRow, this.leader("training").player.trainingRow];
    const { bar } = this.host.player;
    if (bar.children.length !== 2 || rows.some((row, k) => bar.children[k] !== row)) bar.replaceChildren(...rows);
    for (const stage of [this.host, this.guest]) {
      stage.player.ribbonPlace.classList.toggle("lw-ribbon-leads", stage === this.leader("layers"));
      stage.player.trainingText.dataset.letter = this.letterOf(stage);
    }
    this.shareSpeed();
  }

  /** The stage whose player moves both through the layers, or the training. */
  leader(kind) {
    const [a, b] = this.models.map(({ net }) => (kind === "training" ? [net.steps.at(-1), net.frameCount] : [spanOf(net), 0]));
    return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]) ? this.guest : this.host;
  }

  /** The stage that plays, or would. */
  get driver() {
    const { host, guest } = this;
    return [host, guest].find((stage) => stage?.store.playing) ?? host;
  }

  letterOf(stage) {
    return stage === this.guest ? "A" : "B";
  }

  // Together

  /** What happens on one stage happens on the other, in the same animation frame. */
  follow(from, to, keys) {
    if (this.following || !this.models.includes(from.model) || !this.models.includes(to.model)) return;
    this.following = true;
    try {
      to.store.set(this.carry(from, to, keys));
      if (keys.has("camera")) this.turn(from, to);
      if (to.store.changed.size) to.store.tellNow();
    } finally {
      this.following = false;
    }
  }

  carry(from, to, keys) {
    const { store, model: { net } } = from;
    const other = to.model.net;
    const patch = {};
    if (keys.has("u")) {
      const own = store.u - net.start;
      this.u = store.playing || from === this.leader("layers") || ownPlace(this.u, spanOf(net), this.depth) !== own
        ? jointPlace(own, spanOf(net), this.depth) : this.u;
      patch.u = ownPlace(this.u, spanOf(other), this.depth) + other.start;
    }
    if (keys.has("frame")) {
      this.step = net.steps[store.frame];
      patch.frame = nearest(other.steps, this.step);
    }
    for (const name of ["hover", "pinned"]) if (keys.has(name)) patch[name] = this.carried(store[name], to);
    if (keys.has("probe")) patch.probe = store.probe;
    if (keys.has("bend")) patch.bend = bendIn(other, store.bend ?? NaN);
    if (keys.has("playing")) {
      if (store.playing) to.store.playing = false;
      to.store.changed.add("playing");
    }
    return patch;
  }

  /** A marked place as the other stage has it: its number too where both have the same points. */
  carried(place, to) {
    if (!place) return null;
    const { net } = to.model;
    const { x, y, index } = place;
    if (index !== undefined && net.points[2 * index] === x && net.points[2 * index + 1] === y) return net.point(index);
    const [xMin, xMax, yMin, yMax] = net.box;
    return x >= xMin && x <= xMax && y >= yMin && y <= yMax ? { x, y } : null;
  }

  /** Both are looked at from one side, where that was chosen by hand. */
  turn(from, to) {
    const { yaw, pitch } = from.picture.camera.isStandard() ? { yaw: NaN, pitch: NaN } : from.picture.camera;
    to.picture.camera.turnTo(yaw, pitch);
    to.store.changed.add("camera");
  }

  // In place of one player

  onKey(event) {
    this.leader(TRAINING_KEYS.includes(event.key) ? "training" : "layers").player.onKey(event);
    if (SPEED_KEYS.includes(event.key)) this.shareSpeed();
  }

  play(kind) {
    this.leader(kind).player.play(kind);
  }

  forget() {
    for (const stage of [this.host, this.guest]) stage?.player.forget();
  }

  comeToRest() {
    for (const stage of [this.host, this.guest]) stage?.player.comeToRest();
  }

  /** Speed and repetition are set beside the training, and hold for the layers too. */
  shareSpeed() {
    const { speed, loop } = this.leader("training").player;
    Object.assign(this.leader("layers").player, { speed, loop });
  }

  /** What the link says of the place of both. */
  view() {
    if (!this.guest?.model) return {};
    const { host, guest } = this;
    return { t: Math.round(this.u * 1000) / 1000, lift: null, s: this.step, bend: host.store.bend ?? guest.store.bend };
  }

  // In words, and to take along

  describe() {
    if (!this.guest?.model) return;
    const [, words, numbers] = this.nodes;
    setText(words, this.difference);
    setText(numbers, `${this.where()} ${sayNumbers(this.models)}`);
  }

  where() {
    const steps = this.models.map(({ net, frame }) => ({ shown: net.steps[frame], last: net.steps.at(-1) }));
    const nets = this.models.map(({ net }) => net);
    const place = nets.some(({ lifted }) => lifted) ? sayOwnPlaces([this.guest, this.host].map(({ player }) => player.layerText.textContent))
      : sayPlace(this.u, nets.map(({ depth }) => depth));
    return [place, saySteps(steps)].filter(Boolean).join(" ");
  }

  pictures() {
    return [this.guest, this.host].map((stage) => {
      const facts = stage.model.title.split(" · ").slice(1, -1);
      return { ...stage.ownPicture(), name: [this.letterOf(stage), ...facts].join(" · ") };
    });
  }

  title() {
    const [a, b] = this.models.map(({ title }) => title.split(" · ")[0]);
    return a === b ? `${a}: two networks side by side` : `${a} and ${b}: two networks side by side`;
  }

  takenLines() {
    const own = [this.guest, this.host].map((stage) => `${this.letterOf(stage)}: ${stage.model.describe(stage.store.u)}`);
    return [`${this.difference} ${this.where()} ${sayNumbers(this.models)}`, ...own];
  }

  // With the page's own stage

  restyled(stage) {
    if (stage === this.host) this.guest?.restyle();
  }

  removed(stage) {
    if (stage === this.host) this.guest?.remove();
  }

  end() {
    const { host, guest } = this;
    host.versus = null;
    if (!guest) return;
    const { bar, layerRow, ribbonPlace, trainingRow } = host.player;
    bar.replaceChildren(layerRow, ribbonPlace, trainingRow);
    for (const name of ["click", "change"]) bar.removeEventListener(name, this.onBar);
    host.store.listeners = host.store.listeners.filter((listener) => listener !== this.followHost);
    host.player.brief = false;
    host.root.classList.remove("lw-versus");
    for (const node of [...this.nodes, guest.player.ribbonPlace]) node.remove();
    guest.remove();
    if (host.measure()) host.drawAll();
  }
}

function sameBytes(a, b) {
  return b?.length === a.length && a.every((byte, i) => byte === b[i]);
}
