"""Limits of a client: origins, sizes, strikes, rates; and what outsiders can learn."""

import json
import socket
import time
from statistics import median
from urllib.parse import urlsplit

import pytest

from game.client import Client, ConnectionRefused, NoAnswer, RawClient, Refused
from tests.integration.conftest import NewClient, NewRaw, Serve
from tests.integration.serving import Server
from tests.integration.transport.raw import Raw

LONG = {"target": 100, "rounds": 12}


def upgrade_status(server: Server, origin: str | None) -> int:
    """The status that answers a WebSocket upgrade from a page of that origin."""
    headers = f"Origin: {origin}\r\n" if origin else ""
    with socket.create_connection(("127.0.0.1", server.port), 10) as sock:
        sock.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n".encode()
        )
        return int(sock.recv(4096).split(b" ", 2)[1])


def test_only_pages_of_this_server_may_connect(server: Server) -> None:
    assert upgrade_status(server, None) == 101
    assert upgrade_status(server, f"http://127.0.0.1:{server.port}") == 101
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{server.port + 1}"):
        assert 400 <= upgrade_status(server, origin) < 500, origin


def test_pages_of_other_sites_may_connect_when_they_are_named(serve: Serve, client: NewClient) -> None:
    server = serve(
        RUMPUS_SERVER__ALLOWED_ORIGINS="https://play.example.org",
        RUMPUS_SERVER__PUBLIC_URL="https://games.example.net/rumpus/",
    )
    assert upgrade_status(server, "https://games.example.net") == 101, "where players reach it from outside"
    assert client(server).welcome["public_url"] == "https://games.example.net/rumpus"
    assert upgrade_status(server, "https://play.example.org") == 101
    assert upgrade_status(server, f"http://127.0.0.1:{server.port}") == 101, (
        "the server's own pages still may"
    )
    assert 400 <= upgrade_status(server, "https://other.example.org") < 500


def test_a_missing_a_locked_a_full_and_a_banning_private_room_look_the_same(client: NewClient) -> None:
    locked, banning = client(), client()
    locked_code = locked.create("trails").code
    locked.lock(locked=True)
    banning_code = banning.create("trails").code
    eve = client()
    eve.join(banning_code)
    banning.ban(eve.here.player)
    eve.wait_for(lambda: not eve.connected)
    again = client(device=eve.device)
    answers = set()
    for code in (locked_code, banning_code, "ZZZZZZ", "ABC"):
        with pytest.raises(Refused) as caught:
            again.join(code)
        answers.add((caught.value.code, caught.value.message))
    assert len(answers) == 1
    assert next(iter(answers))[0] == "no_room"


def test_trying_takes_equally_long_whether_there_is_a_room_or_not(raw: NewRaw, client: NewClient) -> None:
    ann = client()
    code = ann.create("trails").code
    ann.lock(locked=True)
    eve = raw()
    spent: dict[str, list[float]] = {code: [], "ZZZZZZ": []}
    for _ in range(150):
        for one, times in spent.items():
            start = time.perf_counter()
            with pytest.raises(Refused):
                eve.call("join", {"code": one})
            times.append(time.perf_counter() - start)
    there, missing = (median(times) for times in spent.values())
    assert abs(there - missing) < 0.25 * max(there, missing) + 50e-6


def test_codes_cannot_be_tried_for_ever(serve: Serve, client: NewClient) -> None:
    server = serve(
        RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN="5", RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_ADDRESS_PER_MIN="8"
    )
    ann, eve, fay = client(server), client(server), client(server)
    code = ann.create("trails").code
    for _ in range(5):
        with pytest.raises(Refused, match="no open room"):
            eve.join("ZZZZZZ")
    with pytest.raises(Refused) as caught:
        eve.join(code)
    assert caught.value.code == "too_many", "not even the right code helps this device now"
    fay.join(code)
    fay.leave()
    for _ in range(3):
        with pytest.raises(Refused, match="no open room"):
            fay.join("ZZZZZZ")
    with pytest.raises(Refused, match="your network") as caught:
        client(server).join(code)
    assert caught.value.code == "too_many", "nor, after many more, anyone at that address"


def test_a_player_too_many_from_one_address_reads_why(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_SERVER__MAX_CONNECTIONS_PER_ADDRESS="3")
    first, _, _ = client(server), client(server), client(server)
    with pytest.raises(ConnectionRefused, match="3 players from your network") as caught:
        client(server)
    assert caught.value.code == "crowded"
    assert "server.max_connections_per_address" in server.log()
    first.close()
    deadline = time.monotonic() + 20
    while True:
        try:
            client(server)
            break
        except ConnectionRefused:
            assert time.monotonic() < deadline, "the place of the one who left is free"


def test_behind_a_proxy_each_player_is_limited_alone(serve: Serve, client: NewClient) -> None:
    server = serve(
        RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN="3",
        RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_ADDRESS_PER_MIN="3",
        RUMPUS_SERVER__TRUSTED_PROXIES="1",
    )

    def tries(header: str) -> str:
        """How joining ends for a client whose proxy sends this header."""
        with pytest.raises(Refused) as caught:
            client(server, headers={"X-Forwarded-For": header}).join("ZZZZZZ")
        return caught.value.code

    assert [tries("192.0.2.1") for _ in range(4)] == ["no_room"] * 3 + ["too_many"]
    assert tries("192.0.2.2") == "no_room"
    assert tries("203.0.113.7, 192.0.2.1") == "too_many", (
        "what a client made up stands before what the proxy saw"
    )


def test_forwarded_headers_are_ignored_without_a_proxy(serve: Serve, client: NewClient) -> None:
    server = serve(
        RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN="2", RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_ADDRESS_PER_MIN="2"
    )
    codes = []
    for number in range(3):
        with pytest.raises(Refused) as caught:
            client(server, headers={"X-Forwarded-For": f"192.0.2.{number}"}).join("ZZZZZZ")
        codes.append(caught.value.code)
    assert codes == ["no_room", "no_room", "too_many"]


def test_joining_an_existing_room_does_not_count(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN="2")
    code = client(server).create("trails").code
    for _ in range(6):
        client(server).join(code)


def test_rooms_cannot_be_opened_for_ever(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_LIMITS__CREATE_PER_MIN="3")
    eve = client(server)
    for _ in range(3):
        eve.create("trails")
    with pytest.raises(Refused) as caught:
        eve.create("trails")
    assert caught.value.code == "too_many"


def test_quick_play_cannot_be_used_to_open_rooms_for_ever(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_LIMITS__CREATE_PER_MIN="1")
    eve = client(server)
    for _ in range(6):
        eve.quick("trails")
        eve.lock(locked=True)
    with pytest.raises(Refused) as caught:
        eve.quick("trails")
    assert caught.value.code == "too_many"


def test_commands_are_limited(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_LIMITS__COMMAND_RATE_PER_S="5", RUMPUS_LIMITS__COMMAND_BURST="20")
    ann = client(server)
    ann.create("trails")
    answers = []
    for _ in range(40):
        try:
            ann.profile(colour=1)
            answers.append("ok")
        except Refused as refused:
            answers.append(refused.code)
    assert answers[:19] == ["ok"] * 19
    assert answers.count("too_fast") >= 15
    ann.clock(5)
    ann.wait_for(lambda: ann.connected)


def test_ten_strikes_close_the_connection(client: NewClient) -> None:
    ann, bob = client(), client()
    ann.join(bob.create("trails").code)
    wrong: list[tuple[str, object]] = [
        ("nonsense", {}),
        ("ready", {"ready": 1}),
        ("ready", {}),
        ("ready", [True]),
        ("leave", {"now": True}),
        ("chat", {"text": "x", "n": "1"}),
        ("bot", "add"),
        ("clock", {"client": "x"}),
        ("create", {"game": 7}),
    ]
    for event, argument in wrong:
        with pytest.raises(Refused) as caught:
            ann.call(event, argument)
        assert caught.value.code == "bad_request", event
        assert event in caught.value.message
    assert ann.connected
    ann.send("i", "nonsense")
    ann.wait_for(lambda: ann.bye is not None and not ann.connected)
    assert ann.bye is not None
    assert ann.bye[0] == "strikes"
    bob.wait_for(lambda: bob.here.room["people"].get("p2", {}).get("connected") is False)


def test_bare_messages_that_make_no_sense_are_strikes(client: NewClient, raw: NewRaw) -> None:
    ann, eve = client(), raw()
    eve.call("join", {"code": ann.create("trails").code})
    for _ in range(10):
        eve.send_bare(b"\xff\xff")
    with pytest.raises(ConnectionRefused) as caught:
        eve.wait_for(lambda: False)
    assert caught.value.code == "strikes"


def test_inputs_beyond_the_rate_are_dropped_and_harm_nobody(
    serve: Serve, client: NewClient, raw: NewRaw
) -> None:
    server = serve(RUMPUS_LIMITS__INPUT_RATE_PER_S="40", RUMPUS_LIMITS__INPUT_BURST="20")
    ann, eve = client(server), raw(server, follow=True)
    eve.call("join", {"code": ann.create("trails", options=LONG).code})
    ann.start()
    ann.wait_for(lambda: ann.match.states > 3)
    eve.wait_for(lambda: eve.states > 3)
    assert eve.place is not None
    for k in range(300):
        eve.press(k & 1, eve.place.match.tick)
    seq = ann.press(1)
    ann.wait_for(lambda: ann.match.acks.get(0, (0, 0))[0] == seq)
    ann.wait_for(lambda: ann.match.acks.get(1, (0, 0))[0] >= 8)
    assert ann.match.acks[1][0] < 200
    assert not eve.closed, "too many presses are no crime"
    assert ann.match.resyncs == 0


def test_a_message_that_is_too_long_closes_its_connection_only(client: NewClient, raw: NewRaw) -> None:
    ann, eve = client(), raw()
    ann.create("trails")
    assert eve.welcome["limits"]["payload_bytes"] == 16384
    with pytest.raises((ConnectionRefused, NoAnswer)):
        eve.call("profile", {"name": "x" * 20_000})
    assert eve.closed
    ann.profile(name="Still here")


def talked_at(
    serve: Serve, client: NewClient, raw: NewRaw, close_after_s: str
) -> tuple[Server, Client, RawClient]:
    """Ann, and Eve who does not read while Ann sends more than the kernel buffers for Eve."""
    server = serve(
        RUMPUS_SLOW_CLIENT__MAX_UNSENT_S="0.3",
        RUMPUS_SLOW_CLIENT__CLOSE_AFTER_S=close_after_s,
        RUMPUS_SERVER__PING_INTERVAL_S="60",
        RUMPUS_ROOMS__CHAT_BURST="100",
        RUMPUS_SCHEDULER__SEND_EVERY_MAX="1",
    )
    ann, eve = client(server), raw(server, follow=True)
    eve.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    eve.call("join", {"code": ann.create("trails", options=LONG).code})
    ann.start()
    ann.wait_for(lambda: ann.match.states > 3)
    eve.wait_for(lambda: eve.states > 3)
    for _ in range(75):
        ann.chat("\N{GRINNING FACE}" * 200)
    return server, ann, eve


def test_a_client_that_stops_reading_is_closed_while_others_play_on(
    serve: Serve, client: NewClient, raw: NewRaw
) -> None:
    server, ann, _ = talked_at(serve, client, raw, "1")
    memory = server.memory_kb()
    ann.wait_for(lambda: not ann.here.room["people"]["p2"]["connected"])
    assert ann.match.resyncs == 0
    assert server.memory_kb() - memory < 10_000
    tick = ann.match.tick
    ann.wait_for(lambda: ann.match.tick > tick + 5)


def test_a_reader_that_was_slow_for_a_while_follows_again(
    serve: Serve, client: NewClient, raw: NewRaw
) -> None:
    _, ann, eve = talked_at(serve, client, raw, "60")
    assert eve.place is not None
    match = eve.place.match
    asleep, states = match.tick, match.states
    ann.wait_for(lambda: ann.match.tick > asleep + 60)
    now = ann.match.tick
    eve.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    eve.wait_for(lambda: match.following and match.tick >= now, 20)
    assert match.states - states < match.tick - asleep, "what it missed was not kept for it"
    assert match.keyframes >= 2
    assert len(eve.place.chat) == 75, "but words were"
    assert ann.match.resyncs == 0


def test_http_headers_do_not_show_versions(server: Server) -> None:
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b""
        while data := sock.recv(4096):
            answer += data
    head = answer.split(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("http/1.1 200")
    assert "content-security-policy: default-src 'self'" in head
    assert "x-content-type-options: nosniff" in head
    assert "x-frame-options" in head or "frame-ancestors" in head
    assert "werkzeug" not in head
    assert "python" not in head


def test_a_client_needs_a_server() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        with pytest.raises(NoAnswer):
            Client(f"http://127.0.0.1:{port}").connect()
        with pytest.raises(NoAnswer):
            RawClient("127.0.0.1", port).connect()


@pytest.mark.parametrize("namespace", ["/", "/lobby"])
def test_going_in_and_out_of_a_namespace_gets_no_greeting_each_time(
    server: Server, client: NewClient, namespace: str
) -> None:
    client().create("trails", private=False)
    prefix = "" if namespace == "/" else namespace + ","
    rounds, answers, refused, down = 300, 0, 0, 0
    with Raw.joined(server.port) as eve:
        for _ in range(rounds):
            eve.text("41" + prefix)
            eve.text("40" + prefix)
        while answers < rounds:
            packet = eve.packet()
            down += len(packet)
            answers += packet.startswith(("40" + prefix, "44" + prefix))
            if packet.startswith("44" + prefix):
                refused += 1
                assert json.loads(packet[2 + len(prefix) :])["data"]["code"] == "too_fast"
    up = rounds * (len("4140" + 2 * prefix) + 12)
    assert refused >= rounds / 2
    assert down < 100 * up
