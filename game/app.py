"""A worker: the parts of one process put together and run. Who decides what stands in the parts."""

import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gevent
import msgspec
from flask_socketio import SocketIO

from game import error_log, telemetry
from game.background import Background
from game.catalogue import source_of
from game.cluster.gateway import Front, LoneFront
from game.config import Config
from game.edge.assets import Assets, find_client
from game.edge.bundles import Bundles
from game.edge.connections import Visitors
from game.edge.describe import describe_game
from game.edge.handlers import Doorman
from game.edge.origins import Origins
from game.edge.output import Outlet
from game.edge.pages import make_app
from game.edge.room_list import LobbyList
from game.edge.tokens import Tokens
from game.ops.memory import Collector
from game.ops.metrics import Figure, TickTimes, WorkerCollector, render, single
from game.protocol.commands import EMOTES
from game.rooms.lobby import Lobby
from game.rooms.names import NAME_CHARS
from game.rooms.outbox import Outbox
from game.rooms.packs import shared
from game.rooms.room import House, Room
from game.rooms.scheduler import Scheduler
from game.rooms.service import Desk
from game.rules import Game
from game.transport.addresses import client_address
from game.transport.manager import Fanout, SlowClient
from game.transport.server import HttpLimits, Server
from game.transport.traffic import TRAFFIC

if TYPE_CHECKING:
    from game.cluster.node import Node
    from game.edge.membership import Membership

log = logging.getLogger("rumpus.worker")

MOST_SLEEP_S = 0.01
STALLED_US = 1_000_000
"""Without a turn of the tick loop for so long, a worker is not ready for new people."""
SURVIVED = 5
"""Exceptions a minute that are survived by what matches do not need."""
MOST_ENDING_S = 5.0
TIDY_EVERY_S = 30.0
SPARE_CONNECTIONS = 256
LAST_SHARE = 0.25
"""The last part of a drain, in which rooms go even without their match."""


def clock_us() -> int:
    """Microseconds of the machine's monotonic clock."""
    return time.monotonic_ns() // 1000


def clock_ms() -> int:
    """Milliseconds of the machine's monotonic clock."""
    return time.monotonic_ns() // 1_000_000


def draw_word() -> int:
    """A secret word of 28 bits."""
    return secrets.randbits(28)


def join(config: Config, background: Background, keys: list[str]) -> "Membership":
    """The membership of a worker that shares its rooms; it alone brings Redis's client along."""
    from game.edge.membership import Membership

    return Membership(config, background, keys)


class Worker:
    """One worker that serves `games` as `config` says, with tokens signed by `keys`.

    Attributes:
        draining: it stops; new people go elsewhere.
        background: what runs as long as this worker.
        collector: looks for garbage while no match runs, if there is one.
        joined: it is alone, or has joined the workers that share its Redis. Nobody is let in before.
    """

    def __init__(self, config: Config, games: Mapping[str, Game], keys: list[str]) -> None:
        self.config = config
        self.draining = False
        self.background = Background(self._failed)
        self._membership = join(config, self.background, keys) if config.cluster.redis_url else None
        self.on_room_failed: Callable[[Room, Exception], None] = self._room_failed
        self.joined = self._membership is None
        self.collector: Collector | None = None
        self._turned_us = 0
        self.ticks: dict[str, TickTimes] = {}
        slow = config.slow_client
        self.fanout = Fanout(
            SlowClient(slow.max_queued_bytes, slow.max_unsent_s, slow.close_after_s),
            max_payload_bytes=config.server.max_payload_bytes,
            max_attachments=0,
        )
        self.fanout.on_failure = self.background.fail
        self.fanout.direct = config.server.trusted_proxies == 0
        self._games = dict(games)
        self._assets = Assets(find_client(config.server.client_dir))
        self._bundles = bundles = Bundles(games, self._assets.build)
        self.app = make_app(
            self._assets,
            bundles,
            self._is_ready,
            self._metrics if config.ops.metrics else None,
            None if self._membership is None else self._membership.sees_redis,
            metrics_token=config.ops.metrics_token,
            trusted_proxies=config.server.trusted_proxies,
        )
        server = config.server
        origins = Origins(server.allowed_origins, server.public_url, server.trusted_proxies)
        self.socketio = SocketIO(
            self.app,
            client_manager=self.fanout,
            async_mode="gevent",
            async_handlers=False,
            transports=list(config.server.transports),
            cors_allowed_origins=origins,
            ping_interval=config.server.ping_interval_s,
            ping_timeout=config.server.ping_timeout_s,
            max_http_buffer_size=config.server.max_payload_bytes,
            cookie=None,
            manage_session=False,
        )
        self.fanout.draining = not self.joined
        tokens = Tokens(keys)
        self.visitors = Visitors(
            config.limits, config.server.max_connections, config.server.max_connections_per_address
        )
        outlet = Outlet(self.socketio, self.fanout, self.visitors)
        self._now_us = clock_us
        now_ms = clock_ms
        outbox: Outbox = outlet
        if self._membership is not None:
            self._now_us, now_ms = self._membership.clocks(clock_us)
            outbox = self._membership.outbox(outlet)
        pack = shared(files("game").joinpath("packs/general.toml").read_text(encoding="utf-8"))
        house = House(self._games, config.rooms, config.bots, outbox, draw_word, tokens.sign_seat, pack)
        self.lobby = Lobby(house)
        self.scheduler = Scheduler(
            config.scheduler,
            self._now_us,
            self.lobby.close,
            self._observe,
            self._tell_failure,
        )
        desk = Desk(self.lobby, self.scheduler, config.games.default)
        front: Front = LoneFront(desk)
        if self._membership is not None:
            front = self._membership.front(desk, house, outlet, self._disperse)
        self._welcome = {
            "build": self._assets.build,
            "transports": list(config.server.transports),
            "games": self._offered(),
            "limits": {
                "chat_chars": config.rooms.chat_max_chars,
                "name_chars": NAME_CHARS,
                "input_hz": int(config.limits.input_rate_per_s),
                "payload_bytes": config.server.max_payload_bytes,
            },
            "emotes": list(EMOTES),
            "shapes": 8,
            "public_url": config.server.public_url.rstrip("/"),
        }
        self._encoded: dict[str, msgspec.Raw] = {}
        self.doorman = Doorman(
            front,
            self.visitors,
            tokens,
            outlet,
            self.fanout,
            config.limits,
            now_ms,
            self._address_of,
            self._encoded_welcome,
        )
        self._listen_to(self.socketio.server)
        self._queue = None if self._membership is None else self._membership.queue(self.fanout)
        directory = None if self._membership is None else self._membership.node.directory
        self.lobby_list = LobbyList(self.socketio, self.lobby, self.visitors, directory, self._queue)
        self.lobby_list.listen()
        self.server = Server(
            (config.server.host, config.server.port),
            self.app,
            limits=HttpLimits(
                # More than there may be players: pages are loaded over connections too, and a player who is
                # one too many must get far enough to be told.
                max_connections=config.server.max_connections + SPARE_CONNECTIONS,
                # Behind a proxy everyone has the proxy's address; players are counted by their own.
                max_connections_per_address=(
                    0
                    if config.server.trusted_proxies
                    else 2 * config.server.max_connections_per_address + SPARE_CONNECTIONS
                ),
                handshake_timeout_s=config.server.handshake_timeout_s,
            ),
            on_failure=self.background.fail,
            admission=self.fanout.admission,
        )

    @property
    def name(self) -> str:
        """This process's name among the workers; "" when it is alone and was given none."""
        return self.config.cluster.worker_id if self._membership is None else self._membership.process

    @property
    def build(self) -> str:
        """The id of the browser client that this worker serves."""
        return self._assets.build

    def _listen_to(self, server: Any) -> None:
        doorman = self.doorman
        server.on("connect", doorman.connect, namespace="/")
        server.on("disconnect", doorman.disconnect, namespace="/")
        server.on("*", doorman.event, namespace="/")
        self.fanout.quick_events["i"] = doorman.input
        self.fanout.on_stale = self._grew_stale
        self.fanout.on_drained = doorman.drained
        self.fanout.on_pong = doorman.pong

    @staticmethod
    def _grew_stale(_sid: str) -> None:
        telemetry.slow_clients.labels("stale").inc()

    def _address_of(self, environ: dict[str, Any]) -> str:
        """Where a request comes from: the hop that the outermost trusted proxy saw."""
        return client_address(environ, self.config.server.trusted_proxies)

    def _tell_failure(self, room: Room, error: Exception) -> None:
        self.on_room_failed(room, error)

    def _room_failed(self, room: Room, error: Exception) -> None:
        what = f"room {room.code} ({room.game.name})"
        error_log.report(what, error, room.journal_text(), source_of(room.game))

    def _metrics(self) -> bytes:
        return render(WorkerCollector(self._figures, self.ticks))

    def _observe(self, game: str, late_us: int, cost_us: int) -> None:
        # hot: once per room and tick
        times = self.ticks.get(game)
        if times is None:
            times = self.ticks[game] = TickTimes()
        times.lateness.observe(late_us)
        times.cost.observe(cost_us)

    def _figures(self) -> Iterator[Figure]:
        """What this worker looks like at the moment, for a scrape."""
        scheduler = self.scheduler
        yield Figure(
            "build_info",
            "Always 1; the labels say which version and client build this worker runs.",
            "gauge",
            {(version("rumpus"), self._assets.build): 1},
            ("version", "build"),
        )
        yield single("connections", "Connections of players that are open now.", len(self.visitors.by_sid))
        yield from self._rooms_figures()
        yield single(
            "send_every_ticks",
            "States go out every so many ticks: 1 as it should be, more when ticks come late.",
            scheduler.send_every,
        )
        yield single(
            "bundle_ticks",
            "Entries go out every so many ticks; more when the core is busy.",
            scheduler.bundle,
        )
        yield single("ticks", "Ticks of all rooms.", scheduler.ticks, "counter")
        yield single(
            "dropped_ticks",
            "Ticks that were given up after a stall of the process; players saw time jump.",
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
        if self._membership is not None:
            yield from self._membership.figures()

    def _rooms_figures(self) -> Iterator[Figure]:
        rooms: Counter[tuple[str, ...]] = Counter()
        seats: Counter[tuple[str, ...]] = Counter()
        spectators: Counter[tuple[str, ...]] = Counter()
        for room in self.lobby:
            game = room.game.name
            if room.demo:
                rooms[game, "demo"] += 1
                continue
            rooms[game, room.phase.value] += 1
            for seat in room.seats.values():
                kind = "bot" if seat.kind == "bot" else "held" if seat.held else "player"
                seats[game, kind] += 1
            spectators[game,] += sum(
                1 for person in room.people.values() if person.seat is None and person.connected
            )
        yield Figure(
            "rooms",
            "Rooms that this worker owns, by game and phase; demo: the bots' match of the home page.",
            "gauge",
            rooms,
            ("game", "phase"),
        )
        yield Figure(
            "seats",
            "Taken seats by who has them: a player, a player who lost the connection (held), or a bot.",
            "gauge",
            seats,
            ("game", "kind"),
        )
        yield Figure("spectators", "People who watch.", "gauge", spectators, ("game",))

    def _offered(self) -> list[dict[str, Any]]:
        paths = self._bundles.paths
        return [describe_game(game, paths.get(game.name)) for game in self._games.values()]

    def _encoded_welcome(self) -> dict[str, msgspec.Raw]:
        """What every `welcome` holds, each value as JSON, which is made once: it is long, and crowds come."""
        if not self._encoded:
            self._encoded = {
                key: msgspec.Raw(msgspec.json.encode(value)) for key, value in self._welcome.items()
            }
        return self._encoded

    def exchange(self, game: Game) -> None:
        """Offer this game instead of the one of its name: rooms that are opened from now on play it."""
        self._games[game.name] = game
        self._bundles.exchange(game)
        self._welcome["games"] = self._offered()
        self._encoded = {}
        self.socketio.emit("games", self._welcome["games"], namespace="/")

    def _is_ready(self) -> bool:
        if not self.joined or self.draining or clock_us() - self._turned_us > STALLED_US:
            return False
        return self._membership is None or self._membership.node.ready

    def _drive(self) -> None:
        read, run, now_us = self.fanout.read, self.scheduler.run, self._now_us
        while True:
            self._turned_us = clock_us()
            read()
            wait_s = (run() - now_us()) / 1e6
            gevent.sleep(min(max(wait_s, 0), MOST_SLEEP_S))

    def _drive_with_lease(self, node: "Node") -> None:
        """As `_drive`, but nothing is said for rooms that may be another worker's by now."""
        read, run, now_us = self.fanout.read, self.scheduler.run, self._now_us
        while True:
            self._turned_us = clock_us()
            read()
            if clock_us() >= node.gate_us:
                node.gate()
            wait_s = (run() - now_us()) / 1e6
            gevent.sleep(min(max(wait_s, 0), MOST_SLEEP_S))

    def serve(self, started: Callable[[int], None]) -> bool:
        """Serve until `stop`.

        Args:
            started: called with the port when people may come.

        Returns:
            False if the worker ended because a part of it failed.
        """
        port = int(self.server.port)
        self.server.start()
        joining = gevent.spawn(self._join, port)
        try:
            either: list[Any] = [joining, self.server.stopped]
            gevent.wait(either, count=1)
            if joining.ready():
                joining.get()  # raises what went wrong
                started(port)
                self.server.serve_forever()
        finally:
            joining.kill(timeout=2)
            self.background.stop()
        return self.background.failure is None

    def _join(self, port: int) -> None:
        """Begin to drive rooms; a worker among others joins them first, however long that takes."""
        start = self.background.start
        start("looking for garbage", self._tidy, restarts=SURVIVED)
        if self._membership is None:
            start("room list", self.lobby_list.run, restarts=SURVIVED)
            start("tick loop", self._drive)
            return
        self._membership.start(self.config.server.host, port)
        assert self._queue is not None
        start("room list", self.lobby_list.run, restarts=SURVIVED)
        start("tick loop", partial(self._drive_with_lease, self._membership.node))
        start("message queue", self._queue.run, restarts=SURVIVED)
        if self._assets.build:
            files = {**self._assets.lasting(), **self._bundles.lasting()}
            share = partial(
                self._membership.share_build, self._assets.build, files, self._assets.keep_serving
            )
            start("sharing of client files", share, restarts=SURVIVED)
        self.joined = True
        self.fanout.draining = self.draining

    def _tidy(self) -> None:
        """Look for garbage among what is old while nobody minds. Runs for ever."""
        while True:
            gevent.sleep(TIDY_EVERY_S)
            if self.collector is not None and not any(room.live is not None for room in self.lobby):
                self.collector.tidy()

    def _failed(self) -> None:
        """A part has failed without which nobody can play: others take the rooms, this process ends."""
        gevent.spawn_later(MOST_ENDING_S, os._exit, 1)  # however much else is broken
        gevent.spawn(self._end_at_once)

    def _end_at_once(self) -> None:
        self.draining = True
        try:
            if self._membership is not None and self.joined:
                self._membership.node.resign()
            self._disperse(True)
        finally:
            self.server.stop(1)

    def stop(self) -> None:
        """Hand rooms over if there is somebody to take them, tell every player goodbye, and stop."""
        again = self.draining
        self.draining = True
        if not again:
            people = len(self.visitors.by_sid)
            log.info("drain", extra={"rooms": len(self.lobby.rooms), "connections": people})
        try:
            if self._membership is not None and self.joined and not again:
                self._drain(self._membership.node)
            self._disperse(True)
        except Exception as error:
            self.background.fail("stopping", error)
        self.server.stop(2)

    def _drain(self, node: "Node") -> None:
        """Let rooms and people go elsewhere while matches run; people get `cluster.drain_s` for that."""
        self.fanout.draining = True
        until = time.monotonic() + self.config.cluster.drain_s
        node.drain()
        while node.others() and time.monotonic() < until:
            last = time.monotonic() > until - self.config.cluster.drain_s * LAST_SHARE
            if node.hand_over(last) and not self.visitors.by_sid:
                break
            gevent.sleep(0.05)
        node.stop()

    def _disperse(self, away: bool) -> None:
        """Send everyone to another worker and take nobody in, or take people in again."""
        self.fanout.draining = away
        if away:
            farewell = {"code": "draining", "message": "The server restarts. One moment."}
            self.socketio.emit("bye", farewell, namespace="/")
            self.fanout.close_all("draining")
