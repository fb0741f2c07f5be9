"""Visitors: the connections of this worker, who they are, where they are, and how much they may ask."""

from dataclasses import dataclass, field

from game.net.fanout import Framing
from game.rooms.bucket import Bucket
from game.settings import Limits

QUICKS = 6
"""Quick play seldom opens a room, so it may be asked for so many times as often as rooms may be opened."""


@dataclass(slots=True, eq=False)
class Visitor:
    """One connection to the namespace `/`; `hash` is what a load balancer placed it by."""

    sid: str
    device: str
    address: str
    framing: Framing
    commands: Bucket
    inputs: Bucket
    preparations: Bucket
    hash: str = ""
    strikes: int = 0
    closing: bool = False


@dataclass(slots=True)
class Allowance:
    """What one address may still try."""

    joins: Bucket
    creates: Bucket
    quicks: Bucket
    seen_ms: float = 0


@dataclass(slots=True)
class Visitors:
    """Every visitor by session id, and what each address may still try."""

    limits: Limits
    by_sid: dict[str, Visitor] = field(default_factory=dict)
    _allowances: dict[str, Allowance] = field(default_factory=dict)

    def enter(self, sid: str, device: str, address: str, framing: Framing) -> Visitor:
        """A new connection."""
        limits = self.limits
        visitor = Visitor(
            sid,
            device,
            address,
            framing,
            Bucket(limits.command_rate_per_s, limits.command_burst),
            Bucket(limits.input_rate_per_s, limits.input_burst),
            Bucket(limits.packs_per_min / 60, limits.packs_burst),
        )
        self.by_sid[sid] = visitor
        return visitor

    def allowance(self, address: str, now_ms: float) -> Allowance:
        """What an address may still try; addresses that were quiet for minutes are forgotten."""
        allowance = self._allowances.get(address)
        if allowance is None:
            if len(self._allowances) > 10_000:
                self._forget_quiet(now_ms)
            joins, creates = self.limits.join_attempts_per_min, self.limits.create_per_min
            quicks = creates * QUICKS
            allowance = Allowance(
                Bucket(joins / 60, joins), Bucket(creates / 60, creates), Bucket(quicks / 60, quicks)
            )
            self._allowances[address] = allowance
        allowance.seen_ms = now_ms
        return allowance

    def _forget_quiet(self, now_ms: float) -> None:
        quiet = [address for address, one in self._allowances.items() if now_ms - one.seen_ms > 120_000]
        for address in quiet or list(self._allowances)[:1000]:
            del self._allowances[address]
