/** Painting on a canvas: grids of bytes, lines of equal value, marks, axes. */

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/**
 * A context in which a unit is a CSS pixel, sharp on dense screens too.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @returns {CanvasRenderingContext2D}
 */
export function fitted(canvas, width, height) {
  const dense = Math.min(3, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(dense, 0, 0, dense, 0, 0);
  return context;
}

/**
 * Bytes as pixels with their colours, the first line at the bottom.
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} colours Red, green, blue of each byte.
 * @returns {Uint8ClampedArray<ArrayBuffer>} Red, green, blue, opacity.
 */
export function coloured(bytes, width, height, colours) {
  const found = new Uint8ClampedArray(4 * width * height), last = colours.length / 3 - 1;
  for (let line = 0; line < height; line++) {
    for (let column = 0; column < width; column++) {
      const colour = 3 * Math.min(bytes[line * width + column], last);
      const pixel = 4 * ((height - 1 - line) * width + column);
      found.set([colours[colour], colours[colour + 1], colours[colour + 2], 255], pixel);
    }
  }
  return found;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} colours
 * @param {Box} box
 */
export function paintGrid(context, bytes, width, height, colours, box) {
  const small = document.createElement("canvas");
  small.width = width;
  small.height = height;
  /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"))
    .putImageData(new ImageData(coloured(bytes, width, height, colours), width, height), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, box.left, box.top, box.width, box.height);
}

/**
 * Where neighbouring cells fall on different sides: ends of short lines, in cells from the lower left corner.
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {(byte: number) => number} side
 * @returns {number[][]} x and y of both ends.
 */
export function borders(bytes, width, height, side) {
  const found = [];
  for (let line = 0; line < height; line++) {
    for (let column = 0; column < width; column++) {
      const own = side(bytes[line * width + column]);
      if (column + 1 < width && side(bytes[line * width + column + 1]) !== own) {
        found.push([column + 1, line, column + 1, line + 1]);
      }
      if (line + 1 < height && side(bytes[(line + 1) * width + column]) !== own) {
        found.push([column, line + 1, column + 1, line + 1]);
      }
    }
  }
  return found;
}

/**
 * Where a name can stand within each side: its own cell that is nearest to the middle of all of them.
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {(byte: number) => number} side
 * @returns {{side: number, x: number, y: number}[]} In cells from the lower left corner; sides of less than 4 % are left out.
 */
export function middles(bytes, width, height, side) {
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  bytes.forEach((byte, place) => {
    const own = cells.get(side(byte));
    if (own) own.push(place);
    else cells.set(side(byte), [place]);
  });
  const found = [];
  for (const [which, places] of cells) {
    if (places.length < 0.04 * width * height) continue;
    const mean = (/** @type {(place: number) => number} */ part) =>
      places.reduce((sum, place) => sum + part(place), 0) / places.length;
    const x = mean((place) => place % width), y = mean((place) => Math.floor(place / width));
    const far = (/** @type {number} */ place) => (place % width - x) ** 2 + (Math.floor(place / width) - y) ** 2;
    const best = places.reduce((one, other) => (far(other) < far(one) ? other : one));
    found.push({ side: which, x: best % width + 0.5, y: Math.floor(best / width) + 0.5 });
  }
  return found;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[][]} lines As borders gives them.
 * @param {number} width Cells across.
 * @param {number} height Cells up.
 * @param {Box} box
 * @param {string} ink
 */
export function paintBorders(context, lines, width, height, box, ink) {
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    context.moveTo(box.left + (x1 / width) * box.width, box.top + box.height - (y1 / height) * box.height);
    context.lineTo(box.left + (x2 / width) * box.width, box.top + box.height - (y2 / height) * box.height);
  }
  context.stroke();
}

/**
 * Ticks, their numbers, the names of both axes and a frame.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {{axis: import("./axis.js").Axis, label: string}} across
 * @param {{axis: import("./axis.js").Axis, label: string}} up
 * @param {{ink: string, line: string, write: (ticks: number[]) => string[]}} look
 */
export function paintAxes(context, box, across, up, look) {
  const floor = box.top + box.height;
  context.strokeStyle = look.line;
  context.lineWidth = 1;
  context.strokeRect(box.left, box.top, box.width, box.height);
  context.fillStyle = look.ink;
  context.font = '12px system-ui, "DejaVu Sans", sans-serif';
  context.textAlign = "center";
  const right = box.left + box.width, acrossTexts = look.write(across.axis.ticks), upTexts = look.write(up.axis.ticks);
  across.axis.ticks.forEach((tick, place) => {
    const half = context.measureText(acrossTexts[place]).width / 2;
    context.fillText(acrossTexts[place], Math.min(across.axis.place(tick), right + 10 - half), floor + 16);
  });
  context.fillText(across.label, box.left + box.width / 2, floor + 33);
  context.textAlign = "end";
  up.axis.ticks.forEach((tick, place) => context.fillText(upTexts[place], box.left - 6, up.axis.place(tick) + 4));
  context.textAlign = "start";
  context.fillText(up.label, box.left, box.top - 7);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function paintDot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
