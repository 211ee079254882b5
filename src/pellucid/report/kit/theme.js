/** Light, dark, or as the system has it; the choice lasts as long as the page is open and is kept nowhere. */

import { make } from "./elements.js";

const THEMES = [["auto", "Auto"], ["light", "Light"], ["dark", "Dark"]];

/** @param {HTMLElement} root Usually the document's. @returns {HTMLElement} A group of buttons. */
export function themeSwitch(root) {
  const buttons = THEMES.map(([theme, words]) => {
    const button = make("button", { type: "button", class: "tool", "aria-pressed": String(theme === "auto") }, words);
    button.addEventListener("click", () => {
      if (theme === "auto") root.removeAttribute("data-theme");
      else root.setAttribute("data-theme", theme);
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      document.dispatchEvent(new Event("pellucid-theme"));
    });
    return button;
  });
  return make("div", { class: "themes tools", role: "group", "aria-label": "Colours" }, ...buttons);
}
