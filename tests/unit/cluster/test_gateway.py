"""What a worker knows of people at other workers and of rooms: no longer than they are there."""

from collections.abc import Callable
from typing import Any

import pytest

from game.cluster import messages as m
from game.cluster.connections import ConnectionInfo
from game.cluster.gateway import ClusterGateway
from game.cluster.link import PubSubTransport, Received
from game.cluster.outbox import ClusterOutbox
from game.cluster.persistence import CheckpointLog
from game.cluster.remote import RoomLocation
from game.questions import QuestionPacks
from game.rooms.lobby import Lobby
from game.rooms.room import RoomContext
from game.rooms.scheduler import Scheduler
from game.rooms.service import RoomService
from game.settings import Bots, Rooms
from game.settings import Scheduler as SchedulerSettings
from tests.unit.cluster.memory_store import MemoryStore
from tests.unit.rooms.toys import Dash
from tests.unit.rooms.world import Post

ELSEWHERE = "other"


class NoConnections(Post):
    """The connections of a worker that has none."""

    def watching(self, member: str) -> str | None:
        return self.follows.get(member)

    def members(self) -> list[str]:
        return []

    def info(self, member: str) -> ConnectionInfo | None:
        return None


class NothingElsewhere:
    """A placement that neither looks for rooms nor holds anything back."""

    blocked = False

    def locate(self, code: str) -> RoomLocation | None:
        return None

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        pass

    def place_new(self) -> str:
        return "here"

    def place_quick(self, game: str) -> str:
        return "here"

    def receive(self, transfer: m.Transfer, sender: str) -> None:
        pass

    def why_unreadable(self, frozen: bytes) -> str:
        return ""

    def hold_entry(self, code: str, done: Callable[[bool], None]) -> bool:
        return False


class Worker:
    """A worker whose rooms have people at another worker only."""

    def __init__(self) -> None:
        self.now_ms = 1000
        local = NoConnections()

        def now_ms() -> int:
            return self.now_ms

        transport = PubSubTransport("here", MemoryStore(now_ms), now_ms)
        log = CheckpointLog(now_ms, 5000)
        self.outbox = ClusterOutbox(local, transport.post, log.hold_chat)
        context = RoomContext(
            {"dash": Dash()},
            Rooms(empty_room_close_s=5, seat_hold_s=5),
            Bots(),
            self.outbox,
            iter(range(1, 1 << 20)).__next__,
            lambda code, device: f"{code}:{device}",
            QuestionPacks(),
        )
        self.lobby = Lobby(context)
        self.scheduler = Scheduler(SchedulerSettings(), lambda: self.now_ms * 1000, self.lobby.close)
        service = RoomService(self.lobby, self.scheduler, "dash")
        self.gateway = ClusterGateway(
            "here", service, local, self.outbox, transport, log, NothingElsewhere(), now_ms
        )
        self._asked = 0

    def read(self, *messages: m.AnyMessage) -> None:
        """Messages of the other worker arrive."""
        received = Received()
        received.messages.extend(messages)
        self.gateway.receive(ELSEWHERE, received)

    def ask(self, sid: str, what: str, code: str = "", **payload: Any) -> None:
        """A connection at the other worker asks for something."""
        self._asked += 1
        self.read(m.Call(self._asked, sid, f"device of {sid}", what, code, True, False, m.encoded(payload)))

    def wait(self, ms: int) -> None:
        """Let time pass for the rooms, and sweep."""
        for _ in range(ms // 50):
            self.now_ms += 50
            self.scheduler.run()
            self.gateway.sweep()


def test_nothing_is_known_of_people_at_another_worker_after_they_have_gone() -> None:
    worker = Worker()
    for number in range(50):
        worker.ask(f"s{number}", "create", game="dash")
        worker.read(m.Disconnected(f"s{number}", ""))
        worker.ask(f"t{number}", "join", code="NONE")
        worker.ask(f"u{number}", "resume", code="NONE")
    worker.wait(20_000)
    assert len(worker.lobby.rooms) == 0
    assert worker.outbox.remote == {}
    assert worker.outbox.epochs == {}


def test_a_connection_at_another_worker_keeps_its_kind_while_it_is_in_a_room() -> None:
    worker = Worker()
    worker.ask("s1", "create", game="dash")
    (code,) = worker.lobby.rooms
    worker.outbox.epochs[code] = 7
    worker.wait(20_000)
    assert worker.outbox.wants_json(code)
    assert worker.outbox.epochs == {code: 7}
    worker.ask("s1", "leave", code)
    worker.wait(1000)
    assert not worker.outbox.wants_json(code)
    assert worker.outbox.remote == {}


@pytest.mark.parametrize("way", ["died", "lost"])
def test_people_of_a_worker_that_died_are_forgotten(way: str) -> None:
    worker = Worker()
    worker.ask("s1", "create", game="dash")
    assert list(worker.outbox.remote) == [f"{ELSEWHERE}/s1"]
    if way == "died":
        worker.gateway.peer_lost(ELSEWHERE)
    else:
        worker.gateway.suspect(ELSEWHERE)
    worker.wait(10_000)
    assert worker.outbox.remote == {}
