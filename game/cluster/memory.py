"""What workers share, in this process: for tests, and as the plainest reading of what Redis's scripts do."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field

from game.cluster.scripts import ROOM_TTL_MS, ROOMS_TTL_MS
from game.cluster.store import FENCED, GAP, Claim, Owner, Record, StoreDown, Write, process_of


@dataclass(slots=True)
class _Record:
    wid: str
    epoch: int
    base: int = 0
    checkpoint: bytes = b""
    journal: list[bytes] = field(default_factory=list)
    chat: list[bytes] = field(default_factory=list)
    seen: dict[tuple[str, int], int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    until_ms: int = 0

    def owned_by(self, owner: Owner) -> bool:
        return self.wid == owner.wid and self.epoch == owner.epoch


class MemoryStore:
    """Implements Store for workers that share one object; `now_ms` is the clock that leases run by.

    Attributes:
        down: calls raise StoreDown.
        mailboxes: called with each envelope, by process.
        aside: records that were set aside, by code.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.down = False
        self.mailboxes: dict[str, Callable[[bytes], None]] = {}
        self._leases: dict[str, tuple[int, bytes]] = {}
        self._known: list[str] = []
        self._records: dict[str, _Record] = {}
        self._results: dict[tuple[str, int], bytes] = {}
        self._lists: dict[str, bytes] = {}
        self._index: dict[str, tuple[int, set[str]]] = {}
        self.aside: dict[str, Record] = {}
        self._era = 1
        self._reconnected = False

    def lose_keys(self) -> None:
        """Forget everything, as a Redis without its disk does."""
        self._leases.clear()
        self._known.clear()
        self._records.clear()
        self._results.clear()
        self._index.clear()
        self._era += 1

    def save(self) -> bytes:
        """What a file on disk would hold now."""
        kept = (
            self._leases, self._known, self._records, self._results, self._lists, self._index, self._era
        )  # fmt: skip
        return pickle.dumps(kept)

    def come_back(self, saved: bytes) -> None:
        """Be what `save` told: a store that was started again with an old file."""
        self._reconnected = True
        kept = pickle.loads(saved)
        (
            self._leases, self._known, self._records, self._results, self._lists, self._index, self._era
        ) = kept  # fmt: skip

    def result(self, code: str, number: int) -> bytes | None:
        """The result of a match."""
        return self._results.get((code, number))

    def _check(self) -> None:
        if self.down:
            raise StoreDown("the store is down")
        now_ms = self._now_ms()
        for code in [code for code, one in self._records.items() if one.until_ms <= now_ms]:
            del self._records[code]
        for wid in [wid for wid, (until_ms, _) in self._index.items() if until_ms <= now_ms]:
            del self._index[wid]

    def _touch(self, code: str) -> None:
        """The record of a room was written: it lives on, and so does its owner's list of rooms."""
        record = self._records[code]
        record.until_ms = self._now_ms() + ROOM_TTL_MS
        _, codes = self._index.get(record.wid, (0, set()))
        self._index[record.wid] = (self._now_ms() + ROOMS_TTL_MS, codes | {code})

    def beat(self, wid: str, info: bytes, lease_ms: int, first: bool = False) -> str | None:
        """Renew a lease, or begin it."""
        self._check()
        if not first and not self.alive(wid):
            return None
        self._leases[wid] = (self._now_ms() + lease_ms, info)
        if wid not in self._known:
            self._known.append(wid)
        return str(self._era)

    def reconnected(self) -> bool:
        """Whether it has come back since this was asked."""
        was, self._reconnected = self._reconnected, False
        return was

    def era(self) -> str | None:
        """The world's era."""
        self._check()
        return str(self._era)

    def resign(self, wid: str) -> None:
        """Give a lease up."""
        self._check()
        self._leases.pop(wid, None)

    def incarnations(self) -> dict[str, bytes | None]:
        """Every known wid with its info; None for those that are dead."""
        self._check()
        return {wid: self._leases[wid][1] if self.alive(wid) else None for wid in self._known}

    def alive(self, wid: str) -> bool:
        """Whether a lease holds."""
        self._check()
        return wid in self._leases and self._leases[wid][0] > self._now_ms()

    def bury(self, wid: str) -> None:
        """Forget a dead wid."""
        self._check()
        if wid in self._known:
            self._known.remove(wid)

    def rooms_of(self, wid: str) -> set[str]:
        """Codes of the rooms that a wid may own."""
        self._check()
        return set(self._index.get(wid, (0, set()))[1])

    def owner(self, code: str) -> Owner | None:
        """Who owns a room."""
        self._check()
        record = self._records.get(code)
        return None if record is None else Owner(record.wid, record.epoch)

    def read(self, code: str) -> Record | None:
        """The record of a room, with any owner."""
        self._check()
        record = self._records.get(code)
        return None if record is None else Record(record.checkpoint, list(record.journal), list(record.chat))

    def renew(self, wid: str, codes: list[str]) -> None:
        """Rooms of this owner are in use."""
        self._check()
        for code in codes:
            if code in self._records and self._records[code].wid == wid:
                self._touch(code)

    def claim(self, code: str, wid: str, was: Owner, *, set_aside: bool = False) -> Claim | None:
        """Own a room whose owner is dead, if it is still that one."""
        self._check()
        record = self._records.get(code)
        if record is None or not record.owned_by(was):
            return None
        record.wid, record.epoch = wid, record.epoch + 1
        self._touch(code)
        found = Record(record.checkpoint, list(record.journal), list(record.chat))
        if set_aside:
            self.aside[code] = found
        return Claim(record.epoch, found)

    def transfer(self, code: str, was: Owner, to: str, checkpoint: bytes) -> int | None:
        """Give a room away."""
        self._check()
        record = self._records.get(code)
        if record is None or not record.owned_by(was):
            return None
        record.wid, record.epoch = to, record.epoch + 1
        record.checkpoint, record.journal = checkpoint, []
        self._touch(code)
        return record.epoch

    def restore(self, code: str, wid: str, was: Owner, checkpoint: bytes) -> int | None:
        """Own a room again."""
        self._check()
        record = self._records.get(code)
        epoch, base = was.epoch, was.epoch
        if record is not None:
            same = record.epoch >= epoch and process_of(record.wid) == process_of(wid)
            newer = epoch > record.epoch or (epoch == record.epoch and epoch > record.base)
            if not same and not newer:
                return None
            base = record.base if same else epoch
            epoch = max(epoch, record.epoch)
        kept = record if record is not None else _Record(wid, epoch)
        kept.wid, kept.epoch, kept.base = wid, epoch + 1, base
        kept.checkpoint, kept.journal = checkpoint, []
        kept.chat, kept.seen, kept.last = [], {}, {}
        self._records[code] = kept
        self._touch(code)
        return kept.epoch

    def write(self, writes: list[Write]) -> list[int]:
        """Carry out writes in order."""
        self._check()
        return [self._write(write) for write in writes]

    def _write(self, write: Write) -> int:
        record = self._records.get(write.code)
        if write.kind == "open":
            if record is not None:
                if not record.owned_by(write.owner):
                    return FENCED
                record.checkpoint, record.journal = write.data, []
            else:
                owner = write.owner
                self._records[write.code] = _Record(owner.wid, owner.epoch, checkpoint=write.data)
            self._touch(write.code)
            return 1
        if record is None and write.kind == "last_result":
            return self._result(write)
        if record is None or not record.owned_by(write.owner):
            return FENCED
        if write.kind == "checkpoint":
            record.checkpoint, record.journal = write.data, []
            record.until_ms = self._now_ms() + ROOM_TTL_MS
        elif write.kind == "append":
            record.journal.append(write.data)
        elif write.kind in ("result", "last_result"):
            return self._result(write)
        elif write.kind == "close":
            del self._records[write.code]
            self._index.get(write.owner.wid, (0, set[str]()))[1].discard(write.code)
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

    def publish(self, mail: list[tuple[str, bytes]]) -> None:
        """Put envelopes into mailboxes."""
        self._check()
        for process, data in mail:
            box = self.mailboxes.get(process)
            if box is not None:
                box(data)

    def put_list(self, process: str, data: bytes) -> None:
        """This process's open rooms."""
        self._check()
        self._lists[process] = data

    def lists(self) -> dict[str, bytes]:
        """What `put_list` kept."""
        self._check()
        return dict(self._lists)
