"""Workers that share their rooms in one process: real nodes, a store in memory, a clock that tests turn."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import gevent
import msgspec

from game.background import Background
from game.cluster.connections import ConnectionInfo
from game.cluster.link import PubSubTransport
from game.cluster.node import Node
from game.cluster.outbox import ClusterOutbox
from game.cluster.persistence import CheckpointLog
from game.cluster.store import StoreDown
from game.protocol import commands as c
from game.protocol.objects import Joined
from game.questions import QuestionPacks
from game.rooms.errors import Refused
from game.rooms.handlers import argument_of
from game.rooms.room import Room, RoomContext
from game.rooms.scheduler import Scheduler
from game.rooms.service import RoomService
from game.rules import Game
from game.settings import Bots, Rooms
from game.settings import Cluster as ClusterSettings
from game.settings import Scheduler as SchedulerSettings
from tests.unit.cluster.memory_store import MemoryStore
from tests.unit.rooms.toys import Dash, Duel
from tests.unit.rooms.world import WAYS_IN, NumberedLobby, Post, Records

TURN_MS = 100


class Connections(Post):
    """A worker's own connections."""

    def __init__(self) -> None:
        super().__init__()
        self.infos: dict[str, ConnectionInfo] = {}

    def watching(self, member: str) -> str | None:
        return self.follows.get(member)

    def members(self) -> list[str]:
        return list(self.infos)

    def info(self, member: str) -> ConnectionInfo | None:
        return self.infos.get(member)


@dataclass
class Guest:
    """A player's connection to one worker; `answers` has the answers, at once or later."""

    worker: "FleetWorker"
    sid: str
    device: str
    answers: list[c.CommandAnswer | Refused | None] = field(default_factory=list)

    def go_in(self, event: str, **argument: Any) -> None:
        """Ask for a way in; the answer comes into `answers`, at once or later."""
        command = msgspec.convert(argument, WAYS_IN[event])
        now_ms = self.worker.fleet.now_ms
        try:
            answer = self.worker.gateway.enter(self.sid, self.device, command, now_ms, self.answers.append)
        except Refused as refused:
            self.answers.append(refused)
            return
        if answer is not None:
            self.answers.append(answer)

    def knock(self, code: str) -> None:
        """Ask whether a code would let them in; the answer comes into `answers`."""
        gateway, now_ms = self.worker.gateway, self.worker.fleet.now_ms
        try:
            answer = gateway.knock(self.sid, self.device, c.Knock(code=code), now_ms, self.answers.append)
        except Refused as refused:
            self.answers.append(refused)
            return
        if answer is not None:
            self.answers.append(answer)

    def resume(self, code: str) -> None:
        """Come back into a room, with a seat token that was given before."""
        self.worker.gateway.resume(self.sid, self.device, code, self.worker.fleet.now_ms, self.answers.append)

    def do(self, event: str, **argument: Any) -> None:
        """Give a command; the answer comes into `answers`."""
        command = msgspec.convert(argument, argument_of(event))
        now_ms = self.worker.fleet.now_ms
        try:
            answer = self.worker.gateway.order(self.sid, event, command, now_ms, self.answers.append)
        except Refused as refused:
            self.answers.append(refused)
            return
        if answer is not None:
            self.answers.append(answer)

    @property
    def joined(self) -> Joined:
        """The last JOINED that it was given."""
        found = [one for one in self.answers if isinstance(one, Joined)]
        assert found, self.answers
        return found[-1]

    @property
    def code(self) -> str:
        return self.joined.code

    def heard(self, event: str) -> list[Any]:
        """The arguments of this event that it received."""
        return [data for name, data in self.worker.local.inboxes.get(self.sid, ()) if name == event]


class FleetWorker:
    """One worker: `games` are its rules, which may differ from others', `store` its way to the store."""

    def __init__(
        self, fleet: "Fleet", name: str, games: dict[str, Game], store: Any, **settings: Any
    ) -> None:
        self.fleet = fleet
        self.name = name
        self.store: Any = store
        self.alive = True
        self.local = Connections()
        self.records = Records(lambda: fleet.now_ms, f"{name}-")

        def now_ms() -> int:
            return fleet.now_ms

        self.transport = PubSubTransport(name, self.store, now_ms)
        self.log = CheckpointLog(now_ms, round(fleet.settings.checkpoint_s * 1000), self.records.take)
        outbox = ClusterOutbox(self.local, self.transport.post, self.log.hold_chat)
        self.context = RoomContext(
            games,
            Rooms(countdown_s=0, chat_rate_per_s=20, chat_burst=100, **settings),
            Bots(),
            outbox,
            fleet.draw,
            lambda code, device: f"{code}:{device}",
            QuestionPacks(),
            replace(
                self.records.sink,
                ended=self.log.hold_ended,
                waits=lambda match_id: self.log.holds_ended(match_id) or self.records.sink.waits(match_id),
            ),
        )
        self.lobby = NumberedLobby(self.context)
        self.scheduler = Scheduler(SchedulerSettings(), lambda: fleet.now_us, self.lobby.close)
        self.service = RoomService(self.lobby, self.scheduler, next(iter(games)))
        self.node = Node(
            fleet.settings, name, self.store, self.transport, self.log, outbox, self.local, self.service,
            self.context, Background(lambda: None), lambda refuse: None, now_ms, now_ms,
        )  # fmt: skip
        self.gateway = self.node.gateway
        self.writer = self.node.writer
        self.failover = self.node.failover
        fleet.store.mailboxes[name] = lambda data: self.transport.take(data, self.gateway.receive)
        self.node.lease.begin()

    def room(self, code: str) -> Room:
        return self.lobby.rooms[code]

    def turn(self) -> None:
        """What a worker's loops do in a tenth of a second."""
        self.scheduler.run()
        try:
            self.node.lease.renew()
            self.writer.write()
            self.failover.look()
        except StoreDown:
            pass
        self.gateway.sweep()
        self.post()

    def post(self) -> None:
        try:
            self.transport.flush()
        except StoreDown:
            pass

    def die(self) -> None:
        """End as a crash does."""
        self.alive = False
        self.fleet.store.mailboxes.pop(self.name)


class Fleet:
    """Workers by name, the store that they share, and the clock."""

    def __init__(self) -> None:
        self.now_us = 100_000_000
        self.settings = ClusterSettings()
        self.store: Any = MemoryStore(lambda: self.now_ms)
        self.workers: list[FleetWorker] = []
        self._drawn = 0
        self._sids = 0

    @property
    def now_ms(self) -> int:
        return self.now_us // 1000

    def draw(self) -> int:
        self._drawn += 1
        return self._drawn * 7919 % (1 << 28)

    def worker(
        self,
        name: str,
        games: dict[str, Game] | None = None,
        store: Any = None,
        settle_ms: int = 3000,
        **settings: Any,
    ) -> FleetWorker:
        """Start another worker, and wait until the others count on it."""
        games = games or {"dash": Dash(), "duel": Duel()}
        one = FleetWorker(self, name, games, self.store if store is None else store, **settings)
        self.workers.append(one)
        self.wait(settle_ms)
        return one

    def guest(self, worker: FleetWorker, device: str | None = None) -> Guest:
        """A new connection to a worker."""
        self._sids += 1
        sid = f"s{self._sids}"
        worker.local.infos[sid] = ConnectionInfo(device or f"d{self._sids}", False, "")
        return Guest(worker, sid, worker.local.infos[sid].device)

    def wait(self, ms: int) -> None:
        """Let time pass for all."""
        end = self.now_us + ms * 1000
        while self.now_us < end:
            self.now_us += TURN_MS * 1000
            for one in self.workers:
                if one.alive:
                    one.turn()
            gevent.sleep(0)

    def wait_for(self, holds: Callable[[], object], what: str, most_ms: int = 20_000) -> None:
        """Let time pass until `holds()`."""
        end = self.now_us + most_ms * 1000
        while not holds():
            assert self.now_us < end, f"waited {most_ms} ms for {what}"
            self.wait(TURN_MS)
            gevent.sleep(0.001)  # searches for rooms are greenlets of their own
