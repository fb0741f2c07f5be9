"""Whatever a client sends as a command is answered, and nothing is logged."""

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from game import error_log
from game.cluster.gateway import LocalGateway
from game.edge.connections import ClientConnection, Connections
from game.edge.handlers import ConnectionHandlers
from game.edge.tokens import Tokens
from game.games.thumbs import Thumbs
from game.protocol.commands import COMMANDS
from game.rooms.errors import Refused
from game.rooms.handlers import HANDLERS
from game.rooms.hosting import PackFormat
from game.settings import Limits
from game.transport.manager import Framing
from tests.unit.rooms.world import World

HUGE = (10**310, -(10**310), 10**4000, 1 << 64, -(1 << 63), float("nan"), float("inf"), -1e308)
HALVES = ("\ud800", "a\udfff", ["\ud800"], {"\ud800": 1}, {"a": "\udc00"})
PACKS = {
    "dotted keys": "\n".join(".".join("a" * 400) + "=1" for _ in range(16)),
    "one dotted key": ".".join("a" * 6800) + "=1",
    "brackets": "a=" + "[" * 600,
    "tables": "{a=" * 300,
    "a huge integer": "[[question]]\nask=" + "9" * 5000,
    "a huge integer in hexadecimal": "[[question]]\nask=0x" + "f" * 10_000,
    "too much": "x" * 100_000,
    "too many lines": "ask,say\n" + "a\n" * 5000,
    "half a pair": '[[question]]\nask="\ud800"\nsay="\ud800"\n',
    "a null": "[[question]]\nask='\0'\nsay='b'\n",
}


class Wire:
    """Records answers in order."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.closed: list[str] = []

    unanswered = object()

    def answer_later(self) -> Any:
        return self.answers.append

    def send_one(self, member: str, event: str, data: Any) -> None:
        """Ignore the event."""

    def strike(self, member: str, message: str) -> None: ...

    def close(self, member: str, code: str, message: str) -> None:
        self.closed.append(code)

    def send(self, sid: str, frame: Any, droppable: bool) -> bool:
        return True


class Edge:
    """Connection handlers with one client: the host of a room of All Thumbs."""

    def __init__(self, **limits: Any) -> None:
        self.world = World({"thumbs": Thumbs()})
        self.forgotten: list[str] = []
        self.database_fails = False
        self.wire = Wire()
        connections = Connections(
            Limits(**{"strikes": 1000, "command_rate_per_s": 1000, "command_burst": 1000, **limits})
        )
        self.front = LocalGateway(self.world.service)
        self.handlers = ConnectionHandlers(
            self.front,
            connections,
            Tokens(["k" * 32]),
            self.wire,  # type: ignore[arg-type]
            self.wire,  # type: ignore[arg-type]
            connections.limits,
            lambda: self.world.now_ms,
            lambda environ: "192.0.2.1",
            dict,
            self.world.context.packs,
            self.forget,
        )
        self.client: ClientConnection = connections.add(
            "sid", "device", "192.0.2.1", Framing.BINARY, newcomer=False
        )
        self.ask("create", {"game": "thumbs"})

    def forget(self, device: str) -> int:
        """Stands in for the records."""
        if self.database_fails:
            raise Refused("busy", "The records cannot be reached at the moment.")
        self.forgotten.append(device)
        return 3

    def ask(self, name: str, *arguments: Any) -> dict[str, Any]:
        """The answer to an event, as a client reads it."""
        self.world.now_us += 1_000_000
        answer = self.handlers.event(name, "sid", *arguments)
        if answer is self.wire.unanswered:
            with gevent.Timeout(60):
                while not self.wire.answers:
                    gevent.sleep(0.001)
            answer = self.wire.answers.pop(0)
        read: dict[str, Any] = json.loads(json.dumps(answer))
        return read


@pytest.fixture
def silence(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fails a test during which an error was logged, or anything printed."""
    monkeypatch.setattr(error_log, "logged_s", {})
    yield
    assert capfd.readouterr().err == ""
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def odd_arguments(shape: type) -> Iterator[dict[str, Any]]:
    """An argument for each key of a command's shape and each hostile value."""
    nested: Any = []
    for _ in range(2000):
        nested = [nested]
    for key in shape.__struct_fields__:  # type: ignore[attr-defined]
        for value in (*HUGE, *HALVES, nested, {"a": nested}, None, "x" * 15_000):
            yield {key: value}
            yield {key: {"speed": value}}
            yield {key: [value]}


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize("name", sorted({*COMMANDS, "i"} - {"leave"}))
def test_no_argument_of_any_command_causes_a_fault(name: str) -> None:
    edge = Edge()
    shape: Any = COMMANDS[name].argument if name in COMMANDS else None
    arguments = list(odd_arguments(shape)) if shape is not None else []
    arguments += [{"client": value} for value in (*HUGE, *HALVES)]
    for argument in arguments:
        answer = edge.ask(name, argument)
        assert answer is None or answer.get("code") != "internal", argument
    lists: list[Any] = [[], [[]], [0, [10**40, 1, 1]], [10**40, [1, 1, 1]], [0, [1, 1, 1.5]]]
    for value in (*HUGE, *HALVES, *lists):
        edge.ask(name, value)
        edge.ask(name, value, value)
    if name == "i":
        assert edge.client.strikes >= len(HUGE)


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize("what", PACKS)
def test_a_pack_that_cannot_be_read_is_answered_with_bad_pack(what: str) -> None:
    edge = Edge()
    answer = edge.ask("pack", {"text": PACKS[what]})
    assert answer["code"] == "bad_pack"
    assert answer["message"]
    assert edge.client.strikes == 0, "a person's file is no attack"


def test_packs_have_a_separate_limit() -> None:
    edge = Edge(packs_per_min=1, packs_burst=2)
    good = {"text": "ask,say\nWho?,Me\n"}
    assert [edge.ask("pack", good).get("code", "ok") for _ in range(3)] == ["ok", "ok", "too_fast"]
    assert edge.ask("rtt", {"rtt": 5})["ok"], "other commands go on"


def test_a_pack_is_read_in_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks run in the main thread: a text of a client must not delay them."""
    edge = Edge()
    threads: list[int] = []
    slow = HANDLERS["pack"].slow
    assert slow is not None

    def prepare(command: Any, packs: PackFormat) -> Any:
        threads.append(threading.get_ident())
        return slow.prepare(command, packs)

    monkeypatch.setitem(HANDLERS, "pack", HANDLERS["pack"]._replace(slow=slow._replace(prepare=prepare)))
    assert edge.ask("pack", {"text": "ask,say\nWho?,Me\n"})["ok"]
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


def test_a_command_that_fails_is_a_strike_and_one_line_a_minute(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_log, "logged_s", {})
    edge = Edge(strikes=10)

    def fail(*_: Any) -> Any:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(edge.front, "order", fail)
    codes = [edge.ask("ready", {"ready": True})["code"] for _ in range(9)]
    assert codes == ["internal"] * 9
    assert edge.wire.closed == []
    edge.ask("ready", {"ready": True})
    assert edge.wire.closed == ["strikes"]
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "ready" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert record.exc_info is None


def test_a_token_that_is_no_text_is_ignored() -> None:
    tokens = Tokens(["k" * 32])
    for token in ("\ud800", "a.\udfff", "\ud800.b.c"):
        assert tokens.read_device(token) is None
        assert tokens.read_seat(token) is None


def test_the_edge_sets_the_mark_of_the_network_and_nobody_sees_it() -> None:
    edge = Edge()
    answer = edge.ask("create", {"game": "thumbs", "place": "somewhere else"})
    place = edge.world.lobby.rooms[answer["code"]].people[answer["player"]].place
    assert place == Tokens(["k" * 32]).network_mark("192.0.2.1")
    assert place != Tokens(["l" * 32]).network_mark("192.0.2.1")
    assert place not in json.dumps(answer)


def test_forgetting_a_device() -> None:
    edge = Edge()
    assert edge.ask("forget", {}) == {"ok": True, "seats": 3}
    assert edge.forgotten == ["device"]
    edge.database_fails = True
    assert edge.ask("forget", {})["code"] == "busy"
    assert [edge.ask("forget", {})["ok"] for _ in range(6)].count(True) == 0
    assert edge.ask("forget", {})["code"] == "too_fast"
    assert edge.ask("forget", {"player": "x"})["code"] in ("bad_request", "too_fast")
