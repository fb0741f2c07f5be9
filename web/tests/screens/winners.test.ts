import { describe, expect, it } from "vitest";
import { t } from "../../src/i18n";
import type { PlaceLine, Results } from "../../src/protocol.gen";
import { winnersText, winnersTitle } from "../../src/screens/winners";

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

  it("says why nobody has won where the server says so", () => {
    const level = outcome(["Ann", 1], ["Bob", 1]);
    expect(winnersTitle({ ...level, nobody_won: "none_scored" })).toBe("Nobody had scored yet");
    expect(winnersTitle({ ...level, nobody_won: "draw" })).toBe("It’s a draw");
  });

  it("says of a kept match without places what its page says", () => {
    expect(winnersText([{ name: "Ann", place: 0 }], undefined, "replay.undecided")).toBe(
      t("replay.undecided"),
    );
    expect(winnersText([{ name: "Ann", place: 2 }], undefined, "replay.undecided")).toBe(
      "Everyone lost, together",
    );
  });
});
