import { describe, expect, it } from "vitest";
import { hintBeside } from "../../src/screens/OptionsForm";

describe("the remark beside an option", () => {
  it("does not repeat the option's label", () => {
    expect(hintBeside("Rounds that may come", "rounds that may come")).toBe("");
    expect(hintBeside("Teams", "teams; 0 or 1: everyone for themselves")).toBe(
      "0 or 1: everyone for themselves",
    );
  });

  it("is kept where it says more, as a sentence begins", () => {
    expect(hintBeside("Rounds", "rounds at most")).toBe("Rounds at most");
    expect(hintBeside("Team", "teams; 0 or 1: everyone for themselves")).toBe(
      "Teams; 0 or 1: everyone for themselves",
    );
    expect(hintBeside("Gaps", "")).toBe("");
  });
});
