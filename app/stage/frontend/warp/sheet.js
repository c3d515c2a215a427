// The grid as a sheet of cloth: each face in the color of the side that it ends on.

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
    const { model, camera, cut, context } = this.picture;
    this.step = Math.max(1, Math.round((model.G - 1) / MOST_FACES));
    this.cells = Math.floor((model.G - 1) / this.step);
    this.torn = model.entry.torn ??= this.findTorn();
    const clean = cut.eachSide((cls) => {
      for (let face = 0; face < this.torn.length; face++) if (this.torn[face]) this.drawFace(this.corner(face), this.step, cls);
    });
    if (camera.solid > 0) this.drawByDepth(clean);
    else for (let row = 0; row < this.cells; row++) this.drawRow(row, clean);
    context.globalAlpha = 1;
  }

  /** The lattice node of a face that is lowest and leftmost in the input space. */
  corner(face) {
    return ((face / this.cells) | 0) * this.step * this.picture.model.G + (face % this.cells) * this.step;
  }

  /** For each face whether its corners lie on different sides. */
  findTorn() {
    const { cells, step, picture: { model: { G, predicted } } } = this;
    return Uint8Array.from({ length: cells * cells }, (_, face) => {
      const a = this.corner(face);
      const cls = predicted[a];
      return predicted[a + step] !== cls || predicted[a + step * G] !== cls || predicted[a + step * G + step] !== cls;
    });
  }

  /** One row of faces: neighbors of one color at once. */
  drawRow(row, clean) {
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
      if (column < cells && !whole && !clean) this.drawTorn(face);
    }
  }

  /** In space the farthest faces come first, and they are fainter. */
  drawByDepth(clean) {
    const { cells, torn, picture: { nearness } } = this;
    if (this.order?.length !== cells * cells) this.order = Uint32Array.from(torn, (_, face) => face);
    this.order.sort((a, b) => nearness[this.corner(a)] - nearness[this.corner(b)]);
    for (const face of this.order) {
      if (!torn[face]) this.drawFace(this.corner(face), this.step);
      else if (!clean) this.drawTorn(face);
    }
  }

  /** A face that the boundary runs through, in the lattice's own faces. */
  drawTorn(face) {
    const { step, picture: { model: { G } } } = this;
    const a = this.corner(face);
    for (let k = 0; k < step * step; k++) this.drawFace(a + ((k / step) | 0) * G + (k % step), 1);
  }

  drawFace(a, step, cls = null) {
    const kind = this.kindOf(a, step, cls);
    if (kind >= 0) this.drawFaces(a, 1, step, kind);
  }

  /** Twice the class of the face at node a, and 1 where it is turned over; -1 out of sight. */
  kindOf(a, step, cls = null) {
    const { pixels: p, model: { G, predicted } } = this.picture;
    const [b, c, d] = [a + step, a + step * G + step, a + step * G];
    if (!this.inSight(a) && !this.inSight(c)) return -1;
    const turned = (p[2 * c] - p[2 * a]) * (p[2 * d + 1] - p[2 * b + 1])
      - (p[2 * d] - p[2 * b]) * (p[2 * c + 1] - p[2 * a + 1]);
    return 2 * (cls ?? predicted[a + (step >> 1) * (G + 1)]) + (turned > 0 ? 1 : 0);
  }

  /** `count` faces of one kind side by side, from node a on. */
  drawFaces(a, count, step, kind) {
    const { context, theme, pixels, camera, nearness, model: { G } } = this.picture;
    const share = SHARES[theme.dark ? "dark" : "light"][kind & 1];
    context.globalAlpha = share * (1 - FAINTEST * camera.faintness(nearness[a]));
    context.fillStyle = theme.classes[kind >> 1];
    context.beginPath();
    for (let k = 0, i = a; k <= count; k++, i += step) context.lineTo(pixels[2 * i], pixels[2 * i + 1]);
    for (let k = 0, i = a + count * step + step * G; k <= count; k++, i -= step) context.lineTo(pixels[2 * i], pixels[2 * i + 1]);
    context.fill();
  }

  inSight(node) {
    const { pixels, width, height } = this.picture;
    return Math.abs(pixels[2 * node]) < FARTHEST * width && Math.abs(pixels[2 * node + 1]) < FARTHEST * height;
  }
}
