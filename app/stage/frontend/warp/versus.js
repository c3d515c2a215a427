// Two networks side by side on the page "Warp".

import { styleBeside } from "../draw/elements.js";
import { Model, decode } from "../network/model.js";
import { Together, turnAs } from "../shared/together.js";
import { bendIn } from "./dial.js";

export class Versus extends Together {
  /** host: the stage of the page's own network, B. mostNodes: of the lattice of each, a side. */
  constructor(host, mostNodes) {
    super(host, styleBeside("versus.css", import.meta));
    this.mostNodes = mostNodes;
  }

  begin() {
    super.begin();
    const { host, guest } = this;
    guest.player.ribbonPlace.classList.add("lw-guest-ribbon");
    host.grid.append(guest.player.ribbonPlace, host.player.ribbonPlace);
    for (const stage of this.both) stage.player.brief = true;
  }

  /** New bytes of network A. */
  take(data) {
    const { guest } = this;
    guest.model = new Model(decode(data, this.mostNodes));
    guest.picture.camera.standAt(guest.model.standpoint);
    Object.assign(guest.store, { neuron: null, threshold: 0 });
    this.isNews = true;
  }

  placeIn(t) {
    return t || 0;
  }

  seat(read) {
    const { host, guest } = this;
    const bend = Number.isNaN(read("bend")) ? host.store.bend ?? guest.store.bend ?? NaN : read("bend");
    for (const stage of this.both) {
      const { pinned, hover, probe } = host.store;
      const marked = { pinned: carried(pinned, stage), hover: carried(hover, stage) };
      Object.assign(stage.store, this.placeOf(stage), marked, { probe, bend: bendIn(stage.model.net, bend) });
    }
    turnAs(host.picture.camera, guest.picture.camera);
    if (this.isNews) guest.adopt(guest.model);
    this.isNews = false;
  }

  arrange() {
    super.arrange();
    for (const stage of this.both) {
      stage.player.ribbonPlace.classList.toggle("lw-ribbon-leads", stage === this.leader("layers"));
      if (isReady(stage) && stage.measure()) stage.drawAll();
    }
  }

  rows(layers, training) {
    return [layers.layerRow, training.trainingRow];
  }

  follow(from, to, keys) {
    if (isReady(to)) super.follow(from, to, keys);
  }

  carry(from, to, keys) {
    const { store } = from;
    const patch = super.carry(from, to, keys);
    for (const name of ["hover", "pinned"]) if (keys.has(name)) patch[name] = carried(store[name], to);
    if (keys.has("probe")) patch.probe = store.probe;
    if (keys.has("bend")) patch.bend = bendIn(to.model.net, store.bend ?? NaN);
    return patch;
  }

  turn(from, to, keys) {
    if (!keys.has("camera")) return;
    turnAs(from.picture.camera, to.picture.camera);
    to.store.changed.add("camera");
  }

  view() {
    return this.guest?.model ? { ...super.view(), bend: this.host.store.bend ?? this.guest.store.bend } : {};
  }

  outcome() {
    const [a, b] = this.models.map((model) => ({
      wrong: model.told().wrong.length.toLocaleString("en"), of: model.net.labels.length.toLocaleString("en"), cuts: model.net.outcome !== "dead",
    }));
    if (!a.cuts || !b.cuts) {
      const who = ({ wrong, of, cuts }, letter) => `${letter} ${cuts ? "" : "says the same of all points and "}gets ${wrong} of ${of} training points wrong`;
      return `${who(a, "A")}, ${who(b, "B")}.`;
    }
    return `The cut in the last space gets ${a.wrong} of ${a.of} training points wrong in A, ${b.wrong}${a.of === b.of ? "" : ` of ${b.of}`} in B.`;
  }

  pictures() {
    return this.both.map((stage) => ({ ...stage.ownPicture(), name: this.nameOf(stage) }));
  }

  /** The page's own stage, alone again. */
  restore() {
    const { host, guest } = this;
    const { player } = host;
    player.brief = false;
    guest.player.ribbonPlace.remove();
    player.bar.replaceChildren(player.layerRow, player.ribbonPlace, player.trainingRow);
    if (host.measure()) host.drawAll();
  }
}

/** Not while what a network by hand needs is still on its way. */
const isReady = ({ picture }) => picture.model !== null;

/** A marked place as another stage has it: its number too where both have the same points. */
function carried(place, { model: { net } }) {
  if (!place) return null;
  const { x, y, index } = place;
  if (index !== undefined && net.points[2 * index] === x && net.points[2 * index + 1] === y) return net.point(index);
  const [xMin, xMax, yMin, yMax] = net.box;
  return x >= xMin && x <= xMax && y >= yMin && y <= yMax ? { x, y } : null;
}
