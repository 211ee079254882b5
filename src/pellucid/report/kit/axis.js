/** Axes: where a number lies, round ticks, and how numbers are written. */

/**
 * @typedef {object} Axis
 * @property {(value: number) => number} place Where a number lies, in pixels.
 * @property {(place: number) => number} value The number at a place.
 * @property {number[]} ticks Round numbers inside the range.
 */

/**
 * An axis of equal steps, or of equal ratios.
 * @param {number} low
 * @param {number} high Above low.
 * @param {number} from Pixel of low.
 * @param {number} to Pixel of high.
 * @param {boolean} [logarithmic] Equal ratios; low > 0.
 * @returns {Axis}
 */
export function axisOf(low, high, from, to, logarithmic = false) {
  const bend = logarithmic ? Math.log : (/** @type {number} */ value) => value;
  const start = bend(low), room = bend(high) - start || 1;
  return {
    place: (value) => from + ((bend(value) - start) / room) * (to - from),
    value: (place) => {
      const found = start + ((place - from) / (to - from)) * room;
      return logarithmic ? Math.exp(found) : found;
    },
    ticks: roundTicks(low, high),
  };
}

/**
 * Multiples of 1, 2, 2.5 or 5 times a power of ten inside the range.
 * @param {number} low
 * @param {number} high
 * @param {number} [most]
 * @returns {number[]}
 */
export function roundTicks(low, high, most = 6) {
  if (!(high > low)) return [low];
  const raw = (high - low) / (most - 1), power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step);
}

/**
 * Three significant digits, more where whole ones need them; a true minus.
 * @param {number} value
 * @returns {string}
 */
export function written(value) {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e9)
    ? value.toExponential(2)
    : size >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
  return text.replaceAll("-", "\u2212");
}
