// How others get in: the code in large letters, the link to copy or share, the QR code for phones nearby.
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { wide } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { Qr } from "../ui/Qr";
import { toast } from "../ui/say";
import { canShare, copyText, shareLink } from "../ui/share";
import { gameTitle } from "./GameTiles";
import { amHost, game, room } from "./room";
import { roomLink, tvPath } from "./route";

/** `small`: the QR code waits until it is asked for, however wide the screen is. */
export function Invite({ small }: { small?: boolean }) {
  const qr = useSignal(wide.peek() && !small);
  const shown = useSignal(false);
  const copied = useSignal(false);
  const now = room.value;
  if (!now) return null;
  const link = roomLink(now.code);
  const secret = now.hidden && !shown.value;
  return (
    <section class={small ? "invite stack" : "invite panel"} aria-labelledby="invite-title">
      <h2 id="invite-title">{t("lobby.invite")}</h2>
      {secret ? (
        <p class="code-large muted">
          {t("lobby.hidden")}
          {amHost.value && (
            <button type="button" class="btn" onClick={() => (shown.value = true)}>
              <Icon name="eye" /> {t("lobby.show_code")}
            </button>
          )}
        </p>
      ) : (
        <p
          class="code-large"
          translate={false}
          role="img"
          aria-label={`${t("home.code")}: ${now.code.split("").join(" ")}`}
        >
          {now.code}
        </p>
      )}
      <div class="row">
        <button
          type="button"
          class="btn"
          onClick={async () => {
            copied.value = await copyText(link);
            if (copied.value) setTimeout(() => (copied.value = false), 2000);
            else toast(t("lobby.copy_failed", { link }), true);
          }}
        >
          <Icon name={copied.value ? "check" : "copy"} size={18} />
          <span aria-live="polite">{copied.value ? t("lobby.copied") : t("lobby.copy")}</span>
        </button>
        <a class="btn" href={tvPath(now.code)} target="_blank" rel="noreferrer">
          <Icon name="full" size={18} /> {t("tv.open")}
        </a>
        {canShare() && (
          <button
            type="button"
            class="btn"
            onClick={() => {
              const title = game.value ? gameTitle(game.value) : "Rumpus";
              void shareLink(link, t("lobby.share_text", { game: title }));
            }}
          >
            <Icon name="share" size={18} /> {t("lobby.share")}
          </button>
        )}
        {!secret && (
          <button
            type="button"
            class="btn"
            aria-expanded={qr.value}
            onClick={() => {
              qr.value = !qr.value;
            }}
          >
            <Icon name="qr" size={18} /> {t("lobby.qr")}
          </button>
        )}
      </div>
      {qr.value && !secret && <Qr text={link} label={t("lobby.qr_label", { link })} />}
    </section>
  );
}
