// Leaving the room takes two presses, however it was asked for: by button or by the browser's way back.
import { t } from "../i18n";
import { session } from "../session/page";
import { Dialog } from "../ui/Dialog";
import { Icon, Logo } from "../ui/Icon";
import { leaveOpen, leaving } from "./address";

const stay = () => {
  leaveOpen.value = false;
};

async function leave(): Promise<void> {
  stay();
  leaving.value = true;
  await session.leave();
  leaving.value = false;
}

/** The match waits: back to the home page, and the seat stays. */
function later(): void {
  session.comeBackLater();
  location.assign("/");
}

/** The way out, at the start of the bar. */
export function LeaveButton() {
  return (
    <button
      type="button"
      class="icon-btn with-word"
      onClick={() => {
        leaveOpen.value = true;
      }}
    >
      <Icon name="back" />
      <span class="unseen">{t("lobby.leave")}</span>
      <Logo small />
    </button>
  );
}

export function LeaveDialog() {
  if (!leaveOpen.value) return null;
  return (
    <Dialog title={t("match.confirm_leave")} onClose={stay}>
      <p>{t(session.room.value?.sleeps ? "match.confirm_later_text" : "match.confirm_leave_text")}</p>
      <div class="row">
        {session.room.value?.sleeps && (
          <button type="button" class="btn primary" onClick={later}>
            {t("match.later")}
          </button>
        )}
        <button type="button" class="btn" onClick={stay}>
          {t("match.stay")}
        </button>
        <button type="button" class="btn danger" onClick={() => void leave()}>
          {t("lobby.leave")}
        </button>
      </div>
    </Dialog>
  );
}
