"""Bandwidth: bytes of a match, by second and player, in each encoding.

`python bench/bandwidth.py` lets bots play matches of 2, 4 and 8 players through the server's own match,
with every seat as a player's: inputs arrive as messages and are acknowledged. It prints a table,
writes `bench/results/bandwidth.json` and exits with 1 if a gate of `GATES` is missed by the largest match.
All figures include the WebSocket header of each message (2 bytes up to 125, else 4; from clients 4 more for
the mask), not those of TCP.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

from game.catalogue import load_games
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.replication.deltas import DeltaStream
from game.rooms.replication.replication import MatchStreams
from game.rules import BotContext, Game
from game.sync.delta import StateEncoder
from game.sync.schema import Schema
from game.sync.wire import input_message

RESULTS = Path(__file__).parent / "results" / "bandwidth.json"
JSON_FULL = "JSON, full state without tables"
JSON_DIFF = "JSON differences"
ORDINARY = "delta, ordinary Socket.IO client"
DELTA = "delta"
ENTRIES = "entries, for a client that runs the rules"
UP = "up: inputs"
GATES = {DELTA: 1000.0, ENTRIES: 120.0, UP: 100.0}
"""The gate: bytes a second and player, over all matches."""
WORST = {ENTRIES: 200.0}
"""The gate for any single match."""
MATCHES = 3
FULL_MATCHES = 20
"""How many matches are played with the most players."""

PLACEHOLDER_BYTES = len('451-["s",{"_placeholder":true,"num":0}]') + 2
LEAD_TICKS = 2
"""How many ticks ahead a client stamps its inputs."""
ROUND_TRIP_TICKS = 3
"""For how many ticks an input stays unacknowledged and is repeated with the next: 100 ms at 30 Hz."""
KEYFRAME_EVERY = 90


@dataclass
class Meter:
    """Bytes of one kind of message, by the second in which they were sent."""

    messages: int = 0
    payload: int = 0
    framed: int = 0
    seconds: dict[int, int] = field(default_factory=dict)
    matches: list[float] = field(default_factory=list)
    """Framed bytes a second of each match."""

    def count(self, second: int, payload: int, more: int = 0) -> None:
        """Count a message of `payload` bytes in this second, with a header and `more` bytes around it."""
        framed = payload + (2 if payload < 126 else 4) + more
        self.messages += 1
        self.payload += payload
        self.framed += framed
        self.seconds[second] = self.seconds.get(second, 0) + framed


@dataclass
class Row:
    """One encoding of the matches of one number of players; bytes are a second and player."""

    players: int
    encoding: str
    messages_per_s: float
    payload: float
    framed: float
    worst_second: float
    worst_match: float


@dataclass
class Cost:
    """The cost of encoding, in the matches of one number of players."""

    players: int
    update_us: float
    update_bytes: float
    keyframe_us: float
    keyframe_bytes_mean: float
    keyframe_bytes_most: int


class Person:
    """A seat that a bot plays as a client that sends inputs."""

    def __init__(self, bot: BotContext) -> None:
        self.bot = bot
        self.buttons = 0
        self.seq = 0
        self.sent_at = 0
        self.open: list[tuple[int, int, int, None]] = []
        """Unacknowledged inputs: (tick of sending, tick, buttons, no value)."""

    def play(self, runner: MatchRunner, hz: int) -> bytes | None:
        """Let the bot decide; the input message that the match has accepted, or None without a change."""
        tick = runner.match.tick
        self.bot.buttons = buttons = runner.game.bot(runner.match, self.bot)
        if buttons == self.buttons and tick - self.sent_at < hz:
            return None
        self.buttons = buttons
        self.sent_at = tick
        self.seq += 1
        self.open = [one for one in self.open if tick - one[0] <= ROUND_TRIP_TICKS + LEAD_TICKS][-7:]
        self.open.append((tick, tick + LEAD_TICKS, buttons, None))
        runner.press(self.bot.seat, self.seq, tick + LEAD_TICKS, buttons, 0)
        inputs = [(due, held, value) for _, due, held, value in self.open]
        return input_message(self.bot.seat, self.seq - len(inputs) + 1, inputs)


class Bench:
    """All matches of one number of players."""

    def __init__(self, game: Game, players: int) -> None:
        self.game = game
        self.players = players
        self.ticks = 0
        self.update_s = self.keyframe_s = 0.0
        self.update_bytes = 0
        self.keyframes: list[int] = []
        self.meters = {name: Meter() for name in (JSON_FULL, JSON_DIFF, ORDINARY, DELTA, ENTRIES, UP)}

    def play(self, seed: int, ticks: int) -> None:
        """Play one match, `ticks` at most."""
        chance = random.Random(seed)

        def draw() -> int:
            return chance.randrange(1 << 28)

        game = self.game
        seats = tuple(range(self.players))
        head = Head(game.name, tuple(game.options.defaults()), seats, (0,) * game.seats[1], draw())
        runner = MatchRunner(game, head, draw)
        people = [
            Person(BotContext(seat, 2, seat % len(game.bot_styles), draw(), game.controls)) for seat in seats
        ]
        streams = MatchStreams(runner, 1)
        encoder = StateEncoder(Schema.of(game))
        encoder.start(runner.match.state)
        tables = _table_names(game)
        before = {name: meter.framed for name, meter in self.meters.items()}
        while not runner.match.over and runner.match.tick < ticks:
            second = (self.ticks + runner.match.tick) // game.tick_hz
            for person in people:
                message = person.play(runner, game.tick_hz)
                if message is not None:
                    self.meters[UP].count(second, len(message), 4)
            streams.add(runner, runner.tick(), True)
            self._measure(runner, streams, encoder, second, tables)
        self.ticks += runner.match.tick
        for name, meter in self.meters.items():
            meter.matches.append((meter.framed - before[name]) * game.tick_hz / runner.match.tick)

    def _measure(
        self,
        runner: MatchRunner,
        streams: MatchStreams,
        encoder: StateEncoder,
        second: int,
        tables: frozenset[str],
    ) -> None:
        state = runner.match.state
        self.update_bytes += len(self._timed("update_s", lambda: encoder.update(state)))
        assert isinstance(streams.state, DeltaStream)
        sent = streams.state.state(runner.match, True)
        self.meters[DELTA].count(second, len(sent.binary))
        self.meters[ORDINARY].count(second, len(sent.binary), PLACEHOLDER_BYTES)
        self.meters[JSON_DIFF].count(second, _json_bytes("s", sent.json()))
        self.meters[JSON_FULL].count(second, _json_bytes("s", _without(encoder.full_json(), tables)))
        entries = streams.inputs.message(runner.match)
        if entries is not None:
            self.meters[ENTRIES].count(second, len(entries.binary))
        if runner.match.tick % KEYFRAME_EVERY == 0:
            fresh = StateEncoder(encoder.schema)
            fresh.start(state)
            self.keyframes.append(len(self._timed("keyframe_s", fresh.full)))

    def _timed(self, total: str, work: Callable[[], bytes]) -> bytes:
        start = perf_counter()
        done = work()
        setattr(self, total, getattr(self, total) + perf_counter() - start)
        return done

    def rows(self) -> list[Row]:
        """The rows of the table, the most expensive encoding first."""
        seconds = self.ticks / self.game.tick_hz
        rows = []
        for name, meter in self.meters.items():
            # Each player receives all states, but sends only its own inputs.
            senders = self.players if name == UP else 1
            share = seconds * senders
            rows.append(
                Row(
                    self.players,
                    name,
                    round(meter.messages / share, 1),
                    round(meter.payload / share, 1),
                    round(meter.framed / share, 1),
                    round(max(meter.seconds.values(), default=0) / senders, 1),
                    round(max(meter.matches) / senders, 1),
                )
            )
        return rows

    def cost(self) -> Cost:
        """The cost of encoding an update of a tick, and a keyframe."""
        frames = self.keyframes or [0]
        return Cost(
            self.players,
            round(self.update_s / self.ticks * 1e6, 1),
            round(self.update_bytes / self.ticks, 1),
            round(self.keyframe_s / len(frames) * 1e6, 1),
            round(sum(frames) / len(frames), 1),
            max(frames),
        )


def _json_bytes(event: str, data: object) -> int:
    return len(json.dumps([event, data], separators=(",", ":"), ensure_ascii=False).encode()) + 2


def _table_names(game: Game) -> frozenset[str]:
    views = Schema.of(game).entities.values()
    return frozenset(one.name for view in views for one in view.fields if one.kind in ("series", "track"))


def _without(data: object, names: frozenset[str]) -> object:
    if not isinstance(data, dict):
        return data
    return {key: _without(value, names) for key, value in data.items() if key not in names}


def _print(rows: Iterable[Row], costs: Iterable[Cost]) -> None:
    heads = f"{'messages/s':>11}{'payload B/s':>13}{'framed B/s':>12}{'worst s':>9}{'worst match':>13}"
    print(f"{'players':>7}  {'encoding':<42}{heads}")
    for row in rows:
        print(
            f"{row.players:>7}  {row.encoding:<42}{row.messages_per_s:>11}{row.payload:>13}"
            f"{row.framed:>12}{row.worst_second:>9}{row.worst_match:>13}"
        )
    print()
    print(
        f"{'players':>7}  {'update µs':>10}{'update B':>10}{'keyframe µs':>13}{'keyframe B':>12}{'most B':>8}"
    )
    for cost in costs:
        print(
            f"{cost.players:>7}  {cost.update_us:>10}{cost.update_bytes:>10}{cost.keyframe_us:>13}"
            f"{cost.keyframe_bytes_mean:>12}{cost.keyframe_bytes_most:>8}"
        )


def missed(rows: Iterable[Row], players: int) -> list[str]:
    """One sentence for each gate that the matches of this many players miss."""
    return [
        f"{row.encoding}: {figure} B/s {where} with {players} players, {gates[row.encoding]} are allowed"
        for row in rows
        if row.players == players
        for figure, where, gates in (
            (row.framed, "all in all", GATES),
            (row.worst_match, "in one match", WORST),
        )
        if figure > gates.get(row.encoding, figure)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the bench; 1 if a gate is missed."""
    parser = argparse.ArgumentParser(description="Bandwidth of a match of bots, a second and player.")
    parser.add_argument("--game", default="trails")
    parser.add_argument("--players", type=int, nargs="+", default=[2, 4, 8])
    parser.add_argument("--matches", type=int, help=f"{MATCHES}, and {FULL_MATCHES} with the most players")
    parser.add_argument("--ticks", type=int, default=3600, help="of each match at most")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    game = load_games([chosen.game], [])[chosen.game]
    rows: list[Row] = []
    costs: list[Cost] = []
    for players in chosen.players:
        bench = Bench(game, players)
        usual = FULL_MATCHES if players == max(chosen.players) else MATCHES
        for k in range(chosen.matches or usual):
            bench.play(chosen.seed + k, chosen.ticks)
        rows += bench.rows()
        costs.append(bench.cost())
    _print(rows, costs)
    RESULTS.parent.mkdir(exist_ok=True)
    results = {
        "game": game.name,
        "rows": [asdict(row) for row in rows],
        "costs": [asdict(cost) for cost in costs],
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    complaints = missed(rows, max(chosen.players))
    for complaint in complaints:
        print(f"gate missed: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
