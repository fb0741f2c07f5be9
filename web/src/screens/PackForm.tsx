// Which questions are asked: the built-in ones or the host's own, and the way to the form for these.
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { done, toast } from "../ui/say";
import { amHost, game, room } from "./room";

const PackEditor = lazy(() => import("./PackEditor").then((module) => module.PackEditor));

export function PackForm() {
  const open = useSignal(false);
  const now = room.value;
  if (!now || !game.value?.hosted) return null;
  const pack = now.pack;
  const told = pack ? t("pack.own", { title: pack.title, n: pack.questions + pack.buzzers }) : t("pack.box");
  if (!amHost.value) return <p class="muted">{told}</p>;
  const drop = async () => {
    if (await done(session.commands.pack(""))) toast(t("pack.back"));
  };
  return (
    <div class="stack pack">
      <div class="row">
        <span>{told}</span>
        <button type="button" class="btn" onClick={() => (open.value = true)}>
          <Icon name="plus" size={18} /> {t("pack.bring")}
        </button>
        {pack && (
          <button type="button" class="btn quiet" onClick={() => void drop()}>
            {t("pack.drop")}
          </button>
        )}
      </div>
      {open.value && <PackEditor onClose={() => (open.value = false)} />}
    </div>
  );
}
