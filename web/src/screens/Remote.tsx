// The host's remote for games that the host leads: what comes next, more time, once more, and for buzzers
// who pressed in which order and whether the answer was right.
import { useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { session } from "../session/page";
import type { Entity } from "../sync/state";
import { Icon, type IconName } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { amHost, game, room } from "./room";

const LOOK_MS = 150;
const BUZZ = "buzz";

/** Redraws several times a second: the host's secrets are not signals. */
function useLook(): void {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
}

/** The name of a choice field's value, such as the phase. */
function named(state: Entity, field: string): string {
  const found = state.type.fields.find((one) => one.name === field);
  return found?.names?.[state[field] as number] ?? "";
}

function Say({ verb, icon, kind }: { verb: string; icon: IconName; kind?: string }) {
  const number = game.value?.commands?.indexOf(verb) ?? -1;
  if (number < 0) return null;
  return (
    <button
      type="button"
      class={kind ? `btn ${kind}` : "btn"}
      onClick={() => void done(session.commands.verb(number, 0))}
    >
      <Icon name={icon} size={18} /> {t(`remote.${verb}` as "remote.next")}
    </button>
  );
}

/** The players who pressed, the first on top. */
function queue(): Entity[] {
  const players = (session.match.hostSecret?.players ?? []) as Entity[];
  return players
    .filter((player) => (player.turn as number) > 0)
    .sort((a, b) => (a.turn as number) - (b.turn as number));
}

// The state is changed in place, and a part that is given the same things again is not drawn again: what is
// shown of it is therefore read out here and handed down.
function Queue({ line }: { line: readonly Entity[] }) {
  if (line.length === 0) return <p class="muted">{t("remote.nobody")}</p>;
  return (
    <ol class="remote-queue">
      {line.map((player) => {
        const seat = room.value?.seats[String(player.id)];
        return (
          <li key={player.id}>
            {seat && <PlayerMark of={seat} size={20} />} {seat?.name ?? "?"}
            <span class="muted">{t("settings.ms", { n: player.buzzed as number })}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Judging({ up, line }: { up: boolean; line: readonly Entity[] }) {
  const cue = (session.match.hostSecret?.cue as string | undefined) ?? "";
  return (
    <div class="remote-judge">
      {cue && (
        <p>
          <span class="muted">{t("remote.cue")}</span> <strong>{cue}</strong>
        </p>
      )}
      <Queue line={line} />
      {up && (
        <div class="row">
          <Say verb="right" icon="check" kind="primary" />
          <Say verb="wrong" icon="close" kind="danger" />
        </div>
      )}
      <div class="row">
        <Say verb="reset" icon="back" />
        <Say verb="lock" icon="lock" />
      </div>
    </div>
  );
}

function Pause() {
  const paused = room.value?.phase === "paused";
  return (
    <button type="button" class="btn" onClick={() => void done(session.commands.pause(!paused))}>
      <Icon name={paused ? "play" : "pause"} size={18} /> {t(paused ? "host.resume" : "host.pause")}
    </button>
  );
}

/** Keeps the height of the remote on the page, for the match above it to end there. */
function useHeight(): (element: HTMLElement | null) => void {
  const watcher = useRef<ResizeObserver | null>(null);
  return useCallback((element: HTMLElement | null) => {
    watcher.current?.disconnect();
    const { style } = document.documentElement;
    if (!element) {
      style.removeProperty("--remote");
      return;
    }
    watcher.current = new ResizeObserver(() => style.setProperty("--remote", `${element.offsetHeight}px`));
    watcher.current.observe(element);
  }, []);
}

export function Remote() {
  useLook();
  const height = useHeight();
  const more = useSignal(false);
  const state = session.match.latest;
  if (!amHost.value || !game.value?.hosted || !state) return null;
  const judging = named(state, "kind") === BUZZ && ["arm", "open"].includes(named(state, "phase"));
  return (
    <aside ref={height} class="remote panel" aria-label={t("remote.title")}>
      {judging && <Judging up={(state.up as number) >= 0} line={queue()} />}
      <div class="row">
        <Say verb="next" icon="forward" kind={state.waits ? "primary" : ""} />
        <button
          type="button"
          class="btn"
          aria-expanded={more.value}
          onClick={() => (more.value = !more.value)}
        >
          <Icon name="crown" size={18} /> {t("remote.title")}
        </button>
      </div>
      {more.value && (
        <div class="row">
          <Pause />
          <Say verb="extend" icon="plus" />
          <Say verb="replay" icon="back" />
          <Say verb="skip" icon="forward" />
        </div>
      )}
    </aside>
  );
}
