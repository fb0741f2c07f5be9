// The keys of a replay's player, as most video players have them.
export type PlayerAction =
  | { do: "toggle" | "faster" | "slower" | "follow" | "unfollow" | "help" | "full" }
  /** By this many seconds. */
  | { do: "skip"; seconds: number }
  /** By this many ticks. */
  | { do: "step"; ticks: number }
  /** To the mark before or after. */
  | { do: "mark"; direction: 1 | -1 }
  /** To this part of the match, 0 to 1. */
  | { do: "part"; part: number };

export const SKIP_S = 5;
export const LONG_SKIP_S = 10;

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** What a key does, or null. */
export function actionOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): PlayerAction | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[0-9]$/.test(key)) return { do: "part", part: Number(key) / 10 };
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case " ":
    case "k":
      return { do: "toggle" };
    case "ArrowLeft":
      return shiftKey ? { do: "mark", direction: -1 } : { do: "skip", seconds: -SKIP_S };
    case "ArrowRight":
      return shiftKey ? { do: "mark", direction: 1 } : { do: "skip", seconds: SKIP_S };
    case "j":
      return { do: "skip", seconds: -LONG_SKIP_S };
    case "l":
      return { do: "skip", seconds: LONG_SKIP_S };
    case ",":
      return { do: "step", ticks: -1 };
    case ".":
      return { do: "step", ticks: 1 };
    case "ArrowUp":
    case ">":
      return { do: "faster" };
    case "ArrowDown":
    case "<":
      return { do: "slower" };
    case "Home":
      return { do: "part", part: 0 };
    case "End":
      return { do: "part", part: 1 };
    case "f":
      return { do: shiftKey ? "unfollow" : "follow" };
    case "g":
      return { do: "full" };
    case "?":
      return { do: "help" };
    default:
      return null;
  }
}

/** The keys for the list of help, each with the text that says what it does. */
export const KEY_HELP = [
  [["Space", "K"], "toggle"],
  [["←", "→"], "skip"],
  [["J", "L"], "long_skip"],
  [["⇧ ←", "⇧ →"], "mark"],
  [[",", "."], "step"],
  [["↑", "↓"], "speed"],
  [["0", "…", "9"], "part"],
  [["F", "⇧ F"], "follow"],
  [["G"], "full"],
  [["?"], "help"],
] as const;
