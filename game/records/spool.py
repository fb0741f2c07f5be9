"""The spool: a file of entries that are not in the database yet, so that a crash loses none of them.

Each worker writes to a file of its own, which it locks. At its start it takes over the files that nobody
locks: those of workers that have ended. An entry is its length, its CRC-32 and its bytes; a torn last entry,
as a crash leaves it, is ignored.
"""

import fcntl
import os
import secrets
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

_HEAD = struct.Struct("<II")
SUFFIX = ".spool"
MAX_ENTRY_BYTES = 256 << 20


class SpoolFull(Exception):
    """The spool has reached its limit."""


class Spool:
    """The spool file of this worker.

    Args:
        folder: where the spool files of this machine's workers are; it is made if it is missing.
        max_bytes: an entry that would make the file larger is refused.

    Attributes:
        size: bytes in the file that may not be in the database yet.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{secrets.token_hex(6)}{SUFFIX}"
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._path = path
        self.size = 0

    def append(self, entries: Sequence[bytes]) -> int:
        """Write entries, and wait until they are on the disk.

        Returns:
            How many of them were written; the rest would make the file too large.
        """
        packed = bytearray()
        count = 0
        for entry in entries:
            if self.size + len(packed) + _HEAD.size + len(entry) > self._max_bytes:
                break
            packed += _HEAD.pack(len(entry), zlib.crc32(entry)) + entry
            count += 1
        if packed:
            self._write(packed)
        return count

    def _write(self, packed: bytearray) -> None:
        view = memoryview(packed)
        try:
            while view:
                view = view[os.write(self._file, view) :]
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self.size)  # the disk is full: nothing is left of a part of an entry
            raise
        self.size += len(packed)

    def read(self) -> Iterator[bytes]:
        """The entries in their order."""
        yield from _entries(self._file)

    def clear(self) -> None:
        """All entries are in the database."""
        if self.size:
            os.ftruncate(self._file, 0)
            self.size = 0

    def adopt(self) -> int:
        """Move what workers that have ended left into this spool; returns the number of entries."""
        count = 0
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            if path == self._path:
                continue
            try:
                file = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                entries = list(_entries(file))
                if self.append(entries) == len(entries):
                    path.unlink(missing_ok=True)
                    count += len(entries)
            except BlockingIOError:
                continue  # its worker is alive
            finally:
                os.close(file)
        return count

    def close(self) -> None:
        """Unlock the file, and remove it if it is empty."""
        if self.size == 0:
            self._path.unlink(missing_ok=True)
        os.close(self._file)


def _entries(file: int) -> Iterator[bytes]:
    at = 0
    while True:
        head = os.pread(file, _HEAD.size, at)
        if len(head) < _HEAD.size:
            return
        length, crc = _HEAD.unpack(head)
        if length > MAX_ENTRY_BYTES:
            return
        entry = os.pread(file, length, at + _HEAD.size)
        if len(entry) < length or zlib.crc32(entry) != crc:
            return
        yield entry
        at += _HEAD.size + length
