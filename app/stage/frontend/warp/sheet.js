// The grid as a sheet of cloth: each part of it in the color of the side that it ends on.

const BLOCK = 16; // cells a side; only between blocks the sheet is seen to lie on itself
const MOST_IN_SPACE = 32; // blocks a side where each is as faint as it is far
const SPECK = 0.1; // square pixels: what is smaller shows no side
const SHARES = { light: [0.2, 0.38], dark: [0.24, 0.42] }; // as it lies, and turned over: darker
const FARTHEST = 4; // canvas sizes beyond the edge: cells out there are left out
const FAINTEST = 0.65; // how much less of its color has the farthest block in space
const NONE = -1; // out of sight
const TORN = -2; // the boundary runs through it; -3 where turned over
const WAYS = 4; // from a corner, at most: one for each cell around it

/** Draws the cells of the lattice of one picture, cut along the decision boundary. A cell has the number of its
 *  lowest and leftmost node. Kinds: twice the class, and 1 more where turned over. Corners: the nodes, then the
 *  points of the boundary. */
export class Sheet {
  constructor(picture) {
    this.picture = picture;
    this.kinds = new Int8Array(0); // of the cells
    this.places = new Float32Array(0); // of the corners, in pixels
    this.outlines = [];
  }

  draw() {
    const { context, camera, nearness, theme, model: { G, nodes }, pixels, placed } = this.picture;
    const count = nodes + placed.pixels.length / 2;
    if (this.kinds.length !== nodes) this.kinds = new Int8Array(nodes).fill(NONE);
    if (this.places.length < 2 * count) {
      this.places = new Float32Array(4 * count);
      this.outlines = theme.classes.flatMap(() => [new Outline(2 * count), new Outline(2 * count)]);
    }
    this.places.set(pixels.subarray(0, 2 * nodes));
    this.places.set(placed.pixels, 2 * nodes);
    this.findKinds();
    const side = camera.solid > 0 ? Math.max(1, Math.round((G - 1) / MOST_IN_SPACE)) : BLOCK;
    const blocks = this.blocks(side);
    if (camera.solid > 0) blocks.sort((a, b) => nearness[a] - nearness[b]); // the farthest first
    for (const block of blocks) this.drawBlock(block, side);
    context.globalAlpha = 1;
  }

  findKinds() {
    const { kinds, places: p, picture: { width, height, model: { G, predicted, boundary } } } = this;
    const [farX, farY] = [FARTHEST * width, FARTHEST * height];
    const inSight = (at) => Math.abs(p[at]) < farX && Math.abs(p[at + 1]) < farY;
    for (let row = 0; row < G - 1; row++) {
      let before = NONE;
      for (let a = row * G; a < row * G + G - 1; a++) {
        const at = 2 * a, c = at + 2 * G + 2;
        if (!inSight(at) && !inSight(c)) before = NONE;
        else {
          const area = (p[c] - p[at]) * (p[c - 1] - p[at + 3]) - (p[c - 2] - p[at + 2]) * (p[c + 1] - p[at + 1]);
          const speck = before >= 0 && Math.abs(area) < 2 * SPECK;
          before = speck ? before : 2 * predicted[a] + (area > 0 ? 1 : 0);
        }
        kinds[a] = before;
      }
    }
    for (const cell of boundary.pieces.keys()) if (kinds[cell] !== NONE) kinds[cell] = TORN - (kinds[cell] & 1);
  }

  /** The first cells of squares of `side` cells a side. */
  blocks(side) {
    const { G } = this.picture.model;
    const out = [];
    for (let row = 0; row < G - 1; row += side) {
      for (let column = 0; column < G - 1; column += side) out.push(row * G + column);
    }
    return out;
  }

  /** All cells of one kind at once. */
  drawBlock(block, side) {
    const { context, model: { G } } = this.picture;
    const columns = Math.min(side, G - 1 - (block % G));
    const end = Math.min(block + side * G, G * (G - 1));
    for (let row = block; row < end; row += G) {
      for (let cell = row; cell < row + columns; cell++) {
        if (this.kinds[cell] >= 0) this.addWhole(cell, row, columns, block, end);
        else if (this.kinds[cell] <= TORN) this.addTorn(cell);
      }
    }
    for (const [kind, outline] of this.outlines.entries()) {
      if (outline.isEmpty) continue;
      this.dye(kind, block);
      context.beginPath();
      outline.take((corner, isFirst) => {
        const [x, y] = [this.places[2 * corner], this.places[2 * corner + 1]];
        if (isFirst) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
      context.fill();
    }
  }

  /** A cell of one kind: its sides, but those towards the same kind in the block, which most are. */
  addWhole(cell, row, columns, block, end) {
    const { kinds, outlines, picture: { model: { G } } } = this;
    const kind = kinds[cell];
    const outline = outlines[kind];
    if (cell - G < block || kinds[cell - G] !== kind) outline.addSide(cell, cell + 1);
    if (cell + 1 === row + columns || kinds[cell + 1] !== kind) outline.addSide(cell + 1, cell + G + 1);
    if (cell + G >= end || kinds[cell + G] !== kind) outline.addSide(cell + G + 1, cell + G);
    if (cell === row || kinds[cell - 1] !== kind) outline.addSide(cell + G, cell);
  }

  addTorn(cell) {
    const { kinds, outlines, picture: { model: { nodes, boundary: { pieces } } } } = this;
    for (const { cls, outline } of pieces.get(cell)) {
      const into = outlines[2 * cls + TORN - kinds[cell]];
      const corner = (k) => (outline[k] < 0 ? -1 - outline[k] : nodes + outline[k]);
      for (let k = 0, from = corner(outline.length - 1); k < outline.length; from = corner(k++)) into.addSide(from, corner(k));
    }
  }

  /** The color of a kind, as faint as node a is far. */
  dye(kind, a) {
    const { context, theme, camera, nearness, revealed } = this.picture;
    const share = revealed * SHARES[theme.dark ? "dark" : "light"][kind & 1];
    context.globalAlpha = share * (1 - FAINTEST * camera.faintness(nearness[a]));
    context.fillStyle = theme.classes[kind >> 1];
  }
}

/** What is around polygons that have sides in common: these are left out. */
class Outline {
  /** Corners have the numbers 0 to count - 1. */
  constructor(count) {
    this.ways = new Int32Array(WAYS * count).fill(NONE);
    this.starts = [];
  }

  get isEmpty() {
    return this.starts.length === 0;
  }

  /** Adds a side of a polygon; all of them run around in one sense. */
  addSide(from, to) {
    if (this.replace(to, from, NONE)) return;
    this.replace(from, NONE, to);
    this.starts.push(from);
  }

  /** Puts another end in place of `end` among the ways from a corner; whether it was there. */
  replace(corner, end, other) {
    const { ways } = this;
    for (let at = WAYS * corner; at < WAYS * corner + WAYS; at++) {
      if (ways[at] !== end) continue;
      ways[at] = other;
      return true;
    }
    return false;
  }

  /** Tells go(corner, isFirst) the corners all around, and forgets them. */
  take(go) {
    for (const start of this.starts) {
      for (let corner = start, next = this.leave(start); next !== NONE; corner = next, next = this.leave(corner)) {
        go(corner, corner === start);
      }
    }
    this.starts.length = 0;
  }

  /** Goes a way from a corner: its end, or NONE where no way is left. */
  leave(corner) {
    const { ways } = this;
    for (let at = WAYS * corner; at < WAYS * corner + WAYS; at++) {
      const end = ways[at];
      if (end === NONE) continue;
      ways[at] = NONE;
      return end;
    }
    return NONE;
  }
}
