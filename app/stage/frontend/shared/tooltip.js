// What is known about the point under the pointer: coordinates, every layer, class and probability.

import { element } from "../draw/elements.js";
import { CLASSES } from "../draw/theme.js";
import { formatNumber, formatPercent } from "../network/numbers.js";

const MOST_NEURONS = 3;
const MOST_LAYERS = 3; // deeper networks get one line a layer

export class Tooltip {
  constructor(parent) {
    this.box = element("div", "lw-tooltip", "", { role: "status" });
    this.box.hidden = true;
    parent.append(this.box);
    Object.assign(this, { shown: "", entry: null });
  }

  hide() {
    this.box.hidden = true;
    this.shown = "";
  }

  /** index: number of the data point; x, y: shares of the parent's width and height; brief: without
   *  the numbers of the layers, which would cover what moves. */
  show(model, index, x, y, brief) {
    const key = `${index} ${brief}`;
    // Another frame, another network and another bend are another entry.
    if (key !== this.shown || model.entry !== this.entry) this.fill(model, index, brief);
    Object.assign(this, { shown: key, entry: model.entry });
    this.box.hidden = false;
    const { offsetWidth, offsetHeight, parentElement: { clientWidth, clientHeight } } = this.box;
    const [right, down] = [x * clientWidth, y * clientHeight];
    const left = right + 16 + offsetWidth < clientWidth ? right + 16 : Math.max(4, right - 16 - offsetWidth);
    const top = Math.min(Math.max(4, down - offsetHeight / 2), Math.max(4, clientHeight - offsetHeight - 4));
    this.box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  fill(model, index, brief) {
    const { points, labels, sizes, depth } = model.net;
    const [x, y] = [points[2 * index], points[2 * index + 1]];
    const result = model.evaluate(x, y);
    const label = labels[index];
    const lines = [["lw-tooltip-head", `${CLASSES[label].name}, point ${index + 1}`]];
    if (!brief) {
      lines.push(["", `x₁ = ${formatNumber(x)}, x₂ = ${formatNumber(y)}`]);
      for (let l = 1; l <= depth; l++) lines.push(...layerLines(l, result.layers[l], model.net));
      lines.push(["lw-tooltip-layer", sizes[depth + 1] === 1 ? "Logit" : "Logits"]);
      lines.push(["", rowWords(result.logits, 5)]);
    }
    lines.push(["lw-tooltip-verdict", verdictWords(result, label)]);
    this.box.replaceChildren(...lines.map(([name, text]) => element("div", name, text)));
  }
}

function layerLines(l, { pre, post }, net) {
  if (net.depth > MOST_LAYERS) {
    return [["", `Layer ${l}: ${rowWords(pre, 2, "…")} → ${rowWords(post, 2, "…")}`]];
  }
  return [
    ["lw-tooltip-layer", `Layer ${l}`],
    ["", `z: ${rowWords(pre)}`],
    ["", `${net.rowOf(l).symbol}(z): ${rowWords(post)}`],
  ];
}

/** "1.20, 0, 0.40, 2.00, … 12 more" */
function rowWords(row, most = MOST_NEURONS, more = `… ${row.length - most} more`) {
  const shown = Array.from(row.subarray(0, most), (value) => (value === 0 ? "0" : formatNumber(value)));
  return shown.join(", ") + (row.length > most ? `, ${more}` : "");
}

function verdictWords({ predicted, probabilities }, label) {
  const name = CLASSES[predicted].name.split(" ")[0];
  const verdict = predicted === label ? "right" : "wrong";
  return `Network: ${name}, ${formatPercent(probabilities[predicted])} (${verdict})`;
}
