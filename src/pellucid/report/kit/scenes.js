/** What a frame of a replay looks like, and the same in a sentence; one pair for each kind of record. */

import { axisOf, ticksWritten, written } from "./axis.js";
import { borders, middles, paintAxes, paintBorders, paintDot, paintGrid } from "./painter.js";
import { CLASS_COLOURS, DIVERGING, SEQUENTIAL, classRamp, ramp } from "./palette.js";

/**
 * @typedef {object} Replay A ReplayRecord, its frames unpacked.
 * @property {"boundary" | "certainty" | "predictions"} kind
 * @property {"probability" | "class" | "value" | "share"} meaning
 * @property {number[]} epochs
 * @property {(number | null)[]} losses
 * @property {number[]} shape
 * @property {number} levels
 * @property {{label: string, low: number, high: number}} x
 * @property {{label: string, low: number, high: number}} y
 * @property {number} low
 * @property {number} high
 * @property {string[]} classes
 * @property {number[]} counts
 * @property {Uint8Array} truth
 */
/** @typedef {{ink: string, line: string, mark: string}} Look */
/** @typedef {CanvasRenderingContext2D} Context */

/** Shades of one class, as in records/replay.py. */
const SHADES = 8;
/** More classes are told by shades instead of bars. */
export const MOST_BARS = 6;
/** Whatever the theme, cells have the same colours, and so has what is written on them. */
const INK = "#1b1d20", PAPER = "#fdfdfb";
const ROOM = { left: 58, right: 12, top: 24, bottom: 44 };

/** @param {number} share @returns {string} */
export function percent(share) {
  return `${Math.round(100 * share)}\u202f%`;
}

/** @param {Replay} replay @param {number} width @returns {number} Height of its picture of this width, CSS pixels. */
export function heightOf(replay, width) {
  if (replay.kind !== "certainty") return Math.round(0.77 * width);
  const count = replay.shape[1];
  return ROOM.top + ROOM.bottom + (count <= MOST_BARS ? 84 * count : Math.max(200, 16 * count));
}

/** @param {Replay} replay @param {number} byte @returns {number} */
function valueOf(replay, byte) {
  return replay.low + (byte / (replay.levels - 1)) * (replay.high - replay.low);
}

/** @param {Replay} replay @returns {Uint8Array} */
function coloursOf(replay) {
  if (replay.meaning === "class") return classRamp(replay.classes.length, SHADES);
  return ramp(replay.meaning === "probability" ? DIVERGING : SEQUENTIAL, replay.levels);
}

/** @param {Context} context @param {Replay} replay @param {Uint8Array} bytes @param {Look} look @param {number} width */
export function paintScene(context, replay, bytes, look, width) {
  const height = heightOf(replay, width);
  const left = replay.kind === "certainty" ? 110 : ROOM.left;
  const box = {
    left, top: ROOM.top, width: width - left - ROOM.right, height: height - ROOM.top - ROOM.bottom,
  };
  context.clearRect(0, 0, width, height);
  const x = axisOf(replay.x.low, replay.x.high, box.left, box.left + box.width);
  const y = axisOf(replay.y.low, replay.y.high, box.top + box.height, box.top);
  if (replay.kind === "boundary") paintBoundary(context, replay, bytes, box);
  else if (replay.kind === "predictions") paintPredictions(context, replay, bytes, x, y, look);
  else paintCertainty(context, replay, bytes, box, look);
  if (replay.kind === "certainty") y.ticks = [];
  paintAxes(context, box, { axis: x, label: replay.x.label }, { axis: y, label: replay.y.label }, {
    ink: look.ink, line: look.line, write: ticksWritten,
  });
}

/** @param {Context} context @param {Replay} replay @param {Uint8Array} bytes @param {import("./painter.js").Box} box */
function paintBoundary(context, replay, bytes, box) {
  const [, height, width] = replay.shape;
  paintGrid(context, bytes, width, height, coloursOf(replay), box);
  if (replay.meaning === "value") return;
  const half = (replay.levels - 1) / 2;
  const side = replay.meaning === "class"
    ? (/** @type {number} */ byte) => Math.floor(byte / SHADES)
    : (/** @type {number} */ byte) => Number(byte > half);
  paintBorders(context, borders(bytes, width, height, side), width, height, box, INK);
  // Names, so that nobody has to tell classes by their colours.
  context.font = 'bold 13px system-ui, "DejaVu Sans", sans-serif';
  context.textAlign = "center";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = PAPER;
  context.fillStyle = INK;
  /** @type {number[][]} */
  const taken = [];
  for (const each of middles(bytes, width, height, side)) {
    const name = cut(replay.classes[each.side]), half = context.measureText(name).width / 2;
    const left = Math.min(box.left + box.width - half, Math.max(box.left + half, box.left + (each.x / width) * box.width));
    const top = box.top + box.height * (1 - each.y / height) + 5;
    // Where there is no room for a name, the legend has it.
    if (taken.some(([x, y, room]) => Math.abs(x - left) < room + half && Math.abs(y - top) < 16)) continue;
    taken.push([left, top, half]);
    context.strokeText(name, left, top);
    context.fillText(name, left, top);
  }
}

/**
 * @param {Context} context @param {Replay} replay @param {Uint8Array} bytes
 * @param {import("./axis.js").Axis} x @param {import("./axis.js").Axis} y @param {Look} look
 */
function paintPredictions(context, replay, bytes, x, y, look) {
  context.strokeStyle = look.ink;
  context.setLineDash([3, 4]);
  context.beginPath();
  context.moveTo(x.place(replay.low), y.place(replay.low));
  context.lineTo(x.place(replay.high), y.place(replay.high));
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = look.mark;
  context.globalAlpha = 0.65;
  bytes.forEach((byte, row) => {
    paintDot(context, x.place(valueOf(replay, replay.truth[row])), y.place(valueOf(replay, byte)), 3);
  });
  context.globalAlpha = 1;
}

/**
 * @param {Context} context @param {Replay} replay @param {Uint8Array} bytes
 * @param {import("./painter.js").Box} box @param {Look} look
 */
function paintCertainty(context, replay, bytes, box, look) {
  const [, classes, bins] = replay.shape, strip = box.height / classes, step = box.width / bins;
  const shades = ramp(SEQUENTIAL, replay.levels), tall = classes <= MOST_BARS;
  for (let which = 0; which < classes; which++) {
    const floor = box.top + strip * (which + 1);
    for (let bin = 0; bin < bins; bin++) {
      const byte = bytes[which * bins + bin], left = box.left + bin * step;
      if (tall) {
        const [red, green, blue] = CLASS_COLOURS[which % CLASS_COLOURS.length];
        const size = ((strip - 8) * byte) / (replay.levels - 1);
        context.fillStyle = `rgb(${red} ${green} ${blue})`;
        context.fillRect(left + 1, floor - size, step - 2, size);
        context.strokeStyle = look.ink;
        context.lineWidth = 1;
        if (byte > 0) context.strokeRect(left + 1, floor - size, step - 2, size);
      } else {
        // The root, since a class's rows may be spread over many bins.
        const at = 3 * Math.round((replay.levels - 1) * Math.sqrt(byte / (replay.levels - 1)));
        context.fillStyle = `rgb(${shades[at]} ${shades[at + 1]} ${shades[at + 2]})`;
        context.fillRect(left, floor - strip, step + 0.5, strip + 0.5);
      }
    }
    context.fillStyle = look.ink;
    context.font = '12px system-ui, "DejaVu Sans", sans-serif';
    context.textAlign = "end";
    context.fillText(cut(replay.classes[which]), box.left - 8, floor - strip / 2 + 4, box.left - 12);
    if (tall && which > 0) {
      context.strokeStyle = look.line;
      context.strokeRect(box.left, floor - strip, box.width, 0);
    }
  }
}

/** @param {string} name @returns {string} */
function cut(name) {
  return name.length > 16 ? `${name.slice(0, 15)}\u2026` : name;
}

/** A name in quotes, isolated so that it cannot turn the line around. @param {string} name @returns {string} */
function quoted(name) {
  return `\u201c\u2068${cut(name)}\u2069\u201d`;
}

/** @param {Replay} replay @param {number} frame @param {Uint8Array} bytes @returns {string} */
export function sentenceOf(replay, frame, bytes) {
  const epoch = replay.epochs[frame], loss = replay.losses[frame];
  const when = epoch === 0 ? "Before the first step" : `Epoch ${epoch} of ${replay.epochs[replay.epochs.length - 1]}`;
  const also = loss === null ? "" : `, mean validation loss ${written(loss)}`;
  return `${when}${also}: ${seenIn(replay, bytes)}.`;
}

/** @param {Replay} replay @param {Uint8Array} bytes @returns {string} */
function seenIn(replay, bytes) {
  if (replay.kind === "certainty") return surelyRight(replay, bytes);
  if (replay.kind === "predictions") {
    const off = Array.from(bytes, (byte, row) => Math.abs(valueOf(replay, byte) - valueOf(replay, replay.truth[row])));
    off.sort((one, other) => one - other);
    const middle = (off[Math.floor((off.length - 1) / 2)] + off[Math.floor(off.length / 2)]) / 2;
    return `half of ${off.length} predictions are within ${written(middle)} of the truth`;
  }
  if (replay.meaning === "value") {
    const ends = [Math.min(...bytes), Math.max(...bytes)].map((byte) => written(valueOf(replay, byte)));
    return `predictions from ${ends[0]} to ${ends[1]} over the plane`;
  }
  const half = (replay.levels - 1) / 2, areas = new Array(replay.classes.length).fill(0);
  for (const byte of bytes) areas[replay.meaning === "class" ? Math.floor(byte / SHADES) : Number(byte > half)] += 1;
  const shown = areas.map((area, which) => `${percent(area / bytes.length)} to ${quoted(replay.classes[which])}`);
  const more = shown.length > 4 ? " \u2026" : "";
  return `of the plane ${shown.slice(0, 4).join(", ")}${more}`;
}

/** @param {Replay} replay @param {Uint8Array} bytes @returns {string} */
function surelyRight(replay, bytes) {
  const [, classes, bins] = replay.shape;
  const shares = Array.from({ length: classes }, (_, which) => {
    const row = Array.from(bytes.subarray(which * bins, (which + 1) * bins));
    const all = row.reduce((sum, byte) => sum + byte, 0);
    return all ? row.reduce((sum, byte, bin) => sum + (2 * bin >= bins ? byte : 0), 0) / all : 0;
  });
  if (classes <= 4) {
    const told = shares.map((share, which) => `${percent(share)} of ${quoted(replay.classes[which])}`);
    return `a probability of at least one half for their own class get ${told.join(", ")}`;
  }
  const rows = replay.counts.reduce((sum, count) => sum + count, 0) || 1;
  const right = shares.reduce((sum, share, which) => sum + share * (replay.counts[which] ?? 0), 0) / rows;
  return `${percent(right)} of the test rows get a probability of at least one half for their own class`;
}
