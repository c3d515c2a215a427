// What is known of a network as a whole: of a piecewise-linear one exactly, from its mesh.

import { isPiecewise } from "./activations.js";
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
  let best = { factor: -1 };
  for (let f = 0; 2 * f < centroids.length; f++) {
    const row = 3 * m * f;
    const { most, direction } = stretchOf([maps.subarray(row, row + m), maps.subarray(row + m, row + 2 * m)]);
    if (most > best.factor) best = { factor: most, direction, x: centroids[2 * f], y: centroids[2 * f + 1] };
  }
  return { ...best, count, pieces: true, exact: complete };
}

/** The same of a smooth network, at some nodes of the lattice. */
export function steepestNode(model) {
  const { net, nodes, inputs } = model;
  const stride = Math.ceil(nodes / MOST_TRIED);
  let best = { factor: -1 };
  for (let p = 0; p < nodes; p += stride) {
    const [x, y] = [inputs[2 * p], inputs[2 * p + 1]];
    const { most, direction } = stretchOf(jacobianAt(model, model.evaluate(x, y).layers, net.depth + 1));
    if (most > best.factor) best = { factor: most, direction, x, y };
  }
  return { ...best, count: Math.ceil(nodes / stride), pieces: false, exact: false };
}

export const hasPieces = ({ activations }) => isPiecewise(activations);
