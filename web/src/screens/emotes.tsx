// Emotes: the row of buttons to send one, and the bubble at the name of the player who sent one.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { followHead } from "../arena/heads";
import { t } from "../i18n";
import { session } from "../session/page";
import { EmoteArt, emoteName } from "../ui/EmoteArt";
import { done } from "../ui/say";
import { isHushed, sitting } from "./room";

const SHOWN_MS = 2600;

export function EmoteRow({ onDone }: { onDone?: () => void }) {
  return (
    <fieldset class="emotes" aria-label={t("chat.emotes")}>
      {session.emoteNames.value.map((emote) => (
        <button
          key={emote}
          type="button"
          class="icon-btn"
          aria-label={emoteName(emote)}
          title={emoteName(emote)}
          onClick={() => {
            void done(session.commands.emote(emote));
            onDone?.();
          }}
        >
          <EmoteArt emote={emote} size={28} />
        </button>
      ))}
    </fieldset>
  );
}

/** The emote that a seat shows now, or null. */
function useEmote(number: number): string | null {
  const shown = useSignal<string | null>(null);
  const latest = session.emotes.value.findLast((one) => one.seat === number);
  useEffect(() => {
    if (!latest || isHushed(latest.player)) return;
    const left = latest.shownAt + SHOWN_MS - performance.now();
    if (left <= 0) return;
    shown.value = latest.emote;
    const timer = setTimeout(() => {
      shown.value = null;
    }, left);
    return () => clearTimeout(timer);
  }, [latest]);
  return shown.value;
}

function HeadEmote({ number }: { number: number }) {
  const emote = useEmote(number);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!emote || !element) return;
    return followHead(number, (x, y) => {
      const found = !Number.isNaN(x);
      element.style.visibility = found ? "" : "hidden";
      element.classList.toggle("found", found);
      if (found) element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    });
  }, [emote]);
  if (!emote) return null;
  return (
    <span ref={box} class="head-emote" style={{ visibility: "hidden" }}>
      <span class="bubble" role="img" aria-label={emoteName(emote)}>
        <EmoteArt emote={emote} size={44} />
      </span>
    </span>
  );
}

/** Over the arena: each emote at the head of the player who shows it. */
export function HeadEmotes() {
  return (
    <div class="head-emotes">
      {sitting.value.map(({ number }) => (
        <HeadEmote key={number} number={number} />
      ))}
    </div>
  );
}

export function EmoteBubble({ number }: { number: number }) {
  const emote = useEmote(number);
  if (!emote) return null;
  return (
    <span class="bubble" role="img" aria-label={emoteName(emote)}>
      <EmoteArt emote={emote} size={36} />
    </span>
  );
}
