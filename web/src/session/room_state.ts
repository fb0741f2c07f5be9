// JSON merge patches (RFC 7396), by which the server tells changes of the room.
import type { Person, Room } from "../net/types";

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `target` with `patch` merged in: objects merge, null removes a key, all else replaces. Changes neither. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const out: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = merged(out[key], value);
  }
  return out;
}

/** A room of the wire with null in place of what was left out. */
export function whole(told: Partial<Room> & Pick<Room, "people">): Room {
  const people: Record<string, Person> = {};
  for (const [id, person] of Object.entries(told.people)) {
    people[id] = {
      ...person,
      seat: person.seat ?? null,
      second: person.second ?? null,
      rtt: person.rtt ?? null,
    };
  }
  return { ...told, host: told.host ?? null, owner: told.owner ?? null, people } as Room;
}
