import { describe, expect, it } from "vitest";
import type { GameInfo, OptionInfo } from "../../src/protocol.gen";
import { minutesOf, teamsOf } from "../../src/sync/options";

const option = (name: string, usual: number, names: string[] = []) =>
  ({ name, default: usual, names }) as unknown as OptionInfo;
const game = (team_option: string, minutes: number, ...options: OptionInfo[]) =>
  ({ team_option, minutes, options }) as unknown as GameInfo;

describe("teamsOf", () => {
  it("counts what the option says, in a choice by its name", () => {
    expect(teamsOf(game("sides", 3, option("sides", 2)), {})).toBe(2);
    expect(teamsOf(game("sides", 3, option("sides", 0)), { sides: 4 })).toBe(4);
    const choice = game("teams", 3, option("teams", 0, ["none", "2", "3"]));
    expect([0, 1, 2].map((teams) => teamsOf(choice, { teams }))).toEqual([0, 2, 3]);
  });

  it("is 0 where everyone plays alone", () => {
    expect(teamsOf(game("", 3, option("teams", 2)), {})).toBe(0);
    expect(teamsOf(game("teams", 3, option("teams", 0)), { teams: 1 })).toBe(0);
  });
});

describe("minutesOf", () => {
  const quiz = game("", 8, option("rounds", 10), option("seconds", 12));

  it("grows and shrinks with the rounds and their seconds", () => {
    expect(minutesOf(quiz, {})).toBe(8);
    expect(minutesOf(quiz, { rounds: 5, seconds: 6 })).toBe(2);
    expect(minutesOf(quiz, { rounds: 1 })).toBe(1);
  });

  it("is what an option of that name says, and the game's own where a turn has seconds", () => {
    expect(minutesOf(game("", 3, option("minutes", 3)), { minutes: 6 })).toBe(6);
    expect(minutesOf(game("", 10, option("seconds", 20)), { seconds: 5 })).toBe(10);
    expect(minutesOf(game("", 0, option("rounds", 3)), { rounds: 9 })).toBe(0);
  });
});
