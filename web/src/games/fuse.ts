// The picture of Short Fuse: a board that burns, men, bombs, riders on the rim, and what is announced.
import { stamp } from "../arena/sprites";
import { say, t } from "../i18n";
import type { Hud, MatchEvent, Score, Shown } from "../sync/feed";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import { ACCENT, DANGER, FONT, MUTED, TEXT } from "../ui/palette";
import { Banner } from "./banner";
import { crown, drawGrid, leading, nameTag, thumbRoom } from "./common_drawing";
import { BoardPainter } from "./fuse.board";
import { Flames } from "./fuse.flames";
import { bombSprite, faceSprite, symbolSprite } from "./fuse.sprites";
import {
  type Blast,
  type Bomb,
  between,
  CELL,
  CRATE,
  LOB_TICKS,
  type Man,
  PER_CELL,
  STONE,
  type Stone,
  WARNING_TICKS,
} from "./fuse.state";
import {
  type Bounds,
  type GameRenderer,
  type RendererMaker,
  type Rider,
  type Scene,
  teamScores,
} from "./game_renderer";
import { Notes } from "./notes";

const MAN_RADIUS = CELL * 0.32;
const LEAST_MAN_PX = 7;
/** Names are shown for the first seconds of a round: on a small board they would hide too much. */
const NAMES_S = 4;
/** A blast nearer than this to one's own man shakes the picture, in cells. */
const NEAR = 3;
/** Left, right, up and down on a picture that is turned by a quarter. */
const TURNED = [2, 3, 1, 0] as const;
const STRIP = [
  { field: "bombs", kind: 0 },
  { field: "reach", kind: 1 },
  { field: "boots", kind: 2 },
  { field: "shield", kind: 3 },
  { field: "kick", kind: 4 },
] as const;

/** In the game's order. */
const ITEMS = ["bomb", "range", "boots", "shield", "kick", "curse"];
const CURSES = ["none", "slow", "swap", "leak", "dud"];
const curseName = (curse: number): string => (curse > 0 ? say("fuse", "curse", CURSES[curse] ?? "") : "");

/** As high as stick and button stand above the lower edge. */
const THUMBS_PX = 164;

class FuseRenderer implements GameRenderer {
  readonly turnable = true;
  private phases: readonly string[];
  private tickHz: number;
  private board = new BoardPainter();
  private flames = new Flames();
  private banner = new Banner();
  private notes = new Notes();
  private round = 0;
  private leader = -1;
  /** By seat, the way that a man went last. */
  private readonly looks: number[] = [];

  constructor(schema: Schema) {
    this.phases = schema.root.fields.find((field) => field.name === "phase")?.names ?? [];
    this.tickHz = schema.tickHz;
  }

  bounds(state: Entity, out: Bounds): void {
    out.width = (state.width as number) * CELL;
    out.height = (state.height as number) * CELL;
  }

  /** No bomb and nobody is under the stick. */
  foot(scene: Scene): number {
    return thumbRoom(scene, THUMBS_PX);
  }

  ground(scene: Scene, state: Entity): void {
    drawGrid(scene, (state.width as number) * CELL, (state.height as number) * CELL, CELL);
  }

  ink(scene: Scene, state: Entity, all: boolean): boolean {
    const width = state.width as number;
    // A new board is no change of the old one, with all its sparks and thuds.
    if (state.round !== this.round && !all) return false;
    this.round = state.round as number;
    this.board.paint(scene, state.cells as Uint8Array, width, all, (cell, was, now) => {
      if (was === CRATE) this.spark(scene, cell, width, 8, "#8593CC");
      if (now !== STONE) return;
      scene.sound("stone", middle(cell % width), 0.8);
      this.spark(scene, cell, width, 5, MUTED);
    });
    return true;
  }

  private spark(scene: Scene, cell: number, width: number, count: number, colour: string): void {
    const { camera } = scene;
    const x = middle(cell % width);
    const y = middle(Math.floor(cell / width));
    scene.particles.burst(camera.x(x, y), camera.y(x, y), count, CELL * camera.scale, colour, scene.now);
  }

  private phase(state: Entity): string {
    return this.phases[state.phase as number] ?? "";
  }

  // hot: once a frame
  move(scene: Scene, state: Entity, shown: Shown): void {
    const { camera, sprites, top } = scene;
    sprites.setRadius(Math.max(LEAST_MAN_PX * scene.dpr, MAN_RADIUS * camera.scale));
    const phase = this.phase(state);
    const live = phase === "live";
    const counting = phase === "count";
    const width = state.width as number;
    const { tick } = shown;
    const stones = state.stones as Stone[];
    for (const stone of stones) this.shadow(scene, stone, width, tick);
    const bombs = state.bombs as Bomb[];
    this.flames.foresee(
      state.blasts as Blast[],
      live ? bombs : NO_BOMBS,
      state.cells as Uint8Array,
      width,
      tick,
    );
    for (let k = 0; k < bombs.length; k++) {
      const bomb = bombs[k];
      if (bomb?.lands === 0 && !this.flames.took(k)) this.bomb(scene, bomb, shown, live);
    }
    this.flames.draw(scene, width, tick);
    const men = state.men as Man[];
    this.leader = men.some((man) => (man.team as number) > 0) ? -1 : leading(men);
    const named = counting || (live && tick - (state.began as number) < NAMES_S * this.tickHz);
    for (const man of men) if (!man.alive) this.rider(scene, man, shown, state);
    for (const man of men) if (man.alive) this.man(scene, man, shown, counting, named);
    for (const bomb of bombs) if (bomb.lands > 0) this.bomb(scene, bomb, shown, live);
    scene.particles.draw(top, 4 * scene.dpr, scene.now);
    this.notes.draw(scene);
    this.strips(scene, men, state);
    if (counting) this.count(scene, state, tick);
    this.banner.draw(scene);
  }

  /** Where a stone is about to fall: a mark that closes in on the cell. */
  private shadow(scene: Scene, stone: Stone, width: number, tick: number): void {
    const { top, camera, dpr } = scene;
    const left = Math.max(0, Math.min(1, (stone.lands - tick) / WARNING_TICKS));
    const x = middle(stone.cell % width);
    const y = middle(Math.floor(stone.cell / width));
    const px = camera.x(x, y);
    const py = camera.y(x, y);
    const side = CELL * camera.scale;
    const inner = side * (scene.calm ? 0.7 : 0.8 - 0.7 * left);
    top.fillStyle = DANGER;
    top.globalAlpha = 0.12 + 0.25 * (1 - left);
    top.fillRect(px - side / 2, py - side / 2, side, side);
    top.globalAlpha = 1;
    top.strokeStyle = DANGER;
    top.lineWidth = 2 * dpr;
    top.strokeRect(px - inner / 2, py - inner / 2, inner, inner);
  }

  private bomb(scene: Scene, bomb: Bomb, shown: Shown, live: boolean): void {
    const { top, camera } = scene;
    const x = between(bomb.was.x ?? bomb.x, bomb.x, shown.part);
    const y = between(bomb.was.y ?? bomb.y, bomb.y, shown.part);
    const left = live ? Math.max(0, (bomb.explodes - shown.tick) / this.tickHz) : 1;
    const sprite = bombSprite(scene, scene.riders[bomb.owner]);
    // It throbs faster towards its end, though never more than three times a second.
    const throb = scene.calm || !live ? 0 : Math.sin(2 * Math.PI * (left < 1 ? 3 : 1.5) * left);
    let size = sprite.width * (1 + 0.07 * throb);
    let lift = 0;
    if (bomb.lands > 0) {
      const flight = Math.max(0, Math.min(1, 1 - (bomb.lands - shown.tick) / LOB_TICKS));
      lift = scene.calm ? 0 : Math.sin(Math.PI * flight) * CELL * 1.2 * camera.scale;
      size *= 1 + 0.25 * Math.sin(Math.PI * flight);
    }
    const px = camera.x(x, y);
    const py = camera.y(x, y);
    top.drawImage(sprite, px - size / 2, py - size / 2 - lift, size, size);
    if (bomb.lands > 0) return;
    // What is left of the fuse.
    const r = CELL * 0.42 * camera.scale;
    top.strokeStyle = left < 0.7 ? DANGER : ACCENT;
    top.lineWidth = Math.max(2 * scene.dpr, 3 * camera.scale);
    top.beginPath();
    top.arc(px, py, r, -Math.PI / 2, -Math.PI / 2 + Math.min(1, left / 2.5) * 2 * Math.PI);
    top.stroke();
  }

  private man(scene: Scene, man: Man, shown: Shown, counting: boolean, named: boolean): void {
    const rider = scene.riders[man.id];
    if (!rider || !man.plays) return;
    const { top, camera, sprites } = scene;
    const x = between(man.was.x ?? man.x, man.x, shown.part);
    const y = between(man.was.y ?? man.y, man.y, shown.part);
    const px = camera.x(x, y);
    const walked = scene.calm ? 0 : Math.abs(Math.sin(((x + y) / CELL) * Math.PI * 2));
    const py = camera.y(x, y) - walked * 2.5 * camera.scale;
    const { radius } = sprites;
    if (scene.particles.limit > 0) stamp(top, sprites.light(rider.ink.colour), px, py);
    if (rider.mine || man.id === scene.follow) {
      const beat = counting && !scene.calm ? (scene.now % 1000) / 1000 : 0;
      ring(scene, px, py, radius * (1.45 + 1.5 * beat), TEXT, (rider.mine ? 0.7 : 0.9) * (1 - beat), 1.5);
    }
    const safe = man.safe > shown.tick;
    top.globalAlpha = safe ? 0.55 : 1;
    stamp(top, sprites.mark(rider.shape, rider.ink.colour), px, py);
    stamp(top, faceSprite(scene, this.lookOf(scene, man), this.flames.near(man.x, man.y)), px, py);
    top.globalAlpha = 1;
    if (man.id === this.leader) crown(scene, px, py - radius * 1.75, radius);
    if (man.shield || safe) ring(scene, px, py, radius * 1.25, ACCENT, 1, 2.5);
    if (man.curse) this.curse(scene, man, px, py, shown.tick);
    if (named || rider.mine) nameTag(scene, rider, px, py, named ? 1 : 0.5);
    else scene.heads.put(rider, px, py);
  }

  /** Where a man looks on the screen: the way that he went last; -1 before he has gone anywhere. */
  private lookOf(scene: Scene, man: Man): number {
    const dx = man.x - (man.was.x ?? man.x);
    const dy = man.y - (man.was.y ?? man.y);
    // One who was moved, by a new round, looks straight out.
    if (Math.abs(dx) + Math.abs(dy) > PER_CELL) this.looks[man.id] = -1;
    else if (dx !== 0 || dy !== 0)
      this.looks[man.id] = Math.abs(dx) >= Math.abs(dy) ? (dx < 0 ? 0 : 1) : dy < 0 ? 2 : 3;
    const way = this.looks[man.id] ?? -1;
    if (way < 0 || !scene.camera.turned) return way;
    // The picture lies on its side: what goes right goes down.
    return TURNED[way] ?? -1;
  }

  /** A warning above the head, and how long it lasts. */
  private curse(scene: Scene, man: Man, px: number, py: number, tick: number): void {
    const { top, sprites } = scene;
    const left = Math.max(0, Math.min(1, (man.cursed - tick) / this.tickHz / 10));
    top.strokeStyle = DANGER;
    top.lineWidth = 3 * scene.dpr;
    top.beginPath();
    top.arc(px, py, sprites.radius * 1.65, -Math.PI / 2, -Math.PI / 2 + left * 2 * Math.PI);
    top.stroke();
    const size = Math.round(11 * scene.dpr * scene.textScale);
    const word = sprites.text(curseName(man.curse), `700 ${size}px ${FONT}`, size, DANGER);
    stamp(top, word, px, py + sprites.radius * 2);
  }

  private rider(scene: Scene, man: Man, shown: Shown, state: Entity): void {
    const rider = scene.riders[man.id];
    if (!rider || !man.rides) return;
    const { top, camera, sprites } = scene;
    const x = between(man.was.x ?? man.x, man.x, shown.part);
    const y = between(man.was.y ?? man.y, man.y, shown.part);
    const px = camera.x(x, y);
    const py = camera.y(x, y);
    const sprite = sprites.mark(rider.shape, rider.ink.colour);
    const size = sprite.width * 0.72;
    const can = shown.tick < (state.sudden as number);
    top.globalAlpha = can ? 1 : 0.5;
    top.drawImage(sprite, px - size / 2, py - size / 2, size, size);
    top.globalAlpha = 1;
    if (!can) return;
    const waits = Math.max(0, Math.min(1, (man.lob - shown.tick) / this.tickHz / 8));
    top.strokeStyle = waits > 0 ? MUTED : ACCENT;
    top.lineWidth = 2 * scene.dpr;
    top.beginPath();
    top.arc(px, py, sprites.radius, -Math.PI / 2, -Math.PI / 2 + (1 - waits) * 2 * Math.PI);
    top.stroke();
  }

  /** What the people at this device have found, on the board's lower rim. */
  private strips(scene: Scene, men: readonly Man[], state: Entity): void {
    const { top, camera, sprites } = scene;
    const side = Math.round(Math.max(CELL * 0.44 * camera.scale, 13 * scene.dpr));
    const size = Math.round(side * 0.72);
    const width = (state.width as number) * CELL;
    const height = (state.height as number) * CELL;
    const half = (CELL / 2) * camera.scale;
    const y = camera.y(width, height) - half;
    const left = camera.x(0, camera.turned ? height : 0) + half * 1.2;
    const wide = (camera.turned ? height : width) * camera.scale;
    let strips = 0;
    for (const man of men) {
      const rider = scene.riders[man.id];
      if (!rider?.mine || !man.alive) continue;
      let x = left + (strips++ * wide) / 2;
      for (const { field, kind } of STRIP) {
        const value = man[field];
        if (value === 0) continue;
        stamp(top, symbolSprite(scene, kind, side), x + side / 2, y);
        x += side;
        if (kind > 2) continue;
        stamp(top, sprites.text(DIGITS[value] ?? "", `700 ${size}px ${FONT}`, size, TEXT), x + size * 0.4, y);
        x += size * 1.1;
      }
    }
  }

  private count(scene: Scene, state: Entity, tick: number): void {
    const left = ((state.until as number) - tick) / this.tickHz;
    if (left <= 0) return;
    const whole = Math.ceil(left);
    const part = scene.calm ? 0.5 : whole - left;
    this.banner.number(scene, t("match.round", { n: state.round as number }), DIGITS[whole] ?? "", part);
  }

  event(scene: Scene, { name, args }: MatchEvent, state: Entity | null): void {
    const rider = scene.riders[args.seat ?? -1];
    const own = rider?.mine ?? false;
    const width = (state?.width as number | undefined) ?? 1;
    const x = middle((args.cell ?? 0) % width);
    const y = middle(Math.floor((args.cell ?? 0) / width));
    switch (name) {
      case "beat":
        scene.sound("beat");
        break;
      case "go":
        scene.sound("go");
        this.banner.show(t("arena.go"), "", scene.now, 600);
        break;
      case "lay":
        scene.sound("lay", x, own ? 1 : 0.5);
        break;
      case "kick":
      case "lob":
        scene.sound("kick", x, own ? 1 : 0.6);
        break;
      case "boom":
        this.boom(scene, x, y, state);
        break;
      case "out":
        this.out(scene, rider, args, state);
        break;
      case "shield":
      case "phew":
        this.word(
          scene,
          args.seat ?? -1,
          state,
          name === "shield" ? t("fuse.say.shield") : t("fuse.say.phew"),
          TEXT,
        );
        if (own) scene.sound(name === "shield" ? "shield" : "shave");
        break;
      case "take": {
        const kind = args.kind ?? 0;
        const harm = kind === 5;
        scene.sound(harm ? "harm" : "take", x, own ? 1 : 0.4);
        if (own) {
          if (!harm) this.notes.word(x, y, say("fuse", "item", ITEMS[kind] ?? ""), ACCENT, scene.now);
          scene.haptic(15);
        }
        break;
      }
      case "curse":
        this.word(scene, args.seat ?? -1, state, curseName(args.kind ?? 0), DANGER);
        if (own) scene.sound("harm");
        break;
      case "lift":
        if (own) scene.sound("fade");
        break;
      case "hurry":
        scene.sound("closing");
        this.banner.show("", t("fuse.say.hurry"), scene.now, 2600);
        break;
      case "spiral":
        scene.sound("closing");
        this.banner.show("", t("fuse.say.stones"), scene.now, 1800);
        break;
      case "roundEnd":
        scene.sound(own ? "roundEnd" : "lost", undefined, rider ? 1 : 0.6);
        this.banner.show(
          rider ? t("say.round_won", { name: rider.name }) : t("arena.nobody"),
          "",
          scene.now,
          2200,
        );
        break;
      case "matchEnd":
        scene.sound("matchEnd");
        break;
    }
  }

  private boom(scene: Scene, x: number, y: number, state: Entity | null): void {
    const { camera } = scene;
    scene.sound("boom", x, 0.8);
    scene.particles.burst(camera.x(x, y), camera.y(x, y), 10, 1.4 * CELL * camera.scale, ACCENT, scene.now);
    for (const man of (state?.men ?? []) as Man[]) {
      if (!man.alive || !scene.riders[man.id]?.mine) continue;
      const far = Math.abs(man.x / PER_CELL - x / CELL) + Math.abs(man.y / PER_CELL - y / CELL);
      if (far < NEAR) scene.shake(0.4);
    }
  }

  private out(
    scene: Scene,
    rider: Rider | undefined,
    args: Record<string, number>,
    state: Entity | null,
  ): void {
    const { camera } = scene;
    const x = ((args.x ?? 0) * CELL) / PER_CELL;
    const y = ((args.y ?? 0) * CELL) / PER_CELL;
    const own = rider?.mine ?? false;
    const colour = rider?.ink.colour ?? MUTED;
    scene.sound(own ? "ownCrash" : "crash", x, own ? 1 : 0.7);
    scene.particles.burst(camera.x(x, y), camera.y(x, y), own ? 60 : 36, 90 * scene.dpr, colour, scene.now);
    this.notes.ring(x, y, colour, scene.now);
    if (!own) return;
    scene.shake(1);
    scene.haptic(60);
    if (!state) return;
    const me = (state.men as Man[]).find((man) => man.id === args.seat);
    if (me?.rides && this.phase(state) === "live") this.banner.show("", t("fuse.say.rim"), scene.now, 2600);
  }

  private word(scene: Scene, seat: number, state: Entity | null, text: string, colour: string): void {
    for (const man of (state?.men ?? []) as Man[]) {
      if (man.id !== seat) continue;
      this.notes.word((man.x * CELL) / PER_CELL, (man.y * CELL) / PER_CELL, text, colour, scene.now);
    }
  }

  hud(state: Entity, tick: number): Hud {
    const phase = this.phase(state);
    const scores: Score[] = (state.men as Man[]).map((man) => ({
      seat: man.id,
      points: man.score,
      alive: man.alive === 1 || man.plays === 0,
      waits: man.plays === 0,
    }));
    // While live: how long until stones fall.
    const then =
      phase === "count" ? (state.until as number) : phase === "live" ? (state.sudden as number) : tick;
    return {
      phase,
      round: state.round as number,
      rounds: state.rounds as number,
      target: state.target as number,
      perRound: scores.length + 2,
      seconds: Math.max(0, Math.ceil((then - tick) / this.tickHz)),
      scores,
      ...withTeams(state.men as Man[]),
    };
  }
}

function withTeams(men: readonly Man[]): Pick<Hud, "teams"> {
  const teams = teamScores(men, (man) => (man as Man).score);
  return teams ? { teams } : {};
}

function middle(cell: number): number {
  return (cell + 0.5) * CELL;
}

function ring(
  scene: Scene,
  px: number,
  py: number,
  radius: number,
  colour: string,
  alpha: number,
  wide: number,
): void {
  const { top } = scene;
  top.globalAlpha = alpha;
  top.strokeStyle = colour;
  top.lineWidth = wide * scene.dpr;
  top.beginPath();
  top.arc(px, py, radius, 0, 2 * Math.PI);
  top.stroke();
  top.globalAlpha = 1;
}

const NO_BOMBS: Bomb[] = [];
const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const makeRenderer: RendererMaker = (schema) => new FuseRenderer(schema);
