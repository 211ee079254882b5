import assert from "node:assert/strict";
import { test } from "node:test";
import { axisOf, roundTicks, ticksWritten, trimmed, written } from "../../../src/pellucid/report/kit/axis.js";
import { nearest, tell } from "../../../src/pellucid/report/kit/curves.js";
import { sentenceOf } from "../../../src/pellucid/report/kit/scenes.js";
import { numberIn, order } from "../../../src/pellucid/report/kit/sorting.js";

test("numbers are read as people write them", () => {
  const read = { "1\u202f984": 1984, "\u22122.5 (\u22123 to 1)": -2.5, "87.3\u202f%": 87.3, "2.31e\u221207": 2.31e-7, "12k": 12000 };
  for (const [text, number] of Object.entries(read)) assert.equal(numberIn(text), number, text);
  assert.equal(numberIn("gelu"), null);
  assert.equal(numberIn("12kg"), 12);
});

test("numbers are ordered by size, words by letters, and what is missing comes last", () => {
  assert.deepEqual(order(["10", "9", "\u2013", "100"], false), [1, 0, 3, 2]);
  assert.deepEqual(order(["10", "9", "\u2013", "100"], true), [3, 0, 1, 2]);
  assert.deepEqual(order(["relu", "gelu", "tanh"], false), [1, 0, 2]);
  assert.deepEqual(order(["a", "a", "a"], true), [0, 1, 2]);
});

test("an axis finds its way back", () => {
  for (const axis of [axisOf(2, 30, 50, 430), axisOf(0.01, 100, 50, 430, true)]) {
    assert.ok(Math.abs(axis.value(axis.place(7)) - 7) < 1e-9);
  }
  assert.deepEqual(roundTicks(0, 11), [0, 2.5, 5, 7.5, 10]);
  assert.deepEqual(roundTicks(-40, 40), [-40, -20, 0, 20, 40]);
  assert.deepEqual(roundTicks(3, 3), [3]);
});

test("numbers are written with three digits and a true minus", () => {
  assert.equal(written(-0.123456), "\u22120.123");
  for (const [value, text] of [[0, "0.00"], [2, "2.00"], [999.7, "1\u202f000"], [0.00012, "0.000120"], [2.31e-7, "2.31e\u22127"]]) {
    assert.equal(written(value), text);
  }
  assert.deepEqual([0, 40, 2.5, 0.05, 100, 2000].map(trimmed), ["0", "40", "2.5", "0.05", "100", "2\u202f000"]);
  assert.equal(written(48213.4), "48\u202f213");
  assert.equal(written(1234567), "1\u202f234\u202f567");
  assert.deepEqual(ticksWritten([0, 100000, 200000]), ["0", "100k", "200k"]);
  assert.deepEqual(ticksWritten([0, 2000, 4000]), ["0", "2\u202f000", "4\u202f000"]);
  assert.deepEqual(ticksWritten([-0.2, 5e-17, 0.2]), ["\u22120.2", "0", "0.2"]);
  assert.equal(written(Infinity), "none");
});

test("the numbers at a place are told with their ranges, gaps left out", () => {
  const numbers = {
    across: "epoch", x: [1, 2], box: [0, 1, 0, 1], span: [1, 2], logarithmic: false,
    lines: [{ name: "training", value: [0.5, null] }, { name: "validation", value: [0.6, 0.7], low: [0.4, 0.5], high: [0.8, 0.9] }],
  };
  assert.equal(tell(numbers, 0), "epoch 1: training 0.500, validation 0.600 (0.400 to 0.800)");
  assert.equal(tell(numbers, 1), "epoch 2: validation 0.700 (0.500 to 0.900)");
  assert.equal(nearest([1, 5, 9], 6.9), 1);
});

const replay = { epochs: [0, 7], losses: [null, 0.25], levels: 256, low: 0, high: 255, classes: ["no", "yes"], counts: [3, 1] };

test("a frame is told in a sentence", () => {
  const certainty = { ...replay, kind: "certainty", shape: [2, 2, 4] };
  const told = sentenceOf(certainty, 1, Uint8Array.of(0, 64, 64, 127, 255, 0, 0, 0));
  assert.equal(told, "Epoch 7 of 7, mean validation loss 0.250: a probability of at least one half for their own class get "
    + "75\u202f% of \u201c\u2068no\u2069\u201d, 0\u202f% of \u201c\u2068yes\u2069\u201d.");
  const boundary = { ...replay, kind: "boundary", meaning: "probability", shape: [2, 2, 2] };
  assert.equal(sentenceOf(boundary, 0, Uint8Array.of(0, 0, 0, 255)),
    "Before the first step: of the plane 75\u202f% to \u201c\u2068no\u2069\u201d, 25\u202f% to \u201c\u2068yes\u2069\u201d.");
  const predictions = { ...replay, kind: "predictions", meaning: "value", shape: [2, 4], truth: Uint8Array.of(10, 20, 30, 40) };
  assert.match(sentenceOf(predictions, 1, Uint8Array.of(10, 25, 50, 43)), /half of 4 predictions are within 4\.00 of the truth\.$/);
});
