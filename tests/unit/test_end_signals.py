"""Which signals ask a worker to end."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

UNDER_NOHUP = """
import os
import signal

from gevent.event import Event

signal.signal(signal.SIGHUP, signal.SIG_IGN)

from game.ops.signals import on_end

came = []
event = Event()

def stop():
    came.append("asked to end")
    event.set()

on_end(stop)
os.kill(os.getpid(), signal.SIGHUP)
os.kill(os.getpid(), signal.SIGTERM)
event.wait()
print(*came)
"""


def test_a_program_under_nohup_goes_on_when_its_terminal_is_closed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNDER_NOHUP],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "asked to end\n"
