// Colors, type and the look of a data point, taken from Streamlit's theme.

import { parseColor } from "./colors.js";

/** Okabe-Ito, class 0..4; figures in Python use the same. */
const CLASS_COLORS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00"];
const CLASS_SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
export const CLASS_NAMES = [
  "blue circle", "orange square", "green triangle", "purple diamond", "vermillion cross",
];

/** The theme object all parts draw with. `refreshTheme` changes it in place. */
export function createTheme() {
  const theme = { classes: CLASS_COLORS };
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
  theme.gray = read("gray-color", "#8a919c");
  theme.primary = read("primary-color", "#0072B2");
  theme.font = read("font", "sans-serif");
  theme.dark = luminance(theme.background) < 0.4;
  theme.mark = theme.dark ? "#F0E442" : "#7B3294"; // the chosen neuron: the color of no class
  return before !== `${theme.text} ${theme.background} ${theme.font}`;
}

/** 0 (black) .. 1 (white) of any CSS color. */
function luminance(color) {
  const [red, green, blue] = parseColor(color);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** One data point: color and shape say the class, a thin rim keeps neighbors apart. */
function drawPoint(theme, context, cls, x, y, radius) {
  context.beginPath();
  tracePoint(context, CLASS_SHAPES[cls], x, y, radius);
  context.fillStyle = CLASS_COLORS[cls];
  context.strokeStyle = theme.background;
  context.lineWidth = Math.max(0.75, radius * 0.3);
  context.stroke();
  context.fill();
}

/** Adds the outline of a point to the path; all shapes cover about the same area. */
function tracePoint(context, shape, x, y, radius) {
  if (shape === "circle") return context.arc(x, y, radius, 0, 2 * Math.PI);
  if (shape === "square") {
    const half = 0.88 * radius;
    return context.rect(x - half, y - half, 2 * half, 2 * half);
  }
  const corners = shape === "triangle" ? [[0, -1.25], [1.15, 0.75], [-1.15, 0.75]]
    : shape === "diamond" ? [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]]
    : crossCorners();
  corners.forEach(([dx, dy], k) => {
    context[k ? "lineTo" : "moveTo"](x + dx * radius, y + dy * radius);
  });
  context.closePath();
}

function crossCorners() {
  const outer = 1.15;
  const inner = 0.42;
  return [
    [-inner, -outer], [inner, -outer], [inner, -inner], [outer, -inner], [outer, inner], [inner, inner],
    [inner, outer], [-inner, outer], [-inner, inner], [-outer, inner], [-outer, -inner], [-inner, -inner],
  ];
}
