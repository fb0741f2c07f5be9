// The commands of docs/protocol.md that need nothing but to be sent; those that enter or leave a room are
// in session.ts.
import type { Ack, Profile } from "./types";

export function commandsBy(tell: (event: string, arg?: object) => Promise<Ack>) {
  return {
    profile: (o: Profile) => tell("profile", o),
    sit: (spectate: boolean) => tell("sit", { spectate }),
    second: (on: boolean, name?: string) => tell("second", name === undefined ? { on } : { on, name }),
    ready: (ready: boolean) => tell("ready", { ready }),
    team: (seat: number, team: number) => tell("team", { seat, team }),
    start: () => tell("start"),
    cancel: () => tell("cancel"),
    options: (o: { preset?: string; values?: Record<string, number> }) => tell("options", o),
    game: (game: string) => tell("game", { game }),
    bot: (
      o:
        | { add: true; level?: number; style?: number }
        | { seat: number; level?: number; style?: number }
        | { remove: number },
    ) => tell("bot", o),
    kick: (player: string) => tell("kick", { player }),
    /** `address`: nobody new from the same address may come in, either. */
    ban: (player: string, address = false) => tell("ban", address ? { player, address } : { player }),
    unban: () => tell("unban"),
    /** Lets a player go on in a seat that is held for somebody else. */
    give: (seat: number, player: string) => tell("give", { seat, player }),
    mute: (player: string, on: boolean) => tell("mute", { player, on }),
    transfer: (player: string) => tell("transfer", { player }),
    lock: (o: { locked?: boolean; hidden?: boolean; private?: boolean }) => tell("lock", o),
    reclaim: () => tell("reclaim"),
    pause: (paused: boolean) => tell("pause", { paused }),
    verb: (verb: number, value: number) => tell("verb", { verb, value }),
    /** Brings questions, as TOML or CSV; "": those in the box. */
    pack: (text: string) => tell("pack", { text }),
    rematch: (want: boolean) => tell("rematch", { want }),
    lobby: () => tell("lobby"),
    emote: (emote: string) => tell("emote", { emote }),
  };
}
