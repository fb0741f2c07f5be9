// What the page notes at its entries of the browser's history, so that the back button of a phone does not leave it unasked.
import { useLayoutEffect } from "preact/hooks";

/**
 * The state of a history entry. `inner`: a page of ours is before it; `filled`: something fills the screen, and the entry
 * goes when that ends; `before`: it stands in front of a room.
 */
export interface Entry {
  inner?: boolean;
  filled?: boolean;
  before?: boolean;
}

/** The state of the entry that is shown. */
export const entry = (): Entry => (history.state as Entry | null) ?? {};

/** While something fills the screen, the way back calls `leave` instead of leaving the page. */
export function useStepBack(filled: boolean, leave: () => void): void {
  useLayoutEffect(() => {
    if (!filled) return;
    history.pushState({ filled: true }, "");
    addEventListener("popstate", leave);
    return () => {
      removeEventListener("popstate", leave);
      // Another page, as that of a room, may have taken the entry over.
      if (entry().filled) history.back();
    };
  }, [filled]);
}
