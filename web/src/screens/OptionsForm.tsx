// The game's options as a form, drawn from their declarations. Only the host can change them.
import { useEffect, useRef, useState } from "preact/hooks";
import { list, number, say, t } from "../i18n";
import type { OptionInfo } from "../protocol.gen";
import { session } from "../session/page";
import { Select, Slider, Switch } from "../ui/controls";
import { Icon } from "../ui/Icon";
import { done } from "../ui/say";
import { gameTitle } from "./GameTiles";
import { amHost, game, room } from "./room";

const plain = (text: string): string => text.toLowerCase().replace(/[\s.:;,]+$/, "");

/** `hint` as a sentence begins, without what `label` says already: "" where nothing is left. */
export function hintBeside(label: string, hint: string): string {
  const name = plain(label);
  const repeats = hint.toLowerCase().startsWith(name) && /^\s*([.:;,]|$)/.test(hint.slice(name.length));
  const rest = repeats ? hint.slice(name.length).replace(/^[\s.:;,]+/, "") : hint;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** A game's remark on an option, as far as it says more than the option's label. */
function hintOf(of: string, option: OptionInfo): string {
  return hintBeside(say(of, "option", option.name), say(of, "hint", option.name, option.doc));
}

interface Props {
  game: string;
  option: OptionInfo;
  value: number;
  fixed: boolean;
}

function set(name: string, value: number): Promise<boolean> {
  return done(session.commands.options({ values: { [name]: value } }));
}

/** The room's value comes with the answer or soon after it; from then on it alone is shown. */
const SETTLED_MS = 2000;

/** An option as the host has just set it: the room's value follows after a round trip, and the next change may come first. */
function useChange(name: string, value: number): [number, (next: (value: number) => number) => void] {
  const chosen = useRef<number | null>(null);
  const unanswered = useRef(0);
  const settled = useRef(0);
  const [, draw] = useState(0);
  useEffect(() => {
    if (unanswered.current === 0 || value === chosen.current) forget();
  }, [value]);
  useEffect(() => () => clearTimeout(settled.current), []);
  const forget = () => {
    if (chosen.current === null) return;
    chosen.current = null;
    draw((times) => times + 1);
  };
  const change = (next: (value: number) => number) => {
    chosen.current = next(chosen.current ?? value);
    unanswered.current += 1;
    clearTimeout(settled.current);
    draw((times) => times + 1);
    void set(name, chosen.current).then((accepted) => {
      unanswered.current -= 1;
      if (!accepted) forget();
      else if (unanswered.current === 0) settled.current = window.setTimeout(forget, SETTLED_MS);
    });
  };
  return [chosen.current ?? value, change];
}

/** A slider that shows the value while it moves and sends it when it is let go. */
function NumberOption({ game: of, option, value: known, fixed }: Props) {
  const [value, change] = useChange(option.name, known);
  const [moving, setMoving] = useState<number | null>(null);
  const auto = option.kind === "auto";
  const isAuto = auto && value === 0 && moving === null;
  const low = auto ? Math.max(1, option.low) : option.low;
  const shown = moving ?? (isAuto ? low : value);
  return (
    <Slider
      label={say(of, "option", option.name)}
      hint={hintOf(of, option)}
      value={shown}
      low={low}
      high={option.high}
      show={isAuto ? t("option.auto") : String(shown)}
      disabled={fixed || isAuto}
      onInput={setMoving}
      onChange={(next) => {
        setMoving(null);
        change(() => next);
      }}
    >
      {auto && (
        <label class="check">
          <input
            type="checkbox"
            checked={isAuto}
            disabled={fixed}
            onChange={(event) => {
              const chosen = event.currentTarget.checked ? 0 : low;
              change(() => chosen);
            }}
          />
          {t("option.auto_label")}
        </label>
      )}
    </Slider>
  );
}

function SubsetOption({ game: of, option, value: known, fixed }: Props) {
  const [value, change] = useChange(option.name, known);
  const hint = hintOf(of, option);
  return (
    <fieldset class="subset" disabled={fixed}>
      <legend>
        {say(of, "option", option.name)}
        {hint && <small class="hint">{hint}</small>}
      </legend>
      {option.names.map((name, k) => (
        <label key={name} class="check chip">
          <input
            type="checkbox"
            checked={(value & (1 << k)) !== 0}
            onChange={() => change((now) => now ^ (1 << k))}
          />
          {say(of, "kind", name)}
        </label>
      ))}
    </fieldset>
  );
}

function Option(props: Props) {
  const { game: of, option, value, fixed } = props;
  const label = say(of, "option", option.name);
  const hint = hintOf(of, option);
  switch (option.kind) {
    case "int":
    case "auto":
      return <NumberOption {...props} />;
    case "subset":
      return <SubsetOption {...props} />;
    case "flag":
      return (
        <Switch
          label={label}
          hint={hint}
          disabled={fixed}
          on={value !== 0}
          onChange={(on) => void set(option.name, on ? 1 : 0)}
        />
      );
    case "choice":
      return (
        <Select
          label={label}
          hint={hint}
          disabled={fixed}
          value={String(value)}
          choices={option.names.map((name, k) => ({ value: String(k), text: say(of, "choice", name) }))}
          onChange={(next) => void set(option.name, Number(next))}
        />
      );
  }
}

export function Presets() {
  const info = game.value;
  if (!info || info.presets.length < 2) return null;
  const chosen = room.value?.preset;
  return (
    <div class="presets">
      {info.presets.map((preset) => (
        <button
          key={preset.name}
          type="button"
          class="chip"
          aria-pressed={preset.name === chosen}
          disabled={!amHost.value}
          onClick={() => void done(session.commands.options({ preset: preset.name }))}
        >
          {say(info.name, "preset", preset.name, preset.name)}
        </button>
      ))}
      {session.games.value
        .filter((one) => one.preset_of === info.name)
        .map((one) => (
          <button
            key={one.name}
            type="button"
            class="chip"
            aria-pressed={false}
            disabled={!amHost.value}
            onClick={() => void done(session.commands.game(one.name))}
          >
            {gameTitle(one)}
          </button>
        ))}
      {!info.presets.some((preset) => preset.name === chosen) && (
        <span class="chip" data-on="true">
          {t("lobby.custom")}
        </span>
      )}
    </div>
  );
}

/** This many of a game's options are shown at first: those that it names first. */
const OPEN = 3;

/** What an option is set to, in words. */
function valueText(of: string, option: OptionInfo, value: number): string {
  switch (option.kind) {
    case "flag":
      return t(value ? "app.on" : "app.off");
    case "choice":
      return say(of, "choice", option.names[value] ?? "");
    case "auto":
      return value === 0 ? t("option.auto") : number(value);
    case "subset": {
      const chosen = option.names.filter((_, k) => value & (1 << k));
      if (chosen.length === option.names.length) return t("option.all");
      return chosen.length ? list(chosen.map((name) => say(of, "kind", name))) : t("option.none");
    }
    default:
      return number(value);
  }
}

/** Guests read what the host has chosen. */
function Chosen({
  of,
  options,
  values,
}: {
  of: string;
  options: OptionInfo[];
  values: Record<string, number>;
}) {
  return (
    <dl class="chosen">
      {options.map((option) => (
        <div key={option.name}>
          <dt>{say(of, "option", option.name)}</dt>
          <dd>{valueText(of, option, values[option.name] ?? option.default)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Whether there is anything to choose: a number may have one value alone, such as the two teams of football. */
const isChoosable = ({ kind, low, high }: OptionInfo) => kind !== "int" || low < high;

/** The options of the room's game: the first ones at once, all others behind one press. */
export function OptionsForm() {
  const info = game.value;
  const now = room.value;
  const options = (info?.options ?? []).filter(isChoosable);
  if (!info || !now || !options.length) return null;
  const first = options.filter(({ kind }) => kind !== "subset").slice(0, OPEN);
  const rest = options.filter((option) => !first.includes(option));
  const drawn = (options: OptionInfo[]) =>
    amHost.value ? (
      <div class="options-grid">
        {options.map((option) => (
          <Option
            key={`${info.name}.${option.name}`}
            game={info.name}
            option={option}
            value={now.options[option.name] ?? option.default}
            fixed={false}
          />
        ))}
      </div>
    ) : (
      <Chosen of={info.name} options={options} values={now.options} />
    );
  return (
    <div class="options">
      {drawn(first)}
      {rest.length > 0 && (
        <details>
          <summary>
            <Icon name="gear" size={18} /> {t("lobby.more_options")}
          </summary>
          {drawn(rest)}
        </details>
      )}
    </div>
  );
}
