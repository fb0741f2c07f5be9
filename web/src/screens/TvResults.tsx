// The screen for everybody after a match: the third, the second and the first come up one after the other, then everyone
// else, the awards, and how the evening stands.
import { useEffect, useState } from "preact/hooks";
import { covered } from "../arena/Arena";
import { number, say, t } from "../i18n";
import type { AwardLine, PlaceLine, Results } from "../protocol.gen";
import { session } from "../session/page";
import { calm } from "../settings";
import { useServerNow } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { Qr } from "../ui/Qr";
import { awardFigure } from "./award_figure";
import { gameTitle } from "./GameTiles";
import { again, game, outcome, room } from "./room";
import { podiumSound } from "./room_sounds";
import { matchLink } from "./route";
import { Tonight, Votes } from "./TvEvening";
import { WayIn } from "./TvWayIn";
import { winnersTitle } from "./winners";

/** When the third, the second, the first, all the rest and the evening are there, in ms since the end. */
const STAGES_MS = [300, 1300, 2600, 4000, 9500];
const ALL = 4;
const MOMENT_MS = 13_000;
/** The evening has the place of those who came fourth and later. */
const EVENING = 5;
/** From left to right: second, first, third. */
const STEPS = [1, 0, 2];
const AWARDS = 3;
const SPARKS = 28;

/** How many stages are there: 1 to 3, the places from the third up; 4: all. */
function useStage(): number {
  const [stage, setStage] = useState(calm.peek() ? ALL : 0);
  // The decisive moment is seen again first, where it is.
  const waits = covered.value;
  useEffect(() => {
    if (waits && !calm.peek()) setStage(0);
    // A moment that does not come, on a slow device, holds nothing up for long.
    const later = waits ? MOMENT_MS : 0;
    const timers = STAGES_MS.map((ms, k) =>
      setTimeout(() => setStage((before) => Math.max(before, k + 1)), later + ms),
    );
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [waits]);
  useEffect(() => {
    if (!calm.peek()) podiumSound(stage);
  }, [stage]);
  return stage;
}

/** The stage at which the k-th of the list is on its step. */
export function stageOfStep(k: number, steps: number): number {
  // With two players there is no third: the second comes first.
  return Math.min(3, steps) - k + (3 - Math.min(3, steps));
}

function Step({ line, there }: { line: PlaceLine; there: boolean }) {
  return (
    <li
      class={`tv-step place-${line.place}${there ? " there" : ""}`}
      style={{ "--ink": inkOf(line.colour).colour }}
      aria-hidden={!there}
    >
      <div class="tv-who">
        {line.place === 1 && !outcome.value?.nobody_won && <Icon name="crown" />}
        <PlayerMark of={line} size={line.place === 1 ? 120 : 84} label={markName(line)} />
        <strong>{line.name}</strong>
      </div>
      <div class="tv-block">
        <span class="tv-place">
          <span class="unseen">{t("results.place", { n: line.place })}</span>
          <span aria-hidden="true">{line.place}</span>
        </span>
        <b>{number(line.points)}</b>
      </div>
    </li>
  );
}

/** Marks that rain once, for the winner; the same ones each time, so that nothing is made while they fall. */
function Sparks({ line }: { line: PlaceLine }) {
  return (
    <div class="tv-sparks" aria-hidden="true">
      {Array.from({ length: SPARKS }, (_, k) => (
        <span
          key={k}
          style={{
            "--x": `${(k * 37 + 11) % 100}%`,
            "--late": `${((k * 53) % 100) * 12}ms`,
            "--turn": `${((k * 71) % 9) * 90 - 360}deg`,
          }}
        >
          <PlayerMark of={k % 3 === 0 ? line : { colour: k, shape: k }} size={k % 3 === 0 ? 40 : 26} />
        </span>
      ))}
    </div>
  );
}

function Awards({ awards }: { awards: readonly AwardLine[] }) {
  const played = room.value?.game ?? "";
  if (awards.length === 0) return null;
  return (
    <ul class="tv-awards" aria-label={t("results.awards")}>
      {awards.slice(0, AWARDS).map((award) => (
        <li key={`${award.award}${award.seat}`}>
          <PlayerMark of={award} size={36} label={markName(award)} />
          <div>
            <strong>{say(played, "award", award.award, award.award)}</strong>
            <span class="muted">
              {award.name} · {awardFigure(played, award.award, award.value)}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Others({ places }: { places: readonly PlaceLine[] }) {
  if (places.length === 0) return null;
  return (
    <ol class="tv-others" start={4} data-many={places.length > 7}>
      {places.map((line) => (
        <li key={line.seat}>
          <span class="muted">{line.place}</span>
          <PlayerMark of={line} size={32} label={markName(line)} />
          <span class="tv-name">{line.name}</span>
          <b>{number(line.points)}</b>
        </li>
      ))}
    </ol>
  );
}

/** What comes after the results, and when. */
function Then() {
  const clock = useServerNow();
  const now = room.value;
  const next = now?.next && session.games.value.find(({ name }) => name === now.next?.game);
  if (next) return <p class="tv-state">{t("tv.next", { game: gameTitle(next) })}</p>;
  const left = Math.ceil(((now?.results_until ?? 0) - clock.value) / 1000);
  return left > 0 ? <p class="tv-until muted">{t("tv.lobby_in", { n: left })}</p> : null;
}

/** How many people want to play again. */
function Again() {
  const { wanted, of } = again.value;
  if (!room.value || of === 0) return null;
  return (
    <p class="tv-state" role="status">
      {t("tv.again", { n: wanted.length, m: of })}
    </p>
  );
}

function Foot({ record }: { record: string | undefined }) {
  const link = record ? matchLink(record) : "";
  return (
    <footer class="tv-foot">
      <WayIn />
      <div class="tv-then">
        <Again />
        <Then />
      </div>
      {record && (
        <div class="tv-record">
          <p class="muted">{t("tv.record")}</p>
          <Qr text={link} label={t("lobby.qr_label", { link })} />
        </div>
      )}
    </footer>
  );
}

function Ended({ of }: { of: Results }) {
  const stage = useStage();
  const places = [...of.places].sort((a, b) => a.place - b.place || b.points - a.points);
  const top = STEPS.map((k) => ({ line: places[k], k })).filter(
    (one): one is { line: PlaceLine; k: number } => one.line !== undefined,
  );
  const first = places[0];
  const title = winnersTitle(of);
  const poll = stage >= ALL && room.value?.poll !== undefined;
  const evening = stage >= EVENING && (room.value?.evening?.matches ?? 0) > 1;
  const known = stage >= 3 || top.length === 0;
  return (
    <main id="main" class="tv-results" data-stage={stage}>
      <h1>{known ? title : game.value ? gameTitle(game.value) : t("results.title")}</h1>
      <ol class="tv-steps" data-steps={top.length}>
        {top.map(({ line, k }) => (
          <Step key={line.seat} line={line} there={stage >= stageOfStep(k, top.length)} />
        ))}
      </ol>
      <div class={stage >= ALL ? "tv-beside there" : "tv-beside"}>
        {poll ? <Votes /> : evening ? <Tonight /> : <Others places={places.slice(3)} />}
        {!poll && !evening && <Awards awards={of.awards} />}
      </div>
      {known && first?.place === 1 && !of.nobody_won && !calm.value && <Sparks line={first} />}
      <Foot record={of.record} />
    </main>
  );
}

export function TvResults() {
  const of = outcome.value;
  return of && <Ended key={of.record ?? of.ticks} of={of} />;
}
