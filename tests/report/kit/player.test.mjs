import assert from "node:assert/strict";
import { test } from "node:test";
import { CALM, Player } from "../../../src/pellucid/report/kit/player.js";

/** A player whose time is told by hand. */
function byHand(count, calm = false) {
  const waiting = [], shown = [];
  const player = new Player(count, (frame) => shown.push(frame), { later: (next) => waiting.push(next), calm: () => calm });
  const wait = (now) => waiting.splice(0).forEach((next) => next(now));
  return { player, shown, wait };
}

test("nothing moves until somebody asks for it", () => {
  const { player, wait } = byHand(30);
  wait(1000);
  assert.equal(player.playing, false);
  assert.equal(player.frame, 29);
});

test("play at the end begins at the beginning and stops at the end", () => {
  const { player, shown, wait } = byHand(30);
  player.play();
  assert.equal(player.frame, 0);
  for (let now = 100; now < 20000 && player.playing; now += 100) wait(now);
  assert.equal(player.frame, 29);
  assert.equal(player.playing, false);
  assert.deepEqual(shown, [...shown].sort((one, other) => one - other));
});

test("a replay takes about six seconds, and half at double speed", () => {
  for (const [speed, seconds] of [[1, 6], [2, 3]]) {
    const { player, wait } = byHand(60);
    player.speed = speed;
    player.play();
    let now = 1;
    for (; player.playing; now += 16) wait(now);
    assert.ok(Math.abs(now / 1000 - seconds) < 0.5, `${now}`);
  }
});

test("whoever asked for little motion gets two pictures a second at most", () => {
  assert.equal(byHand(200, true).player.pace, CALM);
});

test("keys step, jump and play; others are left to the page", () => {
  const { player } = byHand(10);
  const after = (key) => [player.press(key), player.frame];
  assert.deepEqual(after("Home"), [true, 0]);
  assert.deepEqual(after("ArrowLeft"), [true, 0]);
  assert.deepEqual(after("ArrowRight"), [true, 1]);
  assert.deepEqual(after("End"), [true, 9]);
  assert.deepEqual(after("Tab"), [false, 9]);
  assert.deepEqual(after("toString"), [false, 9]);
  player.press(" ");
  assert.equal(player.playing, true);
  player.press("ArrowRight");
  assert.equal(player.playing, false);
});
