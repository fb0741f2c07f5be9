"""Ended matches reach the database once, and as people saw them end, whichever worker is lost and when."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from game.cluster.lease import LeaseState
from game.cluster.persistence import HELD_MS
from game.rooms.ended_match import EndedMatch
from game.rooms.journal import Journal, restore
from game.rules.snapshot import state_hash
from tests.depth import depth
from tests.unit.cluster.fleet import TURN_MS, Fleet, FleetWorker, Guest


@dataclass
class Database:
    """What recorders have written, by id: the first counts, as the primary key has it."""

    rows: dict[str, EndedMatch] = field(default_factory=dict)
    down: bool = False


class SlowRecorder:
    """A recorder whose queue is lost with its worker."""

    def __init__(self, worker: FleetWorker, database: Database, chance: random.Random) -> None:
        self.worker = worker
        self.database = database
        self.chance = chance

    def turn(self) -> None:
        """Sometimes the queue is written."""
        records = self.worker.records
        if not self.worker.alive or self.database.down or self.chance.random() < 0.5:
            return
        for match in records.ended:
            self.database.rows.setdefault(match.id, match)
            records.saved.add(match.id)


class Evening:
    """Rooms in which short matches follow each other, and recorders that are slow."""

    def __init__(self, seed: int, rooms: int) -> None:
        self.chance = random.Random(seed)
        self.fleet = Fleet()
        self.database = Database()
        self.recorders: list[SlowRecorder] = []
        self.started = 0
        for _ in range(3):
            self.worker()
        self.fleet.wait(4000)
        self.guests: dict[str, Guest] = {}
        self.inboxes: list[tuple[FleetWorker, str]] = []
        for _ in range(rooms):
            guest = self.fleet.guest(self.fleet.workers[0])  # where codes are numbered
            guest.go_in("create", game="dash", name="Ann", options={"ticks": 25})
            self.fleet.wait_for(lambda guest=guest: guest.answers, "the room")  # type: ignore[misc]
            guest.do("bot", add=True)
            self.guests[guest.code] = guest
            self.inboxes.append((guest.worker, guest.sid))

    def worker(self) -> FleetWorker:
        self.started += 1
        worker = self.fleet.worker(f"w{self.started}-", settle_ms=0, results_s=1)
        self.recorders.append(SlowRecorder(worker, self.database, self.chance))
        return worker

    def owner(self, code: str) -> FleetWorker | None:
        return next((one for one in self.fleet.workers if one.alive and code in one.lobby.rooms), None)

    def turn(self) -> None:
        """A tenth of a second; people whose worker is lost come back, and begin the next match."""
        self.fleet.wait(TURN_MS)
        for recorder in self.recorders:
            recorder.turn()
        for code, guest in self.guests.items():
            owner = self.owner(code)
            if owner is None:
                continue
            room = owner.room(code)
            if not room.inhabited:
                again = self.fleet.guest(owner, guest.device)
                again.resume(code)
                self.guests[code] = again
                self.inboxes.append((owner, again.sid))
            elif room.phase.value in ("lobby", "results"):
                guest.do("start")

    def seen(self) -> dict[str, Any]:
        """The results that people saw last, by the id of their record."""
        found: dict[str, Any] = {}
        for worker, sid in self.inboxes:
            for event, data in worker.local.inboxes.get(sid, ()):
                results = data.get("results") if event == "room" else None
                if results and results.get("record"):
                    found[results["record"]] = results
        return found


@pytest.mark.parametrize("seed", range(depth(6, 60)))
def test_each_decided_match_is_kept_once_over_lost_workers(seed: int) -> None:
    evening = Evening(seed, rooms=4)
    for turn in range(150):
        evening.turn()
        if turn % 20 == 15:
            evening.chance.choice([one for one in evening.fleet.workers if one.alive]).die()
            evening.worker()
        if turn == 60:
            evening.database.down = True
        elif turn == 90:
            evening.database.down = False
    for _ in range(60):
        evening.turn()
    # What ended in the last moments may still be on its way.
    latest = {match.id for one in evening.fleet.workers if one.alive for match in one.records.ended[-4:]}
    seen = evening.seen()
    assert len(seen) > 30
    for match_id, results in seen.items():
        if match_id in latest:
            continue
        assert match_id in evening.database.rows, f"{match_id} is lost"
        match = evening.database.rows[match_id]
        shown = [(one["seat"], one["place"], one["points"]) for one in results["places"]]
        kept = [(one.seat, one.place, one.points) for one in match.seats]
        assert sorted(shown) == sorted(kept), "people saw another end"
    game = next(iter(evening.fleet.workers)).context.games["dash"]
    for match in evening.database.rows.values():
        m = restore(game, Journal.parse(match.journal), until=match.ticks)
        assert state_hash(m) == match.final_hash


def ended(worker: FleetWorker) -> list[str]:
    return [match.id for match in worker.records.ended]


def short_match(fleet: Fleet, worker: FleetWorker) -> Guest:
    guest = fleet.guest(worker)
    guest.go_in("create", game="dash", name="Ann", preset="Short")
    fleet.wait_for(lambda: guest.answers, "the room")
    guest.do("bot", add=True)
    fleet.wait(200)
    guest.do("start")
    return guest


def test_a_match_is_handed_on_when_the_store_has_its_end() -> None:
    fleet = Fleet()
    worker = fleet.worker("a")
    guest = short_match(fleet, worker)
    room = worker.room(guest.code)
    while room.results is None:
        fleet.now_us += 10_000
        worker.scheduler.run()
    assert ended(worker) == []
    assert [match.id for match in room.recording.unsaved] == ["a-00001"]
    worker.writer.write()
    assert ended(worker) == ["a-00001"]


def test_while_the_store_is_away_a_match_is_handed_on_after_a_while() -> None:
    fleet = Fleet()
    worker = fleet.worker("a")
    guest = short_match(fleet, worker)
    room = worker.room(guest.code)
    lease = worker.node.lease
    fleet.store.down = True
    fleet.wait(1500)
    lease.gate()
    assert lease.state is LeaseState.DEGRADED
    fleet.wait_for(lambda: room.results is not None, "the results")
    assert ended(worker) == []
    for _ in range(HELD_MS // TURN_MS + 1):
        worker.writer.write()
        fleet.wait(TURN_MS)
    assert ended(worker) == ["a-00001"]


def test_a_worker_that_takes_a_room_over_keeps_what_the_lost_one_had_not_saved() -> None:
    fleet = Fleet()
    first, second = fleet.worker("a"), fleet.worker("b")
    guest = short_match(fleet, first)
    room = first.room(guest.code)
    fleet.wait_for(lambda: room.results is not None, "the results")
    fleet.wait(200)
    first.die()
    fleet.wait_for(lambda: guest.code in second.lobby.rooms, "the next owner")
    assert ended(second) == ["a-00001"]
    second.records.saved.add("a-00001")
    fleet.wait(2000)
    second.die()
    third = fleet.worker("c")
    fleet.wait_for(lambda: guest.code in third.lobby.rooms, "the next owner")
    assert ended(third) == [], "it is in the database, so it travels no further"


def test_a_room_that_closes_hands_its_match_on() -> None:
    fleet = Fleet()
    worker = fleet.worker("a")
    guest = fleet.guest(worker)
    guest.go_in("create", game="dash", name="Ann", options={"ticks": 100_000})
    fleet.wait_for(lambda: guest.answers, "the room")
    guest.do("bot", add=True)
    guest.do("start")
    fleet.wait(1000)
    worker.room(guest.code).closed = True
    fleet.wait(300)
    (match,) = worker.records.ended
    assert match.outcome == "left"
