// Where the players' marks are in the picture of the match, for what page elements show beside them.
import type { Rider, Scene } from "../games/game_renderer";

type Follower = (x: number, y: number) => void;
const followers = new Map<number, Set<Follower>>();

/** Tells where the mark of a seat is, each frame, in CSS pixels of the picture; NaN while it is not there. */
export function followHead(seat: number, follower: Follower): () => void {
  const known = followers.get(seat) ?? new Set();
  followers.set(seat, known.add(follower));
  return () => {
    known.delete(follower);
    if (known.size === 0) followers.delete(seat);
  };
}

// hot: once a frame
/** Tells the followers where the marks were drawn. */
export function tellHeads({ heads, dpr }: Scene, riders: readonly (Rider | undefined)[]): void {
  if (followers.size === 0) return;
  for (const [seat, known] of followers) {
    let [x, y] = [Number.NaN, Number.NaN];
    const rider = riders[seat];
    for (let k = 0; k < heads.count; k++)
      if (rider && heads.riders[k] === rider) {
        x = heads.x(k) / dpr;
        y = heads.y(k) / dpr;
      }
    for (const follower of known) follower(x, y);
  }
}
