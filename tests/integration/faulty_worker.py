"""A worker with a part that fails: `python -m gevent.monkey tests/integration/faulty_worker.py PART HOW`.

Prints its port. At SIGUSR1 the part begins to fail: HOW is "raise" or "hang".
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event

from game.app import Worker
from game.catalogue import load_games
from game.config import load
from game.ops.logging import set_up

part, how = sys.argv[1:]
config = load(
    Path("config.toml"),
    {**os.environ, "PORT": "0", "RUMPUS_SERVER__HOST": "127.0.0.1", "RUMPUS_RECORDS__URL": ""},
)
set_up("console", "info")
worker = Worker(config, load_games(config.games.enabled, []), ["k" * 64])


def break_down(*_: Any) -> Any:
    """Fail as this part could."""
    if how == "hang":
        Event().wait()
    raise RuntimeError(f"{part} is broken")


def sabotage() -> None:
    """Break the part; it fails the next time it runs."""
    node: Any = worker._node
    match part:
        case "tick loop":
            worker.scheduler._adapt = break_down  # type: ignore[method-assign, assignment]
        case "heartbeat":
            engine: Any = worker.socketio.server.eio
            engine._look_round = break_down
            engine._watch_wakes.set()
        case "lease":
            node._measure_load = break_down
        case "writer":
            node.writer.flush = break_down
        case "mailbox":
            node._store.listen = break_down
        case _:
            raise ValueError(part)


gevent.signal_handler(signal.SIGUSR1, sabotage)
gevent.signal_handler(signal.SIGTERM, worker.stop)
sys.exit(0 if worker.serve(lambda port: print(port, flush=True)) else 1)
