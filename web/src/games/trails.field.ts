// The picture of Open Field: the camera goes with one's own head, lines are drawn again in each frame, and a
// small map shows where about everyone is.

import { stamp } from "../arena/sprites";
import { t } from "../i18n";
import type { Hud, MatchEvent, Score, Shown } from "../sync/feed";
import type { Entity, Series } from "../sync/state";
import { touch } from "../ui/hooks";
import { TEXT } from "../ui/palette";
import { crown, drawGrid } from "./common_drawing";
import type { Bounds, RendererMaker, Rider, Scene } from "./game_renderer";
import { notch, placeMap } from "./minimap";
import { type Pickup, type Racer, TrailsRenderer, UNIT } from "./trails";
import { paintField } from "./trails.field.ground";

/** Units that are seen in the narrower direction; a small world shows fewer, to fill the wider one. */
const WINDOW = 760;
const LEAST_WINDOW = 560;
/** As far as the server tells of the world, units from one's own head. */
const TOLD = 820;
const LEAST_FOR_MAP_PX = 300;
const CELLS = 64;
/** Pixels of a map whose points are as many pixels wide as is said below; on a larger one they grow with it. */
const MAP_OF_POINTS = 116;
/** A camera that has to go farther than this glides. */
const GLIDE = 60;
const GLIDE_LEFT = 0.88;
/** Nearer to the edge than this the server tells the same as from there. */
const INWARD = 720;
/** As much as is seen beyond the edge of the world, units. */
const BEYOND = 40;
const HEARD = 900;
const ORB_RADIUS = 5;
const TOP_SCORES = 5;
const TOP_SCORES_TV = 24;

interface Orb extends Entity {
  x: number;
  y: number;
  rows: number;
  seat: number;
}

class FieldRenderer extends TrailsRenderer {
  override readonly turnable = false;
  private seat = -1;
  private tv = false;
  private window = WINDOW;
  /** What the camera looks at, and where the head is that it follows. */
  private lookedX = Number.NaN;
  private lookedY = Number.NaN;
  private headX = 0;
  private headY = 0;
  private riders: Scene["riders"] = [];
  private glideX = 0;
  private glideY = 0;
  private notch = 0;
  private measured = 0;

  override bounds(state: Entity, out: Bounds, scene: Scene): void {
    const { width, height } = scene.top.canvas;
    this.window = windowOf(state.width as number, width, height);
    out.width = this.window;
    out.height = this.window;
  }

  override foot(): number {
    return 0;
  }

  override ground(scene: Scene): void {
    drawGrid(scene, 0, 0, 1);
  }

  override ink(): boolean {
    return true;
  }

  // hot: once a frame
  override move(scene: Scene, state: Entity, shown: Shown): void {
    const { top, camera, sprites } = scene;
    const riders = state.riders as Racer[];
    this.tv = scene.tv;
    this.riders = scene.riders;
    this.leader = state.leader as number;
    this.follow(scene, state, shown);
    sprites.setRadius(Math.max(6 * scene.dpr, 8.5 * camera.scale));
    this.world(scene, state);
    for (const orb of state.orbs as Orb[]) if (this.sees(scene, orb, 20)) this.orb(scene, orb);
    const pickups = state.pickups as Pickup[];
    for (const pickup of pickups) if (this.sees(scene, pickup, 40)) this.pickup(scene, pickup);
    const counting = this.phase(state) === "count";
    for (const rider of riders) this.line(scene, rider);
    for (const rider of riders)
      if (rider.alive && this.sees(scene, rider, 120)) this.head(scene, rider, shown, counting);
    scene.particles.draw(top, 4 * scene.dpr, scene.now);
    this.notes.draw(scene);
    this.map(scene, state);
    if (counting) this.count(scene, state, shown.tick);
    else this.comeback(scene, riders, shown.tick);
    this.banner.draw(scene);
  }

  /** Looks at the own head, or at the rider that a spectator follows, or at the leader. */
  private follow(scene: Scene, state: Entity, shown: Shown): void {
    const riders = state.riders as Racer[];
    const scores = state.scores as number[];
    let chosen: Racer | null = null;
    let best = -1;
    for (const racer of riders) {
      if (scene.riders[racer.id]?.mine) {
        chosen = racer;
        break;
      }
      const rank = racer.id === scene.follow ? 1e6 : racer.id === this.seat ? 1e5 : (scores[racer.id] ?? 0);
      if (rank > best) {
        best = rank;
        chosen = racer;
      }
    }
    if (chosen) {
      this.place(chosen, shown.part);
      this.seat = chosen.id;
    } else {
      this.x = (state.width as number) / 2;
      this.y = (state.height as number) / 2;
    }
    this.headX = this.x;
    this.headY = this.y;
    const { top, camera } = scene;
    this.x = inside(this.x, state.width as number, top.canvas.width / camera.scale / 2 - BEYOND);
    this.y = inside(this.y, state.height as number, top.canvas.height / camera.scale / 2 - BEYOND);
    if (Math.abs(this.x - this.lookedX) > GLIDE || Math.abs(this.y - this.lookedY) > GLIDE) {
      this.glideX += this.lookedX - this.x;
      this.glideY += this.lookedY - this.y;
    }
    this.glideX *= scene.calm ? 0 : GLIDE_LEFT;
    this.glideY *= scene.calm ? 0 : GLIDE_LEFT;
    this.lookedX = this.x;
    this.lookedY = this.y;
    camera.look(this.x + this.glideX - this.window / 2, this.y + this.glideY - this.window / 2);
  }

  /** Whether a thing is within the picture, with a margin in units. */
  private sees({ top, camera }: Scene, thing: { x: number; y: number }, margin: number): boolean {
    const px = camera.x(thing.x / UNIT, thing.y / UNIT);
    const py = camera.y(thing.x / UNIT, thing.y / UNIT);
    const more = margin * camera.scale;
    return px > -more && py > -more && px < top.canvas.width + more && py < top.canvas.height + more;
  }

  private world(scene: Scene, state: Entity): void {
    const { top, camera, dpr } = scene;
    const wide = state.width as number;
    const high = state.height as number;
    const left = camera.x(0, 0);
    const over = camera.y(0, 0);
    const right = camera.x(wide, high);
    const under = camera.y(wide, high);
    paintField(scene, wide, high);
    this.dark(scene, left, over, right, under, 0.5);
    // Beyond this the server sends nothing, so nothing is shown.
    const x = inside(this.headX, wide, INWARD);
    const y = inside(this.headY, high, INWARD);
    this.dark(
      scene,
      camera.x(x - TOLD, y),
      camera.y(x, y - TOLD),
      camera.x(x + TOLD, y),
      camera.y(x, y + TOLD),
      0.35,
    );
    top.strokeStyle = scene.look.accent;
    top.globalAlpha = 0.25;
    top.lineWidth = 12 * dpr;
    top.strokeRect(left, over, right - left, under - over);
    top.globalAlpha = 1;
    top.lineWidth = 3 * dpr;
    top.strokeRect(left, over, right - left, under - over);
  }

  private orb(scene: Scene, orb: Orb): void {
    const { camera, top, sprites } = scene;
    const colour = scene.riders[orb.seat]?.ink.colour ?? scene.look.accent;
    const r = Math.max(2.5 * scene.dpr, (ORB_RADIUS + orb.rows * 0.16) * camera.scale);
    const sprite = sprites.custom(`orb${colour}.${Math.round(r)}`, r * 4, (context) => {
      const glow = context.createRadialGradient(0, 0, r * 0.3, 0, 0, r * 2);
      glow.addColorStop(0, `${colour}88`);
      glow.addColorStop(1, `${colour}00`);
      context.fillStyle = glow;
      context.fillRect(-r * 2, -r * 2, r * 4, r * 4);
      context.fillStyle = colour;
      context.beginPath();
      context.arc(0, 0, r, 0, 2 * Math.PI);
      context.fill();
      context.fillStyle = "#FFFFFFAA";
      context.beginPath();
      context.arc(-r * 0.3, -r * 0.3, r * 0.3, 0, 2 * Math.PI);
      context.fill();
    });
    const float = scene.calm ? 0 : Math.sin(scene.now / 400 + orb.id) * 1.5 * camera.scale;
    stamp(top, sprite, camera.x(orb.x / UNIT, orb.y / UNIT), camera.y(orb.x / UNIT, orb.y / UNIT) + float);
  }

  /** Darkens all that is outside of a rectangle. */
  private dark(scene: Scene, left: number, over: number, right: number, under: number, share: number): void {
    const { top } = scene;
    const { width, height } = top.canvas;
    if (left <= 0 && over <= 0 && right >= width && under >= height) return;
    top.globalAlpha = share;
    top.fillStyle = "#000";
    const high = Math.max(0, over);
    const low = Math.min(height, under);
    top.fillRect(0, 0, width, high);
    top.fillRect(0, low, width, height - low);
    top.fillRect(0, high, Math.max(0, left), low - high);
    top.fillRect(Math.min(width, right), high, width, low - high);
    top.globalAlpha = 1;
  }

  private line(scene: Scene, racer: Racer): void {
    const rider = scene.riders[racer.id];
    const series = racer.trail as Series;
    if (!rider || series.rows < 2) return;
    const { top, camera } = scene;
    top.strokeStyle = rider.ink.colour;
    top.lineCap = "round";
    top.lineJoin = "round";
    if (scene.particles.limit > 0) {
      top.globalAlpha = 0.12;
      trace(top, series, camera.scale, camera.x(0, 0), camera.y(0, 0), 9);
      top.globalAlpha = 1;
    }
    trace(top, series, camera.scale, camera.x(0, 0), camera.y(0, 0), 0);
  }

  /** Where about everyone is: the others as points of their colours, oneself as a larger one. */
  private map(scene: Scene, state: Entity): void {
    const { top, dpr, camera } = scene;
    const { width, height } = top.canvas;
    // On a tile it would cover the play.
    if (width < LEAST_FOR_MAP_PX * dpr) return;
    if (this.measured !== width) {
      this.measured = width;
      this.notch = notch();
    }
    const place = placeMap(width / dpr, height / dpr, touch.value, this.notch);
    const [left, over, size] = place.map((pixels) => pixels * dpr) as typeof place;
    top.globalAlpha = 0.82;
    top.fillStyle = scene.look.ground;
    top.fillRect(left, over, size, size);
    top.globalAlpha = 1;
    top.strokeStyle = scene.look.edge;
    top.lineWidth = dpr;
    top.strokeRect(left, over, size, size);
    const radar = state.radar as number[];
    const cell = size / CELLS;
    const point = Math.max(dpr, size / MAP_OF_POINTS);
    for (let seat = 0; seat < radar.length; seat++) {
      const at = (radar[seat] ?? 0) - 1;
      const rider = scene.riders[seat];
      if (at < 0 || !rider || rider.mine) continue;
      top.fillStyle = rider.ink.colour;
      const side = (seat === scene.follow ? 5 : 3) * point;
      const x = left + ((at % CELLS) + 0.5) * cell - side / 2;
      top.fillRect(x, over + (Math.floor(at / CELLS) + 0.5) * cell - side / 2, side, side);
    }
    const scale = size / (state.width as number);
    const led = (radar[this.leader] ?? 0) - 1;
    if (led >= 0)
      crown(
        scene,
        left + ((led % CELLS) + 0.5) * cell,
        over + (Math.floor(led / CELLS) + 0.5) * cell,
        6 * point,
      );
    top.fillStyle = TEXT;
    top.beginPath();
    top.arc(left + this.headX * scale, over + this.headY * scale, 3.5 * point, 0, 2 * Math.PI);
    top.fill();
    top.globalAlpha = 0.5;
    top.strokeStyle = TEXT;
    const seenX = (width / camera.scale) * scale;
    const seenY = (height / camera.scale) * scale;
    const x = Math.max(left, left + this.lookedX * scale - seenX / 2);
    const y = Math.max(over, over + this.lookedY * scale - seenY / 2);
    top.strokeRect(
      x,
      y,
      Math.min(left + size, left + this.lookedX * scale + seenX / 2) - x,
      Math.min(over + size, over + this.lookedY * scale + seenY / 2) - y,
    );
    top.globalAlpha = 1;
  }

  /** Out: how long still. */
  private comeback(scene: Scene, riders: Racer[], tick: number): void {
    const mine = riders.find((racer) => scene.riders[racer.id]?.mine);
    if (!mine || mine.alive) return;
    const left = ((mine.back as number) - tick) / this.tickHz;
    if (left <= 0) return;
    const whole = Math.ceil(left);
    this.banner.number(scene, t("field.say.back"), String(whole), scene.calm ? 0.5 : whole - left);
  }

  override event(scene: Scene, event: MatchEvent, state: Entity | null): void {
    const { name, args } = event;
    if (name === "orb") this.took(scene, args);
    if (name === "crown" && scene.riders[args.seat ?? -1]?.mine) {
      this.banner.show("", t("field.say.crown"), scene.now, 2200);
      scene.sound("offer");
    }
    if (name === "bounty" && scene.riders[args.seat ?? -1]?.mine)
      this.banner.show(
        t("field.say.bounty", { name: scene.riders[args.of ?? -1]?.name ?? "" }),
        "",
        scene.now,
        2200,
      );
    if (name !== "crash") {
      super.event(scene, event, state);
      return;
    }
    const rider = scene.riders[args.seat ?? -1];
    const by = scene.riders[args.by ?? -1];
    const x = (args.x ?? 0) / UNIT;
    const y = (args.y ?? 0) / UNIT;
    if (rider?.mine || by?.mine || this.isHeard(x, y)) this.crash(scene, rider, x, y);
    if (rider?.mine && by && !by.mine)
      this.banner.show("", t("field.say.caught", { name: by.name }), scene.now, 2600);
    const points = args.seat === this.leader ? 15 : 5;
    if (by?.mine && rider && !rider.mine) this.won(scene, rider, x, y, points);
  }

  private took(scene: Scene, args: Record<string, number>): void {
    const rider = scene.riders[args.seat ?? -1];
    const x = (args.x ?? 0) / UNIT;
    const y = (args.y ?? 0) / UNIT;
    const { camera } = scene;
    const colour = rider?.ink.colour ?? TEXT;
    scene.particles.burst(camera.x(x, y), camera.y(x, y), 4, 22 * scene.dpr, colour, scene.now);
    if (rider?.mine) scene.sound("shave", x, 0.5);
  }

  private isHeard(x: number, y: number): boolean {
    return Math.abs(x - this.lookedX) < HEARD && Math.abs(y - this.lookedY) < HEARD;
  }

  private won(scene: Scene, rider: Rider, x: number, y: number, points: number): void {
    this.notes.word(x, y, `+${points}`, TEXT, scene.now);
    this.banner.show("", t("field.say.got", { name: rider.name }), scene.now, 1800);
    scene.sound("take", x);
    scene.haptic(20);
  }

  /** The best few and those who play here. */
  override hud(state: Entity, tick: number): Hud {
    const phase = this.phase(state);
    const points = state.scores as number[];
    const radar = state.radar as number[];
    const seats: number[] = [];
    for (let seat = 0; seat < points.length; seat++)
      if ((points[seat] ?? 0) > 0 || (radar[seat] ?? 0) > 0) seats.push(seat);
    seats.sort((a, b) => (points[b] ?? 0) - (points[a] ?? 0) || a - b);
    const shown = seats.slice(0, this.tv ? TOP_SCORES_TV : TOP_SCORES);
    if (this.seat >= 0 && !shown.includes(this.seat)) shown.push(this.seat);
    const scores: Score[] = shown
      .sort((a, b) => a - b)
      .map((seat) => ({ seat, points: points[seat] ?? 0, alive: (radar[seat] ?? 0) > 0 }));
    const left = ((state.until as number) - tick) / this.tickHz;
    return {
      phase,
      round: 0,
      rounds: 0,
      target: 0,
      seconds: phase === "live" || phase === "count" ? Math.max(0, Math.ceil(left)) : 0,
      scores,
      ...this.standing(state, points),
    };
  }

  /** The place of the player at this device among all who take part. */
  private standing(state: Entity, points: readonly number[]): Pick<Hud, "standing"> {
    const own = this.riders.findIndex((rider) => rider?.mine);
    if (own < 0) return {};
    const mine = points[own] ?? 0;
    let place = 1;
    let of = 0;
    this.riders.forEach((rider, seat) => {
      if (!rider) return;
      of++;
      if ((points[seat] ?? 0) > mine) place++;
    });
    const racer = (state.riders as Racer[]).find(({ id }) => id === own);
    return { standing: { place, of, ...(racer ? { length: racer.line as number } : {}) } };
  }
}

/** The units of a world `size` wide that a picture shows in its narrower direction: as few as leave no dark beside it. */
export function windowOf(size: number, width: number, height: number): number {
  const longer = Math.max(width, height) / Math.max(1, Math.min(width, height));
  return Math.max(LEAST_WINDOW, Math.min(WINDOW, (size + 2 * BEYOND) / longer));
}

/** As near to `at` as one may look so that `half` to each side lies within 0 to `size`; else its middle. */
function inside(at: number, size: number, half: number): number {
  return size <= 2 * half ? size / 2 : Math.max(half, Math.min(size - half, at));
}

// hot: once a frame and line
/** Strokes all of a line, `more` units wider than the pen. */
function trace(
  context: CanvasRenderingContext2D,
  series: Series,
  scale: number,
  left: number,
  over: number,
  more: number,
): void {
  const { data, width, rows } = series;
  const unit = scale / UNIT;
  let pen = 0;
  for (let k = 1; k < rows; k++) {
    const at = k * width;
    const next = data[at + 2] ?? 0;
    if (next !== pen) {
      if (pen > 0) context.stroke();
      if (next > 0) {
        context.lineWidth = (next / 2 + more) * scale;
        context.beginPath();
        context.moveTo(left + (data[at - width] ?? 0) * unit, over + (data[at - width + 1] ?? 0) * unit);
      }
      pen = next;
    }
    if (next > 0) context.lineTo(left + (data[at] ?? 0) * unit, over + (data[at + 1] ?? 0) * unit);
  }
  if (pen > 0) context.stroke();
}

export const makeRenderer: RendererMaker = (schema) => new FieldRenderer(schema);
