"""The metrics of one worker: what /metrics shows is read from the worker's parts at each scrape."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version

from game.ops.metrics import Figure, TickTimes, WorkerCollector, render, single
from game.rooms.lobby import Lobby
from game.rooms.scheduler import Scheduler
from game.transport.traffic import TRAFFIC


class WorkerMetrics:
    """Measures ticks, and renders all metrics of this process.

    Args:
        build: the id of the browser client that this worker serves.
        connections: returns the number of open connections.
        cluster: returns the figures of the cluster; None for a worker that is alone.
        records: returns the figures of kept matches; None if none are kept.
    """

    def __init__(
        self,
        build: str,
        connections: Callable[[], int],
        cluster: Callable[[], Iterable[Figure]] | None,
        records: Callable[[], Iterable[Figure]] | None = None,
    ) -> None:
        self._build = build
        self._connections = connections
        self._cluster = cluster
        self._records = records
        self._ticks: dict[str, TickTimes] = {}

    # hot: once per room and tick
    def observe_tick(self, game: str, late_us: int, cost_us: int) -> None:
        """Count one tick of a room: how late it was, and how long it took, in microseconds."""
        times = self._ticks.get(game)
        if times is None:
            times = self._ticks[game] = TickTimes()
        times.lateness.observe(late_us)
        times.cost.observe(cost_us)

    def render(self, lobby: Lobby, scheduler: Scheduler) -> bytes:
        """All metrics in Prometheus' text format."""
        return render(WorkerCollector(lambda: self._figures(lobby, scheduler), self._ticks))

    def _figures(self, lobby: Lobby, scheduler: Scheduler) -> Iterator[Figure]:
        yield Figure(
            "build_info",
            "Always 1; the labels say which version and client build this worker runs.",
            "gauge",
            {(version("rumpus"), self._build): 1},
            ("version", "build"),
        )
        yield single("connections", "Connections of players that are open now.", self._connections())
        yield from _room_figures(lobby)
        yield single(
            "send_every_ticks",
            "States are sent every N ticks: 1 is normal, more when ticks come late.",
            scheduler.send_every,
        )
        yield single(
            "bundle_ticks",
            "Inputs are sent on every N ticks: 1 is normal, more when the core is busy.",
            scheduler.batch_ticks,
        )
        yield single("ticks", "Ticks of all rooms.", scheduler.ticks, "counter")
        yield single(
            "dropped_ticks",
            "Ticks that were dropped after a stall of the process; players saw time jump.",
            scheduler.dropped_ticks,
            "counter",
        )
        for name, way, unit, value in (
            ("messages_in", "from", "Messages", TRAFFIC.messages_in),
            ("messages_out", "to", "Messages", TRAFFIC.messages_out),
            ("bytes_in", "from", "Bytes", TRAFFIC.bytes_in),
            ("bytes_out", "to", "Bytes", TRAFFIC.bytes_out),
        ):
            yield single(name, f"{unit} {way} clients over WebSockets.", value, "counter")
        if self._cluster is not None:
            yield from self._cluster()
        if self._records is not None:
            yield from self._records()


def _room_figures(lobby: Lobby) -> Iterator[Figure]:
    rooms: Counter[tuple[str, ...]] = Counter()
    seats: Counter[tuple[str, ...]] = Counter()
    spectators: Counter[tuple[str, ...]] = Counter()
    for room in lobby:
        game = room.game.name
        if room.demo:
            rooms[game, "demo"] += 1
            continue
        rooms[game, room.phase.value] += 1
        for seat in room.seats.values():
            kind = "bot" if seat.kind == "bot" else "held" if seat.held else "player"
            seats[game, kind] += 1
        watching = [person for person in room.people.values() if person.seat is None and person.connected]
        spectators[game,] += len(watching)
    yield Figure(
        "rooms",
        "Rooms that this worker owns, by game and phase; demo: the bots' match of the home page.",
        "gauge",
        rooms,
        ("game", "phase"),
    )
    yield Figure(
        "seats",
        "Taken seats: a player, a player who lost the connection (held), or a bot.",
        "gauge",
        seats,
        ("game", "kind"),
    )
    yield Figure("spectators", "People who watch.", "gauge", spectators, ("game",))
