// Pick-ups of Loose Ends: whom they help or harm by their shape, what they do by their icon.

import { ACCENT, DANGER, TEXT } from "../ui/palette";
import type { Scene } from "./game_renderer";
import { strokeIcon, TRAIL_ICONS, type Works, worksOn } from "./pickup_icons";

const RADIUS = 17;

function outline(context: CanvasRenderingContext2D, works: Works, r: number): void {
  context.beginPath();
  if (works === "self") context.arc(0, 0, r, 0, 2 * Math.PI);
  else if (works === "others") {
    // A triangle that warns.
    context.moveTo(0, -r * 1.2);
    context.lineTo(r * 1.16, r * 0.86);
    context.lineTo(-r * 1.16, r * 0.86);
    context.closePath();
  } else context.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8);
}

/** The sprite of a kind: a circle helps its taker, a triangle harms the others, a square is for all. */
export function pickupSprite(scene: Scene, kind: number): HTMLCanvasElement {
  const r = Math.max(RADIUS * scene.camera.scale, 11 * scene.dpr);
  const works = worksOn(kind);
  return scene.sprites.custom(`pickup${kind}.${Math.round(r)}`, r * 3.4, (context) => {
    const colour = works === "self" ? ACCENT : works === "others" ? DANGER : TEXT;
    const halo = context.createRadialGradient(0, 0, r * 0.6, 0, 0, r * 1.7);
    halo.addColorStop(0, `${colour}44`);
    halo.addColorStop(1, `${colour}00`);
    context.fillStyle = halo;
    context.fillRect(-r * 1.7, -r * 1.7, r * 3.4, r * 3.4);
    context.lineJoin = "round";
    outline(context, works, r);
    context.strokeStyle = scene.look.ground;
    context.lineWidth = r * 0.5;
    context.stroke();
    context.fillStyle = scene.look.panel;
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = r * 0.2;
    context.stroke();
    context.strokeStyle = colour;
    if (works === "others") context.translate(0, r * 0.16);
    strokeIcon(context, TRAIL_ICONS[kind]?.[1] ?? "", r * (works === "others" ? 0.62 : 0.74), 2.6);
  });
}

/** An icon alone, for the effects of a head: `side` in device pixels. */
export function effectSprite(scene: Scene, kind: number, side: number): HTMLCanvasElement {
  return scene.sprites.custom(`effect${kind}.${side}`, side, (context) => {
    context.beginPath();
    context.arc(0, 0, side * 0.48, 0, 2 * Math.PI);
    context.fillStyle = scene.look.ground;
    context.fill();
    context.strokeStyle = worksOn(kind) === "self" ? ACCENT : DANGER;
    strokeIcon(context, TRAIL_ICONS[kind]?.[1] ?? "", side * 0.38, 2.8);
  });
}
