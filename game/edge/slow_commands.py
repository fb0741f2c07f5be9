"""Preparation commands: commands that take milliseconds to prepare, such as a pack of questions to read.

They are prepared in a thread, one at a time, so that ticks go on.
"""

from collections.abc import Callable

import gevent
from gevent.lock import BoundedSemaphore

from game import error_log
from game.protocol import commands as c
from game.rooms.errors import Refused
from game.rooms.handlers import Preparation
from game.rooms.hosting import PackFormat

MOST_WAITING = 8
"""The greatest number of commands that wait for their preparation, all connections together."""
INTERNAL = Refused("internal", "Something went wrong here. Try again.")


class SlowCommands:
    """Prepares commands in a thread and passes each on when it is ready.

    Args:
        packs: the format of packs, for commands that bring one.
    """

    def __init__(self, packs: PackFormat) -> None:
        self._packs = packs
        self._waiting = 0
        self._one_at_a_time = BoundedSemaphore(1)

    def start(
        self,
        name: str,
        slow: Preparation,
        command: c.Command,
        carry_out: Callable[[c.Command], None],
        refuse: Callable[[Refused], None],
    ) -> None:
        """Prepare a command; returns at once.

        Args:
            name: the command's name, for the log.
            slow: how it is prepared.
            command: what the client sent.
            carry_out: called with the prepared command, in a greenlet; it may raise Refused.
            refuse: called if the command is refused, or fails.

        Raises:
            Refused: too many commands wait.
        """
        if self._waiting >= MOST_WAITING:
            raise Refused("busy", "The server is busy. Try again in a moment.")
        self._waiting += 1

        def work() -> None:
            try:
                with self._one_at_a_time:
                    prepared = gevent.get_hub().threadpool.apply(_prepare, (slow, command, self._packs))
                if isinstance(prepared, Exception):
                    raise prepared
                carry_out(prepared)
            except Refused as refused:
                refuse(refused)
            except Exception as error:  # noqa: BLE001  a fault of one command must not reach others
                error_log.report(f"command {name!r}", error)
                refuse(INTERNAL)
            finally:
                self._waiting -= 1

        gevent.spawn(work)


def _prepare(slow: Preparation, command: c.Command, packs: PackFormat) -> c.Command | Exception:
    """Prepare a command, in a thread. An exception is returned: gevent would print a traceback of it."""
    try:
        return slow.prepare(command, packs)
    except Exception as error:  # noqa: BLE001  the caller raises it
        return error
