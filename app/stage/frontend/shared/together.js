// Two networks side by side: A in a component of its own beside that of the page, B; both move together.
// Fetched only where a link compares.

import { element, setText } from "../draw/elements.js";
import { unpackFields } from "../network/bytes.js";
import { nearest, thousandths } from "../network/numbers.js";
import { numberIn, readAddress } from "./address.js";
import { titleOf } from "./legend.js";
import { jointPlace, ownPlace, sayModels, sayOwnPlaces, sayPlace, saySteps } from "./together_words.js";

/** Segments of a network's way to the cut but the last: its hidden layers, and the lift of its inputs. */
const spanOf = ({ depth, start }) => depth - start;
const SPEED_KEYS = ["+", "=", "-"];
const TRAINING_KEYS = ["ArrowUp", "ArrowDown", ...SPEED_KEYS];

/** A component of network A: page and address speak to that of B, which passes on what A needs. */
const guestOf = (Kind) => class extends Kind {
  report(view, name) { if (!name) this.host.report(view); }
  look() { return this.host.look(); }
  mayChange() { return false; }
  playSoon() {}
  accompany() {}
  followAddress() {}
  present() {}
  appear() {}
};

/** Both begin in the plane: where inputs are lifted, that counts as a layer. The deeper network leads through
 *  the layers, the longer trained one through the training: their rows of the player stay. `u` is the place of the one, `step` the training step of the other. A page's own
 *  kind says what its networks show beside that. */
export class Together {
  /** host: the component of the page's own network, B. style: of what both look like, an element. */
  constructor(host, style) {
    Object.assign(this, { host, guest: null, models: [], bytes: null, difference: "", following: false });
    const { net } = host.model;
    const { steps } = net;
    Object.assign(this, { depth: spanOf(net), last: steps.at(-1), u: host.store.u - net.start, step: steps[host.store.frame] });
    this.nodes = [style, element("p", "lw-versus-words"), element("p", "lw-versus-numbers")];
    this.followHost = (keys) => this.follow(host, this.guest, keys);
    this.onBar = () => host.guard(() => this.shareSpeed());
  }

  get both() {
    return [this.guest, this.host];
  }

  begin() {
    const { host } = this;
    const guest = new (guestOf(host.constructor))(host.grid);
    this.guest = Object.assign(guest, { host, theme: host.theme, versus: this, addressLeads: false });
    guest.build();
    guest.store.secret = host.store.secret;
    guest.root.classList.add("lw-guest");
    guest.spoken.removeAttribute("aria-live"); // one voice is enough
    guest.store.listeners.push((keys) => this.follow(guest, host, keys));
    host.store.listeners.push(this.followHost);
    host.root.classList.add("lw-versus");
    host.grid.prepend(...this.nodes, guest.root); // read first, like its column
    for (const name of ["click", "change"]) host.player.bar.addEventListener(name, this.onBar);
  }

  /** beside: the bytes of network A, and of what is said of both; none end the comparison. */
  receive([data, said], anew) {
    if (!data) return this.end();
    const first = !this.guest;
    if (first) this.begin();
    this.difference = unpackFields(said).difference;
    this.following = true;
    if (!sameBytes(data, this.bytes)) this.take(data);
    this.bytes = data;
    this.settle(anew || (first && this.host.addressLeads));
  }

  /** Both at one place: where they were, or where the address says. */
  settle(byAddress) {
    const { host, guest } = this;
    if (!guest?.model) return;
    this.models = this.both.map(({ model }) => model);
    const nets = this.models.map(({ net }) => net);
    const depth = Math.max(...nets.map(spanOf));
    const last = Math.max(...nets.map(({ steps }) => steps.at(-1)));
    const read = (name) => (byAddress ? numberIn(readAddress(), name) : NaN);
    const u = byAddress ? this.placeIn(read("t"), depth) : this.atEnd() ? depth + 1 : this.u;
    const step = !byAddress && this.step < this.last ? this.step : Number.isNaN(read("s")) ? last : read("s");
    Object.assign(this, { depth, last, u: Math.min(Math.max(u, 0), depth + 1), step: Math.min(step, last) });
    this.following = true;
    this.seat(read);
    this.arrange();
    this.following = false;
    this.describe();
  }

  atEnd() {
    return this.u >= this.depth + 1;
  }

  /** Where a component is when both are at the joint place. */
  placeOf({ model: { net } }) {
    return { u: ownPlace(this.u, spanOf(net), this.depth) + net.start, frame: nearest(net.steps, this.step) };
  }

  /** The rows of the player that lead. */
  arrange() {
    const { bar } = this.host.player;
    const rows = this.rows(this.leader("layers").player, this.leader("training").player);
    if (bar.children.length !== rows.length || rows.some((row, k) => bar.children[k] !== row)) bar.replaceChildren(...rows);
    for (const one of this.both) one.player.trainingText.dataset.letter = this.letterOf(one);
    // One legend serves both: that of the one with more to tell of.
    const [a, b] = this.models.map((model) => this.entries(model));
    this.host.legend = a > b ? this.guest.head : undefined;
    this.host.root.classList.toggle("lw-versus-legend", a > b);
    this.shareSpeed();
  }

  /** How much a legend tells of: of the classes. */
  entries({ net }) {
    return net.nClasses;
  }

  /** Whose player moves both through the layers, or the training. */
  leader(kind) {
    const [a, b] = this.models.map(({ net }) => (kind === "training" ? [net.steps.at(-1), net.frameCount] : [spanOf(net), 0]));
    return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]) ? this.guest : this.host;
  }

  /** Which of them plays, or would. */
  get driver() {
    return this.both.find((one) => one?.store.playing) ?? this.host;
  }

  letterOf(one) {
    return one === this.guest ? "A" : "B";
  }

  // Together

  /** What happens to one happens to the other, in the same animation frame. */
  follow(from, to, keys) {
    if (this.following || this.both.some(({ model }) => !this.models.includes(model))) return;
    this.following = true;
    try {
      to.store.set(this.carry(from, to, keys));
      this.turn(from, to, keys);
      if (to.store.changed.size) to.store.tellNow();
      else this.describe(); // the one moves on alone
    } finally {
      this.following = false;
    }
  }

  /** What changes in the one's store when `keys` of the other's have changed. */
  carry(from, to, keys) {
    const { store, model: { net } } = from;
    const patch = {};
    if (keys.has("u") && this.placeOf(from).u !== store.u) this.u = jointPlace(store.u - net.start, spanOf(net), this.depth);
    if (keys.has("frame")) this.step = net.steps[store.frame];
    const { u, frame } = this.placeOf(to);
    if (keys.has("u")) patch.u = u;
    if (keys.has("frame")) patch.frame = frame;
    if (keys.has("playing")) {
      if (store.playing) to.store.playing = false;
      to.store.changed.add("playing");
    }
    return patch;
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
    for (const one of this.both) one?.player.forget();
  }

  comeToRest() {
    for (const one of this.both) one?.player.comeToRest();
  }

  /** Speed and repetition are set beside the training, and hold for the layers too. */
  shareSpeed() {
    const { speed, loop } = this.leader("training").player;
    Object.assign(this.leader("layers").player, { speed, loop });
  }

  /** What the link says of the place of both. */
  view() {
    return this.guest?.model ? { t: thousandths(this.u), lift: null, s: this.step } : {};
  }

  // In words, and to take along

  describe() {
    if (!this.guest?.model) return;
    const [, words, numbers] = this.nodes;
    setText(words, this.difference);
    setText(numbers, this.numbers());
  }

  /** Where both are, and how they compare. */
  numbers() {
    return [this.where(), saySteps(this.models.map(({ net, frame }) => ({ shown: net.steps[frame], last: net.steps.at(-1) }))),
      sayModels(this.models), this.outcome()].filter(Boolean).join(" ");
  }

  where() {
    const nets = this.models.map(({ net }) => net);
    if (nets.every(({ lifted }) => !lifted)) return sayPlace(this.u, nets.map(({ depth }) => depth));
    return sayOwnPlaces(this.both.map(({ player }) => player.layerText.textContent));
  }

  /** Letter, network and accuracy, as the name of a picture. */
  nameOf(one) {
    return [this.letterOf(one), ...titleOf(one.model).split(" · ").slice(1, -1)].join(" · ");
  }

  title() {
    const [a, b] = this.models.map(({ title }) => title.split(" · ")[0]);
    return a === b ? `${a}: two networks side by side` : `${a} and ${b}: two networks side by side`;
  }

  takenLines() {
    return [`${this.difference} ${this.numbers()}`, ...this.both.map((one) => `${this.letterOf(one)}: ${this.captionOf(one)}`)];
  }

  captionOf(one) {
    return one.ownLines()[0];
  }

  // With the page's own component

  restyled(one) {
    if (one === this.host) this.guest?.restyle();
  }

  removed(one) {
    if (one === this.host) this.guest?.remove();
  }

  end() {
    const { host, guest } = this;
    Object.assign(host, { versus: null, legend: undefined });
    if (!guest) return;
    const { bar } = host.player;
    for (const name of ["click", "change"]) bar.removeEventListener(name, this.onBar);
    host.store.listeners = host.store.listeners.filter((listener) => listener !== this.followHost);
    host.root.classList.remove("lw-versus", "lw-versus-legend");
    for (const node of this.nodes) node.remove();
    guest.remove();
    this.restore();
  }
}

/** A camera looks from the same side as another, where that was turned by hand. */
export function turnAs(from, to) {
  const { yaw, pitch } = from.isStandard() ? { yaw: NaN, pitch: NaN } : from;
  to.turnTo(yaw, pitch);
}

function sameBytes(a, b) {
  return b?.length === a.length && a.every((byte, i) => byte === b[i]);
}
