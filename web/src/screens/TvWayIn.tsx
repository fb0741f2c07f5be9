// How to get in, on the screen for everybody: the address, the code and a QR code, small beside a match and large before
// one.
import { t } from "../i18n";
import { session } from "../session/page";
import { Qr } from "../ui/Qr";
import { room } from "./room";
import { roomLink } from "./route";

/** `large`: there is nothing else to look at. */
export function WayIn({ large = false }: { large?: boolean }) {
  const now = room.value;
  if (!now || now.hidden || now.locked)
    return large ? <p class="tv-closed muted">{t(now?.locked ? "tv.locked" : "tv.hidden")}</p> : null;
  const link = roomLink(now.code);
  const address = (session.publicUrl.value || location.origin).replace(/^\w+:\/\//, "");
  return (
    <div class={large ? "tv-in large" : "tv-in"}>
      <div class="tv-address">
        <p class="muted">{t("tv.join", { address })}</p>
        <p
          class="tv-code"
          translate={false}
          role="img"
          aria-label={`${t("home.code")}: ${now.code.split("").join(" ")}`}
        >
          {now.code}
        </p>
      </div>
      <Qr text={link} label={t("lobby.qr_label", { link })} />
      {large && <p class="tv-scan muted">{t("tv.waiting")}</p>}
    </div>
  );
}
