// The picture that a replay gives: the match's result, or how the clip ends where no result is known.
import type { Rider } from "../games/game_renderer";
import { language } from "../i18n";
import type { MatchInfo } from "../protocol.gen";
import type { Span } from "../replay/clip";
import type { Owner } from "../replay/clip_recording";
import { type Replay, startWorker } from "../replay/replay";
import { drawPicture, fetchPicture, pngOf } from "../replay/result_picture";
import { calm } from "../settings";
import { fileName } from "../ui/share";
import { winnersText } from "./winners";

export interface PictureOf {
  replay: Replay;
  record: MatchInfo | null;
  owner: Owner;
  span: Span;
  riders: readonly (Rider | undefined)[];
  title: string;
  link: string;
}

const png = (blob: Blob, parts: readonly string[]) =>
  new File([blob], fileName(parts, "png"), { type: "image/png" });

/** Makes the picture. Raises if it cannot be made. */
export async function savedPicture(of: PictureOf): Promise<File> {
  const { record, title, link } = of;
  if (!record) return still(of);
  const headline = winnersText(record.seats, record.nobody_won, "record.undecided");
  const day = new Intl.DateTimeFormat(language.value, { dateStyle: "long" }).format(record.ended_ms);
  const drawn = () =>
    pngOf(
      drawPicture({
        headline,
        subtitle: `${title} · ${day}`,
        lines: record.seats,
        address: link.replace(/^\w+:\/\//, ""),
      }),
    );
  return png((await fetchPicture(record.id)) ?? (await drawn()), [title, headline]);
}

async function still({ replay, owner, span, riders, title, link }: PictureOf): Promise<File> {
  const { makeStill } = await import("../replay/film");
  const { recording } = replay;
  const blob = await makeStill(
    {
      recording,
      span,
      from: replay.survey.nearest(span.first),
      worker: await startWorker(recording),
      owner,
      riders,
      follow: -1,
      calm: calm.peek(),
      address: new URL(link).host,
    },
    new AbortController().signal,
  );
  return png(blob, [title]);
}
