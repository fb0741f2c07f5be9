"""Every match that ends is handed over once, with a journal that a replay takes to the same state."""

import zlib
from collections.abc import Callable
from typing import Any

import pytest

from game.rooms.ended_match import EndedMatch
from game.rooms.freeze import freeze, thaw
from game.rooms.journal import Journal, restore, without_seqs
from game.rooms.recording import MAX_UNSAVED
from game.rooms.room import Room
from game.rules.snapshot import state_hash
from tests.unit.rooms.world import WALL_MS, Someone, World


def replayed(world: World, match: EndedMatch) -> int:
    """The hash of the state to which the kept journal leads."""
    kept = Journal.parse(zlib.decompress(zlib.compress(without_seqs(match.journal))))
    assert not any(seq for row in kept.rows for seq in row.seqs)
    return state_hash(restore(world.context.games[match.game], kept, until=match.ticks))


def party(world: World, **argument: Any) -> tuple[Someone, Someone]:
    """Two people in a match of a minute."""
    ann = world.host(name="Ann", **argument)
    bob = world.guest(ann, name="Bob")
    world.playing(ann, bob)
    return ann, bob


def test_a_decided_match_is_handed_over_with_all_that_its_page_shows() -> None:
    world = World(countdown_s=0)
    ann, bob = party(world, preset="Classic", colour=2, shape=3)
    begun_ms = world.now_ms
    ann.do("bot", add=True, level=4, style=1)
    for k in range(20):
        ann.press(k + 1, k % 2)
        world.wait(60)
    world.wait_for(lambda: ann.room["phase"] == "results")
    (match,) = world.records.ended
    assert ann.room["results"]["record"] == match.id == "match00001"
    assert (match.game, match.title, match.tick_hz, match.rules) == ("dash", "Dash", 30, "rules of dash")
    assert (match.outcome, match.visibility, match.room_kind) == ("decided", "link", "private")
    assert (match.options["ticks"], match.preset, match.ticks) == (60, "Classic", 60)
    assert abs(match.started_ms - WALL_MS - begun_ms) < 100
    assert match.ended_ms > match.started_ms + 900
    results = ann.room["results"]
    assert {seat.seat: (seat.place, seat.points) for seat in match.seats} == {
        one["seat"]: (one["place"], one["points"]) for one in results["places"]
    }
    first, second, third = match.seats
    assert (first.device, first.name, first.colour, first.shape, first.bot) == ("d1", "Ann", 2, 3, False)
    assert (second.device, second.name) == (bob.device, "Bob")
    assert (third.device, third.bot, third.level, third.style) == ("", True, 4, 1)
    assert sum(len(seat.awards) for seat in match.seats) == 1
    assert match.rounds == results["rounds"]
    assert replayed(world, match) == match.final_hash


def test_a_seat_that_was_left_stays_in_the_record_without_its_device() -> None:
    world = World(countdown_s=0)
    ann, bob = party(world)
    cyd = world.guest(ann, name="Cyd")
    world.wait(200)
    cyd.do("leave")
    world.wait_for(lambda: ann.room["phase"] == "results")
    (match,) = world.records.ended
    assert [(seat.name, bool(seat.device), seat.place > 0) for seat in match.seats] == [
        ("Ann", True, True),
        ("Bob", True, True),
        ("Cyd", False, False),
    ]
    assert bob.device == match.seats[1].device
    assert replayed(world, match) == match.final_hash


def test_a_seat_that_is_taken_again_is_the_last_ones() -> None:
    world = World(countdown_s=0)
    ann, bob = party(world)
    world.wait(100)
    bob.do("leave")
    eve = world.guest(ann, name="Eve")
    world.wait_for(lambda: ann.room["phase"] == "results")
    assert [(seat.name, seat.device) for seat in world.records.ended[0].seats] == [
        ("Ann", ann.device),
        ("Eve", eve.device),
    ]


def end_by_host(world: World, ann: Someone, bob: Someone) -> None:
    ann.do("lobby")


def end_by_leaving(world: World, ann: Someone, bob: Someone) -> None:
    ann.do("leave")
    bob.do("leave")


def end_by_silence(world: World, ann: Someone, bob: Someone) -> None:
    ann.drop()
    bob.drop()
    world.wait(200_000)


def end_by_closing(world: World, ann: Someone, bob: Someone) -> None:
    world.lobby.close(world.room_of(ann))


@pytest.mark.parametrize("end", [end_by_host, end_by_leaving, end_by_silence, end_by_closing])
def test_a_match_that_is_left_is_handed_over_once(end: Callable[[World, Someone, Someone], None]) -> None:
    world = World(countdown_s=0)
    ann, bob = party(world, preset="Endless")
    room = world.room_of(ann)
    world.wait(500)
    end(world, ann, bob)
    world.wait(500)
    (match,) = world.records.ended
    assert match.outcome == "left"
    assert room.match_id == ""
    assert [seat.name for seat in match.seats] == ["Ann", "Bob"]
    assert all(seat.place == 0 for seat in match.seats)
    assert replayed(world, match) == match.final_hash


def test_spectators_see_no_record_of_a_match_that_was_not_kept() -> None:
    world = World(countdown_s=0, keep=False)
    ann, _ = party(world)
    world.wait_for(lambda: ann.room["phase"] == "results")
    assert "record" not in ann.room["results"]
    assert world.room_of(ann).match_id == ""
    assert not world.records.ended


def test_a_match_whose_rules_fail_is_handed_over_with_the_step_that_failed() -> None:
    world = World(countdown_s=0)
    party(world, game="broken")
    world.wait(1000)
    (match,) = world.records.ended
    assert (match.outcome, match.ticks) == ("failed", 3)
    assert match.final_hash
    with pytest.raises(ZeroDivisionError):
        replayed(world, match)


def test_a_match_that_is_left_after_one_that_failed_has_not_failed() -> None:
    world = World(countdown_s=0)
    ann, bob = party(world, game="broken")
    world.wait(1000)
    ann.do("game", game="dash")
    world.playing(ann, bob)
    world.wait(200)
    ann.do("lobby")
    assert [match.outcome for match in world.records.ended] == ["failed", "left"]


def test_demonstrations_and_matches_without_a_tick_are_not_kept() -> None:
    world = World(countdown_s=0)
    viewer = world.someone()
    viewer.go_in("demo", game="dash")
    world.wait(6000)
    assert viewer.room["phase"] in ("live", "results", "countdown")
    assert not world.records.ended
    assert not world.records.drawn
    ann = world.host()
    world.guest(ann)
    ann.do("start")
    room = world.room_of(ann)
    while room.runner is None:
        world.wait(1)
    assert room.runner.match.tick == 0
    ann.do("lobby")
    assert not world.records.ended


def test_bots_are_kept_when_somebody_watches() -> None:
    world = World(countdown_s=0)
    ann = world.host()
    ann.do("sit", spectate=True)
    ann.do("bot", add=True)
    ann.do("bot", add=True)
    ann.do("start")
    world.wait_for(lambda: ann.room["phase"] == "results")
    (match,) = world.records.ended
    assert all(seat.bot and seat.device == "" for seat in match.seats)


def test_public_and_quick_rooms_say_what_they_are() -> None:
    world = World(countdown_s=0)
    ann = world.someone()
    ann.go_in("quick", game="dash", name="Ann")
    world.wait_for(lambda: ann.room["phase"] == "results", 60_000)
    assert (world.records.ended[0].room_kind, world.records.ended[0].visibility) == ("quick", "public")


def moved(room: Room, here: World, there: World) -> Room:
    """The room, frozen here and thawed there."""
    other = thaw(there.context, freeze(room, here.now_ms), there.now_ms, [], 0, room.epoch + 1)
    there.service.take_in(other, {})
    return other


def test_a_room_takes_its_match_id_and_what_it_knows_of_the_match_along() -> None:
    here, there = World(countdown_s=0), World(seed=9)
    ann, _ = party(here, preset="Endless")
    cyd = here.guest(ann, name="Cyd")
    here.wait(300)
    cyd.do("leave")
    room = here.room_of(ann)
    other = moved(room, here, there)
    assert other.match_id == room.match_id == "match00001"
    assert other.recording.started_ms == room.recording.started_ms
    assert other.recording.attended
    assert [seat.name for seat in other.recording.departed.values()] == ["Cyd"]


def test_ended_matches_that_are_not_saved_yet_go_along_until_they_are() -> None:
    here, there = World(countdown_s=0, results_s=1), World(seed=9)
    ann, bob = party(here, preset="Short")
    here.wait_for(lambda: ann.room["phase"] == "results")
    room = here.room_of(ann)
    assert [match.id for match in room.recording.unsaved] == ["match00001"]
    other = moved(room, here, there)
    assert other.recording.unsaved == here.records.ended
    there.records.saved.add("match00001")
    there.wait(1000)
    assert other.recording.unsaved == []
    for _ in range(MAX_UNSAVED + 2):
        here.wait_for(lambda: ann.room["phase"] == "lobby")
        here.playing(ann, bob)
        here.wait_for(lambda: ann.room["phase"] == "results")
    kept = [match.id for match in room.recording.unsaved]
    assert kept == [match.id for match in here.records.ended[-MAX_UNSAVED:]]
