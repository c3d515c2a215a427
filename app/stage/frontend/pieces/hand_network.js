// A network of one hidden layer of ReLUs that is built by hand: its numbers, and their text.

export const STEP = 0.1;
/** As app/parameters.py has them. A bias reaches further: the hinge at -bias / weight is to be had for a large weight too. */
export const LIMITS = { w: 4, b: 8, v: 4, bias: 8 };
export const MOST_NEURONS = 8;

/** A number as the slider of that name has it: one decimal, within the limits. */
export const onGrid = (name, value) => {
  const limit = LIMITS[name];
  return Math.round(Math.min(Math.max(value, -limit), limit) / STEP) / 10 + 0;
};

/** { neurons: [{ w, b, v }], bias } of the text of the link: w_b_v_w_b_v_..._bias. */
export function readHand(text) {
  const numbers = text.split("_").map(Number);
  const neurons = [];
  for (let i = 0; i + 3 < numbers.length; i += 3) {
    neurons.push({ w: numbers[i], b: numbers[i + 1], v: numbers[i + 2] });
  }
  return { neurons, bias: numbers.at(-1) };
}

export function writeHand({ neurons, bias }) {
  return [...neurons.flatMap(({ w, b, v }) => [w, b, v]), bias].map(String).join("_");
}

/** One neuron more for such a network: its hinge is in the middle of the widest part that has none. */
export function newNeuron({ neurons }, { low, high }) {
  const hinges = neurons.map(({ w, b }) => -b / w).filter((x) => x > low && x < high).sort((a, b) => a - b);
  const ends = [low, ...hinges, high];
  const widths = ends.slice(1).map((end, i) => Math.round(1e6 * (end - ends[i])));
  const widest = widths.indexOf(Math.max(...widths));
  return { w: 1, b: onGrid("b", -(ends[widest] + ends[widest + 1]) / 2), v: 0.5 };
}

/** The same of the two layers of such a network. */
export function handOfLayers([{ weights, bias, width }, output]) {
  const neurons = Array.from({ length: width }, (_, j) => ({ w: weights[j], b: bias[j], v: output.weights[j] }));
  return { neurons, bias: output.bias[0] };
}

export function layersOfHand({ neurons, bias }) {
  const column = (name) => Float64Array.from(neurons, (neuron) => neuron[name]);
  const width = neurons.length;
  return [
    { fanIn: 1, width, weights: column("w"), bias: column("b") },
    { fanIn: width, width: 1, weights: column("v"), bias: Float64Array.of(bias) },
  ];
}
