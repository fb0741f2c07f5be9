"""A worker's rooms without a network: a clock that tests turn, an outbox that remembers, people who act."""

import json
import pkgutil
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

import game.games
from game.client.follower import Follower
from game.protocol import commands as c
from game.protocol.events import Payload
from game.protocol.objects import Joined
from game.questions import QuestionPacks
from game.rooms.ended_match import EndedMatch, RecordSink
from game.rooms.errors import Refused
from game.rooms.handlers import HANDLERS
from game.rooms.hosting import PackFormat
from game.rooms.lobby import Lobby
from game.rooms.merge_patch import apply_patch
from game.rooms.outbox import Message
from game.rooms.reports import MatchReport
from game.rooms.room import Room, RoomContext
from game.rooms.scheduler import Scheduler
from game.rooms.service import RoomService
from game.rules import Game
from game.settings import Bots, Rooms
from game.settings import Scheduler as SchedulerSettings
from game.sync.described import read_schema
from game.sync.wire import InputMessage
from tests.unit.rooms.toys import Broken, Dash, Duel

Json = dict[str, Any]

FOR_RULES = (5, 7)  # kinds of frames that only those read who run the rules

WAYS_IN = c.ENTRANCES

WALL_MS = 1_700_000_000_000
"""The wall clock at 0 of the rooms' clock."""


def installed_games() -> list[str]:
    """The names of all games in the box."""
    return sorted(info.name for info in pkgutil.iter_modules(game.games.__path__))


def holds_null(value: Any) -> bool:
    """Whether an object holds a null, which a merge patch cannot carry; those within lists are fine."""
    return isinstance(value, dict) and any(one is None or holds_null(one) for one in value.values())


def as_sent(data: object) -> Json:
    """A message after its way through JSON."""
    found: Json = json.loads(json.dumps(msgspec.to_builtins(data)))
    return found


class Post:
    """An outbox that keeps what was said, and holds the rooms to what the edge expects of them."""

    def __init__(self) -> None:
        self.entered: dict[str, set[str]] = {}
        self.follows: dict[str, str] = {}
        self.as_json: set[str] = set()
        self.inboxes: dict[str, list[tuple[str, Any]]] = {}
        self.closed: dict[str, tuple[str, str]] = {}
        self.strikes: list[tuple[str, str]] = []
        self.on_said: Callable[[str, str, Any], None] = lambda member, event, data: None
        self.on_closed: Callable[[str], None] = lambda member: None

    def _said(self, member: str, event: str, data: Any) -> None:
        self.inboxes.setdefault(member, []).append((event, data))
        self.on_said(member, event, data)

    def enter(self, code: str, member: str) -> None:
        self.entered.setdefault(code, set()).add(member)

    def exit(self, code: str, member: str) -> None:
        self.entered.get(code, set()).discard(member)

    def send(self, code: str, event: str, data: Payload) -> None:
        copy = as_sent(data)
        for member in sorted(self.entered.get(code, ())):
            self._said(member, event, copy)

    def send_one(self, member: str, event: str, data: Payload) -> None:
        self._said(member, event, as_sent(data))

    def watch(self, channel: str, member: str) -> None:
        self.follows[member] = channel

    def unwatch(self, member: str) -> None:
        self.follows.pop(member, None)

    def watched(self, channel: str) -> int:
        return sum(1 for one in self.follows.values() if one == channel)

    def wants_json(self, channel: str) -> bool:
        return any(one == channel and member in self.as_json for member, one in self.follows.items())

    def takes_entries(self, member: str) -> bool:
        return member not in self.as_json

    def state(self, channel: str, message: Message) -> None:
        for member, one in list(self.follows.items()):
            if one == channel:
                self.state_one(member, message, True)

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        if member in self.as_json:
            self._said(member, message.event, as_sent(message.json()))
        else:
            self._said(member, message.event, message.binary)

    def strike(self, member: str, message: str) -> None:
        self.strikes.append((member, message))

    def close(self, member: str, code: str, message: str) -> None:
        assert member not in self.closed, "a connection is closed once"
        assert member not in self.follows, f"{member} is closed ({code}) but follows still"
        assert all(member not in one for one in self.entered.values())
        self.closed[member] = (code, message)
        self.on_closed(member)  # as the edge does, before it returns


@dataclass
class Someone:
    """A person's connection, and what they know of the room from nothing but what was sent to them."""

    world: "World"
    device: str
    member: str
    joined: Json = field(default_factory=dict)
    room: Json = field(default_factory=dict)
    chat: list[Json] = field(default_factory=list)
    emotes: list[Json] = field(default_factory=list)
    notices: list[Json] = field(default_factory=list)
    match: Follower | None = None
    dropped: bool = False

    @property
    def player(self) -> str:
        return str(self.joined["player"])

    @property
    def seat(self) -> int | None:
        seat: int | None = self.room["people"][self.player].get("seat")
        return seat

    @property
    def bye(self) -> str | None:
        """The code with which the connection was closed."""
        found = self.world.post.closed.get(self.member)
        return found[0] if found else None

    def go_in(self, event: str, **argument: Any) -> Json:
        """Carry out a way into a room."""
        command = msgspec.convert(argument, WAYS_IN[event])
        known, self.room = self.room, {}  # what comes before the answer is part of it
        try:
            answer = self.world.service.enter(self.member, self.device, command, self.world.now_ms)
        except Refused:
            self.room = known
            raise
        self.entered(answer)
        self.world.service.follow(self.member)
        return self.joined

    def entered(self, answer: Joined) -> None:
        """Take the answer to a way in."""
        self.joined = as_sent(answer)
        self.room = self.joined["room"]
        self.chat = list(self.joined["chat"])
        self.match = Follower(answer.schema)

    def do(self, event: str, **argument: Any) -> Json:
        """Give a command. Raises Refused."""
        order = HANDLERS[event]
        command = msgspec.convert(argument, c.COMMANDS[event].argument)
        if order.slow:
            command = order.slow.prepare(command, self.world.context.packs)
        return as_sent(self.world.service.command(self.member, event, command, self.world.now_ms))

    def refused(self, event: str, **argument: Any) -> str:
        """Give a command that is refused, and return the code."""
        with pytest.raises(Refused) as caught:
            self.do(event, **argument)
        assert caught.value.message
        return caught.value.code

    def press(self, seq: int, buttons: int, *, seat: int | None = None, tick: int = 0) -> None:
        """Send one input."""
        number = self.seat if seat is None else seat
        assert number is not None
        message = InputMessage(number, seq, ((tick, buttons, None),))
        self.world.service.press(self.member, message, self.world.now_ms)

    def drop(self) -> None:
        """The connection breaks."""
        self.dropped = True
        self.world.service.detach(self.member, self.world.now_ms)

    def back(self) -> "Someone":
        """The same person on a new connection, resumed by their seat token."""
        other = self.world.someone(self.device)
        answer = self.world.service.resume(other.member, self.device, self.joined["code"], self.world.now_ms)
        assert answer is not None, "the seat is gone"
        other.entered(answer)
        self.world.service.follow(other.member)
        return other

    def hear(self, event: str, data: Any) -> None:
        """Take what the room said."""
        if event == "room" and self.room:
            if data["version"] <= self.room["version"]:
                return
            assert data["version"] == self.room["version"] + 1, "a change of the room was left out"
            self.room = apply_patch(self.room, data)
        elif event == "chat":
            self.chat.append(data)
        elif event == "emote":
            self.emotes.append(data)
        elif event == "notice":
            self.notices.append(data)
        elif event == "schema":
            self.match = Follower(read_schema(data))
        elif event in ("s", "k", "p") and self.match is not None:
            if isinstance(data, bytes) and data[0] & 15 in FOR_RULES:
                return
            if isinstance(data, bytes):
                self.match.frame(data)
            else:
                self.match.json(event, data)


class Records:
    """Where ended matches arrive. Tests decide when they are in the database: `saved` holds their ids."""

    def __init__(self, now_ms: Callable[[], int], prefix: str = "match") -> None:
        self.prefix = prefix
        self.ended: list[EndedMatch] = []
        self.reports: list[MatchReport] = []
        self.saved: set[str] = set()
        self.drawn = 0
        self.sink = RecordSink(
            draw_id=self._draw_id,
            wall_ms=lambda: WALL_MS + now_ms(),
            rules=lambda game: f"rules of {game.name}",
            ended=lambda code, match: self.take(match),
            waits=lambda match_id: match_id not in self.saved and match_id in [one.id for one in self.ended],
            reported=self.reports.append,
        )

    def take(self, match: EndedMatch) -> None:
        """Take an ended match, perhaps once more."""
        if match.id not in [one.id for one in self.ended]:
            self.ended.append(match)

    def _draw_id(self) -> str:
        self.drawn += 1
        return f"{self.prefix}{self.drawn:05}"


class NumberedLobby(Lobby):
    """A lobby whose codes can be foreseen."""

    def new_code(self) -> str:
        number = 1
        while f"ROOM{number:02}" in self.rooms:
            number += 1
        return f"ROOM{number:02}"


class World:
    """One worker's rooms. `settings` are those of `Rooms`; `keep`: ended matches are kept."""

    def __init__(
        self,
        games: Mapping[str, Game] | None = None,
        bots: Bots | None = None,
        scheduler: SchedulerSettings | None = None,
        seed: int = 1,
        post: Post | None = None,
        packs: PackFormat | None = None,
        keep: bool = True,
        **settings: Any,
    ) -> None:
        self.now_us = 5_000_000
        self.post = post or Post()
        self.post.on_said = self._deliver
        self.people: dict[str, Someone] = {}
        self.failed: list[tuple[Room, Exception]] = []
        chance = random.Random(seed)
        self.records = Records(lambda: self.now_ms)
        self.context = RoomContext(
            games or {"dash": Dash(), "duel": Duel(), "broken": Broken()},
            Rooms(**settings),
            bots or Bots(),
            self.post,
            lambda: chance.getrandbits(28),
            lambda code, device: f"{code}:{device}",
            packs or QuestionPacks(),
            self.records.sink if keep else None,
        )
        self.lobby = NumberedLobby(self.context)
        self.scheduler = Scheduler(
            scheduler or SchedulerSettings(),
            lambda: self.now_us,
            self.lobby.close,
            fault=lambda room, error: self.failed.append((room, error)),
        )
        self.next_us = 0
        self.service = RoomService(self.lobby, self.scheduler, next(iter(self.context.games)))
        self._members = 0
        self.post.on_closed = lambda member: self.service.detach(member, self.now_ms)

    @property
    def now_ms(self) -> int:
        return self.now_us // 1000

    def _deliver(self, member: str, event: str, data: Any) -> None:
        if member in self.people:
            self.people[member].hear(event, data)

    def someone(self, device: str | None = None) -> Someone:
        """A new connection."""
        self._members += 1
        member = f"m{self._members}"
        one = Someone(self, device or f"d{self._members}", member)
        self.people[member] = one
        return one

    def host(self, game: str = "dash", **argument: Any) -> Someone:
        """Somebody who has just made a room."""
        one = self.someone()
        one.go_in("create", game=game, **argument)
        return one

    def guest(self, host: Someone, **argument: Any) -> Someone:
        """Somebody who has just joined the host's room."""
        one = self.someone()
        one.go_in("join", code=host.joined["code"], **argument)
        return one

    def room_of(self, one: Someone) -> Room:
        """The room somebody is or was in."""
        return self.lobby.rooms[one.joined["code"]]

    def wait(self, ms: int) -> None:
        """Let time pass, with the scheduler called exactly when it asks for it."""
        end = self.now_us + ms * 1000
        while True:
            self.next_us = self.scheduler.run()
            if max(self.next_us, self.now_us) > end:
                break
            self.now_us = max(self.next_us, self.now_us + 1)
        self.now_us = end

    def wait_for(self, holds: Callable[[], object], most_ms: int = 60_000) -> None:
        """Let time pass until `holds()`, at most so long."""
        end = self.now_us + most_ms * 1000
        self.wait(0)
        while not holds():
            assert self.now_us < end, f"not within {most_ms} ms"
            self.wait(10)

    def playing(self, *people: Someone) -> None:
        """Let everyone be ready and wait until the match runs."""
        for one in people:
            if one.room["phase"] == "lobby":
                one.do("ready", ready=True)
        self.wait_for(lambda: people[0].room["phase"] == "live")

    def check(self, room: Room) -> None:
        """What must hold of a room at any time."""
        room.publisher.publish()  # a change may wait for the next tick
        received = as_sent(room.describe())
        del received["version"]
        assert not holds_null(received)
        game = room.game
        assert len(room.seats) <= game.seats[1]
        assert all(0 <= number < game.seats[1] for number in room.seats)
        sitting = [number for person in room.people.values() for number in person.seats()]
        assert len(sitting) == len(set(sitting)), "nobody shares a seat"
        humans = {number for number, seat in room.seats.items() if seat.kind == "human"}
        assert set(sitting) == humans, "a person's seat and the seat's person are the same"
        for person in room.people.values():
            for number in person.seats():
                assert room.seats[number].player == person.id
                assert room.seats[number].held != person.connected
            assert person.seat is not None or person.second is None
            assert not person.predicts or game.replication == "events"
            if person.member is not None:
                way = room.replication.channel_of(person)
                followed = self.post.follows.get(person.member)
                late = room.replication.delayed
                if room.replication.is_delayed(person) and not person.away:
                    waits = person.member in late.of(person.predicts).waiting or room.runner is None
                    assert followed == way or waits or person.member in room.replication.keyframes.waiting
                elif person.member in room.replication.keyframes.waiting:
                    assert followed in (None, way)
                else:
                    assert followed == (None if person.away else way)
        names = [person.name for person in room.people.values()]
        assert len(names) == len(set(names)), names
        assert all(names)
        if any(person.connected for person in room.people.values()) and not room.demo:
            assert room.host in room.people, "somebody is the host"
        assert room.rematch <= set(room.people)
        assert (room.phase.value in ("live", "paused")) == (room.runner is not None)
        assert (room.phase.value == "countdown") == (room.countdown_at is not None)
        assert (room.phase.value == "paused") == (room.paused_by is not None)
        assert room.results is None or room.phase.value in ("results", "countdown")
        if room.phase.value == "countdown":
            assert len(room.seats) >= game.seats[0]
        for one in self.people.values():
            if one.joined and one.joined["code"] == room.code and one.member in self.post.entered[room.code]:
                known = {key: value for key, value in one.room.items() if key != "version"}
                assert known == received, "what was sent makes up the room"
