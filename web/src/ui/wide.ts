// What kind of screen this is; kept current while the window changes.
import { type Signal, signal } from "@preact/signals";

function watch(query: string): Signal<boolean> {
  const list = matchMedia(query);
  const value = signal(list.matches);
  list.addEventListener("change", () => {
    value.value = list.matches;
  });
  return value;
}

/** Room for the chat beside everything else. */
export const wide = watch("(min-width: 68rem)");
/** A finger is the first way to point. */
export const touch = watch("(pointer: coarse)");
