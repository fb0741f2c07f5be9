import { describe, expect, it } from "vitest";
import { ServerClock } from "../../src/net/clock";
import { Backoff } from "../../src/net/reconnecting_connection";

/** Runs a clock against a server `offset` ms ahead, each ping taking `up` + `down` ms. */
function run(clock: ServerClock, from: number, until: number, offset: number, way: () => [number, number]) {
  let pings = 0;
  const answers: { at: number; id: number; server: number }[] = [];
  for (let now = from; now < until; now += 5) {
    for (const answer of answers.filter((one) => one.at <= now)) {
      clock.pong(answer.id, answer.server, now);
      answers.splice(answers.indexOf(answer), 1);
    }
    const id = clock.due(now);
    if (id === null) continue;
    pings++;
    const [up, down] = way();
    answers.push({ at: now + up + down, id, server: now + up + offset });
  }
  return pings;
}

describe("the server's clock", () => {
  it("is found by the fastest ping, though most are slow one way", () => {
    const clock = new ServerClock();
    clock.restart(0);
    let n = 0;
    run(clock, 0, 3000, 5000, () => (n++ % 4 === 2 ? [20, 20] : [20, 120]));
    expect(Math.abs(clock.serverNow(3000) - 8000)).toBeLessThanOrEqual(5);
  });

  it("sends eight quick pings and then one every two seconds", () => {
    const clock = new ServerClock();
    clock.restart(0);
    expect(run(clock, 0, 500, 0, () => [10, 10])).toBe(8);
    expect(run(clock, 500, 8500, 0, () => [10, 10])).toBe(4);
  });

  it("slews small errors by 5 ms a second and steps over large ones", () => {
    const clock = new ServerClock();
    clock.restart(0);
    run(clock, 0, 1000, 100, () => [10, 10]);
    expect(clock.serverNow(1000)).toBeCloseTo(1100, 0);
    clock.restart(1000);
    run(clock, 1000, 2000, 140, () => [10, 10]);
    const after = clock.serverNow(2000) - 2100;
    expect(after).toBeGreaterThan(2);
    expect(after).toBeLessThan(6);
    clock.restart(2000);
    run(clock, 2000, 3000, 900, () => [10, 10]);
    expect(clock.serverNow(3000)).toBeCloseTo(3900, 0);
  });

  it("does not run backwards while it slews", () => {
    const clock = new ServerClock();
    clock.restart(0);
    run(clock, 0, 1000, 200, () => [10, 10]);
    clock.restart(1000);
    let last = clock.serverNow(1000);
    for (let now = 1000; now < 3000; now += 5) {
      const id = clock.due(now);
      if (id !== null) clock.pong(id, now + 100, now);
      const next = clock.serverNow(now);
      expect(next).toBeGreaterThanOrEqual(last);
      last = next;
    }
  });
});

describe("waiting to connect again", () => {
  it("doubles from 0.25 s to 5 s, within 30 %", () => {
    const backoff = new Backoff();
    const middle = Array.from({ length: 8 }, () => backoff.next(0.5));
    expect(middle).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
    expect(backoff.next(0)).toBeCloseTo(3500);
    expect(backoff.next(1)).toBeCloseTo(6500);
    backoff.reset();
    expect(backoff.next(0.5)).toBe(250);
  });
});
