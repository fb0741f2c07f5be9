"""A store that fails at one call: before it has an effect, or behind it, so that only the answer is lost."""

from typing import Any

from game.cluster.store import StoreDown

QUIET = ("reconnected", "mailboxes", "result", "aside", "listen")
"""What is no call to the store."""


class FailingStore:
    """Passes calls on to another store, which all workers share.

    Attributes:
        fails_at: the number of the call that fails, from 0; None: none does.
        answer_lost: the call that fails has its effect.
        calls: how many calls there were since `arm`.
        failed: the name of the call that failed.
    """

    def __init__(self, store: Any) -> None:
        self._store = store
        self.fails_at: int | None = None
        self.answer_lost = False
        self.calls = 0
        self.failed = ""

    def arm(self, fails_at: int, answer_lost: bool) -> None:
        """Let a call fail, counted from now."""
        self.fails_at, self.answer_lost, self.calls, self.failed = fails_at, answer_lost, 0, ""

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._store, name)
        if name in QUIET or not callable(attribute):
            return attribute

        def call(*args: Any, **named: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if number != self.fails_at:
                return attribute(*args, **named)
            self.failed = name
            if self.answer_lost:
                attribute(*args, **named)
            raise StoreDown(f"call {number}, {name}, fails")

        return call
