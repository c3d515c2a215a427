// The course's exercise: slopes -2, 1 and 3 on [0, 3] from three ReLUs, the first one given.
// What is judged is the function, not the numbers: several weights and biases draw the same line.

import { plainNumber } from "./tools.js";

const NEAR = 0.02;
const NEAR_ZERO = 1e-9;
// before, total: the target's slope left and right of x; increment: what the neuron there must add.
const BENDS = [{ x: 1, before: -2, total: 1, increment: 1 }, { x: 2, before: 1, total: 3, increment: 2 }];

const hingeOf = ({ w, b }) => -b / w;
const close = (a, b) => Math.abs(a - b) < NEAR;

/** { solved, words } for the neurons 2 and 3 of `hand`, and the error of the sum. */
export function checkExercise({ neurons }, error) {
  if (error === 0) {
    return {
      solved: true,
      words: "Solved: the sum has the slopes −2, 1 and 3. Each neuron brought only the increment " +
        "of slope at its own hinge, and the sum did the rest.",
    };
  }
  const free = neurons.slice(1, 3);
  const order = assignment(free);
  for (const [k, bend] of BENDS.entries()) {
    const fault = faultOf(free[order[k]], order[k] + 2, bend, neurons);
    if (fault) return { solved: false, words: fault };
  }
  return { solved: false, words: "Both hinges are right and both slopes are right, yet the sum is off: look at the error below." };
}

/** Which of the two neurons is meant for which bend: in their order, unless one fits the other's. */
function assignment(free) {
  const fits = (neuron, { x, increment }) => close(hingeOf(neuron), x) && close(neuron.w, increment);
  const crossed = fits(free[1], BENDS[0]) || fits(free[0], BENDS[1]);
  return crossed ? [1, 0] : [0, 1];
}

/** Slope of the sum just right of x; in the exercise all output weights are 1. */
function slopeAfter(neurons, x) {
  const on = ({ w, b }) => Math.sign(NEAR_ZERO < Math.abs(w * x + b) ? w * x + b : w) > 0;
  return neurons.reduce((sum, neuron) => sum + (on(neuron) ? neuron.w : 0), 0);
}

/** What the neurons that are given or right already do at the bend. */
function othersAt(x, number, [given]) {
  return x === hingeOf(given)
    ? `neuron 1 switches off there and brings ${plainNumber(-given.w)} of that`
    : `neuron ${number === 2 ? 3 : 2} is on and stays on, and brings none of that`;
}

function faultOf(neuron, number, bend, neurons) {
  const { x, before, increment, total } = bend;
  const name = `Neuron ${number}`;
  const hinge = hingeOf(neuron);
  if (neuron.w === 0) return `${name} has weight 0: it is the same everywhere and has no hinge. Give it a weight first.`;
  if (neuron.w < 0) {
    return `${name} looks left: with a negative weight it is on left of its hinge. The bend at x = ${x} needs a neuron that starts there and stays on to the right.`;
  }
  if (increment !== total && close(neuron.w, total)) {
    return `${name}: the slope you need here is the increment, ${increment}, not the total, ${total}: neuron ${number === 2 ? 3 : 2} is still on and already adds 1.`;
  }
  if (!close(hinge, x)) {
    return `${name}: this hinge is at x = ${plainNumber(hinge)}, the bend is at x = ${x}. A ReLU starts at −bias / weight.`;
  }
  if (close(neuron.w, increment)) return "";
  const now = plainNumber(slopeAfter(neurons, x));
  return `${name}: at x = ${x} the target’s slope rises by ${total - before}, from ${plainNumber(before)} to ${total}; ` +
    `${othersAt(x, number, neurons)}, so ${increment} is left for this neuron. It adds ${plainNumber(neuron.w)}, and right of x = ${x} the sum has the slope ${now}. ` +
    "Change its weight, then its bias, so that the hinge stays.";
}
