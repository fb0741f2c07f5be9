// All Thumbs on a phone, a desktop or a television: what is asked, four large buttons with colour, shape and
// letter, and the standings. Everything that matters is read out by screen readers as well.
import { useEffect, useRef } from "preact/hooks";
import { number, say, t } from "../i18n";
import { play } from "../sound/sound";
import type { Hud, MatchEvent } from "../sync/feed";
import type { Entity } from "../sync/state";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { announce } from "../ui/say";
import type { ElementRenderer, Sight } from "./stage";
import "./thumbs.css";
import {
  ButtonMark,
  Dots,
  gain,
  Lamps,
  LETTERS,
  leading,
  letterOf,
  Picks,
  Standings,
  Tile,
  tileWords,
  Who,
} from "./thumbs.parts";

import {
  ARM,
  BALLOON,
  BOARD,
  BUZZ,
  CLOCK,
  CUPS,
  ECHO,
  FLASH,
  INSIDER,
  INTRO,
  LOCK,
  MINORITY,
  num,
  ODD,
  OPEN,
  PACK,
  REVEAL,
  SORT,
  TALLY,
  VOTE,
} from "./thumbs.rounds";

/** The pictures of balloon, clock and cups: loaded beside the stage, and there before the first round begins. */
const scenes = import("./thumbs.scenes").then((module) => module.Scene);
scenes.catch(() => {}); // without a network it is said where the picture would be
const Scenes = lazy(() => scenes);

/** As in the rules: ticks from one symbol of a sequence to the next, how long it shines, and the rest. */
const ECHO_STEP = 6;
const ECHO_ON = 4;
const ECHO_GAP = 4;
const CLICK_MS = 170;
/** Answers of so few letters are written large. */
const SHORT = 8;
/** A longer word is written smaller, so that a phone's button has room for it. */
const WORD = 11;
const RATES = [1, 1.25, 1.5, 2];
/** The bar above shows this many of the best, or one fewer and oneself: phones have no room for more. */
const FEW = 3;
/** Up to this many, everybody is shown. */
const SMALL = 6;

const KINDS = [
  "flash",
  "odd",
  "tally",
  "echo",
  "minority",
  "insider",
  "pack",
  "buzz",
  "balloon",
  "clock",
  "cups",
  "vote",
  "sort",
];
/** Rounds in which any button does, so that there is only one. */
const single = (kind: number): boolean => kind === BUZZ || kind === BALLOON || kind === CLOCK;
const SECOND_MS = 1000;
/** As in the rules: points of a balloon for each tick; they are read out each time this many more are won. */
const BALLOON_POINTS = 15;
const HEARD_TICKS = 20;
const kindName = (kind: number): string => say("thumbs", "kind", KINDS[kind] ?? "");
/** How a kind of round is played. */
const howOf = (kind: number): string => say("thumbs", "how", KINDS[kind] ?? "");

/** What one sees of oneself; undefined for those who only watch. */
function self(at: Sight): Entity | undefined {
  return (at.state.players as Entity[]).find((player) => player.id === at.own[0]);
}

/** A secret field of one's own, or -1. */
function secret(at: Sight, name: string): number {
  const seat = at.own[0];
  if (seat === undefined) return -1;
  const players = at.secretOf(seat)?.players as Entity[] | undefined;
  return (players?.find((player) => player.id === seat)?.[name] as number | undefined) ?? -1;
}

/** The one line that says how it stands for oneself. */
export function status(at: Sight): string {
  const { state } = at;
  const phase = num(state, "phase");
  const kind = num(state, "kind");
  const me = self(at);
  const answer = num(state, "answer");
  if (phase === REVEAL) return outcome(at, me, answer);
  if (phase === BOARD) return state.waits ? t("thumbs.say.waits") : "";
  if (me && !me.plays && phase > INTRO)
    return num(state, "host") === me.id ? t("thumbs.say.lead") : t("thumbs.say.next");
  if (kind === BUZZ && phase === OPEN) {
    const up = num(state, "up");
    if (up >= 0)
      return up === me?.id ? t("thumbs.say.you_up") : t("thumbs.say.up", { name: at.riders[up]?.name ?? "" });
    if (state.closed) return t("thumbs.say.closed");
  }
  if (me?.out) return kind === ECHO || kind === SORT ? t("thumbs.say.slip") : t("thumbs.say.too_soon");
  const all = (state.players as Entity[]).every((player) => !player.plays || player.locked);
  if (phase === OPEN && kind === INSIDER && all) return t("thumbs.say.change");
  const inside = secret(at, "inside");
  if (inside >= 0 && phase === OPEN) return t("thumbs.say.insider", { letter: letterOf(inside) });
  const pick = secret(at, "pick");
  if (phase === LOCK)
    return t(all ? "thumbs.say.all" : kind === BALLOON ? "thumbs.say.burst" : "thumbs.say.time");
  if (me?.locked && (kind === ECHO || kind === SORT)) return t("thumbs.say.done");
  if (pick >= 0 && phase === OPEN && kind === BALLOON)
    return t("thumbs.say.safe", { points: gain(secret(at, "safe")) });
  if (pick >= 0 && phase === OPEN && kind === CLOCK) return t("thumbs.say.stopped");
  if (pick >= 0 && phase === OPEN && kind !== FLASH)
    return t("thumbs.say.locked", { letter: letterOf(pick) });
  if (phase === ARM && !at.alive) return kind === FLASH ? t("thumbs.say.wait") : t("thumbs.say.ready");
  if (at.alive && phase <= OPEN && (kind === FLASH || kind === BUZZ || kind === CLOCK))
    return t("thumbs.say.now");
  if (kind === BALLOON && phase === OPEN) return t("thumbs.say.grows");
  const done = secret(at, "done");
  return (kind === ECHO || kind === SORT) && phase === OPEN && done > 0
    ? t("thumbs.say.repeated", { n: done })
    : "";
}

function outcome(at: Sight, me: Entity | undefined, answer: number): string {
  const { state } = at;
  const kind = num(state, "kind");
  const who = at.riders[num(state, "who")]?.name ?? "";
  if (kind === FLASH && who) {
    const fastest = (state.players as Entity[]).find((player) => player.id === num(state, "who"));
    return t("thumbs.say.fastest", { name: who, ms: fastest ? num(fastest, "ms") : 0 });
  }
  const insider = kind === INSIDER && who ? `${fooled(state, answer, who)}. ` : "";
  if (kind === VOTE && who) return `${t("thumbs.say.most", { name: who })}${points(me)}`;
  if (kind === BALLOON) return `${popped(state)}${points(me)}`;
  if (kind === CLOCK && who) return `${t("thumbs.say.closest", { name: who })}${points(me)}`;
  if (!me?.plays)
    return insider + (answer >= 0 ? t("thumbs.say.was_right", { letter: letterOf(answer) }) : "");
  if (num(me, "gained") > 0) return insider + t("thumbs.say.right", { points: gain(num(me, "gained")) });
  if (answer < 0) return insider + t("thumbs.say.nothing");
  // A player who gave no answer was not wrong.
  const missed = num(me, "shown") < 0;
  return insider + t(missed ? "thumbs.say.late" : "thumbs.say.wrong", { letter: letterOf(answer) });
}

/** Own points after a sentence. */
function points(me: Entity | undefined): string {
  return me && num(me, "gained") !== 0 ? `. ${t("thumbs.say.you", { points: gain(num(me, "gained")) })}` : "";
}

/** It says who the insider was, and how many went to a wrong door. */
function fooled(state: Entity, answer: number, name: string): string {
  const others = (state.players as Entity[]).filter((player) => player.plays && player.id !== state.who);
  const n = others.filter((player) => num(player, "shown") >= 0 && player.shown !== answer).length;
  return t("thumbs.say.fooled", { name, n, of: others.length });
}

/** When the balloon burst, or would have burst. */
function popped(state: Entity): string {
  const last = Math.max(...(state.players as Entity[]).map((player) => num(player, "ms")));
  const all = (state.players as Entity[]).every((player) => !player.plays || player.ms);
  const seconds = number(num(state, "mark") / SECOND_MS);
  return t(all && last > 0 ? "thumbs.say.would_burst" : "thumbs.say.burst_at", { seconds });
}

/** The lamp of Echo that shines at a tick, or -1. */
function shining(state: Entity, tick: number): number {
  const tune = state.cells as number[];
  const at = tick - (num(state, "lit") - ECHO_GAP - ECHO_STEP * tune.length);
  const k = Math.floor(at / ECHO_STEP);
  return at >= 0 && k < tune.length && at % ECHO_STEP < ECHO_ON ? (tune[k] ?? -1) : -1;
}

/** What stands between the question and the buttons, if anything does. */
function scene(at: Sight) {
  const { state } = at;
  const phase = num(state, "phase");
  const kind = num(state, "kind");
  const who = num(state, "who");
  if (phase === INTRO)
    return (
      <div class="th-how">
        {state.double ? <p class="th-double">{t("thumbs.say.double")}</p> : null}
        <p>{howOf(kind)}</p>
        {kind === INSIDER && <p class="th-pay">{t("thumbs.say.pay")}</p>}
      </div>
    );
  if (kind === INSIDER && (phase === ARM || phase === OPEN))
    return <p class="th-pay">{t("thumbs.say.pay")}</p>;
  if (kind === BALLOON || kind === CLOCK || kind === CUPS) return <Scenes at={at} />;
  if (kind === SORT && phase === REVEAL) {
    const [down, ...order] = state.cells as number[];
    const texts = order.map((button) => state[letterOf(button).toLowerCase()] as string);
    return <p class="th-tune">{texts.join(down ? " > " : " < ")}</p>;
  }
  if (kind === FLASH && phase < REVEAL)
    return (
      <div class={at.alive ? "th-light on" : "th-light"}>
        <Icon name={at.alive ? "check" : "eye"} size={48} />
        <span>{at.alive ? t("thumbs.say.now") : t("thumbs.say.wait")}</span>
      </div>
    );
  if (kind === TALLY && phase === OPEN) return <Tally cells={state.cells as number[]} tv={at.tv} />;
  if (kind === ECHO && phase === ARM) return <Lamps shining={shining(state, at.tick)} />;
  // On phones the buttons stand here.
  if (kind === ECHO && phase === OPEN && at.tv) return <Lamps shining={-1} />;
  if (kind === ECHO && phase === REVEAL)
    return <p class="th-tune">{(state.cells as number[]).map((button) => LETTERS[button]).join(" ")}</p>;
  if (kind === BUZZ && phase === OPEN && num(state, "up") >= 0)
    return (
      <p class="th-up">
        <Who at={at} seat={num(state, "up")} />
      </p>
    );
  if (kind === BUZZ && phase === REVEAL)
    return (
      <div class="th-solved">
        <p class="th-up">{state.a as string}</p>
        {who >= 0 && (
          <p class="th-up">
            <Who at={at} seat={who} />
          </p>
        )}
      </div>
    );
  if (phase === REVEAL && who >= 0)
    return (
      <p class="th-up">
        <Who at={at} seat={who} />
      </p>
    );
  return null;
}

/** The dots, and for those who cannot see them a sound for each. */
function Tally({ cells, tv }: { cells: readonly number[]; tv: boolean }) {
  const count = useRef(0);
  const ending = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  if (cells.length > 0) count.current = cells.length;
  useEffect(() => () => clearInterval(ending.current), []);
  const hear = () => {
    clearInterval(ending.current);
    let left = count.current;
    ending.current = setInterval(() => {
      if (left-- > 0) play("click", 0, 3);
      else clearInterval(ending.current);
    }, CLICK_MS);
  };
  return (
    <div class="th-tally">
      <Dots cells={cells} />
      {!tv && (
        <button type="button" class="btn quiet" onClick={hear}>
          <Icon name="sound" size={18} /> {t("thumbs.say.hear")}
        </button>
      )}
    </div>
  );
}

function Answer({ at, button }: { at: Sight; button: number }) {
  const { state } = at;
  const phase = num(state, "phase");
  const kind = num(state, "kind");
  const letter = letterOf(button);
  const cells = state.cells as number[];
  const odd = kind === ODD && cells.length === 12;
  const buzzer = single(kind);
  const texts = LETTERS.map((one) => state[one.toLowerCase()] as string);
  const text = buzzer
    ? t(kind === BUZZ ? "thumbs.say.buzz" : kind === CLOCK ? "thumbs.say.stop" : "thumbs.say.jump")
    : (texts[button] ?? "");
  // All in one size: of letters that fit, and of the longest word on its line.
  const brief = texts.every((one) => one.length <= SHORT);
  const long = texts.some((one) => one.split(/[\s-]/).some((word) => word.length > WORD));
  const candidate = kind === VOTE && phase >= OPEN ? (cells[button + 1] ?? -1) : -1;
  const me = self(at);
  const picked = secret(at, "pick") === button;
  const right = phase === REVEAL && num(state, "answer") === button;
  const counts = state.counts as number[];
  const counted = (phase === REVEAL || kind === INSIDER) && counts.some((count) => count > 0);
  const count = counts[button] ?? 0;
  const fewest =
    phase === REVEAL &&
    ((kind === MINORITY && count > 0 && count === Math.min(...counts.filter((one) => one > 0))) ||
      (kind === VOTE && count > 1 && count === Math.max(...counts)));
  const order =
    kind === SORT && phase === OPEN ? pressed(texts, cells[0] === 1, secret(at, "done"), button) : 0;
  const off = at.tv || at.recorded || !me?.plays || Boolean(me.out) || phase > LOCK;
  const marks = [
    "th-button",
    `th-${letter}`,
    (picked || order > 0) && "picked",
    odd ? "tiled" : buzzer ? "buzzer" : candidate >= 0 ? "named" : text === "" ? "bare" : brief && "short",
    long && "long",
    // Grey until presses count, but for those who only look on.
    phase === ARM && !at.alive && "asleep",
    at.tv && "shown",
    (right || fewest) && "right",
    phase === REVEAL && !right && !fewest && num(state, "answer") >= 0 && "other",
    kind === FLASH && at.alive && phase <= OPEN && "lit",
  ];
  const best = kind === VOTE ? t("thumbs.say.picked_most") : t("thumbs.say.fewest");
  const note = right || fewest ? `, ${fewest ? best : "✓"}` : order > 0 ? `, ${order}` : "";
  const down = useRef(false);
  const hold = (on: boolean) => {
    if (down.current === on || (on && off)) return;
    down.current = on;
    at.hold(button, on);
  };
  return (
    <button
      type="button"
      class={marks.filter(Boolean).join(" ")}
      aria-pressed={picked}
      disabled={off}
      onPointerDown={(event) => {
        if (event.button > 0) return;
        event.currentTarget.setPointerCapture?.(event.pointerId);
        hold(true);
      }}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onLostPointerCapture={() => hold(false)}
      onContextMenu={(event) => event.preventDefault()}
      onClick={(event) => {
        if (event.detail > 0) return; // a finger or mouse, which pressed already
        hold(true);
        hold(false);
      }}
    >
      <span class="th-letter">
        <ButtonMark button={button} />
        {!buzzer && letter}
      </span>
      {odd && <Tile cells={cells} tile={button} />}
      {odd && <span class="unseen">{tileWords(cells, button)}</span>}
      {candidate >= 0 && <Who at={at} seat={candidate} />}
      {!odd && text && <span class="th-text">{text}</span>}
      {order > 0 && (
        <span class="th-count" aria-hidden="true">
          {order}
        </span>
      )}
      {counted && (
        <span class="th-count" aria-hidden="true">
          {counts[button]}
        </span>
      )}
      {(counted || note) && (
        <span class="unseen">{`${counted ? `, ${t("thumbs.say.picked", { n: counts[button] ?? 0 })}` : ""}${note}`}</span>
      )}
      {(right || fewest) && (
        <span class="th-check">
          <Icon name="check" size={28} />
        </span>
      )}
    </button>
  );
}

/** The value of a number or of a sum, difference or product as Line Up writes it. */
export function worthOf(text: string): number {
  const [, one = "0", sign = "+", other = "0"] = /^(\d+)(?: ([+−×]) (\d+))?$/.exec(text) ?? [];
  const [a, b] = [Number(one), Number(other)];
  return sign === "×" ? a * b : sign === "−" ? a - b : a + b;
}

/** Which press this button of Line Up was, from 1; 0: it was not pressed yet. */
function pressed(texts: readonly string[], down: boolean, done: number, button: number): number {
  const values = texts.map(worthOf);
  const own = values[button] ?? 0;
  const before = values.filter((value) => (down ? value > own : value < own)).length;
  return before < done ? before + 1 : 0;
}

/** Reads out what has changed: what is asked, the answers, how it went. */
function useVoice(at: Sight, line: string): void {
  const { state } = at;
  const kind = num(state, "kind");
  const phase = num(state, "phase");
  const prompt = promptOf(at);
  const speak = at.quiet ? () => {} : announce;
  useEffect(() => {
    if (phase === INTRO && num(state, "round") > 0) {
      const double = state.double ? `${t("thumbs.say.double")} ` : "";
      speak(`${double}${kindName(kind)}. ${howOf(kind)}${kind === INSIDER ? ` ${t("thumbs.say.pay")}` : ""}`);
    } else if (phase === ARM && kind === ECHO)
      speak((state.cells as number[]).map((button) => LETTERS[button]).join(", "));
    else if (phase === ARM && (kind === CLOCK || kind === VOTE || kind === SORT)) speak(prompt);
    else if (phase === ARM && kind === CUPS)
      speak(t("thumbs.say.ball", { letter: letterOf((state.cells as number[])[0] ?? 0) }));
    else if (phase === OPEN && kind === CUPS) speak(swaps(state.cells as number[]));
    else if (phase === OPEN && kind === VOTE) speak(choicesOf(at));
    else if (phase === OPEN && kind !== FLASH && kind !== CLOCK && kind !== BALLOON)
      speak(`${prompt} ${choicesOf(at)}`);
  }, [phase, num(state, "round")]);
  const reached =
    phase === OPEN && kind === BALLOON ? Math.floor((at.tick - num(state, "lit")) / HEARD_TICKS) : 0;
  useEffect(() => {
    if (reached > 0) speak(number(reached * HEARD_TICKS * BALLOON_POINTS));
  }, [reached]);
  useEffect(() => {
    if (line && phase > INTRO) speak(line, line === t("thumbs.say.now") || line === t("thumbs.say.you_up"));
  }, [line]);
}

/** What the buttons hold, in words. */
function choicesOf({ state, riders }: Sight): string {
  const cells = state.cells as number[];
  const kind = num(state, "kind");
  const each = LETTERS.slice(0, num(state, "choices")).map((letter, k) => {
    if (kind === ODD && cells.length === 12) return `${letter}: ${tileWords(cells, k)}`;
    if (kind === VOTE) return `${letter}: ${riders[cells[k + 1] ?? -1]?.name ?? ""}`;
    const text = state[letter.toLowerCase()] as string;
    return text && `${letter}: ${text}`;
  });
  return each.filter(Boolean).join(", ");
}

/** Cups in words, for those who do not see them: where the ball was, and what was swapped. */
function swaps(cells: readonly number[]): string {
  const pairs = [];
  for (let k = 2; k + 1 < cells.length; k += 2)
    pairs.push(t("thumbs.say.swap", { one: letterOf(cells[k] ?? 0), other: letterOf(cells[k + 1] ?? 0) }));
  return `${t("thumbs.say.ball", { letter: letterOf(cells[0] ?? 0) })} ${pairs.join(", ")}`;
}

function promptOf(at: Sight): string {
  const { state } = at;
  const kind = num(state, "kind");
  const first = (state.cells as number[])[0];
  if (kind === CLOCK && state.mark) return t("thumbs.say.stop_at", { n: num(state, "mark") / SECOND_MS });
  if (kind === VOTE && first !== undefined) return say("thumbs", "vote", String(first));
  if (kind === SORT && first !== undefined) return t(first ? "thumbs.say.largest" : "thumbs.say.smallest");
  // Only packs bring words of their own; the rest is said in the player's language.
  return (kind === PACK || kind === BUZZ) && state.prompt ? (state.prompt as string) : howOf(kind);
}

function View({ at }: { at: Sight }) {
  const { state } = at;
  const phase = num(state, "phase");
  const kind = num(state, "kind");
  const line = status(at);
  const players = state.players as Entity[];
  const playing = players.filter((player) => player.plays).length;
  const until = num(state, "until");
  useVoice(at, line);
  const board = phase >= BOARD;
  // Where any button will do there is nothing to choose on a screen for all, nor for who judges.
  const plain = kind === FLASH || kind === ECHO || kind === CUPS || single(kind);
  const leads = single(kind) && (phase === REVEAL || !self(at)?.plays);
  const answers = !board && phase > INTRO && !(at.tv ? plain : leads);
  const choices = single(kind) ? 1 : num(state, "choices");
  const topic = (state.topic as string) ?? "";
  const allIn = line === t("thumbs.say.all") || line === t("thumbs.say.change");
  // What the light says is not said twice.
  const doubled =
    kind === FLASH &&
    phase > INTRO &&
    phase < REVEAL &&
    (line === t("thumbs.say.wait") || line === t("thumbs.say.now"));
  return (
    <div
      class={`thumbs${at.tv ? " tv" : ""}${answers ? "" : " silent"}`}
      data-phase={phase}
      data-kind={kind}
      // Without a button that can be pressed, keys scroll it by its own focus.
      tabIndex={at.recorded && !at.quiet ? 0 : undefined}
    >
      <header class="th-head">
        <span class="th-kind">
          {num(state, "round") > 0 && phase > INTRO && kindName(kind)}
          {topic && !board && <span class="th-topic"> · {say("thumbs", "kind", topic, topic)}</span>}
        </span>
        {state.double && phase > INTRO ? <b class="th-twice">×2</b> : null}
        {phase === OPEN && (
          <span class="th-answered">
            {t("thumbs.say.answered", { n: num(state, "answered"), of: playing })}
          </span>
        )}
        {phase === OPEN && until > 0 && kind !== FLASH && kind !== BALLOON && kind !== CLOCK && (
          <span class="th-clock" role="timer">
            {at.secondsTo(until)}
          </span>
        )}
      </header>
      {board ? (
        <Standings at={at} title={phase === BOARD ? t("thumbs.say.board") : t("thumbs.say.final")} />
      ) : (
        <>
          <h2 class="th-prompt">{phase === INTRO ? kindName(kind) : promptOf(at)}</h2>
          {scene(at) && <div class="th-scene">{scene(at)}</div>}
        </>
      )}
      <p class={allIn ? "th-status th-all-in" : "th-status"}>{!doubled && line}</p>
      {at.recorded && phase >= ARM && phase <= REVEAL && kind !== FLASH && <Picks at={at} />}
      {answers && (
        <div class="th-buttons" data-choices={choices}>
          {LETTERS.slice(0, choices).map((letter, button) => (
            <Answer key={letter} at={at} button={button} />
          ))}
        </div>
      )}
    </div>
  );
}

const PHASES = ["intro", "arm", "open", "lock", "reveal", "board", "end"];

export const renderer: ElementRenderer = {
  View,
  light: (state) => (num(state, "phase") === ARM || num(state, "phase") === OPEN ? num(state, "lit") : 0),
  lit(state) {
    if (num(state, "kind") !== ECHO || num(state, "phase") <= OPEN) play("go");
  },
  event({ name, args }: MatchEvent, own, state) {
    if (name === "swap") play("beat", 0, 1, RATES[args.one ?? -1] ?? 1);
    else if (name === "burst") play("harm");
    else if (name === "allIn") play("take");
    else if (name === "note") play("beat", 0, 1, RATES[args.button ?? -1] ?? 1);
    else if (name === "early" && own.includes(args.seat ?? -1)) play("harm");
    else if (name === "hurry") play("beat");
    else if (name === "round") play("offer");
    else if (name === "up") play(own.includes(args.seat ?? -1) ? "go" : "take");
    else if (name === "reveal") {
      const me = (state?.players as Entity[] | undefined)?.find((player) => own.includes(player.id));
      play(me && num(me, "gained") > 0 ? "take" : me ? "fade" : "roundEnd");
    } else if (name === "matchEnd") play("matchEnd");
  },
  hud(state, own, all): Hud {
    const players = state.players as Entity[];
    const best = leading(players, own, FEW);
    const everyone = all || players.length <= SMALL;
    const shown = everyone ? players : best.length > FEW ? leading(players, own, FEW - 1) : best;
    const asked = num(state, "phase") === OPEN;
    return {
      phase: PHASES[num(state, "phase")] ?? "",
      round: num(state, "round"),
      rounds: num(state, "rounds"),
      target: 0,
      seconds: null, // it stands beside what is asked
      scores: shown
        .map((player) => ({
          seat: player.id,
          points: num(player, "score"),
          alive: true,
          done: asked && Boolean(player.locked),
        }))
        .sort((a, b) => a.seat - b.seat),
    };
  },
};
