// Tells the player that something is broken here, and offers to repair it. The room itself continues.
import { t } from "../i18n";
import { session } from "../session/page";
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
          <button
            type="button"
            class="btn primary"
            onClick={() => {
              session.trouble.value = null;
              trouble.repair();
            }}
          >
            {t(trouble.where === "picture" ? "trouble.redraw" : "app.try_again")}
          </button>
          <button type="button" class="btn" onClick={() => location.reload()}>
            {t("bye.reload")}
          </button>
        </div>
      </div>
    </div>
  );
}
