// Everything that is shown in a room; loaded separately, after the home page.
import "../i18n/en";
import { useEffect } from "preact/hooks";
import { session, storage } from "../session/page";
import { useFocus, useLook } from "../ui/hooks";
import { lazy } from "../ui/lazy";
import { MatchShare } from "./Keepsakes";
import { LeaveDialog } from "./LeaveDialog";
import { Lobby } from "./Lobby";
import { Match } from "./Match";
import { RoomCountdown } from "./Opening";
import { PersonDialog, personOpen } from "./PersonDialog";
import { Results } from "./Results";
import { RoomDialog, reportOpen, roomOpen } from "./RoomDialog";
import { game, phase } from "./room";
import { useRoomSounds } from "./room_sounds";

const ReportDialog = lazy(() => import("./ReportDialog").then((module) => module.ReportDialog));

function Screen() {
  // Pausing changes nothing of what is shown, and a game that counts down itself does so over its arena.
  const inMatch = phase.value === "paused" || (phase.value === "countdown" && game.value?.countdown);
  const shown = inMatch ? "live" : (phase.value ?? "");
  useFocus(shown, true);
  switch (shown) {
    case "lobby":
      return <Lobby />;
    case "countdown":
      return <RoomCountdown />;
    case "live":
      return <Match />;
    case "results":
      return <Results />;
    default:
      return null;
  }
}

export function RoomScreen() {
  useLook(game.value);
  useRoomSounds(false);
  const waits = session.room.value?.sleeps === true;
  useEffect(() => {
    // From now on the home page looks for matches that wait for this device.
    if (waits) storage.remember("device", "waits", "1");
  }, [waits]);
  const code = session.room.value?.code;
  // A dialog belongs to its room: the next one begins without it.
  useEffect(
    () => () => {
      roomOpen.value = reportOpen.value = false;
      personOpen.value = null;
    },
    [code],
  );
  return (
    <>
      <Screen />
      <RoomDialog />
      <PersonDialog />
      {reportOpen.value && <ReportDialog />}
      <MatchShare key={code} />
      <LeaveDialog />
    </>
  );
}
