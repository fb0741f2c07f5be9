// Draws the predicted part of a line, between the confirmed part and the head: in each frame, on the top layer.
import type { Series } from "../sync/state";
import type { Scene } from "./game_renderer";

// hot: once a frame and line
/**
 * Continues a trail's confirmed rows (see ink.ts) by those predicted, and on to a head at pixel (px, py) if
 * that is on its way to the next row. Without foresight there is nothing to draw.
 */
export function drawPredicted(scene: Scene, series: Series, unit: number, px: number, py: number): void {
  const { predicted, predictedRows, width, data, rows } = series;
  if (predictedRows === 0 && !series.reaching) return;
  const { top, camera } = scene;
  let pen = 0;
  let x = rows > 0 ? (data[(rows - 1) * width] ?? 0) / unit : 0;
  let y = rows > 0 ? (data[(rows - 1) * width + 1] ?? 0) / unit : 0;
  let drawable = rows > 0;
  top.lineCap = "round";
  top.lineJoin = "round";
  for (let k = 0; k < predictedRows; k++) {
    const at = k * width;
    const next = predicted[at + 2] ?? 0;
    const nextX = (predicted[at] ?? 0) / unit;
    const nextY = (predicted[at + 1] ?? 0) / unit;
    if (next !== pen) {
      if (pen > 0) top.stroke();
      pen = drawable ? next : 0;
      if (pen > 0) {
        top.lineWidth = (pen / 2) * camera.scale;
        top.beginPath();
        top.moveTo(camera.x(x, y), camera.y(x, y));
      }
    }
    if (pen > 0) top.lineTo(camera.x(nextX, nextY), camera.y(nextX, nextY));
    x = nextX;
    y = nextY;
    drawable = true;
  }
  const coming = series.reaching && drawable ? (predicted[predictedRows * width + 2] ?? 0) : 0;
  if (coming > 0) {
    if (pen === 0) {
      top.lineWidth = (coming / 2) * camera.scale;
      top.beginPath();
      top.moveTo(camera.x(x, y), camera.y(x, y));
      pen = coming;
    }
    top.lineTo(px, py);
  }
  if (pen > 0) top.stroke();
}
