// The player's controls of a replay: the time with its marks, play and steps, speed, and whom to follow.
import type { Signal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import type { Rider } from "../games/game_renderer";
import { t } from "../i18n";
import { type Mark, nextMark } from "../replay/marks";
import { type Replay, SPEEDS } from "../replay/replay";
import { Icon, LineIcon } from "../ui/Icon";
import { announce } from "../ui/say";
import { markText } from "./mark_text";
import { LONG_SKIP_S, SKIP_S } from "./replay_keys";

/** Marks that are nearer to each other than this part of the bar are drawn as one. */
const LEAST_APART = 1 / 250;
/** Nobody means the mark that was just passed when they ask for the one before. */
const MARGIN_S = 1.5;
const MARK_LEAD_S = 2;

const PATHS = {
  previous: "M18 5v14l-9-7zM6 5v14",
  next: "M6 5v14l9-7zM18 5v14",
  rewind: "M12 6l-6 6 6 6zM19 6l-6 6 6 6z",
  ahead: "M5 6l6 6-6 6zM12 6l6 6-6 6z",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 14.5h8",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

export type Riders = readonly (Rider | undefined)[];

/** "1:05" */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, "0");
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

export function skip(replay: Replay, seconds: number): void {
  replay.seek(replay.exactTick + seconds * replay.schema.tickHz);
}

/** Goes to a mark, a little before what happened. */
export function goToMark(replay: Replay, mark: Mark, riders: Riders): void {
  const lead = mark.kind === "round" ? 0 : MARK_LEAD_S * replay.schema.tickHz;
  replay.seek(mark.tick - lead);
  announce(
    `${clock(replay.seconds(mark.tick - replay.first))}: ${markText(replay.schema.game, mark, riders)}`,
  );
}

export function goToNextMark(replay: Replay, direction: 1 | -1, riders: Riders): void {
  const { tickHz } = replay.schema;
  const lead = MARK_LEAD_S * tickHz;
  // What is a lead ahead is being shown already.
  const from = replay.exactTick + (direction > 0 ? lead : lead / 2);
  const mark = nextMark(replay.marks.peek(), from, direction, direction > 0 ? 1 : MARGIN_S * tickHz);
  if (mark) goToMark(replay, mark, riders);
  else replay.seek(direction > 0 ? replay.ticks : replay.first);
}

export function changeSpeed(replay: Replay, by: 1 | -1): void {
  const at = SPEEDS.indexOf(replay.speed.peek());
  setSpeed(replay, SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))] ?? 1);
}

function setSpeed(replay: Replay, speed: number): void {
  replay.speed.value = speed;
  announce(speedText(speed));
}

const speedText = (speed: number) => (speed === 0.5 ? "½×" : `${speed}×`);

function markColour(mark: Mark, riders: Riders): string | undefined {
  return mark.kind === "out" || mark.kind === "point" ? riders[mark.seat]?.ink.colour : undefined;
}

function Marks({ replay, riders }: { replay: Replay; riders: Riders }) {
  const length = Math.max(1, replay.ticks - replay.first);
  const last = new Map<string, number>();
  const shown = replay.marks.value.filter(({ kind, tick }) => {
    const at = (tick - replay.first) / length;
    if (at - (last.get(kind) ?? -1) < LEAST_APART) return false;
    last.set(kind, at);
    return true;
  });
  return (
    <div class="time-marks" aria-hidden="true">
      {shown.map((mark) => (
        <span
          key={`${mark.tick}${mark.name}${mark.seat}`}
          class={`time-mark ${mark.kind}`}
          style={{
            insetInlineStart: `${(100 * (mark.tick - replay.first)) / length}%`,
            background: markColour(mark, riders),
          }}
        />
      ))}
    </div>
  );
}

/** The part of the match that can be sought in already. */
function Known({ replay }: { replay: Replay }) {
  const part = useComputed(() => {
    const length = Math.max(1, replay.ticks - replay.first);
    const known = Math.max(replay.survey.scanned.value, replay.tick.value) - replay.first;
    return Math.round((1000 * known) / length) / 1000;
  });
  return <span class="time-known" style={{ inlineSize: `${part.value * 100}%` }} />;
}

function TimeSlider({ replay, riders }: { replay: Replay; riders: Riders }) {
  const tick = replay.tick.value;
  const length = Math.max(1, replay.ticks - replay.first);
  const seconds = (at: number) => clock(replay.seconds(at - replay.first));
  const round = replay.feed.hud.value?.round ?? 0;
  const text = t("replay.time_of", { now: seconds(tick), all: seconds(replay.ticks) });
  return (
    <div class="time" style={{ "--at": (tick - replay.first) / length }}>
      <div class="time-track">
        <Known replay={replay} />
        <span class="time-done" />
      </div>
      <Marks replay={replay} riders={riders} />
      <input
        type="range"
        class="time-input"
        min={replay.first}
        max={replay.ticks}
        step={1}
        value={tick}
        aria-label={t("replay.time")}
        aria-valuetext={round > 0 ? `${text}, ${t("match.round", { n: round })}` : text}
        onInput={(event) => replay.seek(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

function Tool({
  icon,
  label,
  small,
  pressed,
  onClick,
}: {
  icon: keyof typeof PATHS;
  label: string;
  small?: boolean;
  pressed?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class={small ? "icon-btn minor" : "icon-btn"}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <LineIcon name={icon} path={PATHS[icon]} />
    </button>
  );
}

function Speed({ replay }: { replay: Replay }) {
  return (
    <label class="speed">
      <span class="unseen">{t("replay.speed")}</span>
      <select
        value={String(replay.speed.value)}
        title={t("replay.speed")}
        onChange={(event) => setSpeed(replay, Number(event.currentTarget.value))}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={String(speed)}>
            {speedText(speed)}
          </option>
        ))}
      </select>
    </label>
  );
}

export interface ReplayBarProps {
  replay: Replay;
  riders: Riders;
  help: Signal<boolean>;
  /** null: the browser cannot. */
  onFull: (() => void) | null;
}

export function ReplayBar({ replay, riders, help, onFull }: ReplayBarProps) {
  const playing = replay.playing.value;
  const at = replay.seconds(replay.tick.value - replay.first);
  const all = replay.seconds(replay.ticks - replay.first);
  return (
    <section class="player" aria-label={t("replay.player")}>
      <TimeSlider replay={replay} riders={riders} />
      <div class="player-row">
        <button
          type="button"
          class="icon-btn player-play"
          aria-label={playing ? t("replay.pause") : t("replay.play")}
          title={playing ? t("replay.pause") : t("replay.play")}
          onClick={() => replay.toggle()}
        >
          <Icon name={playing ? "pause" : "play"} size={26} />
        </button>
        <Tool
          icon="previous"
          label={t("replay.previous_mark")}
          onClick={() => goToNextMark(replay, -1, riders)}
        />
        <Tool icon="next" label={t("replay.next_mark")} onClick={() => goToNextMark(replay, 1, riders)} />
        <Tool
          icon="rewind"
          small
          label={t("replay.skip_back", { n: LONG_SKIP_S })}
          onClick={() => skip(replay, -LONG_SKIP_S)}
        />
        <Tool
          icon="ahead"
          small
          label={t("replay.skip_on", { n: LONG_SKIP_S })}
          onClick={() => skip(replay, LONG_SKIP_S)}
        />
        <Tool icon="back" label={t("replay.step_back")} onClick={() => replay.step(-1)} />
        <Tool icon="forward" label={t("replay.step_on")} onClick={() => replay.step(1)} />
        <span class="player-clock">
          {clock(at)}
          <span class="player-tenth">.{Math.floor(at * 10) % 10}</span>
          <span class="muted"> / {clock(all)}</span>
        </span>
        <Speed replay={replay} />
        <Tool
          icon="keyboard"
          small
          label={t("replay.keys")}
          onClick={() => {
            help.value = true;
          }}
        />
        {onFull && <Tool icon="full" label={t("app.fullscreen")} onClick={onFull} />}
      </div>
    </section>
  );
}

/** For the list of keys. */
export const SKIPS = { short: SKIP_S, long: LONG_SKIP_S };
