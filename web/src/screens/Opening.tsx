// The countdown before a match, the same for every game: over the arena where the match counts down itself, else over
// the ground. It shows the number, who one is, and what one's thumbs or keys do.
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { opening, ownPlace } from "../arena/opening";
import { t } from "../i18n";
import type { GameInfo, SeatInfo } from "../protocol.gen";
import { session } from "../session/page";
import { useLater, useServerNow } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark, teamName } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { announce, done } from "../ui/say";
import { gameTitle } from "./GameTiles";
import { HowToPlay } from "./HowToPlay";
import { amHost, game, mySeats, phase, room, teams } from "./room";
import "../style/opening.css";

/** A page without a countdown after this time has come too late for it. */
const LATE_MS = 3000;

interface CountProps {
  info: GameInfo;
  /** The seats that are played at this device. */
  mine: readonly SeatInfo[];
  /** Whole seconds until everybody can play. */
  left: ReadonlySignal<number>;
  /** The arena is behind it. */
  over: boolean;
  onCancel: (() => void) | null;
}

/** Whether players are drawn with their own marks; a game may draw all of a team alike. */
function marked(info: GameInfo): boolean {
  const schema = session.match.schema.value;
  const parts = schema?.game === info.name ? schema.picture : [];
  return teams.value === 0 || parts.length === 0 || parts.some(({ part }) => part === "mark");
}

function You({ seat, info }: { seat: SeatInfo; info: GameInfo }) {
  return (
    <p class="opening-you">
      {(marked(info) || seat.team === 0) && (
        <>
          <PlayerMark of={seat} size={34} label={markName(seat)} /> {t("opening.you")}
        </>
      )}
      {teams.value > 0 && seat.team > 0 && (
        <b class="opening-team" style={{ "--team": inkOf(seat.team - 1).colour }}>
          {t("opening.team", { team: teamName(seat.team) })}
        </b>
      )}
    </p>
  );
}

/** The countdown as it is drawn, for online matches and for practice. */
export function Count({ info, mine, left, over, onCancel }: CountProps) {
  useEffect(() => {
    if (left.value > 0) announce(t("match.starts_in", { n: left.value }), true);
  }, [left.value]);
  return (
    <div class={over ? "opening over" : "opening"} data-own={over ? ownPlace.value : ""}>
      <div class="opening-head">
        {!over && <h1>{gameTitle(info)}</h1>}
        <p class="opening-line">{t("opening.starting")}</p>
        <p class="count-down" aria-hidden="true" key={left.value}>
          {left.value || "·"}
        </p>
      </div>
      {mine.length > 0 ? (
        <div class="opening-card">
          {mine[0] && <You seat={mine[0]} info={info} />}
          <HowToPlay info={info} players={mine.length} />
        </div>
      ) : (
        <p class="opening-card muted">{t("lobby.you_watch")}</p>
      )}
      {onCancel && (
        <button type="button" class="btn opening-cancel" onClick={onCancel}>
          <Icon name="close" size={18} /> {t("opening.stop")}
        </button>
      )}
    </div>
  );
}

const ownSeats = (): SeatInfo[] =>
  mySeats.value.map((number) => room.value?.seats[number]).filter((seat) => seat !== undefined);

/** The seconds before a match whose game does not count down itself. */
export function RoomCountdown() {
  const now = useServerNow();
  const left = useComputed(() =>
    Math.max(0, Math.ceil(((room.value?.countdown_at ?? 0) - now.value) / 1000)),
  );
  const info = game.value;
  if (!info) return null;
  const cancel = () => void done(session.commands.cancel());
  return (
    <main id="main" class="countdown">
      <Count info={info} mine={ownSeats()} left={left} over={false} onCancel={amHost.value ? cancel : null} />
    </main>
  );
}

function Counting({ info, onOver }: { info: GameInfo; onOver: () => void }) {
  const now = useServerNow();
  const known = useSignal(false);
  const left = useComputed(() => {
    const ms = session.match.due((info.countdown ?? 0) * info.tick_hz) - now.value;
    return Math.max(0, Math.ceil(ms / 1000));
  });
  // Until the first picture is here, what is known of the time is that of the match before.
  if (!known.value && now.value && session.match.whole && left.value > 0) known.value = true;
  const late = useLater(LATE_MS);
  const over = left.value === 0 && (known.value || (late && session.match.whole));
  useEffect(() => {
    if (over) onOver();
  }, [over]);
  useEffect(() => {
    opening.value = known.value && !over;
    return () => {
      opening.value = false;
      ownPlace.value = ""; // where one starts in the next match is not known yet
    };
  }, [known.value, over]);
  if (!known.value || over || phase.value !== "live") return null;
  const cancel = () => void done(session.commands.lobby());
  return <Count info={info} mine={ownSeats()} left={left} over onCancel={amHost.value ? cancel : null} />;
}

function Once({ info }: { info: GameInfo }) {
  const over = useSignal(false);
  if (over.value) return null;
  return <Counting info={info} onOver={() => (over.value = true)} />;
}

/** Over the arena, for as long as the match that has just begun counts down. */
export function MatchOpening() {
  const info = game.value;
  const number = room.value?.match?.number;
  if (!info?.countdown) return null;
  return <Once key={number} info={info} />;
}
