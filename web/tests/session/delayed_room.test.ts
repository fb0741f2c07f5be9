import { expect, test } from "vitest";
import type { Timer, Timers } from "../../src/net/clock";
import { type GameInfo, SAMPLES } from "../../src/protocol.gen";
import { DelayedRoom, delayOf } from "../../src/session/delayed_room";
import { completeRoom, type Room } from "../../src/session/room_state";

/** Timers that run when a test says so. */
class Turned implements Timers {
  now = 0;
  private next = 1;
  private due = new Map<number, { at: number; run: () => void }>();
  start(run: () => void, ms: number): Timer {
    this.due.set(this.next, { at: this.now + ms, run });
    return this.next++ as unknown as Timer;
  }
  stop(timer: Timer): void {
    this.due.delete(timer as unknown as number);
  }
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [id, first] = [...this.due].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (id === undefined || !first || first.at > end) break;
      this.due.delete(id);
      this.now = first.at;
      first.run();
    }
    this.now = end;
  }
}

const person = { name: "Ann", colour: 0, shape: 0, connected: true, away: false, muted: false, wins: 0 };
const seat = {
  kind: "bot" as const,
  name: "Bot",
  colour: 1,
  shape: 1,
  team: 0,
  ready: true,
  playing: true,
  level: 3,
  style: 0,
};
const results = { places: [], awards: [], rounds: [], ticks: 90 };

function roomOf(changes: Partial<Room>): Room {
  const plain = { ...SAMPLES.room, phase: "lobby" as const, people: { p1: person }, seats: { 0: seat } };
  return { ...completeRoom(plain as never), delay: 3, host: "p2", ...changes };
}

function watching() {
  const timers = new Turned();
  const shown: Room[] = [];
  const delayed = new DelayedRoom(timers, (room) => shown.push(room));
  return { timers, delayed, now: () => shown.at(-1) as Room };
}

test("a player is shown the room as it is, and a change of it at once", () => {
  const { delayed, now } = watching();
  delayed.take(roomOf({ phase: "live", match: { number: 1 } }), 0);
  expect(now().phase).toBe("live");
  delayed.take(roomOf({ phase: "results", results }), 0);
  expect(now().phase).toBe("results");
});

test("a spectator is shown the end of a match when the picture reaches it, and names at once", () => {
  const { timers, delayed, now } = watching();
  delayed.take(roomOf({ phase: "live", match: { number: 1 } }), 3000);
  expect(now().phase).toBe("live");
  const idle = { ...seat, playing: false, name: "Bob" };
  delayed.take(roomOf({ phase: "results", results, seats: { 0: idle } }), 3000);
  expect(now().phase).toBe("live");
  expect(now().results).toBeUndefined();
  expect(now().seats[0]?.name).toBe("Bob");
  expect(now().seats[0]?.playing).toBe(true);
  timers.pass(2999);
  expect(now().phase).toBe("live");
  timers.pass(1);
  expect(now().phase).toBe("results");
  expect(now().results).toEqual(results);
  expect(now().match).toBeUndefined();
  expect(now().seats[0]?.playing).toBe(false);
});

test("phases that follow each other quickly are shown in their order and at their distance", () => {
  const { timers, delayed, now } = watching();
  delayed.take(roomOf({ phase: "lobby" }), 3000);
  delayed.take(roomOf({ phase: "countdown", countdown_at: 5000 }), 3000);
  timers.pass(2000);
  delayed.take(roomOf({ phase: "live", match: { number: 1 } }), 3000);
  timers.pass(1000);
  expect(now().phase).toBe("countdown");
  expect(now().countdown_at).toBe(8000);
  timers.pass(1999);
  expect(now().phase).toBe("countdown");
  timers.pass(1);
  expect(now().phase).toBe("live");
});

test("who takes a seat, or sees another game chosen, sees the room as it is", () => {
  const { timers, delayed, now } = watching();
  delayed.take(roomOf({ phase: "live", match: { number: 1 } }), 3000);
  delayed.take(roomOf({ phase: "results", results }), 3000);
  delayed.take(roomOf({ phase: "results", results }), 0);
  expect(now().phase).toBe("results");
  delayed.take(roomOf({ phase: "live", match: { number: 2 } }), 3000);
  delayed.take(roomOf({ phase: "lobby", game: "fuse" }), 3000);
  expect(now().phase).toBe("lobby");
  timers.pass(9000);
  expect(now().phase).toBe("lobby");
});

test("spectators are delayed, but not players, the demonstration, or who leads the game", () => {
  const hosted = { hosted: true } as GameInfo;
  const free = { hosted: false } as GameInfo;
  const watcher = { ...person, seat: null, second: null, rtt: null };
  const people = { p1: watcher, p2: watcher, p3: { ...watcher, seat: 2 } };
  const room = roomOf({ people });
  expect(delayOf(room, "p1", free)).toBe(3000);
  expect(delayOf(room, "p3", free)).toBe(0);
  expect(delayOf(room, "p2", free)).toBe(3000);
  expect(delayOf(room, "p2", hosted)).toBe(0);
  expect(delayOf({ ...room, demo: true }, "p1", free)).toBe(0);
  expect(delayOf({ ...room, delay: 0 }, "p1", free)).toBe(0);
  expect(delayOf(room, null, free)).toBe(0);
});
