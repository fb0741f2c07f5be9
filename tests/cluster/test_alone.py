"""One worker without Redis: nothing of the cluster's Redis half is loaded, and nothing connects anywhere."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LONE = """
from gevent import monkey
monkey.patch_all()
import socket, sys
import redis
reached = []
def refuse(*_, **__): reached.append("a Redis client"); raise AssertionError("a Redis client was made")
redis.Redis.__init__ = refuse
original = socket.socket.connect
def connect(self, address): reached.append(address); return original(self, address)
socket.socket.connect = connect
from pathlib import Path
import gevent
from game.catalogue import load_games
from game.config import load
from game.app import Worker
config = load(None, {"PORT": "0", "RUMPUS_SERVER__HOST": "127.0.0.1"})
worker = Worker(config, load_games(config.games.enabled, []), ["k" * 32])
gevent.spawn_later(0.5, worker.stop)
worker.serve(lambda port: None)
halves = ("game.cluster.node", "game.cluster.redis_store", "game.edge.message_queue", "game.edge.membership")
loaded = [name for name in halves if name in sys.modules]
print("reached", reached, "loaded", loaded)
"""


def test_a_lone_worker_knows_no_redis() -> None:
    run = subprocess.run(
        [sys.executable, "-c", LONE], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stdout.strip() == "reached [] loaded []", run.stdout + run.stderr
