// Small things that this browser keeps: tokens, seats, the list of games. Where storage is refused (private windows,
// policies) they are kept as long as the page lives.

import type { GameInfo } from "../protocol.gen";

type Area = "tab" | "device";

/** A room and the token of the seat in it. */
export interface KeptSeat {
  code: string;
  token: string;
}

const SEATS_KEPT = 8;

/** Whether this is a game, and not what an earlier version of this page may have kept. */
function isGame(value: unknown): value is GameInfo {
  const info = value as Partial<GameInfo> | null;
  return (
    typeof info?.name === "string" &&
    [info.seats, info.buttons, info.options, info.presets].every(Array.isArray)
  );
}

function isKeptSeat(value: unknown): value is KeptSeat {
  const seat = value as Partial<KeptSeat> | null;
  return typeof seat?.code === "string" && seat.code !== "" && typeof seat.token === "string";
}

export class BrowserStorage {
  private readonly storage: (area: Area) => Storage | null;
  private readonly page = new Map<string, string>();

  /** `storage`: that of the tab or of the device; null or an error where it is refused. */
  constructor(storage: (area: Area) => Storage | null) {
    this.storage = storage;
  }

  recall(area: Area, key: string): string | null {
    const kept = this.page.get(area + key) ?? null;
    try {
      return this.storage(area)?.getItem(`rumpus.${key}`) ?? kept;
    } catch {
      return kept;
    }
  }

  remember(area: Area, key: string, value: string | null): void {
    if (value === null) this.page.delete(area + key);
    else this.page.set(area + key, value);
    try {
      if (value === null) this.storage(area)?.removeItem(`rumpus.${key}`);
      else this.storage(area)?.setItem(`rumpus.${key}`, value);
    } catch {
      // Refused or full: it is kept as long as the page lives.
    }
  }

  /** Forgets all that this page ever kept here. */
  forget(): void {
    this.page.clear();
    for (const area of ["tab", "device"] as const) {
      try {
        const storage = this.storage(area);
        for (const key of storage ? Object.keys(storage) : []) {
          if (key.startsWith("rumpus.")) storage?.removeItem(key);
        }
      } catch {
        // Refused: nothing is kept there.
      }
    }
  }

  private list<T>(key: string, fits: (value: unknown) => value is T): T[] {
    try {
      const found: unknown = JSON.parse(this.recall("device", key) ?? "[]");
      return Array.isArray(found) ? found.filter(fits) : [];
    } catch {
      return [];
    }
  }

  /** The device's token: it says that this is the same person as last time. */
  readonly device = {
    get: (): string | null => this.recall("device", "device"),
    set: (token: string): void => this.remember("device", "device", token),
  };

  /** The server's games as it last sent them, to be shown while it cannot be reached. */
  readonly games = {
    get: (): GameInfo[] => this.list("games", isGame),
    set: (games: GameInfo[]): void => this.remember("device", "games", JSON.stringify(games)),
  };

  /**
   * Seats to come back to. A reloaded tab comes back to its own seat; a new tab only to that of the room it opens,
   * so that a second tab on the home page does not take over a seat.
   */
  readonly seats = {
    /** The seat to resume for a page that shows the room `code`, or no room (""). */
    find: (code: string): KeptSeat | null => {
      const wanted = code || this.recall("tab", "room");
      return this.list("seats", isKeptSeat).find((seat) => seat.code === wanted) ?? null;
    },
    keep: (code: string, token: string): void => {
      const others = this.list("seats", isKeptSeat).filter((seat) => seat.code !== code);
      const kept = [{ code, token }, ...others].slice(0, SEATS_KEPT);
      this.remember("device", "seats", JSON.stringify(kept));
      this.remember("tab", "room", code);
    },
    /** The tab is in no room any more; `forget` also gives up the seat in that one. */
    leave: (code: string, forget: boolean): void => {
      this.remember("tab", "room", null);
      if (!forget) return;
      const others = this.list("seats", isKeptSeat).filter((seat) => seat.code !== code);
      this.remember("device", "seats", JSON.stringify(others));
    },
  };
}
