"""The host: what only they may do, and how their place moves on and comes back."""

from typing import Any

import pytest

from game.rooms.errors import Refused
from tests.unit.rooms.world import World


def test_only_the_host_may_use_the_hosts_powers() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    powers: list[tuple[str, dict[str, Any]]] = [
        ("start", {}),
        ("cancel", {}),
        ("options", {"values": {"ticks": 5}}),
        ("game", {"game": "duel"}),
        ("bot", {"add": True}),
        ("kick", {"player": ann.player}),
        ("ban", {"player": ann.player}),
        ("mute", {"player": ann.player}),
        ("transfer", {"player": bob.player}),
        ("lock", {"locked": True}),
        ("pause", {"paused": True}),
        ("verb", {"verb": 0}),
        ("lobby", {}),
    ]
    for event, argument in powers:
        before = bob.room["version"]
        assert bob.refused(event, **argument) == "not_host", event
        assert bob.room["version"] == before


def test_the_hosts_place_moves_to_the_longest_present_after_a_while() -> None:
    world = World(host_absent_s=10)
    ann = world.host()
    bob = world.guest(ann)
    world.wait(100)
    cyd = world.guest(ann)
    ann.drop()
    world.wait(9_500)
    assert cyd.room["host"] == ann.player
    world.wait(1000)
    assert cyd.room["host"] == bob.player
    again = ann.back()
    assert again.room["host"] == bob.player
    assert again.room["owner"] == again.player
    assert cyd.refused("reclaim") == "not_host"
    again.do("reclaim")
    assert cyd.room["host"] == again.player


def test_a_host_who_comes_back_in_time_is_the_host_still() -> None:
    world = World(host_absent_s=10)
    ann = world.host()
    bob = world.guest(ann)
    ann.drop()
    world.wait(8000)
    again = ann.back()
    world.wait(8000)
    assert bob.room["host"] == again.player


def test_a_host_who_leaves_is_followed_at_once_by_somebody_with_a_seat() -> None:
    world = World()
    ann = world.host()
    world.guest(ann, spectate=True)
    world.wait(50)
    cyd = world.guest(ann)
    ann.do("leave")
    assert cyd.room["host"] == cyd.player


def test_the_host_hands_the_place_on() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("transfer", player=bob.player)
    assert ann.room["host"] == bob.player
    assert ann.refused("start") == "not_host"
    assert bob.refused("transfer", player=bob.player) == "bad_request"
    assert bob.refused("transfer", player="p9") == "bad_request"
    ann.drop()
    assert bob.refused("transfer", player=ann.player) == "bad_request"


def test_who_is_kicked_may_come_again_and_who_is_banned_may_not() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("kick", player=bob.player)
    assert bob.bye == "kicked"
    assert bob.player not in ann.room["people"]
    again = world.someone(bob.device)
    again.go_in("join", code=ann.joined["code"])
    assert again.player != bob.player
    ann.do("ban", player=again.player)
    assert again.bye == "banned"
    with pytest.raises(Refused) as caught:
        world.someone(bob.device).go_in("join", code=ann.joined["code"])
    assert caught.value.code == "no_room", "a private room does not say why"
    ann.do("lock", private=False)
    with pytest.raises(Refused) as caught:
        world.someone(bob.device).go_in("join", code=ann.joined["code"])
    assert caught.value.code == "banned"


def test_quick_play_leads_nobody_to_where_they_are_banned() -> None:
    world = World()
    ann = world.host(private=False)
    bob = world.guest(ann)
    ann.do("ban", player=bob.player)
    again = world.someone(bob.device)
    again.go_in("quick", game="dash")
    assert again.joined["code"] != ann.joined["code"]


def test_a_ban_by_address_holds_with_a_new_device_and_leaves_who_is_here_alone() -> None:
    world = World()
    ann = world.host("duel", place="home", private=False)
    bob = world.guest(ann, place="school")
    cyd = world.guest(ann, place="school", spectate=True)
    ann.do("ban", player=bob.player, address=True)
    assert bob.bye == "banned"
    assert cyd.bye is None
    cyd.drop()
    cyd = cyd.back()
    for way in ({"spectate": True}, {"spectate": False}):
        with pytest.raises(Refused) as caught:
            world.guest(ann, place="school", **way)
        assert caught.value.code == "banned"
    stranger = world.someone()
    stranger.go_in("quick", game="duel", place="school")
    assert stranger.joined["code"] != ann.joined["code"]
    assert world.guest(ann, place="elsewhere").room["bans"] == 1
    ann.do("unban")
    assert "bans" not in ann.room
    assert world.guest(ann, place="school", spectate=True).bye is None


def test_a_ban_without_an_address_ends_with_a_new_device() -> None:
    """The dialog says so: this test holds it to its word."""
    world = World()
    ann = world.host(place="home")
    bob = world.guest(ann, place="school")
    ann.do("ban", player=bob.player)
    assert world.guest(ann, place="school").bye is None
    nameless = world.guest(ann)
    ann.do("ban", player=nameless.player, address=True)
    assert world.guest(ann).bye is None, "an unknown address is nobody's"


def test_only_the_host_lifts_bans() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    assert bob.refused("unban") == "not_host"


def test_nobody_new_comes_into_a_locked_room_but_its_people_come_back() -> None:
    world = World()
    ann = world.host(private=False)
    bob = world.guest(ann)
    ann.do("lock", locked=True)
    assert bob.room["locked"] is True
    with pytest.raises(Refused) as caught:
        world.guest(ann)
    assert caught.value.code == "locked"
    bob.drop()
    assert bob.back().seat == 1
    ann.do("lock", locked=False)
    assert world.guest(ann).seat == 2


def test_a_muted_player_writes_nothing_and_shows_no_emotes() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("mute", player=bob.player)
    assert ann.room["people"][bob.player]["muted"] is True
    assert bob.refused("chat", text="hello", n=1) == "muted"
    assert bob.refused("emote", emote="wave") == "muted"
    ann.do("mute", player=bob.player, on=False)
    bob.do("chat", text="hello", n=1)
    assert ann.chat[-1]["text"] == "hello"


def test_nobody_is_kicked_who_is_not_here() -> None:
    world = World()
    ann = world.host()
    for event in ("kick", "ban", "mute", "transfer"):
        assert ann.refused(event, player="p7") == "bad_request"
        assert ann.refused(event, player=ann.player) == "bad_request"


def test_the_host_says_a_word_to_the_game() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    ann.do("verb", verb=1, value=-7)
    world.wait(100)
    assert bob.match is not None
    assert ("ordered", 1, -7) in bob.match.events
    assert ann.refused("verb", verb=2, value=0) == "bad_request"


def test_a_player_who_made_the_room_may_leave_it_come_again_and_take_the_hosts_place_back() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("leave")
    assert bob.room["host"] == bob.player
    again = world.someone(ann.device)
    again.go_in("join", code=bob.joined["code"])
    assert again.player != ann.player
    assert bob.room["host"] == bob.player
    assert bob.room["owner"] == again.player
    again.do("reclaim")
    assert bob.room["host"] == again.player


def test_nobody_becomes_the_owner_of_a_room_that_its_maker_has_left() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    ann.do("leave")
    cyd = world.guest(bob)
    assert bob.refused("reclaim") == "not_host"
    assert cyd.refused("reclaim") == "not_host"
