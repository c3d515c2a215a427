// Entry of the component "creases": the exact mesh of a network, in the plane and carried along.

import { element, setText } from "../draw/elements.js";
import { latticeMesh } from "../network/lattice_mesh.js";
import { faceAt, thinPieces } from "../network/mesh.js";
import { NO_FACTS } from "../network/mesh_facts.js";
import { MeshSource } from "../network/mesh_source.js";
import { Model, decode } from "../network/model.js";
import { nearest } from "../network/numbers.js";
import { addressVersion, numberIn, opensBare, readAddress, shareLink } from "../shared/address.js";
import { Component, mounted } from "../shared/component.js";
import { fillHead, setTitle, titleOf } from "../shared/legend.js";
import { onTimeline, placeIn, prefersReducedMotion } from "../shared/player.js";
import { TakeBar } from "../shared/take_bar.js";
import { TURN_KEYS } from "../shared/turn.js";
import { CarriedPicture } from "./carried_picture.js";
import { COLORINGS, css } from "./colorings.js";
import { FactsReport } from "./facts_report.js";
import { listenToPlane, listenToTurns } from "./gestures.js";
import { lineColors } from "./paint.js";
import { PiecePanel } from "./piece_panel.js";
import { PlanePicture } from "./plane_picture.js";
import { planeSvg } from "./plane_svg.js";
import { COLORING_OF_VERSION_1, FIRST_COLORING, OVERLAYS, CreasePlayer } from "./player.js";
import { CreaseTools } from "./tools.js";
import { canFold, foldsAt, lineWords, meshWords, placeWords, progressWords } from "./words.js";

const PATIENCE = 400; // milliseconds after which, and from then on, a mesh that is not there is worth a word
const MOST_NAMED = 3; // layers in the legend; of more, the later ones are numbers
const ALL = new Set(["u", "frame", "playing"]); // that a player draws
const CHOOSING_KEYS = "Arrow keys choose a piece, Escape lets it go. ";
const PLANE_KEYS = "Plus and minus zoom, Alt and an arrow looks further, 0 shows the whole plane.";
const CARRIED_KEYS = `Left and right arrow keys carry the picture through the layers, up and down go through the training. ${TURN_KEYS}`;

class Creases extends Component {
  name = "mesh";

  build() {
    Object.assign(this.store, { mesh: null, model: null, folds: 0, newest: Infinity, coloring: FIRST_COLORING, overlays: new Set(OVERLAYS), chosen: null, piece: -1 });
    this.grid = element("div", "lw-creases");
    this.root.append(this.grid);
    this.head = element("div", "lw-head");
    this.grid.append(this.head);
    this.tools = new CreaseTools(this.grid, this.store, this.theme, () => this.player.commit());
    this.buildPictures();
    this.words = element("p", "lw-words lw-crease-words");
    this.spoken = element("p", "lw-hidden", "", { "aria-live": "polite" });
    const main = element("div", "lw-area-main lw-crease-main");
    this.grid.append(this.words, this.spoken, main);
    this.player = new CreasePlayer(main, this.store, (view) => this.report(view), () => this.look());
    this.take = new TakeBar(main, this);
    this.panel = new PiecePanel(this.grid, this.store, () => this.choose(null));
    this.facts = new FactsReport(this.store, this.root, (facts) => this.report(facts, "facts"));
    this.source = new MeshSource((mesh) => this.guard(() => this.adopt(mesh)), (error, frame) => this.miss(error, frame),
      (progress) => { this.progress = progress; });
    this.store.listeners.push((keys) => this.draw(keys));
    this.root.addEventListener("keydown", (event) => this.guard(() => this.conductor.onKey(event)));
  }

  buildPictures() {
    this.figures = element("div", "lw-pictures");
    this.tabs = element("div", "lw-tabs", "", { role: "group", "aria-label": "Which picture to show" });
    const plane = this.figure("plane", "In the plane", "In the plane");
    const carried = this.figure("carried", "Carried through the layers", "Through the layers");
    this.plane = new PlanePicture(plane.frame, this.store, this.theme);
    this.carried = new CarriedPicture(carried.frame, this.store, this.theme);
    this.place = carried.note;
    this.projection = element("p", "lw-caption");
    carried.frame.after(this.projection);
    plane.title.append(this.viewButtons());
    for (const picture of [this.plane, this.carried]) {
      for (const [name, value] of Object.entries({ role: "img", tabindex: "0" })) picture.canvas.setAttribute(name, value);
    }
    this.grid.append(this.tabs, this.figures);
    this.select("plane");
    const guard = (act) => this.guard(act);
    const commit = () => this.model && this.player.commit();
    listenToPlane(this.plane, { guard, choose: (point) => this.choose(point), chosen: () => this.store.chosen, commit });
    listenToTurns(this.carried, guard, commit);
    const { store, plane: { painter } } = this;
    this.plane.canvas.layerwarp = { model: null, store, picture: this.plane, carried: this.carried, painter, timings: store.timings };
  }

  figure(name, text, short) {
    const figure = element("div", `lw-figure lw-figure-${name}`);
    const title = element("div", "lw-figure-title");
    const note = element("span", "lw-figure-note");
    title.append(element("h3", "lw-panel-title", text), note);
    const frame = element("div", "lw-frame");
    figure.append(title, frame);
    this.figures.append(figure);
    const tab = element("button", "lw-player-button lw-tab", short, { type: "button" });
    tab.addEventListener("click", () => this.select(name));
    tab.dataset.name = name;
    this.tabs.append(tab);
    return { title, note, frame };
  }

  /** Where there is room for one picture only: which. */
  select(name) {
    this.figures.dataset.shown = name;
    for (const tab of this.tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.name === name));
    this.versus?.selected(this, name);
  }

  viewButtons() {
    const box = element("span", "lw-view");
    const buttons = [
      ["−", "Zoom out", () => this.plane.zoomBy(1 / 1.6)],
      ["+", "Zoom in", () => this.plane.zoomBy(1.6)],
      ["Fit", "Show the whole plane", () => this.plane.fit()],
    ];
    for (const [text, label, act] of buttons) {
      const button = element("button", "lw-player-button lw-view-button", text, { type: "button", "aria-label": label, title: label });
      button.addEventListener("click", () => this.guard(() => {
        act();
        this.player.commit();
      }));
      box.append(button);
    }
    return box;
  }

  receive(data, anew, beside) {
    const net = decode(data);
    net.smooth = !net.isPiecewise;
    if (!net.smooth) net.lattice = 2; // the mesh takes the place of the grid
    const before = this.model;
    this.model = this.plane.canvas.layerwarp.model = new Model(net);
    this.settle(before, net);
    this.player.setModel(this.model);
    this.player.draw(ALL);
    this.facts.stop();
    this.source.setNet(net);
    clearInterval(this.waiting);
    this.progress = null;
    this.waiting = setInterval(() => setText(this.words, progressWords(this.progress)), PATIENCE);
    this.request(this.store.frame);
    this.accompany(beside, anew);
  }

  async beginVersus() {
    const { Versus } = await import("./versus.js");
    return new Versus(this);
  }

  /** Asks for the mesh of frame f: the exact one, or the lattice of a smooth network, which is there at once. */
  request(f) {
    if (!this.model.net.smooth) return this.source.request(f);
    if (this.store.mesh?.frame !== f || this.store.model !== this.model) this.adopt(latticeMesh(this.model.setFrame(f)));
  }

  /** Where the new network is shown: at the same place as the one before, or as the address says. */
  settle(before, net) {
    const { store } = this;
    const last = net.frameCount - 1;
    if (before) {
      const wasLast = store.frame === before.net.frameCount - 1;
      const all = store.folds === before.net.depth;
      const atEnd = store.u === before.net.depth;
      Object.assign(store, {
        frame: wasLast ? last : nearest(net.steps, before.net.steps[store.frame]),
        folds: all ? net.depth : Math.min(store.folds, net.depth),
        u: atEnd ? net.depth : onTimeline(net, store.u),
      });
      if (!this.addressLeads) return;
    }
    Object.assign(store, this.readPlaces(net));
  }

  /** Where the address says that a network is shown: folded, trained and carried to the end by default. */
  readPlaces(net) {
    const last = net.frameCount - 1;
    const address = readAddress();
    const read = (name) => numberIn(address, name);
    const or = (value, other) => (Number.isNaN(value) ? other : value);
    const [x, y] = [read("x1"), read("x2")];
    const overlays = address.get("over")?.split("-");
    this.carried.camera.turnTo(read("yaw"), read("pitch"));
    this.lookAt = { x: or(read("cx"), 0), y: or(read("cy"), 0), zoom: Math.max(or(read("zoom"), 1), 1) };
    return {
      u: placeIn(net, address, net.depth || 1),
      frame: Number.isNaN(read("s")) ? last : nearest(net.steps, read("s")),
      folds: Math.min(Math.max(Math.round(or(read("folds"), net.depth)), 0), net.depth),
      coloring: address.get("color") in COLORINGS ? address.get("color") : addressVersion() > 1 ? FIRST_COLORING : COLORING_OF_VERSION_1,
      overlays: new Set(overlays ? OVERLAYS.filter((name) => overlays.includes(name)) : OVERLAYS),
      chosen: Number.isNaN(x + y) ? null : { x, y },
    };
  }

  /** What the link says of the view beside folds, colors and the chosen piece. */
  look() {
    return { ...this.carried.camera.view(), ...this.plane.where(), ...this.versus?.view() };
  }

  goBack() {
    this.store.set({ playing: false, ...this.readPlaces(this.model.net) });
    this.settleLook();
    this.store.set({ piece: this.pieceAt(this.store.chosen) });
    this.versus?.settle(true);
    this.everything();
    this.store.touch("turn");
  }

  /** Looks where the address said, once there is a box to look into. */
  settleLook() {
    if (!this.lookAt || !this.plane.box) return;
    this.plane.look(this.lookAt);
    this.lookAt = null;
  }

  /** A mesh has come: from now on it is the one that is shown. */
  adopt(mesh) {
    clearInterval(this.waiting);
    const { store, model } = this;
    const news = store.model !== model;
    model.setFrame(mesh.frame);
    Object.assign(store, { mesh, model });
    store.piece = this.pieceAt(store.chosen);
    if (news) {
      this.plane.setNet(model.net);
      this.settleLook();
      this.fillHead();
    }
    this.everything();
    if (mesh.facts) this.facts.tell(model.net, mesh.frame, mesh.facts);
    this.open(news);
  }

  /** The opening: on a bare address the fold lines appear one after another, once; anew where a network
   *  arrives meanwhile that is trained further. */
  open(news) {
    const underWay = news && this.addressLeads && this.store.playing === "folds";
    if (this.opened && !underWay) return;
    this.opened = true;
    if (!opensBare() || prefersReducedMotion() || !canFold(this.model.net)) return;
    this.store.set({ folds: 0, newest: Infinity });
    this.player.play("folds");
  }

  /** There is no mesh of a frame. */
  miss(error, frame) {
    this.fail(error);
    this.facts.tell(this.model.net, frame, NO_FACTS);
  }

  fillHead() {
    const { net } = this.store.model;
    const colors = lineColors(this.theme).map(css);
    const folds = net.activations.map((_, l) => ({ layer: l + 1, color: colors[l] })).filter(({ layer }) => foldsAt(net, layer));
    fillHead(this.head, net, this.theme, folds);
  }

  /** Numbers of the layers whose fold lines are drawn, and 0 for the boundary. */
  linesDrawn() {
    const { mesh, folds, newest, overlays } = this.store;
    const drawn = overlays.has("folds") ? linesOf(mesh, folds, newest) : new Set();
    return overlays.has("boundary") && mesh.boundary.length ? drawn.add(0) : drawn;
  }

  /** The legend names the lines that are drawn; what could be keeps its place. */
  drawLegend(drawn = this.linesDrawn()) {
    const [boundary, ...layers] = this.head.querySelectorAll("[data-line]");
    const isDrawn = ({ dataset }) => drawn.has(Number(dataset.line));
    for (const item of [boundary, ...layers]) item.classList.toggle("lw-legend-unseen", !isDrawn(item));
    const first = layers.find(isDrawn) ?? layers[0];
    const later = layers.length > MOST_NAMED ? "" : "layer ";
    for (const item of layers) setText(item.lastChild, (item === first ? "folds of layer " : later) + item.dataset.line);
  }

  pieceAt(point) {
    const { mesh } = this.store;
    return point && mesh && !mesh.nodes ? faceAt(mesh, point.x, point.y) : -1;
  }

  choose(point) {
    const piece = this.pieceAt(point);
    const chosen = piece < 0 ? null : { x: rounded(point.x), y: rounded(point.y) };
    this.store.set({ chosen, piece });
    this.player.commit();
  }

  everything() {
    this.player.draw(ALL);
    this.store.touch("u", "mesh");
  }

  restyle() {
    this.fillHead();
    for (const picture of [this.plane, this.carried]) {
      picture.points = null;
      picture.painter.shown = null;
    }
    this.everything();
    this.versus?.restyled(this);
  }

  /** Where there is room for one picture only it is the one in which something moves. */
  followTheHand(keys) {
    if (keys.has("mesh")) return; // news of the network
    if (keys.has("u")) this.select("carried");
    else if (keys.has("folds")) this.select("plane");
  }

  draw(keys) {
    const { store } = this;
    // Whatever ends the play leaves no layer half drawn.
    if (this.play.playing !== "folds" && store.newest < Infinity) store.set({ newest: Infinity });
    if (keys.has("frame")) this.request(store.frame);
    this.player.draw(keys);
    if (!store.mesh || store.model !== this.model) return; // a mesh is on its way, the one before stays as it is
    this.followTheHand(keys);
    const look = ["mesh", "folds", "newest", "coloring", "overlays", "piece", "chosen"].some((key) => keys.has(key));
    if (look) {
      this.plane.draw();
      (this.host ?? this).tools.draw(); // of two networks one row of tools serves both
      this.panel.draw();
      if (this.versus) this.versus.drawLegend();
      else this.drawLegend();
      const { mesh, model: { net }, folds, newest } = store;
      setText(this.words, newest < Infinity ? lineWords(mesh, net, folds, newest) : meshWords(mesh, net, folds, thinPieces(mesh, folds)));
    }
    else if (keys.has("view")) this.plane.draw();
    if (look || keys.has("u") || keys.has("turn")) this.carried.draw();
    if (look || keys.has("u")) {
      const { model, u } = store;
      setTitle(this.head, model);
      const note = `${model.projectionNote(u)} ${model.handNote(u, false)}`.trim();
      setText(this.place, placeWords(model, u));
      setText(this.projection, note);
      this.describe(note);
      this.versus?.describe();
    }
  }

  // What the bar below takes along

  pictures() {
    return this.versus ? this.versus.pictures() : this.ownPictures();
  }

  ownPictures() {
    return [
      { surface: this.plane.surface, draw: () => this.plane.show(), name: "In the plane", square: true },
      { surface: this.carried.surface, draw: () => this.carried.show(), name: `Carried: ${this.place.textContent}`, square: true },
    ].filter(({ surface }) => surface.width > 0);
  }

  takenTitle() {
    return this.versus ? this.versus.title() : this.model.title;
  }

  takenLines() {
    return this.versus ? this.versus.takenLines() : this.ownLines();
  }

  ownLines() {
    return [this.words.textContent, this.tools.keyWords(), this.store.model.projectionNote(this.store.u)];
  }

  svg() {
    return planeSvg(this.plane, this.theme, [...this.ownLines().slice(0, 2), shareLink()]);
  }

  /** The text equivalent of the pictures, told by `speak`. */
  describe(note) {
    const { store: { model, mesh }, words } = this;
    const letter = this.versus?.letterOf(this) ?? "";
    const cut = mesh.nodes ? "as it is answered" : "cut into pieces";
    this.plane.canvas.setAttribute("aria-label", `${letter && `Network ${letter}. `}The plane, ${cut} by ${titleOf(model)}. ${words.textContent}`);
    this.plane.canvas.setAttribute("aria-description", (mesh.nodes ? "" : CHOOSING_KEYS) + PLANE_KEYS);
    this.carried.canvas.setAttribute("aria-description", CARRIED_KEYS);
    this.carried.canvas.setAttribute("aria-label",
      `${letter && `Network ${letter}. `}The same ${mesh.nodes ? "plane" : "pieces"} ${this.place.textContent}. ${note}`.trim());
    this.speakSoon();
  }

  speak() {
    setText(this.spoken, this.words.textContent);
  }

  remove() {
    clearInterval(this.waiting);
    clearTimeout(this.player?.timer);
    this.facts?.stop();
    this.source?.stop();
    this.plane?.painter.stop();
    this.carried?.painter.stop();
    this.versus?.removed(this);
    super.remove();
  }
}

/** Numbers of the layers, from 1, of which a fold line is drawn: of the last of `folds` the first `newest` neurons'. */
function linesOf({ creases }, folds, newest) {
  const drawn = new Set();
  for (let h = 0; h < creases.length; h += 2) {
    const layer = creases[h] + 1;
    if (layer > 0 && (layer < folds || (layer === folds && creases[h + 1] < newest))) drawn.add(layer);
  }
  return drawn;
}

const rounded = (value) => Math.round(value * 1e4) / 1e4;

export default mounted(Creases);
