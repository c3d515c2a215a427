// The mesh over the input plane as SVG: exact polygons, fold lines, boundary and points.

import { SvgContext, short } from "../draw/svg_context.js";
import { ancestor } from "../network/mesh.js";
import { coloringOf, faceColors } from "./colorings.js";
import { lineColors, lineThickness } from "./paint.js";

const POINT_RADIUS = 3;

/** What a PlanePicture shows, as the text of a file, with a caption of several lines. Output colors, which change inside of a piece,
 *  lie under the lines as pixels. */
export function planeSvg(plane, theme, lines) {
  const { surface, store, painter: { shown } } = plane;
  const { mesh, folds, overlays, model } = store;
  const coloring = coloringOf(store);
  const context = new SvgContext(surface.width, surface.height, surface.context);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, surface.width, surface.height);
  context.rect(0, 0, surface.width, surface.height);
  context.clip();
  const at = (v) => plane.pixelAt({ x: mesh.vertices[2 * v], y: mesh.vertices[2 * v + 1] });
  if (coloring === "output") drawPixels(context, plane, shown);
  else drawFaces(context, mesh, faceColors(mesh, coloring, folds, theme), at);
  if (overlays.has("folds")) drawFolds(context, mesh, folds, theme, at, lineThickness(mesh, plane.view.zoom));
  plane.drawMarks(context, mesh, () => drawPoints(context, plane, model.net));
  context.caption([model.title, ...lines], theme);
  return context.text(`${model.title}: the plane${mesh.nodes ? "" : ", cut into straight pieces"}`);
}

/** A color of the mesh as every reader of SVG knows it. */
const hex = (color) => `#${[0, 8, 16].map((shift) => ((color >>> shift) & 255).toString(16).padStart(2, "0")).join("")}`;

function drawPoints(context, plane, { points, labels }) {
  context.globalAlpha = 1;
  labels.forEach((cls, i) => {
    const { x, y } = plane.pixelAt({ x: points[2 * i], y: points[2 * i + 1] });
    plane.theme.drawPoint(context, cls, x, y, plane.points?.radius ?? POINT_RADIUS);
  });
}

function drawPixels(context, plane, { raster }) {
  const { width, height } = plane.surface;
  const size = `width="${short(width)}" height="${short(height)}"`;
  context.parts.push(`<image ${size} href="${raster.canvas.toDataURL("image/png")}"/>`);
}

function drawFaces(context, mesh, colors, at) {
  const { corners, starts, parents } = mesh;
  context.lineJoin = "round";
  context.lineWidth = 0.5; // closes the hairlines between neighbors
  for (let f = 0; f + 1 < starts.length; f++) {
    context.beginPath();
    for (let k = starts[f]; k < starts[f + 1]; k++) {
      const { x, y } = at(corners[k]);
      context[k === starts[f] ? "moveTo" : "lineTo"](x, y);
    }
    context.closePath();
    context.fillStyle = context.strokeStyle = hex(colors[ancestor(parents, f, colors.length)]);
    context.fill();
    context.stroke();
  }
}

/** The last layer first: the straight lines of the first one stay whole on top. */
function drawFolds(context, { edges, creases }, folds, theme, at, thickness) {
  const colors = lineColors(theme).map(hex);
  context.lineWidth = thickness;
  context.lineCap = "round";
  for (let layer = folds - 1; layer >= 0; layer--) {
    context.beginPath();
    for (let h = 0; h < edges.length; h += 2) {
      if (creases[h] !== layer) continue;
      const [from, to] = [at(edges[h]), at(edges[h + 1])];
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
    }
    context.strokeStyle = colors[layer % colors.length];
    context.stroke();
  }
}
