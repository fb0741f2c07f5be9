// Keeps the address bar and the room together: entering writes the link, leaving takes it away, and the
// browser's way back asks first.
import { computed, effect, signal, untracked } from "@preact/signals";
import { t } from "../i18n";
import { session } from "../session/page";
import { toast } from "../ui/say";
import { room } from "./room";
import { go, HIDDEN_PATH, path, roomPath, tvCode, tvPath } from "./route";

export const leaveOpen = signal(false);
/** True while the room is being left because the player wants to. */
export const leaving = signal(false);

/** The address of the room one is in. */
const wanted = computed(() => {
  const now = room.value;
  if (!now) return null;
  if (tvCode.value) return tvPath(now.code);
  return now.hidden ? HIDDEN_PATH : roomPath(now.code);
});

/** Starts to keep them together; call it once. */
export function keepAddress(): void {
  let shown: string | null = null;
  effect(() => {
    const address = wanted.value;
    untracked(() => {
      if (address) {
        // From the home page it is a step of its own; a link or another room's address is replaced.
        if (path.value !== address) go(address, path.value !== "/");
      } else if (shown) {
        if (!leaving.value && !session.bye.value) toast(t("bye.closed"));
        leaveOpen.value = false;
        go("/", true);
      }
      shown = address;
    });
  });
  addEventListener("popstate", () => {
    path.value = location.pathname;
    const address = wanted.peek();
    if (!address || location.pathname === address) return;
    go(address);
    leaveOpen.value = true;
  });
}
