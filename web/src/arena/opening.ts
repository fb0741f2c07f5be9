// Whether a countdown stands over the arena now: the picture then draws no number of its own, and shows where one is.
import { signal } from "@preact/signals";
import type { Scene } from "../games/game_renderer";
import { ACCENT, FONT, GROUND } from "../ui/palette";

export const opening = signal(false);
/** Where the player's own mark is, so that nothing is put over it: below, or above and to which side of the number. */
export const ownPlace = signal<"" | "low" | "start" | "end">("");

const RADIUS = 13;
/** The number reaches down to here, of the picture's height, and as far to both sides, CSS pixels. */
const NUMBER_DOWN = 0.4;
const NUMBER_ASIDE = 130;

function placeOf(x: number, y: number, { canvas }: CanvasRenderingContext2D, dpr: number) {
  if (y > canvas.height * 0.5) return "low";
  const aside = x - canvas.width / 2;
  if (y > canvas.height * NUMBER_DOWN || Math.abs(aside) > NUMBER_ASIDE * dpr) return "";
  return aside < 0 === (document.documentElement.dir !== "rtl") ? "start" : "end";
}

/** Rings about the player's own marks, which spread once a second. `you` stands above them. */
export function drawOwn(scene: Scene, you: string): void {
  const { top, heads, dpr } = scene;
  const part = scene.calm ? 0.4 : (scene.now % 1000) / 1000;
  top.strokeStyle = ACCENT;
  top.textAlign = "center";
  top.textBaseline = "alphabetic";
  top.font = `700 ${Math.round(17 * dpr * scene.textScale)}px ${FONT}`;
  for (let k = 0; k < heads.count; k++) {
    if (!heads.riders[k]?.mine) continue;
    const [x, y] = [heads.x(k), heads.y(k)];
    ownPlace.value = placeOf(x, y, top, dpr);
    for (const late of [0, 0.5]) {
      const grown = (part + late) % 1;
      top.globalAlpha = 0.95 * (1 - grown);
      top.lineWidth = (4 - 2 * grown) * dpr;
      top.beginPath();
      top.arc(x, y, (RADIUS + 34 * grown) * dpr, 0, 2 * Math.PI);
      top.stroke();
    }
    top.globalAlpha = 1;
    const above = y - 44 * dpr > 0;
    const at = above ? y - 36 * dpr : y + 50 * dpr;
    top.lineWidth = 5 * dpr;
    top.lineJoin = "round";
    top.strokeStyle = GROUND;
    top.strokeText(you, x, at);
    top.fillStyle = ACCENT;
    top.fillText(you, x, at);
    top.strokeStyle = ACCENT;
  }
  top.globalAlpha = 1;
}
