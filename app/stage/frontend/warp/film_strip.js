// A small picture of every layer before and after its activation; each is a button that goes there.

import { changed, element } from "../draw/elements.js";
import { createStamps } from "../draw/marks.js";
import { Surface } from "../draw/surface.js";

const BEND_START = 0.75; // share of a layer that stretch, turn and shift fill
const MOST_POINTS = 300;
const POINTS_IN_ALL = 3600; // shared by long strips
const GRID_LINES = 8;
const TILT = { turn: -0.55, nod: 0.42 }; // radians; the stage's first view of 3-D pictures

/** Strip of small pictures. */
export class FilmStrip {
  constructor(root, store, theme) {
    Object.assign(this, { store, theme, model: null, frames: [] });
    const panel = element("section", "lw-panel lw-film");
    this.box = element("div", "lw-film-box");
    this.cursor = element("div", "lw-film-cursor");
    this.strip = element("div", "lw-film-strip");
    this.box.append(this.strip);
    panel.append(element("h3", "lw-panel-title", "Layer by layer"), this.box);
    root.append(panel);
    new ResizeObserver(() => this.model && this.mark()).observe(this.box);
  }

  /** Takes a new network; a draw of everything follows. */
  setModel(model) {
    const { sizes, activations } = model.net;
    const shape = JSON.stringify([sizes, activations, model.net.pictureDims]);
    this.model = model;
    if (shape !== this.shape) this.build();
    this.shape = shape;
  }

  /** One group a layer, so that its number is written once above its two pictures. */
  build() {
    const { net } = this.model;
    const { depth } = net;
    this.strip.replaceChildren(this.cursor);
    this.frames = [];
    this.addGroup("Input", [{ u: 0, layer: 0, kind: "post", label: "the data" }]);
    for (let layer = 1; layer <= depth; layer += 1) {
      const name = net.activationRows[net.activations[layer - 1]].symbol;
      this.addGroup(`Layer ${layer}`, [
        { u: layer - 1 + BEND_START, layer, kind: "pre", label: `before ${name}` },
        { u: layer, layer, kind: "post", label: `after ${name}` },
      ]);
    }
    this.addGroup("Read-out", [
      { u: depth + 1, layer: depth + 1, kind: "post", label: "the output" },
    ]);
  }

  addGroup(title, frames) {
    const group = element("div", "", "", { role: "group", "aria-label": title });
    group.append(element("div", "lw-film-title", title));
    const row = element("div", "lw-film-row");
    for (const frame of frames) row.append(this.addFrame(title, frame));
    group.append(row);
    this.strip.append(group);
  }

  addFrame(title, frame) {
    const button = element("button", "lw-film-frame", "", {
      type: "button",
      "aria-label": `Go to ${title}, ${frame.label}`,
    });
    const surface = new Surface(button, "lw-film-picture", () => this.drawFrame(frame));
    button.append(element("span", "lw-film-label", frame.label));
    button.addEventListener("click", () => {
      this.store.set({ u: frame.u, playing: false });
      this.store.commit?.();
    });
    Object.assign(frame, { button, surface });
    this.frames.push(frame);
    return button;
  }

  /** Draws what depends on the changed keys; no keys means everything. */
  draw(keys) {
    if (!this.model) return;
    if (changed(keys, "frame", "theme")) this.frames.forEach((frame) => this.drawFrame(frame));
    if (changed(keys, "u")) this.mark();
  }

  drawFrame(frame) {
    const context = this.model && frame.surface.begin();
    if (!context) return;
    const { model, theme } = this;
    const picture = model.pictures[frame.layer][frame.kind] ?? model.pictures[frame.layer].post;
    const view = fit(picture, model, model.net.pictureDims[frame.layer] > 2, frame.surface);
    context.lineWidth = 0.8;
    context.strokeStyle = theme.gray;
    context.globalAlpha = 0.7;
    traceLattice(context, picture, model.G, view);
    context.globalAlpha = 1;
    if (model.net.pictureDims[frame.layer] === 1) markZero(context, view, theme, frame.surface);
    this.stampPoints(context, picture, view, frame.surface.ratio);
  }

  stampPoints(context, picture, view, ratio) {
    const { G, net } = this.model;
    const count = net.labels.length;
    const most = Math.min(MOST_POINTS, Math.round(POINTS_IN_ALL / this.frames.length));
    const stride = Math.max(1, Math.ceil(count / most));
    const stamps = this.stampsFor(ratio);
    for (let i = 0; i < count; i += stride) {
      const at = 3 * (G * G + i);
      stamps.draw(context, net.labels[i], view.x(picture, at), view.y(picture, at));
    }
  }

  stampsFor(ratio) {
    const key = `${ratio} ${this.theme.dark} ${this.theme.classes}`;
    if (key !== this.stampKey) {
      this.stampKey = key;
      this.stamps = createStamps(this.theme, 1.9, ratio);
    }
    return this.stamps;
  }

  /** Marks the nearest picture, moves the cursor to u and keeps it in sight in the strip's box. */
  mark() {
    const { frames, store, box } = this;
    if (!frames.length) return;
    const next = Math.max(
      1,
      frames.findIndex((frame) => frame.u >= store.u - 1e-6),
    );
    const [left, right] = [frames[next - 1], frames[next]];
    const share = Math.min(1, Math.max(0, (store.u - left.u) / (right.u - left.u)));
    const nearest = share < 0.5 ? left : right;
    if (nearest !== this.current) {
      this.current?.button.removeAttribute("aria-current");
      nearest.button.setAttribute("aria-current", "step");
      this.current = nearest;
    }
    const center = ({ button }) => button.offsetLeft + button.offsetWidth / 2;
    const at = center(left) + share * (center(right) - center(left));
    this.cursor.style.transform = `translateX(${at}px)`;
    const margin = Math.min(90, box.clientWidth / 3);
    if (at < box.scrollLeft + margin) box.scrollLeft = at - margin;
    else if (at > box.scrollLeft + box.clientWidth - margin)
      box.scrollLeft = at + margin - box.clientWidth;
  }
}

/** Picture -> pixels of a square: all data points in sight, axes equal, y up; 3-D from TILT. */
function fit(picture, model, tilted, { width, height }) {
  const [across, updown] = tilted
    ? tiltedAxes()
    : [(values, at) => values[at], (values, at) => values[at + 1]];
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let at = 3 * model.G * model.G; at < picture.length; at += 3) {
    const x = across(picture, at);
    const y = updown(picture, at);
    low[0] = Math.min(low[0], x);
    high[0] = Math.max(high[0], x);
    low[1] = Math.min(low[1], y);
    high[1] = Math.max(high[1], y);
  }
  const widest = Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const scale = (Math.min(width, height) - 16) / widest;
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return {
    zero: width / 2 - middle[0] * scale,
    x: (values, at) => width / 2 + (across(values, at) - middle[0]) * scale,
    y: (values, at) => height / 2 - (updown(values, at) - middle[1]) * scale,
  };
}

/** On a picture of one number: the place of 0, where the output changes its mind. */
function markZero(context, view, theme, { height }) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(view.zero, height * 0.3);
  context.lineTo(view.zero, height * 0.7);
  context.stroke();
}

/** Right and up on the screen for a view turned about the vertical and nodding down. */
function tiltedAxes() {
  const [sinTurn, cosTurn] = [Math.sin(TILT.turn), Math.cos(TILT.turn)];
  const [sinNod, cosNod] = [Math.sin(TILT.nod), Math.cos(TILT.nod)];
  const across = (v, at) => v[at] * cosTurn + v[at + 2] * sinTurn;
  const updown = (v, at) => v[at + 1] * cosNod + (v[at] * sinTurn - v[at + 2] * cosTurn) * sinNod;
  return [across, updown];
}

/** A few lines of the input's lattice where this picture has them. */
function traceLattice(context, picture, size, view) {
  const between = Math.max(1, Math.round((size - 1) / GRID_LINES));
  const stride = between > 2 ? 2 : 1;
  context.beginPath();
  for (const [line, along] of [
    [size, 1],
    [1, size],
  ]) {
    for (let start = 0; start < size; start += between) {
      for (let step = 0; step < size; step += stride) {
        const at = 3 * (start * line + step * along);
        context[step ? "lineTo" : "moveTo"](view.x(picture, at), view.y(picture, at));
      }
    }
  }
  context.stroke();
}
