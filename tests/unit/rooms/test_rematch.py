"""After a match: results, one press to play again, and what happens to those who do not."""

import pytest

from tests.unit.rooms.world import Someone, World


def finished(world: World, people: int = 2) -> list[Someone]:
    """People who have just played a short match."""
    ann = world.host(preset="Short")
    everyone = [ann, *(world.guest(ann) for _ in range(people - 1))]
    world.playing(*everyone)
    for one in everyone:
        one.press(1, 1)
    world.wait_for(lambda: ann.room["phase"] == "results")
    return everyone


def test_the_results_tell_places_awards_and_names() -> None:
    world = World(countdown_s=0)
    ann, bob = finished(world)
    results = ann.room["results"]
    assert [place["place"] for place in results["places"]] == [1, 2]
    assert {place["player"] for place in results["places"]} == {ann.player, bob.player}
    assert results["awards"][0]["award"] == "luckiest"
    winner = results["places"][0]["player"]
    assert ann.room["people"][winner]["wins"] == 1
    bob.do("leave")
    assert len(ann.room["results"]["places"]) == 2, "results stay as they were"


def test_a_rematch_starts_when_everyone_here_wants_it() -> None:
    world = World(countdown_s=0)
    ann, bob = finished(world)
    ann.do("rematch", want=True)
    assert bob.room["rematch"] == [ann.player]
    assert ann.room["phase"] == "results"
    ann.do("rematch", want=False)
    assert bob.room["rematch"] == []
    ann.do("rematch", want=True)
    bob.do("rematch", want=True)
    world.wait_for(lambda: ann.room["phase"] == "live")
    assert ann.room["match"]["number"] == 2
    assert "results" not in ann.room
    assert ann.match is not None
    world.wait_for(lambda: ann.match and ann.match.keyframes == 2)


def test_who_wants_no_rematch_is_waited_for_only_so_long() -> None:
    world = World(countdown_s=0, results_s=10)
    ann, bob = finished(world)
    bob.do("rematch", want=True)
    world.wait(9_500)
    assert ann.room["phase"] == "results"
    world.wait_for(lambda: ann.room["phase"] == "live", 1000)


@pytest.mark.parametrize("how", ["leave", "drop"])
def test_who_goes_holds_no_rematch_up(how: str) -> None:
    world = World(countdown_s=0)
    ann, bob, cyd = finished(world, 3)
    ann.do("rematch", want=True)
    bob.do("rematch", want=True)
    assert ann.room["phase"] == "results"
    cyd.drop() if how == "drop" else cyd.do("leave")
    world.wait_for(lambda: ann.room["phase"] == "live", 500)


def test_a_rematch_needs_enough_players() -> None:
    world = World(countdown_s=0, results_s=5)
    ann, bob = finished(world)
    bob.do("leave")
    ann.do("rematch", want=True)
    assert ann.room["phase"] == "results"
    world.wait(5500)
    assert ann.room["phase"] == "lobby"


def test_somebody_who_watched_may_ask_for_a_rematch_and_gets_a_seat() -> None:
    world = World(countdown_s=0)
    ann, bob = finished(world)
    cyd = world.guest(ann, spectate=True)
    cyd.do("rematch", want=False)
    assert sorted(ann.room["seats"]) == ["0", "1"]
    cyd.do("rematch", want=True)
    assert cyd.seat == 2
    ann.do("rematch", want=True)
    bob.do("rematch", want=True)
    world.wait_for(lambda: ann.room["phase"] == "live")
    assert ann.match is not None
    world.wait_for(lambda: ann.match and ann.match.states > 0)
    assert sorted(ann.match.state["runners"]) == [0, 1, 2]


def test_the_host_changes_the_game_or_goes_back_to_the_lobby_after_a_match() -> None:
    world = World(countdown_s=0)
    ann, bob = finished(world)
    ann.do("game", game="duel")
    assert (bob.room["phase"], bob.room["game"]) == ("lobby", "duel")
    ann, bob = finished(world)
    ann.do("lobby")
    assert bob.room["phase"] == "lobby"
    assert "results" not in bob.room
    world.check(world.room_of(ann))
