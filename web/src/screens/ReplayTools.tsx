// The buttons beside the player of a replay: what can be done with the match at the moment that is shown. Each is a
// component of its own; a new one is added to REPLAY_TOOLS.
import type { ComponentType } from "preact";
import { t } from "../i18n";
import type { MatchInfo } from "../protocol.gen";
import type { Clip } from "../replay/clip";
import type { Replay } from "../replay/replay";
import { Icon } from "../ui/Icon";
import { toast } from "../ui/say";
import { ClipTool } from "./ClipTool";
import { PlayOnTool } from "./PlayOnTool";

export interface ReplayToolProps {
  /** Of the match, as the address names it. */
  id: string;
  replay: Replay;
  /** null: a clip is shown, whose match the server may not have. */
  record: MatchInfo | null;
  /** The clip that the address holds, or null. */
  clip: Clip | null;
}

/** The address of this replay at a tick. */
export function linkAt(replay: Replay, tick: number): string {
  const seconds = Math.round(replay.seconds(tick - replay.first) * 10) / 10;
  const { origin, pathname, hash } = location;
  return `${origin}${pathname}${seconds > 0 ? `?t=${seconds}` : ""}${hash}`;
}

/** Copies a text; says whether it worked. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("lobby.copied"));
  } catch {
    toast(t("lobby.copy_failed", { link: text }));
  }
}

function CopyLink({ replay }: ReplayToolProps) {
  return (
    <button type="button" class="btn" onClick={() => void copy(linkAt(replay, replay.tick.peek()))}>
      <Icon name="copy" size={18} /> {t("replay.copy")}
    </button>
  );
}

/** From left to right. */
export const REPLAY_TOOLS: readonly ComponentType<ReplayToolProps>[] = [PlayOnTool, ClipTool, CopyLink];
