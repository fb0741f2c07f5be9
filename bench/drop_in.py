"""One app of Flask-SocketIO under its own transport and under ours: `python -m bench.drop_in [--quick]`.

The app is `servers/drop_in_app.py`. Each figure is measured with both in turns, three times, and the median
is printed with the ratio. `fast` is our transport with its own calls: `channel` and `quick_events`.

- emit: CPU time for one `socketio.emit` to a room of 8, 100 and 800 clients, who have all received it.
- inbound: CPU time for one event from a client to a decorated handler.
- visits: CPU time for one client that connects, gets an event, and leaves.
- asleep: memory that the process has gained after a minute in which 50 clients in a room read nothing, while
  9 kB are emitted to it 30 times a second.
- elsewhere: CPU time, at a worker without a member, for one `emit` of another worker (needs redis-server).
"""

import argparse
import json
import os
import select
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from bench import machine, store
from bench.machine import Failed, Process
from bench.report import Promise, told
from bench.visits import REQUEST, Visitors, client_frame

KINDS = ("stock", "ours", "fast")
TURNS = 3
WAIT_S = 60.0
ASLEEP_HZ = 30
ASLEEP_CLIENTS = 50
ASLEEP_COPIES = 80
"""Of the state in one message: what the kernel keeps for each client is soon full."""
SMALL_BUFFER = 4096


class Client:
    """A client of the app that counts bytes."""

    def __init__(self, port: int, receive_buffer: int = 0) -> None:
        """Connect, and ask for a WebSocket."""
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.connect(("127.0.0.1", port))
        self.sock.settimeout(WAIT_S)
        self.sock.sendall(REQUEST % 0)
        self.bytes_in = 0

    def send(self, event: str, *data: object) -> None:
        """Emit a short event."""
        self.sock.sendall(client_frame(f"42{json.dumps([event, *data], separators=(',', ':'))}".encode()))

    def until(self, *parts: bytes) -> None:
        """Read until all of these have come.

        Raises:
            Failed: the server hung up.
        """
        got = b""
        while not all(part in got for part in parts):
            data = self.sock.recv(65536)
            if not data:
                raise Failed(f"a client was cut: {got[-200:]!r}")
            got += data


def enter(port: int, rooms: Sequence[str], receive_buffer: int = 0) -> list[Client]:
    """Connect clients; all take each step together, because each costs a round trip.

    Returns:
        a client in each of these rooms.

    Raises:
        Failed: the server hung up.
    """
    clients = [Client(port, receive_buffer) for _ in rooms]
    for one in clients:
        one.until(b"\r\n\r\n", b" 101 ", b'0{"sid"')
        one.sock.sendall(client_frame(b"40"))
    for one, room in zip(clients, rooms, strict=True):
        one.until(b'["welcome"', b"40{")  # in either order
        one.send("join", room)
    for one in clients:
        one.until(b'["joined"]')
    return clients


def drain(clients: list[Client], each_bytes: int) -> None:
    """Read until each client has received this many bytes more.

    Raises:
        Failed: they did not come in time.
    """
    poll = select.epoll()
    by_number = {one.sock.fileno(): one for one in clients}
    for one in clients:
        one.sock.setblocking(False)
        one.bytes_in = 0
        poll.register(one.sock.fileno(), select.EPOLLIN)
    deadline = time.monotonic() + WAIT_S
    left = len(clients)
    while left:
        if time.monotonic() > deadline:
            raise Failed(f"{left} clients did not receive everything")
        for number, _ in poll.poll(0.5):
            one = by_number[number]
            data = one.sock.recv(1 << 20)
            if not data:
                raise Failed("a client was cut")
            one.bytes_in += len(data)
            if one.bytes_in >= each_bytes:
                poll.unregister(number)
                left -= 1
    poll.close()
    for one in clients:
        one.sock.settimeout(WAIT_S)


@contextmanager
def served(kind: str, queue: str = "") -> Iterator[tuple[Process, int]]:
    """The app, on the servers' core; yields its process and port."""
    command = [sys.executable, "-m", "bench.servers.drop_in_app", kind, *([queue] if queue else [])]
    with Process(command, machine.cores()[0]) as process:
        port = int(process.await_match(r"^ready (\d+)"))
        machine.await_port(port)
        yield process, port


def emit_us(kind: str, clients: int, times: int) -> float:
    """CPU time of one emit to a room, in µs."""
    with served(kind) as (process, port):
        room = enter(port, ["all"] * clients)
        room[0].send("burst", "all", 1, 0)  # one, to see how long a message is
        time.sleep(0.5)
        length = len(room[0].sock.recv(65536))
        drain(room[1:], length)
        room[0].send("burst", "all", max(10, times // 5), 0)
        drain(room, length * max(10, times // 5))
        before_s = process.cpu_s()
        room[0].send("burst", "all", times, 0)
        drain(room, length * times)
        return (process.cpu_s() - before_s) / times * 1e6


def inbound_us(kind: str, clients: int, times: int) -> float:
    """CPU time of one event from a client, in µs; `times` events come from each client, ten at a time."""
    with served(kind) as (process, port):
        room = enter(port, [f"own {k}" for k in range(clients)])
        ten = b"".join(client_frame(b'42["move",%d,%d]' % (k, k * 7 % 90)) for k in range(10))
        for turn in range(times // 10):
            if turn == times // 50:  # the first fifth is to warm up
                _count_moves(room[0], clients * 10 * turn)
                before_s = process.cpu_s()
            for one in room:
                one.sock.sendall(ten)
        _count_moves(room[0], clients * times)
        measured = clients * (times - 10 * (times // 50))
        return (process.cpu_s() - before_s) / measured * 1e6


def _count_moves(asks: Client, expected: int) -> None:
    """Wait until the app has handled this many events."""
    deadline = time.monotonic() + WAIT_S
    known = -1
    while known < expected:
        if time.monotonic() > deadline:
            raise Failed(f"the app handled {known} of {expected} events")
        asks.sock.sendall(client_frame(b'421["moves"]'))
        got = b""
        while b"431[" not in got or b"]" not in got.partition(b"431[")[2]:
            got += asks.sock.recv(65536)
        known = int(got.rpartition(b"431[")[2].partition(b"]")[0])
        time.sleep(0.02)


def visit_us(kind: str, visits: int) -> float:
    """CPU time of one short connection, in µs."""
    with served(kind) as (process, port):
        Visitors(port, rate=1e9, most=20).run(visits // 5)
        before_s = process.cpu_s()
        visitors = Visitors(port, rate=1e9, most=20)
        visitors.run(visits)
        if visitors.outcomes["greeted"] < visits * 0.99:
            raise Failed(f"visits of {kind} ended as {dict(visitors.outcomes)}")
        return (process.cpu_s() - before_s) / visits * 1e6


def asleep_mb(kind: str, span_s: float) -> float:
    """Memory gained in `span_s` while 50 clients read nothing, in MB."""
    with served(kind) as (process, port):
        clients = enter(port, ["all"] * ASLEEP_CLIENTS, SMALL_BUFFER)
        [asks] = enter(port, ["other"])
        before = process.memory_bytes()
        most = before
        asks.send("burst", "all", int(span_s * ASLEEP_HZ), 1000 // ASLEEP_HZ, ASLEEP_COPIES)
        end = time.monotonic() + span_s
        while time.monotonic() < end:
            time.sleep(0.5)
            most = max(most, process.memory_bytes())
        for one in clients:
            one.sock.close()
        return (most - before) / 1e6


def elsewhere_us(kind: str, times: int, queue: str) -> float:
    """CPU time of another worker's emit at a worker without a member of the room, in µs."""
    with served(kind, queue) as (_, port), served(kind, queue) as (idle, idle_port):
        [asks] = enter(port, ["all"])
        [here] = enter(idle_port, ["another room"])
        asks.send("burst", "all", 1, 0)
        time.sleep(1.0)
        length = len(asks.sock.recv(65536))
        asks.send("burst", "all", times // 5, 1)
        drain([asks], length * (times // 5))
        time.sleep(0.5)
        before_s = idle.cpu_s()
        asks.send("burst", "all", times, 1)
        drain([asks], length * times)
        time.sleep(0.5)
        spent = (idle.cpu_s() - before_s) / times * 1e6
        here.sock.close()
        return spent


@contextmanager
def redis() -> Iterator[str]:
    """A Redis for the bench; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
        with Process(command, machine.cores()[1]) as process:
            process.await_match(r"(eady to accept connections)")
            yield f"redis://127.0.0.1:{port}"


def compare(
    title: str, unit: str, measure: Callable[[str], float], kinds: tuple[str, ...] = KINDS
) -> dict[str, float | str]:
    """Measure in turns, print a line, and return the medians."""
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(TURNS):
        for kind in kinds:
            found[kind].append(measure(kind))
    medians = {kind: statistics.median(values) for kind, values in found.items()}
    line = f"{title:34}" + "".join(f"{kind} {value:9.1f} {unit}   " for kind, value in medians.items())
    for kind in kinds[1:]:
        line += f"{kind} {medians['stock'] / max(medians[kind], 0.01):5.1f} ×   "
    print(line.rstrip(), flush=True)
    return {"unit": unit, **{kind: round(value, 2) for kind, value in medians.items()}}


def measure(part: int, span_s: float) -> dict[str, dict[str, float | str]]:
    """Measure everything, and print it.

    Args:
        part: 1; 5 for a fifth of the work.
        span_s: seconds for the clients that read nothing.

    Returns:
        By measurement: the unit, and the median of each kind.
    """
    figures: dict[str, dict[str, float | str]] = {}
    for clients, times in ((8, 5000), (100, 1000), (800, 200)):
        figures[f"emit to {clients}"] = compare(
            f"emit to a room of {clients}",
            "µs",
            lambda kind, n=clients, k=times // part: emit_us(kind, n, k),  # type: ignore[misc]
        )
    figures["inbound"] = compare(
        "one event from a client", "µs", lambda kind: inbound_us(kind, 20, 2000 // part)
    )
    figures["visit"] = compare("one visit", "µs", lambda kind: visit_us(kind, 2000 // part), KINDS[:2])
    figures["asleep"] = compare(
        f"{ASLEEP_CLIENTS} who never read, {span_s:.0f} s",
        "MB",
        lambda kind: asleep_mb(kind, span_s),
        KINDS[:2],
    )
    if shutil.which("redis-server"):
        with ExitStack() as stack:
            queue = stack.enter_context(redis())
            figures["elsewhere"] = compare(
                "an emit at a worker without members",
                "µs",
                lambda kind: elsewhere_us(kind, 2000 // part, queue),
                KINDS[:2],
            )
    store.record("drop_in", {"at": time.strftime("%Y-%m-%d"), "machine": os.uname().machine, **figures})
    return figures


LEAST = {
    "emit to 8": {"ours": 3.0, "fast": 3.0},
    "emit to 100": {"ours": 5.0, "fast": 6.0},
    "emit to 800": {"ours": 6.0, "fast": 8.0},
    "inbound": {"ours": 3.0, "fast": 12.0},
    "elsewhere": {"ours": 3.0},
}
"""The gates: how many times as cheap as under Flask-SocketIO's own transport each is at least."""


def promises(figures: dict[str, dict[str, float | str]]) -> list[Promise]:
    """The gates, with what was measured."""
    return [
        Promise(f"drop-in, {what}, {kind}: × stock", float(found["stock"]) / float(found[kind]), least, True)
        for what, kinds in LEAST.items()
        for kind, least in kinds.items()
        if (found := figures.get(what))
    ]


def main() -> int:
    """Measure everything, print it, and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.drop_in", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the work")
    parser.add_argument("--span", type=float, default=60.0, help="seconds for the clients that read nothing")
    options = parser.parse_args()
    machine.pin_to(machine.cores()[1])
    figures = measure(5 if options.quick else 1, options.span)
    print("\nPromises", *told(promises(figures)), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
