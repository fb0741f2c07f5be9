// The games of this server as tiles: each moves as it is played, says how, and is one press away.
import { useEffect, useRef, useState } from "preact/hooks";
import { say, t } from "../i18n";
import type { GameInfo } from "../protocol.gen";
import { session } from "../session/page";
import { calm, settings } from "../settings";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { lookOf, lookStyle } from "../ui/look";
import { MarkShape } from "../ui/PlayerMark";

/** What is eaten in Open Field: where, and how large. */
const SPARKS: readonly (readonly [number, number, number])[] = [
  [10, 50, 1.6],
  [20, 41, 2.2],
  [47, 17, 2],
  [52, 25, 1.4],
  [66, 46, 2],
  [70, 27, 2.4],
  [72, 52, 1.5],
  [91, 20, 2],
];

/** A small picture of a game; one without its own gets the marks of its players. */
export function GamePicture({ name }: { name: string }) {
  return (
    <svg class="game-picture" viewBox="0 0 96 60" aria-hidden="true">
      {name === "trails" ? (
        <>
          <path class="ink-0" d="M4 44C18 58 40 52 38 36 36 22 18 24 20 36 22 48 52 50 62 22" />
          <path class="ink-1" d="M92 52C80 56 70 50 74 40S90 28 78 18 50 8 40 12" />
          <MarkShape of={{ colour: 0, shape: 0 }} at="translate(63 19) scale(4.5)" />
          <MarkShape of={{ colour: 1, shape: 1 }} at="translate(37 13) rotate(-80) scale(4.5)" />
        </>
      ) : name === "field" ? (
        <>
          {SPARKS.map(([x, y, r]) => (
            <circle key={x} cx={x} cy={y} r={r} style={{ fill: "var(--accent)" }} />
          ))}
          <path class="ink-0" d="M7 24C15 9 31 9 32 24S40 46 54 41" />
          <path class="ink-1" d="M88 52Q90 42 84 34" />
          <path class="ink-1" d="M62 6Q70 4 76 9" />
          <MarkShape of={{ colour: 0, shape: 0 }} at="translate(56 40) scale(7)" />
          <MarkShape of={{ colour: 1, shape: 1 }} at="translate(83 32) rotate(-20) scale(4.5)" />
          <MarkShape of={{ colour: 1, shape: 3 }} at="translate(78 11) scale(4)" />
        </>
      ) : name === "fuse" ? (
        <>
          {[0, 1, 2, 3].map((k) => (
            <rect
              key={k}
              class="thumb-key"
              x={6 + (k % 2) * 58}
              y={4 + (k >> 1) * 34}
              width="26"
              height="18"
              rx="3"
            />
          ))}
          <path class="ink-1 blast" d="M48 9V51M15 30H81" />
          <circle class="thumb-key" cx="48" cy="31" r="13" />
          <path class="ink-0" d="M54 20Q58 11 66 13" />
          <MarkShape of={{ colour: 3, shape: 5 }} at="translate(69 13) scale(7)" />
        </>
      ) : name === "kick" ? (
        <>
          <path class="pitch-line" d="M4 5H92V55H4ZM48 5V55M4 20H16V40H4M92 20H80V40H92" />
          <circle class="pitch-line" cx="48" cy="30" r="11" />
          <path class="ink-0" d="M30 44Q60 52 78 30" />
          <circle class="pitch-ball" cx="80" cy="27" r="5.5" />
          <MarkShape of={{ colour: 0, shape: 0 }} at="translate(26 41) scale(7)" />
          <MarkShape of={{ colour: 1, shape: 7 }} at="translate(68 16) scale(7)" />
        </>
      ) : name === "thumbs" ? (
        [0, 1, 3, 6].map((k, at) => (
          <g key={k}>
            <rect
              class="thumb-key"
              x={10 + (at % 2) * 40}
              y={5 + (at >> 1) * 27}
              width="36"
              height="23"
              rx="6"
            />
            <MarkShape
              of={{ colour: k, shape: k }}
              at={`translate(${28 + (at % 2) * 40} ${16.5 + (at >> 1) * 27}) scale(7)`}
            />
          </g>
        ))
      ) : name === "lastcard" ? (
        [0, 1, 2, 3].map((k) => (
          <g key={k} transform={`translate(${24 + k * 16} 34) rotate(${-18 + k * 12})`}>
            <rect class={`card-face suit-${k}`} x="-12" y="-20" width="24" height="36" rx="4" />
            <MarkShape of={{ colour: 2, shape: [1, 7, 2, 5][k] ?? 0 }} at="translate(0 -2) scale(6)" />
          </g>
        ))
      ) : (
        [0, 3, 4, 5].map((k, at) => (
          <MarkShape key={k} of={{ colour: k, shape: k }} at={`translate(${15 + at * 22} 30) scale(8)`} />
        ))
      )}
    </svg>
  );
}

export function gameTitle(info: GameInfo): string {
  return say(info.name, "game", "title", info.title);
}

/** A row of what one wants to know before playing: how long, and how many. */
function Facts({ info }: { info: GameInfo }) {
  const [low, high] = info.seats;
  return (
    <p class="tile-facts">
      {info.minutes > 0 && (
        <span>
          <Icon name="clock" size={15} /> {t("home.minutes", { n: info.minutes })}
        </span>
      )}
      <span>
        <Icon name="people" size={15} />{" "}
        {low === high ? t("home.seats_exactly", { n: low }) : t("home.seats", { low, high })}
      </span>
    </p>
  );
}

const GamePreview = lazy(() =>
  import("../arena/GamePreview").then(
    (module) => module.GamePreview,
    () => () => null, // the still picture is enough
  ),
);
/** The page, and the match on it, come first. */
const PREVIEW_AFTER_MS = 1500;

/** The game in motion as long as it is to be seen, and still otherwise; pressing it begins practice. */
function Preview({ info, paused, onPractise }: { info: GameInfo; paused: boolean; onPractise: () => void }) {
  const box = useRef<HTMLButtonElement>(null);
  const [seen, setSeen] = useState(false);
  const [moving, setMoving] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || typeof IntersectionObserver !== "function") return;
    let observer: IntersectionObserver | null = null;
    const timer = setTimeout(() => {
      observer = new IntersectionObserver((entries) => {
        const shown = entries.at(-1)?.isIntersecting === true;
        setSeen(shown);
        if (!shown) setMoving(false);
      });
      observer.observe(element);
    }, PREVIEW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      observer?.disconnect();
    };
  }, []);
  const shown = seen && !paused && !calm.value;
  return (
    <button
      ref={box}
      type="button"
      class={shown && moving ? "preview moving" : "preview"}
      onClick={onPractise}
    >
      {/* No aria-label: the preview may show texts of the game, which would not be part of it. */}
      <span class="unseen">{`${gameTitle(info)}: ${t("home.practise")}`}</span>
      <GamePicture name={info.name} />
      {shown && <GamePreview game={info.name} onShown={() => setMoving(true)} />}
      <span class="preview-word" aria-hidden="true">
        <Icon name="play" size={14} /> {t("home.practise")}
      </span>
    </button>
  );
}

interface Props {
  /** No room can be opened just now. */
  cannot: boolean;
  /** Nothing moves: something else is in front. */
  paused: boolean;
  onPlay: (game: string, how: "create" | "quick") => void;
  onPractise: (game: string) => void;
}

export function GameTiles({ cannot, paused, onPlay, onPractise }: Props) {
  const games = session.games.value;
  if (!games.length) return null;
  const alone = session.unreachable.value !== null;
  return (
    <section class="tiles" aria-labelledby="tiles-title">
      <h2 id="tiles-title">{t("home.games")}</h2>
      <ul>
        {games.map((info) => (
          <li
            key={info.name}
            class="tile panel"
            data-game={info.name}
            style={lookStyle(lookOf(info), settings.highContrast.value)}
          >
            <Preview info={info} paused={paused} onPractise={() => onPractise(info.name)} />
            <div class="tile-words">
              <h3>{gameTitle(info)}</h3>
              <p>{say(info.name, "game", "how", info.how) || say(info.name, "game", "blurb", info.blurb)}</p>
              <Facts info={info} />
            </div>
            <div class="tile-ways">
              <button
                type="button"
                class="btn primary"
                disabled={cannot && !alone}
                aria-label={`${gameTitle(info)}: ${alone ? t("home.practise") : t("home.play")}`}
                onClick={() => (alone ? onPractise(info.name) : onPlay(info.name, "quick"))}
              >
                <Icon name="play" size={18} /> {alone ? t("home.practise") : t("home.play")}
              </button>
              <button
                type="button"
                class="btn"
                disabled={cannot}
                aria-label={`${gameTitle(info)}: ${t("home.friends")}`}
                title={t("home.friends")}
                onClick={() => onPlay(info.name, "create")}
              >
                <Icon name="people" size={18} />
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
