// Numbers for people.

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SMALLEST_FIGURE = 1e-6;
const SMALLEST_PLAIN = 1e-4;

/** 1.24, −0.70, 12.3, 240 */
export function formatNumber(value) {
  const size = Math.abs(value);
  const text = size.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/** The same with two digits that count, however small: 1.20, 0.12, 0.0035, −0.050. */
export function formatFigure(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "not a number";
  if (size === 0 || size >= 0.1) return formatNumber(value);
  if (size < SMALLEST_FIGURE) return value < 0 ? "above −0.000001" : "under 0.000001";
  const text = Number(size.toPrecision(2)).toFixed(Math.ceil(-Math.log10(size)) + 1);
  return value < 0 ? `−${text}` : text;
}

/** The same, but never below the value, which is positive: a bound stays true. */
export function formatBound(value) {
  const text = formatFigure(value);
  const lastPlace = 10 ** -(text.split(".")[1] ?? "").length;
  return Number(text) < value ? formatFigure(Number(text) + lastPlace) : text;
}

/** To three digits that count: 1.24, 0.0631, −12.3, 1, 4.05 · 10⁻⁷ */
export function formatDigits(value) {
  const size = Math.abs(value);
  const power = Math.floor(Math.log10(size));
  const short = size === 0 || size >= SMALLEST_PLAIN;
  const text = short ? String(size >= 100 ? Math.round(size) : Number(size.toPrecision(3)))
    : `${Number((size / 10 ** power).toPrecision(3))} · 10${superscript(power)}`;
  return value < 0 ? `−${text}` : text;
}

/** Whole percent; near 0 and 100 %, which it never reaches, with one decimal. As numbers.percent in
 *  app/words/numbers.py. */
export function formatPercent(share) {
  const tenths = Math.round(1e6 * share) / 1e3; // of a percent; a mean in float32 of ones can be 0.9999999
  const fine = (tenths > 0 && tenths < 10) || (tenths > 990 && tenths < 1000);
  return fine ? `${(Math.min(Math.max(Math.round(tenths), 1), 999) / 10).toFixed(1)} %` : `${Math.round(tenths / 10)} %`;
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

/** What a slope makes of z: "0.60 z", or "0". */
export const timesZ = (slope) => (slope === 0 ? "0" : `${formatNumber(slope)} z`);

/** "(0.60, −0.80)" */
export const formatDirection = (direction) => `(${direction.map(formatNumber).join(", ")})`;

/** As the link keeps places and turns. */
export const thousandths = (value) => Math.round(value * 1000) / 1000;

/** "1 piece", "2 pieces" */
export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** 0..1 at a pace that begins and ends at rest. */
export const smooth = (t) => t * t * (3 - 2 * t);
