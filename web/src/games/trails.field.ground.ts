// The ground of Open Field, so that it is a place and not a sheet: patches, tufts and stones on tiles that are drawn
// once, and landmarks that differ from place to place, by which one sees how fast one goes and where one was.
import type { Scene } from "./game_renderer";

/** Side of a tile, units; the pattern comes again after it, the landmarks do not. */
const TILE = 480;
const LANDMARK_EVERY = 720;
/** Between the lines of the plain ground, units. */
const LINES_EVERY = 120;

/** A number from 0 to 1 that is always the same for a place. */
function chance(x: number, y: number, salt: number): number {
  let h = (x * 374761393 + y * 668265263 + salt * 974634541) | 0;
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** One tile about (0, 0) in pixels; `unit` pixels a unit. */
function paintTile(context: CanvasRenderingContext2D, scene: Scene, unit: number): void {
  const side = TILE * unit;
  const { look } = scene;
  context.save();
  context.translate(-side / 2, -side / 2);
  context.scale(unit, unit);
  context.fillStyle = look.ground;
  context.fillRect(0, 0, TILE, TILE);
  for (let k = 0; k < 9; k++) {
    const x = chance(k, 1, 1) * TILE;
    const y = chance(k, 2, 1) * TILE;
    const r = 50 + chance(k, 3, 1) * 90;
    // Over an edge it comes in again on the other side.
    for (const dx of [-TILE, 0, TILE])
      for (const dy of [-TILE, 0, TILE]) {
        const soft = context.createRadialGradient(x + dx, y + dy, r * 0.2, x + dx, y + dy, r);
        const colour = k % 3 ? look.panel : look.grid;
        soft.addColorStop(0, colour);
        soft.addColorStop(1, `${colour}00`);
        context.fillStyle = soft;
        context.fillRect(x + dx - r, y + dy - r, 2 * r, 2 * r);
      }
  }
  context.strokeStyle = look.line;
  context.lineWidth = 1.6;
  context.lineCap = "round";
  context.globalAlpha = 0.75;
  context.beginPath();
  for (let k = 0; k < 26; k++) {
    const x = 14 + chance(k, 4, 2) * (TILE - 28);
    const y = 14 + chance(k, 5, 2) * (TILE - 28);
    for (const lean of [-4, 0, 4]) {
      context.moveTo(x + lean * 0.4, y);
      context.lineTo(x + lean, y - 6 - chance(k, lean, 3) * 4);
    }
  }
  context.stroke();
  context.restore();
}

/** A landmark by its number: a pond, a ring of stones, a flower bed, a path's crossing. */
function paintLandmark(context: CanvasRenderingContext2D, scene: Scene, kind: number, unit: number): void {
  const { look } = scene;
  context.scale(unit, unit);
  context.lineWidth = 3;
  context.strokeStyle = look.line;
  if (kind === 0) {
    context.fillStyle = "#0C4660";
    context.beginPath();
    context.ellipse(0, 0, 92, 64, 0.3, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = "#1B6C8C";
    context.stroke();
    for (const r of [0.45, 0.75]) {
      context.globalAlpha = 0.5;
      context.beginPath();
      context.ellipse(0, 0, 92 * r, 64 * r, 0.3, 0.4, 2.4);
      context.stroke();
    }
  } else if (kind === 1) {
    context.fillStyle = look.raised;
    for (let k = 0; k < 9; k++) {
      const angle = (k / 9) * 2 * Math.PI;
      context.beginPath();
      context.ellipse(Math.cos(angle) * 70, Math.sin(angle) * 70, 15, 12, angle, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  } else if (kind === 2) {
    for (let k = 0; k < 16; k++) {
      const far = 20 + chance(k, 6, 4) * 60;
      const angle = chance(k, 7, 4) * 2 * Math.PI;
      const [x, y] = [Math.cos(angle) * far, Math.sin(angle) * far];
      context.globalAlpha = 0.55;
      context.fillStyle = k % 2 ? "#8A5A83" : "#7F7A3A";
      for (let leaf = 0; leaf < 5; leaf++) {
        const turn = (leaf / 5) * 2 * Math.PI;
        context.beginPath();
        context.arc(x + Math.cos(turn) * 4.5, y + Math.sin(turn) * 4.5, 3.6, 0, 2 * Math.PI);
        context.fill();
      }
    }
  } else {
    context.globalAlpha = 0.8;
    context.strokeStyle = look.raised;
    context.lineWidth = 20;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(-100, -30);
    context.quadraticCurveTo(-20, 0, 100, -50);
    context.moveTo(-30, 90);
    context.quadraticCurveTo(0, 20, 10, -20);
    context.stroke();
  }
}

// hot: once a frame
/** Paints what is seen of a world of width × height units on the top layer; nothing outside of it. */
export function paintField(scene: Scene, width: number, height: number): void {
  const { top, camera, sprites } = scene;
  const { scale } = camera;
  const canvas = top.canvas;
  const firstX = Math.max(0, -camera.x(0, 0) / scale);
  const firstY = Math.max(0, -camera.y(0, 0) / scale);
  const lastX = Math.min(width, (canvas.width - camera.x(0, 0)) / scale);
  const lastY = Math.min(height, (canvas.height - camera.y(0, 0)) / scale);
  if (scene.particles.limit > 0) {
    // A whole number of pixels, so that no seam shows.
    const side = Math.round(TILE * scale);
    const tile = sprites.custom(`tile${side}`, side, (context) => paintTile(context, scene, side / TILE));
    for (let column = Math.floor(firstX / TILE); column * TILE < lastX; column++)
      for (let row = Math.floor(firstY / TILE); row * TILE < lastY; row++) {
        const px = Math.round(camera.x(column * TILE, 0));
        const py = Math.round(camera.y(0, row * TILE));
        top.drawImage(tile, px, py, side + 1, side + 1);
      }
  } else {
    // A slow device draws lines instead: without any one would not see that one moves.
    top.strokeStyle = scene.look.grid;
    top.lineWidth = 1.5 * scene.dpr;
    top.beginPath();
    for (let x = Math.ceil(firstX / LINES_EVERY) * LINES_EVERY; x < lastX; x += LINES_EVERY) {
      top.moveTo(camera.x(x, firstY), camera.y(x, firstY));
      top.lineTo(camera.x(x, lastY), camera.y(x, lastY));
    }
    for (let y = Math.ceil(firstY / LINES_EVERY) * LINES_EVERY; y < lastY; y += LINES_EVERY) {
      top.moveTo(camera.x(firstX, y), camera.y(firstX, y));
      top.lineTo(camera.x(lastX, y), camera.y(lastX, y));
    }
    top.stroke();
  }
  const reach = 110;
  for (
    let column = Math.floor((firstX - reach) / LANDMARK_EVERY);
    column * LANDMARK_EVERY < lastX + reach;
    column++
  )
    for (
      let row = Math.floor((firstY - reach) / LANDMARK_EVERY);
      row * LANDMARK_EVERY < lastY + reach;
      row++
    ) {
      const x = (column + 0.2 + 0.6 * chance(column, row, 8)) * LANDMARK_EVERY;
      const y = (row + 0.2 + 0.6 * chance(column, row, 9)) * LANDMARK_EVERY;
      if (x < reach || y < reach || x > width - reach || y > height - reach) continue;
      const kind = Math.floor(chance(column, row, 10) * 4);
      const sprite = sprites.custom(
        `landmark${kind}.${Math.round(reach * scale)}`,
        2 * reach * scale,
        (context) => paintLandmark(context, scene, kind, scale),
      );
      top.drawImage(
        sprite,
        Math.round(camera.x(x, 0) - sprite.width / 2),
        Math.round(camera.y(0, y) - sprite.height / 2),
      );
    }
}
