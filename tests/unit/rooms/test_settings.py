"""Settings of a room: presets, options, teams, another game, bots."""

import msgspec
import pytest

from game.rooms.errors import Refused
from game.settings import Bots
from tests.unit.rooms.world import World


def test_a_preset_sets_all_options_and_single_options_come_on_top() -> None:
    world = World()
    ann = world.host()
    assert ann.room["preset"] == "Classic"
    ann.do("options", preset="Short")
    assert (ann.room["preset"], ann.room["options"]["ticks"]) == ("Short", 3)
    ann.do("options", values={"ticks": 7, "extras": ["rain"], "target": "auto"})
    assert (ann.room["preset"], ann.room["options"]["ticks"], ann.room["options"]["extras"]) == ("", 7, 2)
    ann.do("options", preset="Teams", values={"ticks": 5})
    assert ann.room["options"]["teams"] == 1
    assert ann.room["options"]["ticks"] == 5
    ann.do("options", values={"ticks": 3, "teams": "none", "extras": ["wind", "rain"]})
    assert ann.room["preset"] == "Short", "options that make up a preset are that preset"


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": "Nope"},
        {"values": {"ticks": 0}},
        {"values": {"ticks": 5, "nope": 1}},
        {"values": {"ticks": True}},
        {"values": {"teams": "4"}},
        {"values": {"target": 2}},
        {"values": {"extras": ["snow"]}},
        {"preset": "Short", "values": {"ticks": 1 << 30}},
    ],
)
def test_a_wrong_option_changes_nothing_and_says_what_is_allowed(wrong: dict[str, object]) -> None:
    world = World()
    ann = world.host()
    ann.do("options", preset="Teams")
    before = ann.room
    assert ann.refused("options", **wrong) == "bad_option"
    assert ann.room == before
    with pytest.raises(Refused):
        world.someone().go_in("create", game="dash", options=wrong.get("values"), preset=wrong.get("preset"))
    assert len(world.lobby.rooms) == 1, "a room that could not be made as wished is not there"


@pytest.mark.parametrize("value", [1.5, [5], 1 << 40, {"more": 1}])
def test_a_value_that_no_option_can_have_never_reaches_the_room(value: object) -> None:
    world = World()
    ann = world.host()
    before = ann.room
    with pytest.raises(msgspec.ValidationError):
        ann.do("options", preset="Short", values={"ticks": value})
    assert ann.room == before


def test_a_match_is_played_with_the_options_of_its_start() -> None:
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 50})
    bob = world.guest(ann)
    world.playing(ann, bob)
    assert ann.refused("options", values={"ticks": 3}) == "wrong_phase"
    world.wait_for(lambda: ann.room["phase"] == "results")
    assert ann.room["results"]["ticks"] == 50
    ann.do("options", values={"ticks": 3})
    assert ann.room["phase"] == "results"


def test_teams_are_even_and_may_be_changed_before_a_match() -> None:
    world = World(countdown_s=0)
    ann = world.host()
    bob = world.guest(ann)
    cyd = world.guest(ann)
    assert ann.refused("team", seat=0, team=1) == "bad_request"
    ann.do("options", values={"teams": "2"})
    assert [ann.room["seats"][str(n)]["team"] for n in range(3)] == [1, 2, 1]
    bob.do("team", seat=1, team=1)
    assert ann.room["seats"]["1"]["team"] == 1
    assert bob.refused("team", seat=0, team=2) == "not_host"
    assert ann.refused("team", seat=0, team=3) == "bad_request"
    assert ann.refused("team", seat=3, team=1) == "bad_request"
    ann.do("team", seat=2, team=2)
    world.playing(ann, bob, cyd)
    assert ann.match is not None
    world.wait_for(lambda: ann.match and ann.match.states > 0)
    assert [one["team"] for one in ann.match.state["runners"].values()] == [1, 1, 2]
    assert ann.refused("team", seat=0, team=2) == "wrong_phase"
    dan = world.guest(ann)
    assert dan.room["seats"]["3"]["team"] == 2


def test_another_game_keeps_the_people_and_tells_its_schema() -> None:
    world = World(countdown_s=0)
    ann = world.host()
    people = [ann, *(world.guest(ann) for _ in range(3))]
    ann.do("game", game="duel")
    assert ann.match is not None
    assert ann.match.schema.game == "duel"
    assert ann.room["game"] == "duel"
    assert [one.seat for one in people] == [0, 1, None, None]
    assert sorted(ann.room["seats"]) == ["0", "1"]
    assert ann.refused("game", game="chess") == "unknown_game"
    world.playing(people[0], people[1])
    world.wait(200)
    assert people[3].match is not None
    assert people[3].match.states > 3
    world.check(world.room_of(ann))


def test_bots_come_change_and_go() -> None:
    world = World(bots=Bots(level=3))
    ann = world.host()
    assert ann.do("bot", add=True) == {"seat": 1}
    assert ann.do("bot", add=True, level=5, style=1) == {"seat": 2}
    seats = ann.room["seats"]
    assert (seats["1"]["kind"], seats["1"]["level"], seats["1"]["style"], seats["1"]["name"]) == (
        "bot",
        3,
        0,
        "Hare",
    )
    assert (seats["2"]["level"], seats["2"]["style"], seats["2"]["name"]) == (5, 1, "Tortoise")
    assert seats["1"]["ready"] is True
    ann.do("bot", seat=1, level=1, style=1)
    assert (ann.room["seats"]["1"]["level"], ann.room["seats"]["1"]["name"]) == (1, "Tortoise II")
    ann.do("bot", seat=1, level=2)
    assert ann.room["seats"]["1"]["name"] == "Tortoise II"
    ann.do("bot", remove=2)
    assert sorted(ann.room["seats"]) == ["0", "1"]
    for wrong in ({}, {"remove": 0}, {"remove": 3}, {"seat": 0}, {"seat": 3}, {"add": True, "style": 2}):
        assert ann.refused("bot", **wrong) == "bad_request", wrong


def test_there_are_only_so_many_bots() -> None:
    world = World(max_bots=2)
    ann = world.host()
    ann.do("bot", add=True)
    ann.do("bot", add=True)
    assert ann.refused("bot", add=True) == "full"


def test_bots_come_change_and_go_in_a_running_match() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    ann.do("bot", add=True, level=5)
    world.wait(1000)
    assert ann.match is not None
    ran = ann.match.state["runners"][2]["steps"]
    assert ran > 20, "a bot of level 5 runs all the time"
    ann.do("bot", seat=2, level=1)
    world.wait(2000)
    assert ann.match.state["runners"][2]["steps"] - ran < 40
    ann.do("bot", remove=2)
    world.wait(100)
    assert 2 not in ann.match.state["runners"]
    assert bob.match is not None
    assert bob.match.state == ann.match.state


def test_a_profile_is_cleaned_and_shown_on_the_seat() -> None:
    world = World()
    ann = world.host(name="Ann")
    bob = world.guest(ann, name="Bob", colour=1)
    bob.do("profile", name="  \u202eBo\u200bb\uff01  ", colour=6, shape=2)
    assert ann.room["people"][bob.player]["name"] == "Bob!"
    seat = ann.room["seats"]["1"]
    assert (seat["name"], seat["colour"], seat["shape"]) == ("Bob!", 6, 2)
    assert bob.refused("profile", name=" \u202e ") == "bad_name"
    bob.do("profile", name="Ann")
    assert ann.room["seats"]["1"]["name"] == "Ann 2"
    bob.do("profile", name="Ann 2")
    assert ann.room["seats"]["1"]["name"] == "Ann 2", "one's own name is not taken"
    ann.do("profile", colour=6)
    assert ann.room["seats"]["0"]["colour"] != 6, "two seats never look the same"
    with pytest.raises(Refused) as caught:
        world.guest(ann, name="\u200b")
    assert caught.value.code == "bad_name"
