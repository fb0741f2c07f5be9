// Whether this browser runs the rules itself, for the settings panel to say.
import { type Signal, signal } from "@preact/signals";

/**
 * "off": not asked for yet; "loading"; "ready": loaded; "running": matches are predicted here;
 * "failed": the browser cannot, or something kept it from loading, and matches are shown as told.
 */
export type RulesStatus = "off" | "loading" | "ready" | "running" | "failed";

export const rulesStatus: Signal<RulesStatus> = signal("off");
/** Why the rules do not run, in the words of whatever failed; for people who look into it. */
export const rulesTrouble: Signal<string> = signal("");
