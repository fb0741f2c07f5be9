"""Sleeping: when the match of a turn-based game stands still, whose turn it is, and what must be kept of it.

While no player is connected, the time of a match of a game with `sleeps` stands still. The `MatchKeeper`
writes the room to the records at each turn. A room without people leaves the worker when it is written, and
is made again from there when somebody asks for it.

A match that the keeper does not take ends like any other when everybody has gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from game.protocol.events import Notice
from game.rooms.lifecycle import RUNNING, Phase
from game.rules import TIME_UP

if TYPE_CHECKING:
    from game.rooms.people import Person
    from game.rooms.room import Room

HOUR_MS = 3_600_000
SAVE_EVERY_MS = 2000
"""The least time between two writes of a room in which somebody plays."""
BOTS_MS = 30_000
"""How long bots may go on with their turns after the last player has gone."""
SETTLE_S = 2
"""How long a match runs on after a turn ran out of time while nobody was there."""


class MatchKeeper(Protocol):
    """Keeps sleeping matches. Its methods only queue."""

    def wall_ms(self) -> int:
        """The time in ms since 1970, UTC."""
        ...

    def save(self, room: "Room") -> None:
        """Write a room as it is; when it is `sleeping.ready_to_leave` then, let it leave this worker."""
        ...

    def drop(self, code: str, match_id: str) -> None:
        """The match has ended: nothing is kept of it here any more."""
        ...


class AwakeElsewhere(Exception):
    """Another worker has woken the match.

    Attributes:
        worker: its name.
        epoch: under which it has the room.
    """

    def __init__(self, worker: str, epoch: int) -> None:
        super().__init__(worker)
        self.worker = worker
        self.epoch = epoch


Waker = Callable[[str], "Room | None"]
"""Wakes the match of a room's code, which may take a while; returns the room, None if no match sleeps there.

Raises:
    Refused: it cannot go on, or not now; the sentence says why.
    AwakeElsewhere: another worker has it.
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a written room is known by: if any of it changes, the room is written again."""

    match_id: str
    turn: tuple[int, ...]
    turn_ms: int
    players: tuple[tuple[int, str], ...]
    tick: int
    touched: int


class Sleeping:
    """The sleep of one room's match.

    Attributes:
        turn: the seats that have to act.
        turn_ms: since when, in ms since 1970, UTC.
        callable: seats whose turn has come and whose players were not told yet.
        refused: why the keeper does not take this match, in a sentence; "" while it does.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self.turn: tuple[int, ...] = ()
        self.turn_ms = 0
        self.callable: set[int] = set()
        self.refused = ""
        self._saved: Mark | None = None
        self._kept = False  # something may be kept of the match
        self._handed_over_ms = room.time_ms - SAVE_EVERY_MS
        self._run_until = 0
        self._alone_ms: int | None = None

    # --- what is so

    @property
    def holds(self) -> bool:
        """Whether the running match is kept while nobody is here, with the seats of its players."""
        room = self._room
        return bool(
            room.game.sleeps
            and room.context.keeper is not None
            and room.match_id
            and room.runner is not None
            and not self.refused
            and room.seating.has_player()
        )

    @property
    def attended(self) -> bool:
        """Whether anybody with a seat is connected."""
        return any(one.member is not None and one.seat is not None for one in self._room.people.values())

    @property
    def ready_to_leave(self) -> bool:
        """Whether the room is written as it is, and nobody is here."""
        room = self._room
        return (
            self.holds
            and room.phase is Phase.PAUSED
            and not room.inhabited
            and self._saved is not None
            and self._saved == self.mark()
        )

    @property
    def due_ms(self) -> int | None:
        """When the time of the turn is up, in ms since 1970, UTC; None: it has no limit."""
        room = self._room
        name = room.game.turn_hours
        runner = room.runner
        if not (name and self.turn and runner is not None):
            return None
        hours: int = getattr(runner.match.options, name)
        return self.turn_ms + hours * HOUR_MS if hours else None

    def keeps_seat(self, person: "Person") -> bool:
        """Whether the seat of a person who is gone waits for them, however long."""
        return person.seat is not None and self.holds

    def mark(self) -> Mark:
        """What the room is like, as far as it matters for what is written."""
        room = self._room
        assert room.runner is not None
        still = room.phase is Phase.PAUSED
        return Mark(
            room.match_id,
            self.turn,
            self.turn_ms,
            tuple((number, seat.player or "") for number, seat in sorted(room.seats.items())),
            room.runner.match.tick if still else 0,
            room.touched if still else 0,
        )

    # --- what happens

    def begin(self) -> None:
        """A match begins."""
        self.turn, self.turn_ms = (), 0
        self.callable.clear()
        self.refused = ""
        self._saved = None
        self._kept = False
        self._run_until = 0
        self._alone_ms = None

    def restore(self, turn: tuple[int, ...], turn_ms: int) -> None:
        """A frozen match goes on; it may be kept."""
        self._kept = True
        self.turn, self.turn_ms = turn, turn_ms

    def end(self) -> None:
        """The match ends: what is kept of it is not needed any more."""
        room = self._room
        keeper = room.context.keeper
        if self._kept and keeper is not None:
            keeper.drop(room.code, room.match_id)
        self.begin()

    def follow(self) -> None:
        """After a tick of a game that sleeps: find out whose turn it is."""
        room = self._room
        runner, keeper = room.runner, room.context.keeper
        if runner is None or keeper is None:
            return
        turn = tuple(room.game.turn(runner.match))
        if turn != self.turn:
            self.callable.update(set(turn) - set(self.turn))
            self.callable.intersection_update(turn)
            self.turn, self.turn_ms = turn, keeper.wall_ms()

    def saved(self, mark: Mark) -> None:
        """The room is written as it was then."""
        self._saved = mark

    def run_on(self) -> None:
        """Something was done in the match while no player is here: let the rules take it in."""
        room = self._room
        if room.runner is not None:
            self._run_until = room.runner.match.tick + SETTLE_S * room.game.tick_hz

    def take_calls(self) -> list["Person"]:
        """The people whose turn has come while they were not here; each is returned once."""
        room = self._room
        found = [
            person
            for number in sorted(self.callable)
            if (seat := room.seats.get(number)) is not None
            and (person := room.people.get(seat.player or "")) is not None
            and not person.connected
        ]
        self.callable.clear()
        return found

    def refuse(self, sentence: str) -> None:
        """The keeper does not take this match: say so to the people who are here."""
        self.refused = sentence
        room = self._room
        room.context.outbox.send(room.code, "notice", Notice(code="not_kept", message=sentence))

    def review(self, now_ms: int) -> None:
        """Let the match's time stand still while no player is here, and go on when one is."""
        room = self._room
        if not self.holds or room.phase not in RUNNING:
            return
        if self.attended:
            self._alone_ms = None
            if room.phase is Phase.PAUSED and room.paused_by == "empty":
                room.lifecycle.resume(now_ms)
            return
        if self._alone_ms is None:
            self._alone_ms = now_ms
        if room.phase is Phase.PAUSED:
            if self._must_run():
                room.lifecycle.resume(now_ms)
            else:
                room.paused_by = (
                    "empty"  # also if a player stopped it: the first who comes back lets it go on
                )
        elif not self._must_run() and not self._bots_move(now_ms):
            room.lifecycle.pause("empty", now_ms)

    def _must_run(self) -> bool:
        runner = self._room.runner
        return runner is not None and runner.match.tick < self._run_until

    def _bots_move(self, now_ms: int) -> bool:
        """Whether a bot has to act, and still has time for it."""
        room = self._room
        assert self._alone_ms is not None
        if now_ms - self._alone_ms > BOTS_MS:
            return False
        return any(number in room.seats and room.seats[number].kind == "bot" for number in self.turn)

    def housekeep(self, now_ms: int) -> None:
        """Several times a second: do what time does to a match that may sleep."""
        room = self._room
        if not self.holds or room.phase not in RUNNING:
            return
        self._end_turn()
        self.review(now_ms)
        keeper = room.context.keeper
        assert keeper is not None
        waited = now_ms - self._handed_over_ms >= SAVE_EVERY_MS
        if waited and (self._saved != self.mark() or self.leaves(now_ms)):
            self._handed_over_ms = now_ms
            self._kept = True
            keeper.save(room)

    def leaves(self, now_ms: int) -> bool:
        """Whether the room is written, and nobody has been here for long enough."""
        room = self._room
        if not self.ready_to_leave or room.empty_since_ms is None:
            return False
        return now_ms - room.empty_since_ms >= room.context.rooms.sleep_after_s * 1000

    def _end_turn(self) -> None:
        """If the hours of the turn are over, tell the rules, by an entry of the journal."""
        room = self._room
        runner, keeper, due_ms = room.runner, room.context.keeper, self.due_ms
        assert runner is not None
        assert keeper is not None
        now_ms = keeper.wall_ms()
        if due_ms is None or now_ms < due_ms:
            return
        hours: int = getattr(runner.match.options, room.game.turn_hours)
        for number in self.turn:
            runner.command(number, TIME_UP, hours)
        self.turn_ms = now_ms
        self.run_on()
