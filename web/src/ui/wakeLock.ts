// Keeps the screen on while a match is shown; where that is refused the match goes on without.
import { useEffect } from "preact/hooks";

export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const take = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (over) await lock.release();
      } catch {
        lock = null; // no such thing here, or the battery is low
      }
    };
    if ("wakeLock" in navigator) void take();
    const again = () => {
      if ("wakeLock" in navigator) void take();
    };
    document.addEventListener("visibilitychange", again);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, []);
}
