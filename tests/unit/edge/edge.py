"""The edge of a worker without a network: phones connect and send events, and tests set the clock."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gevent
import msgspec
from socketio.exceptions import ConnectionRefusedError as Refuse

from game.cluster.gateway import LocalGateway
from game.edge.connections import ClientConnection, Connections
from game.edge.handlers import ConnectionHandlers
from game.edge.output import Output
from game.edge.tokens import Tokens
from game.protocol.events import Payload
from game.settings import Limits
from game.transport.manager import ClientManager
from tests.unit.rooms.world import World

Answer = dict[str, Any]


class TurnedAway(Exception):
    """A phone whose connection was refused, with `code` and `message`."""

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__(data["message"])
        self.code = data["code"]
        self.message = data["message"]


class _RecordedOutput(Output):
    """An output that records what is sent to each connection."""

    def __init__(self, connections: Connections) -> None:
        self.said: dict[str, list[tuple[str, Any]]] = {}
        self.closed: dict[str, str] = {}
        self._known = connections

    def send_one(self, member: str, event: str, data: Payload) -> None:
        self.said.setdefault(member, []).append((event, msgspec.to_builtins(data)))

    def strike(self, member: str, message: str) -> None: ...

    def close(self, member: str, code: str, message: str) -> None:
        self.closed[member] = code
        self._known.by_sid[member].closing = True


class _Replies(ClientManager):
    """A transport without connections that records events and later answers."""

    unanswered = object()

    def __init__(self, said: _RecordedOutput) -> None:
        super().__init__()
        self.later: list[Any] = []
        self._said = said

    def answer_later(self) -> Callable[[Any], None]:
        return self.later.append

    def send_event(self, sid: str, event: str, data: bytes) -> bool:
        self._said.send_one(sid, event, json.loads(data))
        return True


@dataclass
class Phone:
    """One connection to `/`."""

    edge: "Edge"
    sid: str
    device: str

    @property
    def client(self) -> ClientConnection:
        return self.edge.connections.by_sid[self.sid]

    def send(self, event: str, **argument: Any) -> Answer:
        """Send a command and return its answer."""
        replies = self.edge.replies
        replies.later.clear()
        answer = self.edge.handlers.event(event, self.sid, argument)
        if answer is replies.unanswered:
            with gevent.Timeout(60):
                while not replies.later:
                    gevent.sleep(0.001)
            answer = replies.later.pop()
        gevent.sleep(0)  # a greenlet does what follows an answer
        assert isinstance(answer, dict)
        return answer

    def code_of(self, event: str, **argument: Any) -> str:
        """Send a command and return "ok", or the code of its refusal."""
        answer = self.send(event, **argument)
        assert answer["ok"] or answer["message"]
        return "ok" if answer["ok"] else str(answer["code"])

    def bare(self, message: bytes) -> None:
        """Send a bare binary message."""
        self.edge.handlers.bare_message(self.client, message)

    def leave(self) -> None:
        """Close the connection."""
        self.edge.handlers.disconnect(self.sid)


class Edge:
    """Connection handlers in front of the rooms of a `World`."""

    def __init__(
        self,
        world: World | None = None,
        limits: Limits | None = None,
        most: int = 10_000,
        most_per_network: int = 1_000,
    ) -> None:
        self.world = world or World()
        limits = limits or Limits()
        self.connections = Connections(limits, most, most_per_network)
        self.started_s = 1_700_000_000
        self.tokens = Tokens(["k" * 64], self.now_s)
        self.output = _RecordedOutput(self.connections)
        self.replies = _Replies(self.output)
        self.handlers = ConnectionHandlers(
            LocalGateway(self.world.service),
            self.connections,
            self.tokens,
            self.output,
            self.replies,
            limits,
            lambda: self.world.now_ms,
            lambda environ: str(environ["REMOTE_ADDR"]),
            dict,
            self.world.context.packs,
            lambda _device: 0,
        )
        self._sids = 0

    def now_s(self) -> float:
        """The wall clock, which advances with the world's."""
        return self.started_s + self.world.now_us / 1e6

    def known_device(self) -> str:
        """The token of an old device."""
        return Tokens(["k" * 64], lambda: self.started_s - 86_400).new_device()[1]

    def phone(self, address: str = "192.0.2.1", device: str | None = None, seat: str | None = None) -> Phone:
        """Connect. Raises TurnedAway."""
        self._sids += 1
        sid = f"s{self._sids}"
        auth = {key: value for key, value in (("device", device), ("seat", seat)) if value is not None}
        try:
            self.handlers.connect(sid, {"REMOTE_ADDR": address}, auth)
        except Refuse as refused:
            raise TurnedAway(refused.error_args["data"]) from None
        gevent.sleep(0)
        return Phone(self, sid, self.connections.by_sid[sid].device)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.wait(round(seconds * 1000))
