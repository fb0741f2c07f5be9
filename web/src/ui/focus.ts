// Where reading goes on when another screen is shown.
import { useEffect, useRef } from "preact/hooks";

/**
 * Shows a screen that follows another from its top, and takes the focus to its heading, unless the screen or
 * an open dialog has it. `screen` tells screens apart; `atOnce`: the first one counts as well.
 */
export function useFocus(screen: string, atOnce = false): void {
  const first = useRef(!atOnce);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    const main = document.querySelector("main");
    if (!main || document.activeElement !== document.body) return;
    const heading = main.querySelector<HTMLElement>("h1") ?? main;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [screen]);
}
