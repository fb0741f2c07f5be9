"""A local cluster: Redis, workers and nginx on one machine, started in order, watched, ended in order.

A worker that ends is started again, and its lease is deleted at once, so that other workers go on with its
rooms without waiting for the lease to run out. Redis and nginx are started again, too; if one of them keeps
ending, the cluster ends with a message. SIGHUP restarts the workers one after the other; SIGTERM, SIGINT,
SIGQUIT and a closed terminal end all. When the supervisor is killed, everything ends with it; a process that
does not keeps the folder locked.
"""

import errno
import json
import logging
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from game.cluster.redis_errors import NO_REDIS_URL, explain
from game.cluster.redis_store import Keys, connect
from game.devtools.folder_lock import FolderLock

log = logging.getLogger("rumpus.local_cluster")

ROOT = Path(__file__).parents[2]
READY_S = 120.0
SOON_S = 5.0
"""A process that ran for a shorter time than this is not started again at once."""
MAX_WAIT_S = 5.0
MAX_SHORT_RUNS = 5
"""Redis or nginx that ends soon this many times in a row will not recover."""
NGINX_CONF = (Path(__file__).with_name("nginx.conf"), ROOT / "deploy" / "nginx.conf")
"""In an installed package, and in a checkout."""
END_WITH_PARENT = Path(__file__).with_name("end_with_parent.py")


class CannotStart(Exception):
    """The cluster cannot be started; the text says why and what to do."""


ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
UNASSIGNED = range(20_000, 32_000)
"""Ports below those that systems give to outgoing connections, and to programs that ask for any."""


def free_port() -> int:
    """Find a free port of this machine that no outgoing connection takes before it is used.

    Returns:
        the port; another process may be looking for one, too.

    Raises:
        OSError: all are taken.
    """
    first = random.randrange(len(UNASSIGNED))  # noqa: S311 - others choose one at the same time
    for k in range(len(UNASSIGNED)):
        port = UNASSIGNED[(first + k) % len(UNASSIGNED)]
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, "no port is free")


def is_taken(port: int) -> bool:
    """Whether a process listens on a port of this machine."""
    with socket.socket() as sock:
        sock.settimeout(0.3)
        return sock.connect_ex(("127.0.0.1", port)) == 0


def program(name: str) -> str:
    """The path of a program. Raises CannotStart when it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        raise CannotStart(f"{name} is not installed; try: apt-get install {name}")
    return found


@dataclass(slots=True)
class Worker:
    """One worker's place in the cluster, for one process after the other.

    Attributes:
        name: its `cluster.worker_id`.
        port: where it listens.
        process: the process that runs now.
        started: when that was started, in s of the monotonic clock.
        wait_s: how long to wait before the next start.
        again_at: when to start it again; None while it runs.
        leaving: it was asked to end.
    """

    name: str
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait_s: float = 0.0
    again_at: float | None = None
    leaving: bool = False


@dataclass(slots=True)
class Plan:
    """What to start.

    Attributes:
        folder: for logs, state and Redis's files.
        workers: how many.
        port: nginx's; 0: a free one.
        redis_url: a Redis that runs already; "": start one.
        environ: settings of the workers, as environment variables.
        redis_port: of the Redis that is started; 0: a free one.
    """

    folder: Path
    workers: int = 3
    port: int = 8080
    redis_url: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    redis_port: int = 0


@dataclass(slots=True)
class Restarts:
    """When a program that has ended is started again: at once, and later each time it ends soon."""

    started: float = 0.0
    again_at: float | None = None
    wait_s: float = 0.0
    short_runs: int = 0

    def begun(self) -> None:
        """The program was started."""
        self.started, self.again_at = time.monotonic(), None

    def ended(self) -> None:
        """The program has ended."""
        now = time.monotonic()
        short = now - self.started < SOON_S
        self.short_runs = self.short_runs + 1 if short else 1
        self.wait_s = min(max(0.2, self.wait_s * 2), MAX_WAIT_S) if short else 0.0
        self.again_at = now + self.wait_s


class Supervisor:
    """Starts what a plan names, and keeps it running until `stop`.

    Attributes:
        failure: why the cluster has ended without being asked to; "" while it has not.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.port = plan.port or free_port()
        self.redis_port = plan.redis_port or free_port()
        self.redis_url = plan.redis_url or f"redis://127.0.0.1:{self.redis_port}/0"
        self.workers = [Worker(f"w{number + 1}", free_port()) for number in range(plan.workers)]
        self.redis: subprocess.Popen[bytes] | None = None
        self.nginx: subprocess.Popen[bytes] | None = None
        self._wakes = threading.Event()
        self._stopping = False
        self._rolling: list[Worker] = []
        self._replaced: int | None = None
        self.failure = ""
        self._lock = FolderLock(plan.folder)
        self._redis_restarts = Restarts()
        self._nginx_restarts = Restarts()
        self._keys = Keys(plan.environ.get("RUMPUS_CLUSTER__WORLD", "main"))

    # --- starting -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything; returns when players can connect. Raises CannotStart."""
        folder = self.plan.folder
        try:
            (folder / "logs").mkdir(parents=True, exist_ok=True)
            (folder / "tmp").mkdir(exist_ok=True)
            self._take_folder()
        except OSError as error:
            raise CannotStart(f"the folder {folder} cannot be used: {error.strerror}") from None
        if self.plan.port and is_taken(self.plan.port):
            raise CannotStart(f"port {self.plan.port} is taken already; choose another with --port")
        if self.plan.redis_url:
            self._check_redis()
        else:
            self.start_redis()
        for worker in self.workers:
            self.launch(worker)
        for worker in self.workers:
            self._await_ready(worker)
        self._start_nginx()
        self._write_state()

    def _take_folder(self) -> None:
        """Lock the folder for this cluster. Raises CannotStart while another one's processes run."""
        if self._lock.take():
            return
        holders = self._lock.holders()
        pids = " ".join(str(one.pid) for one in holders)
        try:
            state = json.loads((self.plan.folder / "state.json").read_text())
            supervisor, link = int(state["supervisor"]), str(state["link"])
        except (OSError, ValueError, KeyError, TypeError):
            supervisor, link = 0, ""
        if any(one.pid == supervisor for one in holders):
            raise CannotStart(
                f"a cluster runs in {self.plan.folder} already, at {link}; end it with: kill {supervisor}"
                " (or use another folder: --folder)"
            )
        names = ", ".join(f"{one.name} ({one.pid})" for one in holders)
        cure = f": {names}; end them with: kill -9 {pids}" if holders else ""
        raise CannotStart(f"processes of an earlier cluster in {self.plan.folder} still run{cure}")

    def _spawn(
        self,
        command: list[str],
        log: str,
        death: signal.Signals,
        *,
        discard_output: bool = False,
        env: dict[str, str] | None = None,
        umask: int = -1,
    ) -> "subprocess.Popen[bytes]":
        """Start a program in a process group of its own.

        Args:
            command: the program and its arguments.
            log: the name of its log.
            death: the signal that it gets when this process ends.
            discard_output: keep only what it writes to stderr.
            env: its environment.
            umask: its umask, -1 for this process's.

        Returns:
            The process.
        """
        with (self.plan.folder / "logs" / f"{log}.log").open("ab") as lines:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    str(END_WITH_PARENT),
                    str(int(death)),
                    str(os.getpid()),
                    *command,
                ],
                stdout=subprocess.DEVNULL if discard_output else lines,
                stderr=lines,
                pass_fds=self._lock.inherited,
                process_group=0,
                env=env,
                umask=umask,
            )

    def _check_redis(self) -> None:
        """Raises CannotStart when the Redis that the plan names cannot be used."""
        try:
            client = connect(self.redis_url)
        except ValueError:
            raise CannotStart(NO_REDIS_URL) from None
        try:
            client.ping()
        except (RedisError, OSError) as error:
            raise CannotStart(explain(error, self.redis_url)) from None
        finally:
            client.close()

    def start_redis(self) -> None:
        """Start Redis, and wait until it answers. Raises CannotStart."""
        self._launch_redis()
        client = connect(self.redis_url)
        deadline = time.monotonic() + READY_S
        while True:
            try:
                client.ping()
                return
            except (RedisError, OSError) as error:
                if time.monotonic() > deadline or self.redis is None or self.redis.poll() is not None:
                    cause = explain(error, self.redis_url)
                    raise CannotStart(f"Redis does not start; see logs/redis.log. {cause}") from None
                time.sleep(0.02)

    def _launch_redis(self) -> None:
        folder = self.plan.folder / "redis"
        folder.mkdir(exist_ok=True)
        # Redis holds names, chat and tokens: only this user may read its files, those of earlier runs too.
        folder.chmod(0o700)
        self.redis = self._spawn(
            [
                program("redis-server"), "--port", str(self.redis_port), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--dir", str(folder),
            ],
            "redis",
            signal.SIGTERM,
            umask=0o077,
        )  # fmt: skip
        self._redis_restarts.begun()

    def redis_of(self, _worker: Worker) -> str:
        """The address at which a worker reaches Redis."""
        return self.redis_url

    def launch(self, worker: Worker) -> None:
        """Start a worker's process."""
        environ = {key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_")}
        environ.update(
            {
                "PORT": str(worker.port),
                "PYTHONFAULTHANDLER": "1",
                "RUMPUS_SERVER__HOST": "127.0.0.1",
                "RUMPUS_SERVER__TRUSTED_PROXIES": "1",
                "RUMPUS_SERVER__SECRET_FILE": str(self.plan.folder.resolve() / "secret"),
                "RUMPUS_RECORDS__URL": f"sqlite:///{(self.plan.folder / 'records.db').resolve()}",
                "RUMPUS_RECORDS__FOLDER": str(self.plan.folder.resolve()),
                "RUMPUS_CLUSTER__REDIS_URL": self.redis_of(worker),
                "RUMPUS_CLUSTER__WORKER_ID": worker.name,
                **self.plan.environ,
            }
        )
        # Also without a checkout, and beside another package that is called `game`.
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        command = [sys.executable, "-P", "-m", "game.serve"]
        # Redis is gone with this process, so rooms cannot move: workers end at once.
        worker.process = self._spawn(command, worker.name, signal.SIGKILL, env=environ, discard_output=True)
        worker.started = time.monotonic()
        worker.again_at = None
        worker.leaving = False

    def is_ready(self, worker: Worker) -> bool:
        """Whether a worker accepts players."""
        try:
            with socket.create_connection(("127.0.0.1", worker.port), 0.3) as sock:
                sock.settimeout(0.5)
                sock.sendall(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return b" 200 " in sock.recv(64)
        except OSError:
            return False

    def _await_ready(self, worker: Worker) -> None:
        deadline = time.monotonic() + READY_S
        while not self.is_ready(worker):
            dead = worker.process is not None and worker.process.poll() is not None
            if dead or time.monotonic() > deadline:
                raise CannotStart(f"worker {worker.name} does not start; {self._end_of_log(worker.name)}")
            time.sleep(0.02)

    def _end_of_log(self, name: str) -> str:
        """Where the log of a process is, and its last line."""
        path = self.plan.folder / "logs" / f"{name}.log"
        lines = path.read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"see {path}: {last}" if last else f"see {path}"

    def _start_nginx(self) -> None:
        folder = self.plan.folder
        shutil.copyfile(next(path for path in NGINX_CONF if path.exists()), folder / "nginx.conf")
        lines = [f"server 127.0.0.1:{one.port} max_fails=0;\n" for one in self.workers]
        (folder / "workers.conf").write_text("".join(lines))
        (folder / "listen.conf").write_text(f"listen 127.0.0.1:{self.port};\n")
        self._launch_nginx()
        deadline = time.monotonic() + READY_S
        while not is_taken(self.port):
            if time.monotonic() > deadline or self.nginx is None or self.nginx.poll() is not None:
                raise CannotStart(f"nginx does not start; {self._end_of_log('nginx')}")
            time.sleep(0.02)

    def _launch_nginx(self) -> None:
        folder = self.plan.folder
        command = [program("nginx"), "-p", str(folder), "-c", str((folder / "nginx.conf").resolve())]
        self.nginx = self._spawn([*command, "-g", "daemon off;"], "nginx", signal.SIGTERM)
        self._nginx_restarts.begun()

    def _write_state(self) -> None:
        state: dict[str, Any] = {
            "link": f"http://127.0.0.1:{self.port}/",
            "redis": self.redis_url,
            "supervisor": os.getpid(),
            "redis_pid": None if self.redis is None else self.redis.pid,
            "nginx_pid": None if self.nginx is None else self.nginx.pid,
            "workers": {
                one.name: {"port": one.port, "pid": one.process.pid if one.process is not None else None}
                for one in self.workers
            },
        }
        fresh = self.plan.folder / "state.json.new"
        fresh.write_text(json.dumps(state, indent=1) + "\n")
        fresh.replace(self.plan.folder / "state.json")

    # --- watching -----------------------------------------------------------------------------

    def heed_signals(self) -> None:
        """Set this process's signal handlers. Call it before printing which signals can be sent."""
        signal.signal(signal.SIGCHLD, lambda *_: self._wakes.set())
        # `nohup` starts programs that go on when their terminal is closed.
        ends_with_terminal = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and has_terminal()

        def hung_up(*_: object) -> None:
            if ends_with_terminal and not has_terminal():
                self._end()
            else:
                self.roll()

        signal.signal(signal.SIGHUP, hung_up)
        for number in ENDS:
            signal.signal(number, lambda *_: self._end())

    def run(self) -> None:
        """Watch until a signal or a failure ends the cluster; `heed_signals` comes before."""
        while not self._stopping:
            self._wakes.wait(0.2)
            self._wakes.clear()
            self.look()
        self.stop()
        for number in (*ENDS, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl+C during exit is not an error

    def _end(self) -> None:
        self._stopping = True
        self._wakes.set()

    def roll(self) -> None:
        """Restart all workers, one after the other, each when the one before is ready again."""
        self._rolling = list(self.workers)
        self._wakes.set()

    def look(self) -> None:
        """Start again what has ended, and go on with a rolling restart; call it when a child ends."""
        now = time.monotonic()
        for worker in self.workers:
            process = worker.process
            if process is not None and process.poll() is not None:
                self.end_lease(worker, process.pid)
                worker.process = None
                short = not worker.leaving and now - worker.started < SOON_S
                worker.wait_s = min(max(0.2, worker.wait_s * 2), MAX_WAIT_S) if short else 0.0
                worker.again_at = now + worker.wait_s
            if worker.again_at is not None and now >= worker.again_at:
                self.launch(worker)
                self._write_state()
        if self._rolling:
            self._roll_on()
        if self.redis is not None:
            self._look_after("Redis", self.redis, self._redis_restarts, self._launch_redis)
        if self.nginx is not None:
            self._look_after("nginx", self.nginx, self._nginx_restarts, self._launch_nginx)

    def _look_after(
        self, name: str, process: "subprocess.Popen[bytes]", restarts: Restarts, launch: Callable[[], None]
    ) -> None:
        """Start Redis or nginx again when it has ended; end the cluster if it does not stay."""
        code = process.poll()
        if code is None:
            return
        if restarts.again_at is None:
            restarts.ended()
            if restarts.short_runs >= MAX_SHORT_RUNS:
                log_name = f"{self.plan.folder}/logs/{name.lower()}.log"
                self.failure = (
                    f"{name} ended {restarts.short_runs} times in a row (last: {code}); see {log_name}"
                )
                self._end()
                return
            log.warning("%s has ended (%d): starting it again", name, code)
            kill_group(process.pid)  # nginx's workers would go on, and keep its port
        if restarts.again_at is not None and time.monotonic() >= restarts.again_at:
            launch()
            self._write_state()

    def _roll_on(self) -> None:
        """Restart the next worker if the one before is ready."""
        worker, process = self._rolling[0], self._rolling[0].process
        if process is None or not self.is_ready(worker):
            return
        if self._replaced is None:
            self._replaced = process.pid
            worker.leaving = True
            process.terminate()
        elif process.pid != self._replaced:
            self._replaced = None
            self._rolling.pop(0)

    @property
    def rolling(self) -> bool:
        """Whether workers are being restarted one after the other."""
        return bool(self._rolling)

    def end_lease(self, worker: Worker, pid: int) -> None:
        """Delete the lease of a process that has ended, so that no worker waits for it to run out."""
        try:
            client = connect(self.redis_url)
            known: Any = client.zrange(self._keys.index, 0, -1)
            for lease_id in known:
                if lease_id.decode().startswith(f"{worker.name}-{pid}-"):
                    client.delete(self._keys.lease(lease_id.decode()))
            client.close()
        except (RedisError, OSError) as error:
            log.warning("the lease of %s could not be deleted: %s", worker.name, error)

    # --- ending -------------------------------------------------------------------------------

    def stop(self) -> None:
        """End everything: workers first, since they need Redis to save, then nginx and Redis."""
        processes = [one.process for one in self.workers if one.process is not None]
        end(processes, 10)
        end([one for one in (self.nginx, self.redis) if one is not None], 5)
        self._lock.leave()


def has_terminal() -> bool:
    """Whether this process was started from a terminal that is still open."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def end(processes: "list[subprocess.Popen[bytes]]", patience_s: float) -> None:
    """Ask processes to end, and kill those that have not after `patience_s`."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
    deadline = time.monotonic() + patience_s
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill_group(process.pid)
            process.wait()


def kill_group(pid: int) -> None:
    """Kill a process and the processes that it has started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended, and its number may be another process's
