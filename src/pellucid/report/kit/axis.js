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
 * At least three significant digits, whole ones in groups; a true minus. As Python writes them beside it.
 * @param {number} value
 * @returns {string}
 */
export function written(value) {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(Number(value.toPrecision(3)));
  const text = size !== 0 && (size < 1e-4 || size >= 1e15)
    ? value.toExponential(2)
    : size >= 1000 ? grouped(String(Math.round(value))) : value.toPrecision(3);
  return text.replaceAll("-", "\u2212");
}

/**
 * The same without idle zeros: 2.5, 40.
 * @param {number} value
 * @returns {string}
 */
export function trimmed(value) {
  return written(value).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** @param {string} digits @returns {string} With narrow blanks between thousands. */
function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * Ticks written alike, thousands as k where they are many.
 * @param {number[]} ticks
 * @returns {string[]}
 */
export function ticksWritten(ticks) {
  const largest = Math.max(0, ...ticks.map(Math.abs));
  const unit = /** @type {[number, string][]} */ ([[1e9, "G"], [1e6, "M"], [1e3, "k"]]).find(([size]) =>
    largest >= (size > 1e3 ? size : 10 * size));
  if (!unit) return ticks.map((tick) => trimmed(Math.abs(tick) < 1e-9 * largest ? 0 : tick));
  return ticks.map((tick) => trimmed(tick / unit[0]) + (tick ? unit[1] : ""));
}
