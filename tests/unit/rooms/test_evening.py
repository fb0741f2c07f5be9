"""The evening tally: points for places over all matches of a room, and the match that the host ends."""

from typing import Any

import pytest

from game.rooms.evening import MOST_LINES, place_points
from game.rooms.freeze import freeze, thaw
from game.rules import Match
from tests.unit.rooms.test_freeze import moved
from tests.unit.rooms.toys import Dash
from tests.unit.rooms.world import Someone, World

Json = dict[str, Any]


def match(world: World, *runners: Someone) -> None:
    """A match in which these run, the first of them from its first tick on, each later by one tick."""
    ann = runners[0]
    before = ann.room.get("match", {}).get("number", 0)
    if ann.room["phase"] == "results":
        ann.do("lobby")
    everyone = [one for one in world.people.values() if world.service.place(one.member)]
    world.playing(*[one for one in everyone if one.seat is not None])
    assert ann.room["match"]["number"] > before
    for number, one in enumerate(runners):
        one.press(1, 1, tick=2 + 2 * number)
    world.wait_for(lambda: ann.room["phase"] == "results")


def standings(one: Someone) -> dict[str, tuple[int, int, int]]:
    """Points, wins and matches by player."""
    return {
        player: (line["points"], line["wins"], line["matches"])
        for player, line in one.room["evening"]["standings"].items()
    }


def room_of_three(**settings: Any) -> tuple[World, Someone, Someone, Someone]:
    world = World(countdown_s=0, **settings)
    ann = world.host(name="Ann", options={"ticks": 20})
    return world, ann, world.guest(ann, name="Bob"), world.guest(ann, name="Cyd")


def test_places_give_points_that_add_up_over_games() -> None:
    world, ann, bob, cyd = room_of_three()
    assert "evening" not in ann.room
    match(world, bob, ann, cyd)
    assert standings(ann) == {"p1": (7, 0, 1), "p2": (10, 1, 1), "p3": (5, 0, 1)}
    assert [place["evening"] for place in ann.room["results"]["places"]] == [10, 7, 5]
    cyd.do("sit", spectate=True)
    ann.do("game", game="duel")
    ann.do("options", values={"ticks": 20})
    match(world, ann, bob)
    assert standings(cyd) == {"p1": (17, 1, 2), "p2": (17, 1, 2), "p3": (5, 0, 1)}
    assert ann.room["evening"]["matches"] == 2
    assert ann.room["evening"]["place_points"] == [10, 7, 5, 3, 2, 1]
    assert [place_points(place) for place in (1, 5, 6, 40)] == [10, 2, 1, 1]


def test_bots_take_no_points_and_no_place_from_people() -> None:
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 20})
    world.guest(ann)
    ann.do("bot", add=True, level=5)
    match(world, ann)
    places = ann.room["results"]["places"]
    assert next(place for place in places if place["player"] == ann.player)["evening"] == 10
    assert all("evening" not in place for place in places if place["player"] is None)
    assert places[0]["player"] is None, "the bot ran from the first tick on"
    assert standings(ann) == {"p1": (10, 0, 1), "p2": (7, 0, 1)}, "the bot's win is nobody's"
    assert ann.room["evening"]["bot_wins"] == 1


def test_one_person_and_bots_are_no_evening() -> None:
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 20})
    ann.do("bot", add=True)
    match(world, ann)
    assert "evening" not in ann.room
    assert all("evening" not in place for place in ann.room["results"]["places"])


def test_points_stay_with_the_person() -> None:
    world, ann, bob, cyd = room_of_three()
    ann.do("second", on=True, name="Ada")
    match(world, bob, ann, cyd)
    before = standings(ann)
    assert set(before) == {"p1", "p1+", "p2", "p3"}, "two at one keyboard are two people"
    bob.do("leave")
    assert standings(ann) == before, "who leaves keeps the line"
    assert ann.room["evening"]["standings"]["p2"]["name"] == "Bob"
    again = world.someone(bob.device)
    again.go_in("join", code=ann.joined["code"], name="Bob")
    assert again.player == "p4"
    assert standings(ann)["p4"] == before["p2"]
    assert "p2" not in standings(ann)
    cyd.drop()
    cyd = cyd.back()
    ann.do("lobby")
    again.do("leave")
    cyd.do("sit", spectate=False, seat=1)
    match(world, cyd, ann)
    assert standings(ann)["p3"] == (before["p3"][0] + 10, 1, 2), "another seat, the same person"


def test_a_person_who_goes_on_as_another_has_both_lines() -> None:
    world, ann, bob, cyd = room_of_three()
    match(world, bob, ann, cyd)
    bob.drop()
    new = world.guest(ann, name="Bob")
    ann.do("give", seat=1, player=new.player)
    assert standings(ann) == {"p1": (7, 0, 1), new.player: (10, 1, 1), "p3": (5, 0, 1)}


def test_the_tally_moves_with_the_room_and_the_host_may_begin_anew() -> None:
    world, ann, bob, cyd = room_of_three()
    match(world, bob, ann, cyd)
    there = World(seed=9)
    other = moved(world.room_of(ann), world, there)
    assert other.describe().evening == world.room_of(ann).describe().evening
    assert bob.refused("new_evening") == "not_host"
    ann.do("new_evening")
    assert "evening" not in bob.room


def test_the_tally_is_bounded() -> None:
    world = World(countdown_s=0, max_spectators=4)
    ann = world.host(options={"ticks": 1})
    bob = world.guest(ann)
    for number in range(MOST_LINES):
        guest = world.guest(ann)
        match(world, ann, guest)
        ann.do("lobby")
        guest.do("leave")
        if number > MOST_LINES - 4:
            assert len(standings(ann)) <= MOST_LINES
    assert len(standings(ann)) == MOST_LINES
    assert {ann.player, bob.player} <= set(standings(ann)), "who is here is never forgotten"


def test_a_lost_cooperation_gives_little() -> None:
    class Together(Dash):
        def step(self, m: Match, inputs: list[int]) -> None:
            super().step(m, inputs)
            if m.over:
                m.lose()

    world = World(games={"dash": Together()}, countdown_s=0)
    ann = world.host(preset="Short")
    world.guest(ann)
    match(world, ann)
    assert standings(ann) == {"p1": (1, 0, 1), "p2": (1, 0, 1)}


# --- the host ends a match


@pytest.mark.parametrize("paused", [False, True])
def test_a_match_that_the_host_ends_shows_the_places_of_that_moment(paused: bool) -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    assert ann.refused("end") == "wrong_phase"
    world.playing(ann, bob)
    bob.press(1, 1)
    world.wait(1000)
    assert bob.refused("end") == "not_host"
    if paused:
        ann.do("pause", paused=True)
    ann.do("end")
    world.wait_for(lambda: ann.room["phase"] == "results", 200)
    results = ann.room["results"]
    assert results["ended"] is True
    assert [place["player"] for place in results["places"]] == [bob.player, ann.player]
    assert results["figures"] == [
        {"award": "luckiest", "values": [-1, results["places"][0]["points"]], "fewest": False}
    ]
    assert standings(ann) == {"p1": (7, 0, 1), "p2": (10, 1, 1)}
    kept = world.records.ended[-1]
    assert kept.outcome == "ended"
    assert [(seat.place, seat.points > 0) for seat in kept.seats] == [(2, False), (1, True)]


def test_a_match_that_is_ended_before_anybody_is_ahead_does_not_count() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait(500)
    ann.do("end")
    ann.do("end")
    world.wait_for(lambda: ann.room["phase"] == "results")
    assert "evening" not in ann.room
    assert [one["wins"] for one in ann.room["people"].values()] == [0, 0]


def test_teams_that_are_level_at_the_end_have_not_won(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(_game: Dash, m: Match, _inputs: list[int]) -> None:
        m.state.left -= 1
        if m.state.left == 0:
            m.rank([(runner.id, 0) for runner in m.state.runners])

    monkeypatch.setattr(Dash, "step", step)
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 20, "teams": "2"})
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait_for(lambda: ann.room["phase"] == "results")
    assert [place["place"] for place in ann.room["results"]["places"]] == [1, 1]
    assert standings(ann) == {"p1": (1, 0, 1), "p2": (1, 0, 1)}
    assert [one["wins"] for one in ann.room["people"].values()] == [0, 0]


def test_the_end_of_a_match_is_in_its_journal() -> None:
    """So a replay, and a worker that takes over between the command and the tick, end it alike."""
    here, there = World(countdown_s=0), World(countdown_s=0, seed=9)
    ann = here.host(preset="Endless")
    bob = here.guest(ann)
    here.playing(ann, bob)
    ann.press(1, 1)
    here.wait(300)
    room = here.room_of(ann)
    assert room.runner is not None
    data_tick = room.runner.match.tick
    data = freeze(room, here.now_ms)
    ann.do("end")
    runner = room.runner
    here.wait_for(lambda: room.phase.value == "results")
    rows = [row for row in runner.journal.rows if row.tick >= data_tick]
    other = thaw(there.context, data, there.now_ms, rows, runner.match.tick, 2)
    there.service.take_in(other, {})
    there.wait_for(lambda: other.phase.value == "results", 500)
    assert other.results is not None
    assert other.results.ended is True
