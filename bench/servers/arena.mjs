// What a Colyseus room of Loose Ends synchronises.

import { schema, t } from "@colyseus/schema";

export const Pickup = schema({ kind: t.uint8(), x: t.float32(), y: t.float32() }, "Pickup");

export const Racer = schema(
  {
    seq: t.uint16(),
    x: t.float32(),
    y: t.float32(),
    heading: t.float32(),
    alive: t.boolean(),
    inking: t.boolean(),
    score: t.uint16(),
    half: t.float32(),
    effects: t.array("uint32"),
  },
  "Racer",
);

export const Arena = schema(
  {
    tick: t.uint32(),
    phase: t.uint8(),
    until: t.uint32(),
    began: t.uint32(),
    round: t.uint8(),
    decider: t.boolean(),
    target: t.uint16(),
    width: t.uint16(),
    height: t.uint16(),
    inset: t.uint16(),
    wrap: t.uint32(),
    gappy: t.uint32(),
    pickups: t.array(Pickup),
    racers: t.map(Racer),
  },
  "Arena",
);
