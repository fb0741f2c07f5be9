// For those who watch: whom to follow, and the way to a seat.
import type { Signal } from "@preact/signals";
import { nth, t } from "../i18n";
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

/** The points of a seat and its place among all, as the score board has them. */
function scoreOf(seat: number): { points: number; place: number } | null {
  const scores = session.match.hud.value?.scores ?? [];
  const own = scores.find((score) => score.seat === seat);
  if (!own) return null;
  return { points: own.points, place: 1 + scores.filter(({ points }) => points > own.points).length };
}

export function SpectateBar({ follow, onChat }: { follow: Signal<number | null>; onChat: () => void }) {
  const players = sitting.value.filter(({ seat }) => seat.playing);
  const followed = players.find(({ number }) => number === follow.value) ?? null;
  const step = (by: number) => {
    // One place more than there are players: the whole arena.
    const places = players.length + 1;
    const at = followed ? players.indexOf(followed) + 1 : 0;
    follow.value = players[((at + by + places) % places) - 1]?.number ?? null;
  };
  const seated = myself.value?.seat !== null;
  const score = followed ? scoreOf(followed.number) : null;
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
            <PlayerMark of={followed.seat} size={22} />
            <span class="followed-name">
              <span class="unseen">{t("match.following", { name: followed.seat.name })}</span>
              <strong aria-hidden="true">{followed.seat.name}</strong>
              {score && (
                <small class="muted">
                  {t("match.place_points", { place: nth(score.place), n: score.points })}
                </small>
              )}
            </span>
          </>
        ) : (
          t("match.everyone")
        )}
      </span>
      <button type="button" class="icon-btn" aria-label={t("match.next")} onClick={() => step(1)}>
        <Icon name="forward" />
      </button>
      <button type="button" class="icon-btn spectate-chat" aria-label={t("chat.open")} onClick={onChat}>
        <Icon name="chat" />
      </button>
      {!seated && freeSeats.value > 0 && (
        <button type="button" class="btn primary" onClick={() => void done(session.commands.sit(false))}>
          {t("match.sit")}
        </button>
      )}
    </div>
  );
}
