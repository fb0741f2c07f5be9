// Clips in the replay page: shows the one that the address asks for in a loop, cuts one out, and passes it on as a link,
// as a video or as a picture.
import { effect, type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { stageOf } from "../games/stage";
import { say, t } from "../i18n";
import { bestMoment } from "../replay/best_moment";
import { MOST_CHARS, readSpan, type Span, writeSpan } from "../replay/clip";
import { type Cut, cutClip, type Owner } from "../replay/clip_recording";
import type { Replay } from "../replay/replay";
import { calm } from "../settings";
import { touch } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { canShare } from "../ui/share";
import { ClipBar } from "./ClipBar";
import { clock, moveSpan, type SpanPart, stretchAround, suggestSpan } from "./clip_span";
import type { ReplayToolProps } from "./ReplayTools";
import { ridersOf } from "./riders";
import { matchLink, matchPath } from "./route";
import { passOn, ShareDialog, type Shared } from "./ShareDialog";
import "../style/clip.css";

const FilmDialog = lazy(() => import("./FilmDialog").then((module) => module.FilmDialog));

/** The link follows the span after it has stood still for this time. */
const CUT_AFTER_MS = 250;

/** The address asks for the best moment, which is known once the whole match is. */
const wantsBest = () => new URLSearchParams(location.search).get("moment") === "best";

/** Puts what is shown into the address, so that a reload shows it again. */
function keepInAddress(id: string, rest: string): void {
  history.replaceState(history.state, "", matchPath(id) + rest);
}

/** Plays a span again and again. */
function loop(replay: Replay, span: () => Span | null): () => void {
  return effect(() => {
    const tick = replay.tick.value;
    const now = span();
    if (!now || tick < now.last) return;
    // At its end the match stops, right after this.
    const goesOn = replay.playing.peek() || now.last >= replay.ticks;
    if (!goesOn || replay.seeking.peek()) return;
    queueMicrotask(() => {
      replay.seek(now.first);
      replay.play();
    });
  });
}

function show(replay: Replay, { first }: Span): void {
  replay.seek(first);
  if (!calm.peek()) replay.play();
}

interface PanelProps extends ReplayToolProps {
  follow: number;
  span: Span;
  owner: Owner;
  /** The clip's own fragment while nothing is changed. */
  fragment: string | null;
  onSpan: (span: Span) => void;
  onClose: () => void;
}

/** The link of a span, made again whenever the span has changed; null: it is being made. */
function useCut({ replay, span, owner, fragment }: PanelProps): Cut | null {
  const cut = useSignal<{ span: Span; cut: Cut } | null>(null);
  useEffect(() => {
    if (fragment) return;
    let gone = false;
    const timer = setTimeout(() => {
      cutClip(replay, span, owner).then(
        (made) => {
          if (!gone) cut.value = { span, cut: made };
        },
        (error: unknown) => console.warn(error), // the match ended meanwhile
      );
    }, CUT_AFTER_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [span.first, span.last, fragment]);
  if (fragment) return { fragment, chars: fragment.length };
  const made = cut.value;
  return made && made.span.first === span.first && made.span.last === span.last ? made.cut : null;
}

function Fields({ replay, span, onSpan }: PanelProps) {
  const hz = replay.schema.tickHz;
  const round = (ticks: number) => Math.round((ticks / hz) * 10) / 10;
  const field = (label: string, value: number, part: SpanPart, tickOf: (seconds: number) => number) => (
    <label class="clip-field">
      <span>{label}</span>
      <input
        type="number"
        class="text"
        inputMode="decimal"
        step={0.1}
        min={0}
        value={value}
        onChange={(event) => {
          const seconds = event.currentTarget.valueAsNumber;
          if (Number.isNaN(seconds)) event.currentTarget.value = String(value);
          else onSpan(moveSpan(span, part, tickOf(seconds), replay.ticks, hz));
        }}
        onKeyDown={(event) => event.stopPropagation()}
      />
    </label>
  );
  return (
    <div class="clip-fields">
      {field(t("clip.start_s"), round(span.first), "whole", (seconds) => seconds * hz)}
      {field(t("clip.length_s"), round(span.last - span.first), "last", (s) => span.first + s * hz)}
    </div>
  );
}

function Panel(props: PanelProps) {
  const { id, replay, record, span, owner, follow, onSpan, onClose } = props;
  const editing = useSignal(
    !props.fragment && !readSpan(location.search, replay.ticks, replay.schema.tickHz),
  );
  const sharing = useSignal(false);
  const filming = useSignal(false);
  const stretch = useSignal(stretchAround(span, replay.ticks, replay.schema.tickHz));
  const cut = useCut(props);
  const riders = useMemo(() => ridersOf(owner), [owner]);
  const title = say(replay.schema.game, "game", "title", owner.title);
  const filmed = stageOf(replay.schema.game) === null;
  const byId = matchLink(id) + writeSpan(span, replay.schema.tickHz);
  const link = cut?.fragment ? `${matchLink(id)}#${cut.fragment}` : record ? byId : null;
  const shared: Shared = { link: link ?? "", text: t("share.clip_text", { game: title }) };
  const kb = (chars: number) => (chars / 1000).toFixed(1);
  const note = !cut
    ? t("clip.measuring")
    : cut.fragment
      ? t("clip.own", { kb: kb(cut.chars) })
      : record
        ? t("clip.by_id", { most: kb(MOST_CHARS) })
        : t("clip.too_long");
  const change = (next: Span, part: SpanPart, held: boolean) => {
    onSpan(next);
    if (held) replay.pause();
    replay.seek(part === "last" && held ? next.last : next.first);
    if (held) return;
    stretch.value = stretchAround(next, replay.ticks, replay.schema.tickHz);
    if (!calm.peek()) replay.play();
  };
  const share = () => {
    if (touch.peek() && canShare()) void passOn(shared);
    else sharing.value = true;
  };
  const picture = async () => {
    const { savedPicture } = await import("./saved_picture");
    return savedPicture({ replay, record, owner, span, riders, title, link: matchLink(id) });
  };
  return (
    <section class="clip-panel" aria-labelledby="clip-title">
      <div class="clip-head">
        <h2 id="clip-title">
          <Icon name="scissors" size={18} /> {t("clip.title")}
          <span class="aside">
            {clock(replay.seconds(span.first))} – {clock(replay.seconds(span.last))}
          </span>
        </h2>
        <button type="button" class="icon-btn" aria-label={t("clip.close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {editing.value && <ClipBar replay={replay} span={span} stretch={stretch.value} onChange={change} />}
      <div class="clip-row">
        {editing.value && <Fields {...props} onSpan={(next) => change(next, "whole", false)} />}
        {!editing.value && (
          <button type="button" class="btn" onClick={() => (editing.value = true)}>
            <Icon name="scissors" size={18} /> {t("clip.edit")}
          </button>
        )}
        {filmed && (
          <button type="button" class="btn" onClick={() => (filming.value = true)}>
            <Icon name="film" size={18} /> {t("film.make")}
          </button>
        )}
        <button type="button" class="btn primary" disabled={link === null || !cut} onClick={share}>
          <Icon name="share" size={18} /> {t("clip.share")}
        </button>
      </div>
      {editing.value && (
        <p class="hint" role="status">
          {note} {!filmed && t("film.impossible")}
        </p>
      )}
      {sharing.value && link && (
        <ShareDialog
          {...shared}
          title={t("share.clip")}
          note={note}
          shortLink={record && cut?.fragment ? byId : undefined}
          picture={record || filmed ? picture : undefined}
          onClose={() => (sharing.value = false)}
        />
      )}
      {filming.value && (
        <FilmDialog
          replay={replay}
          span={span}
          owner={owner}
          riders={riders}
          follow={follow}
          address={new URL(matchLink(id)).host}
          text={shared.text}
          onClose={() => (filming.value = false)}
        />
      )}
    </section>
  );
}

/** The clip of the replay that the page shows, or null. There is one replay at a time. */
const shown: Signal<Span | null> = signal(null);

/** The button that begins a clip around what is shown. */
export function ClipTool({ replay, record, clip }: ReplayToolProps) {
  if (!record && !clip) return null;
  return (
    <button
      type="button"
      class="btn"
      aria-pressed={shown.value !== null}
      onClick={() => {
        if (shown.value) {
          shown.value = null;
          return;
        }
        const next = suggestSpan(replay.tick.peek(), replay.ticks, replay.schema.tickHz);
        shown.value = next;
        show(replay, next);
      }}
    >
      <Icon name="scissors" size={18} /> {t("clip.make")}
    </button>
  );
}

/** Between the picture and the time: the clip that the address asks for, or that is being made. */
export function ClipStage(props: ReplayToolProps & { follow: number }) {
  const { id, replay, record, clip } = props;
  const hz = replay.schema.tickHz;
  const fragment = useSignal<string | null>(clip ? location.hash.slice(1) : null);
  const best = useSignal(!clip && wantsBest());
  const from = record ?? clip;
  const owner = useMemo<Owner | null>(
    () => from && { rules: from.rules, title: from.title, seats: from.seats },
    [from],
  );
  useEffect(() => {
    const asked = clip ? { first: clip.first, last: clip.last } : readSpan(location.search, replay.ticks, hz);
    shown.value = asked;
    if (asked) show(replay, asked);
    const endings = [loop(replay, () => shown.value)];
    if (best.peek())
      endings.push(
        effect(() => {
          const known = replay.survey.scanned.value >= replay.ticks || replay.survey.failed.value !== "";
          if (!known || !best.peek()) return;
          const found = bestMoment(replay.marks.peek(), replay.ticks, hz);
          best.value = false;
          keepInAddress(id, writeSpan(found, hz));
          shown.value = found;
          show(replay, found);
        }),
      );
    return () => {
      for (const end of endings) end();
      shown.value = null;
    };
  }, [replay]);
  if (best.value) {
    return (
      <p class="clip-wait" role="status">
        <span class="spinner" /> {t("clip.finding")}
      </p>
    );
  }
  if (!owner || !shown.value) return null;
  return (
    <Panel
      key={fragment.value ? "shown" : "made"}
      {...props}
      span={shown.value}
      owner={owner}
      fragment={fragment.value}
      onSpan={(next) => {
        shown.value = next;
        fragment.value = null;
      }}
      onClose={() => {
        shown.value = null;
        fragment.value = null;
        if (record) keepInAddress(id, "");
      }}
    />
  );
}
