// The face of everything behind the screens: the connection, the room one is in, and the match. Screens
// read its signals and call its commands; nothing else of net/, sync/ or input/ concerns them.
import { batch, type Signal, signal } from "@preact/signals";
import { Held } from "../input/buttons";
import { ServerClock } from "../net/clock";
import { commandsBy } from "../net/commands";
import { Line } from "../net/connection";
import { type Connection, Link, type Opener, type Unreachable } from "../net/reconnecting_connection";
import type {
  Ack,
  ChatLine,
  Emote,
  GameInfo,
  Joined,
  Limits,
  Notice,
  OpenRoom,
  Profile,
  Room,
  SchemaInfo,
  Welcome,
} from "../net/types";
import type { Online, OnlineNeeds } from "../prediction/online";
import { MatchFeed } from "../sync/feed";
import { Lead, Presses } from "../sync/input_queue";
import { DecodeError, Writer } from "../sync/varint";
import { ChatOutbox } from "./chat_outbox";
import { isPhone, type PageEvents, watchPage } from "./page_events";
import { roomOfPath } from "./room_code";
import { merged } from "./room_state";
import { device, games, type Store, seats } from "./storage";

export type { Connection } from "../net/reconnecting_connection";
export type { Ack, ChatLine, Emote, GameInfo, Notice, OpenRoom, Profile, Room } from "../net/types";

import { whole } from "./room_state";

/** Something is broken for this player, in words, and what may mend it. */
export interface Trouble {
  where: "socket" | "picture" | "state";
  message: string;
  /** What the player can do about it, or null: reload the page. */
  mend: (() => void) | null;
}

/** What a session uses of the page and the browser around it. */
export interface SessionNeeds {
  openLine: Opener;
  /** Monotonic time, ms. */
  now: () => number;
  store: Pick<Store, "device" | "games" | "seats">;
  page: {
    /** The path of the page's address. */
    path: string;
    hidden: () => boolean;
    /** Whether the device knows that it has no network. */
    offline?: () => boolean;
    isPhone: () => boolean;
    watch: (on: PageEvents) => void;
    reload: () => void;
    /** Takes the server's build: an old page reloads once `resting` says that this loses nothing. */
    renew?: (build: string, resting: () => boolean) => void;
  };
  /** Loads what runs the rules in this browser; null: matches are shown as the server sends them. */
  loadRules: (() => Promise<(needs: OnlineNeeds) => Online>) | null;
}

/** Why one is no longer in a room, though the connection may stand. */
const GONE = ["kicked", "banned", "closed", "failed"];
const CHAT_KEPT = 200;
const EMOTES_KEPT = 12;
const EMOTE_MS = 6000;
const HIDDEN_MS = 5000;
const RTT_EVERY_MS = 5000;
const BEAT_MS = 50;
const EAGER_BEAT_MS = 60;
const IDLE_BEAT_MS = 250;

/** A session that does nothing before it is opened. */
export function createSession({ openLine, now, store, page, loadRules }: SessionNeeds) {
  /** Outside rooms any text will do for the load balancer. */
  const tabHash = Math.random().toString(36).slice(2, 10);

  const connection: Signal<Connection> = signal("connecting");
  const bye: Signal<{ code: string; message: string } | null> = signal(null);
  const games: Signal<GameInfo[]> = signal(store.games.get());
  const limits: Signal<Limits> = signal({
    chat_chars: 200,
    name_chars: 16,
    input_hz: 40,
    payload_bytes: 16384,
  });
  const publicUrl = signal("");
  const emoteNames: Signal<string[]> = signal([]);
  const room: Signal<Room | null> = signal(null);
  const me: Signal<string | null> = signal(null);
  const chat: Signal<ChatLine[]> = signal([]);
  const emotes: Signal<Emote[]> = signal([]);
  const notice: Signal<Notice | null> = signal(null);
  const rtt: Signal<number | null> = signal(null);
  const jitter: Signal<number | null> = signal(null);
  const openRooms: Signal<OpenRoom[]> = signal([]);
  const online: Signal<number | null> = signal(null);
  const trouble: Signal<Trouble | null> = signal(null);
  const unreachable: Signal<Unreachable | null> = signal(null);

  const clock = new ServerClock();
  const lead = new Lead();
  const presses = new Map<number, Presses>();
  const held = new Held(() => press());
  let wantedCode = roomOfPath(page.path)?.code ?? "";
  /** The match that the inputs are counted in: the room's code and the match's number in it. */
  let countedMatch = "";
  let rttTold = -1000;
  let rttToldAt = -Infinity;

  const match = new MatchFeed({
    resync: () => link.send(Uint8Array.of(3)),
    acks: (acks, whole) => {
      for (const own of presses.values()) {
        const ack = acks.find(({ seat }) => seat === own.seat);
        // A keyframe leaves out the seats of which the server has no input yet.
        if (ack || whole) own.acknowledged(ack?.seq ?? 0, whole);
        if (ack && !whole) lead.margin(ack.margin);
      }
      if (whole) press(true);
    },
    pong: (id, serverNow) => {
      clock.pong(id, serverNow, now());
      rtt.value = clock.rtt === null ? null : Math.round(clock.rtt);
      const spread = clock.jitter();
      jitter.value = spread === null ? null : Math.round(spread);
    },
  });

  /** Runs the rules of what is played here; loaded once there is something to play. */
  let rules: Online | null = null;

  /** Lets the match be run in this browser, if its game and the browser allow. */
  async function runRules(): Promise<void> {
    if (!loadRules || !room.value || room.value.demo) return;
    const make = await loadRules();
    rules ??= make({
      feed: match,
      clock,
      lead,
      presses,
      tell,
      resync: () => link.send(Uint8Array.of(3)),
      repress: () => press(true),
    });
    await rules.consider(games.value.find((info) => info.name === match.schema.value?.game));
  }

  const link = new Link(
    openLine,
    (astray, polling) => {
      const code = room.value && !room.value.demo ? room.value.code : wantedCode;
      const place = store.seats.find(code);
      const hash = place?.code || code || tabHash;
      const elsewhere = `${hash}-${Math.random().toString(36).slice(2, 8)}`;
      return {
        hash: astray ? elsewhere : hash,
        device: store.device.get(),
        seat: place?.token ?? null,
        polling,
      };
    },
    {
      state: (state) => {
        connection.value = state;
        if (state !== "online") match.interrupted();
      },
      welcome: onWelcome,
      event: onEvent,
      frame: (bytes) => match.take(bytes, clock.serverNow(now()), now()),
      unreachable: (why) => {
        unreachable.value = why;
        if (!why) return;
        // What was true when the server was last heard is not said any more.
        openRooms.value = [];
        online.value = null;
      },
      bye: onBye,
      lobby: (rooms, count) => {
        openRooms.value = rooms;
        online.value = count;
      },
    },
    page.offline,
  );
  const outbox = new ChatOutbox((event, arg) => link.command(event, arg));

  /** Whether a reload would lose nothing: no match, no agreement to start one, no line on its way. */
  function resting(): boolean {
    if (!room.value || room.value.demo) return true;
    const { phase, seats, people, rematch = [] } = room.value;
    const mine = me.value ?? "";
    if (outbox.waiting) return false;
    if (phase === "lobby") return !seats[people[mine]?.seat ?? ""]?.ready;
    return phase === "results" && (rematch.length === 0 || rematch.includes(mine));
  }

  function onWelcome(welcome: Welcome): void {
    batch(() => {
      store.device.set(welcome.device);
      games.value = welcome.games;
      store.games.set(welcome.games);
      limits.value = welcome.limits;
      emoteNames.value = welcome.emotes;
      publicUrl.value = welcome.public_url ?? "";
      trouble.value = null;
      // Let in after all, where it was full.
      if (bye.value && !GONE.includes(bye.value.code)) bye.value = null;
      clock.restart(now());
      clock.hint(welcome.now, now());
      match.interrupted();
      if (welcome.resumed) enter(welcome.resumed);
      else if (room.value) leaveRoom(false);
    });
    page.renew?.(welcome.build ?? "", resting);
    if (page.hidden()) void link.command("away", { away: true });
  }

  function enter(joined: Joined): void {
    const back = room.value?.code === joined.code && me.value === joined.player;
    rttTold = -1000;
    batch(() => {
      if (!joined.room.demo) {
        store.seats.keep(joined.code, joined.seat_token);
        wantedCode = joined.code;
      }
      me.value = joined.player;
      room.value = whole(joined.room);
      bye.value = null;
      if (back) {
        const newest = chat.value.at(-1)?.id ?? 0;
        chat.value = [...chat.value, ...joined.chat.filter((line) => line.id > newest)].slice(-CHAT_KEPT);
      } else {
        chat.value = joined.chat;
        emotes.value = [];
        presses.clear();
      }
      if (back && match.schema.value?.game === joined.schema.game) goOn();
      else takeSchema(joined.schema);
      takeSeats();
    });
    outbox.enter(joined.code, joined.player, joined.chat_n);
    void outbox.flush();
  }

  function leaveRoom(forget: boolean): void {
    const code = room.value?.code ?? wantedCode;
    if (code && !room.value?.demo) store.seats.leave(code, forget);
    wantedCode = "";
    outbox.drop("You are no longer in that room.");
    batch(() => {
      room.value = null;
      me.value = null;
      chat.value = [];
      emotes.value = [];
      takeSchema(null);
      presses.clear();
    });
  }

  /** The same match over another connection: what is shown stays until the keyframe is here. */
  function goOn(): void {
    match.interrupted();
    runRules().catch((error: unknown) => console.warn(error));
  }

  function takeSchema(schema: SchemaInfo | null): void {
    try {
      match.begin(schema);
      // Without the rules it goes on as told; why they do not run is in their status.
      if (schema) runRules().catch((error: unknown) => console.warn(error));
      if (trouble.value?.where === "state") trouble.value = null;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      trouble.value = {
        where: "state",
        message: "This page is too old for the game that the server runs. Reload it to play on.",
        mend: page.reload,
      };
    }
  }

  /** Brings the list of own seats up to the room, and starts their counting over with each match. */
  function takeSeats(): void {
    const person = me.value === null ? undefined : room.value?.people[me.value];
    const own = [person?.seat, person?.second].filter((seat): seat is number => typeof seat === "number");
    for (const seat of presses.keys()) if (!own.includes(seat)) presses.delete(seat);
    for (const seat of own) if (!presses.has(seat)) presses.set(seat, new Presses(seat));
    const now = room.value;
    const counted = now?.match ? `${now.code} ${now.match.number}` : "";
    if (counted === countedMatch) return;
    countedMatch = counted;
    for (const one of presses.values()) one.restart();
  }

  function onEvent(name: string, arg: unknown): void {
    switch (name) {
      case "room": {
        if (!room.value) return;
        // The room that one is about to enter may speak before its JOINED is here, which has it all.
        const { code } = arg as { code?: string };
        if (code !== undefined && code !== room.value.code) return;
        const before = room.value.phase;
        room.value = whole(merged(room.value, arg) as Room);
        takeSeats();
        if (room.value.phase === "live" && before !== "live") press(true);
        return;
      }
      case "games":
        games.value = arg as GameInfo[];
        return;
      case "schema":
        takeSchema(arg as SchemaInfo);
        return;
      case "joined":
        // The room went on at another worker: this is all of it.
        enter(arg as Joined);
        return;
      case "move":
        link.look();
        return;
      case "chat": {
        const line = arg as ChatLine;
        if (!chat.value.some((one) => one.id === line.id))
          chat.value = [...chat.value, line].slice(-CHAT_KEPT);
        return;
      }
      case "emote": {
        const shown = now();
        const recent = emotes.value.filter((one) => shown - one.shown_at < EMOTE_MS);
        emotes.value = [...recent, { ...(arg as Emote), shown_at: shown }].slice(-EMOTES_KEPT);
        return;
      }
      case "notice":
        notice.value = arg as Notice;
    }
  }

  function onBye(code: string, message: string): void {
    if (code === "draining") return;
    bye.value = { code, message };
    if (GONE.includes(code)) leaveRoom(true);
  }

  /** The tick that an input pressed now is meant for. */
  function inputTick(): number {
    if (rules?.on) return rules.inputTick(now());
    const schema = match.schema.value;
    const interval = schema ? 1000 / schema.tickHz : 33;
    const ahead = lead.ticks(clock.upLatency(), interval);
    return Math.max(0, Math.ceil(match.serverTick(clock.serverNow(now())) + ahead));
  }

  /** Sends what is held, for each own seat where it is news (or anyway). */
  function press(anyway = false): void {
    if (room.value?.phase !== "live") return;
    let player = 0;
    const person = me.value === null ? undefined : room.value.people[me.value];
    for (const seat of [person?.seat, person?.second]) {
      const mask = held.of(player++);
      const own = typeof seat === "number" ? presses.get(seat) : undefined;
      if (!own || !match.whole) continue;
      const tick = inputTick();
      const news = own.hold(mask, tick, mask ? (held.stamp?.() ?? 0) : 0);
      if (news || (anyway && own.unheard)) link.send(own.message(now(), tick));
      if (news) rules?.pressed(now());
    }
  }

  /** Tells the others one's round trip when it has clearly changed, at most every few seconds. */
  function tellRtt(at: number): void {
    const known = rtt.value;
    if (known === null || !room.value || room.value.demo || at - rttToldAt < RTT_EVERY_MS) return;
    if (Math.abs(known - rttTold) < 5 + rttTold * 0.2) return;
    rttTold = known;
    rttToldAt = at;
    void tell("rtt", { rtt: known });
  }

  /** What must happen some times a second whatever is drawn: pings, repeats, the watch for silence. */
  function beat(): void {
    const at = now();
    if (!link.online) return;
    const ping = clock.due(at);
    if (ping !== null) link.send(new Writer().byte(2).varint(ping).finish());
    tellRtt(at);
    rules?.beat(at);
    if (room.value?.phase !== "live") return;
    if (!page.hidden()) link.watch(at);
    for (const own of presses.values())
      if (match.whole && own.due(at)) link.send(own.message(at, inputTick()));
  }

  /** Commands that put one into a room share this: the answer is JOINED. */
  async function enterBy(event: string, arg: object): Promise<Ack> {
    bye.value = null;
    const ack = await link.command(event, arg);
    if (ack.ok && room.value?.code !== ack.code) enter(ack as unknown as Joined);
    return ack;
  }

  const tell = (event: string, arg: object = {}): Promise<Ack> => link.command(event, arg);

  const pageEvents: PageEvents = {
    hidden() {
      held.release();
      if (link.online) void tell("away", { away: true });
    },
    shown(awayMs) {
      if (!link.online) {
        link.start();
        return;
      }
      // A phone's socket may be dead after a sleep without anyone having noticed.
      if (awayMs > HIDDEN_MS && page.isPhone()) link.look();
      void tell("away", { away: false });
    },
    networkBack: () => link.start(),
  };

  function keepBeating(): void {
    beat();
    setTimeout(
      keepBeating,
      clock.eager ? EAGER_BEAT_MS : room.value?.phase === "live" ? BEAT_MS : IDLE_BEAT_MS,
    );
  }

  return {
    connection,
    /** Why there has been no connection for some seconds; null: there is one, or it will be back at once. */
    unreachable,
    bye,
    games,
    limits,
    /** Where players reach the server from outside, without a slash at the end; "" where this page is from. */
    publicUrl,
    /** Names of the emotes that the server knows. */
    emoteNames,
    room,
    /** My player id in the room. */
    me,
    chat,
    emotes,
    notice,
    /** Latest round trip and how much it differs, ms. */
    rtt,
    jitter,
    openRooms,
    /** People on the server, while the list of open rooms is watched. */
    online,
    /** What is broken, for the screens to say. */
    trouble,
    match,
    /** What the people at this device hold. */
    held,

    /** Connects; call it once, when the page starts, and it stays connected. */
    open(): void {
      page.watch(pageEvents);
      link.start();
      keepBeating();
    },
    /** Comes back after `replaced` or `closed`, or tries again at once. */
    retry(): void {
      bye.value = null;
      link.start();
    },
    /** The server's clock now, ms. */
    serverNow: (): number => clock.serverNow(now()),
    watchLobby(on: boolean): void {
      link.watchLobby(on);
      if (!on) openRooms.value = [];
    },

    create: (
      o: { game?: string; preset?: string; options?: Record<string, number>; private?: boolean } & Profile,
    ) => enterBy("create", o),
    /** Joins, or just says yes if one is in that room already (a reloaded page comes back by itself). */
    async join(o: { code: string; spectate?: boolean } & Profile): Promise<Ack> {
      if (!(await link.whenOnline(8000)))
        return { ok: false, code: "timeout", message: "The server cannot be reached at the moment." };
      if (room.value?.code === o.code.toUpperCase())
        return { ok: true, code: room.value.code, player: me.value };
      return enterBy("join", o);
    },
    /** Watches bots play, in a room that is nobody's. */
    demo: (game?: string) => enterBy("demo", game ? { game } : {}),
    quick: (o: { game?: string } & Profile) => enterBy("quick", o),
    async leave(): Promise<Ack> {
      const code = room.value?.code;
      const ack = await tell("leave");
      if (room.value?.code === code) leaveRoom(true);
      return ack;
    },
    ...commandsBy(tell),
    /** Says a line; it arrives once, even if the connection breaks meanwhile. */
    say: (text: string) => outbox.say(text),
  };
}

const inPage = typeof document !== "undefined";
/** `?diag=1` shows tests how well prediction works; a room's address has no such part any more. */
const diagnosed = inPage && new URLSearchParams(location.search).has("diag");

async function loadRulesOfPage(): Promise<(needs: OnlineNeeds) => Online> {
  const { Online } = await import("../prediction/online");
  return (needs) => {
    const online = new Online(needs);
    const { feed, presses } = needs;
    if (diagnosed) Object.assign(window, { __rumpus: { figures: online.figures, match: feed, presses } });
    return online;
  };
}

let outdated = false;

/** Lets a page of another build than the server's reload when nobody minds. */
async function renewPage(build: string, resting: () => boolean): Promise<void> {
  const old = build !== "" && !document.querySelector(`script[src$="/${build}.js"]`);
  // In development the page is no build.
  if (!import.meta.env.PROD || (!old && !outdated)) return;
  outdated = old;
  const { renew, busyHere, served } = await import("./page_build");
  renew(old ? build : "", { resting, busy: busyHere, page: served, reload: () => location.reload() });
}

/** The session of this page; main.tsx opens it. */
export const session = createSession({
  openLine: (who, on) => new Line(location.origin, who, on),
  now: () => performance.now(),
  store: { device, games, seats },
  page: {
    path: inPage ? location.pathname : "/",
    hidden: () => document.hidden,
    offline: () => navigator.onLine === false,
    isPhone,
    watch: watchPage,
    reload: () => location.reload(),
    // Where it fails, this page is too old to know how.
    renew: (build, resting) => void renewPage(build, resting).catch(() => {}),
  },
  loadRules: inPage ? loadRulesOfPage : null,
});
