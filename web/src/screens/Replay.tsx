// The page of an ended match, "/m/ID": its result at once, then the match itself, with a player's buttons and keys.
import "../i18n/en";
import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../i18n";
import type { MatchInfo } from "../protocol.gen";
import { BadClip, type Clip, isClip, readClip } from "../replay/clip";
import { recordingOf } from "../replay/clip_recording";
import { fetchMatch, fetchRecording, type Recording, ReplayError, rulesPath } from "../replay/record";
import { Replay as Player } from "../replay/replay";
import { Bar } from "../ui/Bar";
import { Icon, Logo } from "../ui/Icon";
import { backToRoom } from "./address";
import { HomeButton, MessagePage } from "./Farewell";
import { ReplayPicture } from "./ReplayPicture";
import { REPLAY_TOOLS } from "./ReplayTools";
import { ridersOf } from "./riders";
import { room } from "./room";
import { followLink } from "./route";
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

/** Keeps this page and the rules of the match, so that clips open without a network. */
async function keepForLater(rules: string): Promise<void> {
  const { keepMatchRules, keepOffline } = await import("../session/page_build");
  await Promise.all([keepOffline(), keepMatchRules(rulesPath(rules))]);
}

function problemOf(problem: unknown) {
  if (problem instanceof ReplayError) return problem.code;
  if (problem instanceof BadClip) return "clip";
  return problem ? "broken" : null;
}

/** Back to the room that one is in, where the others may already want the next match; else home. */
function WayOut() {
  const now = room.value;
  const wanted = now?.rematch?.length ?? 0;
  if (!now) {
    return (
      <a class="icon-btn with-word" href="/" onClick={followLink}>
        <span class="unseen">{t("app.home")}</span>
        <Logo small />
      </a>
    );
  }
  return (
    <button type="button" class="btn" onClick={backToRoom}>
      <Icon name="back" size={18} /> {t("record.back")}
      {wanted > 0 && <span class="muted">{t("record.wanted", { n: wanted })}</span>}
    </button>
  );
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
      if (gone) {
        opened.end();
        return;
      }
      setPlayer(opened);
      const rules = (here.record ?? here.clip)?.rules;
      if (rules) keepForLater(rules).catch(() => {}); // the next visit keeps it
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
      <Bar start={<WayOut />} />
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
