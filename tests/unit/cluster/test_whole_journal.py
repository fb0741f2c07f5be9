"""A match's journal stays whole while its room moves, is taken over, and the store loses what it held."""

import random
from collections.abc import Callable

import pytest

from game.cluster.store import NO_PAST, TORN, Owner, Past, Write
from game.rooms.room import Room
from tests.depth import depth
from tests.unit.cluster.fleet import Fleet, FleetWorker, Guest
from tests.unit.cluster.memory_store import MemoryStore
from tests.unit.cluster.whole_journal import assert_whole


class Night:
    """A match of bots and two people, and what may happen to its room."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.fleet = Fleet()
        self.names = iter("abcdefghijklmnopqrstuvwxyz")
        for _ in range(3):
            self.worker()
        self.fleet.wait(1000)
        ann = self.fleet.guest(self.fleet.workers[0])
        ann.go_in("create", game="dash", name="Ann", options={"ticks": 100_000})
        self.fleet.wait_for(lambda: ann.answers, "the room")
        self.code = ann.code
        self.ann: Guest = ann
        """Ann's newest connection."""
        for _ in range(2):
            ann.do("bot", add=True)
        ann.do("lock", cover=True)
        ann.do("start")
        self.fleet.wait(500)
        self.saved: bytes | None = None

    def worker(self) -> FleetWorker:
        return self.fleet.worker(next(self.names), settle_ms=0)

    @property
    def owner(self) -> FleetWorker:
        def owners() -> list[FleetWorker]:
            return [one for one in self.fleet.workers if one.alive and self.code in one.lobby.rooms]

        self.fleet.wait_for(owners, "an owner")
        return owners()[0]

    @property
    def room(self) -> Room:
        return self.owner.room(self.code)

    def play(self) -> None:
        """Ann comes back, so that the match goes on, and some time passes."""
        if not self.room.inhabited:
            self.ann = self.fleet.guest(self.owner, self.ann.device)
            self.ann.resume(self.code)
            self.fleet.wait_for(lambda: self.ann.answers, "the way back")
        self.fleet.wait(self.chance.choice([100, 300, 900, 6000]))

    def kill(self) -> None:
        self.owner.die()
        self.worker()
        self.fleet.wait(4000)

    def move(self) -> None:
        owner = self.owner
        others = owner.node.failover.others()
        if others:
            owner.node.migration.transfer(owner.room(self.code), self.chance.choice(others))
        self.fleet.wait(300)

    def change_room(self) -> None:
        """So that a checkpoint is due."""
        room = self.room
        room.hidden = not room.hidden
        room.touched += 1
        self.fleet.wait(200)

    def lose_keys(self) -> None:
        self.fleet.store.lose_keys()
        self.fleet.wait(3000)

    def lose_lease(self) -> None:
        self.fleet.store.resign(self.owner.node.lease.lease_id)
        self.fleet.wait(2000)

    def save_file(self) -> None:
        self.saved = self.fleet.store.save()

    def use_old_file(self) -> None:
        if self.saved is not None:
            self.fleet.store.come_back(self.saved)
            self.saved = None
            self.fleet.wait(4000)

    def lose_past(self) -> None:
        """The part of the journal that no checkpoint brings again is gone, however that came about."""
        self.fleet.store.records[self.code].past = b""
        self.change_room()


@pytest.mark.parametrize("seed", range(depth(12, 150)))
def test_whatever_happens_the_journal_replays_from_its_beginning(seed: int) -> None:
    night = Night(seed)
    steps: list[Callable[[], None]] = [
        night.kill,
        night.kill,
        night.move,
        night.change_room,
        night.lose_keys,
        night.lose_lease,
        night.save_file,
        night.use_old_file,
        night.lose_past,
    ]
    before = 0
    taken: list[str] = []
    for _ in range(8):
        night.play()
        step = night.chance.choice(steps)
        taken.append(step.__name__)
        step()
        room = night.room
        assert room.runner is not None, taken
        assert_whole(room)
        before = max(before, room.runner.match.tick)
        assert room.match_id == "a-00001", taken
    assert before > 60
    night.fleet.wait(7000)  # past the next checkpoint
    record = night.fleet.store.read(night.code)
    runner = night.room.runner
    assert runner is not None
    assert runner.journal.pack().startswith(record.past)


def test_a_match_without_its_first_rows_is_not_kept() -> None:
    night = Night(1)
    night.fleet.wait(6000)
    night.fleet.store.records[night.code].past = b""  # as a worker of an older build leaves it
    night.kill()
    room = night.room
    assert room.runner is not None
    assert not room.runner.journal.complete
    room.lifecycle.back_to_lobby(night.fleet.now_ms)
    night.fleet.wait(300)
    assert not any(one.records.ended for one in night.fleet.workers)


def test_a_match_ends_in_one_record_after_takeovers() -> None:
    night = Night(2)
    for _ in range(3):
        night.play()
        night.kill()
    night.room.lifecycle.back_to_lobby(night.fleet.now_ms)
    night.fleet.wait(300)
    (ended,) = [match for one in night.fleet.workers for match in one.records.ended]
    assert ended.id == "a-00001"
    assert [seat.name for seat in ended.seats if not seat.bot] == ["Ann"]


OWNER = Owner("a.1", 1)


def test_the_store_joins_the_parts_and_says_when_one_is_missing() -> None:
    store = MemoryStore(lambda: 0)

    def write(kind: str, past: Past = NO_PAST) -> int:
        return store.write([Write(kind, "ROOM22", OWNER, b"state", past=past)])[0]

    def kept() -> bytes:
        record = store.read("ROOM22")
        assert record is not None
        return record.past

    assert write("open", Past(1, 0, b"head")) == 1
    assert write("checkpoint", Past(1, 4, b"rows")) == 1
    assert write("checkpoint", Past(1, 4, b"rows")) == 1, "a lost answer: the same part again"
    assert write("checkpoint", Past(1, 8, b"more")) == 1
    assert kept() == b"headrowsmore"
    assert write("checkpoint", Past(1, 20, b"late")) == TORN
    assert kept() == b""
    assert write("checkpoint", Past(1, 0, b"headrows")) == 1
    assert write("checkpoint", Past(2, 8, b"of another match")) == TORN
    assert write("checkpoint", Past(2)) == 1
    assert kept() == b""
