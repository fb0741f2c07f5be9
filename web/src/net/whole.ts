// The room as the screens know it: what the server leaves out, because a patch cannot say null, is null here.
import type { Person, Room } from "./types";

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
