"""Ordinary Socket.IO clients find an ordinary Socket.IO server, over every transport."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import socketio

from tests.integration.transport.conftest import App, Start
from tests.integration.transport.raw import BINARY, TEXT, Polling, Raw
from tests.unit.transport.wire import masked

TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]]

Connect = Callable[..., socketio.Client]


@pytest.fixture(params=TRANSPORTS, ids="-then-".join)
def connect(request: pytest.FixtureRequest, app: App) -> Iterator[Connect]:
    """Connect a python-socketio client over one of the transports."""
    clients = []

    def new(namespaces: tuple[str, ...] = ("/",), **auth: Any) -> socketio.Client:
        client = socketio.Client(reconnection=False)
        clients.append(client)
        client.connect(
            app.url, auth=auth, transports=request.param, namespaces=list(namespaces), wait_timeout=5
        )
        return client

    yield new
    for client in clients:
        client.disconnect()


def wait_for(condition: Callable[[], object]) -> None:
    """Poll until `condition` holds."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_gets_its_acknowledgements(connect: Connect) -> None:
    client = connect()
    assert client.call("echo", "hello", timeout=5) == "hello"
    assert client.call("echo", ({"a": [1, None]}, "two"), timeout=5) == ({"a": [1, None]}, "two")
    assert client.call("echo", {"text": "Zoë \N{GRINNING FACE}"}, timeout=5) == {
        "text": "Zoë \N{GRINNING FACE}"
    }


def test_bytes_go_there_and_back(connect: Connect) -> None:
    client = connect()
    assert client.call("echo", (b"\0\1\2", {"deep": [b"\xff" * 300]}), timeout=5) == (
        b"\0\1\2",
        {"deep": [b"\xff" * 300]},
    )
    got: list[Any] = []
    client.on("back", lambda *args: got.append(args))
    client.emit("back", (b"one", "two", b""))
    wait_for(lambda: got)
    assert got == [(b"one", "two", b"")]


def test_the_server_gets_its_acknowledgements(connect: Connect, app: App) -> None:
    client = connect()
    client.on("question", lambda *args: (*args, b"answer"))
    mark = f"{time.monotonic()}"
    client.emit("ask", mark)
    app.until(lambda state: repr((mark, b"answer")) in state["acks"])


def test_namespaces_are_kept_apart(connect: Connect) -> None:
    client = connect(("/", "/other"))
    assert client.call("echo", 1, timeout=5) == 1
    assert client.call("echo", 1, namespace="/other", timeout=5) == ("other", 1)
    assert client.get_sid("/") != client.get_sid("/other")


def test_an_unknown_namespace_is_refused_with_a_message(app: App) -> None:
    client = socketio.Client(reconnection=False)
    errors: list[Any] = []
    client.on("connect_error", errors.append, namespace="/nowhere")
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(app.url, namespaces=["/nowhere"], transports=["websocket"], wait_timeout=5)
    assert errors == [{"message": "Invalid namespace"}]


def test_a_client_that_is_not_welcome_is_told(app: App) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(app.url, auth={"welcome": False}, transports=["websocket"], wait_timeout=5)
    with Raw.upgraded(app.port) as raw:
        raw.text('40{"welcome":false}')
        assert raw.packet().startswith("44{")
        raw.text("40")
        assert raw.packet().startswith("40{")


def test_a_broadcast_reaches_everyone(connect: Connect, app: App) -> None:
    clients = [connect() for _ in range(3)]
    got: list[Any] = []
    for client in clients:
        client.on("all", got.append)
    app.do("emit", data={"x": 1})
    wait_for(lambda: len(got) == 3)
    assert got == [{"x": 1}] * 3


def test_it_can_leave_and_be_sent_away(connect: Connect, app: App) -> None:
    client = connect()
    sid = client.get_sid()
    client.disconnect()
    state = app.until(lambda state: sid in [one for one, _ in state["disconnects"]])
    reasons = [reason for one, reason in state["disconnects"] if one == sid]
    # python-socketio's client may close its socket before its writer has sent the goodbye; with polling
    # that is no more than silence.
    assert reasons in (["client disconnect"], ["transport close"], ["ping timeout"])

    client, gone = connect(), threading.Event()
    sid = client.get_sid()
    client.on("disconnect", lambda *reason: gone.set())
    client.emit("bye")
    assert gone.wait(5)
    state = app.until(lambda state: sid in [one for one, _ in state["disconnects"]])
    assert [reason for one, reason in state["disconnects"] if one == sid] == ["server disconnect"]


def test_leaving_one_namespace_keeps_the_other(connect: Connect, app: App) -> None:
    client = connect(("/", "/other"))
    other = client.get_sid("/other")
    client._send_packet(client.packet_class(socketio.packet.DISCONNECT, namespace="/other"))
    app.until(lambda state: other in [one for one, _ in state["disconnects"]])
    assert client.call("echo", 5, timeout=5) == 5


def test_a_handler_that_fails_is_one_line_in_the_log_and_the_session_goes_on(
    connect: Connect, app: App
) -> None:
    client = connect()
    before = len(app.log())
    for _ in range(20):
        client.emit("fail", "x")
    assert client.call("echo", 1, timeout=5) == 1
    added = app.log()[before:]
    assert added.count("\n") <= 1
    assert "a handler\\nthat fails" in app.log()
    assert "Traceback" not in added


def test_a_connect_handler_that_fails_refuses_the_client_and_leaves_nothing(app: App) -> None:
    with Raw.upgraded(app.port) as raw:
        raw.text('40{"fail":true}')
        assert raw.packet() == '44{"message":"Internal error"}'
        raw.text('40{"fail":false}')
        assert raw.packet().startswith('40{"sid"')


def test_order_is_kept_between_events_and_frames(app: App) -> None:
    expected = [message for n in range(200) for message in (f'42["number",{n}]', f'42["s",{n}]')]
    with Raw.joined(app.port, framing="json") as raw:
        raw.emit("many", 200)
        assert [raw.packet() for _ in range(400)] == expected
    polling = Polling(app.port)
    polling.post('40{"framing":"json"}')
    polling.get()
    polling.post('42["many",200]')
    assert polling.get() == expected


def test_a_goodbye_counts_even_if_writing_to_the_peer_fails_first(start: Start) -> None:
    app = start()
    app.do("tick", channel="a", size=400, every_s=0, droppable=True)
    for _ in range(30):
        raw = Raw.joined(app.port, framing="bare", channel="a")
        raw.text("41")
        raw.sock.close()  # with unread data: a reset
    state = app.until(lambda state: len(state["disconnects"]) == 30)
    assert {reason for _, reason in state["disconnects"]} == {"client disconnect"}


# --- raw protocol ---------------------------------------------------------------------------------


def test_frames_sent_with_the_upgrade_request_are_not_lost(app: App) -> None:
    early = masked(TEXT, b"40") + masked(TEXT, b'421["echo","early"]') + masked(TEXT, b'422["echo",2]')[:9]
    with Raw.upgraded(app.port, early=early) as raw:
        assert raw.packet().startswith("40{")
        assert raw.packet() == '431["early"]'
        raw.sock.sendall(masked(TEXT, b'422["echo",2]')[9:])
        assert raw.packet() == "432[2]"


def test_pings_of_the_websocket_kind_are_answered(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.send(9, b"are you there")
        assert raw.frame() == (10, b"are you there")
        raw.send(10, b"unasked")
        raw.text('421["echo",1]')
        assert raw.packet() == "431[1]"


def test_a_fragmented_packet_is_one_packet(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.send(TEXT, '421["ec', fin=False)
        raw.send(9, b"between")
        raw.send(0, 'ho",1', fin=False)
        raw.send(0, "]")
        assert raw.frame() == (10, b"between")
        assert raw.packet() == "431[1]"


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_close_is_answered_with_the_same_code_and_ends_the_connection(app: App, code: int) -> None:
    with Raw.joined(app.port) as raw:
        raw.send(8, code.to_bytes(2, "big") + b"thanks")
        assert raw.frame() == (8, code.to_bytes(2, "big"))
        assert raw.frame() is None
        state = app.until(lambda state: raw.sid in [one for one, _ in state["disconnects"]])
        assert [raw.sid, "transport close"] in state["disconnects"]


def test_a_close_without_a_code_is_answered_in_kind(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.send(8)
        assert raw.frame() == (8, b"")
        assert raw.frame() is None


def test_an_upgrade_moves_the_session_and_what_was_queued(app: App) -> None:
    polling = Polling(app.port)
    polling.post("40")
    assert polling.get()[0].startswith("40")
    with Raw.upgraded(app.port, f"/socket.io/?EIO=4&transport=websocket&sid={polling.sid}") as raw:
        raw.text("2probe")
        assert raw.packet() == "3probe"
        polling.post('42["back","while upgrading"]')
        assert polling.get() == ["6"]
        raw.text("5")
        assert raw.packet() == '42["back","while upgrading"]'
        raw.send(BINARY, b"")  # out of turn: closes
        assert raw.close_code() == 1002


@pytest.mark.parametrize("first", ["5", "40", "2nonsense"])
def test_an_upgrade_that_does_not_begin_right_leaves_the_session_on_polling(app: App, first: str) -> None:
    polling = Polling(app.port)
    with Raw.upgraded(app.port, f"/socket.io/?EIO=4&transport=websocket&sid={polling.sid}") as raw:
        raw.text(first)
        assert raw.close_code() == 1002
    polling.post("40")
    assert polling.get()[0].startswith("40")
