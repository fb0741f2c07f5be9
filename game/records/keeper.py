"""The keeper: writes sleeping matches of a worker to the database, and wakes them.

Rooms only queue. One greenlet freezes a queued room, between two ticks, and writes it. While the database
fails, nothing leaves the memory: what is queued is written when it answers again. A room that is written and
has no people leaves this worker; `wake` makes it again, here or at another worker.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import gevent
from gevent.event import AsyncResult, Event
from sqlalchemy.exc import SQLAlchemyError

from game import error_log
from game.records.database import BadDatabase, reason_of
from game.records.sleeping_matches import (
    ListedMatch,
    Save,
    SavedMatch,
    SavedSeat,
    SleepingMatch,
    SleepingMatches,
)
from game.records.writer import Recorder
from game.rooms.errors import Refused
from game.rooms.freeze import BadFreeze, freeze, thaw
from game.rooms.people import Person
from game.rooms.room import Room, RoomContext
from game.rooms.rules_hash import rules_hash
from game.rooms.sleeping import AwakeElsewhere
from game.rules import Game

log = logging.getLogger("rumpus.records")

RETRY_S = 2.0
"""Wait after the database has failed. Questions for a sleeping match are refused meanwhile."""
MOST_WAKING = 32
"""Matches that are woken at the same time."""
FLUSH_S = 3.0
DUE_EVERY_S = 20.0
"""How often somebody looks for turns whose time is up."""
DUE_AT_ONCE = 50
DAY_MS = 86_400_000
JUST_NOW_MS = 5000
"""A worker that has woken a match makes it known to the others within this time."""

UNREACHABLE = Refused("busy", "The kept matches cannot be reached at the moment. Try again in a minute.")
BUSY = Refused("busy", "The server is busy. Try again in a moment.")
FULL = "This match is not kept while nobody is here: the server keeps too many already. Play it to its end."
DEVICE_FULL = (
    "This match is not kept while nobody is here: one of you has too many unfinished matches. "
    "Play it to its end, or finish another one."
)
CODE_TAKEN = "This match is not kept while nobody is here. Play it to its end."
_REFUSALS = {Save.FULL: FULL, Save.DEVICE_FULL: DEVICE_FULL, Save.TAKEN: CODE_TAKEN, Save.OVER: CODE_TAKEN}

T = TypeVar("T")
OnTurn = Callable[[Room, Person], None]
"""Called with a person whose turn has come while they were away; it only queues."""


class OlderRules(Refused):
    """The match was begun with other rules than those here."""

    def __init__(self, title: str) -> None:
        super().__init__(
            "older_rules", f"The rules of {title} have changed since this match began, so it cannot go on."
        )


@dataclass(frozen=True, slots=True)
class _Drop:
    code: str
    match: str


class Keeper:
    """Keeps the sleeping matches of one worker.

    Args:
        matches: the database.
        recorder: runs what reads from it.
        games: the games of this worker.
        document: the hash of a game's rules document.
        wall_ms: the time in ms since 1970, UTC.
        on_turn: called when the turn of a person has come who is away.

    Attributes:
        saved: how often a match was written.
        slept: how many rooms have left this worker.
        woken: how many were made again.
        errors: failures of the database.
    """

    def __init__(
        self,
        matches: SleepingMatches,
        recorder: Recorder,
        games: Mapping[str, Game],
        document: Callable[[Game], str],
        wall_ms: Callable[[], int],
        on_turn: OnTurn = lambda _room, _person: None,
    ) -> None:
        self.matches = matches
        self.saved = 0
        self.slept = 0
        self.woken = 0
        self.errors = 0
        self._recorder = recorder
        self._games = games
        self._document = document
        self._worker = "alone"
        self._wall_ms = wall_ms
        self._on_turn = on_turn
        self._queue: OrderedDict[tuple[str, str], Room | _Drop] = OrderedDict()
        self._queued = Event()
        self._waking: dict[str, AsyncResult[Room | None]] = {}
        self._down_until_ms = 0
        self._now_ms: Callable[[], int] = wall_ms
        self._let_go: Callable[[Room], bool] = lambda _room: False
        self._go_on: Callable[[Room], None] = lambda _room: None
        self._context: RoomContext | None = None
        self._check_space: Callable[[], None] = lambda: None
        self._is_alive: Callable[[str], bool] | None = None

    def attach(
        self,
        context: RoomContext,
        now_ms: Callable[[], int],
        let_go: Callable[[Room], bool],
        go_on: Callable[[Room], None],
        check_space: Callable[[], None],
        worker: str = "",
        is_alive: Callable[[str], bool] | None = None,
    ) -> None:
        """Connect the keeper with the rooms of its worker; call it once, before `run`.

        Args:
            context: what a room needs.
            now_ms: the clock of the rooms.
            let_go: takes a room without people out of this worker; False when it must stay for now.
            go_on: takes a room in that was woken.
            check_space: raises Refused when this worker has no space for one more room.
            worker: its name among those that share the rooms.
            is_alive: whether the worker of a name lives; None: no other worker shares the rooms.
        """
        self._context, self._now_ms, self._let_go, self._go_on = context, now_ms, let_go, go_on
        self._check_space = check_space
        self._worker = worker or "alone"
        self._is_alive = is_alive

    # --- what rooms call

    def wall_ms(self) -> int:
        """The time in ms since 1970, UTC."""
        return self._wall_ms()

    def save(self, room: Room) -> None:
        """Write a room soon."""
        self._queue[room.code, room.match_id] = room
        self._queued.set()

    def drop(self, code: str, match_id: str) -> None:
        """Remove a match soon, since it has ended."""
        self._queue[code, match_id] = _Drop(code, match_id)
        self._queued.set()

    # --- writing

    def run(self) -> None:
        """Write what is queued. Runs for ever; after an exception it may be called again."""
        if self._is_alive is None:
            self._retried(self.matches.awake_nowhere)
        while True:
            self._queued.wait()
            self._queued.clear()
            if not self.write():
                gevent.sleep(RETRY_S)
                self._queued.set()

    def _retried(self, call: Callable[[], T]) -> T:
        """Call the database until it answers."""
        while True:
            try:
                return self._recorder.read(call)
            except (SQLAlchemyError, BadDatabase) as error:
                self._failed(error)
                gevent.sleep(RETRY_S)

    def write(self, *, leave_now: bool = False) -> bool:
        """Write all that is queued.

        Args:
            leave_now: the worker stops: rooms leave at once, also those with people.

        Returns:
            False when the database has failed; what is not written is still queued.
        """
        while self._queue:
            key, entry = next(iter(self._queue.items()))
            try:
                if isinstance(entry, _Drop):
                    self._read(lambda one=entry: self.matches.drop(one.code, one.match))  # type: ignore[misc]
                elif entry.match_id == key[1] and not entry.closed:
                    self._write_room(entry, leave_now)
            except (SQLAlchemyError, BadDatabase) as error:
                self._failed(error)
                return False
            except Exception as error:  # noqa: BLE001 - one room must not keep the others from being written
                error_log.report(f"keeping room {key[0]}", error)
            if self._queue.get(key) is entry:
                del self._queue[key]
        return True

    def _read(self, call: Callable[[], T]) -> T:
        found = self._recorder.read(call)
        self._down_until_ms = 0
        return found

    def _failed(self, error: Exception) -> None:
        self.errors += 1
        if not self._down_until_ms:
            log.warning("sleeping matches cannot be written, they stay in memory: %s", reason_of(error))
        self._down_until_ms = self._wall_ms() + round(RETRY_S * 1000)

    def _write_room(self, room: Room, leave_now: bool) -> None:
        sleeping = room.sleeping
        if not sleeping.holds:
            return
        leaves = leave_now or sleeping.leaves(self._now_ms())
        mark = sleeping.mark()
        match = self._frozen(room, "" if leaves else self._worker)
        # It is queued again by what happens from here on.
        self._queue.pop((room.code, room.match_id), None)
        try:
            result = self._read(lambda: self.matches.save(match, self._wall_ms()))
        except (SQLAlchemyError, BadDatabase):
            self._queue.setdefault((room.code, match.match), room)
            raise
        if room.closed or room.match_id != match.match:
            return
        if result is Save.FENCED:
            log.warning("room %s is at another worker by now", room.code)
            self._let_go(room)
        elif result is not Save.DONE:
            sleeping.refuse(_REFUSALS[result])
        else:
            self.saved += 1
            sleeping.saved(mark)
            for person in sleeping.take_calls():
                self._on_turn(room, person)
            if leaves:
                self._leave(room, leave_now)

    def _leave(self, room: Room, leave_now: bool) -> None:
        """A room is written as one that sleeps: let it go, unless somebody has come."""
        if leave_now or (room.sleeping.ready_to_leave and self._let_go(room)):
            self.slept += 1
            log.info("match sleeps", extra=room.log_keys())
        else:
            self.save(room)  # as one that is awake

    def _frozen(self, room: Room, worker: str) -> SavedMatch:
        runner = room.runner
        assert runner is not None
        devices = {one.id: one.device for one in room.people.values()}
        return SavedMatch(
            code=room.code,
            match=room.match_id,
            game=room.game.name,
            title=room.game.title,
            rules=rules_hash(type(room.game)),
            document=self._document(room.game),
            epoch=room.epoch,
            worker=worker,
            turn_ms=room.sleeping.turn_ms or self._wall_ms(),
            due_ms=room.sleeping.due_ms,
            room=freeze(room, self._now_ms()),
            journal=runner.journal.pack() if runner.journal.complete else b"",
            seats=[
                SavedSeat(
                    seat=number,
                    device=devices.get(seat.player or "", ""),
                    name=seat.name,
                    turn=number in room.sleeping.turn,
                )
                for number, seat in sorted(room.seats.items())
            ],
        )

    def save_all(self, rooms: list[Room]) -> bool:
        """The worker stops: write every room that may sleep, with people or without.

        Args:
            rooms: its rooms.

        Returns:
            Whether all are written; those that are not end like other matches.
        """
        for room in rooms:
            if room.sleeping.holds:
                self.save(room)
        return bool(gevent.with_timeout(FLUSH_S, self.write, leave_now=True, timeout_value=False))

    def is_kept(self, room: Room) -> bool:
        """After `save_all`: whether a room is written."""
        return room.sleeping.holds and (room.code, room.match_id) not in self._queue

    # --- waking

    def wake(self, code: str) -> Room | None:
        """The room of a sleeping match, at this worker from now on. It may take a while.

        Args:
            code: the room's code.

        Returns:
            The room; None when no match sleeps there.

        Raises:
            Refused: it cannot go on, or not now; the sentence says why.
            AwakeElsewhere: another worker has it.
        """
        running = self._waking.get(code)
        if running is not None:
            return running.get()
        if self._wall_ms() < self._down_until_ms:
            raise UNREACHABLE
        if len(self._waking) >= MOST_WAKING:
            raise BUSY
        result = self._waking[code] = AsyncResult()
        try:
            room = self._wake(code)
            result.set(room)
            return room
        except Exception as error:
            result.set_exception(error)
            raise
        finally:
            del self._waking[code]

    def _wake(self, code: str) -> Room | None:
        assert self._context is not None
        try:
            match = self._read(lambda: self.matches.find(code))
            if match is None:
                return None
            self._check_space()
            self._check_owner(match)
            room = self._thaw(self._context, match)
            if not self._read(lambda: self.matches.wake(code, match.epoch, self._worker, self._wall_ms())):
                raise BUSY  # another worker was faster: the next attempt finds it there
        except (SQLAlchemyError, BadDatabase) as error:
            self._failed(error)
            raise UNREACHABLE from None
        self._go_on(room)
        self.woken += 1
        log.info("match woken", extra=room.log_keys())
        return room

    def _check_owner(self, match: SleepingMatch) -> None:
        """Raise AwakeElsewhere if another worker has woken the match just now, and Redis does not know it."""
        lives, worker = self._is_alive, match.worker
        if lives is None or worker in ("", self._worker) or not lives(worker):
            return
        if self._wall_ms() - match.saved_ms < JUST_NOW_MS:
            raise AwakeElsewhere(worker, match.epoch)

    def _thaw(self, context: RoomContext, match: SleepingMatch) -> Room:
        game = self._games.get(match.game)
        if game is None or rules_hash(type(game)) != match.rules:
            raise OlderRules(match.title)
        try:
            return thaw(context, match.room, self._now_ms(), [], 0, match.epoch + 1, past=match.journal)
        except BadFreeze as error:
            log.error("the sleeping match in room %s cannot go on: %s", match.code, error)
            raise OlderRules(match.title) from None

    # --- turns whose time is up

    def run_due(self, wake: Callable[[str], None]) -> None:
        """Wake matches in which the time of a turn is up. Runs for ever.

        Args:
            wake: sees to it that a room is awake, here or elsewhere; it raises Refused.
        """
        while True:
            gevent.sleep(DUE_EVERY_S)
            self.wake_due(wake)

    def wake_due(self, wake: Callable[[str], None]) -> None:
        """Wake some of these matches; see `run_due`."""
        try:
            for code in self._read(lambda: self.matches.due(self._wall_ms(), DUE_AT_ONCE)):
                try:
                    wake(code)
                except AwakeElsewhere:
                    pass
                except Refused as refused:
                    if refused.code == "older_rules":
                        self._read(lambda c=code: self.matches.put_off(c, self._wall_ms() + DAY_MS))  # type: ignore[misc]
        except (SQLAlchemyError, BadDatabase) as error:
            self._failed(error)

    # --- what people ask

    def of_device(self, device: str) -> list[ListedMatch]:
        """The matches in which a device has a seat. Raises Refused."""
        return self._asked(lambda: self.matches.of_device(device))

    def can_go_on(self, match: ListedMatch) -> bool:
        """Whether this worker has the rules of a match."""
        game = self._games.get(match.game)
        return game is not None and rules_hash(type(game)) == match.rules

    def leave(self, code: str, device: str) -> bool:
        """Take a device's seats off a match that cannot be woken. Raises Refused."""
        return self._asked(lambda: self.matches.leave(code, device))

    def _asked(self, call: Callable[[], T]) -> T:
        if self._wall_ms() < self._down_until_ms:
            raise UNREACHABLE
        try:
            return self._read(call)
        except (SQLAlchemyError, BadDatabase) as error:
            self._failed(error)
            raise UNREACHABLE from None
