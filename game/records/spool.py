"""The spool: files of entries that are not in the database yet, so that a crash loses none of them.

Each worker appends to a file of its own, which it locks. Before the entries of a file are written to the
database the file is sealed: the next entries go into a new one, and a file that was written whole is removed.
At its start a worker takes over the files that nobody locks: those of workers that have ended.

An entry is a mark, its length, its CRC-32 and its bytes. What a crash or a bad disk has damaged is passed
over up to the next mark; the whole entries before and after it are read.
"""

import fcntl
import logging
import os
import secrets
import struct
import time
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("rumpus.records")

MARK = b"\xf5RMP"
_HEAD = struct.Struct("<4sII")
SUFFIX = ".spool"
NEW = ".new"
"""Ends the name of a file that is made and not locked yet, so that no other worker takes it over."""
OLD_S = 3600.0
"""Making a file takes no time, so one that is not finished after an hour is left behind."""
MAX_ENTRY_BYTES = 256 << 20
STEP = 1 << 20
"""Bytes that are searched for a mark at once."""


class SpoolFull(Exception):
    """The entries would make the spool larger than its limit."""


class Segment:
    """A file of the spool, open and locked.

    Attributes:
        path: where it is.
        size: its bytes.
    """

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self.size = os.fstat(file).st_size
        self._file = file

    @classmethod
    def make(cls, folder: Path) -> "Segment":
        """A new file, which no other worker ever sees unlocked."""
        path = folder / f"{secrets.token_hex(6)}{SUFFIX}"
        hidden = path.with_suffix(NEW)
        file = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            hidden.rename(path)
            _sync_folder(folder)
        except OSError:
            os.close(file)
            hidden.unlink(missing_ok=True)
            raise
        return cls(path, file)

    @classmethod
    def take_over(cls, path: Path) -> "Segment | None":
        """The file of a worker that has ended; None if its worker is alive, or has removed it."""
        try:
            file = os.open(path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return cls(path, file)

    def append(self, packed: bytes) -> None:
        """Write whole entries. Raises OSError, and then none is there."""
        view = memoryview(packed)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            os.ftruncate(self._file, self.size)  # the disk is full: nothing is left of a part of an entry
            raise
        self.size += len(packed)

    def sync(self) -> None:
        """Wait until all entries are on the disk."""
        os.fdatasync(self._file)

    def read(self) -> Iterator[bytes]:
        """The whole entries in their order."""
        at = damaged = 0
        while at < self.size:
            entry = self.entry(at)
            if entry is None:
                beyond = self._next_mark(at + 1)
                # A torn end is what a crash leaves; anything else is worth a line.
                damaged += 0 if beyond == self.size else beyond - at
                at = beyond
            else:
                yield entry
                at += _HEAD.size + len(entry)
        if damaged:
            log.error("%s bytes of the spool %s are damaged and are passed over", damaged, self.path.name)

    def entry(self, at: int) -> bytes | None:
        """The entry that begins there; None if there is no whole one, or the file was closed."""
        if self._file < 0:
            return None
        head = os.pread(self._file, _HEAD.size, at)
        if len(head) < _HEAD.size:
            return None
        mark, length, crc = _HEAD.unpack(head)
        if mark != MARK or length > min(MAX_ENTRY_BYTES, self.size - at - _HEAD.size):
            return None
        entry = os.pread(self._file, length, at + _HEAD.size)
        return entry if len(entry) == length and zlib.crc32(entry) == crc else None

    def _next_mark(self, at: int) -> int:
        """Where the next mark begins; the file's size if there is none."""
        while at < self.size:
            part = os.pread(self._file, STEP, at)
            found = part.find(MARK)
            if found >= 0:
                return at + found
            if len(part) < STEP:
                break
            at += STEP - len(MARK) + 1  # a mark may lie over the edge
        return self.size

    def remove(self) -> None:
        """All its entries are in the database."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Unlock it: another worker may take it over."""
        os.close(self._file)
        self._file = -1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is in the spool."""

    segment: Segment
    at: int

    def read(self) -> bytes | None:
        """The entry; None if its file was written to the database and removed."""
        return self.segment.entry(self.at)


class Spool:
    """The spool of this worker. One thread calls it; `Segment.read` of a sealed file may run in another.

    Args:
        folder: where the spool files of this machine's workers are; it is made if it is missing.
        max_bytes: of all files of this spool together; an entry that would be beyond it is refused.

    Attributes:
        size: bytes of entries that may not be in the database yet.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.size = 0
        self._folder = folder
        self._max_bytes = max_bytes
        self._current: Segment | None = None
        self._synced = True
        self._sealed: deque[Segment] = deque()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _segments(self) -> list[Segment]:
        """In the order in which they are to be written."""
        return [*self._sealed, *([] if self._current is None else [self._current])]

    def append(self, entries: Sequence[bytes]) -> Place:
        """Write entries together. A crash of the machine may lose them until `sync`.

        Args:
            entries: at least one.

        Returns:
            Where the last of them is.

        Raises:
            SpoolFull: they would make the spool too large. None was written.
            OSError: the disk is full or fails. None was written.
        """
        packed = bytearray()
        last = 0
        for entry in entries:
            last = len(packed)
            packed += _HEAD.pack(MARK, len(entry), zlib.crc32(entry)) + entry
        if self.size + len(packed) > self._max_bytes:
            raise SpoolFull
        if self._current is None:
            self._current = Segment.make(self._folder)
        place = Place(self._current, self._current.size + last)
        self._current.append(bytes(packed))
        self._synced = False
        self.size += len(packed)
        return place

    def sync(self) -> None:
        """Wait until what was appended is on the disk. Raises OSError."""
        if not self._synced and self._current is not None:
            self._current.sync()
            self._synced = True

    def oldest(self) -> Segment | None:
        """The file to write next, which gets no more entries; None if there is nothing to write."""
        if not self._sealed and self._current is not None:
            self.sync()
            self._sealed.append(self._current)
            self._current = None
        return self._sealed[0] if self._sealed else None

    def remove(self, segment: Segment) -> None:
        """The entries of the oldest file are in the database."""
        self._sealed.remove(segment)
        self.size -= segment.size
        segment.remove()

    def read(self) -> Iterator[bytes]:
        """The entries of all files in their order."""
        for segment in self._segments():
            yield from segment.read()

    def adopt(self) -> int:
        """Take over what workers that have ended left.

        A file that an earlier call took over is locked by this worker, so no file is taken twice.

        Returns:
            The number of files.
        """
        count = 0
        for path in self._folder.glob(f"*{NEW}"):  # of a worker that was killed while it made one
            if time.time() - _changed_ns(path) / 1e9 > OLD_S:
                path.unlink(missing_ok=True)
        for path in sorted(self._folder.glob(f"*{SUFFIX}"), key=_changed_ns):
            segment = Segment.take_over(path)
            if segment is None:
                continue
            if segment.size:
                self._sealed.append(segment)
                self.size += segment.size
                count += 1
            else:
                segment.remove()
        return count

    def close(self) -> None:
        """Unlock all files: other workers may take them over."""
        for segment in self._segments():
            segment.close()
        self._sealed.clear()
        self._current = None
        self.size = 0


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _sync_folder(folder: Path) -> None:
    """Wait until the names of the folder's files are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
