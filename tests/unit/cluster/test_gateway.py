"""What a worker knows of people at other workers and of rooms: no longer than they are there."""

from collections.abc import Callable
from typing import Any

import pytest

from game.cluster import messages as l
from game.cluster.cluster_gateway import SharedFront
from game.cluster.connections import Passport
from game.cluster.homes import Home
from game.cluster.link import Couriers, Taken
from game.cluster.outbox import SharedOutbox
from game.questions import QuestionPacks
from game.rooms.lobby import Lobby
from game.rooms.room import RoomContext
from game.rooms.scheduler import Scheduler
from game.rooms.service import RoomService
from game.settings import Bots, Rooms
from game.settings import Scheduler as SchedulerSettings
from tests.unit.rooms.toys import Dash
from tests.unit.rooms.world import Post

ELSEWHERE = "other"


class NobodyHere(Post):
    """The connections of a worker that has none."""

    def watching(self, member: str) -> str | None:
        return self.follows.get(member)

    def members(self) -> list[str]:
        return []

    def passport(self, member: str) -> Passport | None:
        return None


class Finder:
    """A node that neither looks for anything nor holds anything back."""

    def locate(self, code: str) -> Home | None:
        return None

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        pass

    def place_new(self) -> str:
        return "here"

    def quick_home(self, game: str, device: str) -> str:
        return "here"

    def receive(self, handed: l.Handed, sender: str) -> None:
        pass

    def takes_chat(self, code: str) -> bool:
        return True

    def takes_answers(self, code: str) -> bool:
        return True

    def can_read(self, frozen: bytes) -> str:
        return ""

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        return False

    def hold_way_in(self, code: str, done: Callable[[bool], None]) -> bool:
        return False

    def record(self) -> None:
        pass

    def blocked(self) -> bool:
        return False

    def wake(self) -> None:
        pass


class Worker:
    """A worker whose rooms have people at another worker only."""

    def __init__(self) -> None:
        self.now_ms = 1000
        edge = NobodyHere()
        self.outbox = SharedOutbox(edge, lambda process, letter: None)
        draw = iter(range(1, 1 << 20)).__next__
        house = RoomContext(
            {"dash": Dash()},
            Rooms(empty_room_close_s=5, seat_hold_s=5),
            Bots(),
            self.outbox,
            draw,
            lambda code, device: f"{code}:{device}",
            QuestionPacks(),
        )
        self.lobby = Lobby(house)
        self.scheduler = Scheduler(SchedulerSettings(), lambda: self.now_ms * 1000, self.lobby.close)
        self.desk = RoomService(self.lobby, self.scheduler, "dash")
        self.front = SharedFront("here", self.desk, edge, self.outbox, Couriers("here"), lambda: self.now_ms)
        self.front.meet(Finder())
        self._asked = 0

    def read(self, *letters: l.AnyLetter) -> None:
        """Letters of the other worker arrive."""
        taken = Taken()
        taken.letters.extend(letters)
        self.front.take(ELSEWHERE, taken)

    def ask(self, sid: str, what: str, code: str = "", **payload: Any) -> None:
        """A connection at the other worker asks for something."""
        self._asked += 1
        self.read(l.Ask(self._asked, sid, f"device of {sid}", what, code, True, False, payload))

    def wait(self, ms: int) -> None:
        """Let time pass for the rooms, and sweep."""
        for _ in range(ms // 50):
            self.now_ms += 50
            self.scheduler.run()
            self.front.sweep()


def test_nothing_is_known_of_people_at_another_worker_after_they_have_gone() -> None:
    worker = Worker()
    for number in range(50):
        worker.ask(f"s{number}", "create", game="dash")
        worker.read(l.Left(f"s{number}", ""))
        worker.ask(f"t{number}", "join", code="NONE")
        worker.ask(f"u{number}", "resume", code="NONE")
    worker.wait(20_000)
    assert len(worker.lobby.rooms) == 0
    assert worker.outbox.passports == {}
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
    assert worker.outbox.passports == {}


@pytest.mark.parametrize("way", ["died", "lost"])
def test_people_of_a_worker_that_died_are_forgotten(way: str) -> None:
    worker = Worker()
    worker.ask("s1", "create", game="dash")
    assert list(worker.outbox.passports) == [f"{ELSEWHERE}/s1"]
    if way == "died":
        worker.front.died(ELSEWHERE)
    else:
        worker.front.doubt(ELSEWHERE)
    worker.wait(10_000)
    assert worker.outbox.passports == {}
