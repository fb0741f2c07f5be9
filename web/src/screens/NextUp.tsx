// What is played next: the open vote, what it or the playlist has decided, and the host's ways to either.
import { useSignal } from "@preact/signals";
import { say, t } from "../i18n";
import type { NextInfo, PlaylistInfo, PollInfo } from "../protocol.gen";
import { session } from "../session/page";
import { Switch } from "../ui/controls";
import { useServerNow } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { amHost, room } from "./room";
import "../style/evening.css";

const PlaylistDialog = lazy(() => import("./PlaylistDialog").then((module) => module.PlaylistDialog));

/** A game's title in the person's language. */
export function titleOf(name: string): string {
  return say(name, "game", "title", session.games.value.find((one) => one.name === name)?.title ?? name);
}

/** Seconds until a time of the server, at least 0; it changes as time passes. */
export function useSecondsUntil(at: number | undefined): number {
  const now = useServerNow().value;
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}

function Poll({ poll }: { poll: PollInfo }) {
  const left = useSecondsUntil(poll.ends_at);
  const people = room.value?.people ?? {};
  const own = poll.votes[session.me.value ?? ""];
  return (
    <>
      <h2 id="next-title">
        {t("poll.title")} <span class="aside timer">{t("poll.left", { n: left })}</span>
      </h2>
      <ul class="poll">
        {poll.games.map((game) => {
          const voters = Object.entries(poll.votes).filter(([, wanted]) => wanted === game);
          const mine = own === game;
          return (
            <li key={game}>
              <button
                type="button"
                class={mine ? "btn poll-game on" : "btn poll-game"}
                aria-pressed={mine}
                onClick={() => void done(session.commands.vote(mine ? "" : game))}
              >
                <span>{titleOf(game)}</span>
                <span class="voters" aria-hidden="true">
                  {voters.slice(0, 6).map(([player]) => {
                    const person = people[player];
                    return person && <PlayerMark key={player} of={person} size={18} />;
                  })}
                </span>
                <b>
                  {voters.length}
                  <span class="unseen"> {t("poll.votes", { n: voters.length })}</span>
                </b>
              </button>
            </li>
          );
        })}
      </ul>
      {amHost.value && (
        <button type="button" class="btn" onClick={() => void done(session.commands.poll({ open: false }))}>
          {t("poll.end")}
        </button>
      )}
    </>
  );
}

function Decided({ next }: { next: NextInfo }) {
  const game = titleOf(next.game);
  return (
    <p class="next-game" role="status">
      <Icon name="forward" size={18} />
      <span>
        <strong>{game}</strong>{" "}
        <span class="muted">
          {next.tied
            ? t("poll.tie", { games: next.tied.map(titleOf).join(", ") })
            : next.by === "vote"
              ? t("poll.won")
              : t("playlist.next")}
        </span>
      </span>
    </p>
  );
}

function List({ list, onEdit }: { list: PlaylistInfo; onEdit: () => void }) {
  return (
    <>
      <ol class="playlist" aria-label={t("playlist.title")}>
        {list.entries.map((entry, k) => {
          const present = k === list.at;
          return (
            <li key={k} class={k < list.at ? "over" : present ? "present" : undefined} aria-current={present}>
              <span class="muted">{k < list.at ? "✓" : k + 1}</span>
              <span>{titleOf(entry.game)}</span>
              {entry.matches > 1 && (
                <span class="muted">{present ? `${list.played}/${entry.matches}` : `×${entry.matches}`}</span>
              )}
            </li>
          );
        })}
      </ol>
      {amHost.value && (
        <div class="row">
          <button type="button" class="btn" onClick={onEdit}>
            {t("playlist.edit")}
          </button>
          {list.at < list.entries.length && (
            <button type="button" class="btn" onClick={() => void done(session.commands.next(true))}>
              {t("playlist.skip")}
            </button>
          )}
        </div>
      )}
    </>
  );
}

/** Nothing for guests as long as nothing says what is next. */
export function NextUp() {
  const editing = useSignal(false);
  const now = room.value;
  if (!now) return null;
  const { poll, playlist, next } = now;
  const shown = poll || playlist || next;
  if (!shown && !amHost.value) return null;
  const edit = () => {
    editing.value = true;
  };
  return (
    <section class="next-up panel" aria-labelledby="next-title">
      {poll ? <Poll poll={poll} /> : <h2 id="next-title">{t("playlist.whats_next")}</h2>}
      {!poll && next && <Decided next={next} />}
      {playlist && <List list={playlist} onEdit={edit} />}
      {amHost.value && (
        <>
          {!poll && (
            <div class="row">
              <button
                type="button"
                class="btn"
                onClick={() => void done(session.commands.poll({ open: true }))}
              >
                <Icon name="people" size={18} /> {t("poll.start")}
              </button>
              {!playlist && (
                <button type="button" class="btn" onClick={edit}>
                  <Icon name="menu" size={18} /> {t("playlist.make")}
                </button>
              )}
            </div>
          )}
          {!playlist && (
            <Switch
              label={t("poll.each")}
              on={now.poll_each === true}
              onChange={(each) => void done(session.commands.poll({ each }))}
            />
          )}
        </>
      )}
      {editing.value && (
        <PlaylistDialog
          onClose={() => {
            editing.value = false;
          }}
        />
      )}
    </section>
  );
}
