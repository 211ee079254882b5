/** Brings a report to life: everything in it can be read without this. */

import { startCurves } from "./curves.js";
import { startReplay } from "./replay.js";
import { makeSortable } from "./sorting.js";
import { themeSwitch } from "./theme.js";

/**
 * One part that fails must not take the others with it.
 * @param {() => unknown} begin
 * @returns {Promise<boolean>} Whether it went well.
 */
async function tryTo(begin) {
  try {
    await begin();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}

/**
 * Says at the end on the page's root how it went: `data-kit` is `ready` or `failed`.
 * @param {Document} page
 */
export async function startReport(page) {
  const all = (/** @type {string} */ those) => /** @type {HTMLElement[]} */ (Array.from(page.querySelectorAll(those)));
  const begun = [
    tryTo(() => page.querySelector("main > header")?.prepend(themeSwitch(page.documentElement))),
    ...all("table[data-sortable]").map((table) => tryTo(() => makeSortable(/** @type {HTMLTableElement} */ (table)))),
    ...all("figure[data-curves]").map((figure) => tryTo(() => startCurves(figure))),
    ...all("figure[data-replay]").map((figure) => tryTo(() => startReplay(figure))),
  ];
  page.documentElement.dataset.kit = (await Promise.all(begun)).every(Boolean) ? "ready" : "failed";
}
