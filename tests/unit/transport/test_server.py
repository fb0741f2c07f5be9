"""The HTTP server: the TCP options that every connection inherits, and what an upgrade leaves behind."""

import gc
import socket
from typing import Any

import pytest
from gevent.event import Event
from gevent.socket import create_connection
from gevent.socket import socket as Socket

from game.transport.http import Handler
from game.transport.server import Server, listening_socket


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_accepted_connections_inherit_the_options(host: str) -> None:
    try:
        listener = listening_socket(host, 0)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with listener, socket.create_connection(listener.getsockname()[:2]) as client:
        listener.setblocking(True)
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert accepted.getsockopt(socket.IPPROTO_TCP, 25) == 4096
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) > 0
            assert client.getpeername() == accepted.getsockname()


def test_an_address_in_use_is_told_at_once() -> None:
    with listening_socket("127.0.0.1", 0) as listener, pytest.raises(OSError, match="in use"):
        listening_socket("127.0.0.1", listener.getsockname()[1])


UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def test_a_websocket_lives_on_without_the_request_that_it_began_with() -> None:
    """Handler, environ, headers and stack of the request are 15 kB for each player."""
    served, ends = Event(), Event()

    def serve(sock: Socket, leftover: bytes) -> None:
        sock.sendall(leftover.upper())
        served.set()
        ends.wait()

    def app(environ: dict[str, Any], _start_response: object) -> list[bytes]:
        environ["wsgi.websocket"].accept(serve)
        assert not served.is_set()
        return []

    server = Server(("127.0.0.1", 0), app)
    server.start()
    try:
        with create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(UPGRADE + b"word")
            assert served.wait(5)
            answer = client.recv(4096)
            while not answer.endswith(b"WORD"):
                answer += client.recv(4096)
            assert answer.startswith(b"HTTP/1.1 101 ")
            gc.collect()
            assert not [one for one in gc.get_objects() if isinstance(one, Handler)]
            assert server.connections == 1
            ends.set()
            assert client.recv(1) == b""
    finally:
        server.stop()
    assert server.connections == 0
