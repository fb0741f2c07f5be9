// What a spectator with a delay is shown of the room: its match as late as the picture of it, all else at once.
import type { Timer, Timers } from "../net/clock";
import type { GameInfo } from "../protocol.gen";
import type { Room } from "./room_state";

/** What belongs to the match: as it was when the shown picture was made. */
interface MatchView {
  game: string;
  fields: Pick<Room, "phase" | "match" | "results" | "countdown_at" | "paused_by">;
  /** The seats in the match. */
  playing: ReadonlySet<string>;
}

/** How many ms later than its players this person sees the match of the room; 0: at once. */
export function delayOf(room: Room, player: string | null, game: GameInfo | undefined): number {
  const person = player === null ? undefined : room.people[player];
  if (!person || person.seat !== null || room.demo) return 0;
  return game?.hosted && room.host === player ? 0 : room.delay * 1000;
}

function viewOf(room: Room): MatchView {
  const { game, phase, match, results, countdown_at, paused_by } = room;
  const fields: MatchView["fields"] = { phase };
  if (match) fields.match = match;
  if (results) fields.results = results;
  if (countdown_at !== undefined) fields.countdown_at = countdown_at;
  if (paused_by !== undefined) fields.paused_by = paused_by;
  const playing = new Set(Object.keys(room.seats).filter((seat) => room.seats[seat]?.playing));
  return { game, fields, playing };
}

function compose(room: Room, view: MatchView, delayMs: number): Room {
  const { phase: _, match, results, countdown_at, paused_by, ...rest } = room;
  const seats = Object.fromEntries(
    Object.entries(room.seats).map(([number, seat]) => [
      number,
      { ...seat, playing: view.playing.has(number) },
    ]),
  );
  const shown: Room = { ...rest, ...view.fields, seats };
  if (shown.countdown_at !== undefined) shown.countdown_at += delayMs;
  return shown;
}

export class DelayedRoom {
  private readonly timers: Timers;
  private readonly show: (room: Room) => void;
  private room: Room | null = null;
  private delayMs = 0;
  private shown: MatchView | null = null;
  private newest = "";
  private waiting: Timer[] = [];

  /** `show` is called with each room that is to be seen. */
  constructor(timers: Timers, show: (room: Room) => void) {
    this.timers = timers;
    this.show = show;
  }

  /** The room is forgotten: the next one is shown at once as it is. */
  clear(): void {
    for (const timer of this.waiting) this.timers.stop(timer);
    this.waiting = [];
    this.room = null;
    this.shown = null;
    this.newest = "";
  }

  /** Takes the room as the server has it now. */
  take(room: Room, delayMs: number): void {
    const view = viewOf(room);
    if (delayMs !== this.delayMs || view.game !== this.shown?.game) this.clear();
    this.room = room;
    this.delayMs = delayMs;
    if (delayMs === 0) {
      this.show(room);
      return;
    }
    const key = JSON.stringify([view.fields, [...view.playing]]);
    if (!this.shown) this.shown = view;
    else if (key !== this.newest) {
      const timer = this.timers.start(() => this.reach(view, timer), delayMs);
      this.waiting.push(timer);
    }
    this.newest = key;
    this.show(compose(room, this.shown, delayMs));
  }

  private reach(view: MatchView, timer: Timer): void {
    this.waiting = this.waiting.filter((one) => one !== timer);
    this.shown = view;
    if (this.room) this.show(compose(this.room, view, this.delayMs));
  }
}
