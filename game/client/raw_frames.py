"""A minimal WebSocket client: the upgrade, and unfragmented frames in both directions."""

import base64
import os
import socket
from collections.abc import Iterator

_RECV_BYTES = 4096


def upgrade(sock: socket.socket, host: str, path: str) -> bytes:
    """Send the WebSocket upgrade over a connected, blocking socket.

    Args:
        sock: the socket.
        host: the value of the header `Host`.
        path: the path and query of the request.

    Returns:
        the bytes that were received after the head of the response.

    Raises:
        OSError: the server does not answer with an upgrade.
    """
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = bytearray()
    while b"\r\n\r\n" not in head:
        data = sock.recv(_RECV_BYTES)
        if not data:
            raise OSError("closed before it answered")
        head += data
    answer, _, rest = bytes(head).partition(b"\r\n\r\n")
    status = answer.split(b"\r\n", 1)[0].decode("latin-1")
    if " 101 " not in status:
        raise OSError(f"answered {status!r}")
    return rest


def client_frame(opcode: int, payload: bytes) -> bytes:
    """One unfragmented frame of a client, masked with zeros."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 1 << 16:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


def server_frames(data: bytearray) -> Iterator[tuple[int, bytes]]:
    """Remove the complete frames from the front of `data`: (opcode, payload). The server never fragments."""
    at = 0
    try:
        while len(data) - at >= 2:
            size = data[at + 1] & 0x7F
            body = at + 2
            if size == 126:
                body += 2
                size = int.from_bytes(data[at + 2 : body], "big") if len(data) >= body else len(data)
            elif size == 127:
                body += 8
                size = int.from_bytes(data[at + 2 : body], "big") if len(data) >= body else len(data)
            if len(data) < body + size:
                return
            opcode, payload = data[at] & 0x0F, bytes(data[body : body + size])
            at = body + size
            yield opcode, payload
    finally:
        del data[:at]
