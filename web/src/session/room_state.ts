// The room as the screens know it: built from the server's objects and brought up to date by its patches.
import { isObject } from "../net/messages";
import type { PersonInfo, RoomInfo } from "../protocol.gen";

/** Somebody in a room. */
export interface Person extends Omit<PersonInfo, "seat" | "second" | "rtt"> {
  /** null: a spectator. */
  seat: number | null;
  /** The seat of the second player at the same keyboard. */
  second: number | null;
  /** Round trip in ms; null while it is unknown. */
  rtt: number | null;
}

/** A room in which null stands for what the server leaves out, because a patch cannot say null. */
export interface Room extends Omit<RoomInfo, "people" | "host" | "owner"> {
  people: Record<string, Person>;
  host: string | null;
  owner: string | null;
}

/** Applies a JSON merge patch (RFC 7396): objects merge, null removes a key, all else replaces. Changes neither. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const out: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}

/** The room of what the server sent. */
export function completeRoom(info: RoomInfo): Room {
  const people: Record<string, Person> = {};
  for (const [id, person] of Object.entries(info.people)) {
    const { seat = null, second = null, rtt = null } = person;
    people[id] = { ...person, seat, second, rtt };
  }
  return { ...info, host: info.host ?? null, owner: info.owner ?? null, people };
}

/** The seats of a player and of the second player at the same keyboard; null: no seat. */
export function seatsOf(room: Room | null, player: string | null): (number | null)[] {
  const person = player === null ? undefined : room?.people[player];
  return [person?.seat ?? null, person?.second ?? null];
}
