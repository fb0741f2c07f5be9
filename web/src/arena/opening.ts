// Whether a countdown stands over the arena now: the picture then draws no number of its own, and shows where one is.
import { signal } from "@preact/signals";
import type { Scene } from "../games/game_renderer";
import { ACCENT, FONT, GROUND } from "../ui/palette";

export const opening = signal(false);
/** Whether the player's own mark is in the lower part of the picture, so that nothing is put over it. */
export const ownIsLow = signal(false);

const RADIUS = 13;

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
    const low = y > top.canvas.height * 0.5;
    if (low !== ownIsLow.peek()) ownIsLow.value = low;
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
