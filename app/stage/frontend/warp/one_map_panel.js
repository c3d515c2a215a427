// Where no layer bends: the one matrix that they are, with its numbers.

import { changed, element, setText } from "../draw/elements.js";
import { straightMaps } from "../network/one_map.js";
import { formatFigure } from "../network/numbers.js";
import { neuronName } from "./neuron_words.js";

const MOST_ROWS = 4; // neurons of a layer that are written out

export class OneMapPanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null });
    this.sentence = element("p", "lw-one-map-sentence");
    this.maps = element("div", "lw-one-map-layers");
    root.append(this.sentence, this.maps);
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model || !changed(keys, "frame")) return;
    setText(this.sentence, sentenceOf(this.model));
    this.maps.replaceChildren(...straightMaps(this.model).map((map, k) => this.layer(map, k + 1)));
  }

  layer({ matrix, bias }, l) {
    const { net } = this.model;
    const node = element("div", "lw-one-map-layer");
    node.append(element("strong", "", l > net.depth ? "Output" : `After layer ${l}`));
    matrix.slice(0, MOST_ROWS).forEach((row, j) => {
      node.append(element("div", "lw-formula", `${neuronName(this.model, l, j)} = ${formulaOf(row, bias[j])}`));
    });
    const left = matrix.length - MOST_ROWS;
    if (left > 0) node.append(element("div", "lw-neurons-hint", `and ${left} more of the same kind`));
    return node;
  }
}

/** How many numbers are learned, and how many would do. */
function sentenceOf({ net }) {
  const outputs = net.sizes.at(-1);
  const layers = `${net.depth} hidden ${net.depth === 1 ? "layer" : "layers"} and the read-out`;
  const [learned, enough] = [net.parameterCount, 3 * outputs];
  const matrix = enough < learned
    ? `one matrix: what ${learned.toLocaleString("en")} numbers do can be written with ${enough}`
    : `one matrix of ${enough} numbers`; // which a narrow layer between can undercut
  return `Nothing bends, so ${layers} multiply to ${matrix} (two weights and a bias an output). However many layers there are, straight lines stay straight.`;
}

const formulaOf = ([first, second], bias) => `${formatFigure(first)} x₁ ${plus(second)} x₂ ${plus(bias)}`;

const plus = (value) => `${value < 0 ? "−" : "+"} ${formatFigure(Math.abs(value))}`;
