import { describe, expect, it } from "vitest";
import type { SchemaInfo } from "../../src/protocol.gen";
import { Delay } from "../../src/sync/delay";
import { MatchFeed } from "../../src/sync/feed";
import { crc32 } from "../../src/sync/frame";
import { Writer } from "../../src/sync/varint";

const info: SchemaInfo = {
  version: 1,
  game: "dot",
  tick_hz: 30,
  root: "Root",
  entities: { Root: [{ name: "x", kind: "fixed", frac: 0 }] },
  events: [{ name: "ping", args: ["seat"] }],
};
const TICK = 1000 / 30;

function sealed(out: Writer): Uint8Array {
  const bytes = out.finish();
  const check = crc32(bytes) & 0xffff;
  return Uint8Array.from([...bytes, check & 255, check >> 8]);
}
const keyframe = (number: number, tick: number, x: number, epoch = 1) =>
  sealed(new Writer().byte(2).byte(number).varint(epoch).varint(tick).varint(10_000).varint(0).zigzag(x));
const moved = (number: number, by: number) => sealed(new Writer().byte(1).byte(number).varint(1).zigzag(by));
const pinged = (number: number, seat: number) =>
  sealed(new Writer().byte(0x21).byte(number).varint(1).varint(0).zigzag(seat).varint(0));

function feed() {
  const asked: number[] = [];
  const match = new MatchFeed({ resync: () => asked.push(1), acks: () => {}, pong: () => {} });
  match.begin(info);
  return { match, asked };
}

/** Tick 100 + n is due at 10 000 + n ticks. */
const due = (n: number) => 10_000 + n * TICK;

describe("a match as it is shown", () => {
  it("moves evenly though states arrive unevenly, and never ahead of them", () => {
    const { match } = feed();
    match.show(10_000, 10_000);
    match.take(keyframe(0, 100, 0), 10_000, 10_000);
    const late = [20, 45, 20, 25, 60, 20, 30, 20, 20, 50];
    const arrivals = Array.from({ length: 90 }, (_, k) => ({
      at: due(k + 1) + late[k % 10]!,
      number: k + 1,
    }));
    let next = 0;
    let last = 0;
    let largest = 0;
    for (let now = 10_000; now < due(90); now += 1000 / 60) {
      while (next < arrivals.length && arrivals[next]!.at <= now)
        match.take(moved(arrivals[next++]!.number & 255, 10), now, now);
      const shown = match.show(now, now);
      const state = shown.state!;
      const x = state.was.x! + ((state.x as number) - state.was.x!) * shown.part;
      expect(x).toBeGreaterThanOrEqual(last);
      expect(x).toBeLessThanOrEqual(next * 10);
      // Without jitter an animation frame is worth 5; the delay may still be settling at first.
      if (now > 11_000) largest = Math.max(largest, x - last);
      last = x;
    }
    expect(largest).toBeLessThan(6);
  });

  it("tells events when they are seen, not when they arrive", () => {
    const { match } = feed();
    const told: number[] = [];
    match.listen(({ name, args }) => told.push(name === "ping" ? args.seat! : -1));
    match.show(10_000, 10_000);
    match.take(keyframe(0, 100, 0), 10_000, 10_000);
    match.show(10_000, 10_000);
    match.take(pinged(1, 4), 10_040, 10_040);
    match.show(10_050, 10_050);
    expect(told).toEqual([]);
    match.show(10_200, 10_200);
    expect(told).toEqual([4]);
  });

  it("asks for a keyframe when a state is missing, and shows nothing wrong until it comes", () => {
    const { match, asked } = feed();
    match.take(keyframe(0, 100, 0), 10_000, 10_000);
    match.take(moved(1, 10), 10_040, 10_040);
    match.take(moved(3, 10), 10_110, 10_110);
    match.take(moved(4, 10), 10_140, 10_140);
    expect(asked).toHaveLength(1);
    expect(match.faults.value).toBe(1);
    expect(match.show(12_000, 12_000).state!.x).toBe(10);
    match.take(moved(5, 10), 12_000, 12_000);
    expect(asked).toHaveLength(2);
    match.take(keyframe(9, 160, 500), 12_020, 12_020);
    expect(match.show(12_100, 12_100).state!.x).toBe(500);
    match.take(moved(10, 10), 12_060, 12_060);
    expect(match.show(12_400, 12_400).state!.x).toBe(510);
  });

  it("asks for a keyframe when bytes are garbled", () => {
    const { match, asked } = feed();
    match.take(keyframe(0, 100, 0), 10_000, 10_000);
    const bad = moved(1, 10);
    bad[2]! ^= 4;
    match.take(bad, 10_040, 10_040);
    expect(asked).toHaveLength(1);
    expect(match.whole).toBe(false);
  });

  it("ignores what an older owner of the room still says", () => {
    const { match } = feed();
    match.take(keyframe(0, 100, 1, 5), 10_000, 10_000);
    match.take(keyframe(0, 90, 2, 4), 10_010, 10_010);
    expect(match.show(10_400, 10_400).state!.x).toBe(1);
  });

  it("keeps up when nobody looks", () => {
    const { match } = feed();
    match.take(keyframe(0, 100, 0), 10_000, 10_000);
    for (let k = 1; k <= 400; k++) match.take(moved(k & 255, 1), due(k), due(k));
    expect(match.latest!.x).toBe(400);
  });

  it("a state before any schema asks for a keyframe", () => {
    const { match, asked } = feed();
    match.begin(null);
    match.take(keyframe(0, 100, 0), 10_000, 10_000);
    expect(asked).toHaveLength(1);
    expect(match.show(10_000, 10_000).state).toBeNull();
  });
});

describe("the delay", () => {
  it("is at least 66 ms and at most 250 behind the quickest", () => {
    const calm = new Delay(TICK);
    const wild = new Delay(TICK);
    for (let k = 0; k < 90; k++) {
      calm.arrived(20, TICK, k * TICK);
      wild.arrived(k % 5 === 0 ? 900 : 20, TICK, k * TICK);
      calm.lag(k * TICK);
      wild.lag(k * TICK);
    }
    for (let t = 3000; t < 6000; t += 16) wild.lag(t);
    expect(calm.lag(3000)).toBeCloseTo(86, 0);
    expect(wild.lag(6000)).toBeCloseTo(270, 0);
  });

  it("rises quickly and falls by 10 ms a second", () => {
    const delay = new Delay(TICK);
    let t = 0;
    const run = (ms: number, late: (k: number) => number) => {
      const until = t + ms;
      for (let k = 0; t < until; t += TICK, k++) {
        delay.arrived(late(k), TICK, t);
        delay.lag(t);
      }
      return delay.lag(t);
    };
    const calm = run(3000, () => 20);
    const rough = run(2000, (k) => (k % 4 === 0 ? 150 : 20));
    expect(rough - calm).toBeGreaterThan(80);
    const falling = run(4000, () => 20);
    expect(rough - falling).toBeGreaterThan(5);
    expect(rough - falling).toBeLessThan(25);
  });
});
