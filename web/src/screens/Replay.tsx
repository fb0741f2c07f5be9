// The page of an ended match, "/m/ID": its result at once, then the match itself, with a player's buttons and keys.
import "../i18n/en";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { number, say, t } from "../i18n";
import type { MatchInfo } from "../protocol.gen";
import { BadClip, type Clip, isClip, readClip } from "../replay/clip";
import { recordingOf } from "../replay/clip_recording";
import {
  fetchMatch,
  fetchRecording,
  type ProblemCode,
  type Recording,
  ReplayError,
  rulesPath,
} from "../replay/record";
import { Replay as Player } from "../replay/replay";
import { calm } from "../settings";
import { Bar } from "../ui/Bar";
import { Dialog } from "../ui/Dialog";
import { useLook, useWakeLock } from "../ui/hooks";
import { Icon, Logo } from "../ui/Icon";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { SHAPES } from "../ui/palette";
import { announce } from "../ui/say";
import { backToRoom } from "./address";
import { ClipStage } from "./ClipTool";
import { HomeButton, MessagePage } from "./Farewell";
import { markText } from "./mark_text";
import { changeSpeed, clock, goToMark, goToNextMark, ReplayBar, SKIPS, skip } from "./ReplayBar";
import { ReplayPicture } from "./ReplayPicture";
import { REPLAY_TOOLS } from "./ReplayTools";
import { ResultCard } from "./ResultCard";
import { actionOf, KEY_HELP, type PlayerAction } from "./replay_keys";
import { ridersOf } from "./riders";
import { room } from "./room";
import { followLink } from "./route";
import "../style/replay.css";

const BEAT_MS = 500;
/** The controls over a small or full-screen picture go away when nothing was touched for this time; at first later. */
const IDLE_MS = 2500;
const FIRST_IDLE_MS = 6000;
const MOST_MOMENTS = 80;

/** What the address names: a record, and what of it is to be run. */
interface Found {
  /** null: a clip is shown, whose match the server may not have. */
  record: MatchInfo | null;
  clip: Clip | null;
  recording: () => Promise<Recording>;
}

async function find(id: string): Promise<Found> {
  if (isClip(location.hash)) {
    const clip = await readClip(location.hash);
    return { record: null, clip, recording: () => recordingOf(clip) };
  }
  const record = await fetchMatch(id);
  return { record, clip: null, recording: () => fetchRecording(record) };
}

/** Keeps this page, the rules and the match, so that replay and clips open without a network. */
async function keepForLater({ record, clip }: Found): Promise<void> {
  const { keepMatch, keepMatchRules, keepOffline } = await import("../session/page_build");
  const rules = (record ?? clip)?.rules;
  await Promise.all([
    keepOffline(),
    rules ? keepMatchRules(rulesPath(rules)) : undefined,
    record ? keepMatch(record.id) : undefined,
  ]);
}

/** Back to the room that one is in, where the others may already want the next match; else home. */
function WayOut() {
  const now = room.value;
  const wanted = now?.rematch?.length ?? 0;
  if (!now) {
    return (
      <a class="icon-btn with-word" href="/" onClick={followLink}>
        <span class="unseen">{t("app.home")}</span>
        <Logo small />
      </a>
    );
  }
  return (
    <button type="button" class="btn" onClick={backToRoom}>
      <Icon name="back" size={18} /> {t("record.back")}
      {wanted > 0 && <span class="muted">{t("record.wanted", { n: wanted })}</span>}
    </button>
  );
}

/** The tick that the address asks for: `?t=12.5` is in seconds. */
function askedTick(player: Player): number {
  const seconds = Number(new URLSearchParams(location.search).get("t") ?? 0);
  return Number.isFinite(seconds) ? player.first + seconds * player.schema.tickHz : player.first;
}

type Trouble = ProblemCode | "clip";

function codeOf(problem: unknown): Trouble {
  if (problem instanceof ReplayError) return problem.code;
  return problem instanceof BadClip ? "clip" : "broken";
}

function Problem({ code }: { code: Trouble }) {
  return (
    <div class="replay-problem" role="alert">
      <Icon name="warning" size={32} />
      <p>{t(`replay.problem.${code}`)}</p>
      {(code === "network" || code === "busy") && (
        <button type="button" class="btn primary" onClick={() => location.reload()}>
          {t("bye.reload")}
        </button>
      )}
    </div>
  );
}

function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("replay.keys")} onClose={onClose}>
      <dl class="key-list">
        {KEY_HELP.map(([keys, name]) => (
          <div key={name}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key === "Space" ? t("replay.space") : key}</kbd>
              ))}
            </dt>
            <dd>{t(`replay.key.${name}`, { n: name === "long_skip" ? SKIPS.long : SKIPS.short })}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">{t("replay.touch_help", { n: SKIPS.long })}</p>
    </Dialog>
  );
}

/** How far it is, along the lower edge: what is left of the controls over a picture while nothing is touched. */
function Progress({ player }: { player: Player }) {
  const at = (player.tick.value - player.first) / Math.max(1, player.ticks - player.first);
  return <span class="replay-progress" aria-hidden="true" style={{ "--at": at }} />;
}

/** The points of each seat at the time that is shown; a press follows the seat. */
function Scores({ player, riders, follow, onFollow }: Watched) {
  const scores = player.feed.hud.value?.scores ?? [];
  const lines = [...scores].sort((a, b) => b.points - a.points || a.seat - b.seat);
  return (
    <ol class="replay-scores" aria-label={t("match.scores")} data-many={lines.length > 5}>
      {lines.map(({ seat, points, alive }) => {
        const rider = riders[seat];
        if (!rider) return null;
        const look = { colour: rider.colour, shape: SHAPES.indexOf(rider.shape) };
        return (
          <li key={seat}>
            <button
              type="button"
              class="score"
              aria-pressed={follow === seat}
              title={t("match.following", { name: rider.name })}
              onClick={() => onFollow(follow === seat ? -1 : seat)}
            >
              <PlayerMark of={look} size={20} dead={!alive} label={markName(look)} />
              <span class={alive ? "score-name" : "score-name out"}>{rider.name}</span>
              <b>{number(points)}</b>
              {!alive && <span class="unseen">{t("match.out")}</span>}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

interface Watched {
  player: Player;
  riders: readonly (Rider | undefined)[];
  follow: number;
  onFollow: (seat: number) => void;
}

/** The marks as a list: for those who cannot hit a line on the time bar. */
function Moments({ player, riders, follow }: Watched) {
  const marks = player.marks.value.filter(
    ({ seat, by, kind }) =>
      follow < 0 || kind === "round" || kind === "end" || seat === follow || by === follow,
  );
  if (marks.length === 0) return null;
  return (
    <details class="panel moments">
      <summary>
        {t("replay.moments")} <span class="muted">{marks.length}</span>
      </summary>
      <ol>
        {marks.slice(0, MOST_MOMENTS).map((mark) => (
          <li key={`${mark.tick}${mark.name}${mark.seat}`}>
            <button
              type="button"
              class={`moment ${mark.kind}`}
              onClick={() => goToMark(player, mark, riders)}
            >
              <span class="muted">{clock(player.seconds(mark.tick - player.first))}</span>
              {markText(player.schema.game, mark, riders)}
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Whether a key belongs to the control that has the focus. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest(".time-input")) return false;
  const takers =
    key === " " || key === "Enter"
      ? "button, a, summary, select, input, textarea"
      : "select, input, textarea";
  return target.closest(takers) !== null || document.querySelector("dialog[open]") !== null;
}

/** Carries out what a key or a gesture asks for. */
function useActions(
  { player, riders, follow, onFollow }: Watched,
  more: { help: () => void; full: () => void },
) {
  const act = (action: PlayerAction): void => {
    switch (action.do) {
      case "toggle":
        player.toggle();
        break;
      case "skip":
        skip(player, action.seconds);
        break;
      case "step":
        player.step(action.ticks);
        break;
      case "mark":
        goToNextMark(player, action.direction, riders);
        break;
      case "part":
        player.seek(player.first + action.part * (player.ticks - player.first));
        break;
      case "faster":
        changeSpeed(player, 1);
        break;
      case "slower":
        changeSpeed(player, -1);
        break;
      case "follow":
      case "unfollow":
        onFollow(nextSeat(riders, follow, action.do === "follow" ? 1 : -1));
        break;
      case "help":
        more.help();
        break;
      case "full":
        more.full();
        break;
    }
  };
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = isTaken(event) ? null : actionOf(event);
      if (!action) return;
      event.preventDefault();
      latest.current(action);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return latest;
}

/** The next seat that can be followed; -1, nobody, comes between the last and the first. */
export function nextSeat(riders: readonly (Rider | undefined)[], follow: number, by: 1 | -1): number {
  const seats = [-1, ...riders.flatMap((rider, seat) => (rider ? [seat] : []))];
  const at = seats.indexOf(follow);
  return seats[(at + by + seats.length) % seats.length] ?? -1;
}

function Watching(
  watched: Watched & {
    id: string;
    record: MatchInfo | null;
    clip: Clip | null;
    onBroken: (error: unknown) => void;
  },
) {
  const { id, player, record, clip, riders, follow, onFollow, onBroken } = watched;
  const help = useSignal(false);
  const idle = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const canFull = document.fullscreenEnabled === true;
  const full = () => {
    const change = document.fullscreenElement ? document.exitFullscreen() : box.current?.requestFullscreen();
    change?.catch(() => {}); // refused: it can be watched in the window as well
  };
  const openHelp = () => {
    help.value = true;
  };
  const act = useActions(watched, { help: openHelp, full });
  useWakeLock();
  useEffect(() => {
    const timer = setInterval(() => player.beat(performance.now()), BEAT_MS);
    const onHidden = () => {
      if (document.hidden) player.survey.pause();
      else player.survey.start();
    };
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onHidden);
    };
  }, [player]);
  useEffect(() => {
    let timer = setTimeout(() => {}, 0);
    const wait = (ms: number) => {
      idle.value = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        idle.value = true;
      }, ms);
    };
    const awake = () => wait(IDLE_MS);
    const signs = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const sign of signs) addEventListener(sign, awake);
    wait(FIRST_IDLE_MS);
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, awake);
    };
  }, []);
  const problem = player.problem.value;
  const wrong = player.survey.right.value === false;
  return (
    <div ref={box} class="replay-stage" data-idle={idle.value && player.playing.value}>
      <Scores {...watched} />
      <div class="replay-picture">
        {problem ? (
          <Problem code={problem} />
        ) : (
          <ReplayPicture
            replay={player}
            riders={riders}
            follow={follow}
            onBroken={onBroken}
            onFollow={onFollow}
            onAction={(action) => act.current(action)}
          />
        )}
        {player.seeking.value && !problem && (
          <span class="spinner replay-wait" role="status" aria-label={t("replay.computing")} />
        )}
      </div>
      {wrong && (
        <p class="replay-wrong" role="alert">
          <Icon name="warning" size={18} /> {t("replay.desync")}
        </p>
      )}
      <ClipStage id={id} replay={player} record={record} clip={clip} follow={follow} />
      <ReplayBar replay={player} riders={riders} help={help} onFull={canFull ? full : null} />
      <Progress player={player} />
      {help.value && (
        <Keys
          onClose={() => {
            help.value = false;
          }}
        />
      )}
    </div>
  );
}

export function Replay({ id }: { id: string }) {
  const [found, setFound] = useState<Found | null>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [follow, setFollow] = useState(-1);
  // Another clip of the same match may be put into the address of the open page.
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  useEffect(() => {
    setFound(null);
    setPlayer(null);
    setProblem(null);
    setFollow(-1);
    let gone = false;
    let opened: Player | null = null;
    const open = async () => {
      const here = await find(id);
      if (gone) return;
      setFound(here);
      opened = await Player.open(await here.recording());
      if (gone) {
        opened.end();
        return;
      }
      opened.seek(here.clip?.first ?? askedTick(opened));
      if (!calm.peek()) opened.play();
      // `?diag=1` shows tests how well it goes.
      if (new URLSearchParams(location.search).has("diag")) Object.assign(window, { __replay: opened });
      setPlayer(opened);
      keepForLater(here).catch(() => {}); // the next visit keeps it
    };
    open().catch((error: unknown) => {
      console.warn(error);
      if (!gone) setProblem(error);
    });
    return () => {
      gone = true;
      opened?.end();
    };
  }, [id, hash]);
  useLook(player?.info);
  const record = found?.record ?? null;
  const shown = record ?? found?.clip ?? null;
  const riders = useMemo(() => ridersOf(shown), [shown]);
  if (problem && !record) {
    const code = codeOf(problem);
    return (
      <MessagePage icon="warning" title={t("replay.title")} text={t(`replay.problem.${code}`)}>
        {(code === "network" || code === "busy") && (
          <button type="button" class="btn primary" onClick={() => location.reload()}>
            {t("bye.reload")}
          </button>
        )}
        <HomeButton first={code !== "network" && code !== "busy"} />
      </MessagePage>
    );
  }
  const followSeat = (seat: number) => {
    setFollow(seat);
    const name = riders[seat]?.name;
    announce(name ? t("match.following", { name }) : t("match.everyone"));
  };
  const watched = player && { player, riders, follow, onFollow: followSeat };
  const title = shown ? say(shown.game, "game", "title", shown.title) : t("replay.title");
  return (
    <div class="replay">
      <Bar start={<WayOut />} />
      <main id="main" class="replay-main">
        <h1 class="unseen">{`${title}: ${t("replay.title")}`}</h1>
        {watched && !problem ? (
          <Watching {...watched} id={id} record={record} clip={found?.clip ?? null} onBroken={setProblem} />
        ) : (
          <div class="replay-stage">
            <div class="replay-picture">
              {problem ? (
                <Problem code={codeOf(problem)} />
              ) : (
                <p class="joining" role="status">
                  <span class="spinner" /> {t("app.loading")}
                </p>
              )}
            </div>
          </div>
        )}
        <div class="replay-side">
          {player && (
            <div class="replay-tools" role="toolbar" aria-label={t("replay.tools")}>
              {REPLAY_TOOLS.map((Tool) => (
                <Tool key={Tool.name} id={id} replay={player} record={record} clip={found?.clip ?? null} />
              ))}
            </div>
          )}
          {record && <ResultCard match={record} follow={follow} onFollow={player ? followSeat : null} />}
          {watched && <Moments {...watched} />}
        </div>
      </main>
    </div>
  );
}
