// The emote that somebody shows just now, as a bubble at their name.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isHushed } from "../screens/room";
import { session } from "../session";
import { EmoteArt, emoteName } from "./EmoteArt";

const SHOWN_MS = 2600;

export function EmoteBubble({ number }: { number: number }) {
  const shown = useSignal<string | null>(null);
  const latest = session.emotes.value.findLast((one) => one.seat === number);
  useEffect(() => {
    if (!latest || isHushed(latest.player)) return;
    const left = latest.shown_at + SHOWN_MS - performance.now();
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
