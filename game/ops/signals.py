"""Signals that ask a worker to end."""

import signal
from collections.abc import Callable

import gevent

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def on_end(stop: Callable[[], None]) -> None:
    """Call `stop` in a greenlet at each signal that asks this process to end.

    A signal that is ignored stays so: `nohup` starts programs that go on when their terminal is closed.

    Args:
        stop: it may wait.
    """
    for number in ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            gevent.signal_handler(number, stop)
