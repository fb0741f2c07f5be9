// The commands that a client sends, as docs/protocol.md declares them, and their answers.
import type { Commands } from "../protocol.gen";

/** The server did not carry a command out. */
export interface Refusal {
  ok: false;
  /** One of the codes of docs/protocol.md, or "timeout". */
  code: string;
  /** A sentence for a person. */
  message: string;
}

/** The answer to any command. */
export type Ack = { ok: true } | Refusal;
export type Answer<N extends keyof Commands> = ({ ok: true } & Commands[N]["answer"]) | Refusal;
export type Argument<N extends keyof Commands> = Commands[N]["argument"];
/** Sends a command. The promise never rejects: a failure is an answer. */
export type SendCommand = <N extends keyof Commands>(name: N, argument: Argument<N>) => Promise<Answer<N>>;

/** The commands that need nothing but to be sent. Those that enter or leave a room are methods of class Session. */
export function commandsBy(send: SendCommand) {
  return {
    profile: (profile: Argument<"profile">) => send("profile", profile),
    sit: (spectate: boolean) => send("sit", { spectate }),
    /** Takes this seat. */
    takeSeat: (seat: number) => send("sit", { spectate: false, seat }),
    second: (on: boolean, name?: string) => send("second", name === undefined ? { on } : { on, name }),
    ready: (ready: boolean) => send("ready", { ready }),
    team: (seat: number, team: number) => send("team", { seat, team }),
    start: () => send("start", {}),
    cancel: () => send("cancel", {}),
    options: (options: Argument<"options">) => send("options", options),
    game: (game: string) => send("game", { game }),
    bot: (bot: Argument<"bot">) => send("bot", bot),
    kick: (player: string) => send("kick", { player }),
    /** `address`: also refuses everyone new from the same address. */
    ban: (player: string, address = false) => send("ban", address ? { player, address } : { player }),
    unban: () => send("unban", {}),
    /** Lets a player continue in a seat that is held for somebody else. */
    give: (seat: number, player: string) => send("give", { seat, player }),
    mute: (player: string, on: boolean) => send("mute", { player, on }),
    transfer: (player: string) => send("transfer", { player }),
    lock: (lock: Argument<"lock">) => send("lock", lock),
    reclaim: () => send("reclaim", {}),
    pause: (paused: boolean) => send("pause", { paused }),
    verb: (verb: number, value: number) => send("verb", { verb, value }),
    /** Sets the host's own questions, as TOML or CSV; "": the game's own. */
    pack: (text: string) => send("pack", { text }),
    rematch: (want: boolean) => send("rematch", { want }),
    lobby: () => send("lobby", {}),
    /** Ends the running match; the places stand as they are. */
    end: () => send("end", {}),
    playlist: (list: Argument<"playlist">) => send("playlist", list),
    /** Goes on to the next game; `skip` leaves out the present entry of the playlist. */
    next: (skip = false) => send("next", { skip }),
    poll: (poll: Argument<"poll">) => send("poll", poll),
    /** "" takes the vote back. */
    vote: (game: string) => send("vote", { game }),
    newEvening: () => send("new_evening", {}),
    /** The turn-based matches that wait for this device. */
    matches: () => send("matches", {}),
    resign: (code: string) => send("resign", { code }),
    subscribe: (subscription: Argument<"subscribe">) => send("subscribe", subscription),
    emote: (emote: string) => send("emote", { emote }),
  };
}
