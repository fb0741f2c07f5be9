"""The cost of Open Field without a network: `python -m bench.field`.

A hundred riders in one world of 4800 by 4800 units. Some are players: each has a separate view and sends
inputs as clients do; the game's bots choose them, outside of the measured time. The others are the server's
bots. Prints CPU milliseconds a tick by part, bytes a second and player with WebSocket framing, and how many
riders a view contains. A few views are decoded and compared with the state.
"""

import argparse
import random
import statistics
import sys
from time import process_time
from typing import Any

from bench import machine, store
from game.games.field import Field
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.replication.interest import InterestStream
from game.rooms.replication.replication import MatchStreams
from game.rules import BotContext, Match
from game.sync.delta import StateDecoder
from game.sync.schema import Schema
from game.sync.wire import Keyframe, StateFrame, parse_frame

RIDERS = 100
WARM_TICKS = 150
"""The countdown, and the first seconds without lines."""
DECODED = (0, 7, 23)
"""Seats whose views are decoded and compared."""
HZ = 30


def play(people: int, ticks: int, seed: int) -> dict[str, Any]:
    """Play that many ticks; returns the figures by name."""
    chance = random.Random(seed)
    game = Field()

    def draw() -> int:
        return chance.getrandbits(28)

    options = tuple(game.options.merge(game.options.defaults(), {"size": 4800, "minutes": 30}))
    head = Head(game.name, options, tuple(range(RIDERS)), (0,) * RIDERS, draw())
    runner = MatchRunner(game, head, draw)
    streams = MatchStreams(runner, 1)
    views = streams.state
    assert isinstance(views, InterestStream)
    schema = Schema.of(game)
    decoders = {seat: StateDecoder(schema.describe()) for seat in DECODED if seat < people}
    bots = [BotContext(seat, 1 + seat % 5, seat % 3, draw()) for seat in range(people)]
    for seat in range(people, RIDERS):
        runner.add_bot(seat, 1 + seat % 5, seat % 3)
    seqs, held = [0] * people, [0] * people
    down = [0] * people
    for seat in range(people):
        message = streams.keyframe(runner, 0, True, (seat,))
        down[seat] += _framed(message.binary)
        if seat in decoders:
            frame = parse_frame(message.binary)
            assert isinstance(frame, Keyframe)
            decoders[seat].full(frame.full)
    steps: list[float] = []
    encodes: list[float] = []
    in_view: list[int] = []
    for _ in range(ticks):
        _press(runner, bots, seqs, held)
        began = process_time()
        streams.add(runner, runner.tick(), False)
        stepped = process_time()
        views.step(runner.match, False)
        messages = [views.message(runner.match, (seat,), False) for seat in range(people)]
        encoded = process_time()
        for seat, message in enumerate(messages):
            down[seat] += _framed(message.binary)
        in_view.append(sum(len(view.held) for view in views.sets()) // people)
        for seat, decoder in decoders.items():
            _follow(decoder, messages[seat].binary, schema, runner.match, seat)
        if runner.match.tick > WARM_TICKS:
            steps.append((stepped - began) * 1000)
            encodes.append((encoded - stepped) * 1000)
    both = [one + other for one, other in zip(steps, encodes, strict=True)]
    seconds = ticks / HZ
    rates = [sent / seconds for sent in down]
    return {
        "people": people,
        "step_ms": _spread(steps),
        "encode_ms": _spread(encodes),
        "step_and_encode_ms": _spread(both),
        "bytes_s": {"mean": round(statistics.mean(rates)), "most": round(max(rates))},
        "in_view": round(statistics.mean(in_view), 1),
    }


def _press(runner: MatchRunner, bots: list[BotContext], seqs: list[int], held: list[int]) -> None:
    for bot in bots:
        seat = bot.seat
        bot.buttons = runner.game.bot(runner.match, bot)
        if bot.buttons != held[seat]:
            held[seat] = bot.buttons
            seqs[seat] += 1
            runner.press(seat, seqs[seat], runner.match.tick, bot.buttons, 0)


def _follow(decoder: StateDecoder, message: bytes, schema: Schema, m: Match, seat: int) -> None:
    frame = parse_frame(message, schema.event_args)
    assert isinstance(frame, StateFrame)
    decoder.update(frame.update)
    me = decoder.state["riders"][seat]
    rider = m.state.riders[seat]
    seen = (me["x"], me["y"], len(me["trail"]))
    assert seen == (rider.x >> 4 << 4, rider.y >> 4 << 4, min(rider.line, len(rider.laid))), seen


def _framed(message: bytes) -> int:
    return len(message) + (2 if len(message) < 126 else 4)


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(ordered[len(ordered) // 2], 2),
        "p99": round(ordered[len(ordered) * 99 // 100], 2),
        "most": round(ordered[-1], 2),
    }


def main() -> int:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(prog="python -m bench.field", description=__doc__)
    parser.add_argument("--ticks", type=int, default=3000)
    parser.add_argument("--people", type=int, nargs="+", default=[100, 40])
    asked = parser.parse_args()
    machine.pin_to(machine.cores()[0])
    found = [play(people, asked.ticks, 1) for people in asked.people]
    for one in found:
        print(f"{one['people']} people and {RIDERS - one['people']} bots, CPU ms a tick: p50, p99, most")
        for part in ("step_ms", "encode_ms", "step_and_encode_ms"):
            spread = one[part]
            print(f"  {part:20}{spread['p50']:8.2f}{spread['p99']:8.2f}{spread['most']:8.2f}")
        rates = one["bytes_s"]
        print(f"  bytes a second and person: {rates['mean']} on average, {rates['most']} at most")
        print(f"  riders in a view: {one['in_view']}")
    store.record("field", {"ticks": asked.ticks, "runs": found})
    return 0


if __name__ == "__main__":
    sys.exit(main())
