// "Play on from here": opens a room in which the match goes on from the moment that the replay shows.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { reason, toast } from "../ui/say";
import { clock } from "./ReplayBar";
import type { ReplayToolProps } from "./ReplayTools";
import { profile } from "./room";
import { go, PLAY_ON, roomPath } from "./route";

export function PlayOnTool({ id, replay }: ReplayToolProps) {
  const opening = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (location.hash === PLAY_ON) button.current?.focus();
  }, []);
  const tick = replay.tick.value;
  // The last tick has decided the match.
  const late = tick >= replay.ticks;
  const playOn = async () => {
    replay.playing.value = false;
    opening.value = true;
    const answer = await session.playOn({ match: id, tick: replay.tick.peek(), ...profile() });
    opening.value = false;
    const code = session.room.peek()?.code;
    if (!answer.ok) toast(reason(answer));
    else if (code) go(roomPath(code));
  };
  return (
    <button
      type="button"
      class="btn primary"
      ref={button}
      disabled={opening.value || late}
      title={t("replay.play_on_hint")}
      onClick={() => void playOn()}
    >
      <Icon name="play" size={18} />
      {opening.value
        ? t("replay.play_on_opening")
        : t("replay.play_on", { time: clock(replay.seconds(tick)) })}
    </button>
  );
}
