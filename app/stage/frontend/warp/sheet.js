// The grid as a sheet of cloth: each face in the color of the side that it ends on.

const MOST_FACES = 32; // a side
const SHARES = { light: { plain: 0.2, folded: 0.38 }, dark: { plain: 0.24, folded: 0.42 } };
const FARTHEST = 4; // canvas sizes beyond the edge: faces out there are left out

/** Draws the faces of the lattice of one picture. */
export class Sheet {
  constructor(picture) {
    this.picture = picture;
    this.order = null;
  }

  /** Faces from far to near; those that are turned over are darker. */
  draw() {
    const { model, camera, cut, context } = this.picture;
    const step = Math.max(1, Math.round((model.G - 1) / MOST_FACES));
    const cells = Math.floor((model.G - 1) / step);
    if (this.order?.length !== cells * cells) this.order = Uint32Array.from({ length: cells * cells }, (_, k) => k);
    if (camera.solid > 0) this.sort(cells, step);
    const place = (face) => [face % cells, (face / cells) | 0, step];
    const torn = this.order.filter((face) => this.isTorn(...place(face)));
    const clean = cut.eachSide((cls) => {
      for (const face of torn) this.drawFace(...place(face), cls);
    });
    const rest = new Set(torn);
    for (const face of this.order) {
      if (!rest.has(face)) this.drawFace(...place(face));
      else if (!clean) this.drawTorn(...place(face));
    }
    context.globalAlpha = 1;
  }

  /** Whether the corners of a face lie on different sides. */
  isTorn(column, row, step) {
    const { G, predicted } = this.picture.model;
    const a = row * step * G + column * step;
    const cls = predicted[a];
    return predicted[a + step] !== cls || predicted[a + step * G] !== cls || predicted[a + step * G + step] !== cls;
  }

  /** A face that the boundary runs through, in the lattice's own faces. */
  drawTorn(column, row, step) {
    for (let k = 0; k < step * step; k++) this.drawFace(column * step + (k % step), row * step + ((k / step) | 0), 1);
  }

  sort(cells, step) {
    const { nearness, model: { G } } = this.picture;
    const node = (face) => ((face / cells) | 0) * step * G + (face % cells) * step;
    this.order.sort((a, b) => nearness[node(a)] - nearness[node(b)]);
  }

  drawFace(column, row, step, cls = this.classOf(column, row, step)) {
    const { context, theme, pixels: p, model: { G } } = this.picture;
    const a = row * step * G + column * step;
    const [b, c, d] = [a + step, a + step * G + step, a + step * G];
    const turned = (p[2 * c] - p[2 * a]) * (p[2 * d + 1] - p[2 * b + 1])
      - (p[2 * d] - p[2 * b]) * (p[2 * c + 1] - p[2 * a + 1]);
    if (!this.inSight(a) && !this.inSight(c)) return;
    const shares = SHARES[theme.dark ? "dark" : "light"];
    context.globalAlpha = turned > 0 ? shares.folded : shares.plain;
    context.fillStyle = theme.classes[cls];
    context.beginPath();
    context.moveTo(p[2 * a], p[2 * a + 1]);
    context.lineTo(p[2 * b], p[2 * b + 1]);
    context.lineTo(p[2 * c], p[2 * c + 1]);
    context.lineTo(p[2 * d], p[2 * d + 1]);
    context.fill();
  }

  classOf(column, row, step) {
    const { G, predicted } = this.picture.model;
    return predicted[(row * step + (step >> 1)) * G + column * step + (step >> 1)];
  }

  inSight(node) {
    const { pixels, width, height } = this.picture;
    const [x, y] = [pixels[2 * node], pixels[2 * node + 1]];
    return Math.abs(x) < FARTHEST * width && Math.abs(y) < FARTHEST * height;
  }
}
