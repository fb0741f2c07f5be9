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
      <p>{t("match.confirm_leave_text")}</p>
      <div class="row">
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
