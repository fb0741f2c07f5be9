"""Seats: who gets one, how it outlives its player's connection, and what a second page or player does."""

import pytest

from game.rooms.errors import Refused
from game.settings import Bots
from tests.unit.rooms.world import World


def test_a_newcomer_gets_the_lowest_free_seat_and_a_name_of_their_own() -> None:
    world = World()
    ann = world.host(name="Ann", colour=3)
    bob = world.guest(ann, name="Ann", colour=3)
    assert (ann.seat, bob.seat) == (0, 1)
    assert bob.room["people"][bob.player]["name"] == "Ann 2"
    assert bob.room["seats"]["1"]["colour"] != 3
    assert bob.room["people"][bob.player]["colour"] == 3, "what they wished is kept for later"


def test_everyone_beyond_the_seats_watches_until_one_is_free() -> None:
    world = World()
    ann = world.host("duel")
    bob = world.guest(ann)
    cyd = world.guest(ann)
    assert cyd.seat is None
    assert cyd.refused("sit", spectate=False) == "full"
    bob.do("sit", spectate=True)
    assert cyd.do("sit", spectate=False) == {"seat": 1}
    assert [one.seat for one in (ann, bob, cyd)] == [0, None, 1]


def test_a_room_takes_only_so_many_who_watch() -> None:
    world = World(max_spectators=1)
    ann = world.host("duel")
    world.guest(ann, spectate=True)
    bob = world.guest(ann)
    assert bob.seat == 1, "a free seat is still given"
    with pytest.raises(Refused) as caught:
        world.guest(ann)
    assert caught.value.code == "no_room", "a private room does not even say that it is full"
    ann.do("lock", private=False)
    with pytest.raises(Refused) as caught:
        world.guest(ann)
    assert caught.value.code == "full"
    assert bob.refused("sit", spectate=True) == "full"
    bob.do("leave")
    with pytest.raises(Refused):
        world.guest(ann, spectate=True)


def test_a_player_who_reloads_gets_the_same_seat_back() -> None:
    world = World(seat_hold_s=60)
    ann = world.host()
    bob = world.guest(ann, name="Bob")
    bob.do("profile", colour=5)
    bob.drop()
    assert ann.room["seats"]["1"]["held"] is True
    assert ann.room["people"][bob.player]["connected"] is False
    world.wait(59_000)
    again = bob.back()
    assert again.player == bob.player
    assert again.seat == 1
    assert again.room["seats"]["1"]["held"] is False
    assert again.room["people"][again.player]["name"] == "Bob"
    world.check(world.room_of(ann))


def test_a_seat_is_given_up_when_its_player_stays_away() -> None:
    world = World(seat_hold_s=60)
    ann = world.host()
    bob = world.guest(ann)
    bob.drop()
    world.wait(59_500)
    assert "1" in ann.room["seats"]
    world.wait(1000)
    assert "1" not in ann.room["seats"]
    assert bob.player not in ann.room["people"]
    late = world.someone(bob.device)
    assert world.service.resume(late.member, late.device, bob.joined["code"], world.now_ms) is None


def test_a_pause_costs_nobody_their_seat() -> None:
    world = World(countdown_s=0, seat_hold_s=60)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    ann.do("pause", paused=True)
    bob.drop()
    world.wait(90_000)
    assert ann.room["seats"]["1"]["held"] is True
    ann.do("pause", paused=False)
    world.wait(59_000)
    assert "1" in ann.room["seats"]
    world.wait(2000)
    assert "1" not in ann.room["seats"]


def test_a_spectator_alone_does_not_hold_the_seats_of_a_pause() -> None:
    world = World(countdown_s=0, seat_hold_s=60)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    cyd = world.guest(ann, spectate=True)
    world.playing(ann, bob)
    ann.do("pause", paused=True)
    ann.drop()
    bob.drop()
    world.wait(61_000)
    assert cyd.room["seats"] == {}


def test_who_watches_comes_back_from_a_worker_that_hung() -> None:
    world = World()
    ann = world.host()
    watcher = world.guest(ann, spectate=True)
    watcher.drop()
    world.wait(9000)  # seven seconds of silence, one for the connection that gets no answer, and the next one
    again = watcher.back()
    assert (again.player, again.seat) == (watcher.player, None)
    again.drop()
    world.wait(16_000)
    assert watcher.player not in ann.room["people"]


def test_a_host_without_a_seat_is_waited_for_like_any_other() -> None:
    world = World(host_absent_s=10)
    ann = world.host()
    bob = world.guest(ann)
    ann.do("sit", spectate=True)
    ann.drop()
    world.wait(9000)
    assert bob.room["host"] == ann.player
    again = ann.back()
    world.wait(3000)
    assert bob.room["host"] == again.player


def test_a_seat_is_held_through_a_match_and_the_player_goes_on_where_they_were() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    bob.press(1, 1)
    world.wait(300)
    bob.press(2, 1, tick=10_000)
    bob.drop()
    world.wait(2000)
    assert ann.match is not None
    ran = ann.match.state["runners"][1]["steps"]
    assert ann.match.state["runners"][1]["held"] == 0, "nobody holds the buttons of who is gone"
    again = bob.back()
    world.wait(100)
    assert again.match is not None
    assert again.match.following
    assert again.match.acks[1][0] == 1, "the keyframe says which input was the last"
    again.press(2, 1)
    world.wait(300)
    assert again.match.acks[1][0] == 2, "what waited when the connection broke may be said again"
    assert again.match.state["runners"][1]["steps"] > ran
    assert again.match.state == ann.match.state


def test_a_second_page_takes_the_seat_over_and_the_first_is_told() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    other = world.someone(bob.device)
    other.go_in("join", code=ann.joined["code"])
    assert other.player == bob.player
    assert other.seat == 1
    assert bob.bye == "replaced"
    with pytest.raises(Refused) as caught:
        bob.do("ready", ready=True)
    assert caught.value.code == "not_in_room"
    world.wait(200)
    assert other.match is not None
    assert other.match.states > 3
    bob.drop()
    assert ann.room["people"][bob.player]["connected"] is True, "the old connection's end harms nobody"


def test_going_into_another_room_leaves_the_first() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    bob.go_in("create", game="duel")
    assert bob.player == "p1"
    assert list(ann.room["people"]) == [ann.player]


def test_a_refused_way_in_leaves_everything_as_it_was() -> None:
    world = World()
    ann = world.host()
    cyd = world.host("duel")
    cyd.do("lock", locked=True)
    with pytest.raises(Refused):
        ann.go_in("join", code=cyd.joined["code"])
    assert ann.do("ready", ready=True) == {}
    assert ann.seat == 0


def test_a_second_player_on_one_keyboard_has_a_seat_of_their_own() -> None:
    world = World(countdown_s=0)
    ann = world.host(name="Ann", preset="Endless")
    assert ann.do("second", on=True, name="Al") == {"seat": 1}
    assert ann.room["people"][ann.player]["second"] == 1
    assert ann.room["seats"]["1"]["name"] == "Al"
    assert ann.room["seats"]["1"]["player"] == ann.player
    assert ann.room["seats"]["0"]["colour"] != ann.room["seats"]["1"]["colour"]
    ann.do("ready", ready=True)
    world.wait_for(lambda: ann.room["phase"] == "live")
    ann.press(1, 1, seat=0)
    ann.press(1, 3, seat=1)
    ann.press(1, 1, seat=2)
    world.wait(300)
    assert ann.match is not None
    assert {number: one["held"] for number, one in ann.match.state["runners"].items()} == {0: 1, 1: 3}
    assert set(ann.match.acks) == {0, 1}
    ann.drop()
    assert world.room_of(ann).seats[1].held
    again = ann.back()
    assert again.do("second", on=False) == {"seat": None}
    assert "second" not in again.room["people"][again.player]
    world.check(world.room_of(again))


def test_a_second_player_needs_a_first() -> None:
    world = World()
    ann = world.host("duel")
    world.guest(ann)
    cyd = world.guest(ann)
    assert cyd.refused("second", on=True) == "wrong_phase"
    assert ann.refused("second", on=True) == "full"


def test_who_joins_late_plays_at_once_where_the_game_allows() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait(300)
    cyd = world.guest(ann)
    assert cyd.seat == 2
    assert cyd.room["seats"]["2"]["playing"] is True
    world.wait(200)
    cyd.press(1, 1)
    world.wait(200)
    assert cyd.match is not None
    assert cyd.match.state["runners"][2]["held"] == 1
    assert cyd.match.state == bob.match.state if bob.match else None
    cyd.do("leave")
    world.wait(100)
    assert ann.match is not None
    assert 2 not in ann.match.state["runners"]
    dan = world.guest(ann)
    dan.press(1, 2)
    world.wait(200)
    assert dan.seat == 2
    assert dan.match is not None
    assert dan.match.state["runners"][2]["held"] == 2, "a new player's inputs count from 1 again"


def test_a_bot_stands_in_for_who_dropped_out_if_the_host_wants_and_gives_the_seat_back() -> None:
    world = World(bots=Bots(level=5), countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    ann.do("lock", cover=True)
    world.playing(ann, bob)
    bob.drop()
    assert ann.room["seats"]["1"]["covered"] is True
    world.wait(1000)
    assert ann.match is not None
    assert ann.match.state["runners"][1]["steps"] > 10
    again = bob.back()
    assert again.room["seats"]["1"]["covered"] is False
    ran = ann.match.state["runners"][1]["steps"]
    world.wait(500)
    assert ann.match.state["runners"][1]["steps"] <= ran + 1, "the bot has let go"


def test_whoever_does_nothing_is_covered_until_they_press() -> None:
    world = World(bots=Bots(level=5), countdown_s=0, afk_s=5)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    ann.do("lock", cover=True)
    world.playing(ann, bob)
    for _ in range(6):
        world.wait(1000)
        ann.do("emote", emote="wave")
    assert [ann.room["seats"][seat]["covered"] for seat in "01"] == [False, True]
    bob.press(1, 2)
    world.wait(300)
    assert [ann.room["seats"][seat]["covered"] for seat in "01"] == [False, False]
    assert bob.match is not None
    assert bob.match.state["runners"][1]["held"] == 2


def test_the_host_gives_a_held_seat_to_somebody_whose_browser_forgot_who_they_are() -> None:
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 100_000}, name="Ann")
    bob = world.guest(ann, name="Bob")
    world.playing(ann, bob)
    bob.press(1, 1)
    world.wait(1000)
    room = world.room_of(ann)
    assert room.runner is not None
    steps = room.runner.match.state.runners[1].steps
    assert steps > 10
    bob.drop()
    again = world.guest(ann, name="Bob")
    assert again.room["people"][again.player]["name"] == "Bob 2", "nothing happens by itself"
    assert again.seat != bob.seat
    world.wait(1000)
    ann.do("give", seat=1, player=again.player)
    assert again.seat == 1
    assert bob.player not in ann.room["people"]
    assert ann.room["seats"]["1"] == {**ann.room["seats"]["1"], "name": "Bob", "held": False}
    assert ann.room["people"][again.player]["name"] == "Bob"
    assert sorted(ann.room["seats"]) == ["0", "1"], "the newcomer's own seat is free"
    world.check(room)
    world.wait(100)
    assert room.runner.match.state.runners[1].steps >= steps, "what was played is kept"
    assert room.runner.match.inputs[1] == 0, "nobody holds a button"
    again.press(1, 1)
    world.wait(500)
    assert room.runner.match.state.runners[1].steps >= steps + 10, "the first press counts"
    assert again.match is not None
    assert again.match.acks[1][0] == 1


def test_a_seat_is_given_only_by_the_host_and_only_if_it_is_held() -> None:
    world = World()
    ann = world.host(name="Ann")
    bob = world.guest(ann, name="Bob")
    cyd = world.guest(ann, name="Cyd")
    assert ann.refused("give", seat=1, player=cyd.player) == "bad_request"
    bob.drop()
    assert cyd.refused("give", seat=1, player=cyd.player) == "not_host"
    assert ann.refused("give", seat=3, player=cyd.player) == "bad_request"
    assert ann.refused("give", seat=1, player="p99") == "bad_request"
    assert ann.refused("give", seat=1, player=bob.player) == "bad_request"
    ann.do("give", seat=1, player=cyd.player)
    assert cyd.seat == 1
    assert ann.room["people"][cyd.player]["name"] == "Cyd", "a name of one's own stays"


def test_who_gets_the_owners_seat_back_owns_the_room_again() -> None:
    world = World(host_absent_s=1)
    ann = world.host(name="Ann")
    bob = world.guest(ann, name="Bob")
    ann.do("second", on=True)
    ann.drop()
    world.wait(3000)
    assert bob.room["host"] == bob.player
    again = world.guest(bob, name="Ann")
    bob.do("give", seat=0, player=again.player)
    assert (again.room["owner"], again.seat) == (again.player, 0)
    assert again.room["people"][again.player]["second"] == 2
    again.do("reclaim")
    assert again.room["host"] == again.player
    world.check(world.room_of(again))


def test_two_windows_that_both_want_a_seat_take_it_from_each_other_only_now_and_then() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    here = bob
    went_over = 0
    for _ in range(150):
        other = world.someone(bob.device)
        answer = world.service.resume(other.member, bob.device, bob.joined["code"], world.now_ms)
        if answer is None:
            assert other.bye == "replaced"
            assert "another window" in world.post.closed[other.member][1]
            with pytest.raises(Refused) as caught:
                world.someone(bob.device).go_in("join", code=bob.joined["code"])
            assert caught.value.code == "replaced", "nor is a private room said to be gone"
        else:
            assert here.bye == "replaced"
            here, went_over = other, went_over + 1
        world.wait(100)
    assert here.bye is None
    assert 3 <= went_over <= 12
    assert ann.room["people"][bob.player]["connected"] is True
    here.drop()
    assert bob.back().seat == 1, "a seat whose connection is lost is not taken from anybody"


def test_a_new_player_of_a_seat_gets_no_ack_of_the_old_one() -> None:
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 1000})
    bob = world.guest(ann)
    cyd = world.guest(ann, spectate=True)
    ann.do("start")
    room = world.room_of(ann)
    world.wait_for(lambda: room.runner is not None)
    bob.press(1, 1)
    room.tick(world.now_ms, send_states=False, send_inputs=False)  # its ack waits for the next frame
    bob.do("sit", spectate=True)
    assert cyd.do("sit", spectate=False) == {"seat": 1}
    world.wait(200)
    assert cyd.match is not None
    assert 1 not in cyd.match.acks
    cyd.press(1, 1)
    world.wait(200)
    assert cyd.match.acks[1][0] == 1


def test_a_person_gets_a_bots_seat_and_reads_so() -> None:
    world = World(max_spectators=0)
    ann = world.host("duel")
    ann.do("bot", add=True)
    bob = world.guest(ann, name="Bob")
    assert bob.seat == 1
    assert bob.room["seats"]["1"]["kind"] == "human"
    assert [one["code"] for one in bob.notices] == ["bot_seat"]
    with pytest.raises(Refused):
        world.guest(ann)
    bob.do("leave")
    cyd = world.guest(ann)
    assert cyd.notices == [], "that seat was free"
    world.check(world.room_of(ann))


def test_a_bot_of_a_running_match_makes_room_for_a_newcomer_and_for_a_spectator() -> None:
    world = World(countdown_s=0)
    ann = world.host("duel")
    ann.do("bot", add=True, level=5)
    world.playing(ann)
    world.wait(300)
    bob = world.guest(ann, spectate=True)
    assert bob.seat is None
    assert bob.do("sit", spectate=False) == {"seat": 1}
    assert [one["code"] for one in bob.notices] == ["bot_seat"]
    world.wait(100)
    assert bob.match is not None
    before = bob.match.state["runners"][1]["steps"]
    world.wait(300)
    assert bob.match.state["runners"][1]["steps"] == before, "the bot is gone"
    bob.press(1, 1)
    world.wait(300)
    assert bob.match.state["runners"][1]["steps"] > before
    world.check(world.room_of(ann))


def test_a_second_player_at_the_keyboard_gets_a_bots_seat() -> None:
    world = World()
    ann = world.host("duel")
    ann.do("bot", add=True)
    assert ann.do("second", on=True) == {"seat": 1}
    world.check(world.room_of(ann))
