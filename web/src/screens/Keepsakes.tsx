// After a match that the server keeps: watch it again, see and send its best moment, share it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say, t } from "../i18n";
import type { Results } from "../protocol.gen";
import { touch } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { announce, toast } from "../ui/say";
import { canShare, canShareFile, download, fileName, shareFile } from "../ui/share";
import { winnersTitle } from "./Podium";
import { rememberMatch } from "./recent";
import { game, mySeats, room } from "./room";
import { BEST_MOMENT, followLink, matchLink, matchPath, PLAY_ON } from "./route";
import "../style/share.css";

const ShareDialog = lazy(() => import("./ShareDialog").then((module) => module.ShareDialog));

/** The result as a picture: the server's, or one that is drawn here; "": the match is not kept. */
async function pictureOf(id: string, outcome: Results, title: string): Promise<File> {
  const { drawPicture, fetchPicture, pngOf } = await import("../replay/result_picture");
  const headline = winnersTitle(outcome);
  const blob =
    (id ? await fetchPicture(id) : null) ??
    (await pngOf(
      drawPicture({
        headline,
        subtitle: title,
        lines: outcome.places,
        address: id ? matchLink(id).replace(/^\w+:\/\//, "") : location.host,
      }),
    ));
  return new File([blob], fileName([title, headline], "png"), { type: "image/png" });
}

/** Gives the result to the share sheet as a picture, or to the downloads. */
async function sharePicture(id: string, outcome: Results, title: string): Promise<void> {
  try {
    const file = await pictureOf(id, outcome, title);
    const text = t("share.match_text", { game: title, result: winnersTitle(outcome) });
    if (touch.peek() && canShareFile(file) && (await shareFile(file, text))) return;
    download(file);
    announce(t("results.picture_saved"));
  } catch {
    toast(t("results.picture_failed"));
  }
}

/** Where the match is not kept, only its picture. */
export function Keepsakes({ of }: { of: Results }) {
  const sharing = useSignal(false);
  const id = of.record;
  const played = room.value?.game ?? "";
  const title = say(played, "game", "title", game.value?.title);
  useEffect(() => {
    rememberMatch(of, { game: played, title, seats: mySeats.peek(), now: Date.now() });
  }, [id]);
  const drawing = useSignal(false);
  const picture = (
    <button
      type="button"
      class="btn"
      disabled={drawing.value}
      onClick={async () => {
        drawing.value = true;
        await sharePicture(id ?? "", of, title);
        drawing.value = false;
      }}
    >
      <Icon name="picture" size={18} /> {t("results.picture")}
    </button>
  );
  if (!id) return <nav class="keepsakes">{picture}</nav>;
  const shared = {
    link: matchLink(id),
    text: t("share.match_text", { game: title, result: winnersTitle(of) }),
  };
  const share = async () => {
    if (!touch.peek() || !canShare()) {
      sharing.value = true;
      return;
    }
    const { passOn } = await import("./ShareDialog");
    await passOn(shared);
  };
  return (
    <nav class="keepsakes" aria-label={t("record.title")}>
      {picture}
      <a class="btn" href={matchPath(id)} onClick={followLink}>
        <Icon name="play" size={18} /> {t("record.watch")}
      </a>
      <a class="btn" href={matchPath(id) + BEST_MOMENT} onClick={followLink}>
        <Icon name="star" size={18} /> {t("record.best")}
      </a>
      <a class="btn" href={matchPath(id) + PLAY_ON} onClick={followLink}>
        <Icon name="forward" size={18} /> {t("record.play_on")}
      </a>
      <button type="button" class="btn" onClick={() => void share()}>
        <Icon name="share" size={18} /> {t("lobby.share")}
      </button>
      {sharing.value && (
        <ShareDialog
          {...shared}
          title={t("share.match")}
          picture={() => pictureOf(id, of, title)}
          onClose={() => {
            sharing.value = false;
          }}
        />
      )}
    </nav>
  );
}
