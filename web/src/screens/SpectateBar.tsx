// For those who watch: whom to follow, and the way to a seat.
import type { Signal } from "@preact/signals";
import { t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { freeSeats, myself, sitting } from "./room";

/** How much later than the players this page sees the match. */
export function Behind() {
  const seconds = session.behindMs.value / 1000;
  if (!seconds) return null;
  return (
    <span class="badge behind" role="status">
      {session.match.hud.value ? t("match.behind", { n: seconds }) : t("match.behind_soon", { n: seconds })}
    </span>
  );
}

export function SpectateBar({ follow }: { follow: Signal<number | null> }) {
  const players = sitting.value.filter(({ seat }) => seat.playing);
  const followed = players.find(({ number }) => number === follow.value) ?? null;
  const step = (by: number) => {
    // One place more than there are players: the whole arena.
    const places = players.length + 1;
    const at = followed ? players.indexOf(followed) + 1 : 0;
    follow.value = players[((at + by + places) % places) - 1]?.number ?? null;
  };
  const seated = myself.value?.seat !== null;
  return (
    <div class="spectate panel">
      <span class="muted spectate-word">
        <Icon name="eye" size={18} /> {seated ? t("match.seat_soon") : t("match.watching")}
      </span>
      <Behind />
      <button type="button" class="icon-btn" aria-label={t("match.previous")} onClick={() => step(-1)}>
        <Icon name="back" />
      </button>
      <span class="followed" aria-live="polite">
        {followed ? (
          <>
            <PlayerMark of={followed.seat} size={18} /> {t("match.following", { name: followed.seat.name })}
          </>
        ) : (
          t("match.everyone")
        )}
      </span>
      <button type="button" class="icon-btn" aria-label={t("match.next")} onClick={() => step(1)}>
        <Icon name="forward" />
      </button>
      {!seated && freeSeats.value > 0 && (
        <button type="button" class="btn" onClick={() => void done(session.commands.sit(false))}>
          {t("match.sit")}
        </button>
      )}
    </div>
  );
}
