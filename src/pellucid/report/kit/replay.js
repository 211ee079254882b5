/** The replay of a training: a picture with a slider beneath it, by mouse and by key; it never starts by itself. */

import { dataOf, make } from "./elements.js";
import { bytesOf, readFrames } from "./frames.js";
import { fitted } from "./painter.js";
import { Player } from "./player.js";
import { heightOf, paintScene, sentenceOf } from "./scenes.js";

const SPEEDS = [["0.5", "\u00bd \u00d7"], ["1", "1 \u00d7"], ["2", "2 \u00d7"], ["4", "4 \u00d7"]];

const WIDEST = 560, NARROWEST = 280;
/** Paper is light, whatever the screen is. */
const ON_PAPER = { ink: "#000", line: "#444", mark: "#0b6aa6" };

/**
 * Puts the player into a figure, in place of its still picture.
 * @param {HTMLElement} figure With a data block.
 * @returns {Promise<void>} When it can be played.
 */
export async function startReplay(figure) {
  const data = dataOf(figure);
  const replay = { ...data, truth: bytesOf(data.truth) };
  const frames = await readFrames(data.frames, data.shape);
  const still = figure.querySelector("svg");
  const label = still?.getAttribute("aria-label") ?? "";
  const canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { role: "img", "aria-label": label, tabindex: "0" }));
  const play = make("button", { type: "button", class: "tool play" });
  const slider = /** @type {HTMLInputElement} */ (make("input", {
    type: "range", min: "0", max: String(frames.length - 1), step: "1", "aria-label": "Epoch",
  }));
  const speed = /** @type {HTMLSelectElement} */ (make("select", { class: "tool", "aria-label": "Speed" },
    ...SPEEDS.map(([value, words]) => make("option", { value, selected: value === "1" }, words))));
  const told = make("p", { class: "readout", "aria-live": "polite" });
  const box = make("div", { class: "replay", role: "group", "aria-label": "Replay" },
    canvas, make("div", { class: "tools" }, play, slider, speed), told);

  let printed = false;
  const show = (/** @type {number} */ frame, /** @type {boolean} */ playing) => {
    // As wide as it is shown, so that its letters are as large as the page's.
    const width = Math.min(WIDEST, Math.max(NARROWEST, box.clientWidth || WIDEST));
    paintScene(fitted(canvas, width, heightOf(replay, width)), replay, frames[frame], printed ? ON_PAPER : coloursNow(), width);
    slider.value = String(frame);
    const epoch = replay.epochs[frame];
    slider.setAttribute("aria-valuetext", epoch === 0 ? "before the first step" : `epoch ${epoch}`);
    play.textContent = playing ? "\u23f8 Pause" : "\u25b6 Play";
    // A voice that reads every frame aloud would never catch up.
    told.setAttribute("aria-live", playing ? "off" : "polite");
    told.textContent = sentenceOf(replay, frame, frames[frame]);
  };
  const player = new Player(frames.length, show);
  play.addEventListener("click", () => player.toggle());
  slider.addEventListener("input", () => {
    player.playing = false;
    player.seek(Number(slider.value));
  });
  speed.addEventListener("change", () => {
    player.speed = Number(speed.value);
    player.since = 0;
  });
  box.addEventListener("keydown", (event) => {
    const ownKeys = event.target === speed || (event.target === play && event.key === " ");
    if (ownKeys || event.altKey || event.ctrlKey || event.metaKey) return;
    if (player.press(event.key)) event.preventDefault();
  });
  const again = () => player.seek(player.frame);
  for (const when of ["beforeprint", "afterprint"]) {
    addEventListener(when, () => {
      printed = when === "beforeprint";
      again();
    });
  }
  document.addEventListener("pellucid-theme", again);
  addEventListener("resize", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  if (still) still.replaceWith(box);
  else figure.prepend(box);
  figure.classList.add("started");
  again();
}

/** @returns {import("./scenes.js").Look} The page's colours, as the theme has them now. */
function coloursNow() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { ink: colour("--ink"), line: colour("--quiet"), mark: colour("--ours") };
}
