"""Clients that were away for a moment: the unmodified socket.io-client, and one that vanishes silently."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self

import pytest

from tests.cluster.processes import RedisServer
from tests.integration.serving import ROOT
from tests.integration.transport.raw import Raw
from tests.integration.transport.test_drop_in import WAIT_S, Someone, chat, until

CLIENT = Path(__file__).with_name("browser_client.mjs")


class BrowserClient:
    """The socket.io-client of browsers, in Node."""

    def __init__(self, url: str, transport: str = "websocket") -> None:
        node = shutil.which("node") or str(ROOT / ".venv/bin/node")
        self.process = subprocess.Popen(
            [node, str(CLIENT), str(ROOT / "web"), url, transport],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[dict[str, Any]] = Queue()
        Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def do(self, *command: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def next(self, kind: str) -> dict[str, Any]:
        """The next line, which must be of this kind."""
        try:
            line = self._lines.get(timeout=WAIT_S)
        except Empty:
            raise AssertionError(f"no {kind} within {WAIT_S} s") from None
        assert line["is"] == kind, line
        return line

    def event(self) -> tuple[Any, ...]:
        """The next event, without its offset."""
        line = self.next("event")
        *data, offset = line["data"]
        assert isinstance(offset, str)
        return (line["name"], *data)

    def connects(self) -> tuple[str, bool]:
        """Its sid, and whether it was recovered; events that came before that are told before."""
        line = self.next("connect")
        return line["sid"], line["recovered"]


@contextmanager
def tea(url: str, other: str, transport: str = "websocket") -> Iterator[tuple[Someone, BrowserClient, str]]:
    """Ann, at the other address, and Bob, a browser, in one room; and Bob's sid."""
    ann = Someone(other, "websocket", "Ann")
    with BrowserClient(url, transport) as bob:
        assert bob.event() == ("welcome", {"you": "nobody"})
        sid, recovered = bob.connects()
        assert not recovered
        bob.do("emit", "join", {"room": "tea", "name": "Bob"})
        assert bob.event() == ("joined", {"name": "Bob", "rooms": ["tea"]})
        ann.client.emit("join", {"room": "tea", "name": "Ann"})
        assert bob.event() == ("joined", {"name": "Ann", "rooms": ["tea"]})
        yield ann, bob, sid
    ann.client.disconnect()


def miss(ann: Someone) -> None:
    """Emit what Bob misses: to the room, to all, and bytes."""
    assert ann.call("say", {"room": "tea", "text": "one"}) == {"length": 3}
    ann.client.emit("shout", ("two", 2))
    ann.client.emit("picture", b"\x00\xff")
    ann.call("say", {"room": "coffee", "text": "not for Bob"})


def gets(bob: BrowserClient) -> None:
    """Bob gets it, once and in order, before anything else."""
    assert bob.event() == ("said", {"room": "tea", "text": "one"})
    assert bob.event() == ("shouted", "two", 2)
    assert bob.event() == ("picture", {"bytes": "bytes 00ff", "size": 2})
    assert bob.event() == ("welcome", {"you": "nobody"})


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_browser_gets_what_it_missed_and_has_its_room_and_id_again(tmp_path: Path, transport: str) -> None:
    with chat(tmp_path / "log", RECOVERY="1") as url, tea(url, url, transport) as (ann, bob, sid):
        for _ in range(2):
            bob.do("away")
            bob.next("disconnect")
            miss(ann)
            bob.do("back", url)
            gets(bob)
            assert bob.connects() == (sid, True)
            ann.call("say", {"room": "tea", "text": "live"})
            assert bob.event() == ("said", {"room": "tea", "text": "live"})


def test_who_missed_nothing_is_recovered_and_who_left_begins_anew(tmp_path: Path) -> None:
    with chat(tmp_path / "log", RECOVERY="1") as url, tea(url, url) as (ann, bob, sid):
        bob.do("away")
        bob.next("disconnect")
        bob.do("back", url)
        assert bob.event() == ("welcome", {"you": "nobody"})
        assert bob.connects() == (sid, True)
        bob.do("leave")
        assert bob.next("disconnect")["reason"] == "io client disconnect"
        miss(ann)
        bob.do("back", url)
        assert bob.event() == ("welcome", {"you": "nobody"})
        other, recovered = bob.connects()
        assert other != sid
        assert not recovered


def test_a_server_that_knows_nothing_of_a_client_lets_it_begin_anew(tmp_path: Path) -> None:
    with (
        chat(tmp_path / "a", RECOVERY="1") as url,
        chat(tmp_path / "b", RECOVERY="1") as other,
        tea(url, url) as (_, bob, sid),
    ):
        bob.do("away")
        bob.next("disconnect")
        bob.do("back", other)
        assert bob.event() == ("welcome", {"you": "nobody"})
        now, recovered = bob.connects()
        assert now != sid
        assert not recovered


@pytest.mark.needs_redis
def test_another_worker_takes_a_client_over_with_what_it_missed(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis:
        queue = {"QUEUE": redis.url, "RECOVERY": "1"}
        with (
            chat(tmp_path / "a", **queue) as first,
            chat(tmp_path / "b", **queue) as second,
            tea(first, second) as (ann, bob, sid),
        ):
            for there in (second, first, first):
                bob.do("away")
                bob.next("disconnect")
                miss(ann)
                bob.do("back", there)
                gets(bob)
                assert bob.connects() == (sid, True)
                ann.call("say", {"room": "tea", "text": "live"})
                assert bob.event() == ("said", {"room": "tea", "text": "live"})


def enters(raw: Raw, **auth: Any) -> tuple[dict[str, Any], list[str]]:
    """Enter "/": the answer, and what came before it."""
    raw.text("40" + json.dumps(auth))
    before = []
    while not (packet := raw.packet()).startswith("40"):
        before.append(packet)
    answer: dict[str, Any] = json.loads(packet[2:])
    return answer, before


def vanish_and_return(first: str, second: str) -> None:
    """A client whose network changes: its old connection stays open, and the server has noticed nothing."""
    ann = Someone(first, "websocket", "Ann")
    port, other = (int(url.rsplit(":", 1)[1]) for url in (first, second))
    with Raw.upgraded(port) as old, Raw.upgraded(other) as new:
        was, before = enters(old)
        assert len(before) == 1
        assert set(was) == {"sid", "pid"}
        old.emit("join", {"room": "tea", "name": "Bob"})
        joined = json.loads(old.packet()[2:])
        assert joined[:2] == ["joined", {"name": "Bob", "rooms": ["tea"]}]
        ann.call("say", {"room": "tea", "text": "lost on the way"})
        now, missed = enters(new, pid=was["pid"], offset=joined[2])
        assert now == was
        events = [json.loads(one[2:])[:2] for one in missed]
        assert events == [
            ["said", {"room": "tea", "text": "lost on the way"}],
            ["welcome", {"you": "nobody"}],
        ]
        # The old connection is closed, and nothing is sent twice.
        assert json.loads(old.packet()[2:])[0] == "said"
        assert old.frame() is None
        ann.call("say", {"room": "tea", "text": "live"})
        assert json.loads(new.packet()[2:])[:2] == ["said", {"room": "tea", "text": "live"}]
    ann.client.disconnect()


def test_a_client_is_back_before_its_lost_connection_is_noticed(tmp_path: Path) -> None:
    with chat(tmp_path / "log", RECOVERY="1") as url:
        vanish_and_return(url, url)


@pytest.mark.needs_redis
def test_a_client_is_back_at_another_worker_before_its_lost_connection_is_noticed(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis:
        queue = {"QUEUE": redis.url, "RECOVERY": "1"}
        with chat(tmp_path / "a", **queue) as first, chat(tmp_path / "b", **queue) as second:
            there = Someone(second, "websocket")
            here = Someone(first, "websocket")
            here.client.emit("shout", "the other worker listens")
            until(lambda: "shouted" in [one[0] for one in there.heard], "an event of the other worker")
            vanish_and_return(first, second)
            for one in (here, there):
                one.client.disconnect()


@pytest.mark.needs_redis
def test_a_worker_that_has_not_heard_all_that_was_missed_lets_a_client_begin_anew(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis:
        queue = {"QUEUE": redis.url, "RECOVERY": "1"}
        with chat(tmp_path / "a", **queue) as first, tea(first, first) as (ann, bob, sid):
            bob.do("away")
            bob.next("disconnect")
            miss(ann)
            with chat(tmp_path / "b", **queue) as second:
                bob.do("back", second)
                assert bob.event() == ("welcome", {"you": "nobody"})
                now, recovered = bob.connects()
                assert now != sid
                assert not recovered


@pytest.mark.parametrize(
    "claim", [{"pid": 7}, {"pid": "x" * 10_000}, {"pid": "x", "offset": []}, {"pid": None}]
)
def test_a_false_claim_begins_anew(tmp_path: Path, claim: dict[str, Any]) -> None:
    with chat(tmp_path / "log", RECOVERY="1") as url, Raw.upgraded(int(url.rsplit(":", 1)[1])) as raw:
        answer, before = enters(raw, name="Eve", **claim)
        assert answer["pid"] != claim["pid"]
        assert [json.loads(one[2:])[:2] for one in before] == [["welcome", {"you": "Eve"}]]
    assert "Traceback" not in (tmp_path / "log").read_text()
