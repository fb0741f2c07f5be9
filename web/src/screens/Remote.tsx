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
import { amHost, game, mySeats, room } from "./room";
import "../style/remote.css";

const LOOK_MS = 150;
const BUZZ = "buzz";

/** Redraws several times a second: the host's secrets are not signals. */
function useRedraw(): void {
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

/** Whether the host's game has this command; if so, a function that gives it. */
function order(verb: string): (() => void) | null {
  const number = game.peek()?.commands.indexOf(verb) ?? -1;
  return number < 0 ? null : () => void done(session.commands.verb(number, 0));
}

interface SayProps {
  verb: string;
  icon: IconName;
  kind?: string;
  /** The key that does the same. */
  shortcut?: string;
}

function Say({ verb, icon, kind = "", shortcut }: SayProps) {
  const act = order(verb);
  if (!act) return null;
  return (
    <button
      type="button"
      class={`btn remote-${verb} ${kind}`}
      aria-keyshortcuts={shortcut}
      onClick={(event) => {
        act();
        // A pressed answer key is for the game again, not for this button.
        if (event.detail > 0) event.currentTarget.blur();
      }}
    >
      <Icon name={icon} size={20} /> <span>{t(`remote.${verb}` as "remote.next")}</span>
    </button>
  );
}

/** What a host's key does who leads and does not answer: as the keys of a presenter. */
export function verbOf(key: string, leads: boolean, judges: boolean): string | null {
  if (key === "PageDown" || (leads && key === "ArrowRight")) return "next";
  if (!judges) return null;
  return key === "ArrowUp" ? "right" : key === "ArrowDown" ? "wrong" : null;
}

function useKeys(leads: boolean, judges: boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key, repeat, ctrlKey, metaKey, altKey } = event;
      if (event.defaultPrevented || repeat || ctrlKey || metaKey || altKey) return;
      if (target instanceof HTMLElement && target.closest("input, textarea, select, dialog")) return;
      const verb = verbOf(key, leads, judges);
      const act = verb && order(verb);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [leads, judges]);
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
      <div class="remote-heard">
        {cue && (
          <p class="remote-cue">
            <span class="muted">{t("remote.cue")}</span> <strong>{cue}</strong>
          </p>
        )}
        <Queue line={line} />
      </div>
      {up && (
        <div class="remote-verdict">
          <Say verb="right" icon="check" kind="right" shortcut="ArrowUp" />
          <Say verb="wrong" icon="close" kind="danger" shortcut="ArrowDown" />
        </div>
      )}
    </div>
  );
}

function Pause() {
  const paused = room.value?.phase === "paused";
  return (
    <button type="button" class="btn" onClick={() => void done(session.commands.pause(!paused))}>
      <Icon name={paused ? "play" : "pause"} size={20} />{" "}
      <span>{t(paused ? "host.resume" : "host.pause")}</span>
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
  useRedraw();
  const height = useHeight();
  const more = useSignal(false);
  const state = session.match.latest;
  const shown = amHost.value && game.value?.hosted === true && state !== null;
  const buzzing = shown && named(state, "kind") === BUZZ && ["arm", "open"].includes(named(state, "phase"));
  const players = (state?.players ?? []) as Entity[];
  // A host who does not answer this time has all of the screen for the remote, and the keys.
  const leads = shown && !players.some((player) => player.plays && mySeats.value.includes(player.id));
  const up = buzzing && (state.up as number) >= 0;
  useKeys(shown && leads, up);
  if (!shown) return null;
  const open = leads || more.value;
  return (
    <aside
      ref={height}
      class={`remote panel${leads ? " leads" : ""}${open ? " open" : ""}`}
      aria-label={t("remote.title")}
    >
      {buzzing && <Judging up={up} line={queue()} />}
      <div class="remote-keys">
        <Say
          verb="next"
          icon="forward"
          kind={state.waits ? "primary" : ""}
          shortcut={leads ? "ArrowRight PageDown" : "PageDown"}
        />
        {open && (
          <>
            <Say verb="replay" icon="again" />
            <Say verb="skip" icon="skip" />
            <Say verb="extend" icon="plus" />
            {buzzing && <Say verb="reset" icon="close" />}
            {buzzing && <Say verb="lock" icon="lock" />}
            {named(state, "kind") === BUZZ && <Say verb="undo" icon="back" />}
            <Pause />
          </>
        )}
        {!leads && (
          <button
            type="button"
            class="btn remote-more"
            aria-expanded={more.value}
            onClick={() => (more.value = !more.value)}
          >
            <Icon name="more" size={20} /> <span>{t("remote.title")}</span>
          </button>
        )}
      </div>
    </aside>
  );
}
