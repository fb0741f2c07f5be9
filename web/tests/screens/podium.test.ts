import { describe, expect, it } from "vitest";
import type { PlaceLine, Results } from "../../src/protocol.gen";
import { winnersTitle } from "../../src/screens/Podium";
import { session } from "../../src/session/page";
import type { Room } from "../../src/session/room_state";

const outcome = (...places: [string, number][]): Results =>
  ({
    places: places.map(([name, place], seat) => ({ seat, name, place, points: 0 }) as PlaceLine),
    awards: [],
    rounds: [],
    ticks: 1,
  }) as unknown as Results;

describe("winnersTitle", () => {
  it("names who has won, or those who share the win", () => {
    expect(winnersTitle(outcome(["Ann", 1], ["Bob", 2]))).toBe("Ann wins");
    expect(winnersTitle(outcome(["Ann", 1], ["Bob", 1]))).toBe("Ann, Bob share the win");
  });

  it("says that all players have left where nobody was ranked", () => {
    expect(winnersTitle(outcome())).toBe("All players have left the match");
  });

  it("says that all have lost where nobody is first", () => {
    expect(winnersTitle(outcome(["Ann", 2], ["Bob", 2]))).toBe("Everyone lost, together");
  });

  it("names no winner where the host ended it before anybody scored", () => {
    const early = { ...outcome(["Ann", 1], ["Bob", 1]), ended: true };
    expect(winnersTitle(early)).toBe("Nobody had scored yet");
    expect(winnersTitle({ ...outcome(["Ann", 1], ["Bob", 2]), ended: true })).toBe("Ann wins");
  });

  it("calls a draw of teams a draw", () => {
    session.room.value = { seats: { 0: { team: 1 }, 1: { team: 2 } } } as unknown as Room;
    expect(winnersTitle(outcome(["Ann", 1], ["Bob", 1]))).toBe("It’s a draw");
    session.room.value = { seats: { 0: { team: 1 }, 1: { team: 1 } } } as unknown as Room;
    expect(winnersTitle(outcome(["Ann", 1], ["Bob", 1]))).toBe("Ann, Bob share the win");
    session.room.value = null;
  });
});
