// What a person here has just done, drawn over the picture before the server knows of it: where a pointer is, and what a
// pen has drawn since the last points that the game can have shown.
import type { Scene } from "../games/game_renderer";
import type { Point } from "../sync/control_changes";

/** What is drawn is on its way to the server after this. */
const SENT_MS = 160;
/** The picture shows what the server has applied this much later. */
const SHOWN_MS = 220;
/** Without word of the server the game has shown a line by now. */
const ALONE_MS = 400;
const RETICLE_PX = 11;

/** Numbers of inputs, see InputQueue. */
export interface InputNumbers {
  made: number;
  acknowledged: number;
}

interface Piece {
  player: number;
  number: number;
  points: Point[];
  at: number;
  /** The input that the points are sent with at the latest; -1: not sent yet. */
  input: number;
  doneAt: number;
}

/** The lines of the pens here that the server's state does not show yet. */
export class PenEcho {
  private pieces: Piece[] = [];
  private last = new Map<string, Point>();

  /** A pen drew on. Points are units of its sheet. */
  add(player: number, number: number, points: readonly Point[], now: number): void {
    const pen = `${player} ${number}`;
    const [first] = points;
    if (!first) return;
    let piece = this.pieces.at(-1);
    if (!piece || piece.player !== player || piece.number !== number || now - piece.at > SENT_MS / 4) {
      const before = this.last.get(pen);
      piece = { player, number, points: [], at: now, input: -1, doneAt: Number.POSITIVE_INFINITY };
      // It goes on where the piece before ended.
      if (first[2] === 1 && before) piece.points.push([before[0], before[1], 0]);
      this.pieces.push(piece);
    }
    piece.points.push(...points);
    const end = points.at(-1);
    if (end) this.last.set(pen, end);
  }

  /** Forgets what the game must have shown by now. `numbers`: of a player's inputs; null: no server takes them. */
  settle(now: number, numbers: (player: number) => InputNumbers | null): void {
    if (this.pieces.length === 0) return;
    for (const piece of this.pieces) {
      const known = numbers(piece.player);
      if (!known) {
        piece.doneAt = piece.at + ALONE_MS - SHOWN_MS;
        continue;
      }
      if (piece.input < 0 && now - piece.at >= SENT_MS) piece.input = known.made;
      if (piece.input >= 0 && known.acknowledged >= piece.input) piece.doneAt = Math.min(piece.doneAt, now);
    }
    this.pieces = this.pieces.filter(({ doneAt }) => now < doneAt + SHOWN_MS);
  }

  /** How many pieces are shown. */
  get count(): number {
    return this.pieces.length;
  }

  // hot: once a frame
  /** Draws the lines; `width` in units. */
  draw({ top, camera }: Scene, colourOf: (player: number) => string, width: number): void {
    top.lineCap = top.lineJoin = "round";
    top.lineWidth = width * camera.scale;
    for (const { player, points } of this.pieces) {
      top.strokeStyle = colourOf(player);
      top.beginPath();
      for (const [x, y, down] of points) {
        const [px, py] = [camera.x(x, y), camera.y(x, y)];
        if (down === 0) top.moveTo(px, py);
        // A dot shows as well.
        top.lineTo(px, py + (down === 0 ? 0.01 : 0));
      }
      top.stroke();
    }
  }
}

/** Draws where a pointer is, in units. */
export function drawReticle({ top, camera, dpr }: Scene, x: number, y: number, colour: string): void {
  const [px, py] = [camera.x(x, y), camera.y(x, y)];
  const radius = RETICLE_PX * dpr;
  for (const [style, width] of [
    ["#0b1020", 5],
    [colour, 2.5],
  ] as const) {
    top.strokeStyle = style;
    top.lineWidth = width * dpr;
    top.beginPath();
    top.arc(px, py, radius * 0.62, 0, 2 * Math.PI);
    for (const [dx, dy] of WAYS) {
      top.moveTo(px + dx * radius * 0.62, py + dy * radius * 0.62);
      top.lineTo(px + dx * radius * 1.25, py + dy * radius * 1.25);
    }
    top.stroke();
  }
  top.fillStyle = colour;
  top.beginPath();
  top.arc(px, py, 2 * dpr, 0, 2 * Math.PI);
  top.fill();
}

const WAYS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;
