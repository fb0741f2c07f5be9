// The seat of somebody who dropped out, for the host to give to a newcomer: the same person, as only people can
// tell, whose browser has forgotten who they are.
import { t } from "../i18n";
import { session } from "../session/page";
import { Select } from "../ui/controls";
import { done } from "../ui/say";
import { amHost, room, type Watching } from "./room";

/** Whether `name` is what the server makes of `other` for a second person of that name. */
const isTwin = (name: string, other: string): boolean => {
  const stem = /^(.+) \d+$/.exec(name)?.[1];
  return stem !== undefined && other.startsWith(stem) && (stem === other || stem.length >= 12);
};

/**
 * The people who may be the player for whom a seat is held under `name`, if their browser has forgotten it: those who
 * joined under the same name, or else the spectators.
 */
export function heirs(name: string): Watching[] {
  const here = Object.entries(room.value?.people ?? {})
    .map(([id, person]) => ({ id, person }))
    .filter(({ id, person }) => person.connected && id !== session.me.value);
  const twins = here.filter(({ person }) => isTwin(person.name, name));
  return twins.length > 0 ? twins : here.filter(({ person }) => person.seat === null);
}

export function GiveSeat({ number, name }: { number: number; name: string }) {
  const able = heirs(name);
  const [first] = able;
  if (!amHost.value || !first) return null;
  const give = (player: string) => void done(session.commands.give(number, player));
  if (able.length === 1)
    return (
      <button
        type="button"
        class="btn"
        aria-label={t("lobby.give_label", { seat: name, name: first.person.name })}
        onClick={() => give(first.id)}
      >
        {t("lobby.give", { name: first.person.name })}
      </button>
    );
  const choices = able.map(({ id, person }) => ({ value: id, text: person.name }));
  return (
    <Select
      bare
      label={t("lobby.give_whom", { seat: name })}
      value=""
      choices={[{ value: "", text: t("lobby.give_whom", { seat: name }) }, ...choices]}
      onChange={(player) => player && give(player)}
    />
  );
}
