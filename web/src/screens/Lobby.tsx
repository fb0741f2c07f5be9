// Before the match: who is in, what will be played, and the button that everyone is waiting for.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { list, t } from "../i18n";
import { session } from "../session/page";
import { useServerNow } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { done } from "../ui/say";
import { Evening } from "./Evening";
import { GameChoice } from "./GameChoice";
import { Gathering } from "./Gathering";
import { Invite } from "./Invite";
import { LastMatch } from "./Keepsakes";
import { NextUp } from "./NextUp";
import { amHost, mayReclaim, missing, mySeats, myself, room, waitedFor } from "./room";
import { SeatList } from "./SeatList";

/** More names than these are counted. */
const MOST_NAMES = 2;

/** "Ann", "Ann and Bob", "Ann, Bob and 3 more". */
function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  if (more <= 0) return list(names);
  return list([...names.slice(0, MOST_NAMES), t("lobby.more_people", { n: more })]);
}

/** What the room is waiting for, in words; the reader is no person who is waited for, but "you". */
function state(): string {
  const now = room.value;
  if (missing.value > 0)
    return t(amHost.value ? "lobby.need_more_host" : "lobby.need_more", { n: missing.value });
  const others = waitedFor.value.filter(({ id }) => id !== session.me.value).map(({ name }) => name);
  if (waitedFor.value.length > others.length) {
    if (!others.length) return t("lobby.waiting_you");
    return others.length === 1
      ? t("lobby.waiting_you_and_one", { name: others[0] ?? "" })
      : t("lobby.waiting_you_and", { n: others.length });
  }
  if (others.length) return t("lobby.waiting", { names: named(others) });
  if (amHost.value) return t("lobby.all_ready");
  const host = now?.host ? now.people[now.host] : undefined;
  if (!host) return t("lobby.no_host");
  return t(host.connected ? "lobby.host_starts" : "lobby.host_gone", { name: host.name });
}

/** The host's button. If somebody is not ready it asks, once. */
function Start() {
  const asking = useSignal(false);
  const names = waitedFor.value.filter(({ id }) => id !== session.me.value).map(({ name }) => name);
  const all = names.length === 0;
  useEffect(() => {
    if (all) asking.value = false;
  }, [all]);
  const sure = useRef<HTMLButtonElement>(null);
  useEffect(() => sure.current?.focus(), [asking.value]); // once: a host may be writing meanwhile
  const start = () => {
    asking.value = false;
    void done(session.commands.start());
  };
  if (asking.value)
    return (
      <div class="foot-ask" role="alertdialog" aria-label={t("lobby.start")}>
        <p>{t("lobby.not_ready_yet", { n: names.length, names: named(names) })}</p>
        <button type="button" class="btn" onClick={() => (asking.value = false)}>
          {t("lobby.wait")}
        </button>
        <button type="button" class="btn primary big" ref={sure} onClick={start}>
          {t("lobby.start_anyway")}
        </button>
      </div>
    );
  return (
    <button
      type="button"
      class={all && missing.value === 0 ? "btn primary big go" : "btn primary big"}
      disabled={missing.value > 0}
      onClick={() => {
        if (all) start();
        else asking.value = true;
      }}
    >
      <Icon name="play" /> {t("lobby.start")}
    </button>
  );
}

function Ready() {
  const seat = mySeats.value[0];
  if (seat === undefined) return myself.value && <span class="muted">{t("lobby.you_watch")}</span>;
  const ready = room.value?.seats[seat]?.ready ?? false;
  return (
    <button
      type="button"
      class={ready ? "btn big ready on" : "btn big ready primary"}
      aria-pressed={ready}
      onClick={() => void done(session.commands.ready(!ready))}
    >
      <Icon name={ready ? "check" : "play"} /> {t("lobby.ready")}
    </button>
  );
}

/** In the lobby of quick play: when the next match begins. */
function NextMatch({ at }: { at: number }) {
  const now = useServerNow();
  return <>{t("lobby.next_in", { n: Math.max(0, Math.ceil((at - now.value) / 1000)) })}</>;
}

function Foot() {
  const now = room.value;
  if (!now) return null;
  return (
    <footer class="foot">
      <p class="foot-state" aria-live={now.next_at ? "off" : "polite"}>
        {now.next_at && missing.value === 0 ? <NextMatch at={now.next_at} /> : state()}
      </p>
      {mayReclaim.value && (
        <button type="button" class="btn" onClick={() => void done(session.commands.reclaim())}>
          <Icon name="crown" size={18} /> {t("host.reclaim")}
        </button>
      )}
      {amHost.value ? <Start /> : <Ready />}
    </footer>
  );
}

export function Lobby() {
  return (
    <Gathering name="lobby" title={t("lobby.title")} foot={<Foot />}>
      <Invite />
      <div class="lobby-middle">
        <SeatList />
        <GameChoice />
      </div>
      <div class="results-side lobby-next">
        <LastMatch />
        <NextUp />
        <Evening />
      </div>
    </Gathering>
  );
}
