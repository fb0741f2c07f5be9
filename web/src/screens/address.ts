// Keeps the address bar and the room together: entering writes the link, leaving takes it away, and the
// browser's way back asks first. The replay of a match may be watched meanwhile: the room goes on, and a player is
// brought back to it when a match begins.
import { computed, effect, signal, untracked } from "@preact/signals";
import { t } from "../i18n";
import { session, storage } from "../session/page";
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

/** What a step of the history is marked with: the one that leads out of a room that was entered by its link. */
interface Mark {
  door?: boolean;
  inside?: boolean;
}
const marked = (): Mark => (history.state as Mark | null) ?? {};

/** A person who came by a link has no page of ours to go back to: a step in front of the room is where they are asked. */
function askAtTheDoor(): void {
  const { door, inside } = marked();
  if (inside || door || tvCode.peek() || matchId.peek()) return;
  if (came !== location.pathname) return;
  history.replaceState({ door: true }, "");
  history.pushState({ inside: true }, "");
}

/** The path at which this page was opened. */
const came = typeof location === "undefined" ? "/" : location.pathname;

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
        // From the home page it is a step of its own; a link or another room's address is replaced.
        if (path.value !== address) go(address, path.value !== "/");
        askAtTheDoor();
      } else if (shown) {
        if (!leaving.value && !session.bye.value) toast(t("bye.closed"));
        leaveOpen.value = false;
        if (!matchId.value) go("/", true);
      }
      shown = address;
    });
  });
  effect(() => {
    if (phase.value !== "countdown" && phase.value !== "live") return;
    untracked(() => {
      if (!matchId.value || mySeats.value.length === 0) return;
      backToRoom();
      toast(t("record.begins"));
    });
  });
  addEventListener("popstate", () => {
    path.value = location.pathname;
    const address = wanted.peek();
    if (!address || matchId.value) return;
    if (location.pathname !== address) go(address);
    else if (marked().door) history.pushState({ inside: true }, "");
    else return;
    leaveOpen.value = true;
  });
}
