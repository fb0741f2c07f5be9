// Something is wrong: a person describes it, and the server keeps that with the match's journal.
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { MOST_AGENT, MOST_WORDS } from "../protocol.gen";
import { session } from "../session/page";
import { Dialog } from "../ui/Dialog";
import { reason } from "../ui/say";
import { reportOpen } from "./RoomDialog";

const close = () => {
  reportOpen.value = false;
};

type Outcome = { id: string } | { why: string } | null;

export function ReportDialog() {
  const words = useSignal("");
  const sending = useSignal(false);
  const outcome = useSignal<Outcome>(null);
  const send = async () => {
    sending.value = true;
    const ack = await session.report(words.value.trim(), navigator.userAgent.slice(0, MOST_AGENT));
    outcome.value = ack.ok ? { id: ack.report } : { why: reason(ack) };
    sending.value = false;
  };
  const found = outcome.value;
  if (found && "id" in found)
    return (
      <Dialog title={t("report.title")} onClose={close}>
        <div class="stack" role="status">
          <p>{t("report.thanks")}</p>
          <p>
            {t("report.number")} <code class="report-id">{found.id}</code>
          </p>
          <button type="button" class="btn primary" ref={(button) => button?.focus()} onClick={close}>
            {t("app.close")}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={t("report.title")} onClose={close}>
      <form
        class="stack report"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label class="field">
          <span>{t("report.words")}</span>
          <textarea
            class="text"
            rows={4}
            maxLength={MOST_WORDS}
            value={words.value}
            placeholder={t("report.example")}
            onInput={(event) => {
              words.value = event.currentTarget.value;
            }}
          />
        </label>
        <small class="hint">{t("report.sent")}</small>
        {found && (
          <p class="pack-wrong" role="alert">
            {found.why}
          </p>
        )}
        <div class="row">
          <button type="button" class="btn" onClick={close}>
            {t("app.cancel")}
          </button>
          <button type="submit" class="btn primary" disabled={sending.value}>
            {t("report.send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
