import { describe, expect, it } from "vitest";
import { isCode, readCode } from "../../src/screens/code";
import { keyName } from "../../src/ui/keyName";

describe("readCode", () => {
  it.each([
    ["kx4p7m", "KX4P7M"],
    [" kx4 p7m ", "KX4P7M"],
    ["KX4-P7M", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M/", "KX4P7M"],
    ["", ""],
  ])("reads %j as %j", (typed, read) => {
    expect(readCode(typed)).toBe(read);
  });

  it("knows what is too short or too long for a code", () => {
    expect(isCode("KX4P7M")).toBe(true);
    expect(isCode("KX4P7")).toBe(false);
    expect(isCode("K".repeat(13))).toBe(false);
  });
});

describe("keyName", () => {
  it.each([
    ["KeyA", "A"],
    ["Digit7", "7"],
    ["ArrowLeft", "◀"],
    ["Numpad4", "Num 4"],
    ["F5", "F5"],
  ])("shows %s as %s", (code, name) => {
    expect(keyName(code)).toBe(name);
  });
});
