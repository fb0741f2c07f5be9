// Keeps the address bar and the room together: entering writes the link, leaving takes it away, and the
// browser's way back asks first. The replay of a match may be watched meanwhile: the room goes on, and a player is
// brought back to it when a match begins.
import { computed, effect, signal, untracked } from "@preact/signals";
import { t } from "../i18n";
import type { Phase } from "../protocol.gen";
import { session, storage } from "../session/page";
import { entry } from "../ui/history";
import { toast } from "../ui/say";
import { mySeats, phase, room } from "./room";
import { go, HIDDEN_PATH, matchId, path, roomPath, tvCode, tvPath } from "./route";

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

/** Goes back from a replay to the room. */
export function backToRoom(): void {
  const address = wanted.peek();
  if (address) go(address);
}

/**
 * Adds a history entry before a room that was opened by its link. There is no other page of ours before it, so without
 * this entry the back button would leave at once instead of asking first.
 */
function addEntryBefore(): void {
  const { inner, before } = entry();
  if (inner || before || tvCode.peek() || matchId.peek()) return;
  history.replaceState({ before: true }, "");
  history.pushState({ inner: true }, "");
}

/** The phases in which a player is brought back from a replay. */
const IN_MATCH = new Set<Phase | null>(["countdown", "live"]);
const plays = () => IN_MATCH.has(phase.peek()) && mySeats.peek().length > 0;

/** Starts to keep them together; call it once. */
export function keepAddress(): void {
  let shown: string | null = null;
  // A replay that is reloaded stays, though the tab comes back to its room behind it.
  let resuming = matchId.peek() !== null && storage.seats.find("") !== null;
  effect(() => {
    const address = wanted.value;
    untracked(() => {
      if (address && resuming) resuming = false;
      else if (address) {
        // From the home page or a replay it is a step of its own; practice, a link and another room are replaced.
        const step = (path.value === "/" || matchId.value !== null) && !entry().filled;
        if (path.value !== address) go(address, !step);
        addEntryBefore();
      } else if (shown) {
        if (!leaving.value && !session.bye.value) toast(t("bye.closed"));
        leaveOpen.value = false;
        if (!matchId.value) go("/", true);
      }
      shown = address;
    });
  });
  effect(() => {
    if (!IN_MATCH.has(phase.value)) return;
    untracked(() => {
      if (!matchId.value || !plays()) return;
      backToRoom();
      toast(t("record.begins"));
    });
  });
  addEventListener("popstate", () => {
    const address = wanted.peek();
    // A player who has left a room does not enter it again by the way back.
    if (!address && entry().before) go("/", true);
    path.value = location.pathname;
    if (!address || (matchId.value && !plays())) return;
    if (location.pathname !== address) go(address);
    else if (entry().before) history.pushState({ inner: true }, "");
    else return;
    leaveOpen.value = true;
  });
}
