// The rooms that anyone may enter, kept current by the server.
import { say, t } from "../i18n";
import type { OpenRoom } from "../net/types";
import { session } from "../session";
import { go, roomPath } from "./route";

const SHOWN = 12;

function Line({ room }: { room: OpenRoom }) {
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
        aria-label={`${full ? t("home.watch") : t("home.join")}: ${t("home.room_of", { name: room.name })}`}
        onClick={() => go(roomPath(room.code), false, full)}
      >
        {full ? t("home.watch") : t("home.join")}
      </button>
    </li>
  );
}

export function OpenRooms() {
  const rooms = session.openRooms.value;
  const online = session.online.value;
  return (
    <section class="open-rooms" aria-labelledby="open-title">
      <h2 id="open-title">
        {t("home.open_rooms")}
        {online !== null && <span class="aside">{t("home.online", { n: online })}</span>}
      </h2>
      {rooms.length === 0 ? (
        <p class="panel muted">{t("home.no_rooms")}</p>
      ) : (
        <ul class="panel">
          {rooms.slice(0, SHOWN).map((room) => (
            <Line key={room.code} room={room} />
          ))}
        </ul>
      )}
    </section>
  );
}
