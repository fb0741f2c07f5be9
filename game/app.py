"""The application: the parts of one worker are built and connected here, started and stopped.

`Worker.__init__` is the composition root: it reads top to bottom, from the transport to the HTTP server. What
a part does is written in its own module.
"""

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import gevent
import msgspec
from flask import Flask

from game import error_log
from game.background import Background
from game.catalogue import source_of
from game.cluster.gateway import LocalGateway, RoomGateway
from game.config import Config, ConfigError
from game.edge.assets import Assets, find_client
from game.edge.bundles import Bundles
from game.edge.connections import Connections
from game.edge.handlers import ConnectionHandlers
from game.edge.kept_matches import KeptMatches
from game.edge.match_pages import MatchPages
from game.edge.origins import Origins
from game.edge.output import Output
from game.edge.own_matches import OwnMatches
from game.edge.pages import make_app
from game.edge.previews.previews import Previews
from game.edge.room_list import RoomList
from game.edge.room_pages import RoomPages
from game.edge.tokens import Tokens
from game.edge.welcome import Welcome
from game.ops.memory import Collector, give_back
from game.ops.metrics import Figure
from game.ops.worker_metrics import WorkerMetrics
from game.questions import QuestionPacks, box_texts
from game.records.continuations import Continuations
from game.rooms.ended_match import OnEnded, RecordSink
from game.rooms.invitation import Invitation, invitation_to
from game.rooms.lobby import Lobby
from game.rooms.outbox import Outbox
from game.rooms.room import Room, RoomContext
from game.rooms.scheduler import Scheduler
from game.rooms.service import RoomService
from game.rules import Game
from game.transport import SocketIO
from game.transport.addresses import client_address
from game.transport.manager import ClientManager, SlowClientLimits
from game.transport.server import HttpLimits, Server

if TYPE_CHECKING:
    from game.cluster.node import Node
    from game.edge.membership import Membership
    from game.edge.record_keeping import RecordKeeping

log = logging.getLogger("rumpus.worker")

MOST_SLEEP_S = 0.01
STALLED_US = 1_000_000
"""A worker whose tick loop has not run for this long is not ready for new players."""
RESTARTS = 5
"""Exceptions a minute after which a background task that matches do not need is started again."""
MOST_ENDING_S = 5.0
GARBAGE_EVERY_S = 30.0
SPARE_CONNECTIONS = 256
LAST_SHARE = 0.25
"""The last part of a drain, in which rooms move even without their running match."""


def clock_us() -> int:
    """Microseconds of the machine's monotonic clock."""
    return time.monotonic_ns() // 1000


def clock_ms() -> int:
    """Milliseconds of the machine's monotonic clock."""
    return time.monotonic_ns() // 1_000_000


def wall_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def entropy_word() -> int:
    """A secret random number of 28 bits."""
    return secrets.randbits(28)


def report_failed_room(room: Room, error: Exception) -> None:
    """Log an exception of a game's rules, with the journal of the match."""
    error_log.report(f"room {room.code} ({room.game.name})", error, room.failure_text(), source_of(room.game))


class Worker:
    """One worker process.

    Args:
        config: the settings of this run.
        games: the games that it offers, by name.
        keys: the keys that sign tokens, the newest last.
        on_room_failed: called with a room whose game's rules raised an exception.

    Attributes:
        draining: this worker stops, and new players connect to others.
        background: the greenlets that run as long as this worker.
        collector: collects garbage while no match runs; None leaves it to Python.
        records: keeps ended matches; None: none are kept.
        joined: this worker is alone, or has joined the workers that share its Redis. No client may connect
            before.

    Raises:
        ConfigError: this version cannot use the database of `records.url`.
    """

    def __init__(
        self,
        config: Config,
        games: Mapping[str, Game],
        keys: list[str],
        on_room_failed: Callable[[Room, Exception], None] = report_failed_room,
    ) -> None:
        self.config = config
        self.draining = False
        self.collector: Collector | None = None
        self._games = dict(games)
        self._turned_us = 0

        # What runs in the background.
        self.background = Background(self._failed)
        self.joined = not config.cluster.redis_url

        # What is kept of ended matches.
        self.records = _make_record_keeping(config, self._games)

        # The transport and the pages that are served over it.
        self.client_manager = _make_client_manager(config, self.background)
        self._assets = Assets(find_client(config.server.client_dir))
        self._bundles = Bundles(games, self._assets.build)
        self.app = self._make_pages()
        self.socketio = _make_socketio(self.app, self.client_manager, config)
        self.client_manager.draining = not self.joined

        # What is known of clients, and how rooms reach them.
        self.connections = Connections(
            config.limits, config.server.max_connections, config.server.max_connections_per_address
        )
        tokens = Tokens(keys)
        output = Output(self.socketio, self.client_manager, self.connections)

        # The cluster that this worker joins, if there is one: its clock, and the outbox that reaches all
        # workers.
        record = None if self.records is None else self.records.recorder.ended
        self._membership = _make_membership(config, self.background, keys, output, record)
        self._now_us = clock_us
        now_ms = clock_ms
        outbox: Outbox = output
        if self._membership is not None:
            self._now_us, now_ms = self._membership.clock.us, self._membership.clock.ms
            outbox = self._membership.outbox

        # The rooms of this worker, and the scheduler that steps them.
        packs = QuestionPacks(box_texts())
        context = RoomContext(
            self._games,
            config.rooms,
            config.bots,
            outbox,
            entropy_word,
            tokens.sign_seat,
            packs,
            self._make_record_sink(),
            None if self.records is None else self.records.keeper,
        )
        self.lobby = Lobby(context)
        self.metrics = WorkerMetrics(
            self._assets.build,
            lambda: len(self.connections.by_sid),
            None if self._membership is None else self._cluster_figures,
            None if self.records is None else self.records.figures,
        )
        self.scheduler = Scheduler(
            config.scheduler, self._now_us, self.lobby.close, self.metrics.observe_tick, on_room_failed
        )

        # The gateway to rooms, here or at another worker, and the handlers of clients' events before it.
        service = RoomService(self.lobby, self.scheduler, config.games.default)
        self._node: Node | None = None
        wake = None if self.records is None else self.records.keeper.wake
        gateway: RoomGateway = LocalGateway(service, wake, self.connections.by_sid.__contains__)
        if self._membership is not None:
            self._node = self._membership.make_node(service, context, self._refuse_clients)
            gateway = self._node.gateway
        self._attach_keeper(context, service, now_ms)
        self._welcome = Welcome(config, self._games, self._bundles, self._assets.build)
        self.handlers = ConnectionHandlers(
            gateway,
            self.connections,
            tokens,
            output,
            self.client_manager,
            config.limits,
            now_ms,
            partial(client_address, trusted_proxies=config.server.trusted_proxies),
            self._welcome.encoded,
            packs,
            (lambda _device: 0) if self.records is None else self.records.forget,
            self._make_continuations(context),
            self._make_own_matches(),
        )
        self._listen()

        # The list of open rooms, and the HTTP server.
        self._queue = None if self._membership is None else self._membership.make_queue(self.client_manager)
        directory = None if self._node is None else self._node.directory
        self.room_list = RoomList(self.socketio, self.lobby, self.connections, directory, self._queue)
        self.room_list.listen()
        self.server = _make_server(self.app, self.client_manager, self.background, config)

    def _attach_keeper(self, context: RoomContext, service: RoomService, now_ms: Callable[[], int]) -> None:
        """Connect what keeps sleeping matches with the rooms of this worker."""
        if self.records is None:
            return
        keeper = self.records.keeper

        def check_space() -> None:
            self.lobby.make_space(now_ms())

        if self._node is not None:
            failover = self._node.failover
            failover.wake = keeper.wake
            keeper.attach(
                context, now_ms, failover.let_go, failover.take_in, check_space, self.name, failover.lives
            )
            return

        def let_go(room: Room) -> bool:
            service.fall_asleep(room)
            return True

        keeper.attach(context, now_ms, let_go, lambda room: service.take_in(room, {}), check_space)

    def _wake_for_turns(self) -> None:
        """Wake matches in which the time of a turn is up. Runs for ever."""
        assert self.records is not None
        keeper, node = self.records.keeper, self._node

        def wake(code: str) -> None:
            if node is not None:
                node.see_to(code)
            elif self.lobby.find(code) is None:
                keeper.wake(code)

        keeper.run_due(wake)

    def _make_own_matches(self) -> OwnMatches | None:
        return None if self.records is None else OwnMatches(self.records.keeper, self.records.push)

    def _make_continuations(self, context: RoomContext) -> Continuations | None:
        if self.records is None or context.records is None:
            return None
        return Continuations(
            self.records.recorder, self._games, context.records.rules, self.config.bots.level
        )

    def _make_record_sink(self) -> RecordSink | None:
        if self.records is None:
            return None
        if self._membership is None:
            return self.records.sink()
        return self.records.sink(self._membership.hold_ended, self._membership.holds_ended)

    def _make_pages(self) -> Flask:
        config = self.config
        previews = Previews(self._assets.font, time.monotonic)
        return make_app(
            self._assets,
            self._bundles,
            self._is_ready,
            (lambda: self.metrics.render(self.lobby, self.scheduler)) if config.ops.metrics else None,
            self._sees_redis if config.cluster.redis_url else None,
            metrics_token=config.ops.metrics_token,
            trusted_proxies=config.server.trusted_proxies,
            matches=self._make_match_pages(previews),
            rooms=self._make_room_pages(previews),
            wait_for_turn=self.client_manager.admission.wait,
        )

    def _make_room_pages(self, previews: Previews) -> RoomPages:
        server = self.config.server

        def invitation(code: str) -> Invitation | None:
            room = self.lobby.find(code)
            if room is not None or self._membership is None:
                return None if room is None else invitation_to(room)
            return self._membership.invitation(code)

        return RoomPages(
            self._assets, self._games, invitation, previews, server.public_url, server.trusted_proxies
        )

    def _make_match_pages(self, previews: Previews) -> MatchPages:
        limits, server = self.config.limits, self.config.server
        kept = KeptMatches(
            None if self.records is None else self.records.recorder,
            self._bundles.documents.get,
            limits.lookups_per_s,
            limits.lookups_burst,
            time.monotonic,
        )
        return MatchPages(self._assets, kept, previews, server.public_url, server.trusted_proxies)

    def _listen(self) -> None:
        """Connect the transport's events to their handlers."""
        server, handlers, client_manager = self.socketio.server, self.handlers, self.client_manager
        server.on("connect", handlers.connect, namespace="/")
        server.on("disconnect", handlers.disconnect, namespace="/")
        server.on("*", handlers.event, namespace="/")
        client_manager.quick_events["i"] = handlers.input
        client_manager.on_stale = handlers.stale
        client_manager.on_drained = handlers.drained
        client_manager.on_pong = handlers.pong

    @property
    def name(self) -> str:
        """This process's name among the workers; "" for a worker that is alone and has no `worker_id`."""
        return self.config.cluster.worker_id if self._membership is None else self._membership.process

    @property
    def build(self) -> str:
        """The id of the browser client that this worker serves."""
        return self._assets.build

    def replace_game(self, game: Game) -> None:
        """Replace the game of the same name: rooms that are opened from now on play this one."""
        self._games[game.name] = game
        self._bundles.replace(game)
        if self.records is not None:
            self.records.add_game(game)
        self._welcome.games_changed()
        self.socketio.emit("games", msgspec.to_builtins(self._welcome.describe_games()), namespace="/")

    def _is_ready(self) -> bool:
        if not self.joined or self.draining or clock_us() - self._turned_us > STALLED_US:
            return False
        return self._node is None or self._node.ready

    def _sees_redis(self) -> bool:
        return self._node is not None and self._node.sees_store

    def _cluster_figures(self) -> Iterator[Figure]:
        assert self._membership is not None
        assert self._node is not None
        return self._membership.figures(self._node)

    # --- run ------------------------------------------------------------------------------------

    def serve(self, started: Callable[[int], None]) -> bool:
        """Serve until `stop`.

        Args:
            started: called with the port as soon as clients may connect.

        Returns:
            False if the worker ended because a part of it failed.
        """
        port = int(self.server.port)
        self.server.start()
        joining = gevent.spawn(self._start, port)
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
            if self.records is not None:
                self.records.recorder.close()
        return self.background.failure is None

    def _start(self, port: int) -> None:
        """Start the tick loop and all else in the background; in a cluster, join it first and wait for it."""
        start = self.background.start
        start("garbage collection", self._collect_garbage, restarts=RESTARTS)
        if self.records is not None:
            self.records.start(self.background)
            start("turns whose time is up", self._wake_for_turns, restarts=RESTARTS)
        if self._membership is None:
            start("room list", self.room_list.run, restarts=RESTARTS)
            start("tick loop", self._run_ticks)
            return
        assert self._node is not None
        assert self._queue is not None
        self._membership.start(self._node, self.config.server.host, port)
        start("room list", self.room_list.run, restarts=RESTARTS)
        start("tick loop", partial(self._run_ticks_with_lease, self._node))
        start("message queue", self._queue.run, restarts=RESTARTS)
        if self._assets.build:
            files = {**self._assets.lasting(), **self._bundles.lasting()}
            share = partial(
                self._membership.share_build, self._assets.build, files, self._assets.keep_serving
            )
            start("sharing of client files", share, restarts=RESTARTS)
        self.joined = True
        self.client_manager.draining = self.draining

    def _run_ticks(self) -> None:
        """The tick loop: read from clients, step the rooms that are due, sleep. Runs for ever."""
        read, run, now_us = self.client_manager.read, self.scheduler.run, self._now_us
        while True:
            self._turned_us = clock_us()
            read()
            wait_s = (run() - now_us()) / 1e6
            gevent.sleep(min(max(wait_s, 0), MOST_SLEEP_S))

    def _run_ticks_with_lease(self, node: "Node") -> None:
        """The tick loop of a worker in a cluster: it steps no room that another worker may own by now."""
        read, run, now_us = self.client_manager.read, self.scheduler.run, self._now_us
        while True:
            self._turned_us = clock_us()
            read()
            if clock_us() >= node.gate_us:
                node.gate()
            wait_s = (run() - now_us()) / 1e6
            gevent.sleep(min(max(wait_s, 0), MOST_SLEEP_S))

    def _collect_garbage(self) -> None:
        """Return freed memory to the system, and collect old garbage while no match runs. Runs for ever."""
        while True:
            gevent.sleep(GARBAGE_EVERY_S)
            if self.collector is not None:
                self.collector.clear_free_lists()
            give_back()
            if self.collector is not None and not any(room.runner is not None for room in self.lobby):
                self.collector.tidy()

    # --- stop -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """Move rooms to other workers if there are any, send `bye` to every player, and stop."""
        again = self.draining
        self.draining = True
        if not again:
            clients = len(self.connections.by_sid)
            log.info("drain", extra={"rooms": len(self.lobby.rooms), "connections": clients})
        try:
            if self._node is not None and self.joined and not again:
                self._drain(self._node)
            self._refuse_clients(True)
            self._save_matches()
        except (Exception, gevent.Timeout) as error:  # noqa: BLE001  whatever failed, the process must end
            self.background.fail("stopping", error)
        self.server.stop(2)

    def _drain(self, node: "Node") -> None:
        """Move rooms and clients to other workers while matches run, for `cluster.drain_s` at most."""
        self.client_manager.draining = True
        until = time.monotonic() + self.config.cluster.drain_s
        node.drain()
        while node.others() and time.monotonic() < until:
            last = time.monotonic() > until - self.config.cluster.drain_s * LAST_SHARE
            if node.move_out(last) and not self.connections.by_sid:
                break
            gevent.sleep(0.05)
        for room in self._put_to_sleep().values():
            node.gateway.asleep(room)
        node.stop()

    def _save_matches(self) -> None:
        """Keep what ends with this worker: if it is alone, its running matches; and what has ended before."""
        if self.records is None:
            return
        if self._node is None:
            kept = self._put_to_sleep()
            for room in [room for room in self.lobby if room.code not in kept]:
                room.recording.end("left")
        self.records.flush()

    def _put_to_sleep(self) -> dict[str, Room]:
        """Write the matches that may sleep, also those with people; returns their rooms by code."""
        if self.records is None:
            return {}
        keeper, rooms = self.records.keeper, list(self.lobby)
        keeper.save_all(rooms)
        return {room.code: room for room in rooms if keeper.is_kept(room)}

    def _refuse_clients(self, refuse: bool) -> None:
        """Close all connections and refuse new ones; or accept new ones again."""
        self.client_manager.draining = refuse
        if refuse:
            bye = {"code": "draining", "message": "The server restarts. One moment."}
            self.socketio.emit("bye", bye, namespace="/")
            self.client_manager.close_all("draining")

    def _failed(self) -> None:
        """A part has failed that every match needs: other workers take the rooms, this process ends."""
        gevent.spawn_later(MOST_ENDING_S, os._exit, 1)  # even if ending fails as well
        gevent.spawn(self._end_at_once)

    def _end_at_once(self) -> None:
        self.draining = True
        try:
            if self._node is not None and self.joined:
                self._node.resign()
            self._refuse_clients(True)
        finally:
            self.server.stop(1)


def _make_record_keeping(config: Config, games: Mapping[str, Game]) -> "RecordKeeping | None":
    """What keeps ended matches, or None; only it imports the database's client."""
    if not config.records.url:
        return None
    from game.edge.record_keeping import RecordKeeping
    from game.records.database import BadDatabase

    try:
        keeping = RecordKeeping(config.records, config.push, games, wall_ms)
        keeping.prepare()
    except BadDatabase as error:
        raise ConfigError([str(error)]) from None
    return keeping


def _make_membership(
    config: Config, background: Background, keys: list[str], output: Output, record: OnEnded | None
) -> "Membership | None":
    """The membership of a worker that shares its rooms, or None; only it imports Redis's client."""
    if not config.cluster.redis_url:
        return None
    from game.edge.membership import Membership

    return Membership(config, background, keys, output, clock_us, record)


def _make_client_manager(config: Config, background: Background) -> ClientManager:
    slow = config.slow_client
    client_manager = ClientManager(
        SlowClientLimits(slow.max_queued_bytes, slow.max_unsent_s, slow.close_after_s),
        max_payload_bytes=config.server.max_payload_bytes,
        max_attachments=0,
        report=error_log.report,
    )
    client_manager.on_failure = background.fail
    client_manager.direct = config.server.trusted_proxies == 0
    return client_manager


def _make_socketio(app: Flask, client_manager: ClientManager, config: Config) -> SocketIO:
    server = config.server
    return SocketIO(
        app,
        client_manager=client_manager,
        async_mode="gevent",
        async_handlers=False,
        transports=list(server.transports),
        cors_allowed_origins=Origins(server.allowed_origins, server.public_url, server.trusted_proxies),
        ping_interval=server.ping_interval_s,
        ping_timeout=server.ping_timeout_s,
        max_http_buffer_size=server.max_payload_bytes,
        cookie=None,
        manage_session=False,
    )


def _make_server(app: Flask, client_manager: ClientManager, background: Background, config: Config) -> Server:
    server = config.server
    # Behind a proxy all requests have the proxy's address; players are counted by their own.
    per_address = 0 if server.trusted_proxies else 2 * server.max_connections_per_address + SPARE_CONNECTIONS
    return Server(
        (server.host, server.port),
        app,
        limits=HttpLimits(
            # More than the greatest number of players: pages are loaded over connections too, and a player
            # who is one too many must be able to connect to read why they are refused.
            max_connections=server.max_connections + SPARE_CONNECTIONS,
            max_connections_per_address=per_address,
            handshake_timeout_s=server.handshake_timeout_s,
        ),
        on_failure=background.fail,
        admission=client_manager.admission,
        report=error_log.report,
    )
