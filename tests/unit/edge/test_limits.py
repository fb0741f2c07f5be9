"""Limits of connections, devices and networks stop an attacker, but not a school with one address."""

import pytest

from game.settings import Limits
from tests.unit.edge.edge import Edge, Phone, TurnedAway
from tests.unit.rooms.world import World

WRONG = "ZZZZZZ"


def wrong_codes(phone: Phone, count: int) -> list[str]:
    """Try that many wrong codes, and return what each led to."""
    return [phone.code_of("join", code=WRONG) for _ in range(count)]


def test_a_device_may_try_a_number_of_wrong_codes_and_more_after_a_minute() -> None:
    edge = Edge(limits=Limits(join_attempts_per_min=20, command_burst=100))
    eve = edge.phone()
    assert wrong_codes(eve, 22) == ["no_room"] * 20 + ["too_many"] * 2
    edge.wait(61)
    assert wrong_codes(eve, 2) == ["no_room"] * 2


def test_one_phone_that_guesses_does_not_keep_its_school_out() -> None:
    edge = Edge(limits=Limits(command_burst=100))
    host = edge.phone()
    code = host.send("create", game="dash")["code"]
    assert wrong_codes(edge.phone(), 40)[-1] == "too_many"
    for _ in range(3):
        assert edge.phone().code_of("join", code=code) == "ok"


@pytest.mark.series
def test_a_class_of_five_hundred_behind_one_address_mistypes_and_still_comes_in() -> None:
    edge = Edge(World(max_spectators=1000))
    code = edge.phone().send("create", game="dash")["code"]
    for number in range(500):
        pupil = edge.phone()
        if number % 4 == 0:
            assert pupil.code_of("join", code=WRONG) == "no_room"
        assert pupil.code_of("join", code=code) == "ok", number
        edge.wait(0.1)


def test_new_devices_give_one_network_no_more_codes() -> None:
    edge = Edge(limits=Limits(join_attempts_per_address_per_min=200))
    codes = [edge.phone("198.51.100.7").code_of("join", code=WRONG) for _ in range(300)]
    assert codes == ["no_room"] * 200 + ["too_many"] * 100
    assert edge.phone("198.51.100.8").code_of("join", code=WRONG) == "no_room"


def test_an_ipv6_64_is_one_network() -> None:
    edge = Edge(limits=Limits(join_attempts_per_address_per_min=50))
    codes = [edge.phone(f"2001:db8:0:7::{n:x}").code_of("join", code=WRONG) for n in range(1, 80)]
    assert codes.count("no_room") == 50
    assert edge.phone("2001:db8:0:8::1").code_of("join", code=WRONG) == "no_room"


@pytest.mark.parametrize("why", ["full", "locked", "banned"])
def test_the_code_of_a_room_that_exists_never_counts(why: str) -> None:
    edge = Edge(World(max_spectators=0), Limits(join_attempts_per_min=5, join_attempts_per_address_per_min=5))
    host = edge.phone()
    created = host.send("create", game="duel")
    code = created["code"]
    late = edge.phone()
    if why == "full":
        assert edge.phone().code_of("join", code=code) == "ok"
    elif why == "locked":
        host.send("lock", locked=True)
    else:
        player = late.send("join", code=code)["player"]
        host.send("ban", player=player)
        late = edge.phone(device=edge.tokens.sign_device(late.device))
    for _ in range(30):
        assert late.code_of("join", code=code) == "no_room"
        edge.wait(0.25)
    other = edge.phone().send("create", game="dash")["code"]
    assert late.code_of("join", code=other) == "ok", "nothing was counted"


def test_a_device_opens_a_number_of_rooms_a_minute() -> None:
    edge = Edge(limits=Limits(create_per_min=3))
    eve = edge.phone(device=edge.known_device())
    assert [eve.code_of("create", game="dash") for _ in range(5)] == ["ok"] * 3 + ["too_many"] * 2
    assert edge.phone().code_of("create", game="dash") == "ok"


def test_a_network_opens_a_number_of_rooms_a_minute() -> None:
    edge = Edge(limits=Limits(create_per_address_per_min=20))
    codes = [
        edge.phone(f"2001:db8:0:7::{n:x}", edge.known_device()).code_of("create", game="dash")
        for n in range(1, 31)
    ]
    assert codes == ["ok"] * 20 + ["too_many"] * 10


def test_many_addresses_of_new_devices_do_not_fill_the_server() -> None:
    edge = Edge(World(max_rooms=100), Limits(newcomer_rooms_per_min=20))
    codes = [edge.phone(f"198.51.100.{n % 10}").code_of("create", game="dash") for n in range(100)]
    assert codes.count("ok") == 20 + 10 * 2
    assert codes.count("busy") == 60
    assert edge.phone("203.0.113.9").code_of("create", game="dash") == "ok", "a place's first rooms are free"
    assert edge.phone("198.51.100.1", edge.known_device()).code_of("create", game="dash") == "ok"


def test_quick_play_opens_no_more_rooms_for_new_devices() -> None:
    edge = Edge(World(max_rooms=1000), Limits(newcomer_rooms_per_min=10))
    codes = []
    for number in range(60):
        phone = edge.phone(f"198.51.100.{number % 5}")
        codes.append(phone.code_of("quick", game="dash"))
        phone.send("lock", locked=True)
    assert codes.count("ok") == 10 + 5 * 2 + 1
    assert set(codes) == {"ok", "busy"}


def test_when_the_server_is_full_the_room_that_was_empty_longest_makes_space() -> None:
    edge = Edge(World(max_rooms=3), Limits())
    first, second = edge.phone(), edge.phone()
    codes = [one.send("create", game="dash")["code"] for one in (first, second, edge.phone())]
    rooms = [edge.world.lobby.rooms[code] for code in codes]
    first.leave()
    edge.wait(5)
    second.leave()
    edge.wait(5)
    edge.phone().send("create", game="dash")
    assert [room.closed for room in rooms] == [True, False, False]
    edge.phone().send("create", game="dash")
    assert [room.closed for room in rooms] == [True, True, False]
    assert edge.phone().code_of("create", game="dash") == "busy", "rooms with people in them stay"
    edge.wait(1)
    assert edge.world.failed == []


def test_a_match_that_its_players_may_return_to_is_not_closed_for_space() -> None:
    edge = Edge(World(max_rooms=1, countdown_s=0))
    host = edge.phone()
    host.send("create", game="duel")
    host.send("bot", add=True)
    host.send("start")
    edge.wait(1)
    host.leave()
    edge.wait(1)
    assert edge.phone().code_of("create", game="dash") == "busy"


def test_a_connection_enters_and_leaves_rooms_within_a_limit() -> None:
    edge = Edge()
    code = edge.phone().send("create", game="dash")["code"]
    eve = edge.phone()
    codes = []
    for _ in range(120):
        codes.append(eve.code_of("join", code=code))
        eve.send("leave")
        edge.wait(0.5)
    assert 30 <= codes.count("ok") <= 30 + 10
    assert set(codes) == {"ok", "too_many"}


def test_clock_requests_are_limited_and_a_page_never_notices() -> None:
    edge = Edge()
    eve = edge.phone()
    codes = [eve.code_of("clock", client=1) for _ in range(3000)]
    assert codes.count("ok") == 20
    page = edge.phone()
    for _ in range(8):
        assert page.code_of("clock", client=1) == "ok"
        edge.wait(0.06)
    for _ in range(20):
        edge.wait(2)
        assert page.code_of("clock", client=1) == "ok"


def test_a_clock_request_takes_nothing_but_the_time() -> None:
    page = Edge().phone()
    assert page.code_of("clock", client=1, server=2) == "bad_request"
    assert page.code_of("clock") == "bad_request"
    assert page.code_of("clock", client=-1.5) == "ok"


def test_a_phone_too_many_from_one_network_reads_a_sentence() -> None:
    edge = Edge(most_per_network=256)
    phones = [edge.phone() for _ in range(256)]
    with pytest.raises(TurnedAway, match="256 players from your network") as caught:
        edge.phone()
    assert caught.value.code == "crowded"
    edge.phone("192.0.2.2")
    phones[0].leave()
    edge.phone()


def test_a_player_who_comes_back_is_let_in_even_where_it_is_crowded() -> None:
    edge = Edge(most_per_network=2)
    joined = edge.phone().send("create", game="dash")
    ann = edge.phone()
    seat = edge.tokens.sign_seat(joined["code"], ann.device)
    assert ann.code_of("join", code=joined["code"]) == "ok"
    back = edge.phone(device=edge.tokens.sign_device(ann.device), seat=seat)
    (greeting,) = [data for event, data in edge.output.said[back.sid] if event == "welcome"]
    assert greeting["resumed"]["code"] == joined["code"]
    with pytest.raises(TurnedAway):
        edge.phone(seat=seat)  # the seat of another device does not count


def test_a_full_server_says_so() -> None:
    edge = Edge(most=3)
    for number in range(3):
        edge.phone(f"192.0.2.{number}")
    with pytest.raises(TurnedAway, match="full") as caught:
        edge.phone("192.0.2.9")
    assert caught.value.code == "busy"


def test_a_knock_tells_who_is_there_and_changes_nothing() -> None:
    edge = Edge()
    host = edge.phone()
    code = host.send("create", game="dash", name="Ann")["code"]
    eve = edge.phone()
    answer = eve.send("knock", code=code.lower())
    assert (answer["game"], answer["host"], answer["people"]) == ("dash", "Ann", 1)
    assert eve.code_of("ready", ready=True) == "not_in_room"
    assert len(edge.world.lobby.rooms[code].people) == 1
    host.send("lock", locked=True)
    assert eve.code_of("knock", code=code) == "no_room", "a private room does not say that it is locked"
    host.send("lock", private=False)
    assert eve.code_of("knock", code=code) == "locked"
    assert host.code_of("knock", code=code) == "ok", "they are in already"


def test_a_knock_is_a_try_of_a_code() -> None:
    edge = Edge(limits=Limits(join_attempts_per_min=3))
    eve = edge.phone()
    assert [eve.code_of("knock", code=WRONG) for _ in range(2)] == ["no_room"] * 2
    assert wrong_codes(eve, 2) == ["no_room", "too_many"]
    assert eve.code_of("knock", code=WRONG) == "too_many"
