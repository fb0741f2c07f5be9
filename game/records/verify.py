"""Verifies kept matches: each is run again by its own rules, and the final hash must be the recorded one.

Threads feed one process a core and rules; a process is started once and replays one match after the other. A
match that cannot be replayed is named and skipped, and the next one goes on in a fresh process.
"""

import os
import queue
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from game.protocol.http import Outcome
from game.records.rules_process import (
    MEMORY_BYTES,
    SECONDS,
    BadRules,
    Replayed,
    ReplayError,
    RulesFolder,
    RulesProcess,
)
from game.records.state_diff import differences
from game.records.store import Records, StoredMatch

MOST_PROCESSES = 3
"""Rules that one thread keeps a process of."""
QUEUED = 4
"""Matches that wait for each thread."""
SHOWN_FIELDS = 12

Verdict = Literal["equal", "different", "skipped", "pruned", "unknown"]
"""pruned: its journal is not kept any more; skipped: it could not be replayed, the text says why; unknown: it
was replayed, but its last owner was lost before it could say the final hash."""


class KeptMatch(msgspec.Struct, frozen=True, kw_only=True):
    """What verifying needs of a recorded match.

    Attributes:
        places: (seat, place, points) of each seat.
        journal: None: it was pruned.
    """

    id: str
    rules: str
    ticks: int
    final_hash: int
    outcome: Outcome
    places: list[tuple[int, int, int]]
    journal: bytes | None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What came out for one match.

    Attributes:
        ticks: that were replayed.
        text: of a match that is not equal: what differs, or why it was skipped.
        tick: the first tick that differs, if it could be found; else -1.
        fields: what differs there, as `field: first ≠ second`.
    """

    id: str
    verdict: Verdict
    ticks: int = 0
    text: str = ""
    tick: int = -1
    fields: list[str] = []

    def __str__(self) -> str:
        where = f" at tick {self.tick}" if self.tick >= 0 else ""
        return "\n    ".join([f"{self.verdict} {self.id}{where}: {self.text}", *self.fields])


class Totals(msgspec.Struct, kw_only=True):
    """The figures of one run.

    Attributes:
        seconds: from the beginning to the end.
        cpu_seconds: of all processes, with their start and this one's work.
        starts: processes that were started.
    """

    equal: int = 0
    different: int = 0
    skipped: int = 0
    pruned: int = 0
    unknown: int = 0
    ticks: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    jobs: int = 1
    starts: int = 0

    @property
    def matches(self) -> int:
        """Matches that were replayed."""
        return self.equal + self.different + self.unknown

    def lines(self) -> list[str]:
        """The figures for a person."""
        rate = self.ticks / self.seconds if self.seconds else 0.0
        core = self.ticks / self.cpu_seconds if self.cpu_seconds else 0.0
        lines = [
            f"{self.matches:,} matches, {self.ticks:,} ticks in {self.seconds:.1f} s: {rate:,.0f} ticks/s "
            f"with {self.jobs} at a time, {core:,.0f} a core and second",
            f"differences: {self.different}",
        ]
        if self.skipped:
            lines.append(f"skipped: {self.skipped}, named above")
        if self.pruned:
            lines.append(f"without a journal, which retention has removed: {self.pruned}")
        if self.unknown:
            lines.append(f"without a final hash, since their worker was lost: {self.unknown}")
        return lines


def kept_match(stored: StoredMatch, records: Records) -> KeptMatch:
    """A stored match with its journal. Raises SQLAlchemyError."""
    match = stored.match
    return KeptMatch(
        id=match.id,
        rules=match.rules,
        ticks=match.ticks,
        final_hash=match.final_hash,
        outcome=match.outcome,
        places=[(seat.seat, seat.place, seat.points) for seat in match.seats],
        journal=records.journal(match.id) if stored.has_journal else None,
    )


def kept_matches(records: Records, since_ms: int = 0, sample: int = 0) -> Iterator[KeptMatch]:
    """Stored matches with their journals, for `verify`.

    Args:
        records: where they are.
        since_ms: those that ended then or later.
        sample: only this many of them, chosen at random; 0: all.

    Yields:
        Each match.
    """
    if not sample:
        for stored in records.matches(since_ms):
            yield kept_match(stored, records)
        return
    chosen: list[StoredMatch] = []
    for count, stored in enumerate(one for one in records.matches(since_ms) if one.has_journal):
        if count < sample:
            chosen.append(stored)
        elif (k := secrets.randbelow(count + 1)) < sample:
            chosen[k] = stored
    for stored in chosen:
        yield kept_match(stored, records)


def verify(
    matches: Iterable[KeptMatch],
    rules: Callable[[str], bytes | None],
    on_check: Callable[[Check], None],
    *,
    jobs: int = 0,
    seconds: float = SECONDS,
    memory_bytes: int = MEMORY_BYTES,
    compiled: bool = True,
) -> Totals:
    """Run matches again and compare their final hashes.

    Args:
        matches: the matches; read in this thread, a few ahead.
        rules: returns the body of the rules document of a hash, or None.
        on_check: called in this thread with what came out for each match, in no fixed order.
        jobs: processes at a time; 0: one a core.
        seconds: what one match may take.
        memory_bytes: what one process may use.
        compiled: use this installation's compiled modules where they are of the same rules.

    Returns:
        The figures.
    """
    run = _Run(rules, jobs or len(os.sched_getaffinity(0)), seconds, memory_bytes, compiled)
    return run.all(matches, on_check)


class _Run:
    """One run: the unpacked rules, the queues and the threads."""

    def __init__(
        self,
        rules: Callable[[str], bytes | None],
        jobs: int,
        seconds: float,
        memory_bytes: int,
        compiled: bool,
    ) -> None:
        self._rules = rules
        self._jobs = jobs
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._compiled = compiled
        self._folders: dict[str, RulesFolder | str] = {}
        self._waiting: queue.Queue[tuple[KeptMatch, RulesFolder] | None] = queue.Queue(jobs * QUEUED)
        self._checked: queue.SimpleQueue[Check] = queue.SimpleQueue()
        self._starts = 0
        self._stopping = False

    def all(self, matches: Iterable[KeptMatch], on_check: Callable[[Check], None]) -> Totals:
        """Verify the matches."""
        totals = Totals(jobs=self._jobs)
        began, cpu = time.monotonic(), _cpu_seconds()
        threads = [threading.Thread(target=self._work, name=f"verify-{k}") for k in range(self._jobs)]
        for thread in threads:
            thread.start()
        try:
            for match in matches:
                self._give(match)
                self._count(totals, on_check)
        except BaseException:
            self._stopping = True
            raise
        finally:
            for _ in threads:
                self._waiting.put(None)
            for thread in threads:
                thread.join()
            for folder in self._folders.values():
                if isinstance(folder, RulesFolder):
                    folder.close()
        self._count(totals, on_check)
        totals.seconds = time.monotonic() - began
        totals.cpu_seconds = _cpu_seconds() - cpu
        totals.starts = self._starts
        return totals

    def _give(self, match: KeptMatch) -> None:
        if match.journal is None:
            self._checked.put(Check(id=match.id, verdict="pruned"))
            return
        folder = self._folder(match.rules)
        if isinstance(folder, RulesFolder):
            self._waiting.put((match, folder))
        else:
            self._checked.put(Check(id=match.id, verdict="skipped", text=folder))

    def _folder(self, rules: str) -> RulesFolder | str:
        """The unpacked rules of a hash, or the reason why they cannot be used."""
        if rules not in self._folders:
            body = self._rules(rules)
            try:
                self._folders[rules] = (
                    f"its rules {rules} are not kept"
                    if body is None
                    else RulesFolder(body, compiled=self._compiled)
                )
            except BadRules as error:
                self._folders[rules] = str(error)
        return self._folders[rules]

    def _count(self, totals: Totals, on_check: Callable[[Check], None]) -> None:
        while not self._checked.empty():
            check = self._checked.get()
            setattr(totals, check.verdict, getattr(totals, check.verdict) + 1)
            totals.ticks += check.ticks
            on_check(check)

    def _work(self) -> None:
        """A thread: takes matches from the queue until None comes."""
        processes: OrderedDict[RulesFolder, RulesProcess] = OrderedDict()
        try:
            while (given := self._waiting.get()) is not None:
                if self._stopping:
                    continue
                match, folder = given
                if folder not in processes:
                    processes[folder] = RulesProcess(
                        folder, seconds=self._seconds, memory_bytes=self._memory_bytes
                    )
                processes.move_to_end(folder)
                if len(processes) > MOST_PROCESSES:
                    self._end(processes.popitem(last=False)[1])
                self._checked.put(self._check(match, processes[folder]))
        finally:
            for process in processes.values():
                self._end(process)

    def _end(self, process: RulesProcess) -> None:
        self._starts += process.starts
        process.close()

    def _check(self, match: KeptMatch, process: RulesProcess) -> Check:
        journal = match.journal or b""
        try:
            found = process.replay(journal, match.ticks)
            text = _differs(match, found)
            if not text and match.final_hash == 0 and match.outcome != "failed":
                return Check(id=match.id, verdict="unknown", ticks=found.tick)
            if not text:
                return Check(id=match.id, verdict="equal", ticks=found.tick)
            tick, fields = self._bisect(match, process)
        except ReplayError as error:
            if error.kind == "damaged":
                return Check(id=match.id, verdict="different", text=str(error))
            return Check(id=match.id, verdict="skipped", text=str(error))
        return Check(id=match.id, verdict="different", ticks=found.tick, text=text, tick=tick, fields=fields)

    def _bisect(self, match: KeptMatch, process: RulesProcess) -> tuple[int, list[str]]:
        """Find where a second run by the same rules, never by compiled ones, comes to another state.

        The record holds the hash of the last tick only. A tick can be found if the rules do not do the same
        in every run, or not the same when they are compiled.

        Returns:
            The first tick that differs and the fields; -1 and none if both runs are the same.
        """
        journal = match.journal or b""
        folder = process.folder.as_python()
        second = RulesProcess(folder, seconds=self._seconds, memory_bytes=self._memory_bytes)
        try:
            traces = process.trace(journal, match.ticks), second.trace(journal, match.ticks)
            tick = next((k for k, (one, two) in enumerate(zip(*traces, strict=False)) if one != two), -1)
            if tick < 0:
                return -1, []
            for one in (process, second):
                one.hold(journal, match.ticks)
            found = differences(process.at(tick).fields, second.at(tick).fields, SHOWN_FIELDS)
            return tick, [str(one) for one in found]
        except ReplayError:
            return -1, []
        finally:
            second.close()
            if folder is not process.folder:
                folder.close()


def _differs(match: KeptMatch, found: Replayed) -> str:
    """What differs between a record and its replay, as a sentence; "": nothing."""
    if found.raised and match.outcome != "failed":
        return f"the rules raise {found.raised} in tick {found.tick}"
    if match.outcome == "failed" and not found.raised:
        return "the rules raise no error now, but they failed in this match"
    if found.tick != match.ticks:
        return f"the replay ends at tick {found.tick}, the match at {match.ticks}"
    if found.left_over:
        return f"the journal goes on after the last tick, {match.ticks}"
    if found.hash == match.final_hash or match.final_hash == 0:
        return ""
    parts = [f"final hash {found.hash:07x} here, {match.final_hash:07x} recorded"]
    if match.outcome in ("decided", "ended") and not found.over:
        parts.append("it is not decided at its last tick")
    recorded = {seat: (place, points) for seat, place, points in match.places}
    for seat, place, points in found.places:
        there = recorded.get(seat)
        if there is not None and there != (place, points):
            parts.append(
                f"seat {seat}: place {place} with {points} points here, {there[0]} with {there[1]} recorded"
            )
    return "; ".join(parts)


def _cpu_seconds() -> float:
    """Of this process and of all its ended ones."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
