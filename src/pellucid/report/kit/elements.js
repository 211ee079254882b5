/** Elements made by hand: texts stay texts, and nothing is ever parsed as markup. */

/**
 * @param {string} tag
 * @param {Record<string, string | boolean>} [attributes] True sets one bare, false leaves it out.
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * A button that stays in or out.
 * @param {string} words
 * @param {boolean} pressed
 * @param {(pressed: boolean) => void} changed
 * @returns {HTMLElement}
 */
export function toggleButton(words, pressed, changed) {
  const button = make("button", { type: "button", class: "tool", "aria-pressed": String(pressed) }, words);
  button.addEventListener("click", () => {
    const next = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(next));
    changed(next);
  });
  return button;
}

/**
 * What a data block of this element says; null where it has none.
 * @param {Element} within
 * @returns {any}
 */
export function dataOf(within) {
  const block = within.querySelector('script[type="application/json"]');
  return block ? JSON.parse(block.textContent ?? "null") : null;
}
