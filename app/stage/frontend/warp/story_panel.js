// The story of the marked point: forwards what every neuron makes of it, backwards what the loss says.

import { changed, element, setText } from "../draw/elements.js";
import { lossOf, mostToBlame, strongestPath, tellStory, waysBack, weightsOf } from "../network/story.js";
import { StoryDiagram, isSame } from "./story_diagram.js";
import { StoryPath } from "./story_path.js";
import { BLAMED, blameWords, chainWords, layerTable, neuronWords, pointWords, sayWhereSteepest, shownNeurons, weightWords } from "./story_words.js";

const INVITATION = "Click a point in the picture, or choose one here.";
const NO_BLAME = "None: no weight, made a little smaller, would lower this point's loss.";

export class StoryPanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null, edge: null });
    const head = element("div", "lw-story-head");
    head.append(this.verdict = element("p", "lw-story-verdict"), ...this.buildButtons());
    this.body = element("div", "lw-story-body");
    const picture = element("div", "lw-story-picture");
    this.diagram = new StoryDiagram(picture, theme, (chosen) => this.point(chosen));
    this.told = element("p", "lw-story-told", "", { "aria-live": "polite" });
    picture.append(this.told);
    this.back = element("div", "");
    this.blamed = element("ol", "lw-story-blamed");
    this.pathPlace = element("div", "");
    this.path = new StoryPath(this.pathPlace);
    this.chain = element("ol", "lw-story-chain");
    this.tables = element("div", "lw-story-tables");
    const name = (text) => element("h4", "lw-story-name", text);
    this.blamedName = name("");
    this.back.append(this.blamedName, this.blamed, this.pathPlace,
      name("Layer by layer: the loss's slopes by all numbers of a layer, as one (the root of their squares' sum)"), this.chain);
    this.body.append(picture, this.back, this.tables);
    root.append(head, this.body);
  }

  buildButtons() {
    const goTo = (choose) => () => this.store.pin(this.model.net.point(choose()));
    return [
      ["Worst point", goTo(() => worstPoint(this.model))],
      ["Previous", goTo(() => this.nextTo(-1))],
      ["Next", goTo(() => this.nextTo(1))],
      ["Steepest place", () => this.findSteepest()],
    ].map(([text, act]) => {
      const button = element("button", "lw-player-button lw-take-button", text, { type: "button" });
      button.addEventListener("click", act);
      return button;
    });
  }

  /** Marks where the output changes most; what is needed for that is fetched when it is asked for. */
  async findSteepest() {
    this.waits = true;
    const { Meter, steepestNode, steepestPiece } = await import("../network/whole.js");
    const mark = (steepest) => {
      this.steepest = { ...steepest, frame: this.model.frame, bend: this.model.net.bend };
      this.waits = false;
      this.store.pin({ x: steepest.x, y: steepest.y });
    };
    if (!this.model.net.isPiecewise) return mark(steepestNode(this.model));
    this.meter ??= new Meter(steepestPiece, mark);
    return this.meter.ask(this.model);
  }

  /** What is said of the steepest place, while it is the marked one. */
  steepestWords() {
    const { steepest, model, store: { pinned } } = this;
    const isThere = steepest && steepest.x === pinned.x && steepest.y === pinned.y
      && steepest.frame === model.frame && steepest.bend === model.net.bend;
    return isThere ? sayWhereSteepest(model, steepest) : "";
  }

  /** Number of the data point before or after the marked one. */
  nextTo(step) {
    const count = this.model.net.labels.length;
    const here = this.store.pinned?.index ?? (step > 0 ? -1 : 0);
    return (here + step + count) % count;
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    if (model.net.sizes.join() !== this.model?.net.sizes.join()) this.edge = null;
    this.model = model;
    if (this.waits) this.findSteepest(); // of the network that has come meanwhile
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model || !changed(keys, "frame", "pinned", "theme")) return;
    const { model, store: { pinned } } = this;
    this.body.hidden = !pinned;
    if (!pinned) return setText(this.verdict, INVITATION);
    this.story = tellStory(model, pinned, model.net.labels[pinned.index]);
    setText(this.verdict, this.steepestWords() || pointWords(model, pinned, this.story));
    this.back.hidden = !this.story.back;
    this.most = [];
    if (this.story.back) this.blame();
    const rows = this.shownRows();
    this.tables.replaceChildren(...model.net.sizes.slice(1).map((_, l) => layerTable(model, this.story, l + 1, rows[l + 1])));
    this.diagram.draw(model, this.story, rows, this.most);
    this.point(this.diagram.chosen);
  }

  /** The weights most to blame, each a button, and what is said of the way back. */
  blame() {
    const { model, story } = this;
    this.ways = waysBack(model, story);
    const guilty = story.predicted === model.net.labels[this.store.pinned.index] ? "It is right. The weights that raise its loss most" : "The weights most to blame";
    setText(this.blamedName, `${guilty}: the largest weight × slope, numbered in the picture`);
    this.most = mostToBlame(story).slice(0, BLAMED).filter(({ blame }) => blame > 0);
    const lines = this.most.map((edge) => {
      const button = element("button", "lw-story-weight", blameWords(model, edge), { type: "button" });
      button.addEventListener("click", () => this.diagram.choose(this.diagram.edgeLike(edge)));
      return button;
    });
    const items = (lines.length ? lines : [NO_BLAME]).map((line) => {
      const item = element("li", "");
      item.append(line);
      return item;
    });
    this.blamed.replaceChildren(...items);
    this.chain.replaceChildren(...chainWords(model, story).map((text) => element("li", "", text)));
  }

  /** Numbers of the neurons that are drawn of each layer: among them all that the weights most to blame
   *  need, and their ways. */
  shownRows() {
    const { model: { net }, story } = this;
    const needed = net.sizes.map(() => new Set());
    for (const edge of this.most) {
      needed[edge.layer].add(edge.to);
      for (const { kind, layer, from, to } of strongestPath(this.ways, story, edge).factors) {
        needed[layer].add(to);
        if (kind === "slope") needed[layer].add(from);
      }
    }
    return net.sizes.map((_, l) => (l ? shownNeurons(story, l, needed[l]) : net.inputLabels.map((_, j) => j)));
  }

  /** Tells of the weight or the neuron that is pointed at; of a weight stays the way back. */
  point(chosen) {
    const { model, story } = this;
    if (chosen?.from !== undefined) this.edge = chosen;
    const edge = story.back && this.shownEdge();
    if (!chosen && !story.back) setText(this.told, "Point at a circle to read its numbers.");
    else if (chosen && chosen.from === undefined) setText(this.told, neuronWords(model, story, chosen));
    else setText(this.told, `${weightWords(model, story, edge)} Violet lines raise the loss, gray ones lower it; as thick as weight × slope. Click one for its way to the loss.`);
    if (!edge) return this.diagram.show(null, []);
    const path = strongestPath(this.ways, story, edge);
    this.path.draw(model, story, edge, path);
    this.diagram.show(edge, path.factors);
    [...this.blamed.querySelectorAll("button")].forEach((button, k) => button.setAttribute("aria-pressed", String(isSame(this.most[k], edge))));
  }

  /** The weight whose way back is shown: the one chosen last, else the one most to blame. */
  shownEdge() {
    const { story, edge, most } = this;
    if (edge) return weightsOf(story, edge.layer).find((other) => isSame(other, edge));
    return most[0] ?? this.diagram.edges.at(-1);
  }
}

/** Number of the data point with the largest loss. */
function worstPoint({ net, nodes, layers }) {
  const { pre, width } = layers.at(-1);
  const losses = Array.from(net.labels, (label, i) => lossOf(pre.subarray((nodes + i) * width, (nodes + i + 1) * width), label));
  return losses.indexOf(Math.max(...losses));
}
