"""The recorder: takes ended matches and reports from the rooms of a worker, and writes them to the database.

Taking one only puts it into a queue. A greenlet writes what is queued into the spool, which is on the disk
within a tenth of a second, and then to the database. While the database fails, entries stay in the spool and
are written later in their order; the primary keys keep out what is there already. An entry that the database
refuses goes into a dead-letter file, and the next ones are written.
"""

import json
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import gevent
import msgspec
from gevent.event import Event
from gevent.threadpool import ThreadPool
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from game.records.database import BadDatabase, in_thread
from game.records.spool import Spool
from game.records.store import Records, Report, StoredMatch, compact, compact_report
from game.rooms.ended_match import EndedMatch
from game.rooms.reports import MatchReport
from game.rooms.rules_document import RulesDocument
from game.settings import Records as RecordSettings

log = logging.getLogger("rumpus.records")

GATHER_S = 0.05
"""Time in which entries gather before they are written to the spool together."""
FIRST_TRY_S = 12.0
"""How long pages wait for the first attempt to write, after the start of a worker."""
RETRY_S = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Waits after one, two, … failures of the database."""
BATCH = 8
"""Entries that are written at once: some milliseconds of work."""
REST = 2.0
"""After a batch the writer rests for this many times as long as it took: ticks come first."""
MAX_REST_S = 0.1
RECENT = 512
"""Written matches that `find` still answers from memory."""
RECENT_BYTES = 65536
"""Matches with larger journals are not among them."""
DEAD_LETTERS = "refused.jsonl"

T = TypeVar("T")


class MatchEntry(msgspec.Struct, frozen=True, tag="match"):
    """An ended match in the spool, with its journal as it is kept."""

    match: EndedMatch


class RulesEntry(msgspec.Struct, frozen=True, tag="rules"):
    """A rules document in the spool; it stands before the first match that names it."""

    document: RulesDocument


class ReportEntry(msgspec.Struct, frozen=True, tag="report"):
    """A report in the spool."""

    report: Report


Entry = MatchEntry | RulesEntry | ReportEntry
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Entry)


class Recorder:
    """Writes what the rooms of a worker hand over.

    Args:
        records: the database. It need not be prepared, nor be there yet.
        settings: limits.
        folder: where spool and dead letters are.

    Attributes:
        written: matches and reports that this worker has written to the database.
        errors: failures of the database.
        refused: entries that went into the dead-letter file.
        dropped: entries that were lost because queue and spool were full.
        down: the database failed at the last attempt.
    """

    def __init__(self, records: Records, settings: RecordSettings, folder: Path) -> None:
        self.records = records
        self.written = 0
        self.errors = 0
        self.refused = 0
        self.dropped = 0
        self.down = False
        self._settings = settings
        self._folder = folder
        self._documents: dict[str, RulesDocument] = {}
        self._saved_rules: set[str] = set()
        self._spooled_rules: set[str] = set()
        self._queue: deque[EndedMatch | MatchReport] = deque()
        self._waiting: dict[str, EndedMatch | MatchReport | None] = {}
        """By id, what is queued; None for what is in the spool."""
        self._recent: OrderedDict[str, EndedMatch] = OrderedDict()
        self._spool: Spool | None = None
        # A thread of its own, with connections of its own, works through the spool. The interpreter runs one
        # thread at a time, so it works in small pieces.
        self._thread = ThreadPool(1)
        self._own = Records(records.database.twin())
        self._prepared = False
        self._tried = Event()
        """Cleared while the writer makes its first attempt, in which the tables are made or changed."""
        self._tried.set()
        self._took_s = 0.0
        self._woken = Event()
        self._idle = Event()
        self._idle.set()

    # --- what rooms and pages call

    def add_rules(self, document: RulesDocument) -> None:
        """Make a rules document known; it is written with the first match that names it."""
        self._documents[document.hash] = document

    def ended(self, match: EndedMatch) -> None:
        """Take an ended match; it is only queued."""
        self._take(match.id, match)

    def report(self, report: MatchReport) -> None:
        """Take a report; it is only queued."""
        self._take(report.id, report)

    def _take(self, id_: str, entry: EndedMatch | MatchReport) -> None:
        if len(self._queue) >= self._settings.max_queued:
            self.dropped += 1
            if self.dropped == 1:
                log.error("the queue of records is full: matches that end now are not kept")
            return
        self._queue.append(entry)
        self._waiting[id_] = entry
        self._idle.clear()
        self._woken.set()

    def waits(self, id_: str) -> bool:
        """Whether a match or report was taken and is not in the database yet."""
        return id_ in self._waiting

    def find(self, match_id: str) -> StoredMatch | None:
        """A match that was taken here or is in the database. Raises SQLAlchemyError when that fails."""
        here = self._here(match_id)
        if here is not None:
            seats = [msgspec.structs.replace(seat, device="") for seat in here.seats]
            match = msgspec.structs.replace(here, journal=b"", seats=seats)
            return StoredMatch(match=match, players=[None] * len(seats), has_journal=True)
        return self.read(lambda: self.records.match(match_id))

    def find_journal(self, match_id: str) -> bytes | None:
        """A match's packed journal, compressed with zlib. Raises SQLAlchemyError."""
        here = self._here(match_id)
        if here is not None:
            return here.journal
        return self.read(lambda: self.records.journal(match_id))

    def _here(self, match_id: str) -> EndedMatch | None:
        """A match on its way to the database, or written lately, with its journal as it is kept."""
        if match_id not in self._waiting:
            return self._recent.get(match_id)
        here = self._waiting[match_id]
        if isinstance(here, EndedMatch):
            return in_thread(lambda: compact(here))
        spool = self._spool
        return None if spool is None else in_thread(lambda: _search(spool, match_id))

    def find_rules(self, rules_hash: str) -> bytes | None:
        """The body of a rules document. Raises SQLAlchemyError."""
        document = self._documents.get(rules_hash)
        return document.body if document else self.read(lambda: self.records.rules(rules_hash))

    def read(self, call: Callable[[], T]) -> T:
        """Run a function that reads from `records` without holding up the worker. Raises SQLAlchemyError."""
        self._tried.wait(FIRST_TRY_S)
        return self.records.database.run(call)

    def figures(self) -> Mapping[str, int]:
        """Figures for metrics, by name."""
        return {
            "queue": len(self._queue),
            "waiting": len(self._waiting),
            "spool_bytes": 0 if self._spool is None else self._spool.size,
            "written": self.written,
            "errors": self.errors,
            "refused": self.refused,
            "dropped": self.dropped,
            "down": int(self.down),
        }

    # --- the writer

    def run(self) -> None:
        """Write what is taken. Runs for ever."""
        self._tried.clear()
        spool = self._in_thread(self._open_spool)
        self._woken.set()  # prepare the database at once, and write what workers that have ended left
        failures = 0
        while True:
            timeout = RETRY_S[min(failures, len(RETRY_S)) - 1] if failures else None
            self._woken.wait(timeout)
            gevent.sleep(GATHER_S)
            self._woken.clear()
            self._move_to_spool(spool)
            failures = 0 if self._write(spool) else failures + 1
            self._tried.set()

    def _open_spool(self) -> Spool:
        spool = self._spool = Spool(self._folder / "spool", self._settings.max_spool_bytes)
        spool.adopt()
        return spool

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is in the database.

        Args:
            timeout_s: for this long at most. What is not written by then is in the spool, and the next
                worker on this machine writes it.

        Returns:
            Whether everything is in the database.
        """
        self._woken.set()
        return bool(self._idle.wait(timeout_s))

    def close(self) -> None:
        """After the writer has ended: put what is queued into the spool."""
        if self._spool is not None:
            self._move_to_spool(self._spool)
            self._spool.close()
            self._spool = None
        self._in_thread(self._own.database.close)
        self._thread.kill()
        self.records.database.close()

    def _move_to_spool(self, spool: Spool) -> None:
        while self._queue:
            taken = [self._queue[k] for k in range(min(BATCH, len(self._queue)))]
            count = self._in_thread(partial(self._append, spool, taken))
            for _ in range(count):
                self._in_spool(self._queue.popleft().id)
            if count < len(taken):
                return  # the spool or the disk is full: the rest stays in the queue

    def _in_spool(self, id_: str) -> None:
        """The spool holds it now, and memory need not."""
        self._waiting[id_] = None

    def _append(self, spool: Spool, taken: list[EndedMatch | MatchReport]) -> int:
        """In the thread: write entries to the spool; returns how many are done with."""
        for count, one in enumerate(taken):
            try:
                packed = self._pack(one)
            except (ValueError, OverflowError, TypeError) as error:
                self._set_aside(one.id, one, error)
                continue
            try:
                if spool.append(packed) < len(packed):
                    return count
            except OSError as error:
                log.error("the spool cannot be written: %s", error.strerror)
                return count
            self._spooled_rules.add(one.rules)
        return len(taken)

    def _pack(self, one: EndedMatch | MatchReport) -> list[bytes]:
        packed: list[bytes] = []
        document = self._documents.get(one.rules)
        if document is not None and one.rules not in self._saved_rules | self._spooled_rules:
            packed.append(_encode(RulesEntry(document)))
        if isinstance(one, MatchReport):
            packed.append(_encode(ReportEntry(compact_report(one))))
        else:
            packed.append(_encode(MatchEntry(compact(one))))
        return packed

    def _write(self, spool: Spool) -> bool:
        """Write the whole spool to the database; False if the database has failed."""
        try:
            if not self._prepared:
                self._in_thread(self._own.database.prepare)
                # At once, not with the first match: if this worker is lost in one, a worker with other rules
                # keeps it.
                known = list(self._documents.values())
                self._in_thread(lambda: self._own.save((), known))
                self._saved_rules.update([one.hash for one in known])
                self._prepared = True
            if spool.size:
                self._write_spool(spool)
        except (OperationalError, InterfaceError, PoolTimeout, BadDatabase, OSError) as error:
            self._failed(error)
            return False
        if self.down:
            self.down = False
            log.info("the records database answers again")
        spool.clear()
        self._spooled_rules.clear()
        queued = {one.id for one in self._queue}
        for id_ in [one for one in self._waiting if one not in queued]:
            del self._waiting[id_]
        if not self._waiting:
            self._idle.set()
        return True

    def _failed(self, error: Exception) -> None:
        self.errors += 1
        if not self.down:
            self.down = True
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
            log.warning("the records database fails; matches wait in the spool: %s", reason)

    def _write_spool(self, spool: Spool) -> None:
        """Write all entries of the spool to the database, batch by batch."""
        entries = spool.read()
        while self._in_thread(partial(self._write_batch, entries)):
            gevent.sleep(min(self._took_s * REST, MAX_REST_S))

    def _write_batch(self, entries: Iterator[bytes]) -> bool:
        """In the thread: write the next entries to the database; False when there were none."""
        begun_s = time.perf_counter()
        batch = [_decoder.decode(data) for data in islice(entries, BATCH)]
        if batch:
            self._save(batch)
        self._took_s = time.perf_counter() - begun_s
        return bool(batch)

    def _save(self, batch: list[Entry]) -> None:
        matches = [one.match for one in batch if isinstance(one, MatchEntry)]
        documents = [one.document for one in batch if isinstance(one, RulesEntry)]
        reports = [one.report for one in batch if isinstance(one, ReportEntry)]
        try:
            self.written += self._own.save(matches, documents)
        except (OperationalError, InterfaceError):
            raise
        except (SQLAlchemyError, ValueError, OverflowError):
            self._write_singly(matches, documents)
        for report in reports:
            self._try(report.id, report, partial(self._own.add_report, report))
        self._saved_rules.update([one.hash for one in documents])
        for match in matches:
            if len(match.journal) > RECENT_BYTES:
                continue
            self._recent[match.id] = match
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)

    def _write_singly(self, matches: list[EndedMatch], documents: list[RulesDocument]) -> None:
        """A batch was refused: write each of it alone, and set aside the one that is refused again."""
        for document in documents:
            self._try(document.hash, document, partial(self._own.save, (), (document,)))
        for match in matches:
            self._try(match.id, match, partial(self._own.save, (match,)))

    def _try(self, id_: str, entry: msgspec.Struct, write: Callable[[], object]) -> None:
        try:
            write()
            self.written += 1
        except (OperationalError, InterfaceError):
            raise
        except (SQLAlchemyError, ValueError, OverflowError) as error:
            self._set_aside(id_, entry, error)

    def _set_aside(self, id_: str, entry: msgspec.Struct, error: Exception) -> None:
        self.refused += 1
        reason = str(error).partition("\n")[0][:300]
        log.error("record %s was refused and is in %s: %s", id_, DEAD_LETTERS, reason)
        line = {"at_s": int(time.time()), "reason": reason, "entry": msgspec.to_builtins(entry)}
        with (self._folder / DEAD_LETTERS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _in_thread(self, call: Callable[[], T]) -> T:
        return in_thread(call, self._thread)


def _search(spool: Spool, match_id: str) -> EndedMatch | None:
    for data in spool.read():
        entry = _decoder.decode(data)
        if isinstance(entry, MatchEntry) and entry.match.id == match_id:
            return entry.match
    return None
