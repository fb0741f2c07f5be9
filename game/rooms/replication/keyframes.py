"""Keyframes on demand: how often one connection gets the whole state.

A keyframe is the largest message there is, and one byte asks for it. So a connection gets at most one at
each moment of its room, which is a tick while a match runs, and a limited number of keyframes and bytes a
second.
What is asked for beyond that is not dropped, since a client without a state would stay without one: it is
sent as soon as the budget allows. Times are milliseconds, passed in.
"""

from dataclasses import dataclass, field

from game.rooms.rate_limit import Bucket

PER_S = 2
BURST = 4
BYTES_PER_S = 25_000
BYTES_BURST = 250_000


@dataclass(slots=True)
class Account:
    """What one connection has had."""

    number: Bucket = field(default_factory=lambda: Bucket(PER_S, BURST))
    size: Bucket = field(default_factory=lambda: Bucket(BYTES_PER_S, BYTES_BURST))
    sent_ms: float | None = None


class KeyframeGate:
    """Admits the keyframes of one room's connections.

    Attributes:
        waiting: the connections that wait for a keyframe, the longest first.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, None] = {}
        self._accounts: dict[str, Account] = {}

    def admits(self, member: str, now_ms: float) -> bool:
        """Whether this connection may get a keyframe now; if not, it waits for one."""
        account = self.account(member)
        if account.sent_ms == now_ms or account.size.in_debt(now_ms) or not account.number.take(now_ms):
            self.waiting[member] = None
            return False
        return True

    def sent(self, member: str, size: int, now_ms: float) -> None:
        """Count a keyframe of `size` bytes that was sent, whether or not this connection asked for it."""
        account = self.account(member)
        account.sent_ms = now_ms
        account.size.charge(now_ms, size)
        self.waiting.pop(member, None)

    def account(self, member: str) -> Account:
        """What a connection has had so far."""
        account = self._accounts.get(member)
        if account is None:
            account = self._accounts[member] = Account()
        return account

    def due(self, now_ms: float) -> list[str]:
        """The waiting connections that may get their keyframe now."""
        return [member for member in list(self.waiting) if self.admits(member, now_ms)]

    def forget(self, member: str) -> None:
        """The connection has left the room."""
        self.waiting.pop(member, None)
        self._accounts.pop(member, None)
