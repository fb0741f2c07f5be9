"""Rules that are exchanged while rooms exist: taken up between two matches, and never in one."""

from typing import Any

import pytest

from game.rooms.errors import Refused
from game.rules import OWNER, Count, Entities, Entity, Game, Int, Options
from tests.unit.rooms.toys import Dash, Duel
from tests.unit.rooms.world import World


class Slow(Dash):
    """Dash with other limits and one option less."""

    options = Options(ticks=Int(40, 10, 500), weight=Int(2, 1, 9))
    presets: tuple[tuple[str, dict[str, Any]], ...] = (("Plain", {}),)
    team_option = ""


def exchanged() -> tuple[World, dict[str, Game]]:
    games: dict[str, Game] = {"dash": Dash()}
    return World(games), games


def test_a_room_without_a_match_takes_new_rules_up_and_keeps_what_was_chosen() -> None:
    world, games = exchanged()
    ann = world.host()
    ann.do("options", values={"ticks": 77, "extras": ["rain"]})
    room = world.room_of(ann)
    assert not room.choice.update_rules()
    games["dash"] = Slow()
    assert room.choice.update_rules()
    assert ann.room["options"] == {"ticks": 77, "weight": 2}
    assert not room.choice.update_rules()


def test_a_value_that_is_out_of_the_new_limits_goes_back_to_the_default() -> None:
    world, games = exchanged()
    ann = world.host()
    ann.do("options", preset="Endless")
    games["dash"] = Slow()
    world.room_of(ann).choice.update_rules()
    assert ann.room["options"] == {"ticks": 40, "weight": 2}


def test_a_preset_that_still_exists_stays_chosen_with_its_new_values() -> None:
    world, games = exchanged()
    ann = world.host()
    ann.do("options", preset="Short")
    slow = Slow()
    slow.presets = (("Plain", {}), ("Short", {"ticks": 12}))
    games["dash"] = slow
    world.room_of(ann).choice.update_rules()
    assert (ann.room["preset"], ann.room["options"]["ticks"]) == ("Short", 12)


def test_a_running_match_goes_on_by_its_rules_and_the_next_one_has_the_new() -> None:
    world, games = exchanged()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("options", values={"ticks": 30})
    world.playing(ann, bob)
    room = world.room_of(ann)
    old = room.game
    games["dash"] = Slow()
    assert not room.choice.update_rules()
    assert room.game is old
    world.wait_for(lambda: ann.room["phase"] == "results")
    for one in (ann, bob):
        one.do("rematch", want=True)
    world.wait_for(lambda: ann.room["phase"] == "live")
    assert room.game is games["dash"]
    assert ann.room["options"] == {"ticks": 30, "weight": 2}
    assert ann.match is not None
    world.wait_for(lambda: ann.match is not None and ann.match.following)


def test_a_match_by_exchanged_rules_is_not_predicted() -> None:
    world, games = exchanged()
    ann = world.host()
    bob = world.guest(ann)
    world.playing(ann, bob)
    assert ann.do("predict", on=True) == {}
    games["dash"] = Slow()
    assert bob.refused("predict", on=True) == "bad_request"
    assert bob.do("predict", on=False) == {}


class Hand(Entity):
    card = Count(max=9, see=OWNER)


class Table(Entity):
    hands = Entities(Hand, 4)


class Cards(Game):
    """Wrongly declared: it hides cards, and yet says that browsers may run it."""

    name = title = "cards"
    replication = "events"
    State = Table


def test_rules_with_hidden_fields_are_never_handed_to_a_browser_whatever_the_game_says() -> None:
    world = World({"cards": Cards()})
    ann = world.host("cards")
    with pytest.raises(Refused, match="stay on the server"):
        ann.do("predict", on=True)


class Patience(Game):
    """Cards that are nobody else's business, though it says that browsers may run it."""

    name = title = "patience"
    seats = (1, 8)
    presets: tuple[tuple[str, dict[str, Any]], ...] = (("Plain", {}),)
    State = Table


def test_who_ran_the_rules_of_one_game_is_told_states_of_the_next() -> None:
    world = World({"dash": Dash(), "patience": Patience()})
    ann = world.host()
    bob = world.guest(ann)
    for one in (ann, bob):
        assert one.do("predict", on=True, game="dash") == {}
    bob.do("away", away=True)
    room = world.room_of(ann)
    ann.do("game", game="patience")
    assert world.post.follows == {ann.member: room.code}
    bob.do("away", away=False)
    assert world.post.follows == {ann.member: room.code, bob.member: room.code}
    assert ann.refused("predict", on=True) == "bad_request"


def test_who_asks_to_run_rules_of_a_game_that_the_room_has_left_is_refused() -> None:
    world = World({"dash": Dash(), "duel": Duel()})
    ann = world.host()
    ann.do("game", game="duel")
    assert ann.refused("predict", on=True, game="dash") == "bad_request"


def test_rules_that_are_exchanged_are_run_by_nobody_at_first() -> None:
    world, games = exchanged()
    ann = world.host()
    ann.do("predict", on=True)
    games["dash"] = Slow()
    world.room_of(ann).choice.update_rules()
    assert world.post.follows == {ann.member: world.room_of(ann).code}
