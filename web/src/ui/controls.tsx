// Form controls with their labels: switches, sliders, choices. They hold no state of their own.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Common {
  label: string;
  hint?: string;
  disabled?: boolean;
}

function Hint({ id, text }: { id: string; text: string | undefined }) {
  return text ? (
    <small id={id} class="hint">
      {text}
    </small>
  ) : null;
}

export function Switch({
  label,
  hint,
  disabled,
  on,
  onChange,
}: Common & { on: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <label class="row-field">
      <span>
        {label}
        <Hint id={id} text={hint} />
      </span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        checked={on}
        aria-checked={on}
        disabled={disabled}
        aria-describedby={hint ? id : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}

export function Slider(
  props: Common & {
    value: number;
    low: number;
    high: number;
    step?: number;
    show: string;
    onInput?: (value: number) => void;
    onChange?: (value: number) => void;
    children?: ComponentChildren;
  },
) {
  const id = useId();
  return (
    <div class="field">
      <div class="row-field">
        <label for={id}>{props.label}</label>
        <output for={id}>{props.show}</output>
      </div>
      <Hint id={`${id}h`} text={props.hint} />
      <input
        id={id}
        type="range"
        min={props.low}
        max={props.high}
        step={props.step ?? 1}
        value={props.value}
        disabled={props.disabled}
        style={{ "--part": (props.value - props.low) / (props.high - props.low || 1) }}
        aria-valuetext={props.show}
        aria-describedby={props.hint ? `${id}h` : undefined}
        onInput={(event) => props.onInput?.(event.currentTarget.valueAsNumber)}
        onChange={(event) => props.onChange?.(event.currentTarget.valueAsNumber)}
      />
      {props.children}
    </div>
  );
}

export interface Choice {
  value: string;
  text: string;
}

export function Select({
  label,
  hint,
  disabled,
  value,
  choices,
  bare,
  onChange,
}: Common & {
  value: string;
  choices: readonly Choice[];
  bare?: boolean;
  onChange: (value: string) => void;
}) {
  const id = useId();
  const field = useId();
  const control = (
    <select
      id={field}
      value={value}
      disabled={disabled}
      aria-label={bare ? label : undefined}
      aria-describedby={hint ? id : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.text}
        </option>
      ))}
    </select>
  );
  if (bare) return control;
  return (
    <div class="row-field">
      <label for={field}>
        {label}
        <Hint id={id} text={hint} />
      </label>
      {control}
    </div>
  );
}
