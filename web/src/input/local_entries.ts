// What a person's controls changed, as entries of the journal, for a match that runs on this device alone.
import { entriesOf } from "../sync/control_changes";
import type { ControlState } from "./control_state";

const MOST = 32;

export class LocalEntries {
  private readonly state: ControlState;
  private readonly numbers = new Map<number, number>();
  private readonly typing = new Map<number, string>();

  constructor(state: ControlState) {
    this.state = state;
    for (const [number, value] of state.atRest()) this.numbers.set(number, value);
  }

  /** Whether the person has done more than to move a pointer. */
  get acted(): boolean {
    const rest = this.state.atRest();
    for (const [number, value] of this.state.local(0).numbers)
      if (rest.get(number) === 0 && value !== 0) return true;
    return this.state.atOnce(0) || this.state.local(0).typing.size > 0;
  }

  /** What changed since the last call: two numbers for each entry. */
  take(): number[] {
    const { numbers, typing } = this.state.local(0);
    const out: number[] = [];
    for (const [control, value] of numbers) {
      if (this.numbers.get(control) === value) continue;
      this.numbers.set(control, value);
      out.push(...entriesOf({ control, form: "number", value }));
    }
    for (const [control, value] of typing) {
      if ((this.typing.get(control) ?? "") === value) continue;
      this.typing.set(control, value);
      out.push(...entriesOf({ control, form: "live", value }));
    }
    for (const change of this.state.takeSent(0, MOST)) {
      if (change.form === "text") this.typing.delete(change.control);
      out.push(...entriesOf(change));
    }
    return out;
  }
}
