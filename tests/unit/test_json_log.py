"""A log in JSON: every line is an object with the same keys, also what Python and gevent write."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

STRAY = """
from gevent import monkey

monkey.patch_all()

import gc, logging, threading, warnings
import gevent
from game.ops.logging import set_up

class Unclean:
    def __del__(self):
        raise ValueError("unclean")

def fail(what):
    raise ValueError(what)

def fail_in_greenlet():
    raise ValueError("greenlet")

def fail_in_thread():
    raise ValueError("thread")

set_up("json", "info", {"worker": "w1", "build": "b1"})
logging.getLogger("werkzeug").error("two\\nlines")
try:
    fail("handled")
except ValueError:
    logging.getLogger("any").exception("it failed")
for _ in range(3):
    gevent.spawn(fail_in_greenlet).join()
thread = threading.Thread(target=fail_in_thread)
thread.start()
thread.join()
Unclean()
gc.collect()
warnings.warn("a warning", stacklevel=1)
fail("process")
"""


def test_every_line_is_an_object_with_the_same_keys() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STRAY],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    for line in lines:
        assert {"event", "level", "logger", "timestamp", "worker", "build"} <= line.keys(), line
    for what in ("two\\nlines", "handled", "greenlet", "thread", "unclean", "a warning", "process"):
        assert what in ended.stderr, what
    assert ended.stderr.count("ValueError('greenlet')") == 1, "who can let one fail must not fill the disk"
    last = lines[-1]
    assert last["level"] == "critical"
    assert "Traceback" in last["exception"]
    assert "ValueError: process" in last["exception"]
