"""The servers that are measured: how each is started, and the protocol of the load client."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench.machine import BENCH, BUILD, ROOT, find_node, version_of
from bench.uws import preloaded

READY = r"^ready (\d+)"
READY_RUMPUS = r"here: .*:(\d+)/"


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload.

    Attributes:
        rooms: how many rooms of 8 players a full run measures.
        hz: ticks a second.
        warm_s: from the last join to the first window.
        span_s: the length of a window of a full run; in G1 a whole round, because its rooms start together.
        probe_s: the length of each of the three windows of a probe.
    """

    name: str
    title: str
    rooms: int
    hz: int
    warm_s: float
    span_s: float
    probe_s: float
    seats: int = 8


S1 = Workload("s1", "S1: 60 B of state at 20 Hz", 100, 20, 2.0, 6.0, 3.0)
G1 = Workload("g1", "G1: Loose Ends at 30 Hz", 25, 30, 8.0, 16.0, 5.0)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One server in one workload.

    Attributes:
        speech: the protocol of the load client.
        variant: the variant of the protocol.
        command: returns the server's command line for a number of rooms.
        ready: a pattern whose first group in the server's output is its port.
        by_ticks: a message may cover several ticks, so delivery is counted in ticks.
        package: the npm package without which it cannot run.
        cwd: where the server is started.
        searched: a full run searches for its greatest number of players.
    """

    name: str
    title: str
    workload: Workload
    speech: str
    variant: str
    command: Callable[[int], list[str]]
    ready: str = READY
    env: dict[str, str] = field(default_factory=dict)
    by_ticks: bool = False
    package: str | None = None
    searched: bool = True
    cwd: Path = ROOT

    def missing(self) -> str | None:
        """The reason why it cannot run here, or None."""
        if not (self.cwd / ".done").exists() and self.cwd != ROOT:
            return "the rules are not compiled: make bench-build"
        if self.package is None:
            return None
        node = find_node()
        if node is None:
            return "no Node 22 or newer"
        if version_of(self.package) is None:
            return f"{self.package} is not installed"
        return _cannot_load(node, self.package)


@cache
def _cannot_load(node: str, package: str) -> str | None:
    """Why Node cannot load a package: not every system can run the binary of uWebSockets.js."""
    words = [node, "--input-type=module", "-e", f'await import("{package}")']
    env = {**os.environ, **preloaded()}
    tried = subprocess.run(words, cwd=BENCH, env=env, capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return None
    needs = re.search(r"`(GLIBC\w*_[\d.]+)' not found", tried.stderr)
    return f"{package} needs {needs.group(1)}" if needs else f"{package} cannot be loaded"


def _python(module: str, *words: str) -> Callable[[int], list[str]]:
    return lambda rooms: [sys.executable, "-m", f"bench.servers.{module}", str(rooms), *words]


def _node(script: str, *words: str, rooms_told: bool = False) -> Callable[[int], list[str]]:
    return lambda rooms: [
        find_node() or "node",
        f"bench/servers/{script}",
        *([str(rooms)] if rooms_told else []),
        *words,
    ]


def _plenty() -> dict[str, str]:
    """Settings of our server for a load from one address."""
    return {
        "PORT": "0",
        "RUMPUS_CONFIG": os.devnull,  # the defaults instead of config.toml
        "RUMPUS_SERVER__HOST": "127.0.0.1",
        "RUMPUS_SERVER__SECRET_FILE": str(BUILD / "secret"),
        "RUMPUS_RECORDS__URL": f"sqlite:///{BUILD / 'records.db'}",
        "RUMPUS_RECORDS__FOLDER": str(BUILD),
        "RUMPUS_SERVER__MAX_CONNECTIONS": "19000",
        "RUMPUS_SERVER__MAX_CONNECTIONS_PER_ADDRESS": "19000",
        "RUMPUS_SERVER__LOG_LEVEL": "error",
        "RUMPUS_ROOMS__COUNTDOWN_S": "0",
        "RUMPUS_ROOMS__MAX_ROOMS": "10000",
        "RUMPUS_LIMITS__CREATE_PER_MIN": "10000",
        "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
    }


def _rumpus(_rooms: int) -> list[str]:
    return [sys.executable, "server.py"]


COMPILED = ROOT / "build" / "server"
"""A copy of the server with compiled rules; the checkout is unchanged."""
COLYSEUS, COLYSEUS_UWS, SOCKETIO = "@colyseus/ws-transport", "@colyseus/uwebsockets-transport", "socket.io"


def everyone() -> list[Contestant]:
    """All contestants, ours first, the floor last."""
    return [
        Contestant("ours-bare", "Rumpus, agreed framing", S1, "s1-socketio", "bare", _python("ours_s1")),
        Contestant("ours-json", "Rumpus, JSON for any client", S1, "s1-socketio", "json", _python("ours_s1")),
        Contestant(
            "ours-binary",
            "Rumpus, attachments for any client",
            S1,
            "s1-socketio",
            "binary",
            _python("ours_s1"),
            searched=False,
        ),
        Contestant(
            "colyseus-uws",
            "Colyseus on uWebSockets, broadcast bytes",
            S1,
            "s1-colyseus",
            "bytes",
            _node("colyseus_s1.mjs", "uws", "bytes"),
            package=COLYSEUS_UWS,
            env=preloaded(),
        ),
        Contestant(
            "colyseus-ws",
            "Colyseus on ws, broadcast bytes",
            S1,
            "s1-colyseus",
            "bytes",
            _node("colyseus_s1.mjs", "ws", "bytes"),
            package=COLYSEUS,
        ),
        Contestant(
            "colyseus-ws-schema",
            "Colyseus on ws, schema state",
            S1,
            "s1-colyseus",
            "schema",
            _node("colyseus_s1.mjs", "ws", "schema"),
            package=COLYSEUS,
            searched=False,
        ),
        Contestant(
            "socketio-json",
            "Socket.IO (Node), JSON",
            S1,
            "s1-socketio",
            "json",
            _node("socketio_s1.mjs", "json", rooms_told=True),
            package=SOCKETIO,
        ),
        Contestant(
            "socketio-binary",
            "Socket.IO (Node), buffers",
            S1,
            "s1-socketio",
            "binary",
            _node("socketio_s1.mjs", "binary", rooms_told=True),
            package=SOCKETIO,
            searched=False,
        ),
        Contestant(
            "stock-json",
            "Flask-SocketIO as it comes, JSON",
            S1,
            "s1-socketio",
            "json",
            _python("stock_s1", "json"),
        ),
        Contestant(
            "stock-binary",
            "Flask-SocketIO as it comes, bytes",
            S1,
            "s1-socketio",
            "binary",
            _python("stock_s1", "binary"),
            searched=False,
        ),
        Contestant(
            "floor",
            "C loop that writes the same frames",
            S1,
            "s1-floor",
            "",
            lambda rooms: [str(BUILD / "floor"), str(rooms)],
        ),
        Contestant(
            "ours-events",
            "Rumpus, events",
            G1,
            "g1-rumpus",
            "events",
            _rumpus,
            ready=READY_RUMPUS,
            env=_plenty(),
            by_ticks=True,
        ),
        Contestant(
            "ours-events-compiled",
            "Rumpus, events, rules compiled",
            G1,
            "g1-rumpus",
            "events",
            _rumpus,
            ready=READY_RUMPUS,
            env=_plenty(),
            by_ticks=True,
            cwd=COMPILED,
        ),
        Contestant(
            "ours-delta",
            "Rumpus, delta",
            G1,
            "g1-rumpus",
            "delta",
            _rumpus,
            ready=READY_RUMPUS,
            env=_plenty(),
        ),
        Contestant(
            "game-colyseus-uws",
            "Colyseus on uWebSockets, schema state",
            G1,
            "g1-colyseus",
            "",
            _node("colyseus_g1.mjs", "uws"),
            package=COLYSEUS_UWS,
            env=preloaded(),
        ),
        Contestant(
            "game-colyseus-ws",
            "Colyseus on ws, schema state",
            G1,
            "g1-colyseus",
            "",
            _node("colyseus_g1.mjs", "ws"),
            package=COLYSEUS,
        ),
    ]


QUICK = ("ours-bare", "ours-json", "colyseus-uws", "colyseus-ws", "socketio-json", "stock-json", "floor")
"""The servers of a quick run, which measures S1 only."""
