/** A player of frames: where it stands, whether it runs, how fast. It knows nothing of what is shown. */

/** Pictures a second for people who asked for little motion. */
export const CALM = 2;

export class Player {
  /**
   * @param {number} count Frames.
   * @param {(frame: number, playing: boolean) => void} show Called whenever something changed.
   * @param {object} [world]
   * @param {(next: (now: number) => void) => number} [world.later] As requestAnimationFrame.
   * @param {() => boolean} [world.calm] Whether little motion is asked for.
   */
  constructor(count, show, world = {}) {
    this.count = count;
    this.show = show;
    this.later = world.later ?? ((next) => requestAnimationFrame(next));
    this.calm = world.calm ?? (() => matchMedia("(prefers-reduced-motion: reduce)").matches);
    this.frame = count - 1;
    this.playing = false;
    this.speed = 1;
    this.since = 0;
  }

  /** Frames a second: a replay lasts about six seconds at its own speed. */
  get pace() {
    const own = Math.min(24, Math.max(4, this.count / 6)) * this.speed;
    return this.calm() ? Math.min(CALM, own) : own;
  }

  /** @param {number} frame Kept inside. */
  seek(frame) {
    this.frame = Math.min(this.count - 1, Math.max(0, Math.round(frame)));
    this.show(this.frame, this.playing);
  }

  /** @param {number} by Frames; it stops. */
  step(by) {
    this.playing = false;
    this.seek(this.frame + by);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.playing = true;
    this.since = 0;
    this.seek(this.frame >= this.count - 1 ? 0 : this.frame);
    this.later((now) => this.tick(now));
  }

  pause() {
    this.playing = false;
    this.seek(this.frame);
  }

  /** @param {number} now Milliseconds. */
  tick(now) {
    if (!this.playing) return;
    if (this.since === 0) this.since = now;
    const due = Math.floor(((now - this.since) * this.pace) / 1000);
    if (due > 0) {
      this.since += (due * 1000) / this.pace;
      this.playing = this.frame + due < this.count - 1;
      this.seek(this.frame + due);
    }
    if (this.playing) this.later((next) => this.tick(next));
  }

  /**
   * @param {string} key As KeyboardEvent.key.
   * @returns {boolean} Whether it meant something.
   */
  press(key) {
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.step(-this.count),
      End: () => this.step(this.count),
      " ": () => this.toggle(),
    };
    if (!Object.hasOwn(keys, key)) return false;
    keys[key]();
    return true;
  }
}
