"""A worker that never collects garbage and tells at /objects what is in its memory; prints its port.

What is gone from there went by reference counting alone, at once.
"""

import gc
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import gevent

from game.app import Worker
from game.catalogue import load_games
from game.config import load

settings: dict[str, str] = json.loads(sys.argv[1])
config = load(
    Path("config.toml"),
    {
        "PORT": "0",
        "RUMPUS_SERVER__HOST": "127.0.0.1",
        "RUMPUS_RECORDS__URL": "",
        "RUMPUS_SERVER__TRANSPORTS": '["websocket", "polling"]',
        "RUMPUS_LIMITS__CREATE_PER_MIN": "10000",
        **settings,
    },
)
worker = Worker(config, load_games(config.games.enabled, []), ["k" * 64])


serve_game = worker.app.wsgi_app


def serve(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer the tests' questions before the web framework sees them: its router leaves garbage."""
    if environ["PATH_INFO"] == "/objects":
        answer = json.dumps({"objects": objects(), "connections": worker.server.connections})
    elif environ["PATH_INFO"] == "/garbage":
        answer = json.dumps({"unreachable": gc.collect()})
    else:
        return serve_game(environ, start_response)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer.encode()]


def objects() -> Counter[str]:
    """How many objects of our transport's, the web server's and Engine.IO's there are, by class."""
    kinds = (type(one) for one in gc.get_objects())
    ours = ("game.transport.", "game.edge.", "gevent.", "engineio.")
    return Counter(kind.__name__ for kind in kinds if str(kind.__module__).startswith(ours))


worker.app.wsgi_app = serve  # type: ignore[method-assign]
gc.collect()
gc.disable()
gevent.signal_handler(signal.SIGTERM, worker.stop)
worker.serve(lambda port: print(port, flush=True))
