// When sound may run: browsers start it only with a gesture, and a call, another app or another tab may stop it at any time.
// What is to be done about it is one table.

/** The states of an AudioContext; Safari also has "interrupted", for a call or another app that takes the speaker. */
export type SoundState = "none" | "suspended" | "interrupted" | "running" | "closed";

/** Why the page looks at it. */
export type Occasion =
  /** A key, a finger or a mouse button. */
  | "gesture"
  /** The page is seen again, or has the focus again. */
  | "shown"
  | "hidden"
  /** The state of the context has changed. */
  | "changed"
  /** Some time after a change that nobody asked for. */
  | "later";

export type Action = "create" | "resume" | "suspend" | "retry" | "nothing";

type Row = Readonly<Record<Occasion, Action>>;
const NOTHING: Row = {
  gesture: "nothing",
  shown: "nothing",
  hidden: "nothing",
  changed: "nothing",
  later: "nothing",
};
const STOPPED: Row = { ...NOTHING, gesture: "resume", shown: "resume", changed: "retry", later: "resume" };

/** What is done in each state while the page is seen; a hidden page only ever falls silent. */
const TABLE: Readonly<Record<SoundState, Row>> = {
  none: { ...NOTHING, gesture: "create" },
  suspended: STOPPED,
  interrupted: STOPPED,
  running: { ...NOTHING, hidden: "suspend" },
  closed: { ...NOTHING, gesture: "create", shown: "create" },
};

export function actionFor(state: SoundState, occasion: Occasion, hidden: boolean): Action {
  const action = TABLE[state][occasion];
  return hidden && action !== "suspend" ? "nothing" : action;
}
