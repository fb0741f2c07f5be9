"""One trial: a new server on its core, the load on the other, and the figures of each window."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bench.contestants import Contestant
from bench.machine import BUILD, Failed, Process, await_port, cores


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one window, or the median of several.

    Attributes:
        players: connected and playing.
        cpu_us_per_message: server CPU time by delivered state message, inputs included.
        cpu_us_per_player_s: server CPU time by player and second.
        server_busy: share of its core that the server used, 0 to 1.
        load_busy: share of its core that the load client used; near 1 it would be the limit.
        down_bytes_per_player_s: WebSocket bytes to a player in a second, framing included, TCP not.
        up_bytes_per_player_s: and from a player.
        delivery: states (or ticks) received, divided by those due.
        late_p50_ms: how much longer than planned the time between two states was.
        late_p99_ms: the same at p99.
        input_p50_ms: from sending an input to the state that acknowledges it, half a tick included.
        input_p99_ms: the same at p99.
        memory_kb_per_player: growth of the server since it was ready, by player.
    """

    players: int
    cpu_us_per_message: float
    cpu_us_per_player_s: float
    server_busy: float
    load_busy: float
    down_bytes_per_player_s: float
    up_bytes_per_player_s: float
    delivery: float
    late_p50_ms: float
    late_p99_ms: float
    input_p50_ms: float
    input_p99_ms: float
    memory_kb_per_player: float


def median(figures: Sequence[Figures]) -> Figures:
    """Each figure's median."""
    middle = {
        one.name: statistics.median([getattr(each, one.name) for each in figures]) for one in fields(Figures)
    }
    return Figures(**middle | {"players": int(middle["players"])})


def rounded(figures: Figures) -> dict[str, float]:
    """The figures with significant digits only."""
    return {
        name: value if isinstance(value, int) else float(f"{value:.4g}")
        for name, value in asdict(figures).items()
    }


def run(
    one: Contestant,
    rooms: int,
    span_s: float,
    windows: int,
    warm_s: float | None = None,
    *,
    bots: int = 0,
    watch: Callable[[Process, int], None] = lambda _server, _port: None,
) -> list[Figures]:
    """Start the server, let all players join, and measure.

    Args:
        one: the server.
        rooms: the number of rooms, each with as many players as the workload has seats.
        span_s: how long each window is.
        windows: how many windows are measured.
        warm_s: from the last join to the first window; None: that of the workload.
        bots: bots in each room besides the players (only for the real game on our server).
        watch: called with the server and its port at the start and at the end of each window.

    Returns:
        the figures of each window.

    Raises:
        Failed: the server did not start, or refused or lost players.
    """
    if one.missing():
        raise Failed(f"{one.name}: {one.missing()}")
    server_core, load_core = cores()
    work = one.workload
    warm_s = work.warm_s if warm_s is None else warm_s
    with Process(one.command(rooms), server_core, one.env, one.cwd) as server:
        port = server.await_match(one.ready)
        await_port(int(port))
        empty_bytes = server.memory_bytes()
        join_s = 20 + rooms * work.seats / 200
        options = {
            "rooms": rooms,
            "seats": work.seats,
            "bots": bots,
            "hz": work.hz,
            "variant": one.variant,
            "warm_s": warm_s,
            "span_s": span_s,
            "windows": windows,
            "join_s": join_s,
        }
        words = [f"{name}={value}" for name, value in options.items()]
        with Process([str(BUILD / "load"), one.speech, port, *words], load_core) as load:
            _expect(load, "joined", join_s + 10)
            found = []
            for window in range(windows):
                _expect(load, "begin", 30 + (warm_s if window == 0 else 0))
                before_s = server.cpu_s()
                watch(server, int(port))
                told = json.loads(_expect(load, "end", span_s + 30))
                spent_s = server.cpu_s() - before_s
                watch(server, int(port))
                grown = server.memory_bytes() - empty_bytes
                found.append(_figures(one, Told(told), spent_s, grown, rooms * work.seats))
            return found


def _expect(load: Process, word: str, within_s: float) -> str:
    """The rest of the line that begins with `word`; any other line is an error of the load client."""
    line = load.line(within_s)
    if not line.startswith(word):
        raise Failed(line)
    return line.removeprefix(word).strip()


class Told:
    """The load client's figures of one window; see figures.c."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told

    def count(self, name: str) -> float:
        """A plain number."""
        return float(self._told[name])

    def ms(self, spread: str, part: str) -> float:
        """A part of a spread of durations; -0.001 if nothing was measured."""
        return float(self._told[f"{spread}_us"][part]) / 1000


def _figures(one: Contestant, told: Told, cpu_s: float, grown_bytes: int, wanted: int) -> Figures:
    seconds, players = told.count("seconds"), max(1.0, told.count("players"))
    came = told.count("ticks" if one.by_ticks else "messages")
    return Figures(
        players=int(told.count("players")),
        cpu_us_per_message=cpu_s * 1e6 / max(1.0, told.count("messages")),
        cpu_us_per_player_s=cpu_s * 1e6 / (players * seconds),
        server_busy=cpu_s / seconds,
        load_busy=told.count("load_cpu_s") / seconds,
        down_bytes_per_player_s=told.count("bytes_down") / (players * seconds),
        up_bytes_per_player_s=told.count("bytes_up") / (players * seconds),
        delivery=came / (wanted * one.workload.hz * seconds),
        late_p50_ms=told.ms("late", "p50"),
        late_p99_ms=told.ms("late", "p99"),
        input_p50_ms=told.ms("latency", "p50"),
        input_p99_ms=told.ms("latency", "p99"),
        memory_kb_per_player=grown_bytes / 1024 / wanted,
    )
