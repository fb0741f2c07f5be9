// The numbers of All Thumbs' kinds of rounds and phases, as its rules have them.
import type { Entity } from "../sync/state";

export const FLASH = 0;
export const ODD = 1;
export const TALLY = 2;
export const ECHO = 3;
export const MINORITY = 4;
export const INSIDER = 5;
export const PACK = 6;
export const BUZZ = 7;
export const BALLOON = 8;
export const CLOCK = 9;
export const CUPS = 10;
export const VOTE = 11;
export const SORT = 12;

export const INTRO = 0;
export const ARM = 1;
export const OPEN = 2;
export const LOCK = 3;
export const REVEAL = 4;
export const BOARD = 5;

export const num = (from: Entity, name: string): number => from[name] as number;
