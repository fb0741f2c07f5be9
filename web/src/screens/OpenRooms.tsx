// The rooms that anyone may enter, kept current by the server.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say, t } from "../i18n";
import type { OpenRoom } from "../protocol.gen";
import { session } from "../session/page";
import { go, roomPath } from "./route";

const SHOWN = 12;

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

function Line({ room, gone }: Row) {
  const full = room.people >= room.seats;
  const title = say(room.game, "game", "title", room.title);
  return (
    <li class="open-room">
      <div>
        <strong>{t("home.room_of", { name: room.name })}</strong>
        <span class="muted">
          {title} · {t(`phase.${room.phase}`)} · {t("home.taken", { people: room.people, seats: room.seats })}
          {room.bots > 0 && ` · ${t("home.bots", { n: room.bots })}`}
        </span>
      </div>
      <button
        type="button"
        class="btn"
        disabled={gone}
        aria-label={`${full ? t("home.watch") : t("home.join")}: ${t("home.room_of", { name: room.name })}`}
        onClick={() => go(roomPath(room.code), false, full)}
      >
        {full ? t("home.watch") : t("home.join")}
      </button>
    </li>
  );
}

export function OpenRooms() {
  const online = session.online.value;
  const rows = useRef<Row[]>([]);
  const pointed = useSignal(false);
  rows.current = nextRows(rows.current, session.openRooms.value, pointed.value).slice(0, SHOWN);
  if (session.unreachable.value) return null;
  return (
    <section class="open-rooms" aria-labelledby="open-title">
      <h2 id="open-title">
        {t("home.open_rooms")}
        {online !== null && <span class="aside">{t("home.online", { n: online })}</span>}
      </h2>
      {rows.current.length > 0 ? (
        <ul
          class="panel"
          onPointerEnter={() => {
            pointed.value = true;
          }}
          onPointerLeave={() => {
            pointed.value = false;
          }}
        >
          {rows.current.map((row) => (
            <Line key={row.room.code} {...row} />
          ))}
        </ul>
      ) : (
        online !== null && <p class="panel muted">{t("home.no_rooms")}</p>
      )}
    </section>
  );
}
