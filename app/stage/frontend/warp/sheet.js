// The grid as a sheet of cloth: each part of it in the color of the side that it ends on.

import { signedArea } from "./cut.js";

const MOST_FACES = 32; // a side
const SHARES = { light: [0.2, 0.38], dark: [0.24, 0.42] }; // as it lies, and turned over: darker
const FARTHEST = 4; // canvas sizes beyond the edge: faces out there are left out
const FAINTEST = 0.65; // how much less of its color has the farthest face in space

/** Draws the faces of the lattice of one picture. */
export class Sheet {
  constructor(picture) {
    this.picture = picture;
    this.order = null;
  }

  draw() {
    const { model, camera, context } = this.picture;
    this.step = Math.max(1, Math.round((model.G - 1) / MOST_FACES));
    this.cells = Math.floor((model.G - 1) / this.step);
    this.torn = model.entry.torn ??= this.findTorn();
    if (camera.solid > 0) this.drawByDepth();
    else for (let row = 0; row < this.cells; row++) this.drawRow(row);
    context.globalAlpha = 1;
  }

  /** The lattice node of a face that is lowest and leftmost in the input space. */
  corner(face) {
    return ((face / this.cells) | 0) * this.step * this.picture.model.G + (face % this.cells) * this.step;
  }

  /** For each face whether the boundary runs through it. */
  findTorn() {
    const { cells, step, picture: { model: { G, boundary } } } = this;
    const torn = new Uint8Array(cells * cells);
    for (const cell of boundary.pieces.keys()) {
      const [row, column] = [cell / G, cell % G].map((at) => Math.floor(at / step));
      if (row < cells && column < cells) torn[row * cells + column] = 1;
    }
    return torn;
  }

  /** One row of faces: neighbors of one color at once. */
  drawRow(row) {
    const { cells, step, torn } = this;
    let start = 0, kind = -1; // of the faces that wait to be drawn
    for (let column = 0; column <= cells; column++) {
      const face = row * cells + column;
      const whole = column < cells && !torn[face];
      const next = whole ? this.kindOf(this.corner(face), step) : -1;
      if (next !== kind) {
        if (kind >= 0) this.drawFaces(this.corner(row * cells + start), column - start, step, kind);
        [start, kind] = [column, next];
      }
      if (column < cells && !whole) this.drawTorn(face);
    }
  }

  /** In space the farthest faces come first, and they are fainter. */
  drawByDepth() {
    const { cells, torn, picture: { nearness } } = this;
    if (this.order?.length !== cells * cells) this.order = Uint32Array.from(torn, (_, face) => face);
    this.order.sort((a, b) => nearness[this.corner(a)] - nearness[this.corner(b)]);
    for (const face of this.order) {
      if (!torn[face]) this.drawFace(this.corner(face), this.step);
      else this.drawTorn(face);
    }
  }

  /** A face that the boundary runs through, in the lattice's own faces: cut where it cuts them. */
  drawTorn(face) {
    const { step, picture: { model: { G, boundary: { pieces } } } } = this;
    const a = this.corner(face);
    for (let k = 0; k < step * step; k++) {
      const cell = a + ((k / step) | 0) * G + (k % step);
      const parts = pieces.get(cell);
      if (!parts) this.drawFace(cell, 1);
      else if (this.inSight(cell)) for (const part of parts) this.drawPiece(cell, part);
    }
  }

  drawFace(a, step) {
    const kind = this.kindOf(a, step);
    if (kind >= 0) this.drawFaces(a, 1, step, kind);
  }

  drawPiece(cell, { cls, outline }) {
    const { context, pixels, placed } = this.picture;
    const corners = new Float32Array(2 * outline.length);
    outline.forEach((point, k) => {
      const [from, at] = point < 0 ? [pixels, -1 - point] : [placed.pixels, point];
      corners.set(from.subarray(2 * at, 2 * at + 2), 2 * k);
    });
    this.dye(2 * cls + (signedArea(corners) > 0 ? 1 : 0), cell);
    context.beginPath();
    for (let k = 0; k < corners.length; k += 2) context.lineTo(corners[k], corners[k + 1]);
    context.fill();
  }

  /** Twice the class of the face at node a, and 1 where it is turned over; -1 out of sight. */
  kindOf(a, step) {
    const { pixels: p, model: { G, predicted } } = this.picture;
    const [b, c, d] = [a + step, a + step * G + step, a + step * G];
    if (!this.inSight(a) && !this.inSight(c)) return -1;
    const turned = (p[2 * c] - p[2 * a]) * (p[2 * d + 1] - p[2 * b + 1])
      - (p[2 * d] - p[2 * b]) * (p[2 * c + 1] - p[2 * a + 1]);
    return 2 * predicted[a] + (turned > 0 ? 1 : 0);
  }

  /** `count` faces of one kind side by side, from node a on: around them through all nodes, which are
   *  corners of the faces beside them where those are smaller. */
  drawFaces(a, count, step, kind) {
    const { context, pixels, model: { G } } = this.picture;
    this.dye(kind, a);
    context.beginPath();
    let node = a;
    for (const [way, steps] of [[1, count * step], [G, step], [-1, count * step], [-G, step]]) {
      for (let k = 0; k < steps; k++, node += way) context.lineTo(pixels[2 * node], pixels[2 * node + 1]);
    }
    context.fill();
  }

  /** The color of a kind of face, as faint as node a is far. */
  dye(kind, a) {
    const { context, theme, camera, nearness, revealed } = this.picture;
    const share = revealed * SHARES[theme.dark ? "dark" : "light"][kind & 1];
    context.globalAlpha = share * (1 - FAINTEST * camera.faintness(nearness[a]));
    context.fillStyle = theme.classes[kind >> 1];
  }

  inSight(node) {
    const { pixels, width, height } = this.picture;
    return Math.abs(pixels[2 * node]) < FARTHEST * width && Math.abs(pixels[2 * node + 1]) < FARTHEST * height;
  }
}
