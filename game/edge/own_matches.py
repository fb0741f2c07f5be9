"""The matches that wait for a device: what its person asks about them, answered from the database.

Each answer is looked up in a greenlet of its own; a few at once.
"""

from collections.abc import Callable

import gevent
from gevent.lock import BoundedSemaphore
from sqlalchemy.exc import SQLAlchemyError

from game import error_log
from game.cluster.remote import Later
from game.edge.slow_commands import INTERNAL
from game.protocol import commands as c
from game.records.database import BadDatabase
from game.records.keeper import UNREACHABLE, Keeper
from game.records.push import Push
from game.records.subscriptions import Subscription
from game.rooms.errors import NoSuchRoom, Refused

AT_ONCE = 8
MOST_WAITING = 200
BUSY = Refused("busy", "The server is busy. Try again in a moment.")


class OwnMatches:
    """Answers `matches` and `subscribe`, and the end of `resign`.

    Args:
        keeper: keeps the matches.
        push: sends messages about them.
    """

    def __init__(self, keeper: Keeper, push: Push) -> None:
        self._keeper = keeper
        self._push = push
        self._free = BoundedSemaphore(AT_ONCE)
        self._waiting = 0

    def show(self, device: str, later: Later) -> None:
        """List the matches that wait for a device. Raises Refused."""
        self._answer(later, lambda: self._listed(device))

    def _listed(self, device: str) -> c.OwnMatches:
        matches = [
            c.OwnMatch(
                code=one.code,
                game=one.game,
                title=one.title,
                others=one.others,
                mine=one.mine,
                turn=one.turn,
                turn_ms=one.turn_ms,
                due_ms=one.due_ms,
                older_rules=not self._keeper.can_go_on(one),
            )
            for one in self._keeper.of_device(device)
        ]
        return c.OwnMatches(matches, self._push.public_key)

    def leave(self, device: str, command: c.Resign, later: Later) -> None:
        """Take a device's seats off a match that cannot be woken. Raises Refused."""

        def leave() -> c.Done:
            if not self._keeper.leave(command.code, device):
                raise NoSuchRoom
            return c.Done()

        self._answer(later, leave)

    def subscribe(self, device: str, command: c.Subscribe, later: Later) -> None:
        """Reach a device by a push service, or not any more. Raises Refused."""

        def subscribe() -> c.Subscribed:
            if command.p256dh:
                one = Subscription(command.endpoint, command.p256dh, command.auth, command.language)
                self._push.subscribe(device, one)
            else:
                self._push.unsubscribe(command.endpoint)
            return c.Subscribed(bool(command.p256dh))

        self._answer(later, subscribe)

    def _answer(self, later: Later, look: Callable[[], c.Answer]) -> None:
        if self._waiting >= MOST_WAITING:
            raise BUSY
        self._waiting += 1

        def run() -> None:
            try:
                with self._free:
                    answer = look()
                later(answer)
            except Refused as refused:
                later(refused)
            except (SQLAlchemyError, BadDatabase):
                later(UNREACHABLE)
            except Exception as error:  # noqa: BLE001 - the caller waits for an answer
                error_log.report("a question about own matches", error)
                later(INTERNAL)
            finally:
                self._waiting -= 1

        gevent.spawn(run)
