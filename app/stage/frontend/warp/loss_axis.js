// The axis of a loss.

import { superscript } from "../network/numbers.js";

const LOG_FROM = 100; // a loss that spans more than two decades gets a logarithmic axis
const SMALLEST_LOSS = 1e-6;

/** {place: value -> 0..1, ticks} of a loss axis; logarithmic over two decades. */
export function lossAxis(losses) {
  const low = Math.max(Math.min(...losses), SMALLEST_LOSS);
  const high = Math.max(...losses, low);
  if (high / low <= LOG_FROM)
    return linearAxis(0, high || 1, (value) => String(Number(value.toPrecision(3))));
  const [from, to] = [Math.log10(low) - 0.05, Math.log10(high) + 0.05];
  const every = Math.max(1, Math.ceil((to - from) / 4));
  const ticks = [];
  for (let power = Math.ceil(from); power <= to; power += every) {
    ticks.push({
      value: 10 ** power,
      label: power < -3 ? `10${superscript(power)}` : String(Number((10 ** power).toPrecision(1))),
    });
  }
  return { ticks, place: (value) => (Math.log10(Math.max(value, low)) - from) / (to - from) };
}

/** A linear axis with three to six round ticks. */
export function linearAxis(from, to, format) {
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10]
    .map((factor) => factor * power)
    .find((value) => value >= rough * 0.999);
  const ticks = [];
  for (let value = Math.ceil(from / step - 1e-6) * step; value <= to + step * 1e-6; value += step) {
    ticks.push({ value, label: format(value) });
  }
  return { ticks, place: (value) => (value - from) / (to - from) };
}
