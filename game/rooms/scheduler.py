"""The scheduler: one for all rooms of a worker.

Running matches are stepped at fixed times, spread over phase slots within a tick; housekeeping runs a few
times a second. The clock is passed in, in microseconds, and the caller of `run` sleeps until the time that it
returns. After a delay at most `max_catch_up_ticks` are made up; beyond that, time is dropped and the room's
schedule is shifted.

Before the simulation slows down, states and inputs are sent less often: states while ticks keep coming late;
inputs, which only wait a few milliseconds in a batch, already while the worker is busy.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

from game.rooms.lifecycle import Phase
from game.rooms.room import Room
from game.settings import Scheduler as SchedulerSettings

IDLE_US = 50_000
RELIEF_US = 1_000_000
MAX_BATCH_TICKS = 4
"""An entropy word must be sent before it is used."""
BUSY, IDLE = 0.5, 0.3
"""Shares of the time that rooms take: batches of inputs grow above the first, shrink below the second."""


@dataclass(eq=False, slots=True)
class Due:
    """When a room is stepped or housekept next.

    Attributes:
        at_us: when.
        order: decides between equal times.
        base_us: when the tick `base_tick` is due; all others follow from it.
        in_match: its match is being stepped.
        match: the number of that match.
        housekeep_us: when the next housekeeping is due during a match.
    """

    at_us: int
    order: int
    room: Room
    base_us: int = 0
    base_tick: int = 0
    in_match: bool = False
    match: int = 0
    housekeep_us: int = 0

    # hot: several times for each tick
    def __lt__(self, other: "Due") -> bool:
        return self.at_us < other.at_us or (self.at_us == other.at_us and self.order < other.order)


class Scheduler:
    """Steps every room of a worker.

    Args:
        settings: limits and the number of phase slots.
        clock_us: the clock.
        close: called with each room that has closed.
        observe: called after each tick with the game's name, how late the tick began, and how long it took,
            in microseconds.
        fault: called with a room and the exception that it raised; None: exceptions are raised.

    Attributes:
        send_every: states are sent every this many ticks.
        batch_ticks: inputs are sent every this many ticks.
        dropped_ticks: ticks that were skipped after delays.
        ticks: ticks of all rooms.
    """

    def __init__(
        self,
        settings: SchedulerSettings,
        clock_us: Callable[[], int],
        close: Callable[[Room], None],
        observe: Callable[[str, int, int], None] = lambda *_: None,
        fault: Callable[[Room, Exception], None] | None = None,
    ) -> None:
        self._settings = settings
        self._clock_us = clock_us
        self._close = close
        self._observe = observe
        self._fault = fault
        self._heap: list[Due] = []
        self._order = 0
        self._slot = 0
        self._worst_us = 0
        self._busy_us = 0
        self._adapted_us = 0
        self.send_every = 1
        self.batch_ticks = 1
        self.dropped_ticks = 0
        self.ticks = 0

    def add(self, room: Room) -> None:
        """Step a room from now on."""
        self._order += 1
        heapq.heappush(self._heap, Due(self._clock_us(), self._order, room))

    def drop(self, room: Room) -> None:
        """Stop to step a room."""
        self._heap[:] = [due for due in self._heap if due.room is not room]
        heapq.heapify(self._heap)

    def nudge(self, room: Room) -> None:
        """Let a room's next housekeeping be due now, unless its match is running."""
        for due in self._heap:
            if due.room is room:
                if not due.in_match:
                    due.at_us = self._clock_us()
                    heapq.heapify(self._heap)
                return

    def run(self) -> int:
        """Step all rooms that are due; returns the time at which to call again."""
        now_us = self._clock_us()
        heap = self._heap
        while heap and heap[0].at_us <= now_us:
            due = heap[0]
            room = due.room
            try:
                next_us = self._step(due, now_us)
            except Exception as error:
                if self._fault is None:
                    raise
                self.fail(room, error)
                next_us = now_us
            if room.closed:
                heapq.heappop(heap)
                self._end(room)
            else:
                due.at_us = next_us
                heapq.heapreplace(heap, due)
        self._busy_us += self._clock_us() - now_us
        self._adapt(now_us)
        return heap[0].at_us if heap else now_us + IDLE_US

    def fail(self, room: Room, error: Exception) -> None:
        """A room raised an exception: it goes on without its match if the rules did, else it closes."""
        if self._fault is None:
            raise error
        self._fault(room, error)
        try:
            room.failed = not room.lifecycle.fail(room.time_ms)
        except Exception as another:  # noqa: BLE001 - what broke the match may break its end
            self._fault(room, another)
            room.failed = True
        room.closed = room.closed or room.failed

    def _end(self, room: Room) -> None:
        try:
            self._close(room)
        except Exception as error:
            if self._fault is None:
                raise
            self._fault(room, error)

    def _step(self, due: Due, now_us: int) -> int:
        room = due.room
        if room.phase is not Phase.LIVE or room.runner is None:
            due.in_match = False
            next_us = room.housekeeping.run(now_us // 1000) * 1000
            return now_us if room.phase is Phase.LIVE else next_us
        if not due.in_match or due.match != room.match_number:
            return self._begin_ticks(due, now_us)
        return self._tick(due, now_us)

    def _begin_ticks(self, due: Due, now_us: int) -> int:
        """A match begins or goes on: give it a phase slot and fix when its ticks are due."""
        room = due.room
        assert room.runner is not None
        period_us = 1_000_000 // room.game.tick_hz
        slots = self._settings.phase_slots
        self._slot = (self._slot + 1) % slots
        start_us = (now_us // period_us + 1) * period_us + self._slot * period_us // slots
        if start_us - period_us > now_us:
            start_us -= period_us
        due.in_match = True
        due.match = room.match_number
        due.base_us = start_us
        due.base_tick = room.runner.match.tick
        due.housekeep_us = now_us
        room.shift((start_us - period_us) // 1000)
        return start_us

    # hot: once per room and tick
    def _tick(self, due: Due, now_us: int) -> int:
        room = due.room
        runner = room.runner
        assert runner is not None
        hz = room.game.tick_hz
        begun_us = self._clock_us()
        late_us = begun_us - due.at_us
        period_us = 1_000_000 // hz
        if late_us > self._settings.max_catch_up_ticks * period_us:
            # By whole ticks, so that the rooms stay spread: else all would be due at once from now on.
            dropped, late_us = divmod(late_us, period_us)
            self.dropped_ticks += dropped
            due.base_us = due.at_us + dropped * period_us
            due.base_tick = runner.match.tick
            room.shift((due.base_us - period_us) // 1000)
        self._worst_us = max(self._worst_us, late_us)
        self.ticks += 1
        tick = runner.match.tick
        at_ms = (due.base_us + (tick - due.base_tick) * 1_000_000 // hz) // 1000
        room.tick(at_ms, tick % self.send_every == 0, tick % self.batch_ticks == 0)
        self._observe(room.game.name, late_us, self._clock_us() - begun_us)
        if now_us >= due.housekeep_us:
            due.housekeep_us = room.housekeeping.run(now_us // 1000) * 1000
        if room.runner is not runner:
            return now_us
        return due.base_us + (tick + 1 - due.base_tick) * 1_000_000 // hz

    def _adapt(self, now_us: int) -> None:
        """Once a second: send less often while ticks come late or rooms take all the time."""
        passed_us = now_us - self._adapted_us
        if passed_us < RELIEF_US:
            return
        self._adapted_us = now_us
        most = self._settings.send_every_max
        if self._worst_us > 40_000:
            self.send_every = min(self.send_every + 1, most)
        elif self._worst_us < 15_000:
            self.send_every = max(self.send_every - 1, 1)
        if self._busy_us > passed_us * BUSY:
            self.batch_ticks = min(self.batch_ticks + 1, most, MAX_BATCH_TICKS)
        elif self._busy_us < passed_us * IDLE:
            self.batch_ticks = max(self.batch_ticks - 1, 1)
        self._worst_us = self._busy_us = 0
