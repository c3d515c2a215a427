// What the parts of the stage share. Changes are handed out once per animation frame.

const FRAME_LIMIT = 240;

/** { u, frame, playing: false | "layers" | "training" | "glide" | "folds", neuron, hover, pinned,
 *  threshold, listeners }. threshold: logit at which a cut moved by hand stands, else 0; probe:
 *  whether every space is probed; secret: whether nothing is shown yet of what the network answers; bend: what the bend of the activations is changed to by hand, or null.
 *  hover is the point under the pointer; the pinned one, which was clicked, takes its place at rest. */
export class Store {
  constructor(state, onError) {
    Object.assign(this, { u: 0, frame: 0, playing: false, neuron: null, hover: null, pinned: null, threshold: 0, probe: false, bend: null, secret: false }, state);
    this.listeners = [];
    this.changed = new Set();
    this.timings = [];
    this.onError = onError;
    this.request = 0;
    this.commit = () => {};
    this.advance = () => {};
    this.run = (now) => this.deliver(now);
  }

  /** Changes fields; listeners(changedKeys: Set) run in the next animation frame. */
  set(patch) {
    for (const [key, value] of Object.entries(patch)) {
      if (this[key] === value) continue;
      this[key] = value;
      this.changed.add(key);
    }
    this.schedule();
  }

  /** The pointer is gone. */
  unhover() {
    this.set({ hover: this.pinned });
  }

  /** Keeps a point marked, or none, and puts it into the link. */
  pin(point) {
    this.set({ pinned: point, hover: point });
    this.commit();
  }

  /** Tells the listeners of changes that are kept elsewhere. */
  touch(...keys) {
    for (const key of keys) this.changed.add(key);
    this.schedule();
  }

  /** Tells the listeners at once, not in the next animation frame. */
  tellNow(...keys) {
    this.touch(...keys);
    this.notify();
  }

  schedule() {
    if (!this.request && (this.playing || this.changed.size)) {
      this.request = requestAnimationFrame(this.run);
    }
  }

  /** One frame: the player moves on, then everything that shows the change is drawn. */
  deliver(now) {
    this.request = 0;
    try {
      if (this.playing) this.advance(now);
      if (this.changed.size) this.notify();
    } catch (error) {
      this.playing = false;
      this.onError(error);
    }
    this.schedule();
  }

  notify() {
    const start = performance.now();
    const keys = this.changed;
    this.changed = new Set();
    for (const listener of this.listeners) listener(keys);
    if (this.timings.length >= FRAME_LIMIT) this.timings.shift();
    this.timings.push(performance.now() - start);
  }

  stop() {
    cancelAnimationFrame(this.request);
    this.request = 0;
    this.playing = false;
  }
}
