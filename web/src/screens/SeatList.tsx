// The players, one line for each seat with its actions, and the spectators.
import { t } from "../i18n";
import { session } from "../session/page";
import type { Person } from "../session/room_state";
import { Select } from "../ui/controls";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark, TeamDot, teamName } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { BotControls } from "./BotControls";
import { EmoteBubble } from "./emotes";
import { GiveSeat } from "./GiveSeat";
import { personOpen } from "./PersonDialog";
import {
  amHost,
  freeSeats,
  game,
  isHushed,
  mySeats,
  myself,
  type Sitting,
  sitting,
  teams,
  watching,
} from "./room";

const POOR_MS = 150;

/** The round trip in words and as a dot, so that it is read at a glance. */
function Ping({ person }: { person: Person | null }) {
  if (!person?.connected || person.rtt === null) return null;
  return (
    <span class={person.rtt > POOR_MS ? "ping poor" : "ping"}>
      {t("lobby.ping", { ms: Math.round(person.rtt) })}
    </span>
  );
}

function Badges({ id, person }: { id: string; person: Person }) {
  const badges: string[] = [];
  if (id === session.me.value) badges.push(t("app.you"));
  if (person.wins > 0) badges.push(t("lobby.wins", { n: person.wins }));
  if (person.muted || isHushed(id)) badges.push(t("person.is_muted"));
  if (!person.connected) badges.push(t("lobby.gone"));
  else if (person.away) badges.push(t("lobby.away"));
  return (
    <>
      {id === session.room.value?.host && (
        <span class="badge host">
          <Icon name="crown" size={16} /> {t("app.host")}
        </span>
      )}
      {badges.map((badge) => (
        <span key={badge} class="badge">
          {badge}
        </span>
      ))}
    </>
  );
}

function PersonButton({ id, person }: { id: string; person: Person }) {
  const mine = id === session.me.value;
  return (
    <button
      type="button"
      class="icon-btn"
      aria-label={mine ? t("lobby.edit_me") : t("lobby.person", { name: person.name })}
      onClick={() => {
        personOpen.value = id;
      }}
    >
      <Icon name="more" />
    </button>
  );
}

function TeamChoice({ number, seat }: Sitting) {
  if (!teams.value) return null;
  const mine = mySeats.value.includes(number);
  const choices = Array.from({ length: teams.value }, (_, k) => ({
    value: String(k + 1),
    text: teamName(k + 1),
  }));
  return (
    <span class="seat-team">
      <TeamDot team={seat.team} />
      {mine || amHost.value ? (
        <Select
          bare
          label={t("lobby.team_of", { name: seat.name })}
          value={String(seat.team)}
          choices={choices}
          onChange={(team) => void done(session.commands.team(number, Number(team)))}
        />
      ) : (
        teamName(seat.team)
      )}
    </span>
  );
}

function SeatLine(sitter: Sitting) {
  const { seat, person, number } = sitter;
  const mine = mySeats.value.includes(number);
  // In a room in which a kept match goes on, everybody chooses their seat of it.
  const takeable = seat.kind === "bot" && session.room.value?.continues !== undefined;
  return (
    <li class={mine ? "seat mine" : "seat"}>
      <PlayerMark of={seat} size={30} label={markName(seat)} />
      <EmoteBubble number={number} />
      <div class="seat-words">
        <span class="seat-name">{seat.name}</span>
        <span class="badges">
          {seat.kind === "bot" && (
            <span class="badge">
              <Icon name="bot" size={16} /> {t("app.bot")}
            </span>
          )}
          {person && seat.player && person.seat === number && (
            <>
              <Badges id={seat.player} person={person} />
              <Ping person={person} />
            </>
          )}
        </span>
      </div>
      <div class="seat-doing">
        <TeamChoice {...sitter} />
        {takeable && (
          <button
            type="button"
            class="btn"
            aria-label={t("lobby.take_seat", { name: seat.name })}
            onClick={() => void done(session.commands.takeSeat(number))}
          >
            {t("lobby.take")}
          </button>
        )}
        {seat.kind === "bot" ? (
          <BotControls {...sitter} />
        ) : seat.player === session.room.value?.host ? null : (
          <span class={seat.ready ? "ready-sign yes" : "ready-sign"}>
            {seat.ready ? (
              <>
                <Icon name="check" size={18} /> {t("lobby.is_ready")}
              </>
            ) : (
              t("lobby.not_ready")
            )}
          </span>
        )}
        {seat.held && person?.seat === number && <GiveSeat number={number} name={person.name} />}
        {person && seat.player && person.seat === number && <PersonButton id={seat.player} person={person} />}
      </div>
    </li>
  );
}

function Watchers() {
  if (!watching.value.length) return null;
  return (
    <>
      <h3>
        <Icon name="eye" size={18} /> {t("lobby.spectators")}
      </h3>
      <ul class="watchers">
        {watching.value.map(({ id, person }) => (
          <li key={id} class="seat">
            <PlayerMark of={person} size={22} label={markName(person)} />
            <div class="seat-words">
              <span class="seat-name">{person.name}</span>
              <span class="badges">
                <Badges id={id} person={person} />
              </span>
            </div>
            <PersonButton id={id} person={person} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function SeatList() {
  const free = freeSeats.value;
  const me = myself.value;
  // There is one mouse: where all point at the same time and nothing is steered by keys, two need two devices.
  const controls = game.value?.controls ?? [];
  const shareable =
    controls.some(({ kind }) => kind === "stick") ||
    !controls.some(({ kind, only }) => kind === "pointer" && only === undefined);
  // A bot makes room for a person.
  const bots = sitting.value.some(({ seat }) => seat.kind === "bot");
  return (
    <section class="seats panel" aria-labelledby="seats-title">
      <h2 id="seats-title">
        {t("lobby.players")}
        <span class="aside">
          {free > 0 ? t("lobby.free", { n: free }) : t(bots ? "lobby.full_bots" : "lobby.full")}
        </span>
      </h2>
      <ul>
        {sitting.value.map((sitter) => (
          <SeatLine key={sitter.number} {...sitter} />
        ))}
      </ul>
      <div class="row">
        {amHost.value && free > 0 && (
          <button type="button" class="btn" onClick={() => void done(session.commands.bot({ add: true }))}>
            <Icon name="plus" size={18} /> {t("lobby.add_bot")}
          </button>
        )}
        {me && me.seat !== null && (me.second !== null || (shareable && (free > 0 || bots))) && (
          <button
            type="button"
            class="btn for-keys"
            aria-pressed={me.second !== null}
            onClick={() => void done(session.commands.second(me.second === null))}
          >
            <Icon name={me.second === null ? "keyboard" : "check"} size={18} /> {t("lobby.second_on")}
          </button>
        )}
        {me && (me.seat !== null || free > 0 || bots) && (
          <button
            type="button"
            class="btn quiet"
            onClick={() => void done(session.commands.sit(me.seat !== null))}
          >
            <Icon name={me.seat === null ? "play" : "eye"} size={18} />
            {me.seat === null ? t("lobby.sit") : t("lobby.watch")}
          </button>
        )}
      </div>
      <Watchers />
    </section>
  );
}
