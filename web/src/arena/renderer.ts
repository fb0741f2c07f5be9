// The loop that shows a match: once an animation frame it brings the match to what is to be seen now and
// lets the game's renderer draw it. Whatever breaks in here is reported once, and the loop ends. A film is
// drawn without the loop, frame by frame.
import { effect } from "@preact/signals";
import {
  type Bounds,
  type Choice,
  Choices,
  type GameRenderer,
  Heads,
  NamePlaces,
  type RendererMaker,
  type Rider,
  type Scene,
} from "../games/game_renderer";
import { makerFor } from "../games/index";
import { t } from "../i18n";
import { setTurned } from "../input/buttons";
import { haptic, play, playFile } from "../sound/sound";
import type { ToneName } from "../sound/tones";
import type { MatchEvent, MatchFeed } from "../sync/feed";
import { sameHud } from "../sync/hud";
import { mergeSecrets, type Secrets } from "../sync/private_parts";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import { touch } from "../ui/hooks";
import { type Look, PAGE_LOOK } from "../ui/look";
import { Camera } from "./camera";
import { GLOW_SHARE, Layers } from "./layers";
import { drawOwn } from "./opening";
import { Particles } from "./particles";
import { Quality } from "./quality";
import { Sprites } from "./sprites";

/** What a picture shows, and whose eyes it is seen with. */
export interface RenderSource {
  match: MatchFeed;
  /** The game's colours; absent: the page's. */
  look?(): Look;
  /** The clock that the match runs by, ms. */
  serverNow(): number;
  riders(): readonly (Rider | undefined)[];
  follow(): number;
  calm(): boolean;
  textScale(): number;
  /** What is known here of what not everybody sees; absent: nothing. */
  secrets?: Secrets;
  /** It is the screen for everybody in the room. */
  tv?: boolean;
  /** No sound, no shaking: it is only a background. */
  silent: boolean;
  /** Called once an animation frame, before drawing. */
  frame?(): void;
  /** Draws over the picture, once it is drawn. */
  over?(scene: Scene, state: Entity): void;
  /** Whether a countdown stands over the picture. */
  opening?(): boolean;
  /** The picture cannot go on. */
  broken(error: unknown): void;
  /** For a film: the picture is drawn by `drawAt` alone, always richly, and what sounds goes here. */
  film?: { play(tone: ToneName, pan: number, volume: number): void };
}

const RICH_DPR = 2;
const PLAIN_DPR = 1.5;
const FILM_DPR = 1;
const SHAKE_MS = 200;
const HUD_MS = 100;
const MARGIN = 6;
const PARTICLES = 400;
const PARTICLES_SMALL = 150;
const SMALL = 700;

export class MatchRenderer {
  private box: HTMLElement;
  private source: RenderSource;
  private layers: Layers;
  private scene: Scene;
  private camera = new Camera();
  private quality = new Quality();
  private bounds: Bounds = { width: 0, height: 0 };
  private maker: RendererMaker | null = null;
  private renderer: GameRenderer | null = null;
  private schema: Schema | null = null;
  private stale = true;
  private fresh = -1;
  private painted: readonly (Rider | undefined)[] = [];
  private shakeAt = -Infinity;
  private shaking = false;
  private hudAt = 0;
  private handle = 0;
  private ended = false;
  private chosen: Promise<void> = Promise.resolve();
  private endings: (() => void)[] = [];
  private observer: ResizeObserver;

  /** Starts to show `source` in `box`. Raises if the browser cannot draw. */
  constructor(box: HTMLElement, source: RenderSource) {
    this.box = box;
    this.source = source;
    this.layers = new Layers(box);
    this.scene = this.makeScene();
    this.observer = new ResizeObserver(() => {
      this.stale = true;
    });
    this.observer.observe(box);
    this.endings.push(
      source.match.listen((event) => this.happened(event)),
      effect(() => this.choose(source.match.schema.value)),
    );
    // Text drawn before its font was there is drawn again.
    void document.fonts?.ready.then(() => this.scene.sprites.clear());
    if (!source.film) this.handle = requestAnimationFrame(this.frame);
  }

  private makeScene(): Scene {
    const { grid, glow, ink, top } = this.layers;
    const { source } = this;
    return {
      grid,
      glow,
      ink,
      top,
      camera: this.camera,
      sprites: new Sprites(),
      particles: new Particles(PARTICLES),
      look: PAGE_LOOK,
      riders: [],
      heads: new Heads(),
      names: new NamePlaces(),
      choices: new Choices(),
      chosen: null,
      upright: false,
      tv: source.tv === true,
      thumbs: false,
      opening: false,
      tick: 0,
      follow: -1,
      calm: false,
      dpr: 1,
      textScale: 1,
      now: 0,
      shake: (strength) => {
        if (strength > 0 && !source.silent && !this.scene.calm) this.shakeAt = this.scene.now;
      },
      sound: (tone, x, volume) => {
        if (source.silent) return;
        const { camera } = this;
        const pan =
          x === undefined || camera.width === 0 ? 0 : ((x - camera.lookX) / camera.width - 0.5) * 1.2;
        if (source.film) source.film.play(tone, pan, volume ?? 1);
        else play(tone, pan, volume);
      },
      soundFile: (path) => {
        if (!source.silent && !source.film) playFile(path);
      },
      haptic: (ms) => {
        if (!source.silent && !source.film) haptic(ms);
      },
    };
  }

  private choose(schema: Schema | null): void {
    if (schema === this.schema) return;
    this.schema = schema;
    this.maker = null;
    this.restart();
    if (!schema) return;
    this.chosen = makerFor(schema).then(
      (maker) => {
        if (this.schema === schema) this.maker = maker;
        this.restart();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Forgets what was shown before: what comes next does not follow from it. */
  restart(): void {
    this.renderer = this.maker && this.schema ? this.maker(this.schema) : null;
    this.scene.particles.clear();
    this.camera.look(0, 0);
    this.stale = true;
  }

  /** The player who is drawn within `most` CSS pixels of a point of the picture, or null. */
  riderAt(x: number, y: number, most: number): Rider | null {
    const { dpr } = this.layers;
    return this.scene.heads.near(x * dpr, y * dpr, most * dpr);
  }

  /** What can be chosen at a point of the picture, in CSS pixels, or null. */
  choiceAt(x: number, y: number): Choice | null {
    const { dpr } = this.layers;
    return this.scene.choices.at(x * dpr, y * dpr);
  }

  /** All that can be chosen now, in the order of their drawing. */
  choices(): readonly Choice[] {
    return this.scene.choices.all();
  }

  /** The place in the world at a point of the picture, in units; CSS pixels. */
  worldAt(x: number, y: number): [number, number] {
    const { dpr } = this.layers;
    return this.camera.worldAt(x * dpr, y * dpr);
  }

  /** How many units of the world a CSS pixel is wide. */
  get unit(): number {
    return this.layers.dpr / this.camera.scale;
  }

  /** Shows which choice a pointer or the keys are on; null: none. */
  highlight(choice: Choice | null): void {
    this.scene.chosen = choice;
  }

  /** Its canvases, the lowest first. */
  get canvases(): readonly HTMLCanvasElement[] {
    return this.layers.canvases;
  }

  private happened(event: MatchEvent): void {
    if (!this.renderer) return;
    try {
      this.renderer.event(this.scene, event, this.source.match.latest);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (this.ended) return;
    this.end();
    this.source.broken(error);
  }

  /** Settles when the game's renderer is loaded. */
  get loaded(): Promise<void> {
    return this.chosen;
  }

  /** Draws a frame of a film for the time `now`, ms; times rise. */
  drawAt(now: number): void {
    try {
      if (!this.ended) this.draw(now);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Draws what is shown into a rectangle of another canvas. */
  copyTo(target: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
    this.layers.copyTo(target, x, y, width, height);
  }

  // hot: once a frame
  private frame = (at: number): void => {
    this.handle = requestAnimationFrame(this.frame);
    const began = performance.now();
    try {
      this.draw(began);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.quality.frame(at, performance.now() - began)) this.simplify();
  };

  private simplify(): void {
    this.scene.particles.limit = 0;
    this.scene.particles.clear();
    this.layers.showGlow(false);
    this.stale = true;
  }

  private draw(now: number): void {
    const { source, scene, layers, camera } = this;
    source.frame?.();
    scene.now = now;
    scene.riders = source.riders();
    this.dress(source.look?.() ?? PAGE_LOOK);
    scene.follow = source.follow();
    scene.calm = source.calm();
    scene.textScale = source.textScale();
    scene.opening = source.opening?.() ?? false;
    const shown = source.match.show(source.serverNow(), now);
    const { state } = shown;
    const renderer = this.renderer;
    if (!renderer || !state) {
      if (this.fresh !== -1) this.blank();
      return;
    }
    if (this.stale) {
      layers.resize(source.film ? FILM_DPR : this.quality.rich ? RICH_DPR : PLAIN_DPR);
      scene.dpr = layers.dpr;
      if (this.quality.rich)
        scene.particles.limit = this.box.clientWidth < SMALL ? PARTICLES_SMALL : PARTICLES;
      if (scene.calm) scene.particles.limit = 0;
    }
    scene.upright = layers.height > layers.width;
    scene.thumbs = touch.value && !source.silent && !source.film;
    scene.tick = shown.tick;
    if (source.secrets && this.schema) mergeSecrets(state, this.schema, source.secrets);
    renderer.bounds(state, this.bounds, scene);
    const { width, height } = this.bounds;
    const moved = camera.fit(
      width,
      height,
      layers.width,
      layers.height - (renderer.foot?.(scene, state) ?? 0),
      MARGIN * layers.dpr,
      renderer.turnable,
    );
    if (moved && !source.silent && !source.film) setTurned(camera.turned);
    const all = this.stale || moved || this.fresh !== shown.fresh || this.painted !== scene.riders;
    if (all) {
      layers.wipe(layers.grid);
      camera.apply(layers.grid);
      renderer.ground(scene, state);
      this.stale = false;
      this.fresh = shown.fresh;
      this.painted = scene.riders;
    }
    if (all || !renderer.ink(scene, state, false)) {
      this.wipeInk();
      renderer.ink(scene, state, true);
    }
    layers.wipe(layers.top);
    scene.heads.count = 0;
    scene.names.count = 0;
    scene.choices.count = 0;
    renderer.move(scene, state, shown);
    if (scene.opening) drawOwn(scene, t("opening.here"));
    source.over?.(scene, state);
    this.shake(now);
    if (now - this.hudAt < HUD_MS) return;
    this.hudAt = now;
    const hud = renderer.hud(state, shown.tick);
    if (!sameHud(hud, source.match.hud.peek())) source.match.hud.value = hud;
  }

  /** Takes on the colours of a game; what was drawn with others is drawn again. */
  private dress(look: Look): void {
    if (look === this.scene.look) return;
    this.scene.look = look;
    this.scene.sprites.setGround(look.ground);
    this.stale = true;
  }

  private wipeInk(): void {
    const { layers, camera } = this;
    layers.wipe(layers.ink);
    layers.wipe(layers.glow);
    camera.apply(layers.ink);
    camera.apply(layers.glow, GLOW_SHARE);
  }

  private blank(): void {
    this.fresh = -1;
    this.stale = true;
    const { grid, glow, ink, top } = this.layers;
    for (const context of [grid, glow, ink, top]) this.layers.wipe(context);
  }

  private shake(now: number): void {
    const age = (now - this.shakeAt) / SHAKE_MS;
    if (age >= 1) {
      if (this.shaking) this.box.style.transform = "";
      this.shaking = false;
      return;
    }
    const most = (this.box.clientWidth < SMALL ? 4 : 8) * (1 - age);
    const x = Math.sin(age * 40) * most;
    const y = Math.cos(age * 33) * most * 0.6;
    this.box.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    this.shaking = true;
  }

  /** Ends the loop and takes the canvases away. */
  end(): void {
    cancelAnimationFrame(this.handle);
    this.ended = true;
    this.observer.disconnect();
    for (const ending of this.endings) ending();
    this.endings = [];
    this.layers.remove();
    this.box.style.transform = "";
  }
}
