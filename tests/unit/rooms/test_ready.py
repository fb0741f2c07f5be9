"""When a match starts: as soon as all who are here agree, in any order; and what stops it."""

from collections.abc import Callable

import pytest

from tests.unit.rooms.world import Someone, World

Act = Callable[[Someone, Someone], object]

GOING: dict[str, Act] = {
    "leaves": lambda host, one: one.do("leave"),
    "is kicked": lambda host, one: host.do("kick", player=one.player),
    "is banned": lambda host, one: host.do("ban", player=one.player),
    "watches instead": lambda host, one: one.do("sit", spectate=True),
    "closes the page": lambda host, one: one.drop(),
    "goes into another room": lambda host, one: one.go_in("create", game="dash"),
}
goes = pytest.mark.parametrize("goes", GOING.values(), ids=GOING)


def phase(one: Someone) -> str:
    return str(one.room["phase"])


def ready(one: Someone) -> list[bool]:
    """By seat, whether its player is ready."""
    return [seat["ready"] for _, seat in sorted(one.room["seats"].items())]


@goes
def test_a_match_starts_when_the_only_player_who_was_not_ready_goes(goes: Act) -> None:
    world = World()
    ann = world.host()
    bob, cyd = world.guest(ann), world.guest(ann)
    ann.do("ready", ready=True)
    bob.do("ready", ready=True)
    assert phase(ann) == "lobby"
    goes(ann, cyd)
    assert phase(ann) == "countdown"
    world.check(world.room_of(ann))


@goes
def test_a_rematch_starts_when_the_only_player_who_did_not_want_it_goes(goes: Act) -> None:
    world = World(countdown_s=0, results_s=60)
    ann = world.host(preset="Short")
    bob, cyd = world.guest(ann), world.guest(ann)
    world.playing(ann, bob, cyd)
    world.wait_for(lambda: phase(ann) == "results")
    ann.do("rematch", want=True)
    bob.do("rematch", want=True)
    assert phase(ann) == "results"
    goes(ann, cyd)
    assert phase(ann) == "countdown"


def test_a_match_starts_when_a_player_who_is_ready_gets_a_bot_to_play_with() -> None:
    world = World()
    ann = world.host()
    ann.do("ready", ready=True)
    assert phase(ann) == "lobby"
    ann.do("bot", add=True)
    assert phase(ann) == "countdown"


def test_a_rematch_starts_when_a_bot_takes_the_place_of_a_player_who_left() -> None:
    world = World(countdown_s=0, results_s=60)
    ann = world.host(preset="Short")
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait_for(lambda: phase(ann) == "results")
    bob.do("leave")
    ann.do("rematch", want=True)
    assert phase(ann) == "results"
    ann.do("bot", add=True)
    assert phase(ann) == "countdown"


def test_a_second_player_at_the_keyboard_is_as_ready_as_the_first() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("ready", ready=True)
    ann.do("second", on=True)
    assert ready(ann) == [True, False, True]
    bob.do("ready", ready=True)
    assert phase(ann) == "countdown"


def test_a_player_who_is_ready_starts_with_a_second_one_at_the_keyboard() -> None:
    world = World()
    ann = world.host()
    ann.do("ready", ready=True)
    ann.do("second", on=True)
    assert phase(ann) == "countdown"


@pytest.mark.parametrize("spectate", [True, False], ids=["spectator", "player"])
def test_a_second_page_stops_no_countdown(spectate: bool) -> None:
    world = World(countdown_s=3)
    ann = world.host()
    bob = world.guest(ann)
    cyd = world.guest(ann, spectate=True)
    ann.do("start")
    other = (cyd if spectate else bob).back()
    world.wait(100)
    assert other.room["countdown_at"]
    world.wait_for(lambda: phase(ann) == "live", 4000)
    assert other.room["people"][other.player]["connected"] is True


@pytest.mark.parametrize("how", ["drop", "leave"])
def test_a_spectator_who_goes_stops_no_countdown_and_clears_nobodys_ready(how: str) -> None:
    world = World(countdown_s=3)
    ann = world.host()
    bob = world.guest(ann)
    watchers = [world.guest(ann, spectate=True) for _ in range(2)]
    ann.do("ready", ready=True)

    def goes(one: Someone) -> None:
        one.drop() if how == "drop" else one.do("leave")

    goes(watchers[0])
    assert ready(ann) == [True, False]
    bob.do("ready", ready=True)
    goes(watchers[1])
    assert phase(ann) == "countdown"
    assert ready(ann) == [True, True]
    world.wait_for(lambda: phase(ann) == "live", 4000)


def test_a_player_who_reloads_the_page_stops_no_countdown() -> None:
    world = World(countdown_s=3)
    ann = world.host()
    bob = world.guest(ann)
    ann.do("ready", ready=True)
    bob.do("ready", ready=True)
    bob.drop()
    world.wait(500)
    again = bob.back()
    world.wait_for(lambda: phase(again) == "live", 4000)
    assert again.room["seats"]["1"]["playing"] is True


def test_a_player_who_takes_back_ready_stops_the_countdown_and_all_are_asked_again() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("ready", ready=True)
    bob.do("ready", ready=True)
    bob.do("ready", ready=False)
    assert phase(ann) == "lobby"
    assert ready(ann) == [False, False]


def test_a_player_who_was_not_ready_cannot_stop_the_hosts_start() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("start")
    bob.do("ready", ready=False)
    assert phase(ann) == "countdown"


def test_a_countdown_with_too_few_players_stops_and_those_left_are_asked_again() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("ready", ready=True)
    bob.do("ready", ready=True)
    bob.do("leave")
    assert phase(ann) == "lobby"
    assert ready(ann) == [False]
    world.guest(ann)
    assert phase(ann) == "lobby"


def test_a_countdown_that_no_player_is_left_for_stops() -> None:
    world = World()
    ann = world.host()
    for _ in range(2):
        ann.do("bot", add=True)
    ann.do("ready", ready=True)
    ann.do("sit", spectate=True)
    assert phase(ann) == "lobby"


@pytest.mark.parametrize(
    ("event", "argument"),
    [
        ("game", {"game": "duel"}),
        ("options", {"values": {"ticks": 90}}),
        ("options", {"preset": "Endless"}),
    ],
)
def test_nobody_is_ready_for_a_game_that_has_changed_since(event: str, argument: dict[str, object]) -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    bob.do("ready", ready=True)
    ann.do(event, **argument)
    assert ready(ann) == [False, False]
    ann.do("ready", ready=True)
    assert phase(ann) == "lobby"


def test_options_that_change_nothing_ask_nobody_again() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    bob.do("ready", ready=True)
    ann.do("options", preset="Classic")
    ann.do("game", game="dash")
    assert ready(ann) == [False, True]


def test_nobody_has_voted_for_a_rematch_with_other_options() -> None:
    world = World(countdown_s=0, results_s=60)
    ann = world.host(preset="Short")
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait_for(lambda: phase(ann) == "results")
    bob.do("rematch", want=True)
    ann.do("options", values={"ticks": 90})
    assert ann.room["rematch"] == []
    ann.do("rematch", want=True)
    assert phase(ann) == "results"


def test_a_player_who_watches_instead_wants_no_rematch() -> None:
    world = World(countdown_s=0, results_s=5)
    ann = world.host(preset="Short")
    bob, cyd = world.guest(ann), world.guest(ann)
    world.playing(ann, bob, cyd)
    world.wait_for(lambda: phase(ann) == "results")
    cyd.do("rematch", want=True)
    cyd.do("sit", spectate=True)
    assert ann.room["rematch"] == []
    world.wait_for(lambda: phase(ann) == "lobby", 6000)


GIVING_UP = ["leave", "kick", "sit", "drop"]


@pytest.mark.parametrize("how", GIVING_UP)
@pytest.mark.parametrize("bots", [0, 2])
def test_a_match_that_all_players_have_left_ends_with_results_for_those_who_watch(
    how: str, bots: int
) -> None:
    world = World(countdown_s=0, seat_hold_s=10)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    cyd = world.guest(ann, spectate=True)
    for _ in range(bots):
        ann.do("bot", add=True)
    world.playing(ann, bob)
    world.wait(500)
    ann.do("leave")
    assert phase(cyd) == "live"
    if how == "drop":
        bob.drop()
        assert phase(cyd) == "live", "the seat is held"
        world.wait(11_000)
    elif how == "kick":
        bob.do("transfer", player=cyd.player)
        cyd.do("kick", player=bob.player)
    else:
        bob.do(how, **({"spectate": True} if how == "sit" else {}))
    assert phase(cyd) == "results"
    assert cyd.room["results"]["places"] == []
    assert "match" not in cyd.room
    world.check(world.room_of(cyd))


def test_a_paused_match_that_all_players_have_left_ends_as_well() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    cyd = world.guest(ann, spectate=True)
    world.playing(ann, bob)
    ann.do("pause", paused=True)
    ann.do("leave")
    bob.do("leave")
    assert phase(cyd) == "results"
    assert "paused_by" not in cyd.room


def test_a_host_who_only_watches_may_let_bots_play() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    ann.do("sit", spectate=True)
    for _ in range(2):
        ann.do("bot", add=True)
    ann.do("start")
    world.wait_for(lambda: phase(ann) == "live")
    bob = world.guest(ann)
    bob.do("leave")
    world.wait(2000)
    assert phase(ann) == "live"
