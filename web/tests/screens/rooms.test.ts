import { describe, expect, it } from "vitest";
import type { OpenRoom } from "../../src/protocol.gen";
import { nextRows } from "../../src/screens/OpenRooms";

const room = (code: string, people = 1): OpenRoom => ({
  code,
  name: code,
  game: "trails",
  title: "Loose Ends",
  phase: "lobby",
  people,
  bots: 0,
  seats: 8,
});
const told = (rows: ReturnType<typeof nextRows>) =>
  rows.map((row) => `${row.room.code}${row.gone ? "-" : ""}`);

describe("the list of open rooms", () => {
  it("begins with those where one plays soonest, and of these with those with most people", () => {
    const live = { ...room("A", 3), phase: "live" as const };
    const full = room("B", 8);
    const rows = nextRows([], [full, live, room("C"), room("D", 4), room("E")], false);
    expect(told(rows)).toEqual(["D", "C", "E", "A", "B"]);
  });

  it("leaves rooms in their rows while somebody points at the list, and appends new ones", () => {
    const rows = nextRows([], [room("A"), room("B")], false);
    const next = nextRows(rows, [room("C"), room("B", 5), room("A")], true);
    expect(told(next)).toEqual(["A", "B", "C"]);
    expect(next[1]!.room.people).toBe(5);
    expect(told(nextRows(next, [room("C"), room("B", 5), room("A")], false))).toEqual(["B", "A", "C"]);
  });

  it("keeps the row of a room that is gone while somebody points at the list, and then forgets it", () => {
    const rows = nextRows([], [room("A"), room("B")], true);
    const held = nextRows(rows, [room("B")], true);
    expect(told(held)).toEqual(["A-", "B"]);
    expect(told(nextRows(held, [room("B")], false))).toEqual(["B"]);
    expect(told(nextRows(held, [room("B"), room("A")], true))).toEqual(["A", "B"]);
  });
});
