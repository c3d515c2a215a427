// A network of one hidden layer of ReLUs that is built by hand: its numbers, and their text.

export const LIMIT = 4;
export const STEP = 0.1;
export const MOST_NEURONS = 8;

/** Numbers as sliders have them: one decimal, within the limits. */
export const onGrid = (value) => Math.min(Math.max(Math.round(value / STEP), -40), 40) / 10 + 0;

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

export function layersOfHand({ neurons, bias }) {
  const column = (name) => Float64Array.from(neurons, (neuron) => neuron[name]);
  const width = neurons.length;
  return [
    { fanIn: 1, width, weights: column("w"), bias: column("b") },
    { fanIn: width, width: 1, weights: column("v"), bias: Float64Array.of(bias) },
  ];
}
