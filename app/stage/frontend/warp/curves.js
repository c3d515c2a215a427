// Loss and accuracy against the training step, with a cursor tied to the training-step scrubber.

import { changed, element, setText } from "../draw/elements.js";
import { strokeLine } from "../draw/marks.js";
import { Surface, placeOn } from "../draw/surface.js";
import { formatFigure, formatPercent, nearest } from "../network/numbers.js";
import { linearAxis, lossAxis } from "./loss_axis.js";

const MARGIN = { left: 54, right: 46, top: 12, bottom: 26 };
const FONT_SIZE = 13;
const wholeNumber = (value) => value.toLocaleString("en");
const LINE_GAP = 16; // least distance between two labels at the lines' ends, pixels

/** Panel of the two charts. */
export class Curves {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null });
    const charts = element("div", "lw-curves-charts");
    this.charts = [this.addChart(charts, "Loss"), this.addChart(charts, "Accuracy")];
    this.values = element("p", "lw-curves-values");
    root.append(charts, this.values);
  }

  addChart(parent, name) {
    const figure = element("figure", "lw-curves-figure");
    figure.append(element("figcaption", "lw-curves-name", name));
    const frame = element("div", "lw-curves-frame");
    const chart = { name };
    chart.surface = new Surface(
      frame,
      "lw-curves-canvas",
      () => this.model && this.drawChart(chart),
    );
    chart.surface.canvas.setAttribute("role", "img");
    this.listen(chart);
    figure.append(frame);
    parent.append(figure);
    return chart;
  }

  listen(chart) {
    const { canvas } = chart.surface;
    const move = (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      const { x } = placeOn(chart.surface, event);
      this.store.set({ frame: nearest(this.model.net.steps, chart.stepAt(x)), playing: false });
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", () => this.store.commit?.());
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    this.model = model;
    const { net } = model;
    const series = (label, values, dashed) => ({ label, values, dashed });
    const [loss, accuracy] = this.charts;
    loss.series = [series("train", net.trainLoss, false), series("test", net.testLoss, true)];
    loss.axis = lossAxis([...net.trainLoss, ...net.testLoss].filter(Number.isFinite));
    loss.format = formatFigure;
    accuracy.series = [
      series("train", net.trainAccuracy, false),
      series("test", net.accuracy, true),
    ];
    accuracy.axis = accuracyAxis([...net.trainAccuracy, ...net.accuracy].filter(Number.isFinite));
    accuracy.format = formatPercent;
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model || !changed(keys, "frame", "theme")) return;
    this.charts.forEach((chart) => this.drawChart(chart));
    this.describe();
  }

  drawChart(chart) {
    const context = chart.surface.begin();
    if (!context) return;
    const { width, height } = chart.surface;
    const steps = this.model.net.historySteps;
    const last = Math.max(1, steps[steps.length - 1]);
    const plot = {
      left: MARGIN.left,
      right: width - MARGIN.right,
      top: MARGIN.top,
      bottom: height - MARGIN.bottom,
    };
    const x = (step) => plot.left + (step / last) * (plot.right - plot.left);
    const y = (value) => plot.bottom - chart.axis.place(value) * (plot.bottom - plot.top);
    chart.stepAt = (pixel) => ((pixel - plot.left) / (plot.right - plot.left)) * last;
    context.font = `${FONT_SIZE}px ${this.theme.font}`;
    this.drawAxes(context, chart.axis, plot, x, y, last);
    chart.series.forEach((line) => this.drawLine(context, line, steps, x, y));
    this.labelLines(context, chart, plot, y);
    this.drawCursor(context, chart, plot, x, y);
  }

  drawAxes(context, axis, plot, x, y, last) {
    const { theme } = this;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const tick of axis.ticks) {
      context.globalAlpha = 0.35;
      context.strokeStyle = theme.gray;
      strokeLine(context, plot.left, y(tick.value), plot.right, y(tick.value), 1);
      context.globalAlpha = 0.8;
      context.fillStyle = theme.text;
      context.fillText(tick.label, plot.left - 8, y(tick.value));
    }
    context.textBaseline = "alphabetic";
    for (const [step, align] of [
      [0, "left"],
      [last, "right"],
    ]) {
      context.textAlign = align;
      context.fillText(step === 0 ? "step 0" : wholeNumber(step), x(step), plot.bottom + 18);
    }
    context.globalAlpha = 1;
  }

  drawLine(context, line, steps, x, y) {
    context.beginPath();
    let drawing = false;
    for (let i = 0; i < steps.length; i += 1) {
      const finite = Number.isFinite(line.values[i]);
      if (finite) context[drawing ? "lineTo" : "moveTo"](x(steps[i]), y(line.values[i]));
      drawing = finite;
    }
    context.setLineDash(line.dashed ? [5, 4] : []);
    context.lineWidth = 1.8;
    context.lineJoin = "round";
    context.strokeStyle = this.theme.text;
    context.stroke();
    context.setLineDash([]);
  }

  /** "train" and "test" at the lines' own ends, pushed apart where they would overlap. */
  labelLines(context, chart, plot, y) {
    const ends = chart.series.map((line) => ({ line, y: y(lastFinite(line.values)) }));
    ends.sort((a, b) => a.y - b.y);
    const apart = Math.max(0, LINE_GAP - (ends[1].y - ends[0].y)) / 2;
    const shift = Math.min(0, plot.bottom - (ends[1].y + apart));
    const lift = Math.max(0, plot.top - 4 - (ends[0].y - apart));
    context.textAlign = "left";
    context.textBaseline = "middle";
    ends.forEach((end, i) => {
      context.fillStyle = this.theme.text;
      context.fillText(end.line.label, plot.right + 8, end.y + (i ? apart : -apart) + shift + lift);
    });
  }

  drawCursor(context, chart, plot, x, y) {
    const at = this.historyIndex();
    const step = this.model.net.historySteps[at];
    context.strokeStyle = context.fillStyle = this.theme.text;
    context.globalAlpha = 0.6;
    strokeLine(context, x(step), plot.top - 6, x(step), plot.bottom, 1.8);
    context.globalAlpha = 1;
    for (const line of chart.series) {
      if (!Number.isFinite(line.values[at])) continue;
      context.beginPath();
      context.arc(x(step), y(line.values[at]), 4, 0, 2 * Math.PI);
      context.fillStyle = line.dashed ? this.theme.background : this.theme.text;
      context.strokeStyle = this.theme.text;
      context.lineWidth = 2;
      context.fill();
      context.stroke();
    }
  }

  /** Index of the shown frame among all recorded steps. */
  historyIndex() {
    const { net } = this.model;
    return nearest(net.historySteps, net.steps[this.store.frame]);
  }

  describe() {
    const { net } = this.model;
    const at = this.historyIndex();
    const loss = (values) => formatFigure(values[at]);
    const accuracy = (values) => formatPercent(values[at]);
    const values = [
      `step ${wholeNumber(net.historySteps[at])}`,
      `train loss ${loss(net.trainLoss)}`,
      `test loss ${loss(net.testLoss)}`,
      `train accuracy ${accuracy(net.trainAccuracy)}`,
      `test accuracy ${accuracy(net.accuracy)}`,
    ];
    setText(this.values, values.map((value) => value.replaceAll(" ", "\u00a0")).join(" · "));
    for (const chart of this.charts) {
      const parts = chart.series.map(
        ({ label, values }) =>
          `${label} ${chart.format(values[0])} at step 0, ` +
          `${chart.format(values[at])} at step ${net.historySteps[at]}, ` +
          `${chart.format(values[values.length - 1])} at the last step ${net.historySteps.at(-1)}`,
      );
      chart.surface.canvas.setAttribute(
        "aria-label",
        `${chart.name} during training: ${parts.join("; ")}`,
      );
    }
  }
}

function accuracyAxis(accuracies) {
  const low = Math.min(...accuracies, 1);
  const floor = Math.max(0, Math.min(0.9, Math.floor(low * 10 - 0.2) / 10));
  return linearAxis(floor, 1, (value) => `${Math.round(value * 100)} %`);
}

function lastFinite(values) {
  for (let i = values.length - 1; i >= 0; i -= 1) if (Number.isFinite(values[i])) return values[i];
  return 0;
}
