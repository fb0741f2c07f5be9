"""A time limit for each call of a game's rules, for the author's tools.

An endless loop in `step` would hang the process: nothing else runs in it, not even the handler of SIGTERM. A
timer of the kernel interrupts the call and raises `TookTooLong` in it.
"""

import signal
from collections.abc import Callable
from types import FrameType

from game.rules import Game

MOST_S = 2.0
"""A call that computes for longer is interrupted; at 30 Hz a tick has 0.033 s."""
CALLED = ("start", "step", "join", "leave", "command", "near", "bot", "rebuild", "rewound", "rounds")


class TookTooLong(Exception):
    """One call of the rules did not return in time."""


def limited(game: Game, most_s: float = MOST_S) -> Game:
    """Let every call of this game's rules be interrupted after a time.

    It works only in the main thread, where signal handlers run; calls may nest.

    Args:
        game: the game; it is changed.
        most_s: seconds of a processor that one call may take: on a busy machine it may wait for longer.

    Returns:
        The same game.
    """
    signal.signal(signal.SIGPROF, _interrupt)
    for name in CALLED:
        setattr(game, name, _limited(getattr(game, name), name, most_s))
    return game


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise TookTooLong("this call does not end: an endless loop?")


def _limited(call: Callable[..., object], name: str, most_s: float) -> Callable[..., object]:
    def run(*arguments: object) -> object:
        before, _ = signal.setitimer(signal.ITIMER_PROF, most_s)
        try:
            return call(*arguments)
        finally:
            # A call within a call gives the outer one its time back.
            signal.setitimer(signal.ITIMER_PROF, before)

    run.__name__ = name
    return run
