// Which key opens the chat of a match.
import { keysOf } from "../settings";
import { letterOf } from "./keyboard";

type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** Whether a key press asks for the chat: the letter T, or Enter unless it is bound to one of `buttons`. */
export function isChatKey(event: Press, buttons: readonly string[]): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (letterOf(event) === "KeyT") return true;
  const bound = (name: string) =>
    (["one", "two"] as const).some((player) => keysOf(player, name).includes(event.code));
  return event.key === "Enter" && !buttons.some(bound);
}
