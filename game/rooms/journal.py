"""The journal: every input of a match by tick, from which everything else can be computed.

A journal begins with a head (game, options, seats, teams, seed), and rows are appended to it. `restore` turns
a checkpoint and the journal since into the same match.

Rows are kept as bytes: thousands of them in hundreds of rooms, as objects, would be most of what the garbage
collector visits, and every collection holds all rooms up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from game.rules import CONTROL, PRESS, Game, Match, snapshot
from game.rules.snapshot import BadSnapshot, SnapshotReader, put, put_many, put_raw
from game.sync.varint import zigzag

Entry = tuple[int, int, int, int]

FORMAT = 1
_NUMBER = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")
_PRESS, _ZERO = zigzag(PRESS), zigzag(0)


@dataclass(frozen=True, slots=True)
class Row:
    """The entries of one tick in order; `seqs[k]` is the client's number of a human's press, else 0."""

    tick: int
    entries: tuple[Entry, ...]
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """How a match began."""

    game: str
    chosen: tuple[int, ...]
    seats: tuple[int, ...]
    teams: tuple[int, ...]
    seed: int

    def pack(self) -> bytes:
        """The head as bytes."""
        out = bytearray()
        put(out, FORMAT)
        put_raw(out, self.game.encode())
        put_many(out, list(self.chosen))
        put_many(out, list(self.seats))
        put_many(out, list(self.teams))
        put(out, self.seed)
        return bytes(out)


class End(NamedTuple):
    """Where a journal ended at some moment: its length in bytes, and the tick of its last row."""

    size: int
    tick: int


class Journal:
    """The growing journal of one match.

    Attributes:
        head: how the match began.
        complete: it has every row since tick 0. A match that an older build began may lack the first ones.
        continued_at: its length in bytes when this worker went on with it; 0 if it began it.
    """

    def __init__(self, head: Head, *, complete: bool = True) -> None:
        self.head = head
        self.complete = complete
        self.continued_at = 0
        self._packed = bytearray(head.pack())
        self._first = len(self._packed)
        self._last_tick = 0

    # hot: nearly every tick of every room
    def append(self, tick: int, entries: list[Entry], seqs: list[int]) -> None:
        """Append the entries that are applied in the step from `tick`."""
        out = self._packed
        out += zigzag(tick - self._last_tick)
        out += zigzag(len(entries))
        for (kind, seat, a, b), seq in zip(entries, seqs, strict=True):
            out += zigzag(kind)
            out += zigzag(seat)
            out += zigzag(a)
            out += zigzag(b)
            if kind == PRESS:
                out += zigzag(seq)
        self._last_tick = tick

    def pack(self) -> bytes:
        """The whole journal as bytes."""
        return bytes(self._packed)

    def size(self) -> int:
        """Its length in bytes."""
        return len(self._packed)

    def end(self) -> End:
        """Where it ends now, for `piece`."""
        return End(len(self._packed), self._last_tick)

    def piece(self, since: End) -> bytes:
        """The rows since an earlier end, as bytes that `parse_rows` reads."""
        if since.size == len(self._packed):
            return b""
        # A row holds its distance from the row before; the first row of a piece holds its tick.
        reader = SnapshotReader(self._packed)
        reader.at = since.size
        tick = since.tick + reader.take()
        return zigzag(tick) + bytes(self._packed[reader.at :])

    @property
    def rows(self) -> list[Row]:
        """All rows, decoded at each call: not for use in a tick."""
        return parse_rows(bytes(self._packed[self._first :]))

    def since(self, tick: int) -> Iterator[Row]:
        """The rows of `tick` and later."""
        return (row for row in self.rows if row.tick >= tick)

    def bytes_from(self, at: int) -> bytes:
        """The bytes of `pack` from `at` on."""
        return bytes(self._packed[at:])

    @classmethod
    def continued(cls, data: bytes, end: End) -> "Journal":
        """The journal that `pack` wrote, up to an earlier end; its rows are not read, however many they are.

        Args:
            data: its bytes, perhaps more of them.
            end: where it ended.

        Returns:
            The journal.

        Raises:
            BadSnapshot: the bytes are no journal, or end before.
        """
        reader = SnapshotReader(data)
        journal = cls(_take_head(reader))
        if not reader.at <= end.size <= len(data):
            raise BadSnapshot(f"a journal of {end.size} bytes expected, {len(data)} found")
        journal._packed = bytearray(data[: end.size])
        journal._last_tick = end.tick
        journal.continued_at = end.size
        return journal

    @classmethod
    def parse(cls, data: bytes) -> "Journal":
        """The journal that `pack` wrote. Raises BadSnapshot when the bytes are not one."""
        reader = SnapshotReader(data)
        journal = cls(_take_head(reader))
        last = 0
        while reader.at < len(data):
            row = _take_row(reader, last)
            last = row.tick
            journal.append(row.tick, list(row.entries), list(row.seqs))
        return journal


def without_seqs(data: bytes) -> bytes:
    """A journal that `Journal.pack` wrote, with 0 for each number that a client gave an input.

    The numbers count up, so without them a journal compresses well. About 0.1 µs a byte.

    Args:
        data: the journal.

    Returns:
        The same journal in fewer bytes.

    Raises:
        BadSnapshot: the bytes are no journal.
    """
    reader = SnapshotReader(data)
    _take_head(reader)
    # Nearly all numbers are a byte long, so each is left as it is, and only those that count are read.
    numbers: list[bytes] = _NUMBER.findall(data, reader.at)
    if sum(map(len, numbers)) != len(data) - reader.at:
        raise BadSnapshot("this journal ends within a number")
    at = 0
    try:
        while at < len(numbers):
            at += 2
            for _ in range(SnapshotReader(numbers[at - 1]).take()):
                if numbers[at] == _PRESS:
                    numbers[at + 4] = _ZERO
                    at += 1
                at += 4
    except IndexError:
        raise BadSnapshot("this journal ends within a row") from None
    if at > len(numbers):
        raise BadSnapshot("this journal ends within a row")
    return data[: reader.at] + b"".join(numbers)


def parse_rows(data: bytes) -> list[Row]:
    """The rows of a piece. Raises BadSnapshot."""
    reader = SnapshotReader(data)
    rows: list[Row] = []
    last = 0
    while reader.at < len(data):
        rows.append(_take_row(reader, last))
        last = rows[-1].tick
    return rows


def _take_head(reader: SnapshotReader) -> Head:
    if reader.take() != FORMAT:
        raise BadSnapshot("this is no journal of a known format")
    return Head(
        _text(reader.raw()),
        tuple(reader.many()),
        tuple(reader.many()),
        tuple(reader.many()),
        reader.take(),
    )


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise BadSnapshot("the game's name is no text") from None


def _take_row(reader: SnapshotReader, last_tick: int) -> Row:
    """The next row. Raises BadSnapshot for one that goes back in time or holds what is no entry."""
    tick = last_tick + reader.take()
    if tick < last_tick:
        raise BadSnapshot(f"a row at tick {tick} after one at {last_tick}")
    entries: list[Entry] = []
    seqs: list[int] = []
    for _ in range(reader.take()):
        kind, seat, a, b = reader.take(), reader.take(), reader.take(), reader.take()
        if not 0 <= kind <= CONTROL or seat < 0:
            raise BadSnapshot(f"an entry of kind {kind} for seat {seat}")
        entries.append((kind, seat, a, b))
        seqs.append(reader.take() if kind == PRESS else 0)
    return Row(tick, tuple(entries), tuple(seqs))


def begin(game: Game, head: Head) -> Match:
    """The match at tick 0 that a journal's head describes."""
    m = Match(game, list(head.chosen), list(head.seats), list(head.teams), head.seed)
    m.begin()
    return m


def restore(game: Game, journal: Journal, checkpoint: bytes | None = None, until: int | None = None) -> Match:
    """Replay a journal.

    Args:
        game: the rules.
        journal: the head, and at least the rows since the checkpoint.
        checkpoint: what `game.rules.snapshot.dump` returned; None: from the start.
        until: the tick to stop at; None: after the last row.

    Returns:
        The match at that tick.
    """
    m = begin(game, journal.head) if checkpoint is None else snapshot.load(game, checkpoint)
    replay(m, journal.rows, until)
    return m


def replay(m: Match, rows: list[Row], until: int | None = None) -> None:
    """Bring a match on by a journal's rows.

    Args:
        m: the match.
        rows: the rows; those before its tick are left out.
        until: the tick to stop at; None: after the last row.
    """
    for row in rows:
        if row.tick < m.tick:
            continue
        if until is not None and row.tick >= until:
            break
        while m.tick < row.tick:
            m.step([])
        m.step(list(row.entries))
    while until is not None and m.tick < until:
        m.step([])
