// Whether the player is asked to confirm leaving the room, and whether they are on their way out.
import { signal } from "@preact/signals";

export const leaveOpen = signal(false);
/** True while the room is being left because the player wants to. */
export const leaving = signal(false);
