// Title and legend above the stage, so that a screenshot stands alone.

import { element, setText } from "../draw/elements.js";
import { CLASSES } from "../draw/theme.js";
import { lessonTerms } from "./address.js";

const ICON_SIDE = 20; // CSS pixels
const ICON_RATIO = 2; // sharp on fine screens too

/** Writes the network's title and what each mark means into `head`. folds: { layer, color } of the fold
 *  lines, where they are drawn instead of the cut in the last space. Items of lines carry data-line, the
 *  layer, or 0 for the boundary. */
export function fillHead(head, net, theme, folds = null) {
  const legend = element("ul", "lw-legend");
  for (let cls = 0; cls < net.nClasses; cls++) {
    const name = CLASSES[cls].name.split(" ")[0];
    legend.append(legendItem(`${name} class`, (context) =>
      theme.drawPoint(context, cls, ICON_SIDE / 2, ICON_SIDE / 2, 6)));
  }
  const line = (layer, text, drawIcon) => {
    const item = legendItem(text, drawIcon);
    item.dataset.line = layer;
    legend.append(item);
  };
  line(0, "decision boundary", (context) => drawBoundary(context, theme));
  for (const { layer, color } of folds ?? []) line(layer, `layer ${layer}`, (context) => drawFold(context, color));
  if (!folds && net.ending === "logits" && net.depth > 0 && net.exact[net.depth] && net.sizes[net.depth] > 1) {
    legend.append(legendItem("straight cut, in the last space", (context) => drawCut(context, theme)));
  }
  if (!folds) {
    const grid = legendItem("this grid, carried back", (context) => drawBentGrid(context, theme));
    grid.classList.add("lw-legend-inset");
    legend.append(grid);
  }
  head.replaceChildren(element("h3", "lw-title", titleOf(net)), legend);
}

/** The title of the training step that is shown now, or another one. */
export function setTitle(head, model, title = titleOf(model)) {
  setText(head.querySelector(".lw-title"), title);
}

/** The title of a network; within a lesson without its accuracy, which is said elsewhere, with of which points. */
export const titleOf = ({ title }) => (lessonTerms() ? title.split(" · ").filter((part) => !part.includes("accuracy")).join(" · ") : title);

function drawBoundary(context, theme) {
  Object.assign(context, { strokeStyle: theme.text, lineWidth: 3.5, lineCap: "round" });
  context.moveTo(2, 16);
  context.bezierCurveTo(8, 14, 8, 6, 18, 4);
  context.stroke();
}

function drawFold(context, color) {
  Object.assign(context, { strokeStyle: color, lineWidth: 2.5, lineCap: "round" });
  context.moveTo(2, 15);
  context.lineTo(18, 5);
  context.stroke();
}

function drawCut(context, theme) {
  Object.assign(context, { strokeStyle: theme.text, lineWidth: 2 });
  context.setLineDash([5, 4]);
  context.moveTo(1, 16);
  context.lineTo(19, 4);
  context.stroke();
}

/** As drawn over the points in the small picture of the input space. */
function drawBentGrid(context, theme) {
  Object.assign(context, { strokeStyle: theme.text, globalAlpha: 0.6, lineWidth: 0.9 });
  for (const offset of [0, 5, 10]) {
    context.moveTo(1, 4 + offset);
    context.quadraticCurveTo(10, offset - 1, 19, 8 + offset);
  }
  context.stroke();
}

export function legendItem(text, drawIcon) {
  const item = element("li", "lw-legend-item");
  const icon = element("canvas", "lw-legend-icon", "", { "aria-hidden": "true" });
  icon.width = icon.height = ICON_SIDE * ICON_RATIO;
  const context = icon.getContext("2d");
  context.scale(ICON_RATIO, ICON_RATIO);
  drawIcon(context);
  item.append(icon, element("span", "", text));
  return item;
}
