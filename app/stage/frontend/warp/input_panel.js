// The fixed picture of input space: regions, points, and a straight grid of the stage carried back.

import { packMix, parseColor } from "../draw/colors.js";
import { ZERO_LEVEL, traceContours } from "../draw/contour_lines.js";
import { ARROWS, changed, element, setText } from "../draw/elements.js";
import { boxToPixels, createStamps, traceSegments } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";

const GRID_LINES = 10; // steps of the pulled-back grid across the points' picture
const STRONGEST_SHADE = { light: 0.42, dark: 0.34 }; // class color where certain
const WEAKEST_SHADE = 0.04;
const KEY_STEP = 0.1; // input units a press of an arrow key moves the marker

/** Panel that shows input space. */
export class InputPanel {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null });
    const panel = element("section", "lw-panel lw-input");
    this.square = element("div", "lw-input-square", "", { tabindex: "0", role: "img" });
    this.regions = element("canvas", "lw-input-regions");
    this.square.append(this.regions);
    this.grid = new Surface(this.square, "lw-input-layer", () => this.drawGrid());
    this.points = new Surface(this.square, "lw-input-layer", () => this.drawPoints());
    this.marks = new Surface(this.square, "lw-input-layer", () => this.drawMarks());
    this.shows = { regions: true, marks: true };
    this.marker = element("div", "lw-input-marker");
    this.square.append(this.marker);
    this.caption = element("p", "lw-caption");
    panel.append(element("h3", "lw-panel-title", "Input space"), this.square, this.caption);
    root.append(panel);
    this.listen();
  }

  /** How much is to be seen, 0..1, of what the network says there, and of its boundary. */
  reveal(regions, marks) {
    this.shows = { regions: regions > 0, marks: marks > 0 };
    this.regions.style.opacity = regions;
    this.marks.canvas.style.opacity = marks;
  }

  listen() {
    const move = (event) => this.store.set({ hover: this.inputAt(event) });
    this.square.addEventListener("pointermove", move);
    this.square.addEventListener("pointerdown", move);
    this.square.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.store.unhover(); // a tap leaves its marker
    });
    this.square.addEventListener("blur", () => this.store.unhover());
    this.square.addEventListener("click", (event) => this.choose(this.inputAt(event)));
    this.square.addEventListener("keydown", (event) => this.moveMarker(event));
  }

  /** Input coordinates {x, y} under the pointer. */
  inputAt(event) {
    const [xMin, xMax, yMin, yMax] = this.model.net.box;
    const frame = this.square.getBoundingClientRect();
    return {
      x: xMin + ((event.clientX - frame.left) / frame.width) * (xMax - xMin),
      y: yMax - ((event.clientY - frame.top) / frame.height) * (yMax - yMin),
    };
  }

  /** A click keeps its place marked; on the marked place it ends that. */
  choose(place) {
    const { pinned } = this.store;
    const near = pinned && Math.hypot(pinned.x - place.x, pinned.y - place.y) < KEY_STEP;
    this.store.pin(near ? null : place);
  }

  moveMarker(event) {
    if (event.key === "Enter" && this.store.hover) return this.choose(this.store.hover);
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation(); // the stage's own arrow keys move along the timeline
    const [xMin, xMax, yMin, yMax] = this.model.net.box;
    const { x, y } = this.store.hover ?? { x: 0, y: 0 };
    const within = (value, low, high) => Math.min(Math.max(value, low), high);
    this.store.set({
      hover: {
        x: within(x + arrow[0] * KEY_STEP, xMin, xMax),
        y: within(y + arrow[1] * KEY_STEP, yMin, yMax),
      },
    });
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
    this.stamped = false;
    this.positions = new Float32Array(model.N * 3);
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model) return;
    const network = changed(keys, "frame", "theme");
    if (network) this.drawRegions();
    if (!this.stamped) this.drawPoints();
    if (network || changed(keys, "neuron", "threshold")) this.drawMarks();
    if (network || changed(keys, "u")) this.drawGrid();
    if (network || changed(keys, "u", "neuron", "threshold")) this.describe();
    if (changed(keys, "hover")) this.drawMarker();
  }

  /** One pixel a lattice node, smoothed by the browser as it scales the canvas up. */
  drawRegions() {
    const { G, net, predicted, probability } = this.model;
    const { canvas, image, pixels } = this.regionImage(G);
    const background = parseColor(this.theme.background);
    const strongest = STRONGEST_SHADE[this.theme.dark ? "dark" : "light"];
    const shades = this.theme.classes.map((color) =>
      shadesOf(background, parseColor(color), strongest),
    );
    const chance = 1 / net.nClasses;
    for (let row = 0, node = 0; row < G; row += 1) {
      const start = (G - 1 - row) * G;
      for (let column = 0; column < G; column += 1, node += 1) {
        const certainty = (probability[node] - chance) / (1 - chance);
        pixels[start + column] =
          shades[predicted[node]][Math.max(0, Math.round(certainty * 63)) || 0];
      }
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /** The canvas of the regions, G pixels a side: node centers lie on the box, so it hangs over. */
  regionImage(size) {
    if (this.regions.width !== size || !this.region) {
      this.regions.width = this.regions.height = size;
      Object.assign(this.regions.style, {
        width: `${(100 * size) / (size - 1)}%`,
        left: `${-50 / (size - 1)}%`,
        top: `${-50 / (size - 1)}%`,
      });
      const image = new ImageData(size, size);
      this.region = { canvas: this.regions, image, pixels: new Uint32Array(image.data.buffer) };
    }
    return this.region;
  }

  /** What the panel is made of, to be drawn anew: regions below the grid, points, the marked place. */
  layers() {
    const draw = () => {
      this.drawMarks();
      if (this.store.hover) this.drawRing(this.store.hover);
    };
    return [
      { surface: this.grid, draw: () => this.drawGrid(), base: this.regions },
      { surface: this.points, draw: () => this.drawPoints() },
      { surface: this.marks, draw },
    ];
  }

  /** The marker, on the canvas. */
  drawRing({ x, y }) {
    const { marks: { context, width, height }, theme } = this;
    const pixels = boxToPixels(this.model.net.box, width, height);
    const ring = () => context.arc(pixels.x(x), pixels.y(y), 6, 0, 2 * Math.PI);
    strokeTwice(context, ring, theme.background, theme.text, 2);
  }

  /** The straight square grid of the picture at u, pulled back: contours of its two coordinates. */
  drawGrid() {
    if (!this.model) return;
    const { model, store, grid, theme } = this;
    const positions = model.positions(store.u, this.positions);
    const step = gridStep(model, positions);
    const levels = { origin: 0, step };
    this.isSpread = step < ZERO_LEVEL.step; // which is told before there is a size to draw in
    const context = grid.begin();
    if (!context) return;
    const stride = store.playing ? 2 : 1;
    context.beginPath();
    for (const column of [0, 1]) {
      const field = { values: positions, columns: 3, column };
      traceContours(context, field, model.G, stride, grid.width, grid.height, levels);
    }
    context.strokeStyle = theme.text;
    context.globalAlpha = 0.42;
    context.lineWidth = 0.9;
    context.stroke();
    context.globalAlpha = 1;
  }

  /** The points, which stay where they are while the network is trained. */
  drawPoints() {
    const context = this.model && this.points.begin();
    if (!context) return;
    const { theme, model: { net: { box, points, labels } }, points: { width, height, ratio } } = this;
    this.stamped = true;
    const pixels = boxToPixels(box, width, height);
    const stamps = createStamps(theme, labels.length > 800 ? 2 : 2.6, ratio);
    for (let i = 0; i < labels.length; i += 1) {
      stamps.draw(context, labels[i], pixels.x(points[2 * i]), pixels.y(points[2 * i + 1]));
    }
  }

  /** Decision boundary and the line of the selected neuron. */
  drawMarks() {
    const context = this.model && this.marks.begin();
    if (!context) return;
    const { model, marks, theme, store } = this;
    const pixels = boxToPixels(model.net.box, marks.width, marks.height);
    const { points, segments } = model.boundaryAt(store.threshold);
    const boundary = () => traceSegments(context, segments, (k) => pixels.x(points[2 * k]), (k) => pixels.y(points[2 * k + 1]));
    strokeTwice(context, boundary, theme.background, theme.text, 2.2);
    if (store.neuron) this.strokeNeuron(context, store.neuron);
  }

  strokeNeuron(context, { layer, index }) {
    const { model, marks, theme } = this;
    const record = model.layers[layer];
    if (!record || index >= record.width) return;
    const field = { values: record.pre, columns: record.width, column: index };
    const line = () =>
      traceContours(context, field, model.G, 1, marks.width, marks.height, ZERO_LEVEL);
    strokeTwice(context, line, theme.background, theme.mark, 2.6);
  }

  drawMarker() {
    const { hover } = this.store;
    this.marker.hidden = !hover;
    if (!hover) return;
    const [xMin, xMax, yMin, yMax] = this.model.net.box;
    this.marker.style.left = `${(100 * (hover.x - xMin)) / (xMax - xMin)}%`;
    this.marker.style.top = `${(100 * (yMax - hover.y)) / (yMax - yMin)}%`;
  }

  describe() {
    const { model, store } = this;
    const lines = !this.isSpread
      ? ""
      : store.u < model.net.start + 0.005
        ? "Thin lines: the square grid that the stage starts from."
        : store.u > model.net.depth + 0.995 && model.net.sizes.at(-1) === 1
          ? "Thin lines: equal steps of the output, seen from the input."
          : "Thin lines: a straight grid laid over the stage, carried back to the input.";
    const { layer, index } = store.neuron ?? {};
    const neuron =
      index < model.layers[layer]?.width && model.zeroLine(layer, index).segments.length
        ? ` Colored line: where ${neuronName(model, store.neuron)} has z\u00a0=\u00a00.`
        : "";
    setText(this.caption, lines + neuron);
    this.square.closest(".lw-warp")?.querySelector(".lw-legend-inset")?.classList.toggle("lw-legend-unseen", !lines);
    this.square.setAttribute(
      "aria-label",
      `Input space: ${model.net.labels.length} points` +
        `${this.answerWords()}. ${lines}${neuron} ` +
        "Arrow keys move a marker that the stage follows.",
    );
  }

  /** What is to be seen of what the network says, in its hidden name. */
  answerWords() {
    const { model, shows, store: { threshold } } = this;
    if (!shows.marks || !model.boundaryAt(threshold).segments.length) return "";
    if (threshold) return ", the boundary of the cut moved by hand";
    return shows.regions ? ", the decision regions and their boundary" : ", the decision boundary";
  }
}

function neuronName(model, { layer, index }) {
  const { sizes } = model.net;
  if (layer < sizes.length - 1) return `neuron ${index + 1} of layer ${layer}`;
  return sizes.at(-1) === 1 ? "the output" : `output ${index + 1}`;
}

/** Spacing of the straight grid: a tenth of the wider side of the points' picture. */
function gridStep(model, positions) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = model.G * model.G * 3; i < positions.length; i += 3) {
    for (const axis of [0, 1]) {
      const value = positions[i + axis];
      if (value < low[axis]) low[axis] = value;
      if (value > high[axis]) high[axis] = value;
    }
  }
  const widest = Math.max(high[0] - low[0], high[1] - low[1]);
  return widest > 1e-6 ? widest / GRID_LINES : ZERO_LEVEL.step;
}

/** 64 packed colors from background to the strongest shade of a class. */
function shadesOf(background, color, strongest) {
  const share = (i) => WEAKEST_SHADE + (i / 63) * (strongest - WEAKEST_SHADE);
  return Uint32Array.from({ length: 64 }, (_, i) => packMix(background, color, share(i)));
}

/** A line with a soft edge in the background's color: visible over points and shades. */
function strokeTwice(context, trace, edge, color, width) {
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  trace();
  context.globalAlpha = 0.75;
  context.strokeStyle = edge;
  context.lineWidth = width + 2;
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}
