// After a match that the server keeps: watch it again, see and send its best moment, share it; in the next lobby, too.
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say, t } from "../i18n";
import type { Results } from "../protocol.gen";
import { touch } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { announce, toast } from "../ui/say";
import { canShare, canShareFile, download, fileName, shareFile } from "../ui/share";
import { rememberMatch } from "./recent";
import { game, mySeats, room } from "./room";
import { BEST_MOMENT, followLink, matchLink, matchPath, PLAY_ON } from "./route";
import { winnersTitle } from "./winners";
import "../style/share.css";

const ShareDialog = lazy(() => import("./ShareDialog").then((module) => module.ShareDialog));

/** The result as a picture: the server's, or one that is drawn here; "": the match is not kept. */
async function pictureOf({ of, title, headline }: Ended): Promise<File> {
  const { drawPicture, fetchPicture, pngOf } = await import("../replay/result_picture");
  const id = of.record ?? "";
  const blob =
    (id ? await fetchPicture(id) : null) ??
    (await pngOf(
      drawPicture({
        headline,
        subtitle: title,
        lines: of.places,
        address: id ? matchLink(id).replace(/^\w+:\/\//, "") : location.host,
      }),
    ));
  return new File([blob], fileName([title, headline], "png"), { type: "image/png" });
}

/** Gives the result to the share sheet as a picture, or to the downloads. */
async function sharePicture(ended: Ended): Promise<void> {
  try {
    const file = await pictureOf(ended);
    const text = wordsOf(ended);
    if (touch.peek() && canShareFile(file) && (await shareFile(file, text))) return;
    download(file);
    announce(t("results.picture_saved"));
  } catch {
    toast(t("results.picture_failed"));
  }
}

/** A match that has ended. */
interface Ended {
  of: Results;
  /** The game's. */
  title: string;
  /** The winners as a sentence. It is made at the end of the match: in the lobby the teams may be others. */
  headline: string;
}

/** The last match of a room that this page has seen the end of. */
const last = signal<(Ended & { code: string }) | null>(null);
/** The match whose dialog is open: it stays so when the results give way to the lobby. */
const sharing = signal<Ended | null>(null);

const wordsOf = ({ title, headline }: Ended) => t("share.match_text", { game: title, result: headline });

/** The dialog that shares a match, while it is open. */
export function MatchShare() {
  const ended = sharing.value;
  const id = ended?.of.record;
  useEffect(
    () => () => {
      sharing.value = null;
    },
    [],
  );
  if (!ended || !id) return null;
  return (
    <ShareDialog
      link={matchLink(id)}
      text={wordsOf(ended)}
      title={t("share.match")}
      picture={() => pictureOf(ended)}
      onClose={() => {
        sharing.value = null;
      }}
    />
  );
}

/** In the lobby after a match: what the results have offered. */
export function LastMatch() {
  const ended = last.value;
  if (!ended || ended.code !== room.value?.code) return null;
  return (
    <section class="panel" aria-labelledby="last-match">
      <h2 id="last-match">{t("record.last")}</h2>
      <Links ended={ended} />
    </section>
  );
}

export function Keepsakes({ of }: { of: Results }) {
  const played = room.value?.game ?? "";
  const title = say(played, "game", "title", game.value?.title);
  const ended = { of, title, headline: winnersTitle(of) };
  useEffect(() => {
    rememberMatch(of, { game: played, title, seats: mySeats.peek(), now: Date.now() });
    const code = room.peek()?.code;
    if (code && of.record) last.value = { ...ended, code };
  }, [of.record]);
  return <Links ended={ended} />;
}

/** Where the match is not kept, only its picture. */
function Links({ ended }: { ended: Ended }) {
  const id = ended.of.record;
  const drawing = useSignal(false);
  const picture = (
    <button
      type="button"
      class="btn"
      disabled={drawing.value}
      onClick={async () => {
        drawing.value = true;
        await sharePicture(ended);
        drawing.value = false;
      }}
    >
      <Icon name="picture" size={18} /> {t("results.picture")}
    </button>
  );
  if (!id) return <nav class="keepsakes">{picture}</nav>;
  const share = async () => {
    if (!touch.peek() || !canShare()) {
      sharing.value = ended;
      return;
    }
    const { passOn } = await import("./ShareDialog");
    await passOn({ link: matchLink(id), text: wordsOf(ended) });
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
    </nav>
  );
}
