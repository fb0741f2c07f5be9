// All settings of this device in one dialog; each takes effect at once.
import { useState } from "preact/hooks";
import "../i18n/en";
import { LANGUAGES, nameOf, t } from "../i18n";
import { predictionStatus, session } from "../session/page";
import { isPhone } from "../session/page_events";
import { type Motion, settings, type TextSize } from "../settings";
import { settingsOpen } from "../ui/Bar";
import { Select, Slider, Switch } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { touch } from "../ui/hooks";
import { canInstall, install } from "../ui/install";
import { KeyMap } from "./KeyMap";
import { tvHere } from "./room";
import { musicVolume } from "./room_sounds";
import { tvCode } from "./route";
import "../style/settings.css";

const SIZES: readonly TextSize[] = ["small", "normal", "large", "huge"];
const MOTIONS: readonly Motion[] = ["system", "on", "off"];
const PER_CENT = 100;

function Volume({ label, of, onChange }: { label: string; of: number; onChange: (to: number) => void }) {
  const percent = Math.round(of * PER_CENT);
  return (
    <Slider
      label={label}
      value={percent}
      low={0}
      high={PER_CENT}
      step={5}
      show={`${percent} %`}
      onInput={(value) => onChange(value / PER_CENT)}
    />
  );
}

function Sound() {
  const tv = tvCode.value !== null;
  const music = musicVolume(settings.music.value, { tv, phone: isPhone(), tvHere: tvHere.value });
  return (
    <fieldset>
      <legend>{t("settings.sound")}</legend>
      <Volume
        label={t("settings.volume")}
        of={settings.volume.value}
        onChange={(to) => {
          settings.volume.value = to;
        }}
      />
      <Volume
        label={t("settings.music")}
        of={music}
        onChange={(to) => {
          settings.music.value = to;
        }}
      />
      {settings.music.value === null && music === 0 && <p class="hint">{t("settings.music_auto")}</p>}
      <Volume
        label={t("settings.lobby_sounds")}
        of={settings.lobbySounds.value}
        onChange={(to) => {
          settings.lobbySounds.value = to;
        }}
      />
      <Switch
        label={t("settings.mute")}
        on={settings.mute.value}
        onChange={(on) => {
          settings.mute.value = on;
        }}
      />
      {!touch.value && <p class="hint">{t("settings.mute_key")}</p>}
      <Switch
        label={t("settings.haptics")}
        on={settings.haptics.value}
        onChange={(on) => {
          settings.haptics.value = on;
        }}
      />
    </fieldset>
  );
}

function Look() {
  return (
    <fieldset>
      <legend>{t("settings.look")}</legend>
      <Select
        label={t("settings.text_size")}
        value={settings.textSize.value}
        choices={SIZES.map((size) => ({ value: size, text: t(`settings.size.${size}`) }))}
        onChange={(size) => {
          settings.textSize.value = size as TextSize;
        }}
      />
      <Select
        label={t("settings.motion")}
        value={settings.reducedMotion.value}
        choices={MOTIONS.map((motion) => ({ value: motion, text: t(`settings.motion.${motion}`) }))}
        onChange={(motion) => {
          settings.reducedMotion.value = motion as Motion;
        }}
      />
      <Switch
        label={t("settings.contrast")}
        on={settings.highContrast.value}
        onChange={(on) => {
          settings.highContrast.value = on;
        }}
      />
      <Select
        label={t("settings.language")}
        value={settings.language.value}
        choices={[
          { value: "", text: t("settings.language_auto") },
          ...LANGUAGES.map(({ tag }) => ({ value: tag, text: nameOf(tag) })),
        ]}
        onChange={(language) => {
          settings.language.value = language;
        }}
      />
    </fieldset>
  );
}

function Connection() {
  const ms = (value: number | null) =>
    value === null ? t("settings.unknown") : t("settings.ms", { n: Math.round(value) });
  return (
    <fieldset>
      <legend>{t("settings.connection")}</legend>
      <dl class="facts">
        <dt>{t("settings.state")}</dt>
        <dd>{t(`settings.state.${session.connection.value}`)}</dd>
        <dt>{t("settings.rtt")}</dt>
        <dd>{ms(session.rtt.value)}</dd>
        <dt>{t("settings.jitter")}</dt>
        <dd>{ms(session.jitter.value)}</dd>
        <dt>{t("settings.rules")}</dt>
        <dd>{t(`settings.rules.${predictionStatus.value}`)}</dd>
      </dl>
    </fieldset>
  );
}

/** What is kept of this person: where it is said, and how to have it removed. */
function Data() {
  const [asked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState("");
  const forget = async () => {
    const answer = await session.forgetMe();
    if (answer.ok) location.assign("/");
    else setTrouble(answer.message);
  };
  return (
    <fieldset>
      <legend>{t("settings.data")}</legend>
      <p class="hint">{t("settings.data_hint")}</p>
      {asked ? (
        <div class="row">
          <button type="button" class="btn danger" onClick={() => void forget()}>
            {t("settings.forget_yes")}
          </button>
          <button type="button" class="btn" onClick={() => setAsked(false)}>
            {t("settings.forget_no")}
          </button>
        </div>
      ) : (
        <button
          type="button"
          class="btn"
          disabled={session.connection.value !== "online"}
          onClick={() => setAsked(true)}
        >
          {t("settings.forget")}
        </button>
      )}
      {trouble && <p role="alert">{trouble}</p>}
    </fieldset>
  );
}

export function SettingsDialog() {
  return (
    <Dialog
      title={t("settings.title")}
      onClose={() => {
        settingsOpen.value = false;
      }}
    >
      <div class="settings">
        <Sound />
        <Look />
        <fieldset>
          <legend>{t("settings.controls")}</legend>
          <Switch
            label={t("settings.left_handed")}
            on={settings.leftHanded.value}
            onChange={(on) => {
              settings.leftHanded.value = on;
            }}
          />
          {touch.value ? (
            <details>
              <summary>{t("settings.keys")}</summary>
              <KeyMap />
            </details>
          ) : (
            <KeyMap />
          )}
        </fieldset>
        <Connection />
        {canInstall() && (
          <fieldset>
            <legend>{t("settings.app")}</legend>
            <p class="hint">{t("settings.install_hint")}</p>
            <button type="button" class="btn" onClick={install}>
              {t("settings.install")}
            </button>
          </fieldset>
        )}
        <Data />
      </div>
    </Dialog>
  );
}
