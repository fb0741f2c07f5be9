import { describe, expect, it } from "vitest";
import { isChatKey } from "../../src/input/keyboard";

const press = (key: string, code: string, more: object = {}) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

describe("the chat of a match opens", () => {
  it("by Enter in a game that does not use it", () => {
    expect(isChatKey(press("Enter", "Enter"), ["left", "right"])).toBe(true);
    expect(isChatKey(press("Enter", "Enter"), ["left", "right", "up", "down", "bomb"])).toBe(false);
  });

  it("by the letter T, but not by a shortcut of the browser", () => {
    expect(isChatKey(press("t", "KeyT"), ["left", "right"])).toBe(true);
    expect(isChatKey(press("t", "KeyT", { ctrlKey: true }), ["left", "right"])).toBe(false);
    expect(isChatKey(press("Enter", "Enter", { altKey: true }), ["left", "right"])).toBe(false);
  });

  it("by no other key", () => {
    expect(isChatKey(press("a", "KeyA"), ["left", "right"])).toBe(false);
  });
});
