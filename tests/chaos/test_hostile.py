"""Clients that behave as badly as they can, at a worker of a cluster while others play there."""

import os
import resource
import socket
import struct
import time
from pathlib import Path

import pytest

from tests.chaos.conftest import ALL, Record
from tests.chaos.night import Cluster, Watch, party, until

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(300)]

IDLE = 10_000 if ALL else 1_000


def memory_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no such process")


def upgraded(port: int, buffer_bytes: int | None = None) -> socket.socket:
    """A WebSocket by hand."""
    sock = socket.socket()
    if buffer_bytes is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    sock.settimeout(5)
    sock.connect(("127.0.0.1", port))
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
    """Whether the other side hangs up in time."""
    sock.settimeout(timeout_s)
    try:
        while sock.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_bad_clients_harm_themselves_alone(whole: Cluster, record: Record) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, IDLE + 2000), hard))
    worker = whole.workers[0]
    assert worker.process is not None
    pid, port = worker.process.pid, worker.port
    one = party(whole, at=[f"http://127.0.0.1:{port}"] * 2)
    before = memory_kb(pid)
    with Watch(one.people) as watch:
        time.sleep(0.5)
        watch.forget()
        huge = upgraded(port)
        huge.sendall(b"\x82\xff" + struct.pack(">Q", 1 << 30) + b"\0\0\0\0" + b"x" * 1000)
        endless = upgraded(port)
        try:
            endless.sendall(b"\x02\x81\0\0\0\0x")
            for _ in range(5000):
                endless.sendall(b"\x00\x81\0\0\0\0x")
        except OSError:
            pass
        limit = min(IDLE, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 1500)
        idle = []
        for _ in range(limit):
            try:
                idle.append(socket.create_connection(("127.0.0.1", port), 2))
            except OSError:
                break
        grown = memory_kb(pid) - before
        assert closed(huge, 3), "a frame of 1 GB was waited for"
        assert closed(endless, 3), "endless fragments were taken"
        time.sleep(0.5)
        p99 = watch.quantile(0.99)
        for sock in idle:
            sock.close()
    one.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    until(lambda: whole.is_ready(worker), "the worker")
    record(
        f"1 GB frame, endless fragments, {len(idle)} idle handshakes",
        "memory flat (< 2 MB a socket), that client closed, others' p99 unchanged",
        f"memory grew {grown / 1024:.1f} MB in all, others' p99 gap {p99 * 1000:.0f} ms",
    )
    assert grown < 60_000
    assert p99 < 0.15
    assert os.path.exists(f"/proc/{pid}")  # noqa: PTH110
