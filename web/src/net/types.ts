// The shapes of docs/protocol.md: what the server says and what it takes. Types only, no code.

/** What a player can see and say about a seat, a room, a game; names are the protocol's own. */
export type Phase = "lobby" | "countdown" | "live" | "paused" | "results";

export interface OptionInfo {
  name: string;
  kind: "int" | "auto" | "flag" | "choice" | "subset";
  default: number;
  low: number;
  high: number;
  names: string[];
  doc: string;
}

export interface PresetInfo {
  name: string;
  values: Record<string, number>;
}

export interface GameInfo {
  name: string;
  title: string;
  blurb: string;
  /** Fewest and most seats of a match. */
  seats: [number, number];
  tick_hz: number;
  /** Names of the buttons; bit k of an input is the k-th. */
  buttons: string[];
  /** What each button does. */
  button_docs?: string[];
  replication: "events" | "delta";
  /** Path of the rules that a browser can run, or null. */
  rules: string | null;
  options: OptionInfo[];
  presets: PresetInfo[];
  /** The game of which this one is a variation, or "". */
  preset_of?: string;
  bot_styles: string[];
  /** The option that holds the number of teams, or "". */
  team_option: string;
  awards: string[];
  commands?: string[];
  /** What each command does. */
  command_docs?: string[];
  /** The host leads it, and may bring a pack of questions. */
  hosted?: boolean;
}

export interface Person {
  name: string;
  /** Palette index 0..7. */
  colour: number;
  /** Palette index 0..7. */
  shape: number;
  /** null: a spectator. */
  seat: number | null;
  /** The seat of the second player on this keyboard. */
  second: number | null;
  connected: boolean;
  away: boolean;
  muted: boolean;
  /** Round trip in ms, or null while unknown. */
  rtt: number | null;
  wins: number;
}

export interface Seat {
  kind: "human" | "bot";
  player?: string;
  name: string;
  colour: number;
  shape: number;
  team: number;
  ready: boolean;
  /** Its player dropped out and may come back. */
  held: boolean;
  playing: boolean;
  /** Of a bot: 1..5. */
  level?: number;
  /** Of a bot: index into GameInfo.bot_styles. */
  style?: number;
}

export interface PlaceLine {
  seat: number;
  place: number;
  points: number;
  name: string;
  player: string | null;
}

export interface AwardLine {
  award: string;
  seat: number;
  value: number;
}

export interface Results {
  places: PlaceLine[];
  awards: AwardLine[];
  /** Points by round: one list a round, in the order of `places`' seats rising. */
  rounds: number[][];
  ticks: number;
}

export interface Room {
  version: number;
  code: string;
  private: boolean;
  locked: boolean;
  hidden: boolean;
  /** Bots play by themselves behind the home page; nobody can sit down. */
  demo?: boolean;
  phase: Phase;
  game: string;
  preset: string;
  options: Record<string, number>;
  host: string | null;
  owner: string | null;
  people: Record<string, Person>;
  /** By seat number, as a string. */
  seats: Record<string, Seat>;
  /** Server time at which the match starts. */
  countdown_at?: number;
  /** The running match; its number counts the matches of this room from 1. */
  match?: { number: number };
  results?: Results;
  rematch?: string[];
  paused_by?: string;
  /** How many devices are banned. */
  bans?: number;
  /** The host's own questions. */
  pack?: { title: string; questions: number; buzzers: number };
}

export interface ChatLine {
  id: number | string;
  player: string;
  name: string;
  text: string;
  /** Server time, ms. */
  at: number;
}

export interface Emote {
  player: string;
  seat: number | null;
  emote: string;
  /** When it arrived: `performance.now()`. */
  shown_at: number;
}

export interface Notice {
  code: string;
  message: string;
}

export interface OpenRoom {
  code: string;
  game: string;
  title: string;
  phase: Phase;
  people: number;
  seats: number;
  bots: number;
  name: string;
}

export type FieldKind =
  | "int"
  | "fixed"
  | "angle"
  | "flag"
  | "choice"
  | "text"
  | "ints"
  | "series"
  | "track"
  | "grid"
  | "entities";

export interface FieldInfo {
  name: string;
  kind: FieldKind;
  names?: string[];
  /** Divide by 2**frac to draw. */
  frac?: number;
  /** Modulus of a cyclic value. */
  wraps?: number;
  /** Low bits that the wire leaves out. */
  drop?: number;
  /** Of entities: the entity's name. */
  of?: string;
  columns?: string[];
  drops?: number[];
  /** Of a track: the flag that records. */
  when?: string;
  /** Of a track of finite length: the field that says how many rows at its end count. */
  last?: string;
  /** Of entities: only those near are told. */
  near?: boolean;
  /** Of a grid: the field that holds the row length. */
  width?: string;
  /** What it means, for the authors of clients. */
  doc?: string;
}

/** A tree's shape: the name of its root and every entity in it. */
export interface TreeInfo {
  root: string;
  entities: Record<string, FieldInfo[]>;
}

/** A part of a picture that a game declares (game/rules/drawing.py); values as there. */
export interface PartInfo {
  part: string;
  of: string;
  [key: string]: unknown;
}

export interface SchemaInfo extends TreeInfo {
  version: number;
  game: string;
  tick_hz: number;
  events: { name: string; args: string[]; doc?: string }[];
  /** What only a seat, or only the host, sees: trees of their own. */
  private?: { owner?: TreeInfo; host?: TreeInfo };
  /** How the game wants to be drawn, if it says so. */
  picture?: PartInfo[];
}

export interface Joined {
  code: string;
  player: string;
  seat_token: string;
  room: Room;
  schema: SchemaInfo;
  chat: ChatLine[];
  /** The number of my last line of chat that the server has. */
  chat_n: number;
}

export interface Limits {
  chat_chars: number;
  name_chars: number;
  input_hz: number;
  payload_bytes: number;
}

export interface Welcome {
  version: number;
  /** The client build that the server hands out: its entry script's name. Servers before it do not say. */
  build?: string;
  /** What one may connect by. Servers before it do not say. */
  transports?: string[];
  device: string;
  now: number;
  games: GameInfo[];
  resumed: Joined | null;
  limits: Limits;
  emotes: string[];
  shapes: number;
  /** Where players reach this server from outside, or "": for links. Servers before it do not say. */
  public_url?: string;
}

/** A command's answer. `message` is a sentence for a person; codes are listed in docs/protocol.md. */
export interface Ack {
  ok: boolean;
  code?: string;
  message?: string;
  [key: string]: unknown;
}

/** How the player wants to be seen; sent with create, join and quick. */
export interface Profile {
  name?: string;
  colour?: number;
  shape?: number;
}
