// The story of the marked point: forwards what every neuron makes of it, backwards what the loss says.

import { changed, element, setText } from "../draw/elements.js";
import { culprits, lossOf, tellStory } from "../network/story.js";
import { StoryDiagram } from "./story_diagram.js";
import { BLAMED, chainWords, layerTable, neuronWords, pointWords, sayWhereSteepest, weightWords } from "./story_words.js";

const INVITATION = "Click a point in the picture, or choose one here.";

export class StoryPanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null });
    const head = element("div", "lw-story-head");
    head.append(this.verdict = element("p", "lw-story-verdict"), ...this.buildButtons());
    this.body = element("div", "lw-story-body");
    const picture = element("div", "lw-story-picture");
    this.diagram = new StoryDiagram(picture, theme, (chosen) => this.point(chosen));
    this.told = element("p", "lw-story-told", "", { "aria-live": "polite" });
    this.blamed = element("ol", "lw-story-blamed");
    this.chain = element("ol", "lw-story-chain");
    this.tables = element("div", "lw-story-tables");
    picture.append(this.told);
    this.body.append(picture, element("h4", "lw-story-name", "The weights most to blame"), this.blamed,
      element("h4", "lw-story-name", "Backwards: the chain rule, in lengths (the root of a layer's squares added up)"), this.chain, this.tables);
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
    this.tables.replaceChildren(...model.net.sizes.slice(1).map((_, l) => layerTable(model, this.story, l + 1)));
    this.diagram.draw(model, this.story);
    this.drawBack();
  }

  /** What only a point with a right answer has. */
  drawBack() {
    const { model, story } = this;
    const parts = [...this.body.children].slice(1, -1);
    for (const part of parts) part.hidden = !story.back;
    this.point(this.diagram.chosen);
    if (!story.back) return;
    const blame = culprits(model, story, BLAMED).map((edge) => weightWords(model, story, edge));
    list(this.blamed, blame.length ? blame : ["None: without any one weight this point's loss would be no lower."]);
    list(this.chain, chainWords(model, story));
  }

  /** Tells of the weight or the neuron that is pointed at. */
  point(chosen) {
    const { model, story } = this;
    if (!chosen && !story.back) return setText(this.told, "Point at a circle to read its numbers.");
    setText(this.told, !chosen ? "Violet lines raise the loss, gray ones lower it; as thick as weight × slope. Point at a line or a circle to read its numbers (arrow keys: lines, and neurons)."
      : chosen.from === undefined ? neuronWords(model, story, chosen) : weightWords(model, story, chosen));
  }
}

const list = (node, lines) => node.replaceChildren(...lines.map((text) => element("li", "", text)));

/** Number of the data point with the largest loss. */
function worstPoint({ net, nodes, layers }) {
  const { pre, width } = layers.at(-1);
  const losses = Array.from(net.labels, (label, i) => lossOf(pre.subarray((nodes + i) * width, (nodes + i + 1) * width), label));
  return losses.indexOf(Math.max(...losses));
}
