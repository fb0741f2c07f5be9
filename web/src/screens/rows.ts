// The rows of the list of open rooms. A room stays in its row, and while somebody points at the list a room that is
// gone keeps its row as well: nobody presses a button that has just moved under the pointer.
import type { OpenRoom } from "../net/types";

export interface Row {
  room: OpenRoom;
  /** The room is no longer in the server's list. */
  gone: boolean;
}

/** The rows to show now: those shown before in their places, then new ones. `hold` keeps those that are gone. */
export function nextRows(shown: readonly Row[], rooms: readonly OpenRoom[], hold: boolean): Row[] {
  const now = new Map(rooms.map((room) => [room.code, room]));
  const rows = shown
    .map(({ room }) => ({ room: now.get(room.code) ?? room, gone: !now.has(room.code) }))
    .filter(({ gone }) => hold || !gone);
  for (const { room } of rows) now.delete(room.code);
  return [...rows, ...[...now.values()].map((room) => ({ room, gone: false }))];
}
