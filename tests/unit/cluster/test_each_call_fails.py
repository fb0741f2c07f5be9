"""The store fails at call k of what a part does, for every k, before the call's effect and behind it.

Each test plays one scene again and again, each time with a failure one call later, until the scene ends
before the failure; `make test` tries every sixth call. Whatever failed, the promises hold in the end: a room
has one owner that lives, people are in their seats, and what was acknowledged is neither lost nor doubled.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from game.cluster.lease import LeaseState
from game.rooms.errors import Refused
from game.rooms.room import Room
from tests.depth import depth
from tests.unit.cluster.failing_store import FailingStore
from tests.unit.cluster.fleet import Fleet, FleetWorker, Guest
from tests.unit.cluster.whole_journal import assert_whole

LOST = pytest.mark.parametrize("answer_lost", [False, True], ids=["no effect", "answer lost"])
MAX_CALLS = 400
STEP = depth(6, 1)


class Scene:
    """Workers in a world whose store can fail for one of them, the *victim*."""

    def __init__(self, names: str, victim: str) -> None:
        self.fleet = Fleet()
        self.workers: dict[str, FleetWorker] = {}
        self.failing = FailingStore(self.fleet.store)
        for name in names:
            store = self.failing if name == victim else None
            self.workers[name] = self.fleet.worker(name, store=store, settle_ms=0)
        self.fleet.wait(2000)

    def party(self, at: str, **argument: Any) -> tuple[Guest, Guest]:
        """Two people in a room of a worker, in a match that goes on for long."""
        worker = self.workers[at]
        ann, bob = self.fleet.guest(worker), self.fleet.guest(worker)
        ann.go_in("create", game="dash", name="Ann", options={"ticks": 100_000}, **argument)
        self.fleet.wait_for(lambda: ann.answers, "the room")
        bob.go_in("join", code=ann.code, name="Bob")
        ann.do("start")
        self.fleet.wait(500)
        return ann, bob

    def say(self, guest: Guest, text: str) -> None:
        """Say a line, and repeat it while it is not acknowledged, as clients do."""
        for _ in range(20):
            guest.answers.clear()
            guest.do("chat", text=text, n=1)
            self.fleet.wait_for(lambda: guest.answers, "an answer")
            if not isinstance(guest.answers[-1], Refused):
                return
            self.fleet.wait(500)
        raise AssertionError(f"never acknowledged, after {self.failing.failed} failed")

    def owners(self, code: str) -> list[FleetWorker]:
        return [one for one in self.workers.values() if one.alive and code in one.lobby.rooms]

    def settled_room(self, code: str) -> Room:
        """The room at its only owner, once the store agrees."""

        def agrees() -> bool:
            owners, owner = self.owners(code), self.fleet.store.owner(code)
            return len(owners) == 1 and owner is not None and owner.lease_id == owners[0].node.lease.lease_id

        self.fleet.wait_for(agrees, f"one owner of {code}, after {self.failing.failed} failed")
        (worker,) = self.owners(code)
        room = worker.room(code)
        owner = self.fleet.store.owner(code)
        assert owner is not None
        assert owner.epoch == room.epoch
        assert_whole(room)
        return room


Play = Callable[[Scene, Callable[[], None]], None]
"""Plays a scene; the function that it is given arms the failure."""


def each_call(names: str, victim: str, answer_lost: bool, play: Play) -> None:
    """Play a scene with the failure one call later each time, until the scene ends before the failure."""
    for call in range(0, MAX_CALLS, STEP):
        scene = Scene(names, victim)
        play(scene, partial(scene.failing.arm, call, answer_lost))
        assert scene.failing.fails_at is not None, "the scene must arm the failure"
        if not scene.failing.failed:
            assert call >= max(4, STEP), "the scene hardly uses the store"
            return
    raise AssertionError("the scene never ends before the failure")


@LOST
@pytest.mark.parametrize("names", ["a", "ab"])
def test_a_lease_that_was_lost_is_begun_again(answer_lost: bool, names: str) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        ann, _ = scene.party("a")
        lease = scene.workers["a"].node.lease
        arm()
        scene.fleet.store.resign(lease.lease_id)  # so that a next generation is begun, and rooms restored
        scene.fleet.wait(1000)
        assert lease.state is LeaseState.OK
        assert not lease.blocked
        assert scene.settled_room(ann.code).runner is not None

    each_call(names, "a", answer_lost, play)


@LOST
def test_rooms_of_a_lost_worker_go_on_once(answer_lost: bool) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        ann, _ = scene.party("a")
        arm()
        scene.workers["a"].die()
        scene.fleet.wait_for(lambda: scene.owners(ann.code), "another worker")
        scene.fleet.wait(1000)
        room = scene.settled_room(ann.code)
        assert room.runner is not None
        assert [seat.name for seat in room.seats.values()] == ["Ann", "Bob"]

    each_call("abc", "b", answer_lost, play)


@LOST
def test_a_room_that_moves_is_at_one_of_both(answer_lost: bool) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        ann, bob = scene.party("a")
        owner = scene.workers["a"]
        arm()
        owner.node.drain()
        for _ in range(20):
            scene.fleet.wait(100)
            owner.node.move_out()
        room = scene.settled_room(ann.code)
        assert ann.code in scene.workers["b"].lobby.rooms, "another try moves it"
        assert room.runner is not None
        assert not ann.heard("notice") + bob.heard("notice")
        scene.say(bob, "still here")
        scene.fleet.wait_for(lambda: ann.heard("chat"), "the line")
        assert len(ann.heard("chat")) == 1

    each_call("ab", "a", answer_lost, play)


@LOST
def test_a_room_that_arrives_while_the_store_fails_is_taken_in(answer_lost: bool) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        ann, _ = scene.party("a")
        arm()
        scene.workers["a"].node.move_out()
        scene.fleet.wait(2000)
        room = scene.settled_room(ann.code)
        assert room.runner is not None
        assert room.people["p1"].connected

    each_call("ab", "b", answer_lost, play)


@LOST
def test_chat_and_results_are_saved_once(answer_lost: bool) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        fleet = scene.fleet
        worker = scene.workers["a"]
        ann, bob = fleet.guest(worker), fleet.guest(worker)
        arm()
        ann.go_in("create", game="dash", name="Ann", preset="Short")
        fleet.wait_for(lambda: ann.answers, "the room")
        bob.go_in("join", code=ann.code, name="Bob")
        fleet.wait(100)
        for n in (1, 2, 3):
            ann.do("chat", text=f"line {n}", n=n)
        ann.do("start")
        room = worker.room(ann.code)
        fleet.wait_for(lambda: room.phase.value == "results", "the results")
        fleet.wait(600)
        assert fleet.store.result(room.code, 1) is not None
        assert [line["text"] for line in bob.heard("chat")] == ["line 1", "line 2", "line 3"]
        assert not any(isinstance(one, Refused) for one in ann.answers)
        code = room.code
        worker.die()
        again = fleet.worker("b")
        fleet.wait_for(lambda: code in again.lobby.rooms, "the next owner")
        assert [line.text for line in again.room(code).chat.lines] == ["line 1", "line 2", "line 3"]

    each_call("a", "a", answer_lost, play)


@LOST
@pytest.mark.parametrize("victim", ["a", "b"], ids=["the owner's store", "the caller's store"])
def test_a_connection_to_another_worker_gets_into_its_room(answer_lost: bool, victim: str) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        fleet = scene.fleet
        ann, _ = scene.party("a")
        arm()
        cat = fleet.guest(scene.workers["b"])
        cat.go_in("join", code=ann.code, name="Cat")
        fleet.wait_for(lambda: cat.answers, "the answer")
        assert cat.code == ann.code
        scene.say(cat, "hello")
        fleet.wait_for(lambda: ann.heard("chat"), "the line")
        assert len(ann.heard("chat")) == 1
        again = fleet.guest(scene.workers["b"], ann.device)
        again.resume(ann.code)
        fleet.wait_for(lambda: again.answers, "the way back")
        assert again.joined.player == "p1"
        assert [one.name for one in scene.owners(ann.code)] == ["a"]

    each_call("ab", victim, answer_lost, play)


@LOST
def test_a_connection_follows_its_room_when_the_owner_is_lost(answer_lost: bool) -> None:
    def play(scene: Scene, arm: Callable[[], None]) -> None:
        fleet = scene.fleet
        ann, _ = scene.party("a")
        cat = fleet.guest(scene.workers["b"])
        cat.go_in("join", code=ann.code, name="Cat")
        fleet.wait_for(lambda: cat.answers, "the answer")
        arm()
        scene.workers["a"].die()
        fleet.wait_for(lambda: len(cat.heard("joined")) == 1, "the room again")
        scene.fleet.wait(1000)
        room = scene.settled_room(ann.code)
        assert [one.name for one in room.people.values() if one.connected] == ["Cat"]
        assert cat.sid not in scene.workers["b"].local.closed

    each_call("abc", "b", answer_lost, play)
