// Where in the page the player is: "/", a room's link "/r/CODE", a match's replay "/m/ID", or nowhere.
import { computed, signal } from "@preact/signals";
import { session } from "../session/page";
import { roomOfPath } from "../session/room_code";
import { entry } from "../ui/history";

/** The path of a room that hides its code. */
export const HIDDEN_PATH = "/r/-";

/** The path of the address bar; address.ts keeps it current. */
export const path = signal(typeof location === "undefined" ? "/" : location.pathname);
const MATCH = /^\/m\/+([^/?#]{1,64})\/*$/;
const named = computed(() => roomOfPath(path.value));

/** The code in the address, in upper case, or null. */
export const linkedCode = computed(() => (named.value?.tv ? null : (named.value?.code ?? null)));
/** The code of the room that this page shows to everybody, as a television does, or null. */
export const tvCode = computed(() => (named.value?.tv ? named.value.code : null));
/** The id of the match whose replay the address names, or null. */
export const matchId = computed(() => MATCH.exec(path.value)?.[1] ?? null);
export const isHome = computed(() => path.value === "/" || path.value === HIDDEN_PATH);

/** The path of a room's link. */
export const roomPath = (code: string): string => `/r/${code}`;
export const tvPath = (code: string): string => `/tv/${code}`;
/** The whole link of a room, to be sent to friends. */
export const roomLink = (code: string): string =>
  (session.publicUrl.value || location.origin) + roomPath(code);

/** The page of a match that is kept. */
export const matchPath = (id: string): string => `/m/${id}`;
/** Behind a match's path: show its best moment. */
export const BEST_MOMENT = "?moment=best";
/** After a match's path: to choose the moment from which it is played on. */
export const PLAY_ON = "#play-on";
/** The whole link of a match, to be sent to friends. */
export const matchLink = (id: string): string => (session.publicUrl.value || location.origin) + matchPath(id);

/** Whether the room that the address names is only to be watched. */
export const onlyWatch = signal(false);

/** Goes to `to`; `replace` leaves no step in the history, `watch` asks for no seat there. */
export function go(to: string, replace = false, watch = false): void {
  onlyWatch.value = watch;
  if (to !== location.pathname) {
    const { inner, filled } = entry();
    if (!replace) history.pushState({ inner: true }, "", to);
    else history.replaceState(inner || filled ? { inner: true } : null, "", to);
  }
  path.value = to.replace(/[?#].*/, "");
}

/** Follows a link within this page, unless the person wants it in another tab. */
export function followLink(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const { pathname, search, hash } = new URL(event.currentTarget.href);
  go(pathname + search + hash);
}
