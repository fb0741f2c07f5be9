"""Several worker processes of one Flask-SocketIO app on one port: `rumpus serve app:socketio --workers 4`.

The supervisor opens a listening socket for each worker on the same port, between which the system spreads new
connections (SO_REUSEPORT), and hands each worker its own. The sockets stay open in the supervisor, so nobody
is refused while a worker is exchanged: new connections wait until the next one accepts them.

Signals: SIGHUP exchanges all workers for new ones, which load the program again; SIGTERM and SIGINT end all.
"""

import argparse
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
from gevent.os import tp_read

from game.transport.message_queue import QueueManager
from game.transport.server import listening_socket
from game.transport.socketio import SocketIO

START_S = 60.0
"""A worker that does not listen after so long cannot be started."""
END_S = 10.0
"""A worker that has not ended so long after SIGTERM is killed."""
FIRST_PAUSE_S, LAST_PAUSE_S = 0.1, 5.0
"""Before a worker that ended at once is started again, the pause grows from the first to the last."""
STEADY_S = 10.0
"""A worker that ran for so long has not ended at once."""
LOOK_S = 0.2
WORKER = (
    "from gevent import monkey; monkey.patch_all(); "
    "import sys; from game.transport.workers import main; sys.exit(main())"
)
"""What a worker runs: gevent must have taken the sockets over before anything else is imported."""
ENDS = {signal.SIGTERM, signal.SIGINT}
SIGNALS = {signal.SIGHUP, signal.SIGCHLD, *ENDS}


@dataclass
class Slot:
    """A place for one worker.

    Attributes:
        listener: its listening socket.
        process: the worker that has it now.
        since: when that was started.
        pause_s: how long to wait if it ends at once.
        due: when the next one is started; None while one runs.
    """

    listener: socket.socket
    process: "subprocess.Popen[bytes] | None" = None
    since: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    due: float | None = None


@dataclass
class Supervisor:
    """Starts, exchanges and ends the workers of one app.

    Attributes:
        target: the app, as `module:name`.
        slots: one for each worker.
        leaving: processes that were told to end, with the time at which they are killed.
    """

    target: str
    slots: list[Slot]
    leaving: "list[tuple[subprocess.Popen[bytes], float]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the pipe by which workers notice that the supervisor has gone."""
        self._alive, self._life = os.pipe()

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; returns the exit code."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        fresh = self._start_all()
        if fresh is None:
            _say("the app cannot be started; its workers said why above")
            return 1
        self._exchange(fresh)
        host, port = self.slots[0].listener.getsockname()[:2]
        _say(f"{len(self.slots)} workers listen on http://{host}:{port}")
        while True:
            came = signal.sigtimedwait(SIGNALS, LOOK_S)
            if came is not None and came.si_signo in ENDS:
                break
            if came is not None and came.si_signo == signal.SIGHUP:
                self._reload()
            self._look()
        self._end()
        return 0

    def _start(self, slot: Slot) -> "tuple[subprocess.Popen[bytes], int]":
        """Start a worker; returns it, and a pipe that is readable when it serves or has ended."""
        ready, says = os.pipe()
        number = self.slots.index(slot)
        fds = (slot.listener.fileno(), says, self._alive)
        command = [sys.executable, "-P", "-c", WORKER, "--work", self.target]
        # The terminal's Ctrl+C reaches the supervisor alone.
        process = subprocess.Popen(
            [*command, str(len(self.slots)), str(number), *map(str, fds)],
            pass_fds=fds,
            start_new_session=True,
        )
        os.close(says)
        return process, ready

    def _start_all(self) -> "list[subprocess.Popen[bytes]] | None":
        """Start a worker for each slot; None, and none runs, if one of them does not serve."""
        started = [self._start(slot) for slot in self.slots]
        end = time.monotonic() + START_S
        good = True
        for _, ready in started:
            while good and not select.select([ready], [], [], LOOK_S)[0]:
                good = time.monotonic() < end and not signal.sigpending() & ENDS
            good = good and os.read(ready, 1) == b"1"
            os.close(ready)
        processes = [process for process, _ in started]
        if good:
            return processes
        for process in processes:
            process.kill()
            process.wait()
        return None

    def _exchange(self, fresh: "list[subprocess.Popen[bytes]]") -> None:
        for slot, process in zip(self.slots, fresh, strict=True):
            old, slot.process = slot.process, process
            slot.since, slot.due, slot.pause_s = time.monotonic(), None, FIRST_PAUSE_S
            if old is not None:
                self._let_end(old)

    def _reload(self) -> None:
        fresh = self._start_all()
        if fresh is None:
            _say("the new workers cannot be started, so the old ones go on")
            return
        self._exchange(fresh)
        _say("all workers are new")

    def _look(self) -> None:
        """Start a worker again that has ended, and kill those that were told to end and do not."""
        now = time.monotonic()
        for slot in self.slots:
            if slot.process is not None and slot.process.poll() is not None:
                if now - slot.since >= STEADY_S:
                    slot.pause_s = FIRST_PAUSE_S
                _say(f"a worker has ended ({_ending(slot.process.returncode)}), another one is started")
                slot.process, slot.due = None, now + slot.pause_s
                slot.pause_s = min(LAST_PAUSE_S, slot.pause_s * 2)
            if slot.due is not None and slot.due <= now:
                slot.process, ready = self._start(slot)
                os.close(ready)
                slot.since, slot.due = now, None
        for process, until in self.leaving[:]:
            if process.poll() is not None:
                self.leaving.remove((process, until))
            elif now > until:
                process.kill()

    def _let_end(self, process: "subprocess.Popen[bytes]") -> None:
        process.terminate()
        self.leaving.append((process, time.monotonic() + END_S))

    def _end(self) -> None:
        for slot in self.slots:
            if slot.process is not None:
                self._let_end(slot.process)
                slot.process = None
            slot.due = None
        while self.leaving:
            signal.sigtimedwait({signal.SIGCHLD}, LOOK_S)
            self._look()


def _say(sentence: str) -> None:
    sys.stderr.write(f"rumpus: {sentence}\n")
    sys.stderr.flush()


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def find(target: str) -> Any:  # noqa: ANN401  what the name stands for
    """Import what `module:name` names; the module is looked for in the current folder first.

    Returns:
        The object.

    Raises:
        SystemExit: there is none, with a sentence that says so.
        ModuleNotFoundError: the module imports one that is not there.
    """
    module, _, name = target.partition(":")
    if not module or not name:
        raise SystemExit(f"say module:name, as in app:socketio, not {target!r}")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise SystemExit(f"there is no module {module} in {Path.cwd()}") from None
    for part in name.split("."):
        if not hasattr(found, part):
            raise SystemExit(f"{module} has no {name}")
        found = getattr(found, part)
    return found


def work(target: str, count: int, number: int, listener: int, says: int, alive: int) -> None:
    """Be one worker; only in a process that is made for it.

    Args:
        target: the app, as `module:name`.
        count: how many workers there are.
        number: of this one, from 0.
        listener: file descriptor of a socket that listens.
        says: of a pipe; "1" is written when clients are served.
        alive: of a pipe, at whose end the supervisor has gone.

    Raises:
        SystemExit: the app cannot be served by several workers, with a sentence that says why.
    """
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    app = find(target)
    if not isinstance(app, SocketIO) or app.server is None:
        raise SystemExit(f"{target} is no SocketIO of game.transport with an app")
    if count > 1 and "polling" in app.server.eio.transports:
        raise SystemExit(
            "the requests of one client on long-polling would reach different workers: write "
            'SocketIO(app, transports=["websocket"]), or use one worker'
        )
    if count > 1 and number == 0 and not isinstance(app.manager, QueueManager):
        _say("without message_queue the clients of one worker do not reach those of another")

    def serve_no_longer_than_the_supervisor() -> None:
        tp_read(alive, 1)
        app.stop()

    def is_ready() -> None:
        with suppress(BrokenPipeError):  # nobody waits for a worker that was started again
            os.write(says, b"1")
        os.close(says)

    gevent.signal_handler(signal.SIGTERM, app.stop)
    gevent.spawn(serve_no_longer_than_the_supervisor)
    app.serve(socket.socket(fileno=listener), on_listening=is_ready)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--work"]:
        target, *numbers = given[1:]
        code = 0
        try:
            work(target, *map(int, numbers))
        except SystemExit as error:
            _say(str(error.code))
            code = 1
        except Exception:  # noqa: BLE001  the program's fault, which ends its worker
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        os._exit(code)  # the thread that waits for the supervisor's end would hold the process up
    parser = argparse.ArgumentParser(prog="rumpus serve", description="Serve a Flask-SocketIO app.")
    parser.add_argument("target", help="the app, as module:name, e.g. app:socketio")
    parser.add_argument("--workers", type=int, default=1, help="how many processes (1)")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="0 takes a free one (5000)")
    asked = parser.parse_args(given)
    if not 1 <= asked.workers <= 256:
        parser.error(f"--workers must be 1 to 256, got {asked.workers}")
    try:
        first = listening_socket(asked.host, asked.port, shared=True)
        port = first.getsockname()[1]
        others = [listening_socket(asked.host, port, shared=True) for _ in range(asked.workers - 1)]
    except (OSError, OverflowError) as error:
        parser.error(f"cannot listen on {asked.host}:{asked.port}: {error}")
    return Supervisor(asked.target, [Slot(one) for one in (first, *others)]).run()


if __name__ == "__main__":
    sys.exit(main())
