// The script of the play: what is shown for how long, as plain numbers made from the network.

import { smooth } from "../network/numbers.js";

const HOLD = { input: 1, lifted: 1, folds: 1, layer: 0.5, end: 1.4 }; // seconds at rest
const LINEAR_SECONDS = 1.8; // of a layer's stretch, turn and shift together
const LAST_SECONDS = { look: 1.5, magnify: 1, cut: 2 }; // of the way to the straight cut
const LIFT_SECONDS = 2.2;
const BEND_SECONDS = 2.2;
const BACK_SECONDS = 2.6;
const SECONDS_OF_LAYERS = 10; // for all hidden layers together, however many
const PROBES = 12; // places a segment: stages are halves, thirds or quarters of it

/** The stages of segment `layer` of the timeline: [{ name, from, to }]. */
export function stagesOf(net, layer) {
  const stages = [];
  for (let k = 0; k < PROBES; k++) {
    const { name } = net.stageAt(layer - 1 + (k + 0.5) / PROBES);
    const to = layer - 1 + (k + 1) / PROBES;
    if (stages.at(-1)?.name === name) stages.at(-1).to = to;
    else stages.push({ name, from: layer - 1 + k / PROBES, to });
  }
  return stages;
}

/** The steps of the play: [{ from, to, seconds, eased }]. A step of no seconds is jumped over, one
 *  from a place to itself is a rest. worth(layer, name) says whether a stage is worth its time, or the
 *  rest before a bend, "folds". */
export function script(net, worth) {
  const end = net.depth + 1;
  const pace = Math.min(1, SECONDS_OF_LAYERS / ((LINEAR_SECONDS + HOLD.folds + BEND_SECONDS + HOLD.layer) * Math.max(net.depth, 1)));
  const steps = [rest(net.start, HOLD.input)];
  if (net.start < 0) steps.push({ from: net.start, to: 0, seconds: LIFT_SECONDS, eased: true }, rest(0, HOLD.lifted));
  for (let layer = 1; layer <= end; layer++) {
    const last = layer === end;
    for (const { name, from, to } of stagesOf(net, layer)) {
      if (name === "bend" && worth(layer, "folds")) steps.push(rest(from, HOLD.folds * pace));
      const seconds = worth(layer, name) ? secondsOf(name) * (last ? 1 : pace) : 0;
      steps.push({ from, to, seconds, eased: last });
    }
    steps.push(last ? rest(end, HOLD.end) : rest(layer, HOLD.layer * pace));
  }
  steps.push({ from: end, to: net.start, seconds: BACK_SECONDS, eased: true });
  return steps;
}

const rest = (u, seconds) => ({ from: u, to: u, seconds, eased: false });

const secondsOf = (name) => (name === "bend" ? BEND_SECONDS : LAST_SECONDS[name] ?? LINEAR_SECONDS / 3);

/** Where the play goes on from place u: { step: its number, spent: seconds of it that are over }. */
export function enter(steps, u) {
  const step = steps.findIndex(({ from, to }) => from <= u + 1e-6 && (u < to - 1e-6 || (from === to && u <= to + 1e-6)));
  const { from, to, seconds, eased } = steps[step];
  const share = to > from ? (u - from) / (to - from) : 0;
  return { step, spent: seconds * (eased ? unease(share) : share) };
}

/** `seconds` later: { step, spent }; step is the number of steps when all are over. */
export function later(steps, { step, spent }, seconds) {
  let left = spent + seconds;
  while (step < steps.length && left >= steps[step].seconds) {
    left -= steps[step].seconds;
    step += 1;
  }
  return { step, spent: left };
}

/** The place on the timeline at a moment of the play. */
export function placeAt(steps, { step, spent }) {
  if (step >= steps.length) return steps.at(-1).to;
  const { from, to, seconds, eased } = steps[step];
  const share = seconds ? spent / seconds : 1;
  return from + (to - from) * (eased ? smooth(share) : share);
}

/** The t whose `smooth` is `share`: the middle root of the cubic, by trisecting an angle. */
const unease = (share) => 0.5 - Math.sin(Math.asin(1 - 2 * share) / 3);
