"""The link between two workers: our numbered packets over pub/sub, and Redis Streams, side by side.

Two processes send each other packets at the rate of play, over a real redis-server with the settings of a
local cluster. Each way of sending gets its turns in one run: first steady, then with every connection of
Redis killed once a second, then with a Redis that is killed (-9) and comes back a second later. Counted are
the CPU time of both processes and of Redis for each message, and the messages lost or received twice.

`python -m bench.link` takes about a minute. The ways:

- `pubsub`: what `game.cluster.link` does: PUBLISH, acknowledgements, packets sent again.
- `streams`: XADD to one stream for each receiver, trimmed to about MAXLEN entries; XREAD BLOCK from the last
  id seen. The sender repeats an XADD whose answer was lost; the receiver drops what it has seen. There are no
  acknowledgements: whatever Redis forgets is lost.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, Protocol

from bench.machine import ROOT

if TYPE_CHECKING:
    import redis

FLUSH_S = 0.005
"""Time between two packets to one peer."""
MESSAGES = 6
"""Messages in a packet."""
FRAME_BYTES = 60
MAXLEN = 4096
STEADY_S = 3.0
TROUBLE_S = 3.0
LAST_WORDS_S = 1.5
"""How long both wait for what is still on its way."""
WAYS = ("pubsub", "streams")


class Way(Protocol):
    """A way to get packets to the peer; `counts` has what went wrong on the way."""

    counts: dict[str, int]

    def send(self, numbers: list[int]) -> None:
        """Send these messages, now or at a later call; never raises for Redis."""

    def received(self) -> list[int]:
        """Wait a moment, and return the messages that have come, in order."""


def _endpoint(way: str, me: str, peer: str, url: str, seconds: float) -> None:
    """One worker's end: send and receive, then print what came and what it cost."""
    from gevent import monkey

    monkey.patch_all()
    import gevent

    link: Way = PubSub(me, peer, url) if way == "pubsub" else Streams(me, peer, url)
    got: list[int] = []
    sent = 0
    silence_s = 0.0
    heard_s = time.monotonic()

    def listen() -> None:
        nonlocal silence_s, heard_s
        while True:
            numbers = link.received()
            if numbers and sent:
                now_s = time.monotonic()
                silence_s, heard_s = max(silence_s, now_s - heard_s), now_s
            got.extend(numbers)

    listening = gevent.spawn(listen)
    gevent.sleep(0.3)  # it listens
    print("ready", flush=True)
    sys.stdin.readline()
    heard_s = time.monotonic()
    began, until = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < until:
        link.send(list(range(sent, sent + MESSAGES)))
        sent += MESSAGES
        gevent.sleep(FLUSH_S)
    used = time.process_time() - began
    until = time.monotonic() + LAST_WORDS_S
    while time.monotonic() < until:
        link.send([])
        gevent.sleep(0.02)
    listening.kill()
    print(json.dumps({"sent": sent, "got": got, "cpu_s": used, "silence_s": silence_s, **link.counts}))


class PubSub:
    """Ours: `ReliableLink` over Redis's pub/sub."""

    def __init__(self, me: str, peer: str, url: str) -> None:
        from game.cluster.link import Links
        from game.cluster.redis_store import RedisStore

        self._me, self._peer = me, peer
        self._store = RedisStore(url, "bench")
        self._links = Links(me)
        self._box: Any = None
        self.counts = {"resent": 0, "restarts": 0}

    def send(self, numbers: list[int]) -> None:
        from game.cluster.messages import ChannelState
        from game.cluster.store import StoreDown

        link = self._links.to(self._peer)
        for number in numbers:
            link.post(ChannelState("ROOM", number, "s", bytes(FRAME_BYTES)))
        packets = self._links.collect(time.monotonic_ns() // 1_000_000)
        self.counts["resent"] = link.resent
        try:
            if packets:
                self._store.publish(packets)
        except StoreDown:
            pass

    def received(self) -> list[int]:
        import gevent

        from game.cluster.messages import decode_packet
        from game.cluster.store import StoreDown

        try:
            if self._box is None:
                self._box = self._store.listen(self._me)
            data = next(self._box)
        except StoreDown:
            self._box = None
            gevent.sleep(0.1)
            return []
        if not data:
            return []
        received = self._links.to(self._peer).receive(decode_packet(data), time.monotonic_ns() // 1_000_000)
        self.counts["restarts"] += received.restarted
        return [message.epoch for message in received.messages if hasattr(message, "epoch")]


class Streams:
    """Redis Streams: one stream for each receiver."""

    def __init__(self, me: str, peer: str, url: str) -> None:
        from game.cluster.redis_store import connection

        self._me, self._peer = me, peer
        self._out, self._in = connection(url), connection(url)
        self._waiting: list[tuple[int, bytes]] = []
        self._seq = 0
        self._last_id = b"0-0"
        self._last_seq = 0
        self.counts = {"repeated": 0, "doubles_dropped": 0}

    def send(self, numbers: list[int]) -> None:
        from redis.exceptions import RedisError

        from game.cluster.messages import ChannelState, Packet, encode_packet

        if numbers:
            self._seq += 1
            messages: list[Any] = [ChannelState("ROOM", one, "s", bytes(FRAME_BYTES)) for one in numbers]
            self._waiting.append((self._seq, encode_packet(Packet(self._me, 1, self._seq, 0, 0, messages))))
        if not self._waiting:
            return
        key = f"s:{self._peer}"
        orders = [("XADD", key, "MAXLEN", "~", MAXLEN, "*", "d", data) for _, data in self._waiting[:48]]
        try:
            self._out.send_packed_command(self._out.pack_commands(orders))
            for _ in orders:
                self._out.read_response()
                self._waiting.pop(0)
        except (RedisError, OSError):
            self.counts["repeated"] += 1
            self._out.disconnect()

    def received(self) -> list[int]:
        import gevent
        from redis.exceptions import RedisError

        from game.cluster.messages import decode_packet

        try:
            key = f"s:{self._me}"
            self._in.send_command("XREAD", "COUNT", 100, "BLOCK", 200, "STREAMS", key, self._last_id)
            streams = self._in.read_response(timeout=1)
        except (RedisError, OSError):
            self._in.disconnect()
            gevent.sleep(0.1)
            return []
        found: list[int] = []
        for entry_id, fields in streams[0][1] if streams else []:
            self._last_id = entry_id
            packet = decode_packet(fields[1])
            if packet.seq <= self._last_seq:
                self.counts["doubles_dropped"] += 1
                continue
            self._last_seq = packet.seq
            found.extend(message.epoch for message in packet.messages if hasattr(message, "epoch"))
        return found


# --- the run --------------------------------------------------------------------------------------


class Redis:
    """A redis-server of its own, as `game.devtools.local_cluster` starts it."""

    def __init__(self, folder: str) -> None:
        from game.devtools.local_cluster import free_port, program

        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [
            program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "yes", "--appendfsync", "everysec", "--dir", folder,
        ]  # fmt: skip
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def client(self) -> "redis.Redis":
        """A client of it, once it answers."""
        from redis.exceptions import RedisError

        from game.cluster.redis_store import connect

        while True:
            client = connect(self.url)
            try:
                client.ping()
                return client
            except RedisError:
                time.sleep(0.02)

    def restart(self) -> None:
        """Kill it, and start it again a second later."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        time.sleep(1)
        self._process = self._start()

    def cpu_s(self) -> float:
        """The CPU time that it has used."""
        info = self.client().info("cpu")
        return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


def _turn(redis: Redis, way: str, seconds: float, trouble: str, turn: int) -> dict[str, float]:
    """One way's turn: both ends run, and what happened is added up."""
    redis.client()
    names = [f"{way}-{turn}-a", f"{way}-{turn}-b"]
    ends = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.link", "--end", way, me, peer, redis.url, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for me, peer in (names, names[::-1])
    ]
    for one in ends:
        assert one.stdin is not None
        assert one.stdout is not None
        one.stdout.readline()
    before = redis.cpu_s()
    for one in ends:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    time.sleep(1)
    if trouble == "connections killed":
        for _ in range(3):
            client = redis.client()
            for kind in ("normal", "pubsub"):
                client.client_kill_filter(_type=kind)
            time.sleep(0.8)
    elif trouble == "Redis killed":
        redis.restart()
    reports = [json.loads(one.communicate()[0]) for one in ends]
    messages = sum(one["sent"] for one in reports)
    lost = doubled = disordered = 0
    for here, there in (reports, reports[::-1]):
        got = there["got"]
        lost += here["sent"] - len(set(got))
        doubled += len(got) - len(set(got))
        disordered += sum(b < a for a, b in pairwise(got))
    figures = {
        "messages": messages,
        "silence_ms": round(max(one["silence_s"] for one in reports) * 1000),
        "lost": lost,
        "doubled": doubled,
        "disordered": disordered,
        "ends_us": round(sum(one["cpu_s"] for one in reports) / messages * 1e6, 2),
        "redis_us": 0.0 if trouble == "Redis killed" else round((redis.cpu_s() - before) / messages * 1e6, 2),
    }
    for key in ("resent", "restarts", "repeated", "doubles_dropped"):
        if key in reports[0]:
            figures[key] = sum(one[key] for one in reports)
    return figures


def run() -> dict[str, list[dict[str, float]]]:
    """Every turn: `{"way, trouble": [figures, …]}`."""
    found: dict[str, list[dict[str, float]]] = {}
    turns = count()
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder)
        try:
            for trouble, seconds, times in (
                ("steady", STEADY_S, 2), ("connections killed", TROUBLE_S, 1), ("Redis killed", TROUBLE_S, 1)
            ):  # fmt: skip
                for way in WAYS * times:
                    figures = _turn(redis, way, seconds, trouble, next(turns))
                    found.setdefault(f"{way}, {trouble}", []).append(figures)
                    print(f"{way:8} {trouble:20} {figures}", flush=True)
        finally:
            redis.stop()
    return found


def main() -> None:
    """Run it, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--end", nargs=5, help=argparse.SUPPRESS)
    end = parser.parse_args().end
    if end:
        _endpoint(end[0], end[1], end[2], end[3], float(end[4]))
        return
    found = run()
    for part in ("ends_us", "redis_us"):
        ours, theirs = (min(one[part] for one in found[f"{way}, steady"]) for way in WAYS)
        print(f"{part}: pubsub {ours}, streams {theirs}, streams / pubsub = {theirs / ours:.2f}")


if __name__ == "__main__":
    main()
