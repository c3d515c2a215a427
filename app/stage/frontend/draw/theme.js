// Colors, type and the look of a data point, taken from Streamlit's theme.

import { contrast, inkOn, mixed } from "./colors.js";

const LEAST_CONTRAST = 3; // of a mark with what is around it; else a darker edge makes up for it
const EDGE = 0.45; // share of the text's color in that edge

/** How classes 0..4 look: { name, color, corners }, what the server sends with every picture. */
export const CLASSES = [];

/** Takes over how the server says that classes look. */
export function learnClasses(theme, rows) {
  CLASSES.splice(0, CLASSES.length, ...rows);
  theme.classes = rows.map(({ color }) => color);
}

/** The theme object all parts draw with. `refreshTheme` changes it in place. */
export function createTheme() {
  const theme = { classes: [] };
  theme.drawPoint = (context, cls, x, y, radius) => drawPoint(theme, context, cls, x, y, radius);
  return theme;
}

/** Reads Streamlit's style variables at `element`; returns true when something changed. */
export function refreshTheme(theme, element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(`--st-${name}`).trim() || fallback;
  const before = `${theme.text} ${theme.background} ${theme.font}`;
  theme.text = read("text-color", "#1B2430");
  theme.background = read("background-color", "#FFFFFF");
  theme.soft = mixed(theme.background, theme.text, 0.78); // of numbers at axes
  theme.gray = read("gray-color", "#8a919c");
  theme.font = read("font", "sans-serif");
  theme.dark = inkOn(theme.background) === "#ffffff";
  theme.active = theme.dark ? "#C9A0DC" : "#7B3294"; // a neuron's output: no class, so no class's color
  theme.mark = theme.dark ? "#F0E442" : "#7B3294"; // the chosen neuron: the color of no class
  return before !== `${theme.text} ${theme.background} ${theme.font}`;
}

/** The color of a point's edge: its own, or a darker one where that is pale on the background. */
export function edgeOf(theme, cls) {
  const { color } = CLASSES[cls];
  return contrast(color, theme.background) < LEAST_CONTRAST ? mixed(color, theme.text, EDGE) : color;
}

/** One data point: color and shape say the class, a thin rim keeps neighbors apart. */
function drawPoint(theme, context, cls, x, y, radius) {
  context.beginPath();
  tracePoint(context, CLASSES[cls].corners, x, y, radius);
  context.fillStyle = CLASSES[cls].color;
  context.strokeStyle = theme.background;
  context.lineWidth = Math.max(0.75, radius * 0.3);
  context.stroke();
  context.fill();
  context.save();
  context.clip();
  Object.assign(context, { strokeStyle: edgeOf(theme, cls), lineWidth: Math.max(1.2, radius * 0.4) });
  context.stroke();
  context.restore();
}

/** Adds the outline of a point to the path: a circle where there are no corners. */
function tracePoint(context, corners, x, y, radius) {
  if (!corners.length) return context.arc(x, y, radius, 0, 2 * Math.PI);
  corners.forEach(([dx, dy], k) => {
    context[k ? "lineTo" : "moveTo"](x + dx * radius, y + dy * radius);
  });
  context.closePath();
}
