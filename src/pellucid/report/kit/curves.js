/** Curves: lines that the legend shows and hides, and the numbers at one place, by mouse and by key. */

import { dataOf, make, toggleButton } from "./elements.js";
import { trimmed, written } from "./axis.js";

/**
 * @typedef {object} Numbers What lies under a figure of curves.
 * @property {string} across Name of the axis across.
 * @property {number[]} x Rising.
 * @property {number[]} box Pixels of the first and the last x, and of top and bottom.
 * @property {number[]} span Numbers at the two ends of the box.
 * @property {boolean} logarithmic
 * @property {{name: string, value: (number | null)[], low?: (number | null)[], high?: (number | null)[]}[]} lines
 */

/**
 * Place of the number nearest to another one, among rising ones.
 * @param {number[]} numbers
 * @param {number} wanted
 * @returns {number}
 */
export function nearest(numbers, wanted) {
  let best = 0;
  numbers.forEach((number, place) => {
    if (Math.abs(number - wanted) < Math.abs(numbers[best] - wanted)) best = place;
  });
  return best;
}

/** @param {Numbers} numbers @param {number} place @returns {string} */
export function tell(numbers, place) {
  const parts = numbers.lines.flatMap(({ name, value, low, high }) => {
    const own = value[place];
    if (own === null || own === undefined) return [];
    const least = low?.[place], most = high?.[place];
    const range = typeof least === "number" && typeof most === "number" ? ` (${written(least)} to ${written(most)})` : "";
    return [`${name} ${written(own)}${range}`];
  });
  return `${numbers.across} ${trimmed(numbers.x[place])}: ${parts.join(", ") || "nothing"}`;
}

/** @param {HTMLElement} figure */
export function startCurves(figure) {
  startLegend(figure);
  const numbers = /** @type {Numbers | null} */ (dataOf(figure));
  const svg = /** @type {SVGSVGElement | null} */ (figure.querySelector("svg.chart"));
  if (!numbers || !svg) return;
  const told = make("p", { class: "readout", "aria-live": "polite" }, "Point at the curves, or use the arrow keys on them.");
  svg.after(told);
  svg.setAttribute("tabindex", "0");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  line.setAttribute("class", "cursor");
  line.setAttribute("y1", String(numbers.box[2]));
  line.setAttribute("y2", String(numbers.box[3]));
  const [left, right] = numbers.box, [low, high] = numbers.span;
  const bend = numbers.logarithmic ? Math.log : (/** @type {number} */ value) => value;
  const places = numbers.x.map((x) => left + ((bend(x) - bend(low)) / (bend(high) - bend(low))) * (right - left));
  let at = numbers.x.length - 1;
  const show = (/** @type {number} */ place) => {
    at = Math.min(numbers.x.length - 1, Math.max(0, place));
    line.setAttribute("x1", String(places[at]));
    line.setAttribute("x2", String(places[at]));
    if (!line.isConnected) svg.append(line);
    told.textContent = tell(numbers, at);
  };
  svg.addEventListener("pointermove", (event) => {
    const frame = svg.getBoundingClientRect();
    show(nearest(places, ((event.clientX - frame.left) / frame.width) * svg.viewBox.baseVal.width));
  });
  svg.addEventListener("pointerleave", () => line.remove());
  svg.addEventListener("blur", () => line.remove());
  const many = Math.max(1, Math.round(numbers.x.length / 10));
  /** @type {Record<string, () => number>} */
  const keys = {
    ArrowLeft: () => at - 1, ArrowRight: () => at + 1, PageDown: () => at - many, PageUp: () => at + many,
    Home: () => 0, End: () => numbers.x.length - 1,
  };
  svg.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    show(keys[event.key]());
  });
}

/** Every entry of the legend becomes a button; single lines get one each, with their numbers. @param {HTMLElement} figure */
function startLegend(figure) {
  const drawn = Array.from(figure.querySelectorAll("svg.chart [data-line]"));
  const hide = (/** @type {(name: string) => boolean} */ those, /** @type {boolean} */ shown) => {
    for (const each of drawn) {
      if (those(each.getAttribute("data-line") ?? "")) each.classList.toggle("hidden", !shown);
    }
  };
  for (const entry of Array.from(figure.querySelectorAll(".legend [data-shows]"))) {
    const which = entry.getAttribute("data-shows") ?? "", off = entry.hasAttribute("data-off");
    const own = (/** @type {string} */ name) => which.split(" ").includes(name.split(" ")[0]);
    const button = toggleButton("", !off, (shown) => hide(own, shown));
    button.append(...Array.from(entry.childNodes));
    entry.append(button);
    if (off) hide(own, false);
    const single = drawn.map((each) => each.getAttribute("data-line") ?? "").filter((name) => name.startsWith(`${which} `));
    if (single.length < 2 || single.length > 60) continue;
    const buttons = single.map((name) => toggleButton(name.slice(which.length + 1), !off, (shown) => hide((other) => other === name, shown)));
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-pressed", button.getAttribute("aria-pressed") ?? "");
    });
    entry.parentElement?.after(make("div", { class: "singles tools", role: "group", "aria-label": "Networks shown" }, ...buttons));
  }
}
