"""What workers share, as an interface: leases, owners, records of rooms, mailboxes.

`redis_store.py` keeps it in Redis; tests keep it in memory. Every call may take up to a quarter of a second
and may raise StoreDown, so none belongs into a tick.

A *process* is the name of a running worker, never used twice. A *lease id* is `process.generation`: a worker
that has lost its lease goes on under the next generation. The *store generation* is another one when the
store has lost its keys.
"""

from dataclasses import dataclass
from typing import Protocol


class StoreDown(Exception):
    """The store does not answer or refuses; whether the call had an effect is unknown.

    The text is one sentence that names the cause, fit for a log.
    """


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a room, and its epoch, which rises with every change of owner."""

    lease_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Record:
    """All that is recorded of a room: a checkpoint, the journal's rows since, lines of chat, and `past`.

    `past` is the running match's journal up to the checkpoint; it may be longer, and b"" if it is missing.
    """

    checkpoint: bytes
    journal: list[bytes]
    chat: list[bytes]
    past: bytes = b""


@dataclass(frozen=True, slots=True)
class Past:
    """A part of the running match's journal, which is kept together with the checkpoint that ends it.

    The journal only grows, so a checkpoint brings just the bytes since the one before, and their place in it.
    The same part may be written again.

    Attributes:
        match: the number of the match.
        at: where in the journal the part begins; at 0 it replaces what was kept, also of another match.
        data: the bytes; none at 0 when no match runs.
    """

    match: int = 0
    at: int = 0
    data: bytes = b""


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class Claim:
    """A room that was just claimed: its new epoch and its record."""

    epoch: int
    record: Record


@dataclass(frozen=True, slots=True)
class Write:
    """One durable write of a room's owner.

    Attributes:
        kind: `open` begins a room's record (data: checkpoint), `checkpoint` replaces it, empties the journal
            and adds to `past` (answer: TORN if that does not reach up to the new part), `append` adds to the
            journal, `chat` adds line `number` of player `name` (answer: `ref`, or the id that this
            line got before), `result` keeps the outcome of match `number` once, `last_result` does so for a
            room that has closed and whose record may be lost, `close` removes everything.
        code: the room's code.
        owner: as whom the worker writes; the store answers FENCED if that is not the owner.
        data: what is written.
        name: the player who said a line.
        number: of a line or a match.
        ref: the id of a line.
        past: the running match's journal up to the checkpoint, or its part since the last one.
    """

    kind: str
    code: str
    owner: Owner
    data: bytes = b""
    name: str = ""
    number: int = 0
    ref: int = 0
    past: Past = NO_PAST


FENCED = 0
"""The answer to a write by a worker that does not own the room (any more)."""
GAP = -1
"""The answer to a chat line whose number does not follow."""
TORN = 2
"""The answer to a checkpoint that was written, while the journal before it is not there up to it: all of that
must be written again."""


class Store(Protocol):
    """What workers share. Every method raises StoreDown."""

    # --- leases

    def heartbeat(self, lease_id: str, info: bytes, lease_ms: int, first: bool = False) -> str | None:
        """Renew a lease.

        Args:
            lease_id: whose lease.
            info: what the worker reports of itself, for `leases`.
            lease_ms: how long it holds from now.
            first: begin it; otherwise a lease that has ended stays ended.

        Returns:
            The store generation; None when the lease has ended.
        """

    def reconnected(self) -> bool:
        """Whether the store may have been restarted since the last call, perhaps with an older file."""

    def generation(self) -> str | None:
        """The store generation; None when it has lost its keys and no worker has come back yet."""

    def resign(self, lease_id: str) -> None:
        """End a lease now."""

    def leases(self) -> dict[str, bytes | None]:
        """Every known lease id with its worker's info; None for those that have ended."""

    def is_alive(self, lease_id: str) -> bool:
        """Whether a lease holds."""

    def forget_peer(self, lease_id: str) -> None:
        """Forget a lease that has ended, and its list of rooms."""

    # --- owners

    def rooms_of(self, lease_id: str) -> set[str]:
        """Codes of the rooms that a lease id may own: a hint."""

    def owner(self, code: str) -> Owner | None:
        """The owner of a room, alive or not; None when there is no such room."""

    def read(self, code: str) -> Record | None:
        """The record of a room, with any owner; None when there is no record."""

    def claim(self, code: str, lease_id: str, was: Owner, *, set_aside: bool = False) -> Claim | None:
        """Own a room whose owner is lost.

        Args:
            code: the room's code.
            lease_id: the new owner.
            was: the lost owner.
            set_aside: keep a copy of the record for a person to look at, since it could not be read.

        Returns:
            The claim; None when the owner is not `was` any more.
        """

    def keep(self, lease_id: str, codes: list[str]) -> None:
        """Keep the records of these rooms, and the list of rooms of their owner, from expiring."""

    def transfer(self, code: str, was: Owner, to: str, checkpoint: bytes, past: Past = NO_PAST) -> int | None:
        """Give a room to the lease id `to`; its new epoch, None when `was` does not own it.

        Args:
            code: the room's code.
            was: its owner.
            to: the lease id of the next owner.
            checkpoint: the room as it is.
            past: the running match's whole journal.
        """

    def restore(
        self, code: str, lease_id: str, was: Owner, checkpoint: bytes, past: Past = NO_PAST
    ) -> int | None:
        """Own a running room again under a new lease id, or after the store has lost keys.

        What this worker runs replaces a record that is older, such as one out of an old file.

        Args:
            code: the room's code.
            lease_id: this worker's lease now.
            was: as whom it owned the room.
            checkpoint: the room as it is.
            past: the running match's whole journal.

        Returns:
            The new epoch; None when the room is another worker's.
        """

    def write(self, writes: list[Write]) -> list[int]:
        """Carry out writes in order, each answered by FENCED, GAP or a positive number."""

    # --- words

    def publish(self, packets: list[tuple[str, bytes]]) -> None:
        """Put packets into mailboxes: (process, packet). They may be lost, doubled or reordered."""

    def put_open_rooms(self, process: str, data: bytes) -> None:
        """Keep a worker's list of open rooms."""

    def open_rooms(self) -> dict[str, bytes]:
        """The lists that `put_open_rooms` kept, by process; some may be of workers that are gone."""


def process_of(lease_id: str) -> str:
    """The process of a lease id."""
    return lease_id.rpartition(".")[0]
