"""After a reload, a lost network, a second page or a restart of the server, a player has the same seat."""

import pytest

from game.client import Client, ConnectionRefused
from tests.integration.conftest import NewClient, NewRaw, Serve

LONG = {"target": 100, "rounds": 12}


def match_of_two(ann: Client, bob: Client) -> None:
    """A long match of two players."""
    bob.join(ann.create("trails", options=LONG).code, name="Bob")
    ann.start()
    ann.wait_for(lambda: ann.match.states > 3)
    bob.wait_for(lambda: bob.match.states > 3)


def test_a_reload_brings_the_player_into_the_same_seat_with_a_keyframe(client: NewClient) -> None:
    ann, bob = client(), client()
    match_of_two(ann, bob)
    seq = bob.press(1)
    bob.wait_for(lambda: bob.match.acks.get(1, (0, 0))[0] == seq)
    bob.chat("one")
    token, device, tick = bob.here.seat_token, bob.device, bob.match.tick
    bob.lose()
    ann.wait_for(lambda: ann.here.room["seats"]["1"]["held"])
    again = client(device=device, seat=token)
    assert again.welcome["resumed"]["player"] == "p2"
    assert again.here.seat == 1
    again.wait_for(lambda: again.match.following)
    assert again.match.tick >= tick
    assert again.match.acks[1][0] == seq
    ann.wait_for(lambda: not ann.here.room["seats"]["1"]["held"])
    assert again.press(0) == seq + 1
    again.wait_for(lambda: again.match.acks.get(1, (0, 0))[0] == seq + 1)
    assert again.chat("two") == 2, "lines are counted on"
    assert again.device == device


def test_a_raw_client_comes_back_as_well(client: NewClient, raw: NewRaw) -> None:
    ann, bob = client(), raw(follow=True)
    place = ann.create("trails", options=LONG)
    bob.call("join", {"code": place.code})
    ann.start()
    bob.wait_for(lambda: bob.states > 3)
    assert bob.place is not None
    match = bob.place.match
    bob.press(1, match.tick)
    bob.wait_for(lambda: match.acks.get(1, (0, 0))[0] == 1)
    bob.close()
    again = raw(device=bob.welcome["device"], seat=bob.place.seat_token)
    again.wait_for(lambda: again.keyframes > 0)
    assert again.place is not None
    assert again.place.seat == 1
    assert again.press(2, 0) == 2
    ann.wait_for(lambda: ann.match.acks.get(1, (0, 0))[0] == 2)


def test_half_a_minute_without_network_costs_no_seat(serve: Serve, client: NewClient) -> None:
    """The server holds seats for two seconds, so one second is half of that time."""
    server = serve(RUMPUS_ROOMS__SEAT_HOLD_S="2")
    ann, bob = client(server), client(server)
    match_of_two(ann, bob)
    bob.lose()
    ann.wait_for(lambda: ann.here.room["seats"]["1"]["held"])
    lost_at = ann.match.tick
    ann.wait_for(lambda: ann.match.tick > lost_at + 30)
    again = client(server, device=bob.device, seat=bob.here.seat_token)
    assert again.here.seat == 1
    again.wait_for(lambda: again.match.following)


def test_a_seat_is_held_for_the_set_time_only(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_ROOMS__SEAT_HOLD_S="1")
    ann, bob = client(server), client(server)
    match_of_two(ann, bob)
    bob.lose()
    ann.wait_for(lambda: "1" not in ann.here.room["seats"])
    again = client(server, device=bob.device, seat=bob.here.seat_token)
    assert again.welcome["resumed"] is None
    place = again.join(ann.here.code)
    assert place.player != "p2"


def test_a_client_that_falls_silent_is_noticed(serve: Serve, client: NewClient, raw: NewRaw) -> None:
    """A cut cable sends nothing: only the missing pong shows it."""
    server = serve(RUMPUS_SERVER__PING_INTERVAL_S="1", RUMPUS_SERVER__PING_TIMEOUT_S="1")
    ann, bob = client(server), raw(server)
    bob.call("join", {"code": ann.create("trails").code})
    ann.wait_for(lambda: ann.here.room["seats"].get("1", {}).get("held"), timeout_s=10)


def test_a_second_page_takes_over_and_the_first_gets_a_reason(client: NewClient) -> None:
    ann, bob = client(), client()
    match_of_two(ann, bob)
    other = client(device=bob.device, seat=bob.here.seat_token)
    bob.wait_for(lambda: bob.bye is not None and not bob.connected)
    assert bob.bye is not None
    assert bob.bye[0] == "replaced"
    assert other.here.seat == 1
    other.wait_for(lambda: other.match.states > 3)
    assert ann.here.room["people"]["p2"]["connected"]


def test_a_seat_token_is_of_no_use_to_somebody_else(client: NewClient) -> None:
    ann, bob = client(), client()
    match_of_two(ann, bob)
    thief = client(seat=bob.here.seat_token)
    assert thief.welcome["resumed"] is None
    assert thief.place is None
    assert thief.device != bob.device


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "InAi.AAAA", "é\u0000"])
def test_forged_tokens_are_ignored(client: NewClient, token: str) -> None:
    ann = client(device=token, seat=token)
    assert ann.welcome["resumed"] is None
    assert ann.device != token


def test_tokens_stay_valid_after_a_restart_and_keys_can_be_rotated(serve: Serve, client: NewClient) -> None:
    server = serve()
    ann = client(server)
    assert server.secret_path.stat().st_mode & 0o777 == 0o600
    key = server.secret_path.read_text()
    assert len(key.split()) == 1
    assert len(key.split()[0]) >= 32
    server.stop()

    server.secret_path.write_text(key + "n" * 64 + "\n")
    server.start()
    again = client(server, device=ann.device)
    assert again.device == ann.device, "the older key is still known"
    newcomer = client(server)
    server.stop()

    server.secret_path.write_text("n" * 64 + "\n")
    server.start()
    assert client(server, device=newcomer.device).device == newcomer.device, "new tokens are of the new key"
    assert client(server, device=ann.device).device != ann.device, "the old key is gone"


def test_a_server_that_stops_says_so(serve: Serve, client: NewClient) -> None:
    server = serve()
    ann = client(server)
    ann.create("trails")
    assert server.stop() == 0
    ann.wait_for(lambda: ann.bye is not None)
    assert ann.bye is not None
    assert ann.bye[0] == "draining"


def test_a_client_that_cannot_be_served_is_refused_with_a_reason(client: NewClient) -> None:
    with pytest.raises(ConnectionRefused) as caught:
        client(framing="morse")
    assert caught.value.code == "bad_request"
    assert "framing" in caught.value.message
