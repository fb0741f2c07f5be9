"""What workers share, as an interface: leases, owners, records of rooms, mailboxes.

`memory.py` keeps it in this process, `redis_store.py` in Redis. Every call may take up to a quarter of a
second and may raise StoreDown; none belongs into a tick.
"""

from dataclasses import dataclass
from typing import Protocol


class StoreDown(Exception):
    """The store does not answer or refuses; whether the call had an effect is unknown.

    The text is one sentence that names the cause, fit for a log.
    """


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a room, an incarnation, and since which epoch."""

    wid: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Record:
    """All that is recorded of a room."""

    checkpoint: bytes
    journal: list[bytes]
    chat: list[bytes]


@dataclass(frozen=True, slots=True)
class Claim:
    """A room that was just claimed: its new epoch and its record."""

    epoch: int
    record: Record


@dataclass(frozen=True, slots=True)
class Write:
    """One durable write of a room's owner.

    Kinds:
    `open` begins a room's record (data: checkpoint), `checkpoint` replaces it and empties the journal,
    `append` adds to the journal, `chat` adds line `number` of `name` (answer: `ref`, or the id that it got
    before), `result` keeps the outcome of match `number` once, `last_result` does so for a room that has
    closed and whose record may be lost, `close` removes everything.
    """

    kind: str
    code: str
    owner: Owner
    data: bytes = b""
    name: str = ""
    number: int = 0
    ref: int = 0


FENCED = 0
"""The answer to a write of somebody who is not the owner any more."""
GAP = -1
"""The answer to a chat line whose number does not follow."""


class Store(Protocol):
    """See the module's text. A `wid` names one incarnation of a process: `process.n`."""

    def beat(self, wid: str, info: bytes, lease_ms: int, first: bool = False) -> str | None:
        """Renew a lease (`first`: begin it); the world's era, or None when the lease is lost for good."""

    def reconnected(self) -> bool:
        """Whether the store may have been started again since this was asked, perhaps with an older file."""

    def era(self) -> str | None:
        """The world's era; another than before, or None: keys were lost."""

    def resign(self, wid: str) -> None:
        """Give a lease up."""

    def incarnations(self) -> dict[str, bytes | None]:
        """Every known wid with its info; None for those that are dead."""

    def alive(self, wid: str) -> bool:
        """Whether a lease holds."""

    def bury(self, wid: str) -> None:
        """Forget a dead wid and its list of rooms."""

    def rooms_of(self, wid: str) -> set[str]:
        """Codes of the rooms that a wid may own: a hint."""

    def owner(self, code: str) -> Owner | None:
        """Who owns a room, dead or alive."""

    def read(self, code: str) -> Record | None:
        """The record of a room, with any owner; None when there is no record."""

    def claim(self, code: str, wid: str, was: Owner, *, set_aside: bool = False) -> Claim | None:
        """Own a room whose owner is dead, if it is still that one.

        Args:
            code: the room's code.
            wid: the new owner.
            was: the owner that is dead.
            set_aside: keep a copy of the record for people to look at, since it could not be read.
        """

    def renew(self, wid: str, codes: list[str]) -> None:
        """Rooms of this owner are in use: their records, and its list of rooms, must not expire."""

    def transfer(self, code: str, was: Owner, to: str, checkpoint: bytes) -> int | None:
        """Give a room away; its new epoch, None when it was not ours."""

    def restore(self, code: str, wid: str, was: Owner, checkpoint: bytes) -> int | None:
        """Own a room again under a new wid, or after the store lost keys; None when another has it.

        What this worker runs wins over a record that is older, such as one out of an old file.
        """

    def write(self, writes: list[Write]) -> list[int]:
        """Carry out writes in order, each answered by FENCED, GAP or a positive number."""

    def publish(self, mail: list[tuple[str, bytes]]) -> None:
        """Put envelopes into mailboxes: (process, envelope)."""

    def put_list(self, process: str, data: bytes) -> None:
        """This process's open rooms."""

    def lists(self) -> dict[str, bytes]:
        """What `put_list` kept, of all processes that are alive."""


def process_of(wid: str) -> str:
    """The process of an incarnation."""
    return wid.rpartition(".")[0]
