// What the screens read out of the room: who I am in it, who plays, what may be done now.
import { computed } from "@preact/signals";
import type { AwardLine, GameInfo, Person, PlaceLine, Results, Room, Seat } from "../net/types";
import { session } from "../session/session";
import { settings } from "../settings";

/** A room with what only some servers tell. */
export interface OpenedRoom extends Room {
  /** Bots stand in for those who lost the connection. */
  cover?: boolean;
  polite?: boolean;
  /** The bot match behind the home page. */
  demo?: boolean;
}

/** How a seat was called and looked when the match ended. */
interface Looks {
  name: string;
  colour: number;
  shape: number;
}
export type Place = PlaceLine & Looks;
export type Award = AwardLine & Looks;
export interface Outcome extends Results {
  places: Place[];
  awards: Award[];
}

/** A merge patch takes a key away where its value is null; here it is null again. */
function whole(person: Person): Person {
  const { seat = null, second = null, rtt = null } = person as Partial<Person>;
  return { ...person, seat, second, rtt };
}

/** The room I am in; the home page's demonstration is none. */
export const room = computed<OpenedRoom | null>(() => {
  const now = session.room.value as OpenedRoom | null;
  if (!now || now.demo) return null;
  const people = Object.fromEntries(Object.entries(now.people).map(([id, person]) => [id, whole(person)]));
  return { ...now, host: now.host ?? null, owner: now.owner ?? null, people };
});

/** How the last match ended, or null. */
export const outcome = computed(() => (room.value?.results ?? null) as Outcome | null);

export const phase = computed(() => room.value?.phase ?? null);
export const hidden = computed(() => room.value?.hidden ?? false);

export const myself = computed<Person | null>(() => {
  const me = session.me.value;
  return me === null ? null : (room.value?.people[me] ?? null);
});

export const amHost = computed(() => session.me.value !== null && room.value?.host === session.me.value);

/** My own seat and that of the second player at my keyboard. */
export const mySeats = computed(() =>
  [myself.value?.seat, myself.value?.second].filter((seat): seat is number => typeof seat === "number"),
);

export interface Sitting {
  number: number;
  seat: Seat;
  person: Person | null;
}

/** Everyone who sits, by seat number. */
export const sitting = computed<Sitting[]>(() => {
  const now = room.value;
  if (!now) return [];
  return Object.entries(now.seats)
    .map(([number, seat]) => ({
      number: Number(number),
      seat,
      person: seat.player ? (now.people[seat.player] ?? null) : null,
    }))
    .sort((a, b) => a.number - b.number);
});

export interface Watching {
  id: string;
  person: Person;
}

export const watching = computed<Watching[]>(() =>
  Object.entries(room.value?.people ?? {})
    .filter(([, person]) => person.seat === null)
    .map(([id, person]) => ({ id, person })),
);

export const game = computed<GameInfo | null>(
  () => session.games.value.find((info) => info.name === room.value?.game) ?? null,
);

/** How many seats the game still has free. */
export const freeSeats = computed(() => (game.value?.seats[1] ?? 0) - sitting.value.length);
/** How many players are missing before a match can start. */
export const missing = computed(() => Math.max(0, (game.value?.seats[0] ?? 0) - sitting.value.length));
/** How many connected people at seats have not said that they are ready. */
export const unready = computed(
  () =>
    new Set(
      sitting.value
        .filter(({ seat, person }) => seat.kind === "human" && !seat.ready && person?.connected !== false)
        .map(({ seat }) => seat.player),
    ).size,
);

/** The number of teams, 0 when everyone plays alone. */
export const teams = computed(() => {
  const option = game.value?.team_option;
  const count = option ? (room.value?.options[option] ?? 0) : 0;
  return count > 1 ? count : 0;
});

const MOST_HUSHED = 200;
/** A player of a room: names change, and others may have them. */
const hushKey = (player: string) => `${session.room.value?.code}.${player}`;

/** Whether this player's words are hidden on this device. */
export function isHushed(player: string): boolean {
  return settings.mutedPlayers.value.includes(hushKey(player));
}

export function hush(player: string, on: boolean): void {
  const key = hushKey(player);
  const others = settings.mutedPlayers.value.filter((one) => one !== key);
  settings.mutedPlayers.value = on ? [...others, key].slice(-MOST_HUSHED) : others;
}

/** How I want to be seen, for create, join and quick. */
export function profile(): { name?: string; colour: number; shape: number } {
  const name = settings.name.value.trim();
  return { ...(name ? { name } : {}), colour: settings.colour.value, shape: settings.shape.value };
}
