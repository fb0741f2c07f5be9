// The host's playlist: which games are played one after the other, and how many matches of each.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say, t } from "../i18n";
import type { PlaylistEntry } from "../protocol.gen";
import { session } from "../session/page";
import { Select } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { done } from "../ui/say";
import { titleOf } from "./NextUp";
import { room } from "./room";

const MOST_ENTRIES = 12;
const MOST_MATCHES = 9;

function Row({
  entry,
  number,
  last,
  onChange,
  onMove,
}: {
  entry: PlaylistEntry;
  number: number;
  last: boolean;
  onChange: (entry: PlaylistEntry | null) => void;
  onMove: (by: number) => void;
}) {
  const game = session.games.value.find(({ name }) => name === entry.game);
  const presets = game?.presets ?? [];
  const named = { name: titleOf(entry.game), n: number };
  return (
    <li class="playlist-row">
      <strong>{titleOf(entry.game)}</strong>
      {presets.length > 1 && (
        <Select
          bare
          label={t("playlist.preset", named)}
          value={entry.preset || (presets[0]?.name ?? "")}
          choices={presets.map(({ name }) => ({ value: name, text: say(entry.game, "preset", name, name) }))}
          onChange={(preset) => onChange({ ...entry, preset })}
        />
      )}
      <Select
        bare
        label={t("playlist.count", named)}
        value={String(entry.matches)}
        choices={Array.from({ length: MOST_MATCHES }, (_, k) => ({
          value: String(k + 1),
          text: t("playlist.matches", { n: k + 1 }),
        }))}
        onChange={(matches) => onChange({ ...entry, matches: Number(matches) })}
      />
      <span class="playlist-tools">
        <button
          type="button"
          class="icon-btn turn-up"
          aria-label={t("playlist.up", named)}
          disabled={number === 1}
          onClick={() => onMove(-1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="icon-btn turn-down"
          aria-label={t("playlist.down", named)}
          disabled={last}
          onClick={() => onMove(1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="icon-btn"
          aria-label={t("playlist.remove", named)}
          onClick={() => onChange(null)}
        >
          <Icon name="close" />
        </button>
      </span>
    </li>
  );
}

export function PlaylistDialog({ onClose }: { onClose: () => void }) {
  const list = room.value?.playlist;
  // What was sent last, until the room has it: a press that comes sooner changes that, and not an older list.
  const draft = useSignal<{ entries: PlaylistEntry[]; at: number } | null>(null);
  const unanswered = useRef(0);
  const entries = draft.value?.entries ?? list?.entries ?? [];
  const at = draft.value?.at ?? list?.at ?? 0;
  useEffect(() => {
    if (unanswered.current === 0) draft.value = null;
  }, [list]);
  const send = async (changed: readonly PlaylistEntry[], next = at) => {
    const wanted = { entries: [...changed], at: Math.min(next, changed.length) };
    draft.value = wanted;
    unanswered.current++;
    const taken = await done(session.commands.playlist(wanted));
    unanswered.current--;
    const here = room.peek()?.playlist !== list;
    if (unanswered.current === 0 && (!taken || here)) draft.value = null;
  };
  const games = session.games.value;
  return (
    <Dialog title={t("playlist.title")} onClose={onClose}>
      <div class="stack">
        <p class="muted">{t("playlist.hint")}</p>
        <ol class="playlist-rows">
          {entries.map((entry, k) => (
            <Row
              key={k}
              entry={entry}
              number={k + 1}
              last={k === entries.length - 1}
              onChange={(changed) => {
                const others = [...entries];
                if (changed) others[k] = changed;
                else others.splice(k, 1);
                // Those before the present one have been played.
                void send(others, !changed && k < at ? at - 1 : at);
              }}
              onMove={(by) => {
                const moved = [...entries];
                moved.splice(k + by, 0, ...moved.splice(k, 1));
                void send(moved);
              }}
            />
          ))}
        </ol>
        {entries.length < MOST_ENTRIES && (
          <fieldset class="playlist-add">
            <legend>{t("playlist.add")}</legend>
            {games.map(({ name }) => (
              <button
                key={name}
                type="button"
                class="btn"
                onClick={() => void send([...entries, { game: name, preset: "", matches: 1 }])}
              >
                <Icon name="plus" size={18} /> {titleOf(name)}
              </button>
            ))}
          </fieldset>
        )}
        <div class="row">
          {entries.length > 0 && (
            <button type="button" class="btn" onClick={() => void send([], 0)}>
              {t("playlist.clear")}
            </button>
          )}
          <button type="button" class="btn primary" onClick={onClose}>
            {t("playlist.done")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
