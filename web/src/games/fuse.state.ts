// The shape of Short Fuse's state, as its picture reads it. Cells are numbered row * width + column.
import type { Entity } from "../sync/state";

/** Places are in 1/256 of a cell. */
export const PER_CELL = 256;
/** A cell is drawn so large, in units of the picture. */
export const CELL = 48;
export const FLAME_TICKS = 15;
export const WARNING_TICKS = 30;
export const LOB_TICKS = 20;
/** What a cell holds; from ITEM on an item of the kind that is the rest. */
export const FREE = 0;
export const CRATE = 1;
export const STONE = 2;
export const ITEM = 3;
export const CURSE = 5;

export interface Man extends Entity {
  x: number;
  y: number;
  alive: number;
  rides: number;
  plays: number;
  score: number;
  bombs: number;
  reach: number;
  boots: number;
  shield: number;
  kick: number;
  safe: number;
  curse: number;
  cursed: number;
  lob: number;
}

export interface Bomb extends Entity {
  x: number;
  y: number;
  owner: number;
  reach: number;
  explodes: number;
  lands: number;
}

export interface Blast extends Entity {
  cell: number;
  left: number;
  right: number;
  up: number;
  down: number;
  until: number;
}

export interface Stone extends Entity {
  cell: number;
  lands: number;
}

/** Between the last two states, in units. */
export function between(was: number, now: number, part: number): number {
  // A player who is moved (a new round, the edge) does not fly there.
  const from = Math.abs(now - was) > 1.5 * PER_CELL ? now : was;
  return ((from + (now - from) * part) * CELL) / PER_CELL;
}
