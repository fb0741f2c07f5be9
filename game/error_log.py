"""The error log: an exception of a handler becomes one line, with its place, at most once a minute.

A client that can make a handler fail must not be able to fill the disk with tracebacks.
"""

import errno
import logging
import os
import time
import traceback

log = logging.getLogger("rumpus.errors")

QUIET_S = 60.0
"""The same exception from the same line is logged once in this time."""
_MAX_PLACES = 256
_CURES = {
    errno.EMFILE: "no more files may be opened: raise the limit by `ulimit -n`, or LimitNOFILE of systemd",
    errno.ENFILE: "the system has no file left for any process",
    errno.ENOSPC: "the disk is full",
}
"""What an operator can do about an error of the system."""

logged_s: dict[tuple[type[BaseException], str, int], float] = {}
"""When each exception was logged last: by type, file and line."""


def place_in(error: BaseException, source: str = "") -> tuple[str, int]:
    """The file and line that raised `error`, or the innermost line in the file or folder `source`, if any."""
    frames = traceback.extract_tb(error.__traceback__)
    folder = source + os.sep
    own = [one for one in frames if one.filename == source or one.filename.startswith(folder)]
    last = (own or frames)[-1:]
    return (last[0].filename, last[0].lineno or 0) if last else ("?", 0)


def report(what: str, error: BaseException, more: str = "", source: str = "") -> None:
    """Log an exception in one line; the traceback is logged at level DEBUG.

    Args:
        what: what failed.
        error: the exception.
        more: text for the end of the line.
        source: a file or folder whose lines are logged rather than those of functions that it calls.
    """
    file, line = place_in(error, source)
    place = (type(error), file, line)
    now = time.monotonic()
    if now - logged_s.get(place, -QUIET_S) < QUIET_S:
        return
    if len(logged_s) >= _MAX_PLACES:
        logged_s.clear()
    logged_s[place] = now
    cure = _CURES.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    more = "; ".join(filter(None, (more, cure)))
    log.error("%s failed: %.200r (%s:%d)%s", what, error, file, line, f"; {more}" if more else "")
    log.debug("%s failed", what, exc_info=error)
