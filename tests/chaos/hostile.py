"""Hostile clients in a separate process: `python -S hostile.py PORT IDLE`.

It says what became of them as one line of JSON, holds its idle connections until its input ends, and then
drops them all at once.
"""

import json
import resource
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass

SPARE_FILES = 200
PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server did: whether it closed the bad connections, and how many idle ones it holds."""

    huge_closed: bool
    endless_closed: bool
    idle: int


def upgraded(port: int) -> socket.socket:
    """A WebSocket by hand."""
    sock = socket.create_connection(("127.0.0.1", port), 5)
    head = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    )
    sock.sendall("\r\n".join((*head, "", "")).encode())
    assert b"101" in sock.recv(4096)
    return sock


def closed(sock: socket.socket, timeout_s: float) -> bool:
    """Whether the other side closes in time."""
    deadline = time.monotonic() + timeout_s
    try:
        while time.monotonic() < deadline:
            sock.settimeout(max(0.01, deadline - time.monotonic()))
            if not sock.recv(65536):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


def outcome(port: int, idle: int, held: list[socket.socket]) -> Outcome:
    """Do it all; the connections that stay open go into `held`."""
    huge = upgraded(port)
    huge.sendall(b"\x82\xff" + struct.pack(">Q", 1 << 30) + b"\0\0\0\0" + b"x" * 1000)
    endless = upgraded(port)
    try:
        endless.sendall(b"\x02\x81\0\0\0\0x")
        for _ in range(20_000):  # more bytes than a message may have
            endless.sendall(b"\x00\x81\0\0\0\0x")
    except OSError:
        pass
    for _ in range(idle):
        try:
            held.append(socket.create_connection(("127.0.0.1", port), 2))
        except OSError:
            break
    ends = [closed(one, PATIENCE_S) for one in (huge, endless)]
    return Outcome(ends[0], ends[1], len(held))


def main() -> None:
    """Be hostile to the worker at a port."""
    port, idle = int(sys.argv[1]), int(sys.argv[2])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = idle + SPARE_FILES if hard == resource.RLIM_INFINITY else min(hard, idle + SPARE_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    held: list[socket.socket] = []
    print(json.dumps(asdict(outcome(port, min(idle, files - SPARE_FILES), held))), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
