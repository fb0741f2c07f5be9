import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OpenRoom } from "../../src/protocol.gen";
import { Browser, FakeRoom, Tab } from "./fake_room";

const LEFT = 1;
const RIGHT = 2;

/** What the server applied for a seat, without the letting go. */
const pressed = (room: FakeRoom, seat = 0): number[] =>
  room.applied.filter((one) => one.seat === seat && one.buttons > 0).map((one) => one.buttons);

let room: FakeRoom;
let tab: Tab;

beforeEach(async () => {
  vi.useFakeTimers();
  room = new FakeRoom();
  tab = new Tab(room);
  await tab.join();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("presses count", () => {
  it("in a match", () => {
    room.start();
    tab.press(LEFT);
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT]);
  });

  it("in the rematch and in the match after it", () => {
    for (let n = 0; n < 3; n++) {
      room.start();
      tab.press(LEFT);
      tab.press(RIGHT);
      room.decide();
    }
    expect(pressed(room)).toEqual([LEFT, RIGHT, LEFT, RIGHT, LEFT, RIGHT]);
  });

  it("in a rematch that begins while a key is held", () => {
    room.start();
    tab.session.held.set(0, "keys", LEFT);
    room.decide();
    room.start();
    expect(pressed(room)).toEqual([LEFT, LEFT]);
  });

  it("after a reload in the match", async () => {
    room.start();
    tab.press(LEFT);
    tab = await tab.reload();
    expect(tab.session.room.value?.phase).toBe("live");
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT]);
  });

  it("after a reload between two matches", async () => {
    room.start();
    tab.press(LEFT);
    room.decide();
    tab = await tab.reload();
    room.start();
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT]);
  });

  it("in the match of another game", () => {
    room.start();
    tab.press(LEFT);
    room.decide();
    room.choose("square");
    expect(tab.session.match.schema.value?.game).toBe("square");
    room.start();
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT]);
  });

  it("in a match that began while the connection was broken", async () => {
    room.start();
    tab.press(LEFT);
    tab.lines.at(-1)!.on.ended("", "");
    room.decide();
    room.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(tab.session.connection.value).toBe("online");
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT]);
  });

  it("in another tab that takes the seat over, and in the first one when it takes it back", async () => {
    const browser = new Browser();
    const first = new Tab(room, browser);
    await first.join();
    room.start();
    first.press(LEFT);
    const second = new Tab(room, browser, "/r/KX4P7M");
    await vi.advanceTimersByTimeAsync(50);
    expect(first.session.connection.value).toBe("replaced");
    expect(first.session.bye.value?.code).toBe("replaced");
    second.press(RIGHT);
    second.press(LEFT);
    first.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT, LEFT]);
    first.session.retry();
    await vi.advanceTimersByTimeAsync(50);
    expect(second.session.connection.value).toBe("replaced");
    first.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT, LEFT, RIGHT]);
  });

  it("after a takeover between two matches", async () => {
    const browser = new Browser();
    const first = new Tab(room, browser);
    await first.join();
    room.start();
    first.press(LEFT);
    const second = new Tab(room, browser, "/r/KX4P7M");
    await vi.advanceTimersByTimeAsync(50);
    room.decide();
    room.start();
    second.press(RIGHT);
    room.decide();
    first.session.retry();
    await vi.advanceTimersByTimeAsync(50);
    room.start();
    first.press(LEFT);
    expect(pressed(room)).toEqual([LEFT, RIGHT, LEFT]);
  });

  it("of a second player at the same keyboard, in each match", () => {
    room.sitSecond(3);
    for (let n = 0; n < 2; n++) {
      room.start();
      tab.press(LEFT);
      tab.press(RIGHT, 1);
      room.decide();
    }
    expect(pressed(room, 0)).toEqual([LEFT, LEFT]);
    expect(pressed(room, 3)).toEqual([RIGHT, RIGHT]);
  });

  it("of a second player who leaves the seat in the match and takes it again", () => {
    room.sitSecond(3);
    room.start();
    tab.press(RIGHT, 1);
    room.sitSecond(null);
    tab.press(LEFT, 1);
    room.sitSecond(3);
    tab.press(RIGHT, 1);
    expect(pressed(room, 3)).toEqual([RIGHT, RIGHT]);
  });

  it("after the match moved to a worker that has not seen the last ones", () => {
    room.start();
    tab.press(LEFT);
    room.moveAndLose(2);
    tab.press(RIGHT);
    // Not acknowledged by the first worker, so it is said to the second as well.
    expect(pressed(room)).toEqual([LEFT, LEFT, RIGHT]);
  });

  it("after the match moved to a worker that has none of them, though they were acknowledged", () => {
    room.start();
    tab.press(LEFT);
    room.keyframe();
    room.moveAndLose(2);
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([LEFT, RIGHT]);
  });
});

describe("a session", () => {
  it("opens no connection before it is told to", async () => {
    const timers = vi.getTimerCount();
    const { session } = await import("../../src/session/page");
    expect(vi.getTimerCount()).toBe(timers);
    expect(await session.commands.ready(true)).toMatchObject({ code: "timeout" });
  });

  it("gives a tab on the home page no other tab's seat", async () => {
    const browser = new Browser();
    const first = new Tab(room, browser);
    await first.join();
    const second = new Tab(room, browser);
    await vi.advanceTimersByTimeAsync(50);
    expect(second.session.room.value).toBeNull();
    expect(first.session.connection.value).toBe("online");
  });

  it("brings a reloaded tab back to the room that it was in", async () => {
    const back = await tab.reload("/");
    expect(back.session.room.value?.code).toBe("KX4P7M");
    expect(back.session.me.value).toBe("p1");
  });

  it("says no numbers of a server that it cannot reach, and knows its games after a reload", async () => {
    const browser = new Browser();
    const first = new Tab(room, browser);
    await vi.advanceTimersByTimeAsync(50);
    first.lines[0]!.on.lobby({ rooms: [{ code: "AAAAAA" } as OpenRoom], online: 7 });
    expect(first.session.online.value).toBe(7);
    room.down = true;
    first.lines[0]!.on.ended("", "");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.session.unreachable.value).toBe("server");
    expect(first.session.online.value).toBeNull();
    expect(first.session.openRooms.value).toEqual([]);
    const again = new Tab(room, browser);
    expect(again.session.games.value.map((info) => info.name)).toEqual(["dot"]);
    room.down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.session.unreachable.value).toBeNull();
    expect(again.session.unreachable.value).toBeNull();
  });

  it("sends nothing while no match runs", () => {
    tab.press(LEFT);
    room.start();
    room.decide();
    tab.press(RIGHT);
    expect(pressed(room)).toEqual([]);
  });
});

it("knows the address for links that the server names", async () => {
  const other = new FakeRoom();
  other.publicUrl = "https://play.example.org";
  const guest = new Tab(other);
  await vi.advanceTimersByTimeAsync(50);
  expect(guest.session.publicUrl.value).toBe("https://play.example.org");
});

describe("a player too many", () => {
  it("reads why, and is let in as soon as there is space", async () => {
    const other = new FakeRoom();
    other.full = true;
    const late = new Tab(other);
    await vi.advanceTimersByTimeAsync(50);
    expect(late.session.bye.value).toEqual({
      code: "crowded",
      message: "There are 256 players from your network already.",
    });
    other.full = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(late.session.connection.value).toBe("online");
    expect(late.session.bye.value).toBeNull();
  });
});
