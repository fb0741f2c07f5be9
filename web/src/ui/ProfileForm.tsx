// Name, colour and shape: asked once, kept on this device, sent when a room is entered.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { settings } from "../settings";
import { markName, PlayerMark } from "./PlayerMark";

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7];
export const NAME_CHARS = 16;

/** A row of eight to choose one of; `of` is the mark that choice k would give. */
function Row({
  label,
  chosen,
  of,
  onChoose,
}: {
  label: string;
  chosen: number;
  of: (k: number) => { colour: number; shape: number };
  onChoose: (k: number) => void;
}) {
  const group = useId();
  return (
    <fieldset class="marks">
      <legend>{label}</legend>
      {EIGHT.map((k) => (
        <label key={k} class="mark-choice">
          <input type="radio" name={group} checked={k === chosen} onChange={() => onChoose(k)} />
          <PlayerMark of={of(k)} size={26} label={markName(of(k))} />
        </label>
      ))}
    </fieldset>
  );
}

/** The two rows of shapes and colours. */
export function MarkPicker() {
  const colour = settings.colour.value;
  const shape = settings.shape.value;
  return (
    <div class="mark-picker">
      <Row
        label={t("mark.shape")}
        chosen={shape}
        of={(k) => ({ colour, shape: k })}
        onChoose={(k) => {
          settings.shape.value = k;
        }}
      />
      <Row
        label={t("mark.colour")}
        chosen={colour}
        of={(k) => ({ colour: k, shape })}
        onChoose={(k) => {
          settings.colour.value = k;
        }}
      />
    </div>
  );
}

/** The name field, with the mark beside it that opens the picker. */
export function ProfileForm({
  open = false,
  focus,
  label,
}: {
  open?: boolean;
  focus?: boolean;
  /** What is asked; absent: only what the field is for. */
  label?: string;
}) {
  const [picking, setPicking] = useState(open);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (focus) input.current?.focus();
  }, []);
  const mark = { colour: settings.colour.value, shape: settings.shape.value };
  return (
    <div class="profile">
      <label for={id}>{label ?? t("home.name")}</label>
      <div class="joined">
        <button
          type="button"
          class="mark-btn"
          aria-expanded={picking}
          aria-label={`${t("mark.change")}: ${markName(mark)}`}
          onClick={() => setPicking(!picking)}
        >
          <PlayerMark of={mark} size={28} />
        </button>
        <input
          id={id}
          class="text"
          value={settings.name.value}
          maxLength={NAME_CHARS}
          placeholder={t("home.name_hint")}
          autocomplete="nickname"
          spellcheck={false}
          ref={input}
          onInput={(event) => {
            settings.name.value = event.currentTarget.value.slice(0, NAME_CHARS);
          }}
          onBlur={() => {
            settings.name.value = settings.name.value.trim(); // of spaces alone the hint is seen again
          }}
        />
      </div>
      {picking && <MarkPicker />}
    </div>
  );
}
