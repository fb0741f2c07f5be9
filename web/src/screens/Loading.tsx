// Shown while a screen is on its way; it appears late, so that a quick one never flickers.
import { t } from "../i18n";
import { Logo } from "../ui/Logo";

export function Loading() {
  return (
    <main id="main" class="message loading">
      <Logo />
      <p class="joining" role="status">
        <span class="spinner" /> {t("app.loading")}
      </p>
    </main>
  );
}
