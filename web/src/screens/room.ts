// What the screens read out of the room: who I am in it, who plays, what may be done now.
import { computed } from "@preact/signals";
import { language } from "../i18n";
import type { GameInfo, SeatInfo } from "../protocol.gen";
import { session } from "../session/page";
import { type Person, type Room, seatsOf } from "../session/room_state";
import { settings } from "../settings";
import { teamsOf } from "../sync/options";

/** The room that the player is in; not the demonstration of the home page. */
export const room = computed<Room | null>(() => (session.room.value?.demo ? null : session.room.value));

/** How the last match ended, or null. */
export const outcome = computed(() => room.value?.results ?? null);

export const phase = computed(() => room.value?.phase ?? null);
export const hidden = computed(() => room.value?.hidden ?? false);

export const myself = computed<Person | null>(() => room.value?.people[session.me.value ?? ""] ?? null);

export const amHost = computed(() => session.me.value !== null && room.value?.host === session.me.value);
/** Made the room, and was away for so long that somebody else is the host. */
export const mayReclaim = computed(
  () => session.me.value !== null && room.value?.owner === session.me.value && !amHost.value,
);

/** The player's own seat and that of the second player at the same keyboard. */
export const mySeats = computed(() => seatsOf(room.value, session.me.value).filter((seat) => seat !== null));

export interface Sitting {
  number: number;
  seat: SeatInfo;
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

/** How the screen for everybody calls itself. */
export const TV_NAME = "TV";

/** Whether a screen for everybody is in the room, which plays the music for all. */
export const tvHere = computed(() =>
  watching.value.some(({ person }) => person.name === TV_NAME && person.connected),
);

/** How many seats the game still has free. */
export const freeSeats = computed(() => (game.value?.seats[1] ?? 0) - sitting.value.length);
/** How many players are missing before a match can start. */
export const missing = computed(() => Math.max(0, (game.value?.seats[0] ?? 0) - sitting.value.length));
/** The connected people at seats who have not said that they are ready. The host starts the match instead. */
export const waitedFor = computed<{ id: string; name: string }[]>(() => {
  const host = room.value?.host;
  const found = new Map<string, string>();
  for (const { seat, person } of sitting.value)
    if (seat.kind === "human" && !seat.ready && person?.connected && seat.player && seat.player !== host)
      found.set(seat.player, person.name);
  return [...found].map(([id, name]) => ({ id, name }));
});

/** After a match: who wants to play again, of how many. */
export const again = computed(() => {
  const wanted = room.value?.rematch ?? [];
  const all = new Set(sitting.value.filter(({ person }) => person?.connected).map(({ seat }) => seat.player));
  for (const player of wanted) all.add(player);
  return { wanted, of: all.size };
});

/** The number of teams, 0 when everyone plays alone. */
export const teams = computed(() => {
  const info = game.value;
  return info ? teamsOf(info, room.value?.options ?? {}) : 0;
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

/** How I want to be seen, and what I read, for create, join and quick. */
export function profile(): { name?: string; colour: number; shape: number; language: string } {
  const name = settings.name.value.trim();
  const look = { colour: settings.colour.value, shape: settings.shape.value, language: language.value };
  return { ...(name ? { name } : {}), ...look };
}
