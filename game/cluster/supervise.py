"""Redis, workers and nginx on one machine, as one command: started in order, watched, ended in order.

A worker that dies is started again, and its lease is deleted at once, so that its rooms go on elsewhere
without waiting for the lease to run out. SIGHUP restarts the workers one after the other, SIGTERM ends all.
"""

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from game.cluster.redis_store import Keys, connect

log = logging.getLogger("rumpus.supervise")

ROOT = Path(__file__).parents[2]
READY_S = 120.0
SOON_S = 5.0
"""A worker that lived shorter than this is not started again at once."""
MOST_WAIT_S = 5.0


class Unfit(Exception):
    """The cluster cannot be started; the text says why and what to do."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def program(name: str) -> str:
    """The path of a program. Raises Unfit when it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        raise Unfit(f"{name} is not installed; try: apt-get install {name}")
    return found


@dataclass(slots=True)
class Worker:
    """One worker's place: its processes come and go."""

    name: str
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait_s: float = 0.0
    again_at: float | None = None
    leaving: bool = False


@dataclass(slots=True)
class Plan:
    """What to start. `port` is nginx's, 0: a free one; `redis_url` "" starts a Redis of its own."""

    folder: Path
    workers: int = 3
    port: int = 8080
    redis_url: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    redis_port: int = 0


class Supervisor:
    """Starts what a plan names, and keeps it running until `stop`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.port = plan.port or free_port()
        self.redis_port = plan.redis_port or free_port()
        self.redis_url = plan.redis_url or f"redis://127.0.0.1:{self.redis_port}/0"
        self.workers = [Worker(f"w{number + 1}", free_port()) for number in range(plan.workers)]
        self.redis: subprocess.Popen[bytes] | None = None
        self.nginx: subprocess.Popen[bytes] | None = None
        self._logs: list[IO[bytes]] = []
        self._wakes = threading.Event()
        self._stopping = False
        self._rolling: list[Worker] = []
        self._replaced: int | None = None
        self._keys = Keys(plan.environ.get("RUMPUS_CLUSTER__WORLD", "main"))

    # --- starting -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything; returns when players can come. Raises Unfit."""
        folder = self.plan.folder
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        (folder / "tmp").mkdir(exist_ok=True)
        if not self.plan.redis_url:
            self.start_redis()
        for worker in self.workers:
            self.launch(worker)
        for worker in self.workers:
            self._await_ready(worker)
        self._start_nginx()
        self._write_state()

    def _log(self, name: str) -> IO[bytes]:
        log = (self.plan.folder / "logs" / f"{name}.log").open("ab")
        self._logs.append(log)
        return log

    def start_redis(self) -> None:
        """Start Redis, and wait until it answers."""
        folder = self.plan.folder / "redis"
        folder.mkdir(exist_ok=True)
        # Redis holds names, chat and tokens: its files are for this user only, those of earlier runs too.
        folder.chmod(0o700)
        self.redis = subprocess.Popen(
            [
                program("redis-server"), "--port", str(self.redis_port), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--dir", str(folder),
            ],
            stdout=self._log("redis"),
            stderr=subprocess.STDOUT,
            umask=0o077,
        )  # fmt: skip
        client = connect(self.redis_url)
        deadline = time.monotonic() + READY_S
        while True:
            try:
                client.ping()
                return
            except Exception as error:
                if time.monotonic() > deadline or self.redis.poll() is not None:
                    raise Unfit(f"Redis does not start: {error}; see logs/redis.log") from None
                time.sleep(0.02)

    def redis_of(self, _worker: Worker) -> str:
        """The address by which a worker reaches Redis."""
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
                "RUMPUS_SERVER__SECRET_FILE": str(self.plan.folder / "secret"),
                "RUMPUS_CLUSTER__REDIS_URL": self.redis_of(worker),
                "RUMPUS_CLUSTER__WORKER_ID": worker.name,
                **self.plan.environ,
            }
        )
        worker.process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py")],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=self._log(worker.name),
        )
        worker.started = time.monotonic()
        worker.again_at = None
        worker.leaving = False

    def is_ready(self, worker: Worker) -> bool:
        """Whether a worker takes people in."""
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
                raise Unfit(f"worker {worker.name} does not start; see logs/{worker.name}.log")
            time.sleep(0.02)

    def _start_nginx(self) -> None:
        folder = self.plan.folder
        shutil.copyfile(ROOT / "deploy" / "nginx.conf", folder / "nginx.conf")
        lines = [f"server 127.0.0.1:{one.port} max_fails=0;\n" for one in self.workers]
        (folder / "workers.conf").write_text("".join(lines))
        (folder / "listen.conf").write_text(f"listen 127.0.0.1:{self.port};\n")
        command = [program("nginx"), "-p", str(folder), "-c", str((folder / "nginx.conf").resolve())]
        self.nginx = subprocess.Popen(
            [*command, "-g", "daemon off;"], stdout=self._log("nginx"), stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + READY_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.3).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.nginx.poll() is not None:
                    raise Unfit("nginx does not start; see logs/nginx.log") from None
                time.sleep(0.02)

    def _write_state(self) -> None:
        state: dict[str, Any] = {
            "link": f"http://127.0.0.1:{self.port}/",
            "redis": self.redis_url,
            "supervisor": os.getpid(),
            "workers": {
                one.name: {"port": one.port, "pid": one.process.pid if one.process is not None else None}
                for one in self.workers
            },
        }
        (self.plan.folder / "state.json").write_text(json.dumps(state, indent=1) + "\n")

    # --- watching -----------------------------------------------------------------------------

    def run(self) -> None:
        """Watch until `stop` is called; takes over the signals of this process."""
        signal.signal(signal.SIGCHLD, lambda *_: self._wakes.set())
        signal.signal(signal.SIGHUP, lambda *_: self.roll())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        while not self._stopping:
            self._wakes.wait(0.2)
            self._wakes.clear()
            self.look()
        self.stop()

    def _end(self) -> None:
        self._stopping = True
        self._wakes.set()

    def roll(self) -> None:
        """Restart all workers, one after the other, each when the one before is ready again."""
        self._rolling = list(self.workers)
        self._wakes.set()

    def look(self) -> None:
        """Deal with workers that have died and with those to be restarted; call it when a child ends."""
        now = time.monotonic()
        for worker in self.workers:
            process = worker.process
            if process is not None and process.poll() is not None:
                self.bury(worker, process.pid)
                worker.process = None
                short = not worker.leaving and now - worker.started < SOON_S
                worker.wait_s = min(max(0.2, worker.wait_s * 2), MOST_WAIT_S) if short else 0.0
                worker.again_at = now + worker.wait_s
            if worker.again_at is not None and now >= worker.again_at:
                self.launch(worker)
                self._write_state()
        if self._rolling:
            self._roll_on()

    def _roll_on(self) -> None:
        """Bring the restart of the first in the queue one step further."""
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

    def bury(self, worker: Worker, pid: int) -> None:
        """Delete the lease of a process that is dead, so that nobody waits for it to run out."""
        try:
            client = connect(self.redis_url)
            known: Any = client.zrange(self._keys.index, 0, -1)
            for wid in known:
                if wid.decode().startswith(f"{worker.name}-{pid}-"):
                    client.delete(self._keys.lease(wid.decode()))
            client.close()
        except Exception as error:
            log.warning("the lease of %s could not be deleted: %s", worker.name, error)

    # --- ending -------------------------------------------------------------------------------

    def stop(self) -> None:
        """End everything: workers first, so that they can still save, then nginx and Redis."""
        processes = [one.process for one in self.workers if one.process is not None]
        end(processes, 10)
        end([one for one in (self.nginx, self.redis) if one is not None], 5)
        for log in self._logs:
            log.close()


def end(processes: "list[subprocess.Popen[bytes]]", patience_s: float) -> None:
    """Ask processes to end, and kill those that do not."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
    deadline = time.monotonic() + patience_s
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
