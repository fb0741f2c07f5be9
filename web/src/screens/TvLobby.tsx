// The screen for everybody before a match: how to get in, who is there, what will be played, whom everyone waits for, and
// the countdown.
import { list, say, t } from "../i18n";
import { minutesOf } from "../sync/options";
import { useServerNow } from "../ui/hooks";
import { Icon, Logo } from "../ui/Icon";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { GamePicture, gameTitle } from "./GameTiles";
import { game, missing, phase, room, type Sitting, sitting, teams, waitedFor } from "./room";
import { TonightLine } from "./TvEvening";
import { WayIn } from "./TvWayIn";

/** At most this many people are named when the room waits for them. */
const NAMED = 3;
/** More players than this are shown smaller. */
const SOME = 8;
const MANY = 20;

function state(): string {
  if (sitting.value.length === 0) return t("tv.nobody");
  if (missing.value > 0) return t("lobby.need_more", { n: missing.value });
  const names = waitedFor.value.map(({ name }) => name);
  if (names.length === 0) {
    // All are ready: the host starts the match.
    const host = room.value?.people[room.value.host ?? ""];
    return host?.connected ? t("tv.waits_for", { names: host.name }) : t("lobby.all_ready");
  }
  const more = names.length - NAMED;
  if (more <= 1) return t("tv.waits_for", { names: list(names) });
  return t("tv.waits_for", { names: `${names.slice(0, NAMED).join(", ")} ${t("tv.more", { n: more })}` });
}

function Player({ seat, person }: Sitting) {
  const ready = seat.kind === "bot" || seat.ready;
  const gone = person?.connected === false;
  return (
    <li
      class={`tv-player${ready ? " ready" : ""}${gone ? " gone" : ""}`}
      style={{ "--ink": teams.value > 0 ? inkOf(seat.team - 1).colour : inkOf(seat.colour).colour }}
    >
      <PlayerMark of={seat} size={48} label={markName(seat)} />
      <span class="tv-name">{seat.name}</span>
      {ready && (
        <span class="tv-ready">
          <Icon name={seat.kind === "bot" ? "bot" : "check"} />
          {seat.kind === "human" && <span class="unseen">{t("lobby.is_ready")}</span>}
        </span>
      )}
    </li>
  );
}

function Players() {
  const all = sitting.value;
  return (
    <ul
      class="tv-players"
      aria-label={t("lobby.players")}
      data-many={all.length > MANY ? "most" : all.length > SOME ? "some" : "few"}
    >
      {all.map((one) => (
        <Player key={`${one.number} ${one.seat.name}`} {...one} />
      ))}
    </ul>
  );
}

function Plan() {
  const info = game.value;
  const now = room.value;
  if (!info || !now) return null;
  const minutes = minutesOf(info, now.options);
  const rounds = now.options.rounds ?? 0;
  return (
    <div class="tv-plan">
      <GamePicture name={info.name} />
      <div>
        <h1>{gameTitle(info)}</h1>
        <p>{say(info.name, "game", "how", info.how) || say(info.name, "game", "blurb", info.blurb)}</p>
        {(minutes > 0 || rounds > 0) && (
          <p class="muted tv-length">
            {minutes > 0 && <span>{t("tv.minutes", { n: minutes })}</span>}
            {rounds > 0 && <span>{t("tv.rounds", { n: rounds })}</span>}
          </p>
        )}
      </div>
    </div>
  );
}

function Countdown() {
  const now = useServerNow();
  const left = Math.max(0, Math.ceil(((room.value?.countdown_at ?? 0) - now.value) / 1000));
  const info = game.value;
  return (
    <main id="main" class="tv-countdown">
      <h1>{info ? gameTitle(info) : t("match.get_ready")}</h1>
      <p class="tv-count" key={left}>
        {left || "·"}
      </p>
      <Players />
    </main>
  );
}

export function TvLobby() {
  if (phase.value === "countdown") return <Countdown />;
  return (
    <main id="main" class="tv-lobby">
      <div class="tv-start">
        <Logo />
        <WayIn large />
      </div>
      <div class="tv-rest">
        <Plan />
        <Players />
        <TonightLine />
        <p class="tv-state" role="status">
          {state()}
        </p>
      </div>
    </main>
  );
}
