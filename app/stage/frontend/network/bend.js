// What a bend does to a piecewise-linear network, exactly: its straight pieces, and how far it is from
// the one straight map that it would be without.

import { MeshSource } from "./mesh_source.js";
import { Samples } from "./samples.js";

/** Measures one network at a time. hear({ count: straight pieces in the box, complete: whether these
 *  are all, farthest: largest difference of a logit from the network without any bend }). A difference
 *  of two piecewise-linear functions is largest at a corner of their pieces, and the straight map has
 *  none of its own. */
export class BendMeter {
  constructor(hear) {
    const tell = (mesh) => hear(factsOf(mesh, this.net));
    this.source = new MeshSource(tell, () => {}, () => {}); // what cannot be measured is not told
  }

  /** Measures what a net is at frame f; an answer that is still due for another one is dropped. */
  ask(net, f) {
    this.net = net;
    this.source.setNet(net);
    this.source.request(f);
  }

  stop() {
    this.source.stop();
  }
}

function factsOf({ frame, vertices, complete, facts: { count } }, net) {
  const logits = (of) => new Samples(of, vertices).reset(frame).layer(net.depth + 1).pre;
  const straight = logits(withoutBend(net));
  const farthest = logits(net).reduce((most, value, i) => Math.max(most, Math.abs(value - straight[i])), 0);
  return { count, complete, farthest };
}

/** The same network with the identity in the place of every activation. */
const withoutBend = (net) => Object.assign(Object.create(net), { activations: net.activations.map(() => "identity") });
