"""The recorder: takes ended matches and reports from the rooms of a worker, and writes them to the database.

Taking one only puts it into a queue. One greenlet moves what is queued into the spool, which is on the disk
within a tenth of a second. Another one writes the spool to the database; each has a thread of its own, so a
database that is slow, locked or away holds up no entry on its way to the disk. While the database fails,
entries stay in the spool and are written later in their order; the primary keys keep out what is there
already. An entry that the database refuses goes into a dead-letter file, and the next ones are written.
"""

import base64
import json
import logging
import os
import time
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import gevent
import msgspec
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
    StatementError,
)

from game.records.database import BadDatabase, in_thread, reason_of
from game.records.spool import Place, Segment, Spool, SpoolFull
from game.records.store import (
    MAX_JOURNAL_BYTES,
    Records,
    Report,
    StoredMatch,
    compact,
    compact_report,
    inflate,
)
from game.rooms.ended_match import EndedMatch
from game.rooms.reports import MatchReport
from game.rooms.rules_document import RulesDocument
from game.rules.snapshot import BadSnapshot
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
FULL_RETRY_S = 1.0
"""Wait before the spool is tried again after it or its disk was full."""
_UNFIT = (msgspec.MsgspecError, ValueError, OverflowError, TypeError, BadSnapshot)
"""What packing an entry raises that cannot be written."""
CLOSE_S = 2.0
"""How long closing waits for a call that the database has not answered."""

T = TypeVar("T")


class MatchEntry(msgspec.Struct, frozen=True, tag="match"):
    """An ended match in the spool. Its journal is compressed with zlib, but still has sequence numbers.

    Removing them takes some milliseconds, in which no match is on its way to the disk; that is done later.
    """

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
        full: the spool or its disk was full at the last attempt.
    """

    def __init__(self, records: Records, settings: RecordSettings, folder: Path) -> None:
        self.records = records
        self.written = 0
        self.errors = 0
        self.refused = 0
        self.dropped = 0
        self.down = False
        self.full = False
        self._settings = settings
        self._folder = folder
        self._documents: dict[str, RulesDocument] = {}
        self._kept_rules: set[str] = set()
        """Hashes of documents that are in the spool or in the database."""
        self._queue: deque[EndedMatch | MatchReport] = deque()
        self._taking = BoundedSemaphore(1)
        """Held while entries are taken out of the queue."""
        self._waiting: dict[str, EndedMatch | MatchReport | Place] = {}
        """By id, what is queued, or where it is in the spool."""
        self._recent: OrderedDict[str, EndedMatch] = OrderedDict()
        self._spool: Spool | None = None
        # The interpreter runs one thread at a time, so both threads work in small pieces.
        self._spool_thread = ThreadPool(1)
        self._database_thread = ThreadPool(1)
        self._own = Records(records.database.twin())
        """Connections of the database thread."""
        self._prepared = False
        self._tried = Event()
        """Cleared while the writer makes its first attempt, in which the tables are made or changed."""
        self._tried.set()
        self._took_s = 0.0
        self._queued = Event()
        self._spooled = Event()
        self._hurry = Event()
        self._idle = Event()
        """Everything is in the database; unknown until the spool is open."""

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
        self._queued.set()

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
        here = self._waiting.get(match_id)
        if isinstance(here, EndedMatch):
            return in_thread(lambda: compact(here))
        if isinstance(here, Place):
            entry = in_thread(partial(_read, here), self._spool_thread)
            if isinstance(entry, MatchEntry):
                return in_thread(partial(_as_kept, entry))
        return self._recent.get(match_id)

    def find_rules(self, rules_hash: str) -> bytes | None:
        """The body of a rules document. Raises SQLAlchemyError."""
        document = self._documents.get(rules_hash)
        return document.body if document else self.read(lambda: self.records.rules(rules_hash))

    def keep_longer(self, match_id: str) -> None:
        """Keep the journal of a match as long as that of a shared one. Raises SQLAlchemyError."""
        self.read(lambda: self.records.keep_longer(match_id))

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

    # --- from the queue into the spool

    def run(self) -> None:
        """Write what is taken. Runs for ever; after an exception it may be called again.

        Raises:
            OSError: the folder of the spool cannot be used.
        """
        self._tried.clear()
        spool = self._spool = self._spool or in_thread(self._open_spool, self._spool_thread)
        if not spool.size and not self._waiting:
            self._idle.set()
        writing = gevent.spawn(self._write_spool, spool)
        writing.link(lambda _: self._queued.set())
        self._queued.set()  # prepare the database at once, and write what workers that have ended left
        try:
            while not writing.ready():
                self._queued.wait(FULL_RETRY_S if self.full else None)
                gevent.sleep(GATHER_S)
                self._queued.clear()
                self._move_to_spool(spool)
                self._spooled.set()
            writing.get()  # raises what has ended it
        finally:
            writing.kill()
            self._tried.set()

    def _open_spool(self) -> Spool:
        """In the spool's thread: open it, and take over what workers that have ended left."""
        spool = Spool(self._folder / "spool", self._settings.max_spool_bytes)
        spool.adopt()
        return spool

    def _move_to_spool(self, spool: Spool) -> None:
        with self._taking:
            full = self.full and not self._queue  # with nothing to try it by, it is what it was
            while self._queue and not full:
                taken = list(islice(self._queue, BATCH))
                places = in_thread(partial(self._append, spool, taken), self._spool_thread)
                for place in places:
                    id_ = self._queue.popleft().id
                    if place is None:
                        self._waiting.pop(id_, None)
                    else:
                        self._waiting[id_] = place
                full = len(places) < len(taken)
            self.full = full
        try:
            in_thread(spool.sync, self._spool_thread)
        except OSError as error:
            log.error("the spool is not on the disk: %s", error.strerror)

    def _append(self, spool: Spool, taken: list[EndedMatch | MatchReport]) -> list[Place | None]:
        """In the spool's thread: write entries to it.

        Args:
            spool: where to.
            taken: the entries.

        Returns:
            For each entry that is done with, where it is; None if it was set aside. The rest does not fit.
        """
        places: list[Place | None] = []
        try:
            for one in taken:
                places.append(self._append_one(spool, one))  # noqa: PERF401  those before an error count
        except SpoolFull:
            self._say_full("records.max_spool_bytes is reached")
        except OSError as error:
            self._say_full(error.strerror)
        return places

    def _say_full(self, reason: str | None) -> None:
        if not self.full:
            log.error("the spool takes no more, records wait in memory: %s", reason)

    def _append_one(self, spool: Spool, one: EndedMatch | MatchReport) -> Place | None:
        try:
            packed = self._pack(one)
        except _UNFIT as error:
            self._set_aside(one.id, _without_devices(one), error)
            return None
        place = spool.append(packed)
        self._kept_rules.add(one.rules)
        return place

    def _pack(self, one: EndedMatch | MatchReport) -> list[bytes]:
        packed: list[bytes] = []
        document = self._documents.get(one.rules)
        if document is not None and one.rules not in self._kept_rules:
            packed.append(_encode(RulesEntry(document)))
        if isinstance(one, MatchReport):
            packed.append(_encode(ReportEntry(compact_report(one))))
        else:
            journal = zlib.compress(one.journal, 1)
            packed.append(_encode(MatchEntry(msgspec.structs.replace(one, journal=journal))))
        return packed

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is in the database.

        Args:
            timeout_s: for this long at most. What is not written by then is in the spool, and the next
                worker on this machine writes it.

        Returns:
            Whether everything is in the database.
        """
        self._hurry.set()
        return bool(self._idle.wait(timeout_s))

    def close(self) -> None:
        """After the writer has ended: put what is queued into the spool."""
        spool = self._spool
        if spool is not None:
            self._move_to_spool(spool)
            in_thread(spool.close, self._spool_thread)
            self._spool = None
        if self._queue:
            self.dropped += len(self._queue)
            log.error("%d records are lost: the spool and the database took no more", len(self._queue))
        # The database may not answer a call that runs.
        gevent.with_timeout(
            CLOSE_S, in_thread, self._own.database.close, self._database_thread, timeout_value=None
        )
        self.records.database.close()

    # --- from the spool into the database

    def _write_spool(self, spool: Spool) -> None:
        """Write what is in the spool. Runs for ever."""
        failures = 0
        while True:
            if failures:
                self._hurry.wait(RETRY_S[min(failures, len(RETRY_S)) - 1])
                self._hurry.clear()
            else:
                self._spooled.wait()
            self._spooled.clear()
            failures = 0 if self._write_segments(spool) else failures + 1
            self._tried.set()

    def _write_segments(self, spool: Spool) -> bool:
        """Write all files of the spool; False if the database has failed."""
        try:
            while True:
                if not self._prepared:
                    self._prepare()
                segment = in_thread(spool.oldest, self._spool_thread)
                if segment is None:
                    if self.full and self._queue:
                        self._write_queued()
                        continue
                    break
                self._write_segment(segment)
                in_thread(partial(spool.remove, segment), self._spool_thread)
                self._queued.set()  # a full spool has room again
        except (SQLAlchemyError, BadDatabase, OSError) as error:
            self._failed(error)
            return False
        if self.down:
            self.down = False
            log.info("the records database answers again")
        if not self._waiting:
            self._idle.set()
        return True

    def _prepare(self) -> None:
        """Make or change the tables, and store the rules of this worker.

        The rules are stored now and not with the first match: if this worker is lost in one, a worker with
        other rules keeps it.
        """
        in_thread(self._own.database.close, self._database_thread)  # no connection from before a failure
        in_thread(self._own.database.prepare, self._database_thread)
        known = list(self._documents.values())
        in_thread(lambda: self._own.save((), known), self._database_thread)
        self._kept_rules.update([one.hash for one in known])
        self._prepared = True

    def _failed(self, error: Exception) -> None:
        self.errors += 1
        self._prepared = False  # it may come back empty
        if not self.down:
            self.down = True
            log.warning("the records database fails; matches wait in the spool: %s", reason_of(error))

    def _write_queued(self) -> None:
        """Write what the spool has no room for into the database at once."""
        with self._taking:
            taken = list(islice(self._queue, BATCH))
            in_thread(partial(self._save_queued, taken), self._database_thread)
            for one in taken:
                self._queue.popleft()
                self._waiting.pop(one.id, None)

    def _save_queued(self, taken: list[EndedMatch | MatchReport]) -> None:
        batch: list[Entry] = []
        for one in taken:
            try:
                if isinstance(one, MatchReport):
                    batch.append(ReportEntry(compact_report(one)))
                else:
                    batch.append(MatchEntry(compact(one)))
            except _UNFIT as error:
                self._set_aside(one.id, _without_devices(one), error)
        self._save(batch)

    def _write_segment(self, segment: Segment) -> None:
        """Write the entries of a file, batch by batch."""
        entries = segment.read()
        while True:
            ids = in_thread(partial(self._write_batch, entries), self._database_thread)
            if not ids:
                return
            for id_ in ids:
                if isinstance(self._waiting.get(id_), Place):
                    del self._waiting[id_]
            gevent.sleep(min(self._took_s * REST, MAX_REST_S))

    def _write_batch(self, entries: Iterator[bytes]) -> list[str]:
        """In the database's thread: write the next entries; returns their ids, none at the end."""
        begun_s = time.perf_counter()
        batch: list[Entry] = []
        ids: list[str] = []
        for data in islice(entries, BATCH):
            try:
                entry = _decoder.decode(data)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                self._set_aside("of the spool", base64.b64encode(data).decode(), error)
                ids.append("")
                continue
            ids.append(_id(entry))
            try:
                batch.append(MatchEntry(_as_kept(entry)) if isinstance(entry, MatchEntry) else entry)
            except (ValueError, BadSnapshot) as error:
                self._set_aside(ids[-1], _without_devices(entry.match), error)
        if batch:
            self._save(batch)
        self._took_s = time.perf_counter() - begun_s
        return ids

    def _save(self, batch: list[Entry]) -> None:
        matches = [one.match for one in batch if isinstance(one, MatchEntry)]
        documents = [one.document for one in batch if isinstance(one, RulesEntry)]
        reports = [one.report for one in batch if isinstance(one, ReportEntry)]
        # A document may have been pruned since this worker stored it.
        named = {one.hash: one for one in documents}
        for match in matches:
            if match.rules not in named and match.rules in self._documents:
                named[match.rules] = self._documents[match.rules]
        try:
            self.written += self._own.save(matches, list(named.values()))
        except (SQLAlchemyError, ValueError, OverflowError, TypeError) as error:
            if not self._is_to_blame(error):
                raise
            self._write_singly(matches, list(named.values()))
        for report in reports:
            self._try(report.id, report, partial(self._own.add_report, report))
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

    def _try(self, id_: str, entry: msgspec.Struct, write: Callable[[], int]) -> None:
        try:
            self.written += write()
        except (SQLAlchemyError, ValueError, OverflowError, TypeError) as error:
            if not self._is_to_blame(error):
                raise
            self._set_aside(id_, _without_devices(entry), error)

    def _is_to_blame(self, error: Exception) -> bool:
        """Whether an entry is refused for what it is, and not because the database is in a bad state.

        Args:
            error: that writing the entry has raised.

        Returns:
            Whether the entry is to be set aside; it is tried again otherwise.

        Raises:
            SQLAlchemyError: the database is in a bad state.
        """
        if isinstance(error, (DataError, IntegrityError)) or not isinstance(error, SQLAlchemyError):
            return True
        if isinstance(error, DBAPIError):
            if not isinstance(error, (ProgrammingError, InternalError, NotSupportedError)):
                return False
            self._own.check()  # tables may be gone, or may not be written to
            return True
        return isinstance(error, StatementError)

    def _set_aside(self, id_: str, entry: msgspec.Struct | str, error: Exception) -> None:
        """Move an entry to the dead letters. Raises OSError when that is impossible now."""
        line = {"at_s": int(time.time()), "reason": reason_of(error), "entry": msgspec.to_builtins(entry)}
        path = self._folder / DEAD_LETTERS
        if not path.exists() or path.stat().st_size < self._settings.max_spool_bytes:
            # Names may be in it: only this user may read it.
            with open(path, "a", encoding="utf-8", opener=_private) as file:
                file.write(json.dumps(line) + "\n")
        self.refused += 1
        log.error("record %s was refused and is in %s: %s", id_, DEAD_LETTERS, line["reason"])


def _as_kept(entry: MatchEntry) -> EndedMatch:
    """The match of an entry with its journal as it is kept. Raises ValueError or BadSnapshot."""
    journal = inflate(entry.match.journal, MAX_JOURNAL_BYTES)
    return compact(msgspec.structs.replace(entry.match, journal=journal))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _without_devices(entry: msgspec.Struct) -> msgspec.Struct:
    if not isinstance(entry, EndedMatch):
        return entry
    return msgspec.structs.replace(
        entry, seats=[msgspec.structs.replace(seat, device="") for seat in entry.seats]
    )


def _id(entry: Entry) -> str:
    if isinstance(entry, MatchEntry):
        return entry.match.id
    return entry.report.id if isinstance(entry, ReportEntry) else entry.document.hash


def _read(place: Place) -> Entry | None:
    """In the spool's thread: an entry of the spool; None if it is in the database by now."""
    data = place.read()
    return None if data is None else _decoder.decode(data)
