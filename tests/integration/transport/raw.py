"""A client made of nothing but a socket, so that it can do what no decent client would."""

import base64
import json
import os
import socket
import urllib.request
from types import TracebackType
from typing import Any, Self

from tests.unit.transport.wire import masked

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


class Raw:
    """One TCP connection that can speak WebSocket.

    Attributes:
        sock: the socket, with a timeout on everything.
        sid: the Socket.IO sid after `join`.
    """

    def __init__(self, port: int, timeout: float = 5.0) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.sid = ""
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sock.close()

    @classmethod
    def upgraded(cls, port: int, path: str = WEBSOCKET, early: bytes = b"", rcvbuf: int = 0) -> Self:
        """Connect and shake hands; `early` is sent in the same segment as the request."""
        raw = cls(port)
        if rcvbuf:
            raw.sock.close()
            raw.sock = socket.socket()
            raw.sock.settimeout(5.0)
            raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
            raw.sock.connect(("127.0.0.1", port))
        raw.sock.sendall(raw.request(path) + early)
        head = raw.read_head()
        assert head.startswith(b"HTTP/1.1 101 "), head
        return raw

    @classmethod
    def joined(cls, port: int, namespace: str = "/", rcvbuf: int = 0, **auth: Any) -> Self:
        """Connect, shake hands, enter a namespace."""
        raw = cls.upgraded(port, rcvbuf=rcvbuf)
        raw.join(namespace, **auth)
        return raw

    def request(self, path: str, **headers: str) -> bytes:
        """An upgrade request's bytes."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {
            "Host": "127.0.0.1",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"GET {path} HTTP/1.1\r\n{text}\r\n".encode()

    def read_head(self) -> bytes:
        """The head of an HTTP answer; what follows stays in the buffer."""
        while b"\r\n\r\n" not in self._buffer:
            data = self.sock.recv(65536)
            if not data:
                return self._buffer
            self._buffer += data
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head

    def read_body(self, head: bytes) -> bytes:
        """The body that belongs to an HTTP answer's head."""
        size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(self._buffer) < size:
            data = self.sock.recv(65536)
            assert data, "the server closed within an answer"
            self._buffer += data
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        return body

    def send(self, opcode: int, payload: bytes | str = b"", **how: Any) -> None:
        """Send one frame, right or wrong; see `masked`."""
        data = payload.encode() if isinstance(payload, str) else payload
        self.sock.sendall(masked(opcode, data, **how))

    def text(self, packet: str) -> None:
        """Send one Engine.IO packet."""
        self.send(TEXT, packet)

    def emit(self, *event: Any) -> None:
        """Send one Socket.IO event in "/"."""
        self.text("42" + json.dumps(event))

    def join(self, namespace: str = "/", **auth: Any) -> str:
        """Enter a namespace and give the sid there."""
        prefix = "" if namespace == "/" else namespace + ","
        self.text(f"40{prefix}{json.dumps(auth)}")
        answer = self.packet()
        assert answer.startswith("40" + prefix), answer
        sid: str = json.loads(answer[2 + len(prefix) :])["sid"]
        if namespace == "/":
            self.sid = sid
        return sid

    def frame(self) -> tuple[int, bytes] | None:
        """The next frame's (opcode, payload); None when the server has closed the connection."""
        while True:
            frame, self._buffer = _split(self._buffer)
            if frame is not None:
                return frame
            try:
                data = self.sock.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._buffer += data

    def message(self) -> str | bytes:
        """The next message that is not a ping; pings are answered."""
        while True:
            frame = self.frame()
            assert frame is not None, "the server closed the connection"
            opcode, payload = frame
            if (opcode, payload) == (TEXT, b"2"):
                self.text("3")
            elif opcode == TEXT:
                if not payload.startswith(b"0{"):
                    return payload.decode()
            elif opcode == BINARY:
                return payload
            else:
                raise AssertionError(f"frame {opcode} {payload!r}")

    def packet(self) -> str:
        """The next message, which must be text."""
        message = self.message()
        assert isinstance(message, str), message
        return message

    def close_code(self) -> int | None:
        """Read on until the server's close frame, and give its code; None if there is none."""
        while True:
            frame = self.frame()
            if frame is None:
                return None
            if frame[0] == CLOSE:
                return int.from_bytes(frame[1][:2], "big")

    def is_closed(self) -> bool:
        """Read on until the end; an unexpected silence raises TimeoutError."""
        while self.frame() is not None:
            pass
        return True


class Polling:
    """One Engine.IO session on long-polling.

    Attributes:
        sid: its Engine.IO session id.
        path: where it polls and posts.
    """

    def __init__(self, port: int) -> None:
        self.path = "/socket.io/?EIO=4&transport=polling"
        self._host = f"http://127.0.0.1:{port}"
        (opened,) = self.get()
        self.sid: str = json.loads(opened[1:])["sid"]
        self.path += "&sid=" + self.sid

    def get(self) -> list[str]:
        """Poll once; the packets."""
        with urllib.request.urlopen(self._host + self.path, timeout=10) as answer:
            text: str = answer.read().decode()
        return text.split("\x1e")

    def post(self, *packets: str) -> None:
        """Send packets."""
        body = "\x1e".join(packets).encode()
        urllib.request.urlopen(urllib.request.Request(self._host + self.path, body), timeout=5).close()


def _split(data: bytes) -> tuple[tuple[int, bytes] | None, bytes]:
    if len(data) < 2:
        return None, data
    size, start = data[1], 2
    if size == 126:
        size, start = int.from_bytes(data[2:4], "big"), 4
    elif size == 127:
        size, start = int.from_bytes(data[2:10], "big"), 10
    if len(data) < start or len(data) < start + size:
        return None, data
    return (data[0] & 15, data[start : start + size]), data[start + size :]
