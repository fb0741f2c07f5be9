// What this browser keeps, and that all of it can be forgotten.
import { expect, test } from "vitest";
import { BrowserStorage } from "../../src/session/storage";

/** As much of a browser's storage as is used: its keys are properties. */
function area(entries: Record<string, string>): Storage {
  const kept = { ...entries } as unknown as Storage;
  const hidden = (name: string, value: unknown) =>
    Object.defineProperty(kept, name, { value, enumerable: false });
  hidden("getItem", (key: string) => (Object.hasOwn(kept, key) ? kept[key] : null));
  hidden("setItem", (key: string, value: string) => Object.assign(kept, { [key]: value }));
  hidden("removeItem", (key: string) => delete (kept as unknown as Record<string, string>)[key]);
  return kept;
}

test("all that this page keeps is forgotten, and nothing of other pages", () => {
  const areas = {
    tab: area({ "rumpus.room": "ABCDEF", "other.x": "1" }),
    device: area({ "rumpus.device": "token", "rumpus.settings": "{}", rumpusx: "2" }),
  };
  const storage = new BrowserStorage((one) => areas[one]);
  storage.seats.keep("ABCDEF", "seat");
  expect(storage.device.get()).toBe("token");
  storage.forget();
  expect(storage.device.get()).toBeNull();
  expect(storage.seats.find("ABCDEF")).toBeNull();
  expect({ ...areas.tab }).toEqual({ "other.x": "1" });
  expect({ ...areas.device }).toEqual({ rumpusx: "2" });
});

test("where storage is refused, forgetting empties what the page itself keeps", () => {
  const storage = new BrowserStorage(() => {
    throw new Error("refused");
  });
  storage.device.set("token");
  expect(storage.device.get()).toBe("token");
  storage.forget();
  expect(storage.device.get()).toBeNull();
});
