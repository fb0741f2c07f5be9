"""The HTTP around the WebSockets: strict, short-spoken, and cheap for who says nothing."""

import contextlib
import json
import socket
import time

import pytest

from tests.integration.transport.conftest import App, Start
from tests.integration.transport.raw import WEBSOCKET, Polling, Raw


def ask(app: App, request: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    with Raw(app.port) as raw:
        raw.sock.sendall(request)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while data := raw.sock.recv(65536):
                answer += data
        return answer


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /state\r\n\r\n", b"505"),
        (b"GET /state HTTP/2.0\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /state FTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /state HTTP/1.x\r\nHost: x\r\n\r\n", b"400"),
        (b"\0\1\2\3\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n", b"400"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", b"411"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", b"400"),
        (b"GET /state HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"400"),
        (b"GET /state HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /state HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", b"400"),
        (b"GET /state HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (b"GET /state HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
        (b"GET /state HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"400"),
    ],
)
def test_a_bad_request_gets_a_short_answer_and_no_line_in_the_log(
    app: App, request_: bytes, status: bytes
) -> None:
    before = app.log()
    answer = ask(app, request_)
    assert answer.startswith(b"HTTP/1.1 " + status + b" "), answer
    assert len(answer) < 300
    assert app.log() == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Version": "8"}, b"426"),
        ({"Sec_WebSocket_Version": ""}, b"426"),
        ({"Sec_WebSocket_Key": ""}, b"400"),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, b"400"),
        ({"Sec_WebSocket_Key": "not base64 at all!!!"}, b"400"),
        ({"Connection": "close"}, b"400"),
        ({"Content_Length": "5"}, b"400"),
    ],
)
def test_a_bad_upgrade_gets_an_http_answer(app: App, headers: dict[str, str], status: bytes) -> None:
    with Raw(app.port) as raw:
        raw.sock.sendall(raw.request(WEBSOCKET, **headers))
        assert raw.read_head().startswith(b"HTTP/1.1 " + status + b" ")


@pytest.mark.parametrize(
    "path",
    [
        "/socket.io/?EIO=3&transport=websocket",
        "/socket.io/?EIO=4",
        "/socket.io/?EIO=4&transport=pigeon",
        "/socket.io/?EIO=4&transport=websocket&sid=nobody",
    ],
)
def test_engine_io_refuses_by_http_too(app: App, path: str) -> None:
    before = app.log()
    with Raw(app.port) as raw:
        raw.sock.sendall(raw.request(path))
        assert raw.read_head().startswith(b"HTTP/1.1 400 ")
    assert app.log() == before


def test_a_connection_serves_one_request_after_another(app: App) -> None:
    with Raw(app.port) as raw:
        for size in (0, 5, 100_000):
            raw.sock.sendall(
                b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
            )
            head = raw.read_head()
            assert head.startswith(b"HTTP/1.1 200 ")
            assert json.loads(raw.read_body(head)) == {"size": size}
        two = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
        raw.sock.sendall(two + two.replace(b"Host", b"Connection: close\r\nHost"))
        for _ in range(2):
            head = raw.read_head()
            assert head.startswith(b"HTTP/1.1 404 ")
            raw.read_body(head)
        assert raw.sock.recv(1) == b""


@pytest.mark.parametrize(
    ("path", "words"), [(b"/crash", "a view that fails"), (b"/crash?late", "a view has taken too long")]
)
def test_a_view_that_fails_is_one_line_in_the_log(app: App, path: bytes, words: str) -> None:
    before = len(app.log())
    assert ask(app, b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path).startswith(b"HTTP/1.1 500 ")
    added = app.log()[before:]
    assert added.count("\n") == 1
    assert words in added


def test_those_who_say_nothing_cost_little_and_are_gone_in_time(start: Start) -> None:
    app = start(http={"handshake_timeout_s": 1.5, "max_connections_per_address": 0})
    before = app.state(deep=True)
    idle = [socket.create_connection(("127.0.0.1", app.port), 5) for _ in range(400)]
    for n, sock in enumerate(idle):
        if n % 2:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: ")
    app.until(lambda state: state["connections"] >= 401)
    state = app.state(deep=True)
    assert state["greenlets"] <= before["greenlets"] + 1
    assert state["rss_kb"] - before["rss_kb"] < 400 * 8
    began = time.monotonic()
    for sock in idle:
        assert sock.recv(100).startswith(b"HTTP/1.1 408 ")
        sock.close()
    assert time.monotonic() - began < 4
    app.until(lambda state: state["connections"] == 1)


def test_a_head_that_drips_in_does_not_buy_time(start: Start) -> None:
    app = start(http={"handshake_timeout_s": 0.6})
    with Raw(app.port) as raw:
        raw.sock.settimeout(0.1)
        began = time.monotonic()
        answer = b""
        while not answer and time.monotonic() - began < 5:
            raw.sock.sendall(b"X")
            try:
                answer = raw.sock.recv(100)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 2


def test_the_second_request_has_deadlines_too(start: Start) -> None:
    app = start(http={"handshake_timeout_s": 0.4, "keepalive_s": 0.4})
    with Raw(app.port) as dripping, Raw(app.port) as silent:
        for raw in (dripping, silent):
            raw.sock.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            assert raw.read_head().startswith(b"HTTP/1.1 404 ")
        dripping.sock.sendall(b"GET /nothing HTTP/1.1\r\nHost")
        for raw in (dripping, silent):
            while raw.sock.recv(1000):
                pass


def test_one_address_can_have_so_many_connections(start: Start) -> None:
    app = start(http={"max_connections_per_address": 3})
    held = [socket.create_connection(("127.0.0.1", app.port), 5) for _ in range(3)]
    with socket.create_connection(("127.0.0.1", app.port), 5) as late:
        answer = late.recv(1000)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"too many connections from your network" in answer
    held.pop().close()
    answer = b""
    while not answer.startswith(b"HTTP/1.1 404 "):
        answer = ask(app, b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    for sock in held:
        sock.close()


def test_all_together_can_have_so_many_connections(start: Start) -> None:
    app = start(http={"max_connections": 2})
    with Raw.joined(app.port) as raw, socket.create_connection(("127.0.0.1", app.port), 5):
        with socket.create_connection(("127.0.0.1", app.port), 5) as late:
            answer = late.recv(1000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"server is full" in answer
        raw.emit("back", 1)
        assert raw.packet() == '42["back",1]'


def test_an_answer_that_took_long_to_make_may_be_taken_in_peace(start: Start) -> None:
    app = start(
        http={"send_timeout_s": 2.0, "min_send_rate": 1_000_000_000, "max_body_bytes": 1 << 23},
        server={"http_compression": False},
    )
    polling = Polling(app.port)
    polling.post("40")
    polling.get()
    with Raw(app.port) as raw:
        raw.sock.sendall(f"GET {polling.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(2.2)  # that time passes is what is tested, here and below
        app.do("emit", data="x" * 4_000_000)
        time.sleep(0.2)
        head = raw.read_head()
        assert head.startswith(b"HTTP/1.1 200 ")
        assert raw.read_body(head) == b'42["all","' + b"x" * 4_000_000 + b'"]'


def test_who_does_not_take_the_answer_is_closed(start: Start) -> None:
    app = start(http={"send_timeout_s": 0.5, "min_send_rate": 10_000_000})
    with Raw(app.port) as raw:
        raw.sock.sendall(b"GET /big?size=%d HTTP/1.1\r\nHost: x\r\n\r\n" % (64 << 20))
        app.until(lambda state: state["connections"] == 2)
        app.until(lambda state: state["connections"] == 1)
    with Raw(app.port) as raw:
        raw.sock.sendall(b"GET /big?size=%d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % (8 << 20))
        assert raw.read_head().startswith(b"HTTP/1.1 200 ")
        got = len(raw._buffer)
        while data := raw.sock.recv(1 << 20):
            got += len(data)
        assert got == 8 << 20


def test_who_does_not_send_the_body_is_closed(start: Start) -> None:
    app = start(http={"body_timeout_s": 0.4})
    for path in (b"/body", b"/socket.io/?EIO=4&transport=polling&sid=%s" % Polling(app.port).sid.encode()):
        answer = ask(app, b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf" % path)
        assert answer.startswith(b"HTTP/1.1 400 ") or answer == b""
    assert app.log() == ""


def test_an_answer_in_parts_is_no_later_for_the_time_that_they_take_to_make(start: Start) -> None:
    app = start(http={"send_timeout_s": 1.0, "min_send_rate": 1_000_000_000})
    size = 16_000_000  # more than the kernel takes at once
    with Raw(app.port) as raw:
        raw.sock.sendall(b"GET /stream?pause_s=1.3&bytes=%d HTTP/1.0\r\n\r\n" % size)
        taken = len(raw.sock.recv(65536))
        time.sleep(1.5)  # that time passes is what is tested
        while data := raw.sock.recv(65536):
            taken += len(data)
        assert taken > size


def test_a_body_may_take_as_long_as_its_pace_allows(start: Start) -> None:
    app = start(http={"body_timeout_s": 0.4, "min_body_rate": 10})
    for path, pause_s in ((b"/body", 0.1), (b"/late?pause_s=1", 0.0)):
        with Raw(app.port) as raw:
            raw.sock.sendall(b"POST %b HTTP/1.0\r\nContent-Length: 100\r\n\r\n" % path)
            for _ in range(10):
                time.sleep(pause_s)
                raw.sock.sendall(b"x" * 10)
            answer = b""
            while data := raw.sock.recv(65536):
                answer += data
            assert answer.startswith(b"HTTP/1.1 200 "), answer
