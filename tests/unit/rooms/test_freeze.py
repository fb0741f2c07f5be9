"""A room that goes on elsewhere: as bytes from one worker to another, with nobody losing anything."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rooms.errors import Refused
from game.rooms.freeze import BadFreeze, freeze, thaw
from game.rooms.journal import Row
from game.rooms.room import Room
from game.rules.snapshot import state_hash
from tests.unit.rooms.world import Someone, World, as_sent

LOCAL = ("connected", "away", "rtt", "held", "ready")
"""What belongs to a connection, or changes when it is gone."""
TIMES = ("countdown_at", "results_until", "ends_at")
"""By the worker's clock."""


def lasting(value: Any) -> Any:
    """A described room without what belongs to connections and clocks."""
    if isinstance(value, dict):
        return {key: lasting(one) for key, one in value.items() if key not in (*LOCAL, *TIMES, "version")}
    return value


def moved(room: Room, here: World, there: World, rows: list[Row] | None = None, tick: int = 0) -> Room:
    """The room, frozen here and thawed there, where it is looked after."""
    data = freeze(room, here.now_ms)
    other = thaw(there.context, data, there.now_ms, rows or [], tick, room.epoch + 1)
    there.service.take_in(other, {})
    return other


def busy(world: World) -> tuple[Someone, Someone]:
    """A room in which much has been said and set."""
    ann = world.host(name="Ann", preset="Endless")
    bob = world.guest(ann, name="Bob", colour=5)
    eve = world.guest(ann)
    ann.do("ban", player=eve.player)
    ann.do("bot", add=True, level=4, style=1)
    ann.do("lock", private=False, hidden=True, cover=True)
    ann.do("chat", text="hello", n=1)
    bob.do("chat", text="hi", n=1)
    bob.do("second", on=True, name="Rob")
    return ann, bob


@pytest.mark.parametrize("phase", ["lobby", "countdown", "live", "paused", "results"])
def test_a_room_is_the_same_elsewhere(phase: str) -> None:
    here, there = World(countdown_s=3), World(seed=9)
    ann, _ = busy(here)
    room = here.room_of(ann)
    if phase == "results":
        ann.do("options", values={"ticks": 3})
    if phase != "lobby":
        ann.do("start")
    if phase in ("live", "paused"):
        here.wait_for(lambda: room.phase.value == "live")
        here.wait(500)
    if phase == "paused":
        ann.do("pause", paused=True)
    if phase == "results":
        here.wait_for(lambda: room.phase.value == "results")
        ann.do("rematch", want=True)
        ann.do("playlist", entries=[{"game": "dash", "matches": 2}, {"game": "duel"}])
        ann.do("poll", open=True, each=True)
        ann.do("vote", game="broken")
    other = moved(room, here, there)
    assert lasting(as_sent(other.describe())) == lasting(as_sent(room.describe()))
    assert other.epoch == room.epoch + 1
    there.check(other)
    if room.runner is not None:
        assert other.runner is not None
        assert state_hash(other.runner.match) == state_hash(room.runner.match)
        assert other.runner.match.tick == room.runner.match.tick


def test_people_come_back_elsewhere_to_all_they_had() -> None:
    here, there = World(countdown_s=0), World(countdown_s=0, seed=9)
    ann, bob = busy(here)
    here.playing(ann, bob)
    bob.press(1, 1)
    here.wait(300)
    other = moved(here.room_of(ann), here, there)
    assert other.runner is not None
    again = there.someone(bob.device)
    answer = there.service.resume(again.member, again.device, other.code, there.now_ms)
    assert answer is not None
    again.entered(answer)
    there.service.follow(again.member)
    assert (again.player, again.seat) == (bob.player, 1)
    there.wait(500)
    assert again.match is not None
    assert again.match.following
    assert again.match.epoch == other.epoch
    assert again.match.acks[1][0] == 1
    assert again.match.state["runners"][1]["steps"] > 20, "the button is held still"
    again.press(2, 0)
    there.wait(200)
    assert again.match.acks[1][0] == 2
    assert again.do("chat", text="hi", n=1) == {"id": 2}, "a line said before is known"
    assert again.do("chat", text="back", n=2) == {"id": 3}
    assert [line["text"] for line in again.chat] == ["hello", "hi", "back"]
    banned = there.someone("d3")
    assert there.service.resume(banned.member, "d3", other.code, there.now_ms) is None


def test_the_journal_since_the_checkpoint_is_played_again() -> None:
    here, there = World(countdown_s=0), World(countdown_s=0, seed=9)
    ann, bob = busy(here)
    here.playing(ann, bob)
    room = here.room_of(ann)
    data = freeze(room, here.now_ms)
    assert room.runner is not None
    before = room.runner.match.tick
    bob.press(1, 1)
    here.wait(1000)
    rows = [row for row in room.runner.journal.rows if row.tick >= before]
    other = thaw(there.context, data, there.now_ms, rows, room.runner.match.tick, 2)
    assert other.runner is not None
    assert other.runner.match.tick == room.runner.match.tick
    assert state_hash(other.runner.match) == state_hash(room.runner.match)
    assert other.runner.applied_seqs()[1] == 1


def test_who_does_not_come_back_holds_no_button_for_long() -> None:
    here, there = World(countdown_s=0), World(countdown_s=0, seed=9)
    ann, bob = busy(here)
    ann.do("lock", cover=False)
    here.playing(ann, bob)
    bob.press(1, 1)
    here.wait(300)
    other = moved(here.room_of(ann), here, there)
    again = there.someone(ann.device)
    answer = there.service.resume(again.member, again.device, other.code, there.now_ms)
    assert answer is not None
    there.wait(1000)
    assert other.runner is not None
    assert other.runner.match.inputs[1] == 1
    there.wait(4000)
    assert other.runner.match.inputs[1] == 0


def test_a_room_with_results_goes_back_to_the_lobby_elsewhere_too() -> None:
    here, there = World(countdown_s=0, results_s=5), World(seed=9)
    ann = here.host(preset="Short")
    bob = here.guest(ann)
    here.playing(ann, bob)
    here.wait_for(lambda: ann.room["phase"] == "results")
    other = moved(here.room_of(ann), here, there)
    there.wait(4000)
    assert other.phase.value == "results"
    there.wait(2000)
    assert other.phase.value == "lobby"


def test_a_countdown_goes_on_elsewhere() -> None:
    here, there = World(countdown_s=3), World(seed=9)
    ann, _ = busy(here)
    ann.do("start")
    here.wait(1000)
    other = moved(here.room_of(ann), here, there)
    there.wait(1800)
    assert other.phase.value == "countdown"
    there.wait(400)
    assert other.phase.value == "live"


@given(st.binary(max_size=80))
def test_bytes_that_are_no_room_are_refused(data: bytes) -> None:
    world = World()
    with pytest.raises(BadFreeze):
        thaw(world.context, data, 0, [], 0, 1)


def test_a_room_whose_game_is_not_here_is_refused() -> None:
    here = World()
    games = dict(here.context.games)
    del games["duel"]
    there = World(games=games)
    ann = here.host("duel")
    with pytest.raises(BadFreeze, match="duel"):
        thaw(there.context, freeze(here.room_of(ann), 0), 0, [], 0, 1)


def test_bans_and_the_numbers_of_chat_lines_hold_elsewhere() -> None:
    here, there = World(), World()
    ann = here.host(place="home")
    bob = here.guest(ann, place="school")
    ann.do("chat", text="hello", n=1)
    ann.do("ban", player=bob.player, address=True)
    room = moved(here.room_of(ann), here, there)
    for device, place in ((bob.device, ""), ("another", "school")):
        with pytest.raises(Refused) as caught:
            room.seating.check_welcome(device, "m", there.now_ms, place=place)
        assert caught.value.code == "banned"
    again = there.someone(ann.device)
    answer = there.service.resume(again.member, ann.device, room.code, there.now_ms)
    assert answer is not None
    again.entered(answer)
    assert again.refused("chat", text="another line", n=1) == "gap"
    assert again.do("chat", text="hello", n=1) == {"id": 1}


def test_a_room_that_its_maker_has_left_knows_them_elsewhere() -> None:
    here, there = World(), World()
    ann = here.host()
    here.guest(ann)
    ann.do("leave")
    room = moved(here.room_of(ann), here, there)
    again = there.someone(ann.device)
    again.go_in("join", code=room.code)
    assert again.room["owner"] == again.player


RECORDED = Path(__file__).parents[2] / "data" / "frozen"


@pytest.mark.parametrize("name", ["format-2"])
def test_a_room_that_an_earlier_build_has_frozen_can_be_read(name: str) -> None:
    """The files are never made again: `tests/data/frozen/make.py` says how they were."""
    there = World()
    data = (RECORDED / f"{name}.bin").read_bytes()
    room = thaw(there.context, data, there.now_ms, [], 0, 2)
    assert [(one.name, one.seat, one.muted) for one in room.people.values()] == [
        ("Ann", 0, False),
        ("Bob", 1, False),
        ("Eve", None, True),
    ]
    assert (room.host, room.owner, room.banned, room.hidden, room.stand_ins) == (
        "p1",
        "p1",
        {"d3"},
        True,
        True,
    )
    assert [(seat.kind, seat.stand_in, seat.held, seat.level) for seat in room.seats.values()] == [
        ("human", False, True, 0),
        ("human", True, True, 0),
        ("bot", False, False, 4),
    ]
    assert [line.text for line in room.chat.lines] == ["Hello, everyone"]
    assert room.phase.value == "live"
    assert room.runner is not None
    assert room.runner.applied_seqs()[0] == 1
    tick = room.runner.match.tick
    there.service.take_in(room, {})
    assert there.service.resume("m1", room.people["p1"].device, room.code, there.now_ms) is not None
    there.wait(2000)
    assert room.runner.match.tick > tick + 30, "the match goes on"
    assert room.match_number == 1
