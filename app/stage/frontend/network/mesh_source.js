// Meshes of training steps on demand: from memory, or found in a worker; the newest wish first.

import { NEGATIVE_SLOPES } from "./activations.js";
import { buildMesh } from "./mesh.js";

const MEMORY_BYTES = 96e6;

/** `deliver(mesh)` hears of every mesh that was asked for and is still wanted; mesh.frame says which.
 *  `fail(error, frame)` hears why there is none; `tell(progress)` hears how far a large one is; see buildMesh. */
export class MeshSource {
  constructor(deliver, fail, tell) {
    Object.assign(this, { deliver, fail, tell, net: null, worker: null, id: 0, busy: false, wanted: null });
    this.known = new Map();
    this.helpless = typeof Worker === "undefined";
  }

  /** Meshes of another network; work on the one before is dropped. */
  setNet(net) {
    if (this.busy) this.stop();
    Object.assign(this, { net, wanted: null });
    this.known.clear();
  }

  /** Asks for the mesh of frame f. It comes in a later turn unless it is known. */
  request(f) {
    const known = this.known.get(f);
    this.wanted = f;
    if (!known) return this.work();
    this.known.delete(f);
    this.known.set(f, known);
    this.deliver(known);
  }

  work() {
    if (this.busy) return;
    this.busy = true;
    const task = { id: ++this.id, network: this.network(this.wanted) };
    this.working = this.wanted;
    if (this.helpless) return setTimeout(() => this.workHere(task), 0);
    try {
      this.worker ??= this.hire();
      this.worker.postMessage(task);
    } catch (error) {
      this.dismiss();
    }
  }

  hire() {
    const worker = new Worker(new URL("./mesh_worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.dismiss();
    };
    return worker;
  }

  /** No worker can be had: this page does its work. */
  dismiss() {
    this.stop();
    this.helpless = true;
    this.work();
  }

  workHere({ id, network }) {
    if (id !== this.id) return;
    try {
      this.receive({ id, mesh: buildMesh(network) });
    } catch (error) {
      this.receive({ id, failure: error.message });
    }
  }

  receive({ id, mesh, failure, progress }) {
    if (id !== this.id) return;
    if (progress) return this.tell(progress);
    this.busy = false;
    if (failure) return this.fail(new Error(failure), this.working);
    mesh.frame = this.working;
    this.keep(mesh);
    this.deliver(mesh);
    if (this.wanted !== mesh.frame) this.request(this.wanted);
  }

  keep(mesh) {
    mesh.bytes = bytesOf(mesh);
    this.known.set(mesh.frame, mesh);
    let total = 0;
    for (const { bytes } of this.known.values()) total += bytes;
    for (const [f, { bytes }] of this.known) {
      if (total <= MEMORY_BYTES || f === mesh.frame) break;
      this.known.delete(f);
      total -= bytes;
    }
  }

  /** What the worker needs to know of frame f. */
  network(f) {
    const { net } = this;
    const numbers = Array.from({ length: net.depth + 1 }, (_, l) => l + 1);
    const copy = (parts) => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.slice()]));
    return {
      layers: numbers.map((l) => copy(net.layer(f, l))),
      pictures: numbers.map((l) => copy(net.picture(f, l))),
      slopes: net.activations.map((name) => NEGATIVE_SLOPES[name]),
      box: net.box,
      ending: net.ending,
      limit: net.maxFaces,
    };
  }

  stop() {
    this.worker?.terminate();
    Object.assign(this, { worker: null, busy: false, id: this.id + 1 });
  }
}

function bytesOf(mesh) {
  const parts = [...Object.values(mesh), ...mesh.active, ...mesh.factors, ...mesh.placed.flatMap(Object.values)];
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 0);
}
