// The protocol, generated from game/protocol by `make protocol`. Do not edit: change the declarations there.

export const VERSION = 1;
export const LOOKS = 8;
export const INT_MAX = 536870911;
export const MOST_VARINT_BYTES = 7;
export const MOST_INPUTS = 8;
export const MOST_CHANGES = 8;
export const MOST_TICKS_AHEAD = 15;
export const MOST_FIELDS = 28;
export const MOST_TEXT_BYTES = 4096;
export const MOST_INTS = 65536;
export const MOST_CELLS = 1048576;
export const MOST_WORDS = 500;
export const MOST_AGENT = 300;
export const MOST_STATE_CHARS = 10000;
export const MOST_STATE_BYTES = 65536;
export const CHECK_BYTES = 2;
export const STATE = 1;
export const KEYFRAME = 2;
export const PRIVATE = 3;
export const CLOCK = 4;
export const ENTRIES = 5;
export const SHIFT = 6;
export const CHECKPOINT = 7;
export const ACKS = 16;
export const EVENTS = 32;
export const ADVANCE = 64;
export const FULL = 16;
export const OF_HOST = 32;
export const HASHED = 16;
export const MARGINS = 32;
export const SPREAD = 64;
export const ENTROPY = 128;
export const INPUT = 1;
export const CONTROLS = 4;
export const CLOCK_UP = 2;
export const RESYNC = 3;

export type Phase = "lobby" | "countdown" | "live" | "paused" | "results";
export type OptionKind = "int" | "auto" | "flag" | "choice" | "subset";
export type SeatKind = "human" | "bot";
export type Replication = "events" | "delta";
export type FieldKind = "int" | "fixed" | "angle" | "flag" | "choice" | "text" | "ints" | "series" | "track" | "grid" | "entities";
export type Outcome = "decided" | "ended" | "left" | "failed";
export type Visibility = "public" | "link" | "private";
export type RoomKind = "private" | "public" | "quick";
export type Transport = "websocket" | "polling";
export type Framing = "binary" | "json" | "bare";
export type PartInfo = Record<string, boolean | number | string | (number | string)[] | Record<string, number | string | (number | string)[]>>;
export type OptionValue = boolean | number | string | string[];
export type ErrorCode = "bad_request" | "no_room" | "full" | "locked" | "banned" | "not_host" | "not_in_room" | "wrong_phase" | "bad_option" | "bad_name" | "too_fast" | "too_many" | "unknown_game" | "bad_pack" | "muted" | "gap" | "no_records" | "older_rules" | "busy" | "replaced" | "internal";
export type GoodbyeCode = "replaced" | "kicked" | "banned" | "strikes" | "draining" | "closed" | "failed";
export type RefusedConnectionCode = "version" | "bad_request" | "crowded" | "busy";

/** What a client sends when it connects, as Socket.IO's `auth`. */
export interface Auth {
  /** 1; a connection that names none is taken for a client of version 1. */
  version: number;
  /** The token that `welcome` gave earlier; it says that you are the same person. */
  device?: string;
  /**
   * The seat token of the room you were in, together with the `device` that it was given to: you are put
   * back there at once. Alone, or when the room is gone, it changes nothing and `resumed` is null.
   */
  seat?: string;
  /**
   * `binary` (default): states are `s`/`k` events with one binary attachment; `json`: they are plain JSON;
   * `bare`: see section 6.
   */
  framing?: Framing;
}

/** One option of a game. */
export interface OptionInfo {
  name: string;
  kind: OptionKind;
  /** A number, as in ROOM. */
  default: number;
  /** The least value. */
  low: number;
  /** The greatest value. */
  high: number;
  /** Of a choice and a subset: what can be chosen. */
  names: string[];
  /** What it changes, in English. */
  doc: string;
}

/** Values of options under one name. */
export interface PresetInfo {
  name: string;
  /** By the option's name, in any of the forms that may be sent. */
  values: Record<string, OptionValue>;
}

/** Something that a player can do; those that are not buttons are numbered in order, from 0. */
export interface ControlInfo {
  kind: "button" | "choose" | "pointer" | "stick" | "stroke" | "typed";
  name: string;
  /** What people read, in English. */
  label: string;
  /** What it does, in English. */
  doc?: string;
  /** Button: the key's `code` of the DOM. */
  key?: string;
  /** Stick: `WASD`, `arrows`, or the `code`s of up, left, down and right, with spaces. */
  keys?: string;
  /** On a gamepad: A, B, X, Y, LB, RB, LT, RT of a button; left or right of a stick. */
  pad?: string;
  /** On a touch screen: `left` or `right`. */
  touch?: string;
  /** Pointer, stroke: x is 0 to `width`, in units; a pointer's packed number is y × (`width` + 1) + x. */
  width?: number;
  /** Pointer, stroke: y is 0 to `height`, in units. */
  height?: number;
  /** Typed: the most characters. */
  chars?: number;
  /** Typed: the game also sees what is being typed. */
  live?: boolean;
  /** Choose: the packed number is an index below this. */
  most?: number;
  /** Choose: the list of the state that it chooses from. */
  of?: string;
  /** The field of the root with the only seat that may use it now. */
  only?: string;
}

/** A game that the server offers. */
export interface GameInfo {
  /** Its name in commands. */
  name: string;
  /** Its name for people. */
  title: string;
  /** One sentence about it. */
  blurb: string;
  /** How to play, in one short sentence, or "". */
  how: string;
  /** About how many minutes a match takes; 0: unknown. */
  minutes: number;
  /** The colour of its headings and buttons, as #RRGGBB. */
  accent: string;
  /** The dark colour behind everything of it, as #RRGGBB. */
  ground: string;
  /** The fewest and the most seats of a match. */
  seats: [number, number];
  /** Ticks a second. */
  tick_hz: number;
  /** Names of the buttons; bit k of an input is the k-th. */
  buttons: string[];
  /** `events`: a client can run the rules itself, see section 7. */
  replication: Replication;
  /** The path of the rules that a browser can run; null: they stay on the server. */
  rules: string | null;
  options: OptionInfo[];
  presets: PresetInfo[];
  /** The game of which this is a variation, or "". */
  preset_of: string;
  /** Names of the ways in which bots play. */
  bot_styles: string[];
  /** The option that holds the number of teams, or "". */
  team_option: string;
  /** Names of the awards that a match gives. */
  awards: string[];
  /** Names of the host's commands to the game, see `verb`. */
  commands: string[];
  /** True: the host leads it, and may bring questions by `pack`. */
  hosted: boolean;
  /**
   * For this many seconds from its tick 0 a match counts down, while its picture is there already; the
   * room does not count down before it. 0: the room counts down.
   */
  countdown?: number;
  /** What each button does, in English, in the order of `buttons`. */
  button_docs?: string[];
  /**
   * What players can do, if that is more than pressing buttons. A stick's packed number is (x & 255) × 256
   * + (y & 255), with axes of −127 to 127 that are together no longer than 127.
   */
  controls?: ControlInfo[];
  /** What each command does, in English, in the order of `commands`. */
  command_docs?: string[];
  /**
   * By language, such as "de", and by the English text: translations of the texts about it: title, blurb,
   * how, and the names and docs of what it declares, as the page shows them.
   */
  words?: Record<string, Record<string, string>>;
}

/** What this server accepts. */
export interface Limits {
  /** Characters of a line of chat that are kept. */
  chat_chars: number;
  /** Visible characters of a name that are kept. */
  name_chars: number;
  /** Input messages a second. */
  input_hz: number;
  /** The longest message. */
  payload_bytes: number;
}

/** Somebody in a room. */
export interface PersonInfo {
  name: string;
  /** 0 to 7, an index into the client's palette of colours. */
  colour: number;
  /** 0 to 7, an index into the client's set of shapes. */
  shape: number;
  /** Their seat; absent for a spectator. */
  seat?: number;
  /** The seat of the second player at the same keyboard. */
  second?: number;
  /** False while their connection is lost. */
  connected: boolean;
  /** Their page is hidden. */
  away: boolean;
  /** The host lets them write nothing. */
  muted: boolean;
  /** Round trip in ms; absent while it is unknown. */
  rtt?: number;
  /** Matches that they won in this room. */
  wins: number;
}

/** A taken seat. */
export interface SeatInfo {
  kind: SeatKind;
  name: string;
  /** 0 to 7; the player's, or a free one if another seat has it. */
  colour: number;
  /** 0 to 7, as `colour`. */
  shape: number;
  /** From 1; 0 without teams. */
  team: number;
  ready: boolean;
  /** It is in the running match. */
  playing: boolean;
  /** Of a person: a key of `ROOM.people`. */
  player?: string;
  /** Of a person: it is kept for a player whose connection is lost. */
  held?: boolean;
  /** Of a person: a bot plays for them while they are gone. */
  covered?: boolean;
  /** Of a bot: 1 to 5, 5 plays best. */
  level?: number;
  /** Of a bot: an index into `GAME.bot_styles`. */
  style?: number;
}

/** The match that runs in a room. */
export interface RunningMatch {
  /** Counts the matches of the room from 1. */
  number: number;
}

/** One seat's place in the results. */
export interface PlaceLine {
  seat: number;
  /** The name that the seat had when the match ended. */
  name: string;
  /** Null: a bot, or somebody who left before the end. */
  player: string | null;
  colour: number;
  shape: number;
  /** 1 is the winner's; if nobody has 1, all have lost together. */
  place: number;
  points: number;
  /** Points for the evening; absent for bots, and if the match does not count. */
  evening?: number;
}

/** One award in the results. */
export interface AwardLine {
  seat: number;
  name: string;
  player: string | null;
  colour: number;
  shape: number;
  /** One of `GAME.awards`. */
  award: string;
  /** The figure that it was given for. */
  value: number;
}

/** A figure of each seat, of those that awards are given for. */
export interface FigureLine {
  /** One of `GAME.awards`. */
  award: string;
  /** Of each seat of `places`, by rising seat; -1: the seat has no such figure. */
  values: number[];
  /** True: a smaller figure is better. */
  fewest: boolean;
}

/** How a match ended. */
export interface Results {
  /** Empty if all players left the match. */
  places: PlaceLine[];
  awards: AwardLine[];
  /** One list for each round: the points of each seat of `places`, by rising seat. */
  rounds: number[][];
  /** Length of the match in ticks. */
  ticks: number;
  /** Id of the match's record: its page is `/m/ID`; absent where matches are not kept. */
  record?: string;
  /** True: the host ended the match, and the places are those of that moment. */
  ended?: boolean;
  /** What each player did, where the game counts it. */
  figures?: FigureLine[];
  /**
   * Why nobody has won though all share the first place. `none_scored`: the host ended the match before
   * anybody had a point; `draw`: teams are level, or all were when it was ended.
   */
  nobody_won?: "draw" | "none_scored";
}

/** What everyone may know of the host's questions. */
export interface PackInfo {
  title: string;
  /** How many have answers to choose from. */
  questions: number;
  /** How many are for the buzzers. */
  buzzers: number;
}

/** The kept match that goes on in a room. */
export interface ContinuedInfo {
  /** The id of its record. */
  match: string;
  /** The tick from which it goes on. */
  tick: number;
}

/** What one person has collected in the room's matches. */
export interface StandingInfo {
  /** The name in the last match; `ROOM.people` may have a newer one. */
  name: string;
  colour: number;
  shape: number;
  /** For places, see `place_points`. */
  points: number;
  /** Matches that they won, bots included. */
  wins: number;
  /** Counted matches that they played to the end. */
  matches: number;
}

/** How the people stand over all matches and games of the room. */
export interface EveningInfo {
  /** How many matches count so far. */
  matches: number;
  /** In how many of them a bot came first. */
  bot_wins: number;
  /** Points for the places among the people, bots left out; the last is for all further places. */
  place_points: number[];
  /**
   * By player, also of those who have left; with `+` behind the player: the second one at the same
   * keyboard.
   */
  standings: Record<string, StandingInfo>;
}

/** A game of the playlist. */
export interface PlaylistEntry {
  game: string;
  /** One of `GAME.presets`; "": the first. */
  preset: string;
  /** How many matches of it. */
  matches: number;
}

/** The games that the host has chosen, in order. */
export interface PlaylistInfo {
  entries: PlaylistEntry[];
  /** The entry that is played now or next; equal to the length: all are played. */
  at: number;
  /** Matches of that entry so far. */
  played: number;
}

/** An open vote for the next game. */
export interface PollInfo {
  /** Names of the games to choose from. */
  games: string[];
  /** The game that each player has voted for, by player. */
  votes: Record<string, string>;
  /** Server time at which it ends, in ms; sooner when everyone who plays has voted. */
  ends_at: number;
}

/** The game that is played next. */
export interface NextInfo {
  game: string;
  /** Absent: the game's first. */
  preset?: string;
  /** What has decided it. */
  by: "playlist" | "vote";
  /** Games with equal votes, between which chance has decided. */
  tied?: string[];
}

/** A room as everyone in it sees it. */
export interface RoomInfo {
  /** Rises by one with each change. */
  version: number;
  code: string;
  /** It is in no list of open rooms. */
  private: boolean;
  /** Nobody new is let in. */
  locked: boolean;
  /** Screens do not show the code. */
  hidden: boolean;
  /** Bots stand in for absent players. */
  cover: boolean;
  /** Coarse words in names and chat are masked by stars. */
  polite: boolean;
  /** How many seconds later than the players people without a seat see a match. */
  delay: number;
  /** Bots play for the home page; nobody can take a seat. */
  demo: boolean;
  phase: Phase;
  /** The name of its GAME. */
  game: string;
  /** The name of the preset that the options equal, or "". */
  preset: string;
  /** The value of each option, by name. */
  options: Record<string, number>;
  /** Everyone in the room, by player. */
  people: Record<string, PersonInfo>;
  /** The taken seats, by number (as a string). */
  seats: Record<string, SeatInfo>;
  /** The players who want to play again. */
  rematch: string[];
  /** The player with the host's powers. */
  host?: string;
  /** The player who made the room. */
  owner?: string;
  /** Server time at which the match starts, in ms. */
  countdown_at?: number;
  /** In the lobby of quick play: server time at which a match begins automatically. */
  next_at?: number;
  /** There only while a match runs. */
  match?: RunningMatch;
  /** Of the last match. */
  results?: Results;
  /** The player who paused the match. */
  paused_by?: string;
  /** How many devices are banned; absent for none. */
  bans?: number;
  /** The host's own questions. */
  pack?: PackInfo;
  /** True: the match is kept while everybody is away, and goes on when somebody returns. */
  sleeps?: boolean;
  /** What the next match continues. */
  continues?: ContinuedInfo;
  /** Server time at which the lobby follows the results, in ms. */
  results_until?: number;
  /** Absent before the first match that counts. */
  evening?: EveningInfo;
  playlist?: PlaylistInfo;
  /** Absent while no vote is open. */
  poll?: PollInfo;
  /** True: a vote begins after each match. */
  poll_each?: boolean;
  /** Between matches, if a vote or the playlist has decided it. */
  next?: NextInfo;
}

/** One field of an entity. */
export interface FieldInfo {
  name: string;
  kind: FieldKind;
  /** Choice: what the values 0, 1, … are called. */
  names?: string[];
  /** Fixed: divide by 2**frac to draw. */
  frac?: number;
  /** The modulus of a cyclic value. */
  wraps?: number;
  /** Low bits that the wire leaves out. */
  drop?: number;
  /** Series, track: the columns of a row. */
  columns?: string[];
  /** Series, track: the drop of each column; absent: all 0. */
  drops?: number[];
  /** Track: the field of the same entity that says whether it records. */
  when?: string;
  /** Track of finite length: the field of the same entity that says how many rows count. */
  last?: string;
  /** Grid: the field that holds the length of a row. */
  width?: string;
  /** Entities: you receive only those near you. */
  near?: boolean;
  /** What it means, in English, with its unit; of a choice also what each name means. */
  doc?: string;
  /** Entities: the name of their entity. */
  of?: string;
}

/** A kind of event of a match. */
export interface EventInfo {
  name: string;
  /** The names of its arguments, all integers. */
  args: string[];
  /** What it means, if its name does not say it. */
  doc?: string;
}

/** The shape of a tree: its root and every entity in it. */
export interface TreeInfo {
  /** The name of the root entity. */
  root: string;
  /** The fields of each entity, by name. */
  entities: Record<string, FieldInfo[]>;
}

/** The parts of the state that not everyone sees; each is a tree of its own. */
export interface PrivateTrees {
  /** What only a seat itself sees. */
  owner?: TreeInfo;
  /** What only the host sees. */
  host?: TreeInfo;
}

/** The shape of a game's state, as this client sees it. */
export interface SchemaInfo {
  /** 1. */
  version: number;
  game: string;
  tick_hz: number;
  /** The name of the root entity. */
  root: string;
  /** The fields of each entity, by name. */
  entities: Record<string, FieldInfo[]>;
  /** The kinds of events; a frame names them by index. */
  events: EventInfo[];
  /** How the game asks to be drawn: a list of PART. */
  picture?: PartInfo[];
  /** Absent if the game hides nothing. */
  private?: PrivateTrees;
  /** Paths of the game's own images and sounds by name, and of its renderer as `renderer`. */
  files?: Record<string, string>;
}

/** A line of chat. */
export interface ChatLine {
  /** Rises by one in a room. */
  id: number;
  player: string;
  /** The writer's name at that time. */
  name: string;
  text: string;
  /** Server time, in ms. */
  at: number;
}

/** All that a client needs to know of the room that it is in now. */
export interface Joined {
  /** The room's code. */
  code: string;
  /** You, as a key of `ROOM.people`. */
  player: string;
  /** Send it as `seat` when you connect again. */
  seat_token: string;
  room: RoomInfo;
  schema: SchemaInfo;
  /** The last lines, the oldest first. */
  chat: ChatLine[];
  /** The number of your last line that the server has. */
  chat_n: number;
}

/** The first event of each connection. */
export interface Welcome {
  /** 1. */
  version: number;
  /** Keep this token and send it as `device` when you connect again. */
  device: string;
  /** Server time, in ms. */
  now: number;
  /**
   * Names the browser client that this server hands out, and changes with each of its builds. A page of
   * another build should reload when that loses nothing: between matches. Other clients ignore it.
   */
  build: string;
  /** What this server accepts; the examples of the document use the WebSocket. */
  transports: Transport[];
  /** The games of this server. */
  games: GameInfo[];
  limits: Limits;
  /** The emotes that `emote` accepts. */
  emotes: string[];
  /** How many shapes, and how many colours, there are: 8. */
  shapes: number;
  /**
   * Where players reach the server from outside, if its operator says so, else "": the link of a room is
   * that and `/r/CODE`.
   */
  public_url: string;
  /** The room that the seat token brought you back into, or null. */
  resumed: Joined | null;
}

/** Why the server closes the connection. */
export interface Bye {
  code: string;
  /** A sentence for a person. */
  message: string;
}

/** Somebody showed an emote. */
export interface EmoteShown {
  player: string;
  /** Null: a spectator. */
  seat: number | null;
  emote: string;
}

/** Something that the server tells people. */
export interface Notice {
  code: string;
  /** A sentence for a person. */
  message: string;
}

/** An empty object. */
export type Move = object;

/** A room in the list of the namespace `/lobby`. */
export interface OpenRoom {
  code: string;
  game: string;
  /** The game's. */
  title: string;
  phase: Phase;
  /** Seats that people have. */
  people: number;
  /** Seats that bots have. */
  bots: number;
  /** The most seats of the game. */
  seats: number;
  /** The host's. */
  name: string;
}

/** The list of open rooms. */
export interface OpenRooms {
  rooms: OpenRoom[];
  /** Connections to the server. */
  online: number;
}

/** A game of the playlist. */
export interface PlaylistGame {
  /** One of `welcome.games`. */
  game: string;
  /** One of `GAME.presets`; "": the first. */
  preset?: string;
  /** How many matches of it. */
  matches?: number;
}

/** A turn-based match in which you have a seat, and which waits for its players. */
export interface OwnMatch {
  /** Of its room: `join` wakes it. */
  code: string;
  game: string;
  /** The game's. */
  title: string;
  /** The names of the other seats. */
  others: string[];
  /** It is your turn. */
  mine: boolean;
  /** The names of the others whose turn it is. */
  turn: string[];
  /** Since when, in ms since 1970, UTC. */
  turn_ms: number;
  /** When the time of the turn is up; null: it has no limit. */
  due_ms: number | null;
  /** Its rules have changed, so it cannot go on. */
  older_rules: boolean;
}

/** One award of a kept match. */
export interface MatchAward {
  /** One of `GAME.awards`, as the game had them then. */
  award: string;
  /** The figure that it was given for. */
  value: number;
}

/** One seat of a kept match. */
export interface MatchSeat {
  seat: number;
  /** A bot had it at the end. */
  bot: boolean;
  /** Of a bot, 1 to 5; 0: a person. */
  level: number;
  /** Of a bot: an index into `GAME.bot_styles`. */
  style: number;
  name: string;
  /** 0 to 7. */
  colour: number;
  /** 0 to 7. */
  shape: number;
  /** From 1; 0: no team. */
  team: number;
  /** 1 is the winner's; 0: the match was not decided, or the seat left it. */
  place: number;
  points: number;
  awards: MatchAward[];
}

/** A kept match. */
export interface MatchInfo {
  /** 10 letters and digits; its page is `/m/ID`. */
  id: string;
  /** The game's name in commands. */
  game: string;
  /** The game's name for people. */
  title: string;
  /** Ticks a second. */
  tick_hz: number;
  /** Hash of the rules document that it was played by. */
  rules: string;
  /** Every option's value, by name. */
  options: Record<string, number>;
  /** The preset that the options equal, or "". */
  preset: string;
  /** Milliseconds since 1970, UTC. */
  started_ms: number;
  /** Milliseconds since 1970, UTC. */
  ended_ms: number;
  /** Length of the match in ticks. */
  ticks: number;
  /**
   * `decided` by the rules; `ended` by the host, with the places of that moment; `left`: nobody was there
   * to go on; `failed`: the rules raised an error.
   */
  outcome: Outcome;
  /** For how many people it is kept, see above. */
  visibility: Visibility;
  /** What its room was. */
  room_kind: RoomKind;
  /** Hash of the state after the last tick; 0 if the rules failed. */
  final_hash: number;
  /** By rising seat. */
  seats: MatchSeat[];
  /** As in RESULTS: the points of each seat after each round. */
  rounds: number[][];
  /** As in RESULTS: why nobody has won though all share the first place. */
  nobody_won?: "draw" | "none_scored";
}

/** Why a request of the HTTP API was not served. */
export interface Problem {
  /** For programs. */
  code: string;
  /** A sentence for people, in English. */
  message: string;
}

/** Every command with its argument and what its answer holds besides `ok`. */
export interface Commands {
  /** Open a room and enter it as its host. */
  create: {
    argument: { name?: string; colour?: number; shape?: number; language?: string; game?: string; preset?: string; options?: Record<string, OptionValue>; private?: boolean };
    answer: Joined;
  };
  /** Enter a room by its code. */
  join: {
    argument: { name?: string; colour?: number; shape?: number; language?: string; code: string; spectate?: boolean };
    answer: Joined;
  };
  /** Play now: enter the fullest public room of the game that has space, or a new one with bots. */
  quick: {
    argument: { name?: string; colour?: number; shape?: number; language?: string; game?: string };
    answer: Joined;
  };
  /**
   * Open a private room in which a kept match goes on from a tick, and enter it as its host. The seats of
   * the match are taken by bots at first; its settings stay as they were. The answer may take some
   * seconds. Refused with `older_rules` if the server's rules of the game have changed since.
   */
  play_on: {
    argument: { name?: string; colour?: number; shape?: number; language?: string; match: string; tick: number; seat?: number };
    answer: Joined;
  };
  /** Watch bots play, in a room in which nobody can take a seat. */
  demo: {
    argument: { game?: string };
    answer: Joined;
  };
  /**
   * Ask whether `join` would let you in, before a person is asked for a name. It is refused as `join`
   * would be, within the same limits, and leads nowhere.
   */
  knock: {
    argument: { code: string; spectate?: boolean };
    answer: { game: string; host: string; people: number };
  };
  /** Leave the room. */
  leave: {
    argument: object;
    answer: object;
  };
  /** Change your name, colour or shape. */
  profile: {
    argument: { name?: string; colour?: number; shape?: number; language?: string };
    answer: object;
  };
  /** Take a seat, or give yours up and watch. */
  sit: {
    argument: { spectate: boolean; seat?: number };
    answer: { seat: number | null };
  };
  /** Add a second player at your keyboard, on a seat of its own, or remove it. */
  second: {
    argument: { on: boolean; name?: string };
    answer: { seat: number | null };
  };
  /**
   * When every connected person with a seat is ready and enough seats are taken, the countdown begins;
   * players whose seat is held are not waited for. A change of game or options makes everyone not ready; a
   * player who was ready and is no longer stops the countdown.
   */
  ready: {
    argument: { ready: boolean };
    answer: object;
  };
  /** Put your own seat into a team, or as host any seat. */
  team: {
    argument: { seat: number; team: number };
    answer: object;
  };
  /** The host: begin the countdown now; `wrong_phase` if it has begun. */
  start: {
    argument: object;
    answer: object;
  };
  /** The host: stop the countdown. */
  cancel: {
    argument: object;
    answer: object;
  };
  /** The host: choose a preset, then set single options, in the lobby or results. */
  options: {
    argument: { preset?: string; values?: Record<string, OptionValue> };
    answer: object;
  };
  /** The host: play another game in this room. */
  game: {
    argument: { game: string };
    answer: object;
  };
  /**
   * The host: `{add: true, level?, style?}` adds a bot, `{seat, level?, style?}` changes one, `{remove:
   * seat}` removes one.
   */
  bot: {
    argument: { add?: boolean; seat?: number; remove?: number; level?: number; style?: number };
    answer: { seat: number | null };
  };
  /** The host: remove a player from the room. */
  kick: {
    argument: { player: string; on?: boolean };
    answer: object;
  };
  /**
   * The host: remove a player and keep that device out of the room; a new device or another browser can
   * enter again. With `address` everyone from the same address who is not in the room yet is kept out as
   * well.
   */
  ban: {
    argument: { player: string; on?: boolean; address?: boolean };
    answer: object;
  };
  /** The host: lift all bans of this room. */
  unban: {
    argument: object;
    answer: object;
  };
  /**
   * The host: `player`, who is connected, continues in a seat that is `held` for somebody else, with its
   * name and points; that other person is removed. For people whose browser has lost its tokens.
   */
  give: {
    argument: { seat: number; player: string };
    answer: object;
  };
  /** The host: stop a player from writing, or with `on: false` let them write again. */
  mute: {
    argument: { player: string; on?: boolean };
    answer: object;
  };
  /** The host: make a player the host. */
  transfer: {
    argument: { player: string; on?: boolean };
    answer: object;
  };
  /**
   * The person who made the room becomes its host again, also after leaving and entering again on the same
   * device.
   */
  reclaim: {
    argument: object;
    answer: object;
  };
  /**
   * The host: change who may enter and what is shown. `polite` is on at first where `private` is false.
   * `delay` is 0 at first where `private` is true, else 3; those who have a seat, and the host of a game
   * with `hosted`, are never delayed.
   */
  lock: {
    argument: { locked?: boolean; hidden?: boolean; private?: boolean; cover?: boolean; polite?: boolean; delay?: 0 | 3 | 10 | 30 };
    answer: object;
  };
  /** The host: pause the match, or resume it. */
  pause: {
    argument: { paused: boolean };
    answer: object;
  };
  /** The host: a command to the game, while the match is live; `GAME.command_docs` says what each does. */
  verb: {
    argument: { verb: number; value?: number };
    answer: object;
  };
  /**
   * The host: between matches, for games with `hosted`: set your own questions, as TOML or CSV, 12 times a
   * minute at most; "" selects the game's own. A text that cannot be read is answered with `bad_pack` and
   * the line.
   */
  pack: {
    argument: { text?: string };
    answer: { pack: PackInfo | null };
  };
  /** In the results: vote to play again, or not. */
  rematch: {
    argument: { want: boolean };
    answer: object;
  };
  /** The host: take everyone back to the lobby; a running match ends without results. */
  lobby: {
    argument: object;
    answer: object;
  };
  /**
   * The host: end the running match: the results show the places of this moment, and `RESULTS.ended` is
   * true.
   */
  end: {
    argument: object;
    answer: object;
  };
  /**
   * The host: set the playlist, at any time. In the lobby its entry `at` is chosen at once, after a match
   * when the results are left.
   */
  playlist: {
    argument: { entries: PlaylistGame[]; at?: number };
    answer: object;
  };
  /**
   * The host: in the results or the lobby: choose the game of `next`, or of the playlist, and go to the
   * lobby; an open vote ends. With `skip` the playlist goes on by one entry first.
   */
  next: {
    argument: { skip?: boolean };
    answer: object;
  };
  /**
   * The host: between matches: begin a vote for the next game among the games with enough seats, or end
   * it. It lasts 20 s, or until everyone who plays has voted. Chance decides between equal votes; without
   * votes nothing is decided. A match that begins drops it.
   */
  poll: {
    argument: { open?: boolean; each?: boolean };
    answer: object;
  };
  /** Vote for the next game; each person has one vote and may change it, also spectators. */
  vote: {
    argument: { game: string };
    answer: object;
  };
  /** The host: forget all points of `evening`. */
  new_evening: {
    argument: object;
    answer: object;
  };
  /**
   * Say a line. A line that is sent again with its `n` is answered with its first id; another text under a
   * used `n` is refused with `gap`: count on from the `chat_n` of the last JOINED.
   */
  chat: {
    argument: { text: string; n: number };
    answer: { id: number };
  };
  /** Show an emote. */
  emote: {
    argument: { emote: string };
    answer: object;
  };
  /** The page is hidden: states stop until it is shown again, which brings a keyframe. */
  away: {
    argument: { away: boolean };
    answer: object;
  };
  /** The round trip that you measured, for the others to see. */
  rtt: {
    argument: { rtt: number };
    answer: object;
  };
  /**
   * Send a keyframe: at most one a tick, and two a second in the long run; a request that comes sooner is
   * answered when the next is due.
   */
  resync: {
    argument: object;
    answer: object;
  };
  /**
   * You run the rules of `game` yourself, see section 7. Refused with `bad_request` if the connection has
   * the framing `json`, if the game's `replication` is `delta` or it has private parts, if the room plays
   * another game by now, or if its rules have been replaced since the match began. A change of the game
   * ends it.
   */
  predict: {
    argument: { on: boolean; game?: string };
    answer: object;
  };
  /** The hash of your state after `tick` is not the one that you received. */
  desync: {
    argument: { tick: number; hash: number; state?: string; agent?: string };
    answer: object;
  };
  /**
   * Something is wrong in the match that runs, or whose results are shown: keep its journal with these
   * words. Once in half a minute; `no_records` if the server, or this match, keeps none.
   */
  report: {
    argument: { words: string; tick?: number; hash?: number; state?: string; agent?: string };
    answer: { report: string };
  };
  /**
   * Remove what is kept of this device: its player with name and ratings. Kept matches stay, and the seats
   * that it had in them have no name any more. Leave your room first, and drop the device's token
   * afterwards.
   */
  forget: {
    argument: object;
    answer: { seats: number };
  };
  /**
   * The turn-based matches in which this device has a seat and which wait for their players. Refused with
   * `no_records` by a server that keeps none.
   */
  matches: {
    argument: object;
    answer: { matches: OwnMatch[]; push_key: string };
  };
  /** Leave a match of `matches` for good; its rules decide what that means for the others. */
  resign: {
    argument: { code: string };
    answer: object;
  };
  /**
   * Have a push message say to this browser when it is your turn in a match and you are not there;
   * `push_key` of `matches` is the key to subscribe with. Without `p256dh` it is not told any more.
   */
  subscribe: {
    argument: { endpoint: string; p256dh?: string; auth?: string; language?: string };
    answer: { on: boolean };
  };
  /** Ask for the server's time, see section 4. */
  clock: {
    argument: { client: number };
    answer: { client: number; now: number };
  };
}

/** The events with an object or a list as argument; that of `room` is a merge patch of RoomInfo. */
export interface Events {
  /** You are connected. */
  welcome: Welcome;
  /** The server closes this connection. */
  bye: Bye;
  /** The server replaced the rules of a game; rooms use them from their next match on. */
  games: GameInfo[];
  /** The game of the room, or its rules, changed. */
  schema: SchemaInfo;
  /** Somebody said something. */
  chat: ChatLine;
  /** Somebody showed an emote. */
  emote: EmoteShown;
  /** A message of the server to people. */
  notice: Notice;
  /** The room continues at another worker, see below. */
  joined: Joined;
  /** Connect once more, see below. */
  move: Move;
}

/** A value of the right type for every key that an event's argument, or a room, must have. `[one]` is a list
 * of such values, `{ '*': one }` an object of such values by any key, and null is any value. */
export const SAMPLES = {
  welcome: { version: 0, device: "", now: 0, build: "", transports: [""], games: [{ name: "", title: "", blurb: "", how: "", minutes: 0, accent: "", ground: "", seats: [], tick_hz: 0, buttons: [""], replication: "", rules: null, options: [{ name: "", kind: "", default: 0, low: 0, high: 0, names: [""], doc: "" }], presets: [{ name: "", values: { "*": null } }], preset_of: "", bot_styles: [""], team_option: "", awards: [""], commands: [""], hosted: false }], limits: { chat_chars: 0, name_chars: 0, input_hz: 0, payload_bytes: 0 }, emotes: [""], shapes: 0, public_url: "", resumed: null },
  bye: { code: "", message: "" },
  schema: { version: 0, game: "", tick_hz: 0, root: "", entities: { "*": [{ name: "", kind: "" }] }, events: [{ name: "", args: [""] }] },
  chat: { id: 0, player: "", name: "", text: "", at: 0 },
  emote: { player: "", seat: null, emote: "" },
  notice: { code: "", message: "" },
  joined: { code: "", player: "", seat_token: "", room: { version: 0, code: "", private: false, locked: false, hidden: false, cover: false, polite: false, delay: 0, demo: false, phase: "", game: "", preset: "", options: { "*": 0 }, people: { "*": { name: "", colour: 0, shape: 0, connected: false, away: false, muted: false, wins: 0 } }, seats: { "*": { kind: "", name: "", colour: 0, shape: 0, team: 0, ready: false, playing: false } }, rematch: [""] }, schema: { version: 0, game: "", tick_hz: 0, root: "", entities: { "*": [{ name: "", kind: "" }] }, events: [{ name: "", args: [""] }] }, chat: [{ id: 0, player: "", name: "", text: "", at: 0 }], chat_n: 0 },
  room: { version: 0, code: "", private: false, locked: false, hidden: false, cover: false, polite: false, delay: 0, demo: false, phase: "", game: "", preset: "", options: { "*": 0 }, people: { "*": { name: "", colour: 0, shape: 0, connected: false, away: false, muted: false, wins: 0 } }, seats: { "*": { kind: "", name: "", colour: 0, shape: 0, team: 0, ready: false, playing: false } }, rematch: [""] },
  rooms: { rooms: [{ code: "", game: "", title: "", phase: "", people: 0, bots: 0, seats: 0, name: "" }], online: 0 },
} as const;
