// Something is broken for this player: a sentence, and the way on. The room itself goes on.
import { t } from "../i18n";
import { session } from "../session/session";
import { Icon } from "../ui/Icon";

export function Trouble() {
  const trouble = session.trouble.value;
  if (!trouble) return null;
  return (
    <div class="veil" role="alertdialog" aria-labelledby="trouble-title" aria-describedby="trouble-text">
      <div class="panel">
        <h2 id="trouble-title">
          <Icon name="warning" /> {t(trouble.where === "picture" ? "trouble.picture" : "trouble.title")}
        </h2>
        <p id="trouble-text">{trouble.where === "picture" ? t("trouble.picture_text") : trouble.message}</p>
        <div class="row">
          {trouble.mend && (
            <button
              type="button"
              class="btn primary"
              onClick={() => {
                session.trouble.value = null;
                trouble.mend?.();
              }}
            >
              {t(trouble.where === "picture" ? "trouble.redraw" : "app.try_again")}
            </button>
          )}
          <button type="button" class="btn" onClick={() => location.reload()}>
            {t("bye.reload")}
          </button>
        </div>
      </div>
    </div>
  );
}
