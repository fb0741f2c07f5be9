// The page of an ended match, "/m/ID": its result at once, then the match itself, with a player's buttons and keys.
import "../i18n/en";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { t } from "../i18n";
import type { MatchInfo } from "../protocol.gen";
import { BadClip, type Clip, isClip, readClip } from "../replay/clip";
import { recordingOf } from "../replay/clip_recording";
import { fetchMatch, fetchRecording, type Recording, ReplayError } from "../replay/record";
import { Replay as Player } from "../replay/replay";
import { Bar } from "../ui/Bar";
import { Logo } from "../ui/Icon";
import { inkOf, shapeOf } from "../ui/palette";
import { HomeButton, MessagePage } from "./Farewell";
import { ReplayPicture } from "./ReplayPicture";
import { REPLAY_TOOLS } from "./ReplayTools";
import "../style/replay.css";

/** What the address names: a record, and what of it is to be run. */
interface Found {
  /** null: a clip is shown, whose match the server may not have. */
  record: MatchInfo | null;
  clip: Clip | null;
  recording: () => Promise<Recording>;
}

async function find(id: string): Promise<Found> {
  if (isClip(location.hash)) {
    const clip = await readClip(location.hash);
    return { record: null, clip, recording: () => recordingOf(clip) };
  }
  const record = await fetchMatch(id);
  return { record, clip: null, recording: () => fetchRecording(record) };
}

/** How the seats of a record or of a clip are drawn. */
export function ridersOf(of: Pick<MatchInfo | Clip, "seats"> | null): (Rider | undefined)[] {
  const riders: (Rider | undefined)[] = [];
  for (const { seat, name, colour, shape } of of?.seats ?? [])
    riders[seat] = { name, ink: inkOf(colour), colour, shape: shapeOf(shape), mine: false };
  return riders;
}

function problemOf(problem: unknown) {
  if (problem instanceof ReplayError) return problem.code;
  if (problem instanceof BadClip) return "clip";
  return problem ? "broken" : null;
}

export function Replay({ id }: { id: string }) {
  const [found, setFound] = useState<Found | null>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  // Another clip of the same match may be put into the address of the open page.
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  useEffect(() => {
    setFound(null);
    setPlayer(null);
    setProblem(null);
    let gone = false;
    let opened: Player | null = null;
    const open = async () => {
      const here = await find(id);
      if (gone) return;
      setFound(here);
      opened = await Player.open(await here.recording());
      if (gone) opened.end();
      else setPlayer(opened);
    };
    open().catch((error: unknown) => {
      if (!gone) setProblem(error);
    });
    return () => {
      gone = true;
      opened?.end();
    };
  }, [id, hash]);
  const shown = found?.record ?? found?.clip ?? null;
  const riders = useMemo(() => ridersOf(shown), [shown]);
  const code = problemOf(problem);
  if (code) {
    return (
      <MessagePage icon="warning" title={t("replay.title")} text={t(`replay.problem.${code}`)}>
        <HomeButton first />
      </MessagePage>
    );
  }
  return (
    <div class="replay">
      <Bar start={<Logo small />} />
      <main id="main" class="replay-main">
        <h1>{shown?.title ?? t("replay.title")}</h1>
        <div class="replay-picture">
          {player && <ReplayPicture replay={player} riders={riders} follow={-1} onBroken={setProblem} />}
        </div>
        {player && (
          <div class="replay-tools">
            <button type="button" class="btn" onClick={() => player.toggle()}>
              {player.playing.value ? t("replay.pause") : t("replay.play")}
            </button>
            {REPLAY_TOOLS.map((Tool) => (
              <Tool
                key={Tool.name}
                id={id}
                replay={player}
                record={found?.record ?? null}
                clip={found?.clip ?? null}
              />
            ))}
          </div>
        )}
      </main>
    </div>
  );
}
