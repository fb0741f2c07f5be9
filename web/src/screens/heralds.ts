// What is read out to players who do not see the screen: who enters and leaves, rounds, scores, the player's own end.
import { effect, untracked } from "@preact/signals";
import { t } from "../i18n";
import { session } from "../session/page";
import type { Room } from "../session/room_state";
import type { Hud } from "../sync/feed";
import { announce, reason, toast, unsay } from "../ui/say";
import { amHost, mySeats, room } from "./room";
import { winnersTitle } from "./winners";

function people(before: Room, now: Room, me: string | null): void {
  for (const [id, person] of Object.entries(now.people)) {
    if (!(id in before.people) && id !== me) announce(t("say.joined", { name: person.name }));
  }
  for (const [id, person] of Object.entries(before.people)) {
    if (!(id in now.people)) announce(t("say.left", { name: person.name }));
  }
  if (before.host === now.host || now.host === null) return;
  const name = now.people[now.host]?.name ?? "";
  const text = now.host === me ? t("say.you_host") : t("say.now_host", { name });
  announce(text);
  if (now.host === me) toast(text);
}

function course(before: Hud, now: Hud): void {
  const named = (seat: number) => room.peek()?.seats[String(seat)]?.name ?? "";
  const own = untracked(() => mySeats.value);
  for (const score of now.scores) {
    const old = before.scores.find((one) => one.seat === score.seat);
    if (old?.alive && !score.alive && now.round === before.round && own.includes(score.seat)) {
      announce(t("say.out"), true);
    }
  }
  if (now.round === before.round || now.round === 0) return;
  const best = [...now.scores].sort((a, b) => b.points - a.points)[0];
  const points = best ? t("match.points", { n: best.points }) : "";
  const leads = best && best.points > 0 ? ` ${t("say.leads", { name: named(best.seat), points })}.` : "";
  announce(`${t("say.round", { n: now.round })}.${leads}`);
}

/** Tells what happens in the room; returns what ends it. */
export function heraldRoom(): () => void {
  let lastRoom: Room | null = null;
  return effect(() => {
    const now = room.value;
    const before = lastRoom;
    lastRoom = now;
    // What was said of the screen before must not be found on this one.
    if (before && (before.code !== now?.code || before.phase !== now.phase)) unsay();
    if (!now || !before || before.code !== now.code) return;
    untracked(() => {
      people(before, now, session.me.value);
      if (now.phase === "results" && before.phase !== "results") {
        announce(now.results ? winnersTitle(now.results) : t("results.nobody"));
      }
    });
  });
}

/** Notices that report no problem: they are not shown as errors. */
const NEWS = new Set(["announcement", "bot_seat", "older_rules"]);

/** Starts to tell; call it once. */
export function beginHeralds(): void {
  let lastHud: Hud | null = null;
  heraldRoom();
  effect(() => {
    const now = session.match.hud.value;
    const before = lastHud;
    lastHud = now;
    if (now && before) untracked(() => course(before, now));
  });
  effect(() => {
    const notice = session.notice.value;
    if (notice) untracked(() => toast(reason(notice), !NEWS.has(notice.code)));
  });
  let wasBroken = false;
  effect(() => {
    const state = session.connection.value;
    if (state === "online" && wasBroken && untracked(() => room.value)) toast(t("net.back"));
    wasBroken = state === "reconnecting";
  });
  effect(() => {
    document.title = room.value ? `${room.value.hidden ? "" : `${room.value.code} · `}Rumpus` : "Rumpus";
    document.documentElement.dataset.host = String(amHost.value);
  });
}
