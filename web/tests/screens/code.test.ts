import { describe, expect, it, vi } from "vitest";
import { isCode, readCode, roomOfPath } from "../../src/session/room_code";
import { keyName } from "../../src/ui/key_name";

describe("readCode", () => {
  it.each([
    ["kx4p7m", "KX4P7M"],
    [" kx4 p7m ", "KX4P7M"],
    ["KX4-P7M", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M/", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M?utm_source=chat&x=1", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M#top", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M.", "KX4P7M"],
    ["HTTPS://PLAY.EXAMPLE.ORG/R/KX4P7M", "KX4P7M"],
    ["http://192.168.0.7:8080/r/kx4p7m", "KX4P7M"],
    ["play.example.org/tv/KX4P7M", "KX4P7M"],
    ["Play Loose Ends with me\nhttps://play.example.org/r/KX4P7M (bring Bob!)", "KX4P7M"],
    ["<https://play.example.org/r/KX4P7M>", "KX4P7M"],
    ["https://l.example.net/?u=https%3A%2F%2Fplay.example.org%2Fr%2FKX4P7M&h=1", "KX4P7M"],
    ["https://play.example.org/r/KX4P7M/?100%", "KX4P7M"],
    ["ＫＸ４Ｐ７Ｍ", "KX4P7M"],
    ["ｈｔｔｐｓ：／／ｐｌａｙ．ｅｘａｍｐｌｅ／ｒ／ＫＸ４Ｐ７Ｍ", "KX4P7M"],
    ["\u2066KX4P7M\u2069\u200b", "KX4P7M"],
    ["KX4P7M.", "KX4P7M"],
    ["“KX4P7M”", "KX4P7M"],
    ["Code: KX4P7M", "KX4P7M"],
    ["the code is KX4 P7M, come quickly", "KX4P7M"],
    ["please come to KX4P7M now", "KX4P7M"],
    ["please come to kx4p7m now", "KX4P7M"],
    ["k x 4 p 7 m", "KX4P7M"],
    ["abcdef", "ABCDEF"],
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

describe("the path of an address", () => {
  it.each([
    ["/r/KX4P7M", "KX4P7M", false],
    ["/r/kx4p7m/", "KX4P7M", false],
    ["/R/KX4P7M", "KX4P7M", false],
    ["/r/KX4P7M).", "KX4P7M", false],
    ["/r/KX4P7M%20and%20bring%20Bob", "KX4P7M", false],
    ["/r/%EF%BC%AB%EF%BC%B8%EF%BC%94%EF%BC%B0%EF%BC%97%EF%BC%AD", "KX4P7M", false],
    ["/r//KX4P7M", "KX4P7M", false],
    ["/r/KX4", "KX4", false],
    ["/tv/KX4P7M", "KX4P7M", true],
    ["/TV/KX4P7M,", "KX4P7M", true],
  ])("%s names a room", (path, code, tv) => {
    expect(roomOfPath(path)).toEqual({ code, tv });
  });

  it.each(["/", "/r/-", "/r/", "/rules/KX4P7M", "/x/r/KX4P7M", `/r/${"K".repeat(13)}`, "/r/%"])(
    "%s names none",
    (path) => {
      expect(roomOfPath(path)).toBeNull();
    },
  );
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

  it("shows what stands on the key, or the letter where that is meant", async () => {
    vi.resetModules();
    vi.stubGlobal("navigator", { keyboard: { getLayoutMap: async () => new Map([["KeyA", "q"]]) } });
    const { keyName: named } = await import("../../src/ui/key_name");
    await vi.waitFor(() => expect(named("KeyA")).toBe("Q"));
    expect(named("KeyA", true)).toBe("A");
    vi.unstubAllGlobals();
  });
});
