// The tick that is shown now, with its fraction. This clock follows a goal by running a little faster or slower, so that
// nothing on the screen jumps when the goal is corrected.

const MOST_SLEW = 0.03;
/** A larger error than this is corrected at once. */
const JUMP_TICKS = 8;
/** Part of the error that is corrected in a second. */
const EAGERNESS = 1.5;

export class DisplayClock {
  private value = Number.NaN;
  private at = 0;

  /** The tick to show at `now` (ms), when it should be `goal`; `interval` is a tick's length, ms. */
  advance(goal: number, now: number, interval: number): number {
    const passed = Math.max(0, now - this.at);
    this.at = now;
    this.value += passed / interval;
    const error = goal - this.value;
    if (!(Math.abs(error) < JUMP_TICKS)) {
      this.value = goal;
      return goal;
    }
    const most = (passed / interval) * MOST_SLEW;
    const wanted = (error * EAGERNESS * passed) / 1000;
    this.value += Math.max(-most, Math.min(most, wanted));
    return this.value;
  }
}
