// Loose Ends in JavaScript, for a Colyseus room: the rules of game/games/trails/ without its bots and awards.
//
// Written as a Colyseus user would: floats, units and radians, the synchronised state mutated in place, what
// clients need not know beside it. Trails are not synchronised (clients draw them from the heads they follow;
// a newcomer would get them in one message), which is the cheapest way to do it.

import { Pickup, Racer } from "./arena.mjs";
import { Ink, meet, pieces, SHAVE } from "./ink.mjs";

export const HZ = 30;
export const LEFT = 1;
export const RIGHT = 2;

const COUNT = 0;
const LIVE = 1;
const ROUND_END = 2;
const MATCH_END = 3;
const COUNT_TICKS = 3 * HZ;
const ROUND_END_TICKS = 75;
const HARMLESS = 45;
const FASTER_AT = 15 * HZ;
const CLOSING_AT = 20 * HZ;
const CLOSING_TICKS = 50 * HZ;
const SIZES = [[960, 600], [1120, 700], [1280, 800], [1440, 900]];
const HALF = 2.5;
const APART = 160;
const PICKUP_REACH = 14;
const LONGEST = 12 * HZ;
const NEVER = 0x3fffffff;
const WALL = -1;
const TURN = 2 * Math.PI;
const [ZIP, CRAWL, THIN, GHOST, SQUARE, RUSH, THICK, SWAP, ERASER, WRAP, GAPPY] = Array(11).keys();
const SECONDS = [4, 5, 7, 3, 5, 4, 6, 5, 0, 8, 6];

const between = (low, high) => low + Math.floor(Math.random() * (high - low + 1));

export class LooseEnds {
  /** `emit(name, values)` is told what happens. Options: the preset Classic with another length. */
  constructor(state, { rounds, target }, emit) {
    this.state = state;
    this.rounds = rounds;
    this.speed = 90;
    this.turn = 156;
    this.emit = emit;
    this.racers = [];
    this.over = false;
    this.offer = NEVER;
    this.expires = NEVER;
    Object.assign(state, {
      tick: 0, phase: COUNT, until: 0, began: 0, round: 0, decider: false, target, inset: 0, wrap: 0, gappy: 0,
      width: 0, height: 0,
    });
  }

  /** Seat somebody, before the match. */
  join(key) {
    const racer = new Racer();
    Object.assign(racer, { seq: 0, x: 0, y: 0, heading: 0, alive: false, inking: false, score: 0, half: HALF });
    for (let kind = 0; kind < 8; kind++) racer.effects.push(0);
    racer.seat = this.racers.length;
    racer.buttons = racer.held = 0;
    racer.trail = [];
    this.racers.push(racer);
    this.state.racers.set(key, racer);
    return racer;
  }

  start() {
    const { state } = this;
    [state.width, state.height] = SIZES[Math.max(1, (this.racers.length + 1) >> 1) - 1];
    this.beginRound();
  }

  step() {
    const { state } = this;
    state.tick++;
    if (state.phase === LIVE) {
      this.ride();
    } else if (state.phase === COUNT) {
      const left = state.until - state.tick;
      if (left === 0) {
        state.phase = LIVE;
        state.until = 0;
        state.began = state.tick;
        this.emit("go", { round: state.round });
      } else if (left % HZ === 0) {
        this.emit("beat", { left: left / HZ });
      }
    } else if (state.tick === state.until) {
      this.endRound();
    }
  }

  beginRound() {
    const { state } = this;
    const best = Math.max(...this.racers.map((racer) => racer.score));
    state.phase = COUNT;
    state.until = state.tick + COUNT_TICKS;
    state.began = 0;
    state.round++;
    state.inset = 0;
    state.wrap = 0;
    state.gappy = 0;
    state.pickups.clear();
    this.ink = new Ink(state.width, state.height);
    const starts = this.starts();
    for (const racer of this.racers) {
      racer.alive = !state.decider || racer.score === best;
      [racer.x, racer.y] = starts.pop();
      racer.heading = Math.atan2(state.height / 2 - racer.y, state.width / 2 - racer.x) + (Math.random() - 0.5) * 1.22;
      racer.inking = false;
      racer.pen = racer.run = racer.held = 0;
      racer.flip = state.tick + COUNT_TICKS + HARMLESS;
      racer.brush = SHAVE;
      for (let kind = 0; kind < 8; kind++) racer.effects[kind] = 0;
      racer.trail = [];
    }
    this.offer = state.tick + COUNT_TICKS + HARMLESS + between(4 * HZ, 7 * HZ);
    this.settle();
  }

  starts() {
    const { width, height } = this.state;
    const columns = Math.max(2, (this.racers.length + 1) >> 1);
    const rows = this.racers.length === 2 ? 1 : 2;
    const wide = width / columns;
    const high = height / rows;
    const slots = Array.from({ length: columns * rows }, (_, k) => k).sort(() => Math.random() - 0.5);
    return slots.slice(0, this.racers.length).map((slot) => [
      (slot % columns) * wide + APART / 2 + Math.random() * (wide - APART),
      Math.floor(slot / columns) * high + APART / 2 + Math.random() * (high - APART),
    ]);
  }

  endRound() {
    const { state } = this;
    const scores = this.racers.map((racer) => racer.score).sort((a, b) => b - a);
    const last = state.round >= this.rounds;
    const won = scores[0] >= state.target && scores[0] >= scores[1] + 2;
    if (won || state.decider || (last && scores[0] > scores[1])) {
      state.phase = MATCH_END;
      state.until = 0;
      this.over = true;
      this.emit("matchEnd", { seat: this.racers.find((racer) => racer.score === scores[0]).seat });
      return;
    }
    if (last) {
      state.decider = true;
      this.emit("decider", {});
    }
    this.beginRound();
  }

  ride() {
    const { state } = this;
    const age = state.tick - state.began;
    if (state.tick >= this.expires) this.fade();
    if (age >= FASTER_AT && age % HZ === 0) this.pressOn(age);
    let living = this.racers.filter((racer) => racer.alive);
    this.move(living, age);
    if (age <= HARMLESS) return;
    const dead = this.crashes(living);
    if (dead.length) {
      this.bury(dead);
      living = living.filter((racer) => racer.alive);
    }
    if (state.pickups.length) this.take(living);
    this.layInk(living);
    if (state.tick >= this.offer) this.makeOffer();
    if (dead.length && living.length < 2) this.closeRound(living);
  }

  move(living, age) {
    const { state } = this;
    // While nothing hurts, walls are soft.
    const left = state.inset + (age <= HARMLESS && !state.wrap ? HALF : 0);
    const right = state.width - left;
    const bottom = state.height - left;
    for (const racer of living) {
      const { buttons } = racer;
      racer.jumped = false;
      if (buttons === LEFT || buttons === RIGHT) {
        if (racer.turn === 0) this.corner(racer, buttons);
        else racer.heading += buttons === RIGHT ? racer.turn : -racer.turn;
      }
      racer.held = buttons;
      racer.run += racer.pace;
      let x = racer.x + Math.cos(racer.heading) * racer.pace;
      let y = racer.y + Math.sin(racer.heading) * racer.pace;
      if (x < left || y < left || x >= right || y >= bottom) {
        if (state.wrap) {
          x = left + ((x - left + right - left) % (right - left));
          y = left + ((y - left + bottom - left) % (bottom - left));
          racer.jumped = true;
          this.emit("through", { seat: racer.seat });
        } else {
          x = Math.max(left, Math.min(right - 0.01, x));
          y = Math.max(left, Math.min(bottom - 0.01, y));
        }
      }
      racer.x = x;
      racer.y = y;
    }
  }

  corner(racer, buttons) {
    if (racer.held & buttons) return;
    this.emit("corner", { seat: racer.seat });
    const clockwise = (buttons === RIGHT) !== (racer.effects[SWAP] !== 0);
    racer.heading += clockwise ? TURN / 4 : -TURN / 4;
  }

  crashes(living) {
    const { state, ink } = this;
    const by = new Map();
    const solid = living.filter((racer) => !racer.effects[GHOST]);
    for (const racer of solid) {
      const { x, y, half, run, pace } = racer;
      let near = ink.nearest(racer.seat, x, y, half, run);
      let gap = ink.nearestGap;
      let owner = ink.nearestOwner;
      if (pace > half && !racer.jumped) {
        const count = pieces(pace, half);
        for (let k = 1; k < count; k++) {
          const back = (pace * k) / count;
          const behindX = x - Math.cos(racer.heading) * back;
          const behindY = y - Math.sin(racer.heading) * back;
          if (ink.nearest(racer.seat, behindX, behindY, half, run - back) && ink.nearestGap < gap) {
            near = true;
            gap = ink.nearestGap;
            owner = ink.nearestOwner;
          }
        }
      }
      if (near && gap < 0) {
        by.set(racer, owner);
      } else if (near) {
        if (gap < racer.brush) racer.brushed = owner;
        racer.brush = Math.min(racer.brush, gap);
      } else if (racer.brush < SHAVE) {
        this.emit("shave", { seat: racer.seat, by: racer.brushed, gap: racer.brush });
        racer.brush = SHAVE;
      }
    }
    for (let k = 1; k < solid.length; k++) {
      for (let j = 0; j < k; j++) {
        if (meet(solid[k], solid[j])) {
          by.set(solid[k], solid[j].seat);
          by.set(solid[j], solid[k].seat);
        }
      }
    }
    if (!state.wrap) {
      for (const racer of living) {
        const edge = state.inset + racer.half;
        const inside =
          edge <= racer.x && racer.x < state.width - edge && edge <= racer.y && racer.y < state.height - edge;
        if (!inside) by.set(racer, WALL);
      }
    }
    return [...by];
  }

  bury(dead) {
    for (const [racer, by] of dead) {
      this.rest(racer);
      racer.alive = false;
      this.emit("crash", { seat: racer.seat, by, x: racer.x, y: racer.y });
    }
    for (const other of this.racers) {
      if (other.alive) other.score = Math.min(999, other.score + dead.length);
    }
  }

  rest(racer) {
    racer.inking = false;
    racer.pen = 0;
    racer.brush = SHAVE;
  }

  closeRound(living) {
    const { state } = this;
    living.forEach((racer) => this.rest(racer));
    state.phase = ROUND_END;
    state.until = state.tick + ROUND_END_TICKS;
    this.emit("roundEnd", { seat: living.length ? living[0].seat : WALL, round: state.round });
  }

  layInk(living) {
    const { tick } = this.state;
    for (const racer of living) {
      if (tick >= racer.flip) {
        this.flipPen(racer);
        racer.pen = 0;
      } else if (racer.inking) {
        racer.pen = racer.trail.length && !racer.jumped ? racer.half : 0;
      }
      if (racer.inking) this.layRow(racer);
    }
  }

  layRow(racer) {
    const { x, y, pen, run, pace, trail, seat } = racer;
    trail.push(x, y, pen);
    if (pen === 0) return;
    this.ink.lay(x, y, pen, seat, run);
    const count = pieces(pace, pen);
    for (let k = 1; k < count; k++) {
      const beforeX = trail[trail.length - 6];
      const beforeY = trail[trail.length - 5];
      this.ink.lay(x + ((beforeX - x) * k) / count, y + ((beforeY - y) * k) / count, pen, seat, run);
    }
  }

  flipPen(racer) {
    const { tick, gappy } = this.state;
    racer.inking = !racer.inking;
    racer.flip = tick + (gappy ? between(9, 15) : !racer.inking ? between(9, 13) : between(36, 99));
  }

  pressOn(age) {
    const { state } = this;
    this.settle();
    if (age === FASTER_AT) this.emit("faster", {});
    if (age < CLOSING_AT) return;
    if (age === CLOSING_AT) this.emit("closing", {});
    const half = Math.floor(state.height / 2);
    const gone = age - CLOSING_AT;
    const inset = Math.min(Math.floor((Math.floor((half * gone) / CLOSING_TICKS) * gone) / CLOSING_TICKS), half - 60);
    state.inset = inset;
    for (let k = state.pickups.length - 1; k >= 0; k--) {
      const { x, y } = state.pickups[k];
      const inside = inset <= x && x < state.width - inset && inset <= y && y < state.height - inset;
      if (!inside) state.pickups.splice(k, 1);
    }
  }

  makeOffer() {
    const { state } = this;
    this.offer = state.tick + between(4 * HZ, 7 * HZ);
    if (state.pickups.length === 4) return;
    const pickup = new Pickup();
    pickup.kind = between(0, 10);
    const margin = state.inset + 40;
    for (let tries = 0; tries < 8; tries++) {
      pickup.x = between(margin, state.width - margin);
      pickup.y = between(margin, state.height - margin);
      if (!this.racers.some((one) => one.alive && Math.hypot(one.x - pickup.x, one.y - pickup.y) < 80)) break;
    }
    state.pickups.push(pickup);
    this.emit("offer", { kind: pickup.kind, x: pickup.x, y: pickup.y });
  }

  take(living) {
    const { state } = this;
    for (let k = state.pickups.length - 1; k >= 0; k--) {
      const pickup = state.pickups[k];
      let taker = null;
      let least = Infinity;
      for (const racer of living) {
        const far = Math.hypot(racer.x - pickup.x, racer.y - pickup.y);
        if (far < PICKUP_REACH + racer.half && far < least) {
          least = far;
          taker = racer;
        }
      }
      if (taker) {
        state.pickups.splice(k, 1);
        this.emit("take", { seat: taker.seat, kind: pickup.kind, x: pickup.x, y: pickup.y });
        this.apply(taker, pickup.kind);
      }
    }
  }

  apply(taker, kind) {
    const { state } = this;
    if (kind === ERASER) {
      this.ink = new Ink(state.width, state.height);
      for (const racer of this.racers) racer.trail = [];
      return;
    }
    if (kind === WRAP) {
      state.wrap = this.extended(state.wrap, kind);
    } else if (kind === GAPPY) {
      state.gappy = this.extended(state.gappy, kind);
      for (const racer of this.racers) racer.flip = Math.min(racer.flip, state.tick + between(9, 15));
    } else {
      for (const racer of this.racers) {
        if ((kind <= SQUARE ? racer === taker : racer !== taker) && racer.alive) this.give(racer, kind);
      }
    }
    this.settle();
  }

  give(racer, kind) {
    racer.effects[kind] = this.extended(racer.effects[kind], kind);
    if (kind === GHOST) {
      racer.inking = false;
      racer.pen = 0;
      racer.flip = racer.effects[kind];
    }
  }

  extended(until, kind) {
    const { tick } = this.state;
    return Math.min(Math.max(until, tick) + SECONDS[kind] * HZ, tick + LONGEST);
  }

  fade() {
    const { state } = this;
    for (const racer of this.racers) {
      for (let kind = 0; kind < 8; kind++) {
        if (racer.effects[kind] > 0 && racer.effects[kind] <= state.tick) {
          racer.effects[kind] = 0;
          this.emit("fade", { seat: racer.seat, kind });
        }
      }
    }
    if (state.wrap > 0 && state.wrap <= state.tick) {
      state.wrap = 0;
      this.emit("fade", { seat: WALL, kind: WRAP });
      // Walls turn solid: nobody shall die for having been within them.
      for (const racer of this.racers) {
        const edge = state.inset + racer.half + racer.pace;
        racer.x = Math.max(edge, Math.min(state.width - edge, racer.x));
        racer.y = Math.max(edge, Math.min(state.height - edge, racer.y));
      }
    }
    if (state.gappy > 0 && state.gappy <= state.tick) {
      state.gappy = 0;
      this.emit("fade", { seat: WALL, kind: GAPPY });
    }
    this.settle();
  }

  /** Work out each racer's pace, turn and width, and when the next effect ends. */
  settle() {
    const { state } = this;
    const age = state.began ? state.tick - state.began : 0;
    const gained = Math.max(0, Math.min(100, Math.floor((age - FASTER_AT) / HZ)));
    const base = ((this.speed / HZ) * (200 + gained)) / 200;
    const turn = ((this.turn / 360) * TURN) / HZ;
    this.expires = NEVER;
    for (const racer of this.racers) {
      const { effects } = racer;
      let pace = base * (effects[ZIP] ? 1.6 : 1) * (effects[RUSH] ? 1.6 : 1) * (effects[CRAWL] ? 0.6 : 1);
      pace = Math.max(base * 0.4, Math.min(base * 2.2, pace));
      racer.pace = pace;
      racer.turn = effects[SQUARE] ? 0 : effects[SWAP] ? -turn : turn;
      racer.half = HALF * (effects[THIN] ? 0.5 : 1) * (effects[THICK] ? 2 : 1);
      for (let kind = 0; kind < 8; kind++) if (effects[kind]) this.expires = Math.min(this.expires, effects[kind]);
    }
    if (state.wrap) this.expires = Math.min(this.expires, state.wrap);
    if (state.gappy) this.expires = Math.min(this.expires, state.gappy);
  }
}
