// The tick that is shown now, with its fraction: a clock of its own that runs after a goal by going a
// little faster or slower, so that nothing on the screen ever jumps for the clock's sake.

const MOST_SLEW = 0.03;
/** Beyond so many ticks slewing would take too long. */
const JUMP_TICKS = 8;
/** Part of the error that is made good in a second. */
const EAGERNESS = 1.5;

export class Pace {
  private value = Number.NaN;
  private at = 0;

  /** Starts over: the next goal is where it is. */
  reset(): void {
    this.value = Number.NaN;
  }

  /** The tick to show at `now` (ms), when it should be `goal`; `interval` is a tick's length, ms. */
  to(goal: number, now: number, interval: number): number {
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
