// The chosen piece in numbers: its affine map, its area, the neurons that are on.

import { element } from "../draw/elements.js";
import { ancestor } from "../network/mesh.js";
import { formatSmall, mapWords, onWords } from "./words.js";

const HINT = "Click a piece, or move to it with the arrow keys, to see its formula: on every piece the network is one straight map. + and −, a pinch, or the wheel with Ctrl zoom.";
const SMOOTH_HINT = "There are no pieces to click here. + and −, a pinch, or the wheel with Ctrl zoom.";

export class PiecePanel {
  constructor(root, store, clear) {
    Object.assign(this, { store, shown: "" });
    this.panel = element("section", "lw-panel lw-piece", "", { "aria-live": "polite" });
    this.clear = element("button", "lw-piece-clear", "Clear", { type: "button" });
    this.clear.addEventListener("click", clear);
    root.append(this.panel);
  }

  draw() {
    const { mesh, model, piece, folds } = this.store;
    if (!mesh) return;
    const key = piece < 0 ? "none" : `${mesh.frame} ${piece} ${folds} ${model.net.title}`;
    if (key === this.shown && mesh === this.mesh) return;
    Object.assign(this, { shown: key, mesh });
    if (piece < 0) return this.panel.replaceChildren(element("p", "lw-caption", mesh.nodes ? SMOOTH_HINT : HINT));
    this.panel.replaceChildren(this.head(mesh, folds, piece), this.formulas(mesh, model.net, piece), this.rows(mesh, model, piece));
  }

  head(mesh, folds, piece) {
    const head = element("div", "lw-piece-head");
    let area = 0;
    let parts = 0;
    const whole = ancestor(mesh.parents, piece, mesh.levels[folds]);
    mesh.areas.forEach((part, f) => {
      if (ancestor(mesh.parents, f, mesh.levels[folds]) !== whole) return;
      area += part;
      parts += 1;
    });
    const later = parts > 1 ? `, cut into ${parts.toLocaleString("en")} by the folds that follow; below, the part with the dot` : "";
    head.append(element("h3", "lw-panel-title", `This piece: area ${formatSmall(area)}${later}`), this.clear);
    return head;
  }

  formulas(mesh, net, piece) {
    const box = element("div", "lw-formula");
    for (let j = 0; j < mesh.outputs; j++) {
      const name = mesh.outputs === 1 ? "logit" : `logit ${j + 1}`;
      const line = element("div", "");
      line.append(element("span", "lw-formula-name", `${name} =`), element("span", "", mapWords(mesh, piece, j)));
      box.append(line);
    }
    return box;
  }

  rows(mesh, model, piece) {
    const box = element("div", "lw-piece-rows");
    for (const [name, text] of onWords(model, mesh.centroids[2 * piece], mesh.centroids[2 * piece + 1])) {
      const line = element("div", "");
      line.append(element("b", "", `${name}: `), element("span", "", text));
      box.append(line);
    }
    return box;
  }
}
