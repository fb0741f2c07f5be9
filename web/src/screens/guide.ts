// Whether the guide of the running game is open, and which games have one.
import { computed, signal } from "@preact/signals";
import { game } from "./room";

export const guideOpen = signal(false);

const GUIDED: readonly string[] = ["trails", "field", "fuse"];

export const hasGuide = computed(() => GUIDED.includes(game.value?.name ?? ""));
