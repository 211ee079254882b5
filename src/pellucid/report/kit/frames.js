/** Frames of a replay: packed in the page, unpacked here; the other half is records/replay.py. */

/**
 * @param {string} text Base 64.
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(text) {
  const letters = atob(text), found = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) found[place] = letters.charCodeAt(place);
  return found;
}

/**
 * @param {Uint8Array<ArrayBuffer>} packed Deflated (zlib).
 * @returns {Promise<Uint8Array>}
 */
export async function inflate(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Differences to the frame before, modulo 256, become the frames themselves, in place.
 * @param {Uint8Array} bytes
 * @param {number} count How many frames.
 * @returns {Uint8Array[]}
 */
export function undoDifferences(bytes, count) {
  const size = bytes.length / count;
  for (let place = size; place < bytes.length; place++) bytes[place] += bytes[place - size];
  return Array.from({ length: count }, (_, frame) => bytes.subarray(frame * size, (frame + 1) * size));
}

/**
 * @param {string} text Base 64 of deflated differences.
 * @param {number[]} shape Frames first.
 * @returns {Promise<Uint8Array[]>}
 */
export async function readFrames(text, shape) {
  const bytes = await inflate(bytesOf(text)), size = shape.reduce((one, other) => one * other, 1);
  if (bytes.length !== size) throw new Error(`frames take ${size} bytes, found ${bytes.length}`);
  return undoDifferences(bytes, shape[0]);
}
