// The page as browsers treat it: hidden and shown again, restored from memory, back on the network.

export interface PageEvents {
  hidden(): void;
  /** Shown again after so many ms. */
  shown(awayMs: number): void;
  networkBack(): void;
}

/** Whether this is a device that puts pages to sleep. */
export const isPhone = (): boolean => matchMedia("(pointer: coarse)").matches;

/** Watches the page, as long as it lives. Does nothing where there is none. */
export function watchPage(on: PageEvents): void {
  if (typeof document === "undefined") return;
  let hiddenAt = 0;
  const show = () => {
    const away = hiddenAt > 0 ? performance.now() - hiddenAt : 0;
    hiddenAt = 0;
    on.shown(away);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      show();
      return;
    }
    hiddenAt = performance.now();
    on.hidden();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) show();
  });
  addEventListener("online", () => on.networkBack());
}
