// What may be done about one person: for oneself name and mark, for others hiding, and the host's powers.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import type { Ack } from "../net/commands";
import { session } from "../session/page";
import { Switch } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProfileForm } from "../ui/ProfileForm";
import { done } from "../ui/say";
import { GiveSeat } from "./GiveSeat";
import { amHost, hush, isHushed, profile, room } from "./room";

/** The player whose dialog is open. */
export const personOpen = signal<string | null>(null);
const close = () => {
  personOpen.value = null;
};

function Me() {
  const save = async () => {
    if (await done(session.commands.profile(profile()))) close();
  };
  return (
    <Dialog title={t("lobby.edit_me")} onClose={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <ProfileForm open focus />
        <button type="submit" class="btn primary">
          {t("app.done")}
        </button>
      </form>
    </Dialog>
  );
}

/** Kick and ban, each behind a second press that names the person. */
function Powers({ id, name, muted }: { id: string; name: string; muted: boolean }) {
  const [sure, setSure] = useState<"kick" | "ban" | null>(null);
  const [address, setAddress] = useState(false);
  const finish = async (answer: Promise<Ack>) => {
    if (await done(answer)) close();
  };
  if (sure) {
    return (
      <div class="stack">
        <p>{t(sure === "kick" ? "host.confirm_kick" : "host.confirm_ban", { name })}</p>
        {sure === "ban" && (
          <Switch
            label={t("host.ban_address")}
            hint={t("host.ban_address_hint")}
            on={address}
            onChange={setAddress}
          />
        )}
        <div class="row">
          <button
            type="button"
            class="btn danger"
            onClick={() =>
              void finish(sure === "kick" ? session.commands.kick(id) : session.commands.ban(id, address))
            }
          >
            {t(sure === "kick" ? "host.kick" : "host.ban")}
          </button>
          <button type="button" class="btn" onClick={() => setSure(null)}>
            {t("app.cancel")}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="row">
      <button type="button" class="btn" onClick={() => void finish(session.commands.transfer(id))}>
        {t("host.transfer")}
      </button>
      <button
        type="button"
        class="btn"
        aria-pressed={muted}
        onClick={() => void done(session.commands.mute(id, !muted))}
      >
        {t(muted ? "host.unmute" : "host.mute")}
      </button>
      <button type="button" class="btn danger" onClick={() => setSure("kick")}>
        {t("host.kick")}
      </button>
      <button type="button" class="btn danger" onClick={() => setSure("ban")}>
        {t("host.ban")}
      </button>
    </div>
  );
}

export function PersonDialog() {
  const id = personOpen.value;
  const person = id === null ? undefined : room.value?.people[id];
  if (id === null || !person) return null;
  if (id === session.me.value) return <Me />;
  return (
    <Dialog title={person.name} onClose={close}>
      <div class="stack">
        <Switch label={t("person.mute_me")} on={isHushed(id)} onChange={(on) => hush(id, on)} />
        {!person.connected && person.seat !== null && <GiveSeat number={person.seat} name={person.name} />}
        {amHost.value && <Powers id={id} name={person.name} muted={person.muted} />}
      </div>
    </Dialog>
  );
}
