// Before the match: who is in, what will be played, and the button that everyone is waiting for.
import { t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { done } from "../ui/say";
import { GameChoice } from "./GameChoice";
import { Gathering } from "./Gathering";
import { Invite } from "./Invite";
import { amHost, missing, mySeats, myself, room, unready } from "./room";
import { SeatList } from "./SeatList";

/** What the room is waiting for, in words. */
function state(): string {
  if (missing.value > 0) return t("lobby.need_more", { n: missing.value });
  if (unready.value > 0) return t("lobby.waiting", { n: unready.value });
  return t("lobby.all_ready");
}

function Foot() {
  const now = room.value;
  const seat = mySeats.value[0];
  if (!now) return null;
  const ready = seat !== undefined && (now.seats[seat]?.ready ?? false);
  return (
    <footer class="foot">
      <p class="foot-state" aria-live="polite">
        {state()}
      </p>
      {seat !== undefined ? (
        <button
          type="button"
          class={ready ? "btn big ready on" : "btn big ready"}
          aria-pressed={ready}
          onClick={() => void done(session.commands.ready(!ready))}
        >
          <Icon name={ready ? "check" : "play"} /> {t("lobby.ready")}
        </button>
      ) : (
        myself.value && <span class="muted">{t("lobby.you_watch")}</span>
      )}
      {amHost.value && (
        <button
          type="button"
          class="btn primary big"
          disabled={missing.value > 0}
          onClick={() => void done(session.commands.start())}
        >
          {t("lobby.start")}
        </button>
      )}
    </footer>
  );
}

export function Lobby() {
  return (
    <Gathering name="lobby" foot={<Foot />}>
      <h1 class="unseen">{t("lobby.title")}</h1>
      <Invite />
      <SeatList />
      <GameChoice />
    </Gathering>
  );
}
