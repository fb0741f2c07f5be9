"""No event makes the server send more than 100 times its size to its sender, or 300 times to a room.

An attacker in a room with sixty others has used up all bursts and sends one kind of event as often as the
limits allow on average. What the server sends then, beyond what it sends to the same room without the attack,
is compared with what the attacker sends.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from game.catalogue import load_games
from game.protocol.events import Payload
from game.rooms.handlers import HANDLERS
from game.rooms.outbox import Message
from game.settings import Limits
from game.sync.wire import clock_message, resync_message
from tests.depth import depth
from tests.unit.edge.edge import Edge
from tests.unit.rooms.world import Post, World, as_sent

pytestmark = pytest.mark.series

OTHERS = 60
COMMANDS_HZ, FRAMES_HZ = 5, 40  # what the limits allow one connection on average
WARM_UP_S, MEASURED_S, LONG_S = 2, depth(3, 6), 30
MOST_TO_SENDER, MOST_TO_ROOM = 100, 300
UP_HEADER, DOWN_HEADER = 6, 2
GAMES = load_games(("trails", "thumbs", "field"), [])

Json = dict[str, Any]


class Meter(Post):
    """An outbox that counts the bytes for each connection."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes: dict[str, int] = {}

    def _count(self, member: str, size: int) -> None:
        self.bytes[member] = self.bytes.get(member, 0) + size + DOWN_HEADER

    def send(self, code: str, event: str, data: Payload) -> None:
        size = len("42") + len(json.dumps([event, as_sent(data)], separators=(",", ":")))
        for member in self.entered.get(code, ()):
            self._count(member, size)

    def send_one(self, member: str, event: str, data: Payload) -> None:
        self._count(member, len("42") + len(json.dumps([event, as_sent(data)], separators=(",", ":"))))

    def state(self, channel: str, message: Message) -> None:
        for member, one in self.follows.items():
            if one == channel:
                self._count(member, len(message.binary))

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        self._count(member, len(message.binary))

    def strike(self, member: str, message: str) -> None: ...

    def close(self, member: str, code: str, message: str) -> None:
        raise AssertionError(f"{member} was closed: {code}")


class Attack:
    """An attacker, who is the host, and sixty others."""

    def __init__(self, game: str, live: bool) -> None:
        self.meter = Meter()
        self.world = World(GAMES, post=self.meter, max_spectators=100)
        self.edge = Edge(self.world, Limits())
        self.attacker = self.edge.phone("192.0.2.1")
        self.code = str(self.attacker.send("create", game=game)["code"])
        self.others = [self.edge.phone(f"198.51.100.{number}") for number in range(OTHERS)]
        for other in self.others:
            assert other.code_of("join", code=self.code) == "ok"
        self.edge.wait(1)
        if live:
            assert self.attacker.code_of("start") == "ok"
            self.edge.wait(5 if not GAMES[game].countdown else 2)
            assert self.world.lobby.rooms[self.code].runner is not None
        self.bytes_in = 0
        self.answers = 0
        self.accepted = 0

    def send(self, event: str, **argument: Any) -> Json:
        """Send a command as the attacker, and count it and its answer."""
        self.bytes_in += UP_HEADER + len("420") + len(json.dumps([event, argument], separators=(",", ":")))
        answer = self.attacker.send(event, **argument)
        self.accepted += bool(answer["ok"])
        self.answers += DOWN_HEADER + len("430") + len(json.dumps([answer], separators=(",", ":")))
        return answer

    def bare(self, message: bytes) -> None:
        self.bytes_in += UP_HEADER + len(message)
        self.attacker.bare(message)

    def use_up(self) -> None:
        """Use up all bursts."""
        now_ms = self.world.now_ms
        room = self.world.lobby.rooms[self.code]
        person = next(one for one in room.people.values() if one.member == self.attacker.sid)
        client = self.attacker.client
        buckets = [(person.output, 10_000), (client.room_entries, 1), (client.commands, 1)]
        account = room.replication.keyframes.account(self.attacker.sid)
        for bucket, part in (*buckets, (account.size, 1000), (account.number, 1)):
            while not bucket.in_debt(now_ms):
                bucket.charge(now_ms, part)

    def sent(self) -> tuple[int, int]:
        """Bytes sent so far: to the attacker, and to everyone."""
        own = self.meter.bytes.get(self.attacker.sid, 0) + self.answers
        return own, sum(self.meter.bytes.values()) + self.answers


Step = Callable[[Attack, int], object]


@dataclass(frozen=True)
class Case:
    """One kind of event: what an attacker does at each step, in which room.

    `step` gets the number of commands that were accepted, so that each of them can change something.
    """

    name: str
    step: Step
    game: str = "trails"
    live: bool = False
    before: Callable[[Attack], object] = lambda attack: None
    hz: int = COMMANDS_HZ
    seconds: float = MEASURED_S
    runs: bool = False
    """The match that the attacker begins runs on while they are refused: what it sends is no attack."""

    def __str__(self) -> str:
        return self.name


def command(
    event: str, *arguments: Json, game: str = "trails", live: bool = False, seconds: float = MEASURED_S
) -> Case:
    """A command with these arguments, one after the other."""
    return Case(
        f"{event}{' live' if live else ''}",
        lambda attack, n: attack.send(event, **arguments[n % len(arguments)]),
        game,
        live,
        seconds=seconds,
    )


def in_turn(*events: tuple[str, Json], game: str = "trails", runs: bool = False) -> Case:
    """Commands, one after the other."""
    return Case(
        "+".join(event for event, _ in events),
        lambda attack, n: attack.send(events[n % len(events)][0], **events[n % len(events)][1]),
        game,
        runs=runs,
    )


def rejoin(attack: Attack, accepted: int) -> None:
    if accepted % 2:
        attack.send("join", code=attack.code)
    else:
        attack.send("leave")


CASES = [
    command("profile", {"name": "Ann"}, {"name": "Bea", "colour": 3, "shape": 5}),
    command("sit", {"spectate": True}, {"spectate": False}),
    command("sit", {"spectate": True}, {"spectate": False}, game="field", live=True),
    command("second", {"on": True}, {"on": False}),
    command("second", {"on": True}, {"on": False}, game="field", live=True),
    command("ready", {"ready": True}, {"ready": False}, game="field"),
    in_turn(("start", {}), ("cancel", {}), game="thumbs"),
    in_turn(("start", {}), ("lobby", {}), game="field", runs=True),
    command("options", *({"preset": name} for name, _ in GAMES["trails"].presets)),
    command("game", {"game": "thumbs"}, {"game": "trails"}, seconds=LONG_S),
    Case("bot", lambda attack, n: attack.send("bot", **({"remove": n % 8} if n % 2 else {"add": True}))),
    command("bot", {"add": True}, {"remove": 61}, {"remove": 62}, game="field", seconds=LONG_S),
    Case(
        "team",
        lambda attack, n: attack.send("team", seat=0, team=1 + n % 2),
        before=lambda attack: attack.send("options", preset="Teams"),
    ),
    command("mute", {"player": "p2", "on": True}, {"player": "p2", "on": False}),
    command("kick", {"player": "p99"}),
    command("ban", {"player": "p99"}),
    command("unban", {}),
    command("give", {"seat": 0, "player": "p99"}),
    command("transfer", {"player": "p99"}),
    command("reclaim", {}),
    command("lock", {"locked": True, "hidden": True}, {"locked": False, "hidden": False}),
    command("pause", {"paused": True}, {"paused": False}, live=True),
    command("verb", {"verb": 0, "value": 1}, game="thumbs", live=True),
    command("pack", {"text": ""}, game="thumbs"),
    command("rematch", {"want": True}),
    command("end", {}, live=True),
    command("playlist", {"entries": [{"game": "trails", "matches": 9}] * 12}, {"entries": []}),
    command("next", {"skip": True}),
    command("poll", {"open": True}, {"open": False}),
    command("vote", {"game": "trails"}, {"game": ""}),
    command("new_evening", {}),
    command("chat", *({"text": "a", "n": n} for n in range(1, 400))),
    command("emote", {"emote": "gg"}),
    command("away", {"away": True}, {"away": False}, live=True),
    command("away", {"away": True}, {"away": False}, game="field", live=True),
    command("resync", {}, live=True),
    command("resync", {}, game="field", live=True),
    command("rtt", {"rtt": 10}, {"rtt": 500}),
    command("predict", {"on": True}, {"on": False}, live=True),
    command("desync", {"tick": 30, "hash": 1}, live=True),
    command("report", {"words": "x" * 500}, live=True),
    command("clock", {"client": 1}),
    command("nonsense", {}),
    command("demo", {"game": "field"}),
    in_turn(("create", {"game": "field"}), ("leave", {}), game="field"),
    in_turn(("quick", {"game": "field"}), ("leave", {}), game="field"),
    command("join", {"code": "ZZZZZZ"}),
    command("knock", {"code": "ZZZZZZ"}),
    Case("join+leave", rejoin, "field", live=True),
    Case("bare resync", lambda attack, n: attack.bare(resync_message()), live=True, hz=FRAMES_HZ),
    Case(
        "bare resync while predicting",
        lambda attack, n: attack.bare(resync_message()),
        live=True,
        before=lambda attack: attack.send("predict", on=True),
        hz=FRAMES_HZ,
    ),
    Case(
        "bare resync in a crowd",
        lambda attack, n: attack.bare(resync_message()),
        "field",
        live=True,
        hz=FRAMES_HZ,
    ),
    Case("bare clock", lambda attack, n: attack.bare(clock_message(n)), hz=FRAMES_HZ),
]


def test_every_command_is_measured() -> None:
    measured = {part for case in CASES for part in case.name.split()[0].split("+")}
    assert set(HANDLERS) | {"create", "join", "quick", "demo", "clock"} <= measured


def run(case: Case, floods: bool) -> tuple[int, int, int]:
    """Bytes that the attacker sends, that they receive and that all receive; with or without the attack."""
    attack = Attack(case.game, case.live)
    case.before(attack)
    attack.use_up()

    def go_on(seconds: float) -> None:
        for _ in range(round(seconds * case.hz)):
            if floods:
                attack.attacker.client.strikes = 0
                case.step(attack, attack.accepted)
            attack.edge.wait(1 / case.hz)

    go_on(WARM_UP_S)
    attack.bytes_in = 0
    own, everyone = attack.sent()
    go_on(case.seconds)
    own_after, everyone_after = attack.sent()
    return attack.bytes_in, own_after - own, everyone_after - everyone


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case} in {case.game}")
def test_no_event_is_an_amplifier(case: Case) -> None:
    sent, own, everyone = run(case, floods=True)
    quiet = replace(case, live=True) if case.runs else case
    _, quiet_own, quiet_everyone = run(quiet, floods=False) if quiet.live else (0, 0, 0)
    to_sender, to_room = (own - quiet_own) / sent, (everyone - quiet_everyone) / sent
    print(f"{case.name:30s} {case.game:7s} × {to_sender:7.1f} to the sender, × {to_room:7.1f} to all")
    assert to_sender <= MOST_TO_SENDER
    assert to_room <= MOST_TO_ROOM
