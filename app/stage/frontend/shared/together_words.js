// Two networks side by side: where each of them is, and how they compare, in plain words.

import { formatPercent } from "../network/numbers.js";
import { lessonTerms } from "./address.js";

/** Where a network of `depth` hidden layers is when the deeper of both, of `deepest`, is at u: in the same
 *  layer, as far as it has one; then it waits in its last space, and goes on to the cut with the other. */
export function ownPlace(u, depth, deepest) {
  if (u <= depth) return u;
  return u <= deepest ? depth : u - deepest + depth;
}

/** Where the deeper one is when a network is taken to its own place; the inverse of `ownPlace`, which
 *  leaves nobody waiting. */
export const jointPlace = (own, depth, deepest) => (own < depth ? own : own - depth + deepest);

const AT = 1e-6;

/** Which layer both are in, at u of the deeper one. depths: hidden layers of A and of B. */
export function sayPlace(u, depths) {
  const [least, deepest] = [Math.min(...depths), Math.max(...depths)];
  const resting = Math.abs(u - Math.round(u)) < AT;
  const layer = resting ? Math.round(u) : Math.floor(u) + 1;
  const verb = resting ? "after" : "in";
  if (resting && layer === 0) return "Both at the input.";
  if (layer > deepest) return resting ? "Both at the end." : "Both on the way from their last space to the cut.";
  if (least === deepest) return `Both ${verb} layer ${layer} of ${deepest}.`;
  if (resting && layer === deepest) return `Both in their last space, A after ${depths[0]} of its layers, B after ${depths[1]}.`;
  if (layer <= least) return `Both ${verb} layer ${layer}, A of ${depths[0]}, B of ${depths[1]}.`;
  const [shorter, deeper] = depths[0] < depths[1] ? "AB" : "BA";
  return `${shorter} waits in its last space, ${deeper} is ${verb} layer ${layer} of ${deepest}.`;
}

/** The same where a network lifts its inputs: in the words of each one's own player, A's first. */
export const sayOwnPlaces = ([a, b]) => `A: ${a}. B: ${b}.`;

/** Which steps of training are shown. steps: { shown, last } of A and of B; one that was not trained has
 *  no step but 0. */
export function saySteps([a, b]) {
  const number = (count) => count.toLocaleString("en");
  if (a.last === 0 && b.last === 0) return "";
  if (a.shown === b.shown && a.last && b.last) return `Training step ${number(a.shown)} of both.`;
  if (a.last && b.last && a.shown === a.last && b.shown === b.last) return `Each at its last training step: A ${number(a.last)}, B ${number(b.last)}.`;
  const say = ({ shown, last }) => (last === 0 ? "is not trained" : shown === last ? `at its last step, ${number(shown)}` : `at step ${number(shown)}`);
  return `A ${say(a)}, B ${say(b)}.`;
}

/** How well both do and how many numbers each has. models: of A and of B. */
export function sayModels(models) {
  const [a, b] = models.map(({ net, frame }) => {
    const at = net.historySteps.indexOf(net.steps[frame]);
    const known = at >= 0 && net.bend === 1;
    return { own: known && net.trainAccuracy[at], test: known && net.accuracy[at], known, count: net.parameterCount.toLocaleString("en") };
  });
  const both = (name) => `A ${formatPercent(a[name])}, B ${formatPercent(b[name])}. `;
  const { ownPoints, newPoints } = lessonTerms() ?? {};
  const named = [ownPoints && `Right of the points they learned from: ${both("own")}`, newPoints && `Right of new points: ${both("test")}`];
  const told = lessonTerms() ? named.filter(Boolean).join("") : `Test accuracy: ${both("test")}`;
  return `${a.known && b.known ? told : ""}Weights and biases: A ${a.count}, B ${b.count}.`;
}
