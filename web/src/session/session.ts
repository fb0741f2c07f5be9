// The session of a page with the server: the connection, the room, and the match in it. Screens read its signals and
// call its commands. It touches neither the page nor the network itself: all that is passed to the constructor.
import { batch, type Signal, signal } from "@preact/signals";
import { HeldButtons } from "../input/buttons";
import { ControlState } from "../input/control_state";
import { ServerClock, type Timers } from "../net/clock";
import { type Ack, type Answer, type Argument, commandsBy, type Refusal } from "../net/commands";
import type { Connect, Credentials } from "../net/connection";
import { type JsonObject, readRoom, type ServerEvent } from "../net/messages";
import {
  type ConnectionState,
  ReconnectingConnection,
  type Unreachable,
} from "../net/reconnecting_connection";
import type { OnlineNeeds, OnlinePrediction } from "../prediction/online";
import type { ConfirmedListener, ConfirmedState } from "../prediction/predictor";
import {
  type Bye,
  type ChatLine,
  CLOCK_UP,
  type Commands,
  type EmoteShown,
  type GameInfo,
  type Joined,
  type Limits,
  MOST_STATE_CHARS,
  type Notice,
  type OpenRoom,
  RESYNC,
  type SchemaInfo,
  type Welcome,
} from "../protocol.gen";
import { MatchFeed } from "../sync/feed";
import { DecodeError, Writer } from "../sync/varint";
import { ChatOutbox } from "./chat_outbox";
import { DelayedRoom, delayOf } from "./delayed_room";
import type { PageEvents } from "./page_events";
import { roomOfPath } from "./room_code";
import { completeRoom, mergePatch, type Room } from "./room_state";
import { SeatInputs } from "./seat_inputs";
import type { BrowserStorage } from "./storage";

/** Something is broken for this player, and what may repair it. */
export interface Trouble {
  where: "picture" | "state";
  /** A sentence for the player. */
  message: string;
  repair: () => void;
}

/** An emote that somebody shows. */
export interface Emote extends EmoteShown {
  /** When it arrived, in the session's monotonic time, ms. */
  shownAt: number;
}

/** What a session uses of the page and the browser around it. */
export interface SessionNeeds {
  connect: Connect;
  /** Monotonic time, ms. */
  now: () => number;
  timers: Timers;
  /** 0 to 1. */
  random: () => number;
  storage: Pick<BrowserStorage, "device" | "games" | "seats" | "forget">;
  page: {
    /** The path of the page's address. */
    path: string;
    hidden: () => boolean;
    /** Whether the device knows that it has no network. */
    offline: () => boolean;
    isPhone: () => boolean;
    watch: (on: PageEvents) => void;
    reload: () => void;
    /** Hears the server's build: an old page reloads once `resting` says that nothing is lost by it. */
    serverBuild: (build: string, resting: () => boolean) => void;
  };
  /** Loads what predicts matches in this browser; null: matches are shown as the server sends them. */
  loadPrediction: (() => Promise<(needs: OnlineNeeds) => OnlinePrediction>) | null;
}

/** After these codes the player is no longer in the room, though the connection may stay. */
/** A report without its state is shorter than this. */
const REST_OF_REPORT_BYTES = 4000;
const REMOVED = ["kicked", "banned", "closed", "failed"];
const CHAT_KEPT = 200;
const EMOTES_KEPT = 12;
const EMOTE_MS = 6000;
/** A phone that was hidden for longer may have a dead connection. */
const HIDDEN_MS = 5000;
const RTT_EVERY_MS = 5000;
const JOIN_WAIT_MS = 8000;
const BEAT_MS = 50;
const EAGER_BEAT_MS = 60;
const IDLE_BEAT_MS = 250;

const randomText = (random: () => number, characters: number): string =>
  random()
    .toString(36)
    .slice(2, 2 + characters);

export class Session {
  readonly connection: Signal<ConnectionState> = signal("connecting");
  /** Why there has been no connection for some seconds; null: there is one, or it will be back at once. */
  readonly unreachable: Signal<Unreachable | null> = signal(null);
  /** Why the server closed the connection, refused it, or removed the player from the room. */
  readonly bye: Signal<Bye | null> = signal(null);
  readonly games: Signal<GameInfo[]>;
  readonly limits: Signal<Limits> = signal({
    chat_chars: 200,
    name_chars: 16,
    input_hz: 40,
    payload_bytes: 16384,
  });
  /** Where players reach the server from outside, without a slash at the end; "": where this page is from. */
  readonly publicUrl = signal("");
  /** The emotes that the server accepts. */
  readonly emoteNames: Signal<string[]> = signal([]);
  readonly room: Signal<Room | null> = signal(null);
  /** How many ms later than its players the match of the room is seen here; 0: at once. */
  readonly behindMs: Signal<number> = signal(0);
  /** The id of this player in the room. */
  readonly me: Signal<string | null> = signal(null);
  readonly chat: Signal<ChatLine[]> = signal([]);
  readonly emotes: Signal<Emote[]> = signal([]);
  readonly notice: Signal<Notice | null> = signal(null);
  /** Latest round trip, ms. */
  readonly rtt: Signal<number | null> = signal(null);
  /** How much round trips differ, ms. */
  readonly jitter: Signal<number | null> = signal(null);
  readonly openRooms: Signal<OpenRoom[]> = signal([]);
  /** People on the server, while the list of open rooms is watched. */
  readonly online: Signal<number | null> = signal(null);
  /** What is broken, for the screens to say. */
  readonly trouble: Signal<Trouble | null> = signal(null);
  /** The match in the room. */
  readonly match: MatchFeed;
  /** The buttons held by the players at this device. */
  readonly held = new HeldButtons(() => this.inputs.sendHeld());
  /** What they do with other controls. */
  readonly controls = new ControlState(() => this.inputs.sendHeld());
  /** The commands that need nothing but to be sent. */
  readonly commands = commandsBy((name, argument) => this.command(name, argument));

  private readonly needs: SessionNeeds;
  private readonly clock = new ServerClock();
  private readonly inputs: SeatInputs;
  private readonly link: ReconnectingConnection;
  private readonly outbox: ChatOutbox;
  private readonly delayed: DelayedRoom;
  /** The room as the server has it, where `room` is as late as the match that is seen. */
  private latest: Room | null = null;
  /** Predicts the match in this browser; loaded once there is a match to predict. */
  private prediction: OnlinePrediction | null = null;
  private listener: ConfirmedListener | null = null;
  /** For the load balancer, while the page is in no room. */
  private readonly tabHash: string;
  /** The room that the page is in or wants to be in, or "". */
  private wantedCode: string;
  private reportedRtt = -Infinity;
  private reportedRttAt = -Infinity;

  /** A session that does nothing before it is opened. */
  constructor(needs: SessionNeeds) {
    const { connect, now, timers, random, storage, page } = needs;
    this.needs = needs;
    this.tabHash = randomText(random, 8);
    this.wantedCode = roomOfPath(page.path)?.code ?? "";
    this.games = signal(storage.games.get());
    this.match = new MatchFeed({
      resync: () => this.resync(),
      acks: (acks, keyframe) => this.inputs.acknowledged(acks, keyframe),
      pong: (id, serverNow) => this.onPong(id, serverNow),
    });
    this.inputs = new SeatInputs({
      match: this.match,
      clock: this.clock,
      held: this.held,
      controls: this.controls,
      now,
      send: (message) => this.link.send(message),
      prediction: () => this.prediction,
    });
    this.link = new ReconnectingConnection(
      {
        connect,
        credentials: (elsewhere, polling) => this.credentials(elsewhere, polling),
        now,
        timers,
        random,
        offline: page.offline,
      },
      {
        state: (state) => this.onState(state),
        welcome: (welcome) => this.onWelcome(welcome),
        event: (event) => this.onEvent(event),
        frame: (bytes) => this.match.take(bytes, this.clock.serverNow(now()), now()),
        unreachable: (why) => this.onUnreachable(why),
        bye: (bye) => this.onBye(bye),
        lobby: ({ rooms, online }) => {
          this.openRooms.value = rooms;
          this.online.value = online;
        },
      },
    );
    this.delayed = new DelayedRoom(timers, (room) => this.showRoom(room));
    this.outbox = new ChatOutbox((line) => this.command("chat", line), timers);
  }

  /** Connects, and stays connected; call it once. */
  open(): void {
    const { page } = this.needs;
    page.watch({
      hidden: () => {
        this.held.release();
        this.controls.release();
        if (this.link.online) void this.command("away", { away: true });
      },
      shown: (awayMs) => {
        if (!this.link.online) {
          this.link.start();
          return;
        }
        if (awayMs > HIDDEN_MS && page.isPhone()) this.link.openSecond();
        void this.command("away", { away: false });
      },
      networkBack: () => this.link.start(),
    });
    this.link.start();
    this.keepBeating();
  }

  /** Comes back after `replaced` or `closed`, or tries again at once. */
  retry(): void {
    this.bye.value = null;
    this.link.start();
  }

  /** The server's clock now, ms. */
  serverNow(): number {
    return this.clock.serverNow(this.needs.now());
  }

  watchLobby(on: boolean): void {
    this.link.watchLobby(on);
    if (!on) this.openRooms.value = [];
  }

  // --- entering and leaving rooms

  create(wishes: Argument<"create">): Promise<Ack> {
    return this.enterBy("create", wishes);
  }

  /** Joins a room; succeeds at once in the room that the page is in already, for example after a reload. */
  async join(wishes: Argument<"join">): Promise<Ack> {
    if (!(await this.link.whenOnline(JOIN_WAIT_MS)))
      return { ok: false, code: "timeout", message: "The server cannot be reached at the moment." };
    if (this.room.value?.code === wishes.code.toUpperCase()) return { ok: true };
    return this.enterBy("join", wishes);
  }

  /** Asks what is behind a room's code, and whether it lets this device in. */
  async knock(wishes: Argument<"knock">): Promise<Answer<"knock">> {
    if (!(await this.link.whenOnline(JOIN_WAIT_MS)))
      return { ok: false, code: "timeout", message: "The server cannot be reached at the moment." };
    return this.command("knock", wishes);
  }

  /** Watches bots play, in a room where nobody can take a seat. */
  demo(game?: string): Promise<Ack> {
    return this.enterBy("demo", game ? { game } : {});
  }

  quick(wishes: Argument<"quick">): Promise<Ack> {
    return this.enterBy("quick", wishes);
  }

  /** Opens a room in which a kept match goes on from a tick. */
  playOn(wishes: Argument<"play_on">): Promise<Ack> {
    return this.enterBy("play_on", wishes);
  }

  async leave(): Promise<Ack> {
    const code = this.room.value?.code;
    const ack = await this.command("leave", {});
    if (this.room.value?.code === code) this.leaveRoom(true);
    return ack;
  }

  /** Leaves the seat to wait, and the tab without a room: load the home page after it. */
  comeBackLater(): void {
    this.needs.storage.seats.leave(this.room.value?.code ?? "", false);
  }

  /** Sends a line of chat; it arrives once, even if the connection breaks meanwhile. */
  say(text: string): Promise<Ack> {
    return this.outbox.say(text);
  }

  private command<N extends keyof Commands>(name: N, argument: Argument<N>): Promise<Answer<N>> {
    return this.link.command(name, argument);
  }

  /** Sends a command whose answer is JOINED. */
  private async enterBy<N extends "create" | "join" | "quick" | "play_on" | "demo">(
    name: N,
    argument: Argument<N>,
  ): Promise<Ack> {
    this.bye.value = null;
    const answer: ({ ok: true } & Joined) | Refusal = await this.command(name, argument);
    if (answer.ok && this.room.value?.code !== answer.code) this.enter(answer);
    return answer;
  }

  private enter(joined: Joined): void {
    const { storage } = this.needs;
    const back = this.room.value?.code === joined.code && this.me.value === joined.player;
    this.reportedRtt = -Infinity;
    batch(() => {
      if (!joined.room.demo) {
        storage.seats.keep(joined.code, joined.seat_token);
        this.wantedCode = joined.code;
      }
      this.me.value = joined.player;
      if (!back) this.delayed.clear();
      this.takeRoom(completeRoom(joined.room));
      this.bye.value = null;
      if (back) {
        const newest = this.chat.value.at(-1)?.id ?? 0;
        const missed = joined.chat.filter((line) => line.id > newest);
        this.chat.value = [...this.chat.value, ...missed].slice(-CHAT_KEPT);
      } else {
        this.chat.value = joined.chat;
        this.emotes.value = [];
        this.inputs.clear();
      }
      if (back && this.match.schema.value?.game === joined.schema.game) this.continueMatch();
      else this.setSchema(joined.schema);
      this.inputs.follow(this.latest, joined.player);
    });
    this.outbox.enter(joined.code, joined.player, joined.chat_n);
    void this.outbox.flush();
  }

  private leaveRoom(forget: boolean): void {
    const code = this.room.value?.code ?? this.wantedCode;
    if (code && !this.room.value?.demo) this.needs.storage.seats.leave(code, forget);
    this.wantedCode = "";
    this.outbox.drop("You are no longer in that room.");
    this.delayed.clear();
    batch(() => {
      this.latest = null;
      this.room.value = null;
      this.behindMs.value = 0;
      this.me.value = null;
      this.chat.value = [];
      this.emotes.value = [];
      this.setSchema(null);
      this.inputs.clear();
    });
  }

  /** Whether a reload would lose nothing: no match, no agreement to start one, no line that is not sent. */
  private resting(): boolean {
    const room = this.room.value;
    if (!room || room.demo) return true;
    const me = this.me.value ?? "";
    if (this.outbox.waiting) return false;
    if (room.phase === "lobby") return !room.seats[room.people[me]?.seat ?? ""]?.ready;
    const votes = room.rematch;
    return room.phase === "results" && (votes.length === 0 || votes.includes(me));
  }

  // --- the match

  private resync(): void {
    this.link.send(Uint8Array.of(RESYNC));
  }

  /** The same match over another connection: what is shown stays until the keyframe is here. */
  private continueMatch(): void {
    this.match.interrupted();
    this.predict();
  }

  private setSchema(schema: SchemaInfo | null): void {
    try {
      this.match.begin(schema);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.trouble.value = {
        where: "state",
        message: "This page is too old for the game that the server runs. Reload it to play on.",
        repair: this.needs.page.reload,
      };
      return;
    }
    this.controls.use(this.games.value.find(({ name }) => name === schema?.game)?.controls);
    if (schema) this.predict();
    if (this.trouble.value?.where === "state") this.trouble.value = null;
  }

  /** The numbers of the last input of an own seat that was made, and of the last one that the server has. */
  inputNumbers(seat: number): { made: number; acknowledged: number } | null {
    return this.inputs.queues.get(seat)?.numbers ?? null;
  }

  /** Has the server forget this device, and forgets here who this is: reload the page after it. */
  async forgetMe(): Promise<Answer<"forget">> {
    if (this.room.value) await this.leave();
    const answer = await this.command("forget", {});
    if (answer.ok) this.needs.storage.forget();
    return answer;
  }

  /** Reports that something is wrong in the match, with what this browser knows of it. */
  async report(words: string, agent: string): Promise<Answer<"report">> {
    return this.command("report", { words, agent, ...(await this.prediction?.describe()) });
  }

  /** Has `listener` hear what the server confirms of matches whose rules run here; null: nobody. */
  hearConfirmed(listener: ConfirmedListener | null): void {
    this.listener = listener;
    this.prediction?.hearConfirmed(listener);
  }

  /** The state of the match that was confirmed last; null: its rules do not run here. */
  confirmedState(): Promise<ConfirmedState | null> {
    return this.prediction?.confirmedState() ?? Promise.resolve(null);
  }

  /** Has the match predicted in this browser, if its game and the browser allow; else it is shown as sent. */
  private predict(): void {
    this.loadPrediction().catch((error: unknown) => console.warn(error));
  }

  private async loadPrediction(): Promise<void> {
    if (!this.needs.loadPrediction || !this.room.value || this.room.value.demo) return;
    const make = await this.needs.loadPrediction();
    this.prediction ??= make({
      feed: this.match,
      clock: this.clock,
      lead: this.inputs.lead,
      inputs: this.inputs.queues,
      command: (name, argument) => this.command(name, argument),
      resync: () => this.resync(),
      sendHeld: () => this.inputs.sendAll(),
      mostStateChars: () =>
        Math.min(MOST_STATE_CHARS, this.limits.value.payload_bytes - REST_OF_REPORT_BYTES),
    });
    this.prediction.hearConfirmed(this.listener);
    const game = this.match.schema.value?.game;
    await this.prediction.consider(this.games.value.find(({ name }) => name === game));
  }

  // --- what the server says

  private credentials(elsewhere: boolean, polling: boolean): Credentials {
    const { storage, random } = this.needs;
    const code = this.room.value && !this.room.value.demo ? this.room.value.code : this.wantedCode;
    const seat = storage.seats.find(code);
    const hash = seat?.code || code || this.tabHash;
    return {
      hash: elsewhere ? `${hash}-${randomText(random, 6)}` : hash,
      device: storage.device.get(),
      seat: seat?.token ?? null,
      polling,
    };
  }

  private onState(state: ConnectionState): void {
    this.connection.value = state;
    if (state !== "online") this.match.interrupted();
  }

  private onUnreachable(why: Unreachable | null): void {
    this.unreachable.value = why;
    if (!why) return;
    // The last list of open rooms may be wrong by now.
    this.openRooms.value = [];
    this.online.value = null;
  }

  private onWelcome(welcome: Welcome): void {
    const { storage, page, now } = this.needs;
    batch(() => {
      storage.device.set(welcome.device);
      this.games.value = welcome.games;
      storage.games.set(welcome.games);
      this.limits.value = welcome.limits;
      this.emoteNames.value = welcome.emotes;
      this.publicUrl.value = welcome.public_url;
      this.trouble.value = null;
      // The server was full, and has accepted this client after all.
      if (this.bye.value && !REMOVED.includes(this.bye.value.code)) this.bye.value = null;
      this.clock.restart(now());
      this.clock.hint(welcome.now, now());
      this.match.interrupted();
      if (welcome.resumed) this.enter(welcome.resumed);
      else if (this.room.value) this.leaveRoom(false);
    });
    page.serverBuild(welcome.build, () => this.resting());
    if (page.hidden()) void this.command("away", { away: true });
  }

  private onBye(bye: Bye): void {
    if (bye.code === "draining") return;
    this.bye.value = bye;
    if (REMOVED.includes(bye.code)) this.leaveRoom(true);
  }

  private onEvent({ name, argument }: ServerEvent): void {
    switch (name) {
      case "room":
        this.onRoom(argument);
        return;
      case "games":
        this.games.value = argument;
        return;
      case "schema":
        this.setSchema(argument);
        return;
      case "joined":
        // The room continues at another worker.
        this.enter(argument);
        return;
      case "move":
        this.link.openSecond();
        return;
      case "chat":
        if (!this.chat.value.some(({ id }) => id === argument.id))
          this.chat.value = [...this.chat.value, argument].slice(-CHAT_KEPT);
        return;
      case "emote": {
        const shownAt = this.needs.now();
        const recent = this.emotes.value.filter((emote) => shownAt - emote.shownAt < EMOTE_MS);
        this.emotes.value = [...recent, { ...argument, shownAt }].slice(-EMOTES_KEPT);
        return;
      }
      case "notice":
        this.notice.value = argument;
    }
  }

  private onRoom(patch: JsonObject): void {
    const before = this.latest;
    // A patch of the room that is being entered may come before its JOINED, which has it all.
    if (!before || (patch.code !== undefined && patch.code !== before.code)) return;
    const info = readRoom(mergePatch(before, patch));
    if (!info) return;
    const room = completeRoom(info);
    batch(() => this.takeRoom(room));
    this.inputs.follow(room, this.me.value);
    if (room.phase === "live" && before.phase !== "live") this.inputs.sendHeld(true);
  }

  private takeRoom(room: Room): void {
    this.latest = room;
    const game = this.games.value.find(({ name }) => name === room.game);
    this.behindMs.value = delayOf(room, this.me.value, game);
    this.delayed.take(room, this.behindMs.value);
  }

  private showRoom(room: Room): void {
    this.room.value = room;
  }

  private onPong(id: number, serverNow: number): void {
    this.clock.pong(id, serverNow, this.needs.now());
    const rounded = (ms: number | null) => (ms === null ? null : Math.round(ms));
    this.rtt.value = rounded(this.clock.rtt);
    this.jitter.value = rounded(this.clock.jitter());
  }

  // --- what is done some times a second

  private keepBeating(): void {
    this.beat();
    const usual = this.room.value?.phase === "live" ? BEAT_MS : IDLE_BEAT_MS;
    this.needs.timers.start(() => this.keepBeating(), this.clock.eager ? EAGER_BEAT_MS : usual);
  }

  /** Sends pings and repeats of inputs, and looks for silence, whether or not anything is drawn. */
  private beat(): void {
    if (!this.link.online) return;
    const { now, page } = this.needs;
    const at = now();
    const ping = this.clock.due(at);
    if (ping !== null) this.link.send(new Writer().byte(CLOCK_UP).varint(ping).finish());
    this.reportRtt(at);
    this.prediction?.beat(at);
    if (this.room.value?.phase !== "live") return;
    // The first frame for a spectator with a delay is as late as the match.
    const due = this.behindMs.value === 0 || this.match.whole;
    if (due && !page.hidden()) this.link.checkSilence(at);
    this.inputs.repeat();
  }

  /** Sends the round trip for the others to see when it has clearly changed, at most every few seconds. */
  private reportRtt(at: number): void {
    const rtt = this.rtt.value;
    if (rtt === null || !this.room.value || this.room.value.demo) return;
    if (at - this.reportedRttAt < RTT_EVERY_MS) return;
    if (Math.abs(rtt - this.reportedRtt) < 5 + this.reportedRtt * 0.2) return;
    this.reportedRtt = rtt;
    this.reportedRttAt = at;
    void this.command("rtt", { rtt });
  }
}
