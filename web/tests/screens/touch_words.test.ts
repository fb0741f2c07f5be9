import { describe, expect, it } from "vitest";
import "../../src/i18n/en";
import type { ControlInfo, GameInfo } from "../../src/protocol.gen";
import { touchWords } from "../../src/screens/HowToPlay";

const game = (...controls: Partial<ControlInfo>[]) => ({ name: "none", controls }) as unknown as GameInfo;

describe("what fingers do, in words", () => {
  it("says once that one taps, however many things there are to choose", () => {
    const words = touchWords(
      game(
        { kind: "choose", name: "card", label: "Play a card" },
        { kind: "choose", name: "act", label: "Draw" },
      ),
    );
    expect(words).toBe("Tap what you choose: Play a card · Draw");
  });

  it("names the way of each other control", () => {
    const words = touchWords(
      game({ kind: "stick", name: "move", label: "Run" }, { kind: "choose", name: "card", label: "Play" }),
    );
    expect(words).toBe("Run: stick · Play: tap it");
  });
});
