// Merges what only a player or the host sees into the state that all see, so that whatever draws the state
// finds a private field where it finds the others: `player.hand`.
import { isObject } from "../net/messages";
import type { EntityType, Schema } from "./schema";
import { blank, type Entity, find, type Value } from "./state";

/** Bits of `Entity.known`. */
export const OWNERS = 1;
export const HOSTS = 2;

/** What is known here of what not everybody sees. Each is the root of a tree of its own. */
export interface Secrets {
  /** What only the player of a seat sees, or null. */
  of(seat: number): Entity | null;
  /** What only the host sees, or null. */
  readonly host: Entity | null;
}

// hot: in games with hidden information, once a frame
/** Makes the entities of `state` hold the private fields that are known here; `known` says which they are. */
export function mergeSecrets(state: Entity, schema: Schema, secrets: Secrets): void {
  const { ownerRoot, hostRoot } = schema;
  if (!ownerRoot && !hostRoot) return;
  state.known = 0;
  for (const { name } of state.type.lists) for (const one of state[name] as Entity[]) one.known = 0;
  if (ownerRoot)
    for (const { name, of } of ownerRoot.lists) {
      if (!of || !listOf(state.type, name)) continue;
      for (const one of state[name] as Entity[]) {
        const from = secrets.of(one.id);
        const own = from ? find(from[name] as Entity[], one.id) : null;
        if (own) take(one, own, of, OWNERS);
      }
    }
  const { host } = secrets;
  if (!hostRoot || !host) return;
  take(state, host, hostRoot, HOSTS);
  for (const { name, of } of hostRoot.lists) {
    if (!of || !listOf(state.type, name)) continue;
    for (const one of state[name] as Entity[]) {
      const from = find(host[name] as Entity[], one.id);
      if (from) take(one, from, of, HOSTS);
    }
  }
}

const listOf = (type: EntityType, name: string) => type.lists.some((list) => list.name === name);

function take(to: Entity, from: Entity, type: EntityType, whose: number): void {
  to.known |= whose;
  for (const { name, kind, smooth } of type.fields) {
    // A list that all see keeps its own entities; they are merged one by one.
    if (kind === "entities" && listOf(to.type, name)) continue;
    to[name] = from[name] as Value;
    if (smooth) to.was[name] = from.was[name] ?? (from[name] as number);
  }
}

/** An entity of a private tree, from the JSON of `secrets` in glue.py. */
export function secretEntity(type: EntityType, from: unknown): Entity {
  const values = isObject(from) ? from : {};
  const entity = blank(type, typeof values.id === "number" ? values.id : 0);
  for (const { name, kind, of } of type.fields) {
    const value = values[name];
    if (kind === "entities") {
      if (of && Array.isArray(value)) entity[name] = value.map((one) => secretEntity(of, one));
    } else if (typeof value === "number" || typeof value === "string") entity[name] = value;
    else if (kind === "ints" && Array.isArray(value)) entity[name] = value.map(Number);
  }
  return entity;
}
