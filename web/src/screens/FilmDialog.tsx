// Makes a video of a clip, shows how far it is, and gives the file to the person.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { t } from "../i18n";
import type { Span } from "../replay/clip";
import type { Owner } from "../replay/clip_recording";
import { type Replay, startWorker } from "../replay/replay";
import { calm } from "../settings";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { announce } from "../ui/say";
import { fileName } from "../ui/share";
import { clock } from "./clip_span";
import { giveFile } from "./ShareDialog";

interface Props {
  replay: Replay;
  span: Span;
  owner: Owner;
  riders: readonly (Rider | undefined)[];
  follow: number;
  /** What is written into it, such as the server's name. */
  address: string;
  /** What is sent with it. */
  text: string;
  onClose: () => void;
}

export function FilmDialog({ replay, span, owner, riders, follow, address, text, onClose }: Props) {
  const part = useSignal(0);
  const file = useSignal<File | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    const cancel = new AbortController();
    const { signal } = cancel;
    const make = async () => {
      const { makeFilm } = await import("../replay/film");
      const { recording } = replay;
      const worker = await startWorker(recording);
      const { blob, extension } = await makeFilm(
        {
          recording,
          span,
          from: replay.survey.nearest(span.first),
          worker,
          owner,
          riders,
          follow,
          calm: calm.peek(),
          address,
        },
        { onProgress: (done) => (part.value = done), signal },
      );
      const at = clock(replay.seconds(span.first)).replace(":", "m").replace(/\.\d$/, "s");
      file.value = new File([blob], fileName([owner.title, at], extension), { type: blob.type });
      announce(t("film.done"));
    };
    replay.pause();
    make().catch((error: unknown) => {
      if (signal.aborted) return;
      console.warn(error);
      failed.value = true;
    });
    return () => cancel.abort();
  }, []);
  const percent = Math.round(part.value * 100);
  const made = file.value;
  return (
    <Dialog title={t("film.title")} onClose={onClose}>
      {failed.value ? (
        <p role="alert">{t("film.failed")}</p>
      ) : made ? (
        <p>{t("film.size", { name: made.name, mb: (made.size / 1e6).toFixed(1) })}</p>
      ) : (
        <>
          <p>{t("film.making")}</p>
          <progress class="film-progress" max={100} value={percent} aria-label={t("film.making")} />
        </>
      )}
      <div class="row">
        <button type="button" class="btn" onClick={onClose}>
          {t(made || failed.value ? "app.done" : "app.cancel")}
        </button>
        {made && (
          <button type="button" class="btn primary" onClick={() => void giveFile(made, text)}>
            <Icon name="film" size={18} /> {t("film.save")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
