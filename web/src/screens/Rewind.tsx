// Going back in a running match, for those who watch: a time bar over what this page has kept of it, and decisive
// moments again. The live match goes on beneath. Only for games whose rules run in this browser.
import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { covered, riders } from "../arena/Arena";
import { t } from "../i18n";
import { KEPT_S, LiveHistory } from "../replay/live_history";
import { kindOf } from "../replay/marks";
import { checkRules } from "../replay/record";
import { Replay } from "../replay/replay";
import { session } from "../session/page";
import { calm, settings } from "../settings";
import { Switch } from "../ui/controls";
import { Icon } from "../ui/Icon";
import { announce } from "../ui/say";
import { clock, skip } from "./ReplayBar";
import { ReplayPicture } from "./ReplayPicture";
import { actionOf } from "./replay_keys";
import { game, phase, room } from "./room";
import "../style/replay.css";
import "../style/rewind.css";

const BACK_S = 10;
const BEFORE_S = 4;
const AFTER_S = 1;
/** A moment is shown automatically if the round ended this soon after it. */
const FRESH_S = 4;
const GROW_MS = 250;

interface Kept {
  history: LiveHistory;
  /** The last decisive moment, and the restarts of the history before it. */
  moment: Signal<{ tick: number; restarts: number }>;
}

/** The tick of the last decisive moment that is kept; -1: none. */
function momentOf({ history }: Kept, { tick, restarts }: { tick: number; restarts: number }): number {
  return restarts === history.restarts ? tick : -1;
}

/** Keeps the running match as long as this is shown. */
function useHistory(rules: string | null): Kept | null {
  const kept = useSignal<Kept | null>(null);
  const { match } = session;
  const schema = match.schema.value;
  useEffect(() => {
    if (!rules || !schema) return;
    const history = new LiveHistory(schema.tickHz, () => session.confirmedState());
    const moment = signal({ tick: -1, restarts: 0 });
    kept.value = { history, moment };
    session.hearConfirmed(history);
    const end = match.listen(({ name }) => {
      const kind = kindOf(schema.game, name);
      if (kind === "out" || kind === "point") {
        moment.value = { tick: history.last, restarts: history.restarts };
      }
    });
    return () => {
      end();
      session.hearConfirmed(null);
      kept.value = null;
    };
  }, [rules, schema]);
  return kept.value;
}

/** Opens what is kept as a replay, from `from` on at the least; -1: all of it. Raises ReplayError. */
async function open(history: LiveHistory, path: string, from: number): Promise<Replay | null> {
  const response = await fetch(path);
  const rules = checkRules(await response.json());
  const stretch = history.stretch(from);
  return stretch && Replay.open({ ...stretch, rules, setup: null, finalHash: -1 });
}

function isTaken({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog, button") !== null;
}

interface PlaybackProps {
  tv: boolean;
  history: LiveHistory;
  replay: Replay;
  /** Shown at half speed up to here, then ended; null: it is the person who goes back. */
  until: number | null;
  onLive: () => void;
}

function Playback({ tv, history, replay, until, onLive }: PlaybackProps) {
  const last = useSignal(replay.ticks);
  // Until what was asked for is there, the live match is seen.
  const arrived = useSignal(false);
  const live = useRef(onLive);
  live.current = onLive;
  useEffect(() => {
    const { restarts } = history;
    const grow = setInterval(() => {
      // Another match, or a gap: what is shown does not lead on to it.
      if (history.restarts === restarts) replay.extend(history.last, history.rowsFrom(replay.ticks));
      last.value = replay.ticks;
      // A match that was ended goes no further, so the last tick asked for may never come.
      const ended = until !== null && phase.peek() !== "live" && replay.tick.peek() >= replay.ticks - 1;
      if (replay.problem.peek() || ended) live.current();
    }, GROW_MS);
    const arrival = replay.seeking.subscribe((seeking) => {
      if (!seeking) arrived.value = true;
    });
    const watch = replay.tick.subscribe((tick) => {
      if (until !== null && tick >= until) live.current();
    });
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const action = event.key === "Escape" ? null : actionOf(event);
      if (event.key !== "Escape" && (isTaken(event) || !action)) return;
      if (event.key === "Escape") live.current();
      else if (action?.do === "toggle") replay.toggle();
      else if (action?.do === "skip") skip(replay, action.seconds);
      else if (action?.do === "step") replay.step(action.ticks);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    addEventListener("keydown", onKey, true);
    return () => {
      clearInterval(grow);
      watch();
      arrival();
      removeEventListener("keydown", onKey, true);
    };
  }, [replay]);
  const tick = replay.tick.value;
  const first = Math.max(replay.first, last.value - KEPT_S * replay.schema.tickHz);
  const behind = clock(replay.seconds(Math.max(0, last.value - tick)));
  const playing = replay.playing.value;
  return (
    <>
      <div class={arrived.value ? "rewind-picture" : "rewind-picture waiting"} data-tick={tick}>
        <ReplayPicture
          replay={replay}
          tv={tv}
          riders={riders.value}
          follow={-1}
          onBroken={onLive}
          onFollow={() => {}}
          onAction={(action) => {
            if (action.do === "toggle") replay.toggle();
            else if (action.do === "skip") skip(replay, action.seconds);
          }}
        />
        {until !== null && <p class="rewind-badge badge">{t("rewind.badge")}</p>}
      </div>
      <section class="rewind-bar panel" aria-label={t("rewind.bar")}>
        <button
          type="button"
          class="icon-btn"
          aria-label={playing ? t("replay.pause") : t("replay.play")}
          onClick={() => replay.toggle()}
        >
          <Icon name={playing ? "pause" : "play"} />
        </button>
        <div class="time" style={{ "--at": (tick - first) / Math.max(1, last.value - first) }}>
          <div class="time-track">
            <span class="time-done" />
          </div>
          <input
            type="range"
            class="time-input"
            min={first}
            max={last.value}
            step={1}
            value={tick}
            aria-label={t("replay.time")}
            aria-valuetext={t("rewind.behind", { time: behind })}
            onInput={(event) => replay.seek(event.currentTarget.valueAsNumber)}
          />
        </div>
        <span class="rewind-clock">−{behind}</span>
        <button type="button" class="btn primary" onClick={onLive}>
          {t("rewind.live")}
        </button>
      </section>
    </>
  );
}

/** `tv`: the screen for everybody, which shows decisive moments again automatically. */
export function Rewind({ tv = false, open: isOpen }: { tv?: boolean; open: Signal<boolean> }) {
  const rules = game.value?.rules ?? null;
  const kept = useHistory(rules);
  const shown = useSignal<{ replay: Replay; until: number | null } | null>(null);
  const opening = useSignal(0);
  const calls = useRef(0);
  const toLive = () => {
    calls.current++;
    opening.value = 0;
    shown.value?.replay.end();
    shown.value = null;
    covered.value = false;
    isOpen.value = false;
  };
  /** `from`: the tick; null: some seconds before now. */
  const show = (from: number | null, until: number | null) => {
    if (!kept || !rules) return;
    const call = ++calls.current;
    opening.value = call;
    open(kept.history, rules, from ?? -1).then(
      (replay) => {
        if (call !== calls.current || !replay) {
          replay?.end();
          if (call === calls.current) opening.value = 0;
          return;
        }
        opening.value = 0;
        shown.value?.replay.end();
        if (until !== null) replay.speed.value = 0.5;
        replay.seek(from ?? replay.ticks - BACK_S * replay.schema.tickHz);
        replay.play();
        covered.value = true;
        isOpen.value = true;
        shown.value = { replay, until };
      },
      (error: unknown) => {
        console.warn(error);
        if (call !== calls.current) return;
        opening.value = 0;
        if (until === null) announce(t("rewind.failed"));
      },
    );
  };
  const again = (tick: number) => {
    const hz = session.match.schema.peek()?.tickHz ?? 30;
    show(tick - BEFORE_S * hz, tick + AFTER_S * hz);
  };
  const act = useRef({ again, toLive });
  act.current = { again, toLive };
  useEffect(() => () => act.current.toLive(), []);

  // By itself: when a round is over, or the match; it ends as soon as play goes on.
  const playing = phase.value === "live" && session.match.hud.value?.phase === "live";
  const wasPlaying = useRef(playing);
  useEffect(() => {
    const over = wasPlaying.current && !playing;
    wasPlaying.current = playing;
    if (!tv || !kept) return;
    const { replay: _, until = null } = shown.peek() ?? {};
    if (playing && (until !== null || opening.peek() > 0)) toLive();
    const hz = session.match.schema.peek()?.tickHz ?? 30;
    const tick = momentOf(kept, kept.moment.peek());
    const fresh = tick >= 0 && kept.history.last - tick <= FRESH_S * hz;
    if (over && fresh && !shown.peek() && settings.instantReplay.peek() && !calm.peek()) again(tick);
  }, [playing, kept]);

  const now = shown.value;
  if (now && kept)
    return <Playback tv={tv} history={kept.history} replay={now.replay} until={now.until} onLive={toLive} />;
  if (!kept || !room.value) return null;
  const moment = momentOf(kept, kept.moment.value);
  const running = phase.value === "live" || phase.value === "paused";
  return (
    <div class={tv ? "rewind-ways tv" : "rewind-ways"}>
      {opening.value > 0 && (
        <span class="muted" role="status">
          <span class="spinner" /> <span class="unseen">{t("rewind.opening")}</span>
        </span>
      )}
      {running && (
        <button type="button" class="btn" onClick={() => show(null, null)}>
          <Icon name="back" size={18} /> {t("rewind.back")}
        </button>
      )}
      {running && moment >= 0 && (
        <button type="button" class="btn" onClick={() => again(moment)}>
          {t("rewind.again")}
        </button>
      )}
      {tv && (
        <Switch
          label={t("rewind.instant")}
          on={settings.instantReplay.value}
          onChange={(on) => {
            settings.instantReplay.value = on;
          }}
        />
      )}
    </div>
  );
}
