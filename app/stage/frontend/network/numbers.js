// Numbers for people.

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 1.24, −0.70, 12.3, 240 */
export function formatNumber(value) {
  const size = Math.abs(value);
  const text = size.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/** Whole percent, never rounded to 0 or 100 when it is neither. */
export function formatPercent(share) {
  const percent = Math.round(100 * share);
  if (percent === 0 && share > 0) return "under 1 %";
  if (percent === 100 && share < 0.9999) return "over 99 %";
  return `${percent} %`;
}

/** 12 -> "₁₂" */
export function subscript(number) {
  return [...String(number)].map((digit) => SUBSCRIPTS[digit]).join("");
}

/** -12 -> "⁻¹²" */
export function superscript(power) {
  return [...String(power)].map((digit) => SUPERSCRIPTS[digit] ?? "⁻").join("");
}

/** Index of the value nearest to the wanted one. */
export function nearest(values, wanted) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (Math.abs(values[i] - wanted) < Math.abs(values[best] - wanted)) best = i;
  }
  return best;
}

/** 0 to 5 in words. */
export const NUMBER_WORDS = ["no", "one", "two", "three", "four", "five"];

/** "1.24 times" */
export const formatTimes = (factor) => `${formatNumber(factor)} times`;

/** 0..1 at a pace that begins and ends at rest. */
export const smooth = (t) => t * t * (3 - 2 * t);
