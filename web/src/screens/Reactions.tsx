// Emotes that float over the picture, of players and of those who watch: each rises once and is gone, and there are never
// more than a handful.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../session/page";
import type { Emote } from "../session/session";
import { EmoteArt, emoteName } from "../ui/EmoteArt";
import { inkOf } from "../ui/palette";
import { isHushed, room } from "./room";
import "../style/reactions.css";

/** How long one is seen; the animation of the same name takes as long. */
const SHOWN_MS = 3200;
export const MOST = 10;

/** The emotes that float at a time, the newest last. */
export function floating(
  all: readonly Emote[],
  now: number,
  wanted: (emote: Emote) => boolean,
): readonly Emote[] {
  return all.filter((one) => now - one.shownAt < SHOWN_MS && wanted(one)).slice(-MOST);
}

const tick = signal(0);
const keyOf = ({ player, shownAt }: Emote): string => `${player} ${shownAt}`;

/** `watchers`: only of those who watch; the others have theirs beside their names. */
export function Reactions({ watchers = false }: { watchers?: boolean }) {
  const { emotes } = session;
  const places = useRef(new Map<string, number>());
  void tick.value;
  useEffect(() => {
    if (emotes.value.length === 0) return;
    const timer = setTimeout(() => tick.value++, SHOWN_MS + 50);
    return () => clearTimeout(timer);
  }, [emotes.value]);
  const wanted = ({ player, seat }: Emote) => !isHushed(player) && (!watchers || seat === null);
  const shown = floating(emotes.value, performance.now(), wanted);
  const keys = shown.map(keyOf);
  places.current = place(places.current, keys);
  if (shown.length === 0) return null;
  return (
    <ul class={watchers ? "reactions few" : "reactions"}>
      {shown.map((one) => {
        const person = room.value?.people[one.player];
        return (
          <li
            key={keyOf(one)}
            style={{
              "--x": `${PLACES[places.current.get(keyOf(one)) ?? 0]}%`,
              "--ink": person ? inkOf(person.colour).colour : "currentColor",
            }}
          >
            <span role="img" aria-label={emoteName(one.emote)}>
              <EmoteArt emote={one.emote} size={56} />
            </span>
            <span class="reaction-name">{person?.name ?? ""}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Places side by side, in percent: near both sides of the picture, whose middle is left free. */
const PLACES = [3, 60, 12, 68, 21, 50, 30, 40];

/** Gives each emote a place that is free, as long as one is; a place stays while it is seen. */
export function place(taken: Map<string, number>, keys: readonly string[]): Map<string, number> {
  const next = new Map<string, number>();
  for (const key of keys) {
    const old = taken.get(key);
    if (old !== undefined) next.set(key, old);
  }
  const used = new Set(next.values());
  for (const key of keys) {
    if (next.has(key)) continue;
    const free = PLACES.findIndex((_, k) => !used.has(k));
    const chosen = free < 0 ? next.size % PLACES.length : free;
    used.add(chosen);
    next.set(key, chosen);
  }
  return next;
}
