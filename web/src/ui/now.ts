// The server's clock as a signal for what counts down on the screen.
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { session } from "../session";

const now = signal(0);
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const EVERY_MS = 100;

/** The server's time in ms, brought up to date ten times a second while anybody looks. */
export function useServerNow(): Signal<number> {
  useEffect(() => {
    users++;
    now.value = session.serverNow();
    timer ??= setInterval(() => {
      now.value = session.serverNow();
    }, EVERY_MS);
    return () => {
      users--;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  if (users === 0) now.value = session.serverNow();
  return now;
}
