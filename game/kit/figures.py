"""What a match costs: the time of a step and of its bots, and the bytes on the wire, a second and player."""

import math
import random
from dataclasses import dataclass
from time import thread_time_ns

from game.kit.trials import ENTROPY_EVERY, Entry
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.replication.deltas import DeltaStream
from game.rooms.replication.interest import InterestStream
from game.rooms.replication.replication import MatchStreams
from game.rules import ENTROPY, BotContext, Game, Match, Stroke, Typed
from game.rules.controls import Control
from game.sync.entries import inputs_frame, seat_bits
from game.sync.wire import Change, controls_message


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds of processor time a tick."""

    step_mean: float
    step_p99: float
    bots_mean: float


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes a second that go down to one player, WebSocket headers included."""

    delta: float
    entries: float
    private: float


def times(game: Game, seats: int, seed: int, ticks: int) -> Times:
    """Let bots play and time it; what the machine does beside counts for nothing."""
    chance = random.Random(seed)
    m = Match(game, game.options.defaults(), list(range(seats)), [], seed)
    m.begin()
    bots = [
        BotContext(seat, 3, seat % len(game.bot_styles), chance.randrange(1 << 28), game.controls)
        for seat in range(seats)
    ]
    steps: list[int] = []
    thinking = 0
    while not m.over and m.tick < ticks:
        due: list[Entry] = []
        if m.tick % ENTROPY_EVERY == 0:
            due.append((ENTROPY, 0, chance.randrange(1 << 28), 0))
        start = thread_time_ns()
        for bot in bots:
            bot.buttons = game.bot(m, bot)
        thinking += thread_time_ns() - start
        for bot in bots:
            due += m.bot_entries(bot, bot.buttons)
        start = thread_time_ns()
        m.step(due)
        steps.append(thread_time_ns() - start)
    steps.sort()
    count = max(1, len(steps))
    return Times(sum(steps) / count / 1e3, steps[int(count * 0.99)] / 1e3, thinking / count / 1e3)


def bandwidth(game: Game, seats: int, seed: int, ticks: int) -> Bytes:
    """Let bots play through the server's own match, each seat as a person's, and count what goes down."""
    chance = random.Random(seed)

    def draw() -> int:
        return chance.randrange(1 << 28)

    taken = tuple(range(seats))
    runner = MatchRunner(
        game, Head(game.name, tuple(game.options.defaults()), taken, (0,) * game.seats[1], draw()), draw
    )
    bots = [BotContext(seat, 3, seat % len(game.bot_styles), draw(), game.controls) for seat in taken]
    seqs = [0] * seats
    held = [0] * seats
    delta = entries = private = 0
    streams = MatchStreams(runner, 1)
    hidden = streams.private.any
    for seat in taken if isinstance(streams.state, InterestStream) else ():
        streams.keyframe(runner, 0, True, (seat,))
    for seat in taken if hidden else ():
        streams.private.full(runner.match, seat)
    while not runner.match.over and runner.match.tick < ticks:
        for bot in bots:
            seat, tick = bot.seat, runner.match.tick
            bot.buttons = buttons = game.bot(runner.match, bot)
            changes = tuple(bot.changes)
            bot.changes = []
            if buttons != held[seat] or changes:
                held[seat] = buttons
                seqs[seat] += 1
                runner.press(seat, seqs[seat], tick, buttons, 0, changes)
        streams.add(runner, runner.tick(), True)
        delta += _delta(runner.match, streams.state)
        streamed = streams.inputs.message(runner.match)
        entries += 0 if streamed is None else _framed(streamed.binary)
        for seat in taken if hidden else ():
            message = streams.private.update(runner.match, seat, False)
            private += 0 if message is None else _framed(message.binary)
    seconds = runner.match.tick / game.tick_hz
    return Bytes(delta / seconds, entries / seconds, private / seconds / seats)


@dataclass(frozen=True, slots=True)
class ControlCost:
    """Bytes a second of one control in steady use.

    `up` from its player, without headers; `down` to each player, where browsers run the rules.
    """

    up: float
    down: float


SHOWN_A_SECOND = 10
"""How often a client sends what is typed or drawn; see GATHER_MS in web/src/session/seat_inputs.ts."""
MOVING_BYTES_A_SECOND = 60
"""What a client lets sticks and pointers take; see STEADY_BYTES_PER_S there."""
POINTS_A_SECOND = 40
KEYS_A_SECOND = 8
WORDS_A_MINUTE = 20
"""Texts that a quick player sends, and choices that one makes."""


def control_cost(game: Game, control: Control) -> ControlCost:
    """What a control costs while one player uses it steadily for ten seconds."""
    assert game.controls is not None
    up = down = 0
    changes = _steady_use(game, control)
    bits = seat_bits(game.seats[1])
    for k, change in enumerate(changes):
        up += len(controls_message(0, 200 + k, [(1000 + k, 0, (change,))]))
        entries = game.controls.entries(0, change)
        down += _framed(inputs_frame(1001, 1, [(1000, entry) for entry in entries], bits, None, (), None))
    return ControlCost(up / 10, down / 10)


def _steady_use(game: Game, control: Control) -> list[Change]:
    """The changes of ten seconds: a hand that moves, types or draws."""
    number = control.number
    if isinstance(control, Stroke):
        size = min(control.width, control.height)
        return [
            (number, False, tuple(_circle(size, k + point) for point in range(4)))
            for k in range(0, 10 * POINTS_A_SECOND, POINTS_A_SECOND // SHOWN_A_SECOND)
        ]
    if isinstance(control, Typed):
        sent: list[Change] = [(number, False, "a" * min(control.chars, 12))] * (WORDS_A_MINUTE // 6)
        keys = range(10 * KEYS_A_SECOND) if control.live else ()
        return [*sent, *((number, True, "a" * (k % control.chars + 1)) for k in keys)]
    if not control.held:
        return [(number, False, control.most() - 1)] * (WORDS_A_MINUTE // 6)
    most = max(2, control.most() or 1 << 16)
    size = len(controls_message(0, 200, [(1000, 0, ((number, False, most - 1),))]))
    often = 10 * min(game.tick_hz, MOVING_BYTES_A_SECOND // size)
    return [(number, False, most - 1 - k % 2) for k in range(often)]


def _circle(size: int, k: int) -> tuple[int, int, int]:
    """A point of a pen that draws circles as wide as half the sheet, one in two seconds."""
    angle = k * math.tau / (2 * POINTS_A_SECOND)
    return int(size / 2 + size / 4 * math.cos(angle)), int(size / 2 + size / 4 * math.sin(angle)), 1


def _delta(m: Match, state: DeltaStream | InterestStream) -> int:
    """Bytes of this tick's state: the one that all get, or the mean of those that each gets."""
    if isinstance(state, DeltaStream):
        return _framed(state.state(m, False).binary)
    state.step(m, False)
    return sum(_framed(state.message(m, (seat,), False).binary) for seat in m.seats) // len(m.seats)


def _framed(message: bytes) -> int:
    return len(message) + (2 if len(message) < 126 else 4)
