"""Clients that are gone are noticed, others are not closed, and each end is reported exactly once."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.integration.transport.conftest import App, Start
from tests.integration.transport.raw import Polling, Raw

pytestmark = pytest.mark.alone


def test_a_peer_that_answers_no_ping_is_closed_with_its_socket(start: Start) -> None:
    app = start(server={"ping_interval": 0.4, "ping_timeout": 0.3})
    with Raw.joined(app.port) as raw:
        began = time.monotonic()
        assert raw.frame() == (1, b"2")
        assert raw.frame() is None
        assert 0.4 < time.monotonic() - began < 2.0
        state = app.until(lambda state: state["disconnects"])
        assert state["disconnects"] == [[raw.sid, "ping timeout"]]
        app.until(lambda state: state["connections"] == 1)


def test_a_peer_that_answers_stays(start: Start) -> None:
    app = start(server={"ping_interval": 0.2, "ping_timeout": 0.2})
    with Raw.joined(app.port) as raw:
        for _ in range(6):
            assert raw.frame() == (1, b"2")
            raw.text("3")
            raw.text("3")  # one too many does no harm
        raw.emit("back", 1)
        assert raw.packet() == '42["back",1]'
        assert app.state()["disconnects"] == []


def test_a_poller_that_went_away_is_noticed(start: Start) -> None:
    app = start(server={"ping_interval": 0.2, "ping_timeout": 0.2})
    polling = Polling(app.port)
    polling.post("40")
    state = app.until(lambda state: state["disconnects"])
    assert [reason for _, reason in state["disconnects"]] == ["ping timeout"]
    assert app.until(lambda state: state["sessions"] == 0)["known"] == 0


def test_who_joins_no_namespace_is_closed(start: Start) -> None:
    app = start(manager={"connect_timeout_s": 0.3})
    with Raw.upgraded(app.port) as idle, Raw.joined(app.port) as busy:
        assert idle.close_code() == 1002
        busy.emit("back", 1)
        assert busy.packet() == '42["back",1]'


def test_who_was_sent_away_and_stays_is_closed(start: Start) -> None:
    app = start(manager={"connect_timeout_s": 0.3})
    with Raw.joined(app.port) as raw:
        raw.emit("bye")
        assert raw.packet() == "41"
        assert raw.close_code() == 1002
        assert app.state()["disconnects"] == [[raw.sid, "server disconnect"]]


def test_close_sends_what_is_queued_and_tells_both_sides_why(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.emit("many", 50)
        assert raw.packet() == '42["number",0]'
        app.do("close", sid=raw.sid, reason="moved")
        last: tuple[int, bytes] | None = None
        while (frame := raw.frame()) is not None:
            last = frame
        assert last == (8, b"\x03\xe8moved")
        state = app.until(lambda state: raw.sid in [sid for sid, _ in state["disconnects"]])
        assert [reason for sid, reason in state["disconnects"] if sid == raw.sid] == ["moved"]


def test_close_reaches_pollers_too(app: App) -> None:
    polling = Polling(app.port)
    polling.post("40")
    sid = json.loads(polling.get()[0][2:])["sid"]
    app.do("close", sid=sid, reason="moved")
    app.until(lambda state: [sid, "moved"] in state["disconnects"])


def test_closing_a_peer_that_keeps_sending_ends_soon(app: App) -> None:
    with Raw.joined(app.port) as raw:
        app.do("close", sid=raw.sid, reason="enough")
        with contextlib.suppress(OSError):
            for _ in range(1000):
                raw.send(2, b"x" * 10_000)
            pytest.fail("ten megabytes were taken from a client that was sent away")


def test_a_client_that_leaves_while_its_connect_handler_runs_is_disconnected_once(start: Start) -> None:
    app = start()
    with Raw.upgraded(app.port) as raw:
        raw.text('40{"hold":true}')
    polling = Polling(app.port)
    waiting = threading.Thread(target=polling.post, args=('40{"hold":true}',))
    waiting.start()
    app.until(lambda state: state["known"] == 2)
    app.do("go")
    waiting.join()
    polling.post("1")
    state = app.until(lambda state: len(state["disconnects"]) == 2)
    assert sorted(sid for sid, _ in state["disconnects"]) == sorted(state["connects"])
    state = app.until(lambda state: state["sessions"] == 0)
    assert state["known"] == state["environs"] == 0


def test_a_draining_server_takes_nobody_new_and_keeps_who_is_there(app: App) -> None:
    with Raw.joined(app.port) as raw:
        app.do("drain", value=True)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(app.url + "/socket.io/?EIO=4&transport=polling", timeout=5)
        assert refused.value.code == 503
        late = Raw(app.port)
        late.sock.sendall(late.request("/socket.io/?EIO=4&transport=websocket"))
        assert late.read_head().startswith(b"HTTP/1.1 503 ")
        raw.emit("back", 1)
        assert raw.packet() == '42["back",1]'
        app.do("drain", value=False)
        Raw.joined(app.port).sock.close()


def test_sessions_beyond_the_limit_are_refused(start: Start) -> None:
    app = start(manager={"max_sessions": 2})
    with Raw.joined(app.port) as first, Raw.joined(app.port):
        late = Raw(app.port)
        late.sock.sendall(late.request("/socket.io/?EIO=4&transport=websocket"))
        assert late.read_head().startswith(b"HTTP/1.1 503 ")
        first.sock.close()
        app.until(lambda state: state["sessions"] == 1)
        Raw.joined(app.port).sock.close()


def test_sigterm_says_goodbye_to_everyone_and_ends(start: Start) -> None:
    app = start()
    polling = Polling(app.port)
    polling.post("40")
    polling.get()
    got: list[list[str]] = []
    waiting = threading.Thread(target=lambda: got.append(polling.get()))
    waiting.start()
    with Raw.joined(app.port) as raw, Raw(app.port) as silent, Raw(app.port) as kept:
        kept.sock.sendall(b"GET /state HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.read_head().startswith(b"HTTP/1.1 200 ")
        app.until(lambda state: state["connections"] == 5)
        began = time.monotonic()
        assert app.stop() == 0
        assert time.monotonic() - began < 5
        assert raw.close_code() == 1001
        assert silent.sock.recv(1) == b""
        waiting.join(5)
        assert got == [["1"]]


def test_sigterm_cuts_who_does_not_go(start: Start) -> None:
    app = start(stop_s=0.3)
    with Raw.joined(app.port, hold=False) as raw, Raw.upgraded(app.port) as stuck:
        stuck.text('40{"hold":true}')
        app.until(lambda state: state["known"] == 2)
        assert app.stop() == 0
        assert raw.is_closed()
        assert stuck.is_closed()
