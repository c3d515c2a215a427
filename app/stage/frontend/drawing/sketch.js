// The points of a drawing: spray, erase, undo. Coordinates lie in the square from -side to side.

const KEPT = 200; // strokes that can be undone
const DOT_SPACING = 0.16; // of single points along a stroke
const SPRAY_DENSITY = 7; // points a unit of area and pass
const LINK_CELLS = 128; // coarser than a link rounds: what is nearer can fall together
const LEAST_REACH = 0.14; // of the eraser, so that it finds a single point

/** points is a list of [x, y, class], replaced as a whole by every change. */
export class Drawing {
  constructor({ side, most, least, leastOfClass }, random = Math.random) {
    Object.assign(this, { side, most, least, leastOfClass, random, points: [], past: [], last: null });
  }

  /** Another drawing; what was drawn can be had back by undo. */
  set(points) {
    this.keep();
    this.points = points.slice(0, this.most);
  }

  keep() {
    this.past.push(this.points);
    if (this.past.length > KEPT) this.past.shift();
  }

  undo() {
    if (this.past.length) this.points = this.past.pop();
  }

  /** A stroke begins at a place; true if it changed anything. */
  begin(place, brush) {
    this.keep();
    this.last = null;
    const did = this.move(place, brush);
    if (!did) this.past.pop();
    return did;
  }

  /** The stroke goes on; brush: { cls, radius, erase }. */
  move([x, y], { cls, radius, erase }) {
    if (erase) return this.erase(x, y, Math.max(radius, LEAST_REACH));
    const step = this.last ? Math.hypot(x - this.last[0], y - this.last[1]) : Infinity;
    if (step < Math.max(DOT_SPACING, radius / 2)) return false;
    this.last = [x, y];
    const count = radius ? Math.max(2, Math.round((SPRAY_DENSITY * Math.PI * radius * radius) / 2)) : 1;
    const fresh = [];
    for (let i = 0; i < count; i++) {
      const reach = radius * Math.sqrt(this.random());
      const angle = 2 * Math.PI * this.random();
      const place = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
      if (Math.max(...place.map(Math.abs)) <= this.side) fresh.push([...place, cls]);
    }
    const room = this.most - this.points.length;
    if (room <= 0) return false;
    this.points = [...this.points, ...fresh.slice(0, room)];
    return true;
  }

  erase(x, y, reach) {
    const left = this.points.filter(([px, py]) => Math.hypot(px - x, py - y) > reach);
    const did = left.length < this.points.length;
    if (did) this.points = left;
    return did;
  }

  inside(value) {
    return Math.min(Math.max(value, -this.side), this.side);
  }

  counts(classes) {
    const counts = new Array(classes).fill(0);
    for (const [, , cls] of this.points) counts[cls] += 1;
    return counts;
  }

  /** What is still missing before a network can learn from it; "" if nothing. */
  missing(classes) {
    const counts = this.counts(classes).filter(Boolean);
    const total = this.points.length;
    if (total < this.least) return `${this.least - total} more points are needed`;
    if (counts.length < 2) return "points of a second class are needed";
    const reach = (axis) => Math.max(...this.points.map((point) => point[axis])) - Math.min(...this.points.map((point) => point[axis]));
    if (Math.max(reach(0), reach(1)) < this.side / LINK_CELLS) return "the points must not all lie in one place";
    if (Math.min(...counts) < this.leastOfClass) return `every class needs ${this.leastOfClass} points`;
    return "";
  }
}
