"""What is played next: the host's playlist, and votes."""

from typing import Any

import pytest

from game.rooms.next_game import MOST_GAMES, POLL_MS, SHOW_MS, Poll
from tests.unit.rooms.test_freeze import moved
from tests.unit.rooms.world import Someone, World


def pair(**settings: Any) -> tuple[World, Someone, Someone]:
    world = World(countdown_s=0, **settings)
    ann = world.host(preset="Short")
    return world, ann, world.guest(ann)


def play(world: World, *people: Someone) -> None:
    """Play a match of whatever the room has chosen, to its results."""
    if people[0].room["options"]["ticks"] > 10:
        people[0].do("options", values={"ticks": 3})
    world.playing(*people)
    world.wait_for(lambda: people[0].room["phase"] == "results")


# --- the playlist


def test_a_playlist_is_played_in_its_order() -> None:
    world, ann, bob = pair(results_s=5)
    ann.do(
        "playlist",
        entries=[{"game": "dash", "preset": "Short", "matches": 2}, {"game": "duel"}, {"game": "dash"}],
    )
    assert bob.room["playlist"]["at"] == 0
    play(world, ann, bob)
    assert bob.room["playlist"]["played"] == 1
    assert bob.room["next"] == {"game": "dash", "preset": "Short", "by": "playlist"}
    for one in (ann, bob):
        one.do("rematch", want=True)
    world.wait_for(lambda: ann.room["phase"] == "results" and ann.room["playlist"]["at"] == 1)
    assert bob.room["next"] == {"game": "duel", "by": "playlist"}
    bob.do("rematch", want=True)
    world.wait_for(lambda: ann.room["phase"] == "lobby")
    assert bob.room["game"] == "duel", "another game is next, so a wish to play again waits for nobody"
    assert "next" not in bob.room
    assert not any(seat["ready"] for seat in bob.room["seats"].values())
    play(world, ann, bob)
    ann.do("next")
    assert (bob.room["phase"], bob.room["game"], bob.room["preset"]) == ("lobby", "dash", "Classic")
    play(world, ann, bob)
    assert bob.room["playlist"]["at"] == 3
    assert "next" not in bob.room
    world.wait_for(lambda: ann.room["phase"] == "lobby")
    assert ann.refused("next") == "wrong_phase"
    ann.do("playlist", entries=[])
    assert "playlist" not in bob.room


def test_the_host_may_skip_and_edit_and_play_something_else() -> None:
    world, ann, bob = pair()
    entries = [{"game": "dash", "preset": "Short"}, {"game": "duel"}]
    ann.do("playlist", entries=entries)
    ann.do("next", skip=True)
    assert (bob.room["playlist"]["at"], bob.room["game"]) == (1, "duel")
    ann.do("playlist", entries=[*entries, {"game": "dash", "matches": 9}], at=2)
    assert bob.room["game"] == "dash"
    ann.do("game", game="duel")
    play(world, ann, bob)
    assert bob.room["playlist"] == {
        "entries": bob.room["playlist"]["entries"],
        "at": 2,
        "played": 0,
    }, "a match of another game does not count"
    ann.do("lobby")
    assert bob.room["game"] == "dash"
    ann.do("next", skip=True)
    assert ann.refused("next", skip=True) == "wrong_phase"


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ({"entries": [{"game": "chess"}]}, "unknown_game"),
        ({"entries": [{"game": "dash", "preset": "Nope"}]}, "bad_option"),
        ({"entries": [{"game": "dash"}], "at": 2}, "bad_request"),
    ],
)
def test_a_wrong_playlist_changes_nothing(argument: dict[str, object], code: str) -> None:
    _, ann, bob = pair()
    ann.do("playlist", entries=[{"game": "dash", "preset": "Short"}])
    before = bob.room["playlist"]
    assert ann.refused("playlist", **argument) == code
    assert bob.room["playlist"] == before
    for command, values in (("playlist", {"entries": []}), ("next", {}), ("poll", {"open": True})):
        assert bob.refused(command, **values) == "not_host"


def test_a_game_that_is_gone_is_skipped() -> None:
    world, ann, _ = pair()
    ann.do("playlist", entries=[{"game": "dash"}, {"game": "duel"}, {"game": "dash", "preset": "Short"}])
    there = World(games={"dash": world.context.games["dash"]}, seed=9)
    room = moved(world.room_of(ann), world, there)
    play_next = room.next_game
    play_next.skip(next(iter(room.people.values())))
    assert room.describe().playlist.at == 2  # type: ignore[union-attr]
    assert (room.game.name, room.preset) == ("dash", "Short")


# --- the vote


def test_everyone_has_one_vote_and_may_change_it() -> None:
    world, ann, bob = pair()
    eve = world.guest(ann, spectate=True)
    ann.do("bot", add=True)
    play(world, ann, bob)
    assert bob.refused("vote", game="duel") == "wrong_phase"
    ann.do("poll", open=True)
    assert ann.refused("poll", open=True) == "wrong_phase"
    assert bob.room["poll"]["games"] == ["dash", "duel", "broken"]
    assert bob.refused("vote", game="chess") == "bad_request"
    eve.do("vote", game="duel")
    bob.do("vote", game="dash")
    bob.do("vote", game="")
    assert bob.room["poll"]["votes"] == {eve.player: "duel"}
    bob.do("vote", game="dash")
    world.wait(1000)
    assert "poll" in bob.room, "one player has not voted; a bot and a spectator are not waited for"
    ann.do("vote", game="duel")
    assert "poll" not in bob.room
    assert bob.room["next"] == {"game": "duel", "by": "vote"}
    assert bob.room["results_until"] <= world.now_ms + SHOW_MS
    world.wait_for(lambda: ann.room["phase"] == "lobby", SHOW_MS + 500)
    assert bob.room["game"] == "duel"


def test_a_vote_ends_by_time_and_chance_decides_between_equal_votes() -> None:
    world, ann, bob = pair(results_s=5)
    play(world, ann, bob)
    ann.do("poll", open=True)
    ann.do("vote", game="duel")
    world.wait(POLL_MS - 1000)
    assert bob.room["phase"] == "results", "the results are shown for as long as people vote"
    bob.do("vote", game="broken")
    assert set(bob.room["next"]["tied"]) == {"duel", "broken"}
    assert bob.room["next"]["game"] in bob.room["next"]["tied"]
    ann.do("next")
    assert bob.room["game"] == bob.room["next"]["game"]
    ann.do("poll", open=True)
    assert "next" not in bob.room
    world.wait_for(lambda: "poll" not in ann.room, POLL_MS + 500)
    assert "next" not in bob.room, "without votes nothing is decided"


def test_chance_is_fair_and_the_same_at_every_worker() -> None:
    chosen = [
        Poll(["a", "b", "c"], 0, seed, {"p1": "a", "p2": "c"}).result() for seed in range(1, 2_000_000, 9973)
    ]
    games = [one.game for one in chosen if one is not None]
    assert len(games) == len(chosen)
    assert 70 < games.count("a") < 130
    assert "b" not in games
    again = Poll(["a", "b", "c"], 0, 9974, {"p2": "c", "p1": "a"}).result()
    assert again == Poll(["a", "b", "c"], 0, 9974, {"p1": "a", "p2": "c"}).result()


def test_a_vote_after_each_match_until_a_match_or_a_choice_ends_it() -> None:
    world, ann, bob = pair()
    ann.do("poll", each=True)
    assert "poll" not in bob.room
    play(world, ann, bob)
    assert "poll" in bob.room
    bob.do("vote", game="duel")
    for one in (ann, bob):
        one.do("rematch", want=True)
    world.wait_for(lambda: ann.room["phase"] == "results" and ann.room.get("match") is None)
    assert bob.room["game"] == "dash", "all want to play again, and do"
    assert bob.room["poll"]["votes"] == {}
    ann.do("game", game="duel")
    assert "poll" not in bob.room
    ann.do("playlist", entries=[{"game": "duel", "matches": 2}])
    play(world, ann, bob)
    assert "poll" not in bob.room, "the playlist says what is next"


def test_a_vote_in_the_lobby_chooses_at_once_and_who_leaves_takes_the_vote_along() -> None:
    world, ann, bob = pair()
    cyd = world.guest(ann)
    ann.do("poll", open=True)
    assert bob.room["poll"]["games"] == ["dash", "broken"], "games without a seat for each are left out"
    cyd.do("vote", game="broken")
    cyd.do("leave")
    assert bob.room["poll"]["votes"] == {}
    ann.do("vote", game="broken")
    bob.do("vote", game="broken")
    assert (bob.room["phase"], bob.room["game"]) == ("lobby", "broken")
    assert bob.room["next"] == {"game": "broken", "by": "vote"}
    ann.do("playlist", entries=[{"game": "duel"}, {"game": "dash"}])
    assert bob.room["game"] == "duel", "the vote has had its game"
    ann.do("next", skip=True)
    assert bob.room["game"] == "dash"
    ann.do("poll", open=True)
    for one in (ann, bob):
        one.do("vote", game="duel")
    ann.do("game", game="dash")
    assert "next" not in bob.room


def test_votes_cannot_be_changed_all_the_time() -> None:
    world, ann, bob = pair()
    ann.do("poll", open=True)
    codes = set()
    for number in range(20):
        try:
            bob.do("vote", game=("dash", "duel")[number % 2])
        except Exception as refused:  # noqa: BLE001 (the code is what is looked at)
            codes.add(getattr(refused, "code", ""))
    assert codes == {"too_fast"}
    world.wait(2000)
    bob.do("vote", game="duel")
    for _ in range(3):
        ann.do("poll", open=False)
        ann.do("poll", open=True)
    ann.do("poll", open=False)
    assert ann.refused("poll", open=True) == "too_fast"


def test_a_room_with_one_game_has_no_vote() -> None:
    world = World(games={"dash": World().context.games["dash"]}, countdown_s=0)
    ann = world.host(preset="Short")
    bob = world.guest(ann)
    assert ann.refused("poll", open=True) == "wrong_phase"
    ann.do("poll", each=True)
    play(world, ann, bob)
    assert "poll" not in ann.room
    assert MOST_GAMES < 127


def test_a_vote_goes_on_where_the_room_goes_on() -> None:
    here, ann, bob = pair()
    there = World(seed=9)
    play(here, ann, bob)
    ann.do("poll", open=True, each=True)
    bob.do("vote", game="duel")
    here.wait(POLL_MS // 2)
    room = moved(here.room_of(ann), here, there)
    assert room.next_game.each
    assert room.next_game.poll is not None
    assert room.next_game.poll.ends_ms - there.now_ms == POLL_MS // 2
    there.wait_for(lambda: room.phase.value == "lobby")
    assert room.game.name == "duel"
