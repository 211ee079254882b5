import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, readFrames, undoDifferences } from "../../../src/pellucid/report/kit/frames.js";
import { borders, coloured, middles } from "../../../src/pellucid/report/kit/painter.js";
import { CLASS_COLOURS, DIVERGING, classRamp, ramp } from "../../../src/pellucid/report/kit/palette.js";

test("differences wrap around 256", () => {
  const frames = undoDifferences(Uint8Array.of(1, 250, 2, 10), 2);
  assert.deepEqual(frames.map((frame) => Array.from(frame)), [[1, 250], [3, 4]]);
});

test("frames that Python packed are unpacked", async () => {
  const packed = process.env.PELLUCID_FRAMES, expected = JSON.parse(process.env.PELLUCID_EXPECTED ?? "null");
  if (!packed) return;
  const frames = await readFrames(packed, [expected.length, expected[0].length]);
  assert.deepEqual(frames.map((frame) => Array.from(frame)), expected);
  await assert.rejects(readFrames(packed, [expected.length, expected[0].length + 1]), /frames take/);
});

test("base 64 is read as bytes", () => assert.deepEqual(Array.from(bytesOf("AP8Q")), [0, 255, 16]));

test("a ramp begins and ends with its anchors", () => {
  const colours = Array.from(ramp(DIVERGING, 33));
  assert.deepEqual(colours.slice(0, 3), DIVERGING[0]);
  assert.deepEqual(colours.slice(48, 51), DIVERGING[1]);
  assert.deepEqual(colours.slice(96), DIVERGING[2]);
});

test("a class is pale where it is unsure and itself where it is sure", () => {
  const colours = Array.from(classRamp(2, 8));
  assert.deepEqual(colours.slice(21, 24), CLASS_COLOURS[0]);
  assert.deepEqual(colours.slice(45, 48), CLASS_COLOURS[1]);
  assert.ok(colours[0] > CLASS_COLOURS[0][0]);
});

test("the first line is painted at the bottom", () => {
  const colours = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const pixels = Array.from(coloured(Uint8Array.of(0, 1), 1, 2, colours));
  assert.deepEqual(pixels, [4, 5, 6, 255, 1, 2, 3, 255]);
});

test("borders lie between cells of different sides", () => {
  const side = (byte) => byte;
  assert.deepEqual(borders(Uint8Array.of(0, 1, 0, 0), 2, 2, side), [[1, 0, 1, 1], [1, 1, 2, 1]]);
  assert.deepEqual(borders(Uint8Array.of(1, 1, 1, 1), 2, 2, side), []);
});

test("a name stands in a cell of its own side, near the middle of all of them", () => {
  const side = (byte) => byte;
  // A ring of 1 about a 0: the middle of the ring is not its own.
  const ring = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
  const found = Object.fromEntries(middles(ring, 3, 3, side).map((each) => [each.side, [each.x, each.y]]));
  assert.deepEqual(found[0], [1.5, 1.5]);
  assert.notDeepEqual(found[1], [1.5, 1.5]);
  const rare = new Uint8Array(100);
  rare.fill(1, 0, 3);
  assert.deepEqual(middles(rare, 10, 10, side).map((each) => each.side), [0]);
});
