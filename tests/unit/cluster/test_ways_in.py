"""Entering a room: a code can be used at every worker as soon as it is shown."""

import pytest

from game.protocol.commands import Knocked
from game.rooms.errors import NoSuchRoom, Refused
from game.sync.wire import InputMessage
from tests.unit.cluster.fleet import Fleet
from tests.unit.rules.test_controls import everything


@pytest.mark.parametrize("event", ["create", "quick"])
def test_a_code_that_was_given_out_is_known_to_every_worker(fleet: Fleet, event: str) -> None:
    here, there = fleet.worker("a"), fleet.worker("b")
    ann = fleet.guest(here)
    ann.go_in(event, game="dash")
    assert ann.answers == [], "answered before anybody else can find the room"
    here.writer.write(whole=False)
    assert fleet.store.owner(ann.code) is not None
    bob = fleet.guest(there)
    bob.go_in("join", code=ann.code)
    fleet.wait_for(lambda: bob.answers, "Bob's answer")
    assert bob.code == ann.code
    assert {one.name for one in bob.joined.room.people.values()} == {"Jackdaw", "Koala"}


def test_a_seat_that_was_given_out_is_found_by_every_worker(fleet: Fleet) -> None:
    here, there = fleet.worker("a"), fleet.worker("b")
    ann = fleet.guest(here)
    ann.go_in("create", game="dash")
    here.writer.write(whole=False)
    again = fleet.guest(there, ann.device)
    again.resume(ann.code)
    fleet.wait_for(lambda: again.answers, "the answer")
    assert again.joined.player == ann.joined.player


@pytest.mark.parametrize("way", ["join", "resume"])
def test_a_connection_that_closes_during_the_search_is_put_into_no_room(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    owner, here = fleet.worker("a"), fleet.worker("b")
    ann = fleet.guest(owner)
    ann.go_in("create", game="dash")
    fleet.wait_for(lambda: ann.answers, "the room")
    code = ann.code
    owner.die()
    fleet.wait_for(lambda: code in here.lobby.rooms, "the room at the other worker")
    again = fleet.guest(here, ann.device if way == "resume" else None)
    locate = here.failover.locate

    searched: list[str] = []

    def close_meanwhile(code: str) -> object:
        found = locate(code)
        searched.append(code)
        here.local.infos.pop(again.sid, None)
        here.gateway.detach(again.sid, fleet.now_ms)
        return found

    monkeypatch.setattr(here.failover, "locate", close_meanwhile)
    here.gateway.moving[code] = []  # so that it is searched for
    if way == "resume":
        again.resume(code)
    else:
        again.go_in("join", code=code)
    del here.gateway.moving[code]
    fleet.wait_for(lambda: searched, "the search")
    fleet.wait(500)
    assert [one for one in here.room(code).people.values() if one.member is not None] == []
    assert here.local.entered == {}


def test_an_answer_that_waited_tells_the_room_as_it_is_by_then(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann, bob = fleet.guest(here), fleet.guest(here)
    ann.go_in("create", game="dash")
    (code,) = here.lobby.rooms
    bob.go_in("join", code=code, name="Bob")
    assert bob.answers == [], "the room is not recorded for him either"
    here.writer.write(whole=False)
    assert [one.name for one in ann.joined.room.people.values()] == ["Jackdaw", "Bob"]
    assert ann.joined.room.version == here.room(code).version


def test_a_room_that_another_worker_opens_for_a_newcomer_is_recorded_first(fleet: Fleet) -> None:
    here, there = fleet.worker("a"), fleet.worker("b")
    here.node.load = 1.0  # so that new rooms go elsewhere
    ann = fleet.guest(here)
    ann.go_in("create", game="dash")
    there_has = there.lobby.rooms
    for _ in range(5):
        here.post()
        there.post()
        if there_has:
            break
    (code,) = there_has
    assert fleet.store.owner(code) is None
    assert ann.answers == []
    fleet.wait_for(lambda: ann.answers, "the answer")
    assert ann.code == code
    assert fleet.store.owner(code) is not None


def test_a_room_that_cannot_be_recorded_is_refused_in_time(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann = fleet.guest(here)
    fleet.store.down = True
    ann.go_in("create", game="dash")
    fleet.wait_for(lambda: ann.answers, "the answer", 3000)
    (answer,) = ann.answers
    assert isinstance(answer, Refused)
    assert answer.code == "busy"
    assert here.service.place(ann.sid) is None
    fleet.store.down = False
    fleet.wait(1000)
    ann.go_in("create", game="dash")
    fleet.wait_for(lambda: len(ann.answers) == 2, "the answer")
    assert ann.joined.code


def test_an_open_room_is_listed_when_others_can_find_it(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann = fleet.guest(here)
    ann.go_in("create", game="dash", private=False)
    assert here.node.directory.now()[0] == []
    here.writer.write(whole=False)
    assert [room.code for room in here.node.directory.now()[0]] == [ann.code]


def test_watching_bots_waits_for_nobody(fleet: Fleet) -> None:
    here = fleet.worker("a")
    ann = fleet.guest(here)
    ann.go_in("demo", game="dash")
    assert ann.joined.room.demo


def test_controls_reach_a_room_at_another_worker_and_a_bad_value_is_a_strike_there(fleet: Fleet) -> None:
    here = fleet.worker("a", {"everything": everything()})
    there = fleet.worker("b", {"everything": everything()})
    ann, bob = fleet.guest(here), fleet.guest(there)
    ann.go_in("create", game="everything")
    here.writer.write(whole=False)
    bob.go_in("join", code=ann.code)
    fleet.wait_for(lambda: bob.answers, "Bob's answer")
    ann.do("ready", ready=True)
    bob.do("ready", ready=True)
    room = here.room(ann.code)
    fleet.wait_for(lambda: room.runner, "the match")
    assert room.runner is not None
    good = InputMessage(1, 1, ((0, 0, None),), (((2, False, "boat"), (4, False, ((1, 2, 0),))),))
    there.gateway.press(bob.sid, good, fleet.now_ms)
    there.gateway.press(bob.sid, InputMessage(1, 2, ((0, 0, None),), (), ({"card": 7},)), fleet.now_ms)
    hand = room.runner.match.state.hands[1]
    fleet.wait_for(lambda: (hand.word, hand.card) == ("boat", 7), "the text and the choice")
    bad = InputMessage(1, 3, ((0, 0, None),), (((3, False, 64),),))
    there.gateway.press(bob.sid, bad, fleet.now_ms)
    fleet.wait_for(lambda: there.local.strikes, "the strike")
    assert there.local.strikes == [(bob.sid, "card takes a number of 0 to 63")]


def test_a_knock_is_answered_at_every_worker_and_leads_nowhere(fleet: Fleet) -> None:
    here, there = fleet.worker("a"), fleet.worker("b")
    ann = fleet.guest(here)
    ann.go_in("create", game="duel", name="Ann")
    fleet.wait_for(lambda: ann.answers, "the room")
    for worker in (here, there):
        bob = fleet.guest(worker)
        bob.knock(ann.code)
        fleet.wait_for(lambda bob=bob: bob.answers, "the answer")  # type: ignore[misc]
        assert bob.answers == [Knocked("duel", "Ann", 1)]
        bob.knock("ZZZZZZ")
        fleet.wait_for(lambda bob=bob: len(bob.answers) > 1, "the refusal")  # type: ignore[misc]
        assert isinstance(bob.answers[1], NoSuchRoom), "which counts as a wrong code"
    assert len(here.room(ann.code).people) == 1


def test_a_person_at_another_worker_gets_a_bots_seat(fleet: Fleet) -> None:
    here, there = fleet.worker("a"), fleet.worker("b")
    ann = fleet.guest(here)
    ann.go_in("create", game="duel")
    fleet.wait_for(lambda: ann.answers, "the room")
    ann.do("bot", add=True)
    bob = fleet.guest(there)
    bob.go_in("join", code=ann.code, name="Bob")
    fleet.wait_for(lambda: bob.heard("notice"), "the sentence")
    assert bob.joined.room.seats["1"].name == "Bob"
    assert [one["code"] for one in bob.heard("notice")] == ["bot_seat"]
