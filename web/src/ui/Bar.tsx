// The strip at the top of every screen but the match: logo or way back, sound, full screen, settings.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { settings } from "../settings";
import { Icon } from "./Icon";

/** Whether the settings dialog is open. */
export const settingsOpen = signal(false);

export function SoundButton() {
  const off = settings.mute.value;
  return (
    <button
      type="button"
      class="icon-btn"
      aria-label={off ? t("app.unmute") : t("app.mute")}
      onClick={() => {
        settings.mute.value = !off;
      }}
    >
      <Icon name={off ? "muted" : "sound"} />
    </button>
  );
}

export function SettingsButton() {
  return (
    <button
      type="button"
      class="icon-btn"
      aria-label={t("app.settings")}
      onClick={() => {
        settingsOpen.value = true;
      }}
    >
      <Icon name="gear" />
    </button>
  );
}

export function Bar({ start, children }: { start: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="bar">
      <div class="bar-start">{start}</div>
      <div class="bar-end">
        {children}
        <SoundButton />
        <SettingsButton />
      </div>
    </header>
  );
}
