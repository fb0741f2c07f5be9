// Small things this browser remembers: tokens and chat numbers. Where storage is refused (private
// windows, policies) they last as long as the page.

import type { GameInfo } from "../net/types";

type Area = "tab" | "device";

/** The room this tab is in and the token of the seat in it. */
export interface Place {
  code: string;
  token: string;
}

const ROOMS_KEPT = 8;

/** Whether this is what an earlier version of this page may have kept as a game. */
const isGame = (info: GameInfo | null): boolean =>
  typeof info?.name === "string" &&
  [info.seats, info.buttons, info.options, info.presets].every(Array.isArray);

/** What is kept in a tab's storage and in the device's; either may be missing or refuse. */
export function createStore(storage: (area: Area) => Storage | null) {
  const page = new Map<string, string>();

  function recall(area: Area, key: string): string | null {
    try {
      return storage(area)?.getItem(`rumpus.${key}`) ?? page.get(area + key) ?? null;
    } catch {
      return page.get(area + key) ?? null;
    }
  }

  function remember(area: Area, key: string, value: string | null): void {
    if (value === null) page.delete(area + key);
    else page.set(area + key, value);
    try {
      if (value === null) storage(area)?.removeItem(`rumpus.${key}`);
      else storage(area)?.setItem(`rumpus.${key}`, value);
    } catch {
      // refused or full: the page remembers
    }
  }

  /** The device's own token: it says that you are the same person as last time. */
  const device = {
    get: () => recall("device", "device"),
    set: (token: string) => remember("device", "device", token),
  };

  /** The games of the server as it last told them, to be shown while it cannot be reached. */
  const games = {
    get(): GameInfo[] {
      try {
        const found: unknown = JSON.parse(recall("device", "games") ?? "[]");
        return Array.isArray(found) ? (found as GameInfo[]).filter(isGame) : [];
      } catch {
        return [];
      }
    },
    set: (told: GameInfo[]) => remember("device", "games", JSON.stringify(told)),
  };

  function places(): Place[] {
    try {
      const found: unknown = JSON.parse(recall("device", "seats") ?? "[]");
      return Array.isArray(found) ? (found as Place[]).filter((one) => one.code && one.token) : [];
    } catch {
      return [];
    }
  }

  /**
   * Seats to come back to. A reloaded tab comes back to its own; a new tab only to that of the room it
   * opens, so that a second tab on the home page takes nobody's seat away.
   */
  const seats = {
    /** The place to resume for a page that shows the room `code`, or no room (""). */
    find(code: string): Place | null {
      const tab = recall("tab", "room");
      if (code === "") return tab ? (places().find((one) => one.code === tab) ?? null) : null;
      return places().find((one) => one.code === code) ?? null;
    },
    keep(code: string, token: string): void {
      const others = places().filter((one) => one.code !== code);
      remember("device", "seats", JSON.stringify([{ code, token }, ...others].slice(0, ROOMS_KEPT)));
      remember("tab", "room", code);
    },
    /** The tab is in no room any more; `forget` also gives up coming back to that one. */
    leave(code: string, forget: boolean): void {
      remember("tab", "room", null);
      if (forget) remember("device", "seats", JSON.stringify(places().filter((one) => one.code !== code)));
    },
  };

  return { recall, remember, device, games, seats };
}

export type Store = ReturnType<typeof createStore>;

export const { recall, remember, device, games, seats } = createStore((area) => {
  try {
    return area === "tab" ? sessionStorage : localStorage;
  } catch {
    return null;
  }
});
