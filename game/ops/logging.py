"""The log: one line an event, for people (`console`) or for programs (`json`).

A line has the keys `event`, `level`, `logger`, `timestamp`, `worker` and `build`, and as they apply `room`,
`game`, `player`, `conn` (a connection's id), `match`, `epoch`, `task` (what runs in the background), `reason`
and `error`. Code passes them by `extra={...}`; the text of `event` stays the same from line to line wherever
a program may look for it.
"""

import logging
import sys
import threading
from collections.abc import Mapping
from types import TracebackType

import structlog
from gevent.hub import Hub

from game import error_log, telemetry

log = logging.getLogger("rumpus")


class CountErrors(logging.Handler):
    """Counts what is logged as an error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line."""
        telemetry.exceptions.labels(record.name).inc()


def set_up(form: str, level: str, constant: Mapping[str, str] | None = None) -> None:
    """Send every logger's lines to standard error, and errors that would be printed without a logger.

    Args:
        form: "console" or "json".
        level: the least important level that is logged.
        constant: keys that every line carries, such as worker and build; those without a value are left out.
    """
    always = {key: value for key, value in (constant or {}).items() if value}

    def add_constant(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        for key, value in always.items():
            event.setdefault(key, value)
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        add_constant,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    counting = CountErrors(logging.ERROR)
    root.handlers[:] = [handler, counting]
    root.setLevel(level.upper())
    for chatty in ("engineio", "socketio", "geventwebsocket", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    _catch_stray_errors()


def _catch_stray_errors() -> None:
    """Log what Python and gevent would print as a bare traceback or warning."""
    logging.captureWarnings(True)
    sys.excepthook = _process_failed
    sys.unraisablehook = lambda found: _failed("cleaning up", found.exc_value)
    threading.excepthook = _thread_failed
    Hub.print_exception = _greenlet_failed  # type: ignore[assignment, method-assign]


def _failed(what: str, error: BaseException | str | None) -> None:
    if isinstance(error, BaseException):
        error_log.report(what, error)


def _thread_failed(found: threading.ExceptHookArgs) -> None:
    if not issubclass(found.exc_type, SystemExit):
        _failed("a thread", found.exc_value)


def _greenlet_failed(
    _hub: Hub, _context: object, _kind: object, error: BaseException | str | None, _trace: object
) -> None:
    _failed("a greenlet", error)


def _process_failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        log.critical("the process fails and ends", exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)
