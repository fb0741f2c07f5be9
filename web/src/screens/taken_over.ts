import type { GameInfo } from "../protocol.gen";

type Shown = Pick<GameInfo, "buttons" | "controls">;

/** Whether the steering keys, and a tap, begin to play the game behind the home page. */
export function takenOverBy(game: Shown | undefined): { keys: boolean; touch: boolean } {
  // Until the server has said which it is: that of a server as it comes.
  if (!game) return { keys: true, touch: true };
  const aimed = game.controls?.some(({ kind }) => kind === "stick" || kind === "button") ?? false;
  return { keys: game.buttons.includes("left"), touch: aimed || game.buttons.length > 0 };
}
