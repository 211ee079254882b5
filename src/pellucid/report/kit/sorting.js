/** Tables that can be put in the order of a column: once up, twice down, a third time as they were. */

import { make } from "./elements.js";

const MINUS = /\u2212/g, BLANKS = /[\u202f\u00a0\u2009]/g;
const SIZES = /** @type {Record<string, number>} */ ({ k: 1e3, M: 1e6, G: 1e9 });

/**
 * The number that a cell begins with; null where it begins with none.
 * @param {string} text
 * @returns {number | null}
 */
export function numberIn(text) {
  const plain = text.replace(MINUS, "-").replace(BLANKS, "").trim();
  const found = /^[+<>≤≥]?\s*(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([kMG](?!\w))?/i.exec(plain);
  return found ? Number(found[1]) * (SIZES[found[2] ?? ""] ?? 1) : null;
}

/**
 * Places of texts in rising order: numbers by size, then words by letters, what is empty last.
 * @param {string[]} texts
 * @param {boolean} falling
 * @returns {number[]}
 */
export function order(texts, falling) {
  const numbers = texts.map(numberIn), filled = texts.filter((text) => !isEmpty(text)).length;
  const byNumber = numbers.filter((number) => number !== null).length * 2 > filled;
  const sign = falling ? -1 : 1;
  return texts.map((_, place) => place).sort((one, other) => {
    const gone = Number(isEmpty(texts[one])) - Number(isEmpty(texts[other]));
    if (gone) return gone;
    const first = numbers[one], second = numbers[other];
    if (byNumber && (first === null) !== (second === null)) return first === null ? 1 : -1;
    const by = byNumber ? (first ?? 0) - (second ?? 0) : texts[one].localeCompare(texts[other], "en");
    return sign * by || one - other;
  });
}

/** @param {string} text @returns {boolean} */
function isEmpty(text) {
  return ["", "\u2013", "\u00b7"].includes(text.trim());
}

/** @param {HTMLTableElement} table With one body, and one line of heads as wide as its rows. */
export function makeSortable(table) {
  const body = table.tBodies[0], heads = Array.from(table.tHead?.rows[0]?.cells ?? []);
  const rows = Array.from(body?.rows ?? []);
  if (rows.length < 3 || rows.some((row) => row.cells.length !== heads.length)) return;
  heads.forEach((head, column) => {
    if (!head.textContent?.trim() || rows.every((row) => isEmpty(row.cells[column].textContent ?? ""))) return;
    const button = make("button", { type: "button", class: "sort" }, ...Array.from(head.childNodes));
    head.append(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      for (const other of heads) other.removeAttribute("aria-sort");
      if (before === "descending") {
        body.append(...rows);
        return;
      }
      const falling = before === "ascending";
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      body.append(...order(rows.map((row) => row.cells[column].textContent ?? ""), falling).map((place) => rows[place]));
    });
  });
}
