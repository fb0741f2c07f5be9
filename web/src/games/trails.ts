// The picture of Loose Ends: ink that stays, heads that move, pick-ups, walls, and what is announced.
import { stamp } from "../arena/sprites";
import { say, t } from "../i18n";
import type { Hud, MatchEvent, Score, Shown } from "../sync/feed";
import type { Schema } from "../sync/schema";
import { type Entity, find, type Series } from "../sync/state";
import { ACCENT, DANGER, MUTED, TEXT } from "../ui/palette";
import { Banner } from "./banner";
import { crown, drawGrid, leading, nameTag, thumbRoom } from "./common_drawing";
import {
  type Bounds,
  type GameRenderer,
  type RendererMaker,
  type Rider,
  type Scene,
  teamScores,
} from "./game_renderer";
import { InkPainter } from "./ink";
import { Notes } from "./notes";
import { TRAIL_ICONS } from "./pickup_icons";
import { drawPredicted } from "./predicted_trail";
import { effectSprite, pickupSprite } from "./trails.pickups";

/** Lengths are in 1/256 of a unit, angles in 1/4096 of a turn. */
export const UNIT = 256;
const TURN = (2 * Math.PI) / 4096;
/** A head that moved further than this between two states has jumped (open walls, a new round). */
const JUMP = 40 * UNIT;
const HEAD_RADIUS = 8.5;
const LEAST_HEAD_PX = 6;
const PICKUP_MS = 220;
const GHOST = 3;
/** As high as the marks of the thumbs stand above the lower edge. */
const THUMBS_PX = 100;
/** As in the rules: ticks of a round at most, and of one in which only bots are left. */
const LONGEST_TICKS = 70 * 30;
const HURRY_TICKS = 195;
const WRAP_NEVER_ENDS = 1 << 28;

export interface Racer extends Entity {
  x: number;
  y: number;
  heading: number;
  alive: number;
  rides: number;
  score: number;
  half: number;
  inking: number;
  effects: number[];
}

export interface Pickup extends Entity {
  kind: number;
  x: number;
  y: number;
}

export class TrailsRenderer implements GameRenderer {
  readonly turnable: boolean = true;
  protected phases: readonly string[];
  protected tickHz: number;
  private painter = new InkPainter();
  protected banner = new Banner();
  protected notes = new Notes();
  private seen = new Map<number, number>();
  private round = 0;
  /** The seat of the one who leads, or -1. */
  protected leader = -1;
  protected x = 0;
  protected y = 0;

  constructor(schema: Schema) {
    this.phases = schema.root.fields.find((field) => field.name === "phase")?.names ?? [];
    this.tickHz = schema.tickHz;
  }

  bounds(state: Entity, out: Bounds, _scene: Scene): void {
    out.width = state.width as number;
    out.height = state.height as number;
  }

  /** All of the screen steers, so the marks of the thumbs take only what the arena does not need. */
  foot(scene: Scene, state: Entity): number {
    return thumbRoom(scene, THUMBS_PX, { width: state.width as number, height: state.height as number });
  }

  ground(scene: Scene, state: Entity): void {
    drawGrid(scene, state.width as number, state.height as number, 60);
  }

  ink(scene: Scene, state: Entity, all: boolean): boolean {
    return this.painter.paint(scene, state.racers as Racer[], UNIT, all);
  }

  protected phase(state: Entity): string {
    return this.phases[state.phase as number] ?? "";
  }

  // hot: once a frame
  move(scene: Scene, state: Entity, shown: Shown): void {
    const { top, camera, sprites } = scene;
    sprites.setRadius(Math.max(LEAST_HEAD_PX * scene.dpr, HEAD_RADIUS * camera.scale));
    this.walls(scene, state, shown.tick);
    const pickups = state.pickups as Pickup[];
    for (const pickup of pickups) this.pickup(scene, pickup);
    const racers = state.racers as Racer[];
    // A team's points are those of each in it: no one of them leads.
    this.leader = racers.some((racer) => (racer.team as number) > 0) ? -1 : leading(racers);
    const counting = this.phase(state) === "count";
    for (const racer of racers) this.newer(scene, racer, shown);
    for (const racer of racers) if (!racer.alive) this.head(scene, racer, shown, false);
    for (const racer of racers) if (racer.alive) this.head(scene, racer, shown, counting);
    scene.particles.draw(top, 4 * scene.dpr, scene.now);
    this.notes.draw(scene);
    if (counting) this.count(scene, state, shown.tick);
    else this.wait(scene, state, shown.tick);
    this.banner.draw(scene);
  }

  /** Out: how long the round lasts at most. */
  private wait(scene: Scene, state: Entity, tick: number): void {
    if (this.phase(state) !== "live") return;
    const mine = (state.racers as Racer[]).filter((racer) => scene.riders[racer.id]?.mine);
    if (mine.length === 0 || mine.some((racer) => racer.alive)) return;
    const hurry = state.hurry as number;
    const ends = hurry > 0 ? hurry + HURRY_TICKS : (state.began as number) + LONGEST_TICKS;
    const n = Math.max(1, Math.ceil((ends - tick) / this.tickHz));
    this.banner.foot(scene, t("trails.say.wait", { n }));
  }

  /** Where a racer is now, in units. */
  protected place(racer: Racer, part: number): void {
    let fromX = racer.was.x ?? racer.x;
    let fromY = racer.was.y ?? racer.y;
    if (Math.abs(racer.x - fromX) > JUMP || Math.abs(racer.y - fromY) > JUMP) {
      fromX = racer.x;
      fromY = racer.y;
    }
    this.x = (fromX + (racer.x - fromX) * part) / UNIT;
    this.y = (fromY + (racer.y - fromY) * part) / UNIT;
  }

  private newer(scene: Scene, racer: Racer, shown: Shown): void {
    const rider = scene.riders[racer.id];
    if (!rider) return;
    this.place(racer, shown.part);
    const { x, y } = this;
    scene.top.strokeStyle = rider.ink.colour;
    drawPredicted(scene, racer.trail as Series, UNIT, scene.camera.x(x, y), scene.camera.y(x, y));
  }

  protected head(scene: Scene, racer: Racer, shown: Shown, counting: boolean): void {
    const rider = scene.riders[racer.id];
    if (racer.rides === 0 || !rider) return;
    const { top, camera, sprites } = scene;
    this.place(racer, shown.part);
    const { x, y } = this;
    const px = camera.x(x, y);
    const py = camera.y(x, y);
    const { radius } = sprites;
    if (!racer.alive) {
      top.globalAlpha = 0.8;
      stamp(top, sprites.mark(rider.shape, "#5B648A"), px, py);
      top.globalAlpha = 1;
      nameTag(scene, rider, px, py, 0.45);
      return;
    }
    const ghost = (racer.effects[GHOST] ?? 0) > 0;
    if (scene.particles.limit > 0 && !ghost) stamp(top, sprites.light(rider.ink.colour), px, py);
    if (counting) this.aim(scene, rider, racer, px, py);
    else if (rider.mine || racer.id === scene.follow)
      this.halo(scene, px, py, radius * 1.75, rider.mine ? 0.55 : 0.9);
    top.globalAlpha = ghost ? 0.5 : 1;
    stamp(top, sprites.mark(rider.shape, rider.ink.colour), px, py);
    top.globalAlpha = 1;
    if (racer.id === this.leader) crown(scene, px, py - radius * 2, radius);
    this.effects(scene, racer, px, py, shown.tick);
    nameTag(scene, rider, px, py, ghost ? 0.6 : 1);
  }

  private halo(scene: Scene, px: number, py: number, radius: number, alpha: number): void {
    const { top } = scene;
    top.globalAlpha = alpha;
    top.strokeStyle = TEXT;
    top.lineWidth = 1.5 * scene.dpr;
    top.beginPath();
    top.arc(px, py, radius, 0, 2 * Math.PI);
    top.stroke();
    top.globalAlpha = 1;
  }

  /** Before the start: where everyone is headed, and where you are. */
  private aim(scene: Scene, rider: Rider, racer: Racer, px: number, py: number): void {
    const { top, camera, sprites } = scene;
    const angle = camera.angle(racer.heading * TURN);
    const dx = Math.cos(angle);
    const dy = Math.sin(angle);
    const { radius } = sprites;
    const near = radius * 1.7;
    const far = radius * (rider.mine ? 4.2 : 3);
    top.strokeStyle = rider.mine ? TEXT : rider.ink.colour;
    top.globalAlpha = rider.mine ? 1 : 0.7;
    top.lineWidth = (rider.mine ? 3 : 2) * scene.dpr;
    top.lineCap = "round";
    top.lineJoin = "round";
    top.beginPath();
    top.moveTo(px + dx * near, py + dy * near);
    top.lineTo(px + dx * far, py + dy * far);
    const barb = radius * 0.8;
    top.moveTo(px + dx * (far - barb) - dy * barb, py + dy * (far - barb) + dx * barb);
    top.lineTo(px + dx * far, py + dy * far);
    top.lineTo(px + dx * (far - barb) + dy * barb, py + dy * (far - barb) - dx * barb);
    top.stroke();
    top.globalAlpha = 1;
    if (!rider.mine) return;
    const beat = scene.calm ? 0 : (scene.now % 1000) / 1000;
    this.halo(scene, px, py, radius * (1.8 + 1.6 * beat), 1 - beat * 0.9);
  }

  /** An arc for each effect, as long as it lasts still, with its letter. */
  private effects(scene: Scene, racer: Racer, px: number, py: number, tick: number): void {
    const { top, sprites } = scene;
    let row = 0;
    for (let kind = 0; kind < racer.effects.length; kind++) {
      const left = ((racer.effects[kind] ?? 0) - tick) / this.tickHz;
      if (left <= 0) continue;
      const radius = sprites.radius * (1.75 + 0.45 * row++);
      const colour = kind < 5 ? ACCENT : DANGER;
      top.strokeStyle = colour;
      top.globalAlpha = left < 1 && !scene.calm && (left * 6) % 2 < 1 ? 0.35 : 0.9;
      top.lineWidth = 2 * scene.dpr;
      top.beginPath();
      top.arc(px, py, radius, -Math.PI / 2, -Math.PI / 2 + Math.min(1, left / 12) * 2 * Math.PI);
      top.stroke();
      const side = Math.round(Math.max(sprites.radius * 1.7, 15 * scene.dpr));
      stamp(
        top,
        effectSprite(scene, kind, side),
        px - (row - 1) * side * 1.05,
        py + sprites.radius * 2.2 + side * 0.5,
      );
    }
    top.globalAlpha = 1;
  }

  protected pickup(scene: Scene, pickup: Pickup): void {
    const { camera, top } = scene;
    const born = this.seen.get(pickup.id) ?? scene.now;
    this.seen.set(pickup.id, born);
    const x = pickup.x / UNIT;
    const y = pickup.y / UNIT;
    const sprite = pickupSprite(scene, pickup.kind);
    const age = Math.min(1, (scene.now - born) / PICKUP_MS);
    const beat = scene.calm ? 0 : 0.04 * Math.sin(scene.now / 300 + pickup.id);
    const size = sprite.width * ((scene.calm ? 1 : 1 - (1 - age) ** 3) + beat);
    top.drawImage(sprite, camera.x(x, y) - size / 2, camera.y(x, y) - size / 2, size, size);
  }

  private walls(scene: Scene, state: Entity, tick: number): void {
    const { top, camera, dpr } = scene;
    const width = state.width as number;
    const height = state.height as number;
    const inset = state.inset as number;
    const left = Math.min(camera.x(inset, inset), camera.x(inset, height - inset));
    const high = camera.y(inset, inset);
    const right = Math.max(camera.x(width - inset, inset), camera.x(width - inset, height - inset));
    const low = camera.y(width - inset, height - inset);
    if (inset > 0) {
      const outerLeft = Math.min(camera.x(0, 0), camera.x(0, height));
      const outerRight = Math.max(camera.x(width, 0), camera.x(width, height));
      const outerHigh = camera.y(0, 0);
      const outerLow = camera.y(width, height);
      top.fillStyle = DANGER;
      top.globalAlpha = 0.16;
      top.fillRect(outerLeft, outerHigh, outerRight - outerLeft, high - outerHigh);
      top.fillRect(outerLeft, low, outerRight - outerLeft, outerLow - low);
      top.fillRect(outerLeft, high, left - outerLeft, low - high);
      top.fillRect(right, high, outerRight - right, low - high);
    }
    const open = (state.wrap as number) > tick;
    top.globalAlpha = 1;
    top.strokeStyle = open ? ACCENT : inset > 0 ? DANGER : "#5D6CA8";
    top.lineWidth = (inset > 0 ? 3 : 2) * dpr;
    if (open) {
      top.setLineDash(OPEN_WALL);
      top.lineDashOffset = scene.calm ? 0 : scene.now / 30;
      if ((state.wrap as number) < WRAP_NEVER_ENDS && (state.wrap as number) - tick < this.tickHz * 2)
        top.globalAlpha = 0.5;
    }
    top.strokeRect(left, high, right - left, low - high);
    top.setLineDash(SOLID);
    top.globalAlpha = 1;
  }

  /** The number that counts down, once a second. */
  protected count(scene: Scene, state: Entity, tick: number): void {
    const left = ((state.until as number) - tick) / this.tickHz;
    if (left <= 0) return;
    const whole = Math.ceil(left);
    const part = scene.calm ? 0.5 : whole - left;
    this.banner.number(scene, t("match.round", { n: state.round as number }), String(whole), part);
  }

  event(scene: Scene, { name, args }: MatchEvent, state: Entity | null): void {
    const rider = scene.riders[args.seat ?? -1];
    const x = (args.x ?? 0) / UNIT;
    const y = (args.y ?? 0) / UNIT;
    switch (name) {
      case "beat":
        scene.sound("beat");
        break;
      case "go":
        scene.sound("go");
        this.banner.show(t("arena.go"), "", scene.now, 600);
        break;
      case "crash":
        this.crash(scene, rider, x, y);
        break;
      case "offer":
        scene.sound("offer", x);
        break;
      case "take": {
        const kind = args.kind ?? 0;
        const harm = kind >= 5 && kind <= 7;
        const own = rider?.mine ?? false;
        scene.sound(harm && !own ? "harm" : "take", x, own ? 1 : 0.6);
        this.notes.word(
          x,
          y,
          say("trails", "kind", TRAIL_ICONS[kind]?.[0] ?? ""),
          harm ? DANGER : ACCENT,
          scene.now,
        );
        const { camera } = scene;
        scene.particles.burst(camera.x(x, y), camera.y(x, y), 14, 40 * scene.dpr, ACCENT, scene.now);
        if (own) scene.haptic(15);
        break;
      }
      case "fade":
        if (rider?.mine) scene.sound("fade");
        break;
      case "shave": {
        const racer = state ? find(state.racers as Entity[], args.seat ?? -1) : null;
        if (!racer) break;
        const [hx, hy] = [(racer.x as number) / UNIT, (racer.y as number) / UNIT];
        if (rider?.mine) scene.sound("shave", hx);
        scene.particles.burst(
          scene.camera.x(hx, hy),
          scene.camera.y(hx, hy),
          6,
          26 * scene.dpr,
          TEXT,
          scene.now,
        );
        break;
      }
      case "through":
        if (rider?.mine) scene.sound("through");
        break;
      case "faster":
        this.banner.show("", t("trails.say.faster"), scene.now, 1400);
        break;
      case "closing":
        scene.sound("closing");
        this.banner.show("", t("trails.say.closing"), scene.now, 1800);
        break;
      case "hurry":
        scene.sound("closing");
        this.banner.show("", t("trails.say.hurry"), scene.now, 2600);
        break;
      case "roundEnd":
        this.roundEnd(scene, rider);
        break;
      case "decider":
        this.banner.show(t("trails.say.decider"), "", scene.now, 2200);
        break;
      case "matchEnd":
        scene.sound("matchEnd");
        break;
    }
  }

  protected crash(scene: Scene, rider: Rider | undefined, x: number, y: number): void {
    const { camera } = scene;
    const own = rider?.mine ?? false;
    scene.sound(own ? "ownCrash" : "crash", x, own ? 1 : 0.7);
    const colour = rider?.ink.colour ?? MUTED;
    scene.particles.burst(camera.x(x, y), camera.y(x, y), own ? 60 : 36, 90 * scene.dpr, colour, scene.now);
    this.notes.ring(x, y, colour, scene.now);
    if (!own) return;
    scene.shake(1);
    scene.haptic(60);
  }

  private roundEnd(scene: Scene, rider: Rider | undefined): void {
    scene.sound(rider?.mine ? "roundEnd" : "lost", undefined, rider ? 1 : 0.6);
    this.banner.show(
      rider ? t("say.round_won", { name: rider.name }) : t("arena.nobody"),
      "",
      scene.now,
      2200,
    );
  }

  hud(state: Entity, tick: number): Hud {
    const phase = this.phase(state);
    const round = state.round as number;
    if (round !== this.round) {
      this.round = round;
      this.seen.clear();
    }
    const scores: Score[] = (state.racers as Racer[]).map((racer) => ({
      seat: racer.id,
      points: racer.score,
      alive: racer.alive === 1,
    }));
    const teams = teamScores(state.racers as Racer[], (racer) => (racer as Racer).score);
    const began = state.began as number;
    const seconds =
      phase === "live"
        ? (tick - began) / this.tickHz
        : phase === "count"
          ? ((state.until as number) - tick) / this.tickHz
          : 0;
    return {
      phase,
      round,
      rounds: 0,
      target: state.target as number,
      perRound: scores.length - 1,
      seconds: Math.max(0, phase === "count" ? Math.ceil(seconds) : Math.floor(seconds)),
      scores,
      ...(teams ? { teams } : {}),
    };
  }
}

const OPEN_WALL = [14, 10];
const SOLID: number[] = [];

export const makeRenderer: RendererMaker = (schema) => new TrailsRenderer(schema);
