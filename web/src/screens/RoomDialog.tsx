// The room itself: what the host may set, who is in it, and the way out.
import { signal, useSignal } from "@preact/signals";
import { t } from "../i18n";
import { session } from "../session/page";
import { settingsOpen } from "../ui/Bar";
import { Select, Switch } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { leaveOpen } from "./address";
import { Invite } from "./Invite";
import { personOpen } from "./PersonDialog";
import { amHost, mayReclaim, phase, room } from "./room";

/** Seconds by which spectators may see a match later. */
const DELAYS = [0, 3, 10, 30] as const;

export const roomOpen = signal(false);
export const reportOpen = signal(false);
const close = () => {
  roomOpen.value = false;
};

function Locks() {
  const now = room.value;
  if (!now) return null;
  return (
    <>
      <Switch
        label={t("host.lock")}
        hint={t("host.lock_hint")}
        on={now.locked}
        onChange={(locked) => void done(session.commands.lock({ locked }))}
      />
      <Switch
        label={t("host.public")}
        hint={t("host.public_hint")}
        on={!now.private}
        onChange={(open) => void done(session.commands.lock({ private: !open }))}
      />
      <Switch
        label={t("host.hide")}
        hint={t("host.hide_hint")}
        on={now.hidden}
        onChange={(hidden) => void done(session.commands.lock({ hidden }))}
      />
      <Switch
        label={t("host.cover")}
        hint={t("host.cover_hint")}
        on={now.cover}
        onChange={(cover) => void done(session.commands.lock({ cover }))}
      />
      <Switch
        label={t("host.polite")}
        hint={t("host.polite_hint")}
        on={now.polite}
        onChange={(polite) => void done(session.commands.lock({ polite }))}
      />
      <Select
        label={t("host.delay")}
        hint={t("host.delay_hint")}
        value={String(now.delay)}
        choices={DELAYS.map((n) => ({
          value: String(n),
          text: n === 0 ? t("host.delay_none") : t("host.delay_s", { n }),
        }))}
        onChange={(value) => {
          const delay = DELAYS.find((one) => one === Number(value));
          if (delay !== undefined) void done(session.commands.lock({ delay }));
        }}
      />
    </>
  );
}

function MatchPowers() {
  const running = phase.value === "live" || phase.value === "paused";
  const ending = useSignal(false);
  if (!amHost.value || !running) return null;
  const paused = phase.value === "paused";
  if (ending.value)
    return (
      <div class="panel stack">
        <p role="alert">{t("host.confirm_end")}</p>
        <div class="row">
          <button
            type="button"
            class="btn"
            ref={(button) => button?.focus()}
            onClick={() => {
              ending.value = false;
            }}
          >
            {t("app.cancel")}
          </button>
          <button
            type="button"
            class="btn danger"
            onClick={() => {
              close(); // the results must not come behind it
              void done(session.commands.end());
            }}
          >
            {t("host.end")}
          </button>
          <button
            type="button"
            class="btn"
            onClick={() => {
              close();
              void done(session.commands.lobby());
            }}
          >
            {t("host.end_without")}
          </button>
        </div>
      </div>
    );
  return (
    <div class="row">
      <button
        type="button"
        class="btn"
        onClick={async () => {
          if (await done(session.commands.pause(!paused))) close();
        }}
      >
        <Icon name={paused ? "play" : "pause"} size={18} /> {t(paused ? "host.resume" : "host.pause")}
      </button>
      <button
        type="button"
        class="btn danger"
        onClick={() => {
          ending.value = true;
        }}
      >
        {t("host.end")}
      </button>
    </div>
  );
}

function People() {
  const people = Object.entries(room.value?.people ?? {});
  return (
    <ul class="people">
      {people.map(([id, person]) => (
        <li key={id}>
          <button
            type="button"
            class="btn person"
            onClick={() => {
              personOpen.value = id;
            }}
          >
            <PlayerMark of={person} size={20} />
            <span>{person.name}</span>
            {id === session.me.value && <span class="badge">{t("app.you")}</span>}
            {id === room.value?.host && <span class="badge host">{t("app.host")}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function RoomDialog() {
  const now = room.value;
  if (!roomOpen.value || !now) return null;
  return (
    <Dialog title={t("host.menu")} onClose={close}>
      <div class="stack">
        <div class="row">
          <button
            type="button"
            class="btn danger"
            onClick={() => {
              close();
              leaveOpen.value = true;
            }}
          >
            <Icon name="leave" size={18} /> {t("match.leave")}
          </button>
          <button
            type="button"
            class="btn"
            onClick={() => {
              settingsOpen.value = true;
            }}
          >
            <Icon name="gear" size={18} /> {t("app.settings")}
          </button>
        </div>
        <MatchPowers />
        {amHost.value && <Locks />}
        {amHost.value && now.bans && (
          <button type="button" class="btn" onClick={() => void done(session.commands.unban())}>
            {t("host.unban", { n: now.bans })}
          </button>
        )}
        {mayReclaim.value && (
          <button type="button" class="btn" onClick={() => void done(session.commands.reclaim())}>
            <Icon name="crown" size={18} /> {t("host.reclaim")}
          </button>
        )}
        {phase.value !== "lobby" && <Invite small />}
        <h3>{t("host.people")}</h3>
        <People />
        {(phase.value === "live" || phase.value === "paused" || phase.value === "results") && (
          <button
            type="button"
            class="btn"
            onClick={() => {
              close();
              reportOpen.value = true;
            }}
          >
            <Icon name="warning" size={18} /> {t("report.open")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
