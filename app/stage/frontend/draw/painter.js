// Long paintings in short turns, so that the page answers meanwhile; the newest wish first.

import { Raster } from "./raster.js";

const TURN = 16; // milliseconds of painting between two looks at what the visitor does

/** Paints wishes on rasters. paint(raster, wish): a generator that stops for breath now and then.
 *  show() is called when a painting is done; then `shown` = { raster, wish }. */
export class Painter {
  constructor(paint, show) {
    Object.assign(this, { paint, show, shown: null, spare: null, next: null, job: null, timer: 0 });
  }

  /** Paints `wish`, at once if it is quickly done. wish: { width, height } in device pixels and
   *  whatever `paint` understands. What is being painted is finished first: a picture that is a
   *  little late is better than none. */
  request(wish) {
    this.next = wish;
    if (!this.job) this.turn();
  }

  turn() {
    this.timer = 0;
    const end = performance.now() + TURN;
    while (this.job || this.next) {
      this.job ??= this.begin();
      do {
        if (this.job.steps.next().done) {
          this.hang();
          break;
        }
      } while (performance.now() < end);
      if (performance.now() >= end) break;
    }
    if (this.job || this.next) this.timer = requestAnimationFrame(() => this.turn());
  }

  begin() {
    const wish = this.next;
    this.next = null;
    let { spare } = this;
    if (spare?.width !== wish.width || spare.height !== wish.height) spare = new Raster(wish.width, wish.height);
    else spare.clear();
    this.spare = null;
    return { wish, raster: spare, steps: this.paint(spare, wish) };
  }

  hang() {
    const { raster, wish } = this.job;
    this.job = null;
    raster.finish();
    this.spare = this.shown?.raster ?? null;
    this.shown = { raster, wish };
    this.show();
  }

  stop() {
    cancelAnimationFrame(this.timer);
    Object.assign(this, { job: null, next: null });
  }
}
