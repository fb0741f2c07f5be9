"""The store in this process: for tests, and as the plainest reading of what Redis's scripts do."""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from game.cluster.scripts import ROOM_TTL_MS, ROOMS_TTL_MS
from game.cluster.store import (
    FENCED,
    GAP,
    NO_PAST,
    TORN,
    Claim,
    Owner,
    Past,
    Record,
    StoreDown,
    Write,
    process_of,
)


@dataclass(slots=True)
class _Record:
    lease_id: str
    epoch: int
    base: int = 0
    checkpoint: bytes = b""
    journal: list[bytes] = field(default_factory=list)
    chat: list[bytes] = field(default_factory=list)
    seen: dict[tuple[str, int], int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    until_ms: int = 0
    past: bytes = b""
    match: int = -1

    def owned_by(self, owner: Owner) -> bool:
        return self.lease_id == owner.lease_id and self.epoch == owner.epoch

    def record(self) -> Record:
        return Record(self.checkpoint, list(self.journal), list(self.chat), self.past)

    def keep(self, checkpoint: bytes, past: Past) -> int:
        """Take a checkpoint, and the journal before it."""
        self.checkpoint, self.journal = checkpoint, []
        if past.at == 0:
            self.past, self.match = past.data, past.match
            return 1
        if self.match != past.match or len(self.past) < past.at:
            self.past = b""
            return TORN
        self.past = self.past[: past.at] + past.data + self.past[past.at + len(past.data) :]
        return 1


class MemoryStore:
    """Implements Store for workers that share one object; `now_ms` is the clock that leases run by.

    Attributes:
        down: calls raise StoreDown.
        mailboxes: called with each packet, by process.
        aside: records that were set aside, by code.
        records: the rooms, by code.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.down = False
        self.mailboxes: dict[str, Callable[[bytes], None]] = {}
        self._leases: dict[str, tuple[int, bytes]] = {}
        self._known: list[str] = []
        self.records: dict[str, _Record] = {}
        self._results: dict[tuple[str, int], bytes] = {}
        self._lists: dict[str, bytes] = {}
        self._index: dict[str, tuple[int, set[str]]] = {}
        self.aside: dict[str, Record] = {}
        self._generation = 1
        self._reconnected = False

    def lose_keys(self) -> None:
        """Forget everything, as a Redis without its disk does."""
        self._leases.clear()
        self._known.clear()
        self.records.clear()
        self._results.clear()
        self._index.clear()
        self._generation += 1

    def save(self) -> bytes:
        """What a file on disk would hold now."""
        kept = (
            self._leases, self._known, self.records, self._results, self._lists, self._index,
            self._generation
        )  # fmt: skip
        return pickle.dumps(kept)

    def come_back(self, saved: bytes) -> None:
        """Be what `save` returned: a store that was restarted with an old file."""
        self._reconnected = True
        kept = pickle.loads(saved)  # noqa: S301 - it comes from `save`
        (
            self._leases, self._known, self.records, self._results, self._lists, self._index,
            self._generation
        ) = kept  # fmt: skip

    def result(self, code: str, number: int) -> bytes | None:
        """The result of a match."""
        return self._results.get((code, number))

    def _check(self) -> None:
        if self.down:
            raise StoreDown("the store is down")
        now_ms = self._now_ms()
        for code in [code for code, one in self.records.items() if one.until_ms <= now_ms]:
            del self.records[code]
        for lease_id in [lease_id for lease_id, (until_ms, _) in self._index.items() if until_ms <= now_ms]:
            del self._index[lease_id]

    def _touch(self, code: str) -> None:
        """The record of a room was written: it lives on, and so does its owner's list of rooms."""
        record = self.records[code]
        record.until_ms = self._now_ms() + ROOM_TTL_MS
        _, codes = self._index.get(record.lease_id, (0, set()))
        self._index[record.lease_id] = (self._now_ms() + ROOMS_TTL_MS, codes | {code})

    def heartbeat(self, lease_id: str, info: bytes, lease_ms: int, first: bool = False) -> str | None:
        """Renew a lease, or begin it."""
        self._check()
        if not first and not self.is_alive(lease_id):
            return None
        self._leases[lease_id] = (self._now_ms() + lease_ms, info)
        if lease_id not in self._known:
            self._known.append(lease_id)
        return str(self._generation)

    def reconnected(self) -> bool:
        """Whether it has come back since this was asked."""
        was, self._reconnected = self._reconnected, False
        return was

    def generation(self) -> str | None:
        """The store generation."""
        self._check()
        return str(self._generation)

    def resign(self, lease_id: str) -> None:
        """Give a lease up."""
        self._check()
        self._leases.pop(lease_id, None)

    def leases(self) -> dict[str, bytes | None]:
        """Every known lease id with its info; None for those that have ended."""
        self._check()
        return {
            lease_id: self._leases[lease_id][1] if self.is_alive(lease_id) else None
            for lease_id in self._known
        }

    def is_alive(self, lease_id: str) -> bool:
        """Whether a lease holds."""
        self._check()
        return lease_id in self._leases and self._leases[lease_id][0] > self._now_ms()

    def forget_peer(self, lease_id: str) -> None:
        """Forget a lease that has ended."""
        self._check()
        if lease_id in self._known:
            self._known.remove(lease_id)

    def rooms_of(self, lease_id: str) -> set[str]:
        """Codes of the rooms that a lease id may own."""
        self._check()
        return set(self._index.get(lease_id, (0, set()))[1])

    def owner(self, code: str) -> Owner | None:
        """The owner of a room."""
        self._check()
        record = self.records.get(code)
        return None if record is None else Owner(record.lease_id, record.epoch)

    def read(self, code: str) -> Record | None:
        """The record of a room, with any owner."""
        self._check()
        record = self.records.get(code)
        return None if record is None else record.record()

    def keep(self, lease_id: str, codes: list[str]) -> None:
        """Rooms of this owner are in use."""
        self._check()
        for code in codes:
            if code in self.records and self.records[code].lease_id == lease_id:
                self._touch(code)

    def claim(self, code: str, lease_id: str, was: Owner, *, set_aside: bool = False) -> Claim | None:
        """Own a room whose owner is lost, if that has not changed."""
        self._check()
        record = self.records.get(code)
        if record is None or not record.owned_by(was):
            return None
        record.lease_id, record.epoch = lease_id, record.epoch + 1
        self._touch(code)
        found = record.record()
        if set_aside:
            self.aside[code] = found
        return Claim(record.epoch, found)

    def transfer(self, code: str, was: Owner, to: str, checkpoint: bytes, past: Past = NO_PAST) -> int | None:
        """Give a room away."""
        self._check()
        record = self.records.get(code)
        if record is None or not record.owned_by(was):
            return None
        record.lease_id, record.epoch = to, record.epoch + 1
        record.keep(checkpoint, past)
        self._touch(code)
        return record.epoch

    def restore(
        self, code: str, lease_id: str, was: Owner, checkpoint: bytes, past: Past = NO_PAST
    ) -> int | None:
        """Own a room again."""
        self._check()
        record = self.records.get(code)
        epoch, base = was.epoch, was.epoch
        if record is not None:
            same = record.epoch >= epoch and process_of(record.lease_id) == process_of(lease_id)
            newer = epoch > record.epoch or (epoch == record.epoch and epoch > record.base)
            if not same and not newer:
                return None
            base = record.base if same else epoch
            epoch = max(epoch, record.epoch)
        kept = record if record is not None else _Record(lease_id, epoch)
        kept.lease_id, kept.epoch, kept.base = lease_id, epoch + 1, base
        kept.keep(checkpoint, past)
        kept.chat, kept.seen, kept.last = [], {}, {}
        self.records[code] = kept
        self._touch(code)
        return kept.epoch

    def write(self, writes: list[Write]) -> list[int]:
        """Carry out writes in order."""
        self._check()
        return [self._write(write) for write in writes]

    def _write(self, write: Write) -> int:
        record = self.records.get(write.code)
        if write.kind == "open":
            if record is not None:
                if not record.owned_by(write.owner):
                    return FENCED
            else:
                owner = write.owner
                record = self.records[write.code] = _Record(owner.lease_id, owner.epoch)
            self._touch(write.code)
            return record.keep(write.data, write.past)
        if record is None and write.kind == "last_result":
            return self._result(write)
        if record is None or not record.owned_by(write.owner):
            return FENCED
        if write.kind == "checkpoint":
            record.until_ms = self._now_ms() + ROOM_TTL_MS
            return record.keep(write.data, write.past)
        elif write.kind == "append":
            record.journal.append(write.data)
        elif write.kind in ("result", "last_result"):
            return self._result(write)
        elif write.kind == "close":
            del self.records[write.code]
            self._index.get(write.owner.lease_id, (0, set[str]()))[1].discard(write.code)
        else:
            return self._chat(record, write)
        return 1

    def _result(self, write: Write) -> int:
        if (write.code, write.number) in self._results:
            return 2
        self._results[write.code, write.number] = write.data
        return 1

    def _chat(self, record: _Record, write: Write) -> int:
        known = record.seen.get((write.name, write.number))
        if known is not None:
            return known
        if write.number != record.last.get(write.name, write.number - 1) + 1:
            return GAP
        record.chat.append(write.data)
        record.last[write.name] = write.number
        record.seen[write.name, write.number] = write.ref
        return write.ref

    def publish(self, packets: list[tuple[str, bytes]]) -> None:
        """Put packets into mailboxes."""
        self._check()
        for process, data in packets:
            box = self.mailboxes.get(process)
            if box is not None:
                box(data)

    def listen(self, process: str) -> Iterator[bytes | None]:
        """Nothing: `mailboxes` are called at once."""
        return iter(())

    def put_open_rooms(self, process: str, data: bytes) -> None:
        """This process's open rooms."""
        self._check()
        self._lists[process] = data

    def open_rooms(self) -> dict[str, bytes]:
        """What `put_open_rooms` kept."""
        self._check()
        return dict(self._lists)
