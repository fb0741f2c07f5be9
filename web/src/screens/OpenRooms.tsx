// The rooms that anyone may enter, kept current by the server.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say, t } from "../i18n";
import type { OpenRoom } from "../protocol.gen";
import { session } from "../session/page";
import { settings } from "../settings";
import { lookOf, lookStyle } from "../ui/look";
import { GamePicture } from "./GameTiles";
import { go, roomPath } from "./route";

const SHOWN = 12;

export interface Row {
  room: OpenRoom;
  /** The room is no longer in the server's list. */
  gone: boolean;
}

const WAITS = new Set<OpenRoom["phase"]>(["lobby", "countdown", "results"]);

/** How soon one plays there: with others at once, after a match, or not at all because it is full. */
function rank({ phase, people, seats }: OpenRoom): number {
  if (people >= seats) return 2;
  return WAITS.has(phase) ? 0 : 1;
}

/**
 * The rows to show now, those first where one plays soonest, and of these those with most people. `hold`: somebody is about
 * to press one, so they stay in their places, also those that are gone, and new ones come last.
 */
export function nextRows(shown: readonly Row[], rooms: readonly OpenRoom[], hold: boolean): Row[] {
  const now = new Map(rooms.map((room) => [room.code, room]));
  const kept = hold
    ? shown.map(({ room }) => ({ room: now.get(room.code) ?? room, gone: !now.has(room.code) }))
    : [];
  for (const { room } of kept) now.delete(room.code);
  const others = [...now.values()].sort(
    (a, b) => rank(a) - rank(b) || b.people - a.people || (a.code < b.code ? -1 : 1),
  );
  return [...kept, ...others.map((room) => ({ room, gone: false }))];
}

function Line({ room, gone }: Row) {
  const full = room.people >= room.seats;
  const title = say(room.game, "game", "title", room.title);
  const info = session.games.value.find(({ name }) => name === room.game);
  const way = full ? t("home.watch") : t("home.join");
  return (
    <li class="open-room" style={lookStyle(lookOf(info), settings.highContrast.value)}>
      <GamePicture name={room.game} />
      <div>
        <strong>{title}</strong>
        <span class="muted">
          {t("home.room_of", { name: room.name })} · {t(`phase.${room.phase}`)}
        </span>
      </div>
      <span class="room-places">
        {t("home.taken", { people: room.people, seats: room.seats })}
        {room.bots > 0 && <span class="hint">{t("home.bots", { n: room.bots })}</span>}
      </span>
      <button
        type="button"
        class={full ? "btn" : "btn primary"}
        disabled={gone}
        aria-label={`${way}: ${t("home.room_of", { name: room.name })}, ${title}`}
        onClick={() => go(roomPath(room.code), false, full)}
      >
        {way}
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
