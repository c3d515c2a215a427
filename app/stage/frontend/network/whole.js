// What is known of a network as a whole: of a piecewise-linear one exactly, from its mesh.

import { jacobianAt, stretchOf } from "./jacobian.js";
import { MeshSource } from "./mesh_source.js";
import { Samples } from "./samples.js";

const MOST_TRIED = 1000; // places, of a smooth network

/** Measures one network at a time: `hear` is told what `measure(mesh, model)` finds. */
export class Meter {
  constructor(measure, hear) {
    const tell = (mesh) => hear(measure(mesh, this.model));
    this.source = new MeshSource(tell, () => {}, () => {}); // what cannot be measured is not told
  }

  /** Takes what a model shows; an answer that is still due for something else is dropped. */
  ask(model) {
    this.model = model;
    this.source.setNet(model.net);
    this.source.request(model.frame);
  }

  stop() {
    this.source.stop();
  }
}

/** { count: straight pieces in the box, complete: whether these are all, farthest: largest difference of
 *  a logit from the network without any bend }. A difference of two piecewise-linear functions is
 *  largest at a corner of their pieces, and the straight map has none of its own. */
export function bentness({ frame, vertices, complete, facts: { count } }, { net }) {
  const logits = (of) => new Samples(of, vertices).reset(frame).layer(net.depth + 1).pre;
  const straight = logits(withoutBend(net));
  const farthest = logits(net).reduce((most, value, i) => Math.max(most, Math.abs(value - straight[i])), 0);
  return { count, complete, farthest };
}

/** The same network with the identity in the place of every activation. */
const withoutBend = (net) => Object.assign(Object.create(net), { activations: net.activations.map(() => "identity") });

/** Where the logits change most: { factor: their change for a small step of 1 in the direction [x1, x2],
 *  x, y: a place where it is so, count: how many pieces (or places) were looked at, exact: whether none
 *  can be steeper }. A piecewise-linear map's Lipschitz constant on a convex set is the largest of its pieces'. */
export function steepestPiece({ maps, outputs: m, centroids, complete, facts: { count } }) {
  const columns = (f) => [maps.subarray(3 * m * f, 3 * m * f + m), maps.subarray(3 * m * f + m, 3 * m * f + 2 * m)];
  return { ...steepest(centroids, 1, columns), count, pieces: true, exact: complete };
}

/** The same of a smooth network, at some nodes of the lattice. */
export function steepestNode(model) {
  const { net, nodes, inputs } = model;
  const stride = Math.ceil(nodes / MOST_TRIED);
  const columns = (p) => jacobianAt(model, model.evaluate(inputs[2 * p], inputs[2 * p + 1]).layers, net.depth + 1);
  const found = steepest(inputs.subarray(0, 2 * nodes), stride, columns);
  return { ...found, count: Math.ceil(nodes / stride), pieces: false, exact: false };
}

/** Of every `stride`-th place (2 n), the one where the derivative with these columns stretches most. */
function steepest(places, stride, columns) {
  let best = { factor: -1 };
  for (let k = 0; 2 * k < places.length; k += stride) {
    const { most, direction } = stretchOf(columns(k));
    if (most > best.factor) best = { factor: most, direction, x: places[2 * k], y: places[2 * k + 1] };
  }
  return best;
}
