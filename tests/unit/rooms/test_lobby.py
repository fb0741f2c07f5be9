"""The lobby of a worker: codes, the public list, quick play, the demonstration, and rooms that end."""

import pytest

from game.rooms.errors import Refused
from game.rooms.lobby import ALPHABET, Lobby, normal_code
from game.settings import Bots
from tests.unit.rooms.toys import Dash, Duel
from tests.unit.rooms.world import World


def test_codes_have_thirty_bits_and_no_letters_that_look_alike() -> None:
    world = World()
    lobby = Lobby(world.context)
    codes = {lobby.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 6 and set(code) <= set(ALPHABET) for code in codes)
    assert len(ALPHABET) == 32
    assert not set("01OI") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["KX4P7M", "kx4p7m", " kx4-p7m ", "KX4 P7M", "k x 4 p 7 m"])
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "KX4P7M"


def test_a_code_of_anything_is_just_not_found() -> None:
    world = World()
    for typed in ("", "\ud800", "٣" * 20, "x" * 32, "../../etc"):
        with pytest.raises(Refused) as caught:
            world.someone().go_in("join", code=typed)
        assert caught.value.code == "no_room"


def test_the_public_list_holds_open_rooms_only_the_fullest_first() -> None:
    world = World()
    world.host()
    ann = world.host(private=False, name="Ann")
    bob = world.host(private=False, name="Bob")
    world.guest(bob)
    bob.do("bot", add=True)
    world.someone().go_in("demo")
    listed = world.lobby.open_rooms()
    assert [(room.code, room.people, room.bots, room.name) for room in listed] == [
        (bob.joined["code"], 2, 1, "Bob"),
        (ann.joined["code"], 1, 0, "Ann"),
    ]
    assert listed[0].seats == 4
    assert listed[0].phase == "lobby"
    bob.do("lock", locked=True)
    ann.do("lock", private=True)
    assert world.lobby.open_rooms() == []


def test_a_worker_holds_only_so_many_rooms() -> None:
    world = World(max_rooms=2)
    world.host()
    world.host()
    with pytest.raises(Refused) as caught:
        world.host()
    assert caught.value.code == "busy"


def test_unknown_games_are_refused_everywhere() -> None:
    world = World()
    for way in ("create", "quick", "demo"):
        with pytest.raises(Refused) as caught:
            world.someone().go_in(way, game="chess")
        assert caught.value.code == "unknown_game"
    assert world.lobby.rooms == {}


def test_quick_play_never_waits_for_people_who_do_not_come() -> None:
    world = World(bots=Bots(quick_play_seats=4), countdown_s=0)
    ann = world.someone()
    ann.go_in("quick", game="dash")
    world.wait(500)
    assert [seat["kind"] for seat in ann.room["seats"].values()] == ["human", "bot", "bot", "bot"]
    assert ann.room["private"] is False
    world.wait_for(lambda: ann.room["phase"] == "live", 10_000)


def test_quick_play_fills_the_fullest_waiting_room_and_takes_bots_places() -> None:
    world = World(bots=Bots(quick_play_seats=3), countdown_s=0)
    ann = world.someone()
    ann.go_in("quick", game="dash")
    world.wait(500)
    assert len(ann.room["seats"]) == 3
    people = []
    for number in range(2, 5):
        one = world.someone()
        one.go_in("quick", game="dash")
        people.append(one)
        assert one.joined["code"] == ann.joined["code"]
        kinds = [seat["kind"] for seat in ann.room["seats"].values()]
        assert kinds.count("human") == number
        assert kinds.count("bot") == max(0, 3 - number)
    extra = world.someone()
    extra.go_in("quick", game="dash")
    assert extra.joined["code"] != ann.joined["code"]
    world.check(world.room_of(ann))


def test_quick_play_leads_nobody_into_a_room_where_nobody_is() -> None:
    world = World()
    ann = world.host(private=False)
    ann.drop()
    assert world.lobby.open_rooms() == []
    bob = world.someone()
    bob.go_in("quick", game="dash")
    assert bob.joined["code"] != ann.joined["code"]
    ann.back()
    assert ann.joined["code"] in {room.code for room in world.lobby.open_rooms()}


def test_quick_play_into_a_running_match_replaces_a_bot_that_ran() -> None:
    world = World(bots=Bots(level=5, quick_play_seats=3), countdown_s=0)
    ann = world.someone()
    ann.go_in("quick", game="duel")
    world.wait_for(lambda: ann.room["phase"] == "live", 10_000)
    world.wait(300)
    bob = world.someone()
    bob.go_in("quick", game="duel")
    assert bob.joined["code"] == ann.joined["code"]
    assert bob.seat == 1
    world.wait(100)
    assert bob.match is not None
    before = bob.match.state["runners"][1]["steps"]
    world.wait(300)
    assert bob.match.state["runners"][1]["steps"] == before, "the bot is gone"
    bob.press(1, 1)
    world.wait(300)
    assert bob.match.state["runners"][1]["steps"] > before


def test_quick_play_with_fewer_bots_allowed_than_seats_wished_waits_instead_of_failing() -> None:
    world = World(bots=Bots(quick_play_seats=4), max_bots=0, countdown_s=0)
    ann = world.someone()
    ann.go_in("quick", game="dash")
    world.wait(20_000)
    assert world.failed == []
    assert ann.room["phase"] == "lobby"
    bob = world.someone()
    bob.go_in("quick", game="dash")
    world.wait_for(lambda: ann.room["phase"] == "live", 10_000)


def test_the_demonstration_plays_by_itself_while_somebody_watches() -> None:
    world = World(countdown_s=0, results_s=1)
    ann = world.someone()
    ann.go_in("demo", game="dash")
    bob = world.someone()
    bob.go_in("demo", game="dash")
    assert bob.joined["code"] == ann.joined["code"]
    world.wait_for(lambda: ann.room.get("match", {}).get("number") == 3, 30_000)
    assert ann.seat is None
    assert "host" not in ann.room
    world.wait(200)
    assert ann.refused("sit", spectate=False) == "wrong_phase"
    assert ann.refused("start") == "not_host"
    world.wait_for(lambda: ann.room["phase"] == "results")
    assert ann.refused("rematch", want=True) == "wrong_phase"
    assert ann.seat is None
    ann.drop()
    bob.drop()
    world.wait(10_000)
    assert world.lobby.rooms == {}


def test_a_match_without_anybody_is_paused_and_then_given_up() -> None:
    world = World(countdown_s=0, seat_hold_s=20, abandoned_s=10, empty_room_close_s=60)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    room = world.room_of(ann)
    ann.drop()
    bob.drop()
    world.wait(500)
    assert room.phase.value == "paused"
    again = ann.back()
    assert again.room["phase"] == "live"
    assert "paused_by" not in again.room
    world.wait(500)
    assert again.match is not None
    assert again.match.states > 10, "it goes on at once"
    again.drop()
    world.wait(21_000)
    assert room.phase.value == "lobby"
    world.wait(45_000)
    assert room.closed
    assert world.lobby.rooms == {}


def test_a_room_that_is_closed_says_goodbye() -> None:
    world = World()
    ann = world.host()
    world.lobby.close(world.room_of(ann))
    assert ann.bye == "closed"
    with pytest.raises(Refused) as caught:
        ann.do("ready", ready=True)
    assert caught.value.code == "not_in_room"


def test_quick_play_starts_at_once_and_after_a_match_waits_for_its_people() -> None:
    world = World(bots=Bots(quick_play_seats=4), results_s=1)
    ann = world.someone()
    ann.go_in("quick", game="dash")
    world.wait(300)
    assert ann.room["phase"] == "countdown", "who presses Quick play wants to play"
    bob = world.someone()
    bob.go_in("quick", game="dash")
    assert bob.room["countdown_at"] == ann.room["countdown_at"], "who comes meanwhile sees it too"
    world.wait(3000)
    assert ann.room["phase"] == "live"
    ann.do("lobby")
    world.wait(5000)
    assert ann.room["phase"] == "lobby"
    assert 0 < ann.room["next_at"] - world.now_ms <= 1250, "everybody reads when the next one starts"
    ann.do("options", values={})
    ann.do("bot", remove=2)
    world.wait_for(lambda: ann.room["phase"] == "countdown", 3000)
    ann.do("cancel")
    world.wait(4000)
    assert ann.room["phase"] == "lobby", "it was called off"


def test_a_game_that_counts_down_itself_is_not_counted_down_twice() -> None:
    class Counting(Dash):
        name = "counting"
        countdown = 3

    world = World({"counting": Counting()}, countdown_s=10)
    ann = world.host("counting")
    ann.do("bot", add=True)
    ann.do("start")
    world.wait(100)
    assert ann.room["phase"] == "live"
    assert world.room_of(ann).game.countdown == 3
    ann.do("lobby")
    world.check(world.room_of(ann))


def test_bots_are_named_after_a_style_of_the_game_that_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Duel, "bot_styles", ("Fencer",))
    world = World()
    ann = world.host()
    for _ in range(2):
        ann.do("bot", add=True)

    def names() -> list[str]:
        return [seat["name"] for seat in ann.room["seats"].values() if seat["kind"] == "bot"]

    assert names() == ["Hare", "Tortoise"]
    ann.do("bot", remove=2)
    ann.do("game", game="duel")
    assert names() == ["Fencer"]
