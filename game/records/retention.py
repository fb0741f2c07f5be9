"""Retention: once a night, one of all workers removes what need not be kept any more."""

import logging
import time
from collections.abc import Callable

import gevent
import msgspec
from sqlalchemy.exc import SQLAlchemyError

from game.records.sleeping_matches import SleepingMatches, as_left
from game.records.store import Records, compact
from game.records.writer import Recorder
from game.rules.snapshot import BadSnapshot
from game.settings import Records as RecordSettings

log = logging.getLogger("rumpus.records")

DAY_MS = 86_400_000
NIGHT_HOURS = (3, 4, 5)
"""Hours of local time in which the job begins; a worker that is stopped each night does it by day."""
LATE_MS = 2 * DAY_MS
LOOK_S = 900.0
JOB = "nightly"
JOB_MS = 3_600_000
EVERY_MS = 20 * 3_600_000
ENDED_AT_ONCE = 20


def prune(records: Records, settings: RecordSettings, now_ms: int) -> int:
    """Remove journals and reports as the settings say; returns the number of journals. Raises DBAPIError."""
    return records.prune(
        now_ms - settings.keep_days * DAY_MS,
        now_ms - max(settings.keep_days, settings.keep_shared_days) * DAY_MS,
        settings.max_journal_bytes,
    )


def end_forgotten(records: Records, settings: RecordSettings, now_ms: int) -> int:
    """End sleeping matches to which nobody came back for too long; each is recorded as one that was left.

    Returns:
        The number of matches.

    Raises:
        SQLAlchemyError: the database has failed.
    """
    matches = SleepingMatches(records.database, settings.max_sleeping, settings.max_sleeping_per_device)
    count = 0
    while old := matches.older_than(now_ms - settings.keep_sleeping_days * DAY_MS, ENDED_AT_ONCE):
        for code, match in old:
            try:
                found = matches.find(code)
                ended = None if found is None else as_left(found, now_ms)
                if ended is not None:
                    records.save([compact(ended)])
            except (msgspec.MsgspecError, BadSnapshot, ValueError) as error:
                log.warning("the sleeping match in room %s cannot be read: %s", code, error)
            matches.drop(code, match)
            count += 1
    return count


class Nightly:
    """The nightly job of a worker.

    Args:
        recorder: gives the database.
        settings: what is kept.
        also: called after the pruning, in the same job: it may block its greenlet, but not the process.
        now_ms: milliseconds since 1970, UTC.
        hour: the hour of local time, 0 to 23.
    """

    def __init__(
        self,
        recorder: Recorder,
        settings: RecordSettings,
        also: Callable[[], None] | None = None,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        hour: Callable[[], int] = lambda: time.localtime().tm_hour,
    ) -> None:
        self._recorder = recorder
        self._settings = settings
        self._also = also
        self._now_ms = now_ms
        self._hour = hour

    def run(self) -> None:
        """Do the job each night. Runs for ever."""
        while True:
            gevent.sleep(LOOK_S)
            try:
                self.do_if_due()
            except SQLAlchemyError as error:
                log.warning("the nightly job on records failed: %s", str(error).partition("\n")[0])

    def do_if_due(self) -> bool:
        """Do the job if it is due and no other worker does it.

        Returns:
            Whether it was done.

        Raises:
            SQLAlchemyError: the database has failed.
        """
        records, now_ms = self._recorder.records, self._now_ms()
        every_ms = EVERY_MS if self._hour() in NIGHT_HOURS else LATE_MS
        read = self._recorder.read
        if not read(lambda: records.lease_job(JOB, now_ms, JOB_MS, every_ms)):
            return False
        removed = read(lambda: prune(records, self._settings, now_ms))
        ended = read(lambda: end_forgotten(records, self._settings, now_ms))
        if self._also is not None:
            self._also()
        read(lambda: records.job_done(JOB, self._now_ms()))
        log.info("records pruned", extra={"journals": removed, "sleeping": ended})
        return True
