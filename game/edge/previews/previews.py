"""Previews: asks for pictures of kept matches and of games, draws each once, and keeps the latest in memory.

Drawing takes a second or two of a processor, so it is done in a process of its own: `child.py`. The worker
only starts it and reads its answer, and goes on with its ticks in between.
"""

import contextlib
import logging
import os
import signal
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import gevent
import msgspec
from gevent.event import AsyncResult
from gevent.lock import BoundedSemaphore
from gevent.monkey import get_original
from gevent.os import make_nonblocking, nb_read

from game import error_log
from game.edge.previews.child import Drawn, GameJob, Job
from game.transport.sampling import Sampler

log = logging.getLogger("rumpus.previews")

ROOT = Path(__file__).resolve().parents[3]
"""The folder that holds the package `game`."""
AT_ONCE = 1
"""Processes that draw at the same time; a worker has one core."""
MAX_WAITING = 8
"""Previews that are being drawn or wait for it; a request for one more is refused."""
DRAW_S = 60.0
"""What one process may take; its processor time has a lower limit of its own, see `child.CPU_S`."""
KEPT_BYTES = 32 << 20
RETRY_S = 600
"""An incomplete picture is kept this long before it is drawn again."""
_waitpid = get_original("os", "waitpid")
"""gevent's own works in the main thread alone."""


class Busy(Exception):
    """Too many previews are being drawn now."""


class Failed(Exception):
    """A preview could not be drawn."""


class Kept(NamedTuple):
    """A picture in memory; `until_s` is when it is to be drawn again, None for never."""

    drawn: Drawn
    until_s: float | None


class Previews:
    """The previews of one worker.

    Args:
        font: the file of the client's font, or None.
        now_s: a clock that only goes forward, in seconds.
        draw_s: what one process may take, in seconds.
    """

    def __init__(self, font: Path | None, now_s: Callable[[], float], draw_s: float = DRAW_S) -> None:
        self._font = "" if font is None else str(font)
        self._now_s = now_s
        self._draw_s = draw_s
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._kept_bytes = 0
        self._drawing: dict[str, AsyncResult[Drawn]] = {}
        self._turns = BoundedSemaphore(AT_ONCE)
        self._sampler = Sampler()

    def here(self, key: str) -> Drawn | None:
        """The picture of a key if it is in memory."""
        kept = self._kept.get(key)
        if kept is None or (kept.until_s is not None and kept.until_s < self._now_s()):
            return None
        self._kept.move_to_end(key)
        return kept.drawn

    def draw(self, key: str, make_job: Callable[[str], Job | GameJob]) -> Drawn:
        """A picture; waits until it is drawn.

        Args:
            key: what the picture is known by: the id of a match, or `game/` and the name of a game.
            make_job: makes the job when its turn comes, from the path of the font; it may wait.

        Returns:
            The picture.

        Raises:
            Busy: too many others wait.
            Failed: it cannot be drawn.
        """
        here = self.here(key)
        if here is not None:
            return here
        waiting = self._drawing.get(key)
        if waiting is None:
            if len(self._drawing) >= MAX_WAITING:
                raise Busy
            waiting = self._drawing[key] = AsyncResult()
            gevent.spawn(self._draw_in_turn, key, make_job, waiting)
        found = waiting.get()
        assert found is not None
        return found

    def _draw_in_turn(
        self, key: str, make_job: Callable[[str], Job | GameJob], waiting: "AsyncResult[Drawn]"
    ) -> None:
        try:
            with self._turns:
                drawn = self._run(make_job(self._font))
            self._keep(key, drawn)
            waiting.set(drawn)
        except Failed as error:
            waiting.set_exception(error)
        except Exception as error:  # noqa: BLE001  those who wait must not wait for ever
            error_log.report(f"the preview of {key}", error)
            waiting.set_exception(Failed("an exception was logged"))
        finally:
            del self._drawing[key]

    def _keep(self, key: str, drawn: Drawn) -> None:
        until_s = None if drawn.complete else self._now_s() + RETRY_S
        old = self._kept.pop(key, None)
        self._kept_bytes += len(drawn.png) - (0 if old is None else len(old.drawn.png))
        self._kept[key] = Kept(drawn, until_s)
        while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.drawn.png)

    def _run(self, job: Job | GameJob) -> Drawn:
        """Draw in a process; a match, if that fails, once more without the replay. Raises Failed."""
        try:
            return run_child(job, self._draw_s)
        except Failed as error:
            if isinstance(job, GameJob):
                raise
            if self._sampler.admits("failed"):
                log.warning("the preview of match %s failed: %s", job.match.id, error)
            alone = msgspec.structs.replace(job, journal=None, rules=None)
            return msgspec.structs.replace(run_child(alone, self._draw_s), complete=False)


def run_child(job: Job | GameJob, draw_s: float) -> Drawn:
    """Draw in a process of its own, which is killed after `draw_s` seconds. Raises Failed."""
    pool = gevent.get_hub().threadpool
    folder: tempfile.TemporaryDirectory[str] = pool.apply(_prepare, (job,))
    try:
        with _child(Path(folder.name)) as output:
            data = _read_all(output, draw_s)
        drawn: Drawn = msgspec.msgpack.decode(data, type=Drawn)
        return drawn
    except msgspec.MsgspecError:
        raise Failed("its process has ended without a picture") from None
    finally:
        pool.apply(folder.cleanup)


def _prepare(job: Job | GameJob) -> "tempfile.TemporaryDirectory[str]":
    """A folder for the files of one process, with its job. Runs in a thread."""
    folder = tempfile.TemporaryDirectory(prefix="rumpus-preview-", ignore_cleanup_errors=True)
    Path(folder.name, "job").write_bytes(msgspec.msgpack.encode(job))
    return folder


@contextlib.contextmanager
def _child(folder: Path) -> Iterator[int]:
    """A process that draws the job of a folder; at the end it is killed.

    It is started by posix_spawn: a fork of this process would hold up its ticks.

    Args:
        folder: the folder that `_prepare` made.

    Yields:
        A file descriptor of its output.
    """
    reading, writing = os.pipe()
    try:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, str(folder / "job"), os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, writing, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        environ = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
        arguments = [sys.executable, "-m", "game.edge.previews.child"]
        pid = os.posix_spawn(sys.executable, arguments, environ, file_actions=actions, setpgroup=0)
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    make_nonblocking(reading)
    try:
        yield reading
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # and the process of the rules
        gevent.get_hub().threadpool.apply(_collect, (pid,))


def _collect(pid: int) -> None:
    """Wait for a process that was killed. Runs in a thread."""
    with contextlib.suppress(ChildProcessError):  # the event loop may have collected it
        _waitpid(pid, 0)


def _read_all(output: int, within_s: float) -> bytes:
    """All that a process writes. Raises Failed if it has not ended in time."""
    parts: list[bytes] = []
    try:
        with gevent.Timeout(within_s):
            while part := nb_read(output, 1 << 16):
                parts.append(part)
    except gevent.Timeout:
        raise Failed(f"it was not drawn in {within_s:g} s") from None
    return b"".join(parts)
