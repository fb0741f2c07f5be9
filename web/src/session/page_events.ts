// What happens to a page in a browser: hidden and shown again, restored from memory, back on the network.

export interface PageEvents {
  hidden(): void;
  /** The page is shown again after `awayMs`. */
  shown(awayMs: number): void;
  networkBack(): void;
}

/** Whether this is a device that puts pages to sleep. */
export const isPhone = (): boolean => matchMedia("(pointer: coarse)").matches;

/** Watches the page as long as it lives. */
export function watchPage(on: PageEvents): void {
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
