/**
 * Colours of pictures: ramps from numbers to colours, the same ones as in report/pictures/palette.py.
 * Told apart by lightness too, so that they survive a grey print and the common kinds of colour blindness.
 */

/** First class – undecided – second class, or below – at – above. */
export const DIVERGING = [[166, 73, 6], [247, 245, 240], [8, 90, 148]];

/** Little – much. */
export const SEQUENTIAL = [[247, 245, 240], [86, 156, 200], [8, 48, 107]];

/** One for each class, apart for every common kind of sight and on light and dark paper. */
export const CLASS_COLOURS = [
  [85, 85, 204], [221, 119, 0], [136, 153, 119], [187, 51, 0],
  [102, 136, 255], [136, 85, 119], [102, 102, 85], [170, 136, 170],
];

/**
 * Colours between anchors in equal steps.
 * @param {number[][]} anchors Red, green and blue, 0 to 255.
 * @param {number} size How many colours; at least 2.
 * @returns {Uint8Array} Red, green, blue of each, one after the other.
 */
export function ramp(anchors, size) {
  const found = new Uint8Array(3 * size);
  for (let place = 0; place < size; place++) {
    const at = (place / (size - 1)) * (anchors.length - 1);
    const first = Math.min(Math.floor(at), anchors.length - 2);
    for (let part = 0; part < 3; part++) {
      const from = anchors[first][part], to = anchors[first + 1][part];
      found[3 * place + part] = Math.floor(from + (to - from) * (at - first) + 0.5);
    }
  }
  return found;
}

/**
 * Colours of bytes class · strengths + shade: pale where a class is barely the likeliest.
 * @param {number} classes
 * @param {number} strengths Shades of each.
 * @returns {Uint8Array}
 */
export function classRamp(classes, strengths) {
  const found = new Uint8Array(3 * classes * strengths);
  for (let which = 0; which < classes; which++) {
    const full = CLASS_COLOURS[which % CLASS_COLOURS.length];
    for (let shade = 0; shade < strengths; shade++) {
      const share = 0.2 + (0.8 * shade) / (strengths - 1);
      for (let part = 0; part < 3; part++) {
        found[3 * (which * strengths + shade) + part] = Math.floor(255 + (full[part] - 255) * share + 0.5);
      }
    }
  }
  return found;
}
