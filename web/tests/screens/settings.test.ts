import { beforeEach, describe, expect, it, vi } from "vitest";

/** A localStorage that holds `kept`, or one that refuses everything. */
function storage(kept: Record<string, string> | null) {
  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };
  return {
    getItem: kept ? (key: string) => kept[key] ?? null : refuse,
    setItem: kept
      ? (key: string, value: string) => {
          kept[key] = value;
        }
      : refuse,
  };
}

async function fresh(kept: Record<string, string> | null) {
  vi.resetModules();
  vi.stubGlobal("localStorage", storage(kept));
  return import("../../src/settings");
}

beforeEach(() => {
  vi.unstubAllGlobals();
});

describe("settings", () => {
  it("come back as they were left", async () => {
    const kept: Record<string, string> = {};
    const first = await fresh(kept);
    first.settings.name.value = "Ann";
    first.settings.volume.value = 0.25;
    first.settings.mutedPlayers.value = ["Bob"];
    const second = await fresh(kept);
    expect(second.settings.name.value).toBe("Ann");
    expect(second.settings.volume.value).toBe(0.25);
    expect(second.settings.mutedPlayers.value).toEqual(["Bob"]);
  });

  it("work for the page where storage is refused", async () => {
    const { settings } = await fresh(null);
    settings.name.value = "Ann";
    expect(settings.name.value).toBe("Ann");
  });

  it.each([
    ["not JSON", "{"],
    ["no object", "[1"],
    ["null", "null"],
  ])("start afresh from %s", async (_, text) => {
    const { settings } = await fresh({ "rumpus.settings": text });
    expect(settings.volume.value).toBe(0.6);
  });

  it("drop each value that does not fit and keep the others", async () => {
    const spoilt = { name: "n".repeat(99), colour: 8, volume: "loud", haptics: false, keys: { one: 3 } };
    const { settings, DEFAULT_KEYS } = await fresh({ "rumpus.settings": JSON.stringify(spoilt) });
    expect(settings.name.value).toBe("");
    expect(settings.colour.value).toBeLessThan(8);
    expect(settings.volume.value).toBe(0.6);
    expect(settings.keys.value).toEqual(DEFAULT_KEYS);
    expect(settings.haptics.value).toBe(false);
  });
});

describe("key bindings", () => {
  it("take the key away from whatever had it, for both players", async () => {
    const { bindKey, keysOf } = await fresh({});
    bindKey("one", "left", "KeyD");
    expect(keysOf("one", "left")).toEqual(["KeyD"]);
    expect(keysOf("two", "right")).toEqual([]);
    expect(keysOf("two", "left")).toEqual(["KeyA"]);
  });

  it("give a button that nobody bound its first letter, for the first player", async () => {
    const { keysOf } = await fresh({});
    expect(keysOf("one", "teleport")).toEqual(["KeyT"]);
    expect(keysOf("two", "teleport")).toEqual([]);
    expect(keysOf("one", "4")).toEqual([]);
  });
});
