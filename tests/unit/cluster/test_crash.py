"""What outlives a worker: everything that people set, said, won or were promised."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import UNSET

from game.cluster.persistence import MAX_CHAT_WAITING
from game.cluster.scripts import ROOM_TTL_MS
from game.cluster.store import StoreDown, Write
from game.questions import Pack, Question
from game.rooms.errors import Refused
from game.rooms.room import Room
from tests.unit.cluster.fleet import Fleet, FleetWorker, Guest

HOUR_MS = 3_600_000


def party(fleet: Fleet, worker: FleetWorker, **argument: Any) -> tuple[Guest, Guest]:
    """Two people in a room."""
    ann, bob = fleet.guest(worker), fleet.guest(worker)
    ann.go_in("create", game="dash", name="Ann", **argument)
    fleet.wait_for(lambda: ann.answers, "the room")
    bob.go_in("join", code=ann.code, name="Bob")
    fleet.wait(500)
    return ann, bob


def crashed(fleet: Fleet, worker: FleetWorker, code: str) -> Room:
    """The room at the worker that goes on with it after its own has died."""
    worker.die()
    others = [one for one in fleet.workers if one.alive]
    fleet.wait_for(lambda: any(code in one.lobby.rooms for one in others), "another worker to take over")
    return next(one.room(code) for one in others if code in one.lobby.rooms)


def set_pack(room: Room) -> None:
    room.pack = Pack("Mine", (Question("Why?", "Because"),))


CHANGES: dict[str, tuple[Callable[[Guest, Guest, Room], object], Callable[[Room], object]]] = {
    "hidden": (lambda ann, bob, room: ann.do("lock", hidden=True), lambda room: room.hidden),
    "locked": (lambda ann, bob, room: ann.do("lock", locked=True), lambda room: room.locked),
    "pack": (lambda ann, bob, room: set_pack(room), lambda room: room.pack),
    "looks": (
        lambda ann, bob, room: bob.do("profile", colour=6, shape=3),
        lambda room: [(seat.colour, seat.shape) for seat in room.seats.values()],
    ),
    "owner": (lambda ann, bob, room: ann.do("leave"), lambda room: (room.owner, room.host)),
    "banned": (lambda ann, bob, room: ann.do("ban", player="p2"), lambda room: room.banned),
    "options": (lambda ann, bob, room: ann.do("options", values={"ticks": 77}), lambda room: room.chosen),
    "fill": (lambda ann, bob, room: setattr(room, "fill", 3), lambda room: room.fill),
    "muted": (
        lambda ann, bob, room: ann.do("mute", player="p2", on=True),
        lambda room: [person.muted for person in room.people.values()],
    ),
}


def ends(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.getMessage().startswith("worker ")]


@pytest.mark.parametrize("with_room", [False, True])
def test_a_worker_that_ends_after_its_drain_is_not_called_dead(
    fleet: Fleet, caplog: pytest.LogCaptureFixture, with_room: bool
) -> None:
    caplog.set_level("INFO", "rumpus.cluster")
    here = fleet.worker("a")
    fleet.worker("b")
    if with_room:  # one that it has not given away
        party(fleet, here)
    here.failover.draining = True
    fleet.wait(500)
    here.store.resign(here.node.lease.lease_id)
    here.die()
    fleet.wait(3000)
    assert ends(caplog) == ["worker is dead" if with_room else "worker has ended after its drain"]


def test_a_worker_that_ends_without_a_drain_is_called_dead(
    fleet: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
    here = fleet.worker("a")
    fleet.worker("b")
    here.die()
    fleet.wait(5000)
    assert ends(caplog) == ["worker is dead"]


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_set_survives_a_crash(fleet: Fleet, what: str) -> None:
    here = fleet.worker("a")
    fleet.worker("b")
    ann, bob = party(fleet, here)
    room = here.room(ann.code)
    change, read = CHANGES[what]
    before = repr(read(room))
    change(ann, bob, room)
    expected = repr(read(room))
    assert expected != before
    fleet.wait(2500)
    assert repr(read(crashed(fleet, here, room.code))) == expected


def test_a_ban_is_recorded_with_the_next_round(fleet: Fleet) -> None:
    here = fleet.worker("a")
    fleet.worker("b")
    ann, _ = party(fleet, here)
    ann.do("ban", player="p2")
    here.writer.write()
    assert crashed(fleet, here, ann.code).banned == {"d2"}


def test_wishes_for_a_rematch_survive_a_crash(fleet: Fleet) -> None:
    here = fleet.worker("a")
    fleet.worker("b")
    ann, _ = party(fleet, here, preset="Short")
    ann.do("start")
    room = here.room(ann.code)
    fleet.wait_for(lambda: room.phase.value == "results", "the results")
    ann.do("rematch", want=True)
    fleet.wait(200)
    assert crashed(fleet, here, room.code).rematch == {"p1"}


def test_the_evening_the_playlist_and_the_vote_survive_crashes(fleet: Fleet) -> None:
    workers = [fleet.worker(name) for name in "abc"]
    ann, bob = party(fleet, workers[0], preset="Short")
    ann.do("playlist", entries=[{"game": "dash", "matches": 3}, {"game": "duel", "preset": "", "matches": 1}])
    ann.do("start")
    room = workers[0].room(ann.code)
    fleet.wait_for(lambda: room.phase.value == "results", "the results")
    ann.do("poll", open=True)
    bob.do("vote", game="duel")
    fleet.wait(200)
    before = room.describe()
    assert before.evening is not UNSET
    assert sorted(one.points for one in before.evening.standings.values()) == [7, 10]
    assert before.playlist is not UNSET
    assert before.playlist.played == 1
    for worker in workers[:2]:
        room = crashed(fleet, worker, ann.code)
        after = room.describe()
        assert (after.evening, after.playlist) == (before.evening, before.playlist)
        assert after.poll is not UNSET
        assert after.poll.votes == {"p2": "duel"}
    fleet.wait_for(lambda: room.next_game.poll is None, "the end of the vote")
    decided = room.describe().next
    assert decided is not UNSET
    assert (decided.game, decided.by) == ("duel", "vote")
    fleet.wait_for(lambda: room.phase.value == "lobby", "the lobby")
    assert room.game.name == "duel"


def test_a_room_in_which_nothing_changes_is_written_once(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann, _ = party(fleet, here)
    fleet.wait(3000)
    written: list[str] = []
    write = fleet.store.write

    def noting(writes: list[Write]) -> Any:
        written.extend(one.kind for one in writes)
        return write(writes)

    fleet.store.write = noting
    fleet.wait(10_000)
    assert written == []
    ann.do("lock", hidden=True)
    fleet.wait(1000)
    assert written == ["checkpoint"]


def test_a_result_is_written_although_the_store_was_away_until_the_lobby(fleet: Fleet) -> None:
    here = fleet.worker("a", results_s=2)
    ann, _ = party(fleet, here, preset="Short")
    room = here.room(ann.code)
    fleet.store.down = True
    ann.do("start")
    fleet.wait_for(lambda: room.phase.value == "results", "the results")
    fleet.wait_for(lambda: room.phase.value == "lobby", "the lobby")
    assert room.results is None
    fleet.store.down = False
    fleet.wait_for(lambda: fleet.store.result(room.code, 1), "the result")


def test_the_result_of_a_room_that_has_closed_is_written_and_its_record_removed(fleet: Fleet) -> None:
    here = fleet.worker("a", empty_room_close_s=1, seat_hold_s=1)
    ann, bob = party(fleet, here, preset="Short")
    room = here.room(ann.code)
    ann.do("start")
    fleet.wait(50)
    fleet.store.down = True
    fleet.wait_for(lambda: room.phase.value == "results", "the results")
    ann.do("leave")
    bob.do("leave")
    fleet.wait_for(lambda: room.closed, "the end of the room")
    fleet.wait(500)
    fleet.store.down = False
    fleet.wait(1000)
    assert fleet.store.result(room.code, 1) is not None
    assert fleet.store.owner(room.code) is None


def test_a_room_that_was_opened_while_the_store_failed_is_opened_when_it_is_back(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann = fleet.guest(here)
    fleet.store.down = True
    ann.go_in("create", game="dash")
    fleet.wait(300)
    fleet.store.down = False
    fleet.wait_for(lambda: ann.answers, "the answer")
    owner = fleet.store.owner(ann.code)
    assert owner is not None
    assert owner.epoch == here.room(ann.code).epoch == 1


def test_a_lobby_in_use_never_expires(fleet: Fleet) -> None:
    here = fleet.worker("a")
    fleet.worker("b")
    ann, _ = party(fleet, here)
    for _ in range(8 * ROOM_TTL_MS // (6 * HOUR_MS)):
        for _ in range(6):  # an hour, in which players do nothing and workers only renew their leases
            fleet.now_us += HOUR_MS // 6 * 1000
            for one in fleet.workers:
                one.node.lease._granted_ms = fleet.now_ms  # noqa: SLF001 - as if it was renewed meanwhile
                fleet.store.heartbeat(one.node.lease.lease_id, one.node.info(), 1200, first=True)
                one.node.lease.renew()
                one.writer.write()
    assert fleet.store.owner(ann.code) is not None
    assert fleet.store.rooms_of(here.node.lease.lease_id) == {ann.code}
    fleet.wait(3000)
    assert crashed(fleet, here, ann.code).code == ann.code


def test_chat_that_cannot_be_saved_is_refused_and_never_acknowledged(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann, bob = party(fleet, here)
    room = here.room(ann.code)
    write = fleet.store.write

    def fail(writes: list[Write]) -> list[int]:
        raise StoreDown("out of memory")

    fleet.store.write = fail
    del ann.answers[:]
    for n in range(1, MAX_CHAT_WAITING + 3):
        fleet.wait(100)
        ann.do("chat", text=f"line {n}", n=n)
    refusals = [one for one in ann.answers if isinstance(one, Refused)]
    assert [one.code for one in refusals] == ["busy", "busy"]
    assert len(ann.answers) == 2, "nothing is acknowledged before it is saved"
    assert room.chat.writer("p1").last_n == MAX_CHAT_WAITING
    fleet.store.write = write
    fleet.wait_for(lambda: len(ann.answers) == MAX_CHAT_WAITING + 2, "the answers")
    ann.do("chat", text="at last", n=MAX_CHAT_WAITING + 1)
    fleet.wait(500)
    assert bob.heard("chat")[-1]["text"] == "at last"
    assert len({line["id"] for line in bob.heard("chat")}) == MAX_CHAT_WAITING + 1
