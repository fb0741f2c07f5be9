// What arrives from the server, checked: a message with a value of another type than the protocol declares is dropped, so
// that nothing throws later. A key that an older server does not send gets the value of its sample.
import {
  type Commands,
  type Events,
  type Joined,
  type OpenRooms,
  type RoomInfo,
  SAMPLES,
} from "../protocol.gen";
import type { Answer } from "./commands";

export type JsonObject = Record<string, unknown>;

/** An event of the server with its argument; that of `room` is a merge patch of RoomInfo. */
export type ServerEvent =
  | { [N in keyof Events]: { name: N; argument: Events[N] } }[keyof Events]
  | { name: "room"; argument: JsonObject };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `SAMPLES` shows for an object of any keys. */
const ANY_KEY = "*";

/** Whether a value is like its sample, at all depths. Below the top level a key may be missing, as above. */
function isLike(sample: unknown, value: unknown): boolean {
  if (sample === null) return true;
  if (Array.isArray(sample))
    return Array.isArray(value) && (sample.length === 0 || value.every((one) => isLike(sample[0], one)));
  if (!isObject(sample)) return typeof value === typeof sample;
  if (!isObject(value)) return false;
  const each = sample[ANY_KEY];
  if (each !== undefined) return Object.values(value).every((one) => isLike(each, one));
  return Object.entries(sample).every(([key, one]) => value[key] === undefined || isLike(one, value[key]));
}

/** The value of a key that was not sent. */
function blank(sample: unknown): unknown {
  if (Array.isArray(sample)) return [];
  return isObject(sample) && ANY_KEY in sample ? {} : sample;
}

function fits<T>(sample: object, value: JsonObject): value is JsonObject & T {
  return Object.entries(sample).every(([key, one]) => isLike(one, value[key]));
}

/** The value as the type of the sample, or null if it is malformed. */
function read<T>(sample: object, value: unknown): T | null {
  if (!isObject(value)) return null;
  const complete = { ...value };
  for (const [key, one] of Object.entries(sample)) if (!(key in complete)) complete[key] = blank(one);
  return fits<T>(sample, complete) ? complete : null;
}

function readAs<N extends keyof typeof SAMPLES & keyof Events>(name: N, value: unknown) {
  const argument = read<Events[N]>(SAMPLES[name], value);
  return argument && { name, argument };
}

function isGames(value: unknown): value is Events["games"] {
  return isLike(SAMPLES.welcome.games, value);
}

/** Reads an event; null: its argument is malformed, or this client does not know the event. */
export function readEvent(name: string, argument: unknown): ServerEvent | null {
  switch (name) {
    case "welcome":
      return readAs("welcome", argument);
    case "bye":
      return readAs("bye", argument);
    case "schema":
      return readAs("schema", argument);
    case "joined":
      return readAs("joined", argument);
    case "chat":
      return readAs("chat", argument);
    case "emote":
      return readAs("emote", argument);
    case "notice":
      return readAs("notice", argument);
    case "games":
      return isGames(argument) ? { name, argument } : null;
    case "move":
      return { name, argument: {} };
    case "room":
      return isObject(argument) ? { name, argument } : null;
    default:
      return null;
  }
}

/** Reads the list of open rooms; null: it is malformed. */
export function readLobby(value: unknown): OpenRooms | null {
  return read(SAMPLES.rooms, value);
}

/** Reads a room that a patch has changed; null: it is no room any more. */
export function readRoom(value: unknown): RoomInfo | null {
  return read(SAMPLES.room, value);
}

const ENTERING: readonly string[] = ["create", "join", "quick", "play_on", "demo"];

/** Whether a value is an answer to the command. */
function isAnswer<N extends keyof Commands>(name: N, value: unknown): value is Answer<N> {
  if (!isObject(value)) return false;
  if (value.ok !== true) return typeof value.code === "string" && typeof value.message === "string";
  return !ENTERING.includes(name) || fits<Joined>(SAMPLES.joined, value);
}

/** Reads the answer to a command; null: it is malformed. */
export function readAnswer<N extends keyof Commands>(name: N, value: unknown): Answer<N> | null {
  return isAnswer(name, value) ? value : null;
}
