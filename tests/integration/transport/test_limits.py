"""What a stranger may send, and that nobody else notices."""

import contextlib
import select
import signal
import threading
import time
import urllib.error
from collections.abc import Iterator

import pytest

from tests.integration.transport.conftest import App, Start
from tests.integration.transport.raw import BINARY, TEXT, WEBSOCKET, Polling, Raw
from tests.unit.transport.wire import head, masked

pytestmark = pytest.mark.alone


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (head(0x82, 1 << 30, b"mask"), 1009),
        (head(0x81, 1 << 40, b"mask"), 1009),
        (masked(TEXT, b"4" * 16_385), 1009),
        (masked(TEXT, b"a" * 9000, fin=False) + masked(0, b"a" * 9000), 1009),
        (b"\x81\x05hello", 1002),
        (b"\x82\x7e\xff\xff", 1002),
        (masked(TEXT, b"4x", rsv=4), 1002),
        (masked(3), 1002),
        (masked(0, b"x"), 1002),
        (masked(9, b"x" * 126), 1002),
        (masked(8, b"\x03"), 1002),
        (masked(TEXT, b"4\xff"), 1007),
        (masked(TEXT, b"4\xc3", fin=False) + masked(0, b"\x28"), 1007),
    ],
    ids=str,
)
def test_a_breach_of_the_websocket_protocol_closes_at_once_and_says_why(
    app: App, data: bytes, code: int
) -> None:
    with Raw.joined(app.port) as raw:
        raw.sock.sendall(data)
        assert raw.close_code() == code
        assert raw.is_closed()
        state = app.until(lambda state: raw.sid in [sid for sid, _ in state["disconnects"]])
        assert [raw.sid, "transport error"] in state["disconnects"]


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "x",
        "7",
        "0",
        "4",
        "4x",
        "42",
        "42{}",
        "42[]",
        '42["unclosed"',
        '42["connect",{}]',
        '42["disconnect"]',
        "430[1]",
        "43",
        "44",
        '459-["put"]',
        '4599999-["put"]',
        "4" + "[" * 16_000,
        "42" + "9" * 200 + '["echo"]',
        "bnot base64",
        "b",
    ],
)
def test_a_packet_that_is_none_closes_its_session_without_a_word_in_the_log(app: App, packet: str) -> None:
    before = app.log()
    with Raw.joined(app.port) as raw:
        raw.text(packet)
        assert raw.close_code() == 1002
    assert app.log() == before


@pytest.mark.parametrize(
    "packet", ['451-["echo",{"_placeholder":true,"num":0}]', '42["echo",1]', "43[1]", "41"]
)
def test_whoever_has_not_connected_can_do_nothing(app: App, packet: str) -> None:
    with Raw.upgraded(app.port) as raw:
        raw.text(packet)
        if packet.startswith("42"):
            raw.text("40")
            assert raw.packet().startswith("40{")  # the event was ignored
        elif packet != "41":
            assert raw.close_code() == 1002


def test_text_in_place_of_an_attachment_closes(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.text('451-["echo",{"_placeholder":true,"num":0}]')
        raw.text('42["echo",1]')
        assert raw.close_code() == 1002


def test_an_attachment_out_of_turn_closes(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.send(BINARY, b"nobody asked")
        assert raw.close_code() == 1002


@pytest.mark.parametrize(
    "body", ["", "x", "4x", "\x1e" * 300, "4" * 16_385, "40\x1e4x", "b%%%"], ids=lambda body: body[:5]
)
def test_the_same_holds_for_long_polling(app: App, body: str) -> None:
    before, polling = app.log(), Polling(app.port)
    with pytest.raises(urllib.error.HTTPError) as refused:
        polling.post(body)
    assert refused.value.code == 400
    with pytest.raises(urllib.error.HTTPError):
        polling.get()
    assert app.log() == before


def test_a_message_that_does_not_end_in_time_closes_and_one_in_many_pieces_does_not(start: Start) -> None:
    app = start(manager={"message_timeout_s": 1.0})
    with Raw.joined(app.port) as whole, Raw.joined(app.port) as fragments, Raw.joined(app.port) as half:
        packet = b'42["back",1]'
        whole.send(TEXT, packet[:1], fin=False)
        fragments.send(TEXT, packet, fin=False)
        half.sock.sendall(masked(TEXT, packet)[:-1])
        for octet in packet[1:]:
            whole.send(0, bytes([octet]), fin=False)
        whole.send(0, b"")
        assert whole.packet() == '42["back",1]'
        while not select.select([fragments.sock], [], [], 0.1)[0]:
            fragments.send(0, b"", fin=False)
        assert fragments.close_code() == 1008
        assert half.close_code() == 1008
        whole.emit("back", 2)
        assert whole.packet() == '42["back",2]'


def test_endless_fragments_leave_the_memory_flat(app: App) -> None:
    before = app.state()["rss_kb"]
    for _ in range(10):
        with Raw.joined(app.port) as raw, contextlib.suppress(OSError):
            raw.send(TEXT, b"x" * 1000, fin=False)
            for _ in range(300):
                raw.send(0, b"x" * 1000, fin=False)
    assert app.state()["rss_kb"] - before < 2_000


def test_many_sockets_with_half_a_frame_hold_no_more_than_the_limit_each(start: Start) -> None:
    app = start(http={"max_connections_per_address": 0})
    raws = [Raw.joined(app.port) for _ in range(100)]
    before = app.state()["rss_kb"]
    half = masked(TEXT, b"4" * 16_000)[:-1]
    for raw in raws:
        raw.sock.sendall(half)
    raws[-1].sock.sendall(half[:1])
    assert app.state()["rss_kb"] - before < 100 * 50
    for raw in raws:
        raw.sock.close()


@contextlib.contextmanager
def flood(raw: Raw, data: bytes) -> Iterator[None]:
    """Send `data` again and again, from a thread, as fast as the server takes it."""
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            try:
                raw.sock.sendall(data)
            except OSError:
                return

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        done.set()
        raw.sock.close()
        thread.join()


@pytest.mark.parametrize(
    "data",
    [
        masked(BINARY, b"") * 5000,
        masked(TEXT, b'42["number",1]') * 1000,
        masked(9, b"") * 5000,
        masked(TEXT, b"3") * 5000,
    ],
    ids=["bare", "events", "pings", "pongs"],
)
def test_a_flood_slows_nobody_but_its_sender(app: App, data: bytes) -> None:
    before = app.state()["rss_kb"]
    with Raw.joined(app.port, framing="bare") as bad, Raw.joined(app.port) as good, flood(bad, data):
        waits = []
        for number in range(40):
            start = time.monotonic()
            good.text(f'42{number}["echo",1]')
            assert good.packet() == f"43{number}[1]"
            waits.append(time.monotonic() - start)
            time.sleep(0.01)
        assert sorted(waits)[len(waits) // 2] < 0.1
        assert max(waits) < 0.5
        assert app.state()["rss_kb"] - before < 10_000


def test_who_has_waited_too_long_for_a_turn_is_turned_away_and_who_hung_up_costs_nothing(
    start: Start,
) -> None:
    app = start(http={"max_connections_per_address": 0, "handshake_timeout_s": 1.0})
    with Raw.joined(app.port) as player:
        app.process.send_signal(signal.SIGSTOP)
        crowd = [Raw(app.port) for _ in range(300)]
        for raw in crowd:
            raw.sock.sendall(raw.request(WEBSOCKET))
        for raw in crowd[::2]:
            raw.sock.close()
        app.process.send_signal(signal.SIGCONT)
        player.emit("back", 1)
        assert player.packet() == '42["back",1]'
        heads = [raw.read_head() for raw in crowd[1::2]]
        assert {head.split(b"\r\n")[0].split()[1] for head in heads} <= {b"101", b"503"}
        for raw in crowd:
            raw.sock.close()
        app.until(lambda state: state["connections"] == 2)
