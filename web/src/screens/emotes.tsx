// Emotes: the row of buttons to send one, and the bubble at the name of the player who sent one.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { session } from "../session/page";
import { EmoteArt, emoteName } from "../ui/EmoteArt";
import { done } from "../ui/say";
import { isHushed } from "./room";

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

export function EmoteBubble({ number }: { number: number }) {
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
  if (!shown.value) return null;
  return (
    <span class="bubble" role="img" aria-label={emoteName(shown.value)}>
      <EmoteArt emote={shown.value} size={36} />
    </span>
  );
}
