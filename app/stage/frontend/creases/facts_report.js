// What the browser tells the server of the mesh that it draws: the page puts it into words.

import { embedded, presenting } from "../shared/address.js";
import { REPORT_DELAY } from "../shared/player.js";

/** `report(facts)` is called once for every mesh at which the visitor comes to rest, where there is
 *  room for words: nothing plays, nothing in `root` is held, and the frame is the one that is wanted. */
export class FactsReport {
  constructor(store, root, report) {
    Object.assign(this, { store, root, report, timer: 0, frame: -1, facts: null, told: "" });
  }

  /** There are facts (see factsOf) of the network's mesh at frame f. */
  tell(net, f, facts) {
    this.frame = f;
    this.facts = { network: net.fingerprint, step: net.steps[f], ...facts };
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.atRest() ? this.send() : this.wait()), REPORT_DELAY);
  }

  atRest() {
    const { playing, frame } = this.store;
    const held = this.root.matches(":active");
    return !playing && !held && frame === this.frame && !embedded() && !presenting();
  }

  send() {
    const text = JSON.stringify(this.facts);
    if (text === this.told) return;
    this.told = text;
    this.report(this.facts);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
