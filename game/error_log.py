"""Exceptions out of handlers, told in one line: where, what, and never as a flood.

A client that found a way to make a handler fail must not be able to fill the disk with tracebacks.
"""

import logging
import time
import traceback

log = logging.getLogger("rumpus.net")

QUIET_S = 60.0
"""The same exception from the same line is told once in so many seconds."""
_MAX_PLACES = 256

_told: dict[tuple[type[BaseException], str, int], float] = {}


def place_in(error: BaseException, source: str = "") -> tuple[str, int]:
    """The file and line that raised `error`; of the file `source`, its innermost line on the way there."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == source]
    last = (own or frames)[-1:]
    return (last[0].filename, last[0].lineno or 0) if last else ("?", 0)


def report(what: str, error: BaseException, more: str = "", source: str = "") -> None:
    """Log `error`, which came out of `what`, in one line; the traceback goes to level DEBUG.

    Args:
        what: what failed.
        error: the exception.
        more: something that goes to the end of the line.
        source: a file whose lines are told rather than those of what it calls.
    """
    file, line = place_in(error, source)
    place = (type(error), file, line)
    now = time.monotonic()
    if now - _told.get(place, -QUIET_S) < QUIET_S:
        return
    if len(_told) >= _MAX_PLACES:
        _told.clear()
    _told[place] = now
    log.error("%s failed: %.200r (%s:%d)%s", what, error, file, line, f"; {more}" if more else "")
    log.debug("%s failed", what, exc_info=error)
