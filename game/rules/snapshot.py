"""Snapshots: a whole match as bytes and back, exactly; and a short hash of it to compare two interpreters.

The hash covers every scalar, but of a series only its length and its last row. Rows are never changed in
place, so the hashes of all ticks cover all rows.
"""

import binascii
from array import array

from .entity import Entity
from .fields import Entities, Ints, Series
from .game import Game
from .match import Award, Match, Place
from .options import BadOption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class BadSnapshot(ValueError):
    """Bytes that are not a snapshot of this game; the message says what was found."""


def put(out: bytearray, value: int) -> None:
    """Append an integer of at most 30 bits and a sign, zigzag, seven bits a byte."""
    value = value << 1 if value >= 0 else (-value << 1) - 1
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


class SnapshotReader:
    """Reads integers from the bytes of a snapshot; each method raises BadSnapshot where the bytes end."""

    def __init__(self, data: "bytes | bytearray") -> None:
        self.data = data
        self.at = 0

    def take(self) -> int:
        """The next integer."""
        data = self.data
        value = 0
        shift = 0
        while True:
            if self.at >= len(data) or shift > 35:
                raise BadSnapshot("the bytes end within a number at %d" % self.at)
            byte = data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value >> 1 if value & 1 == 0 else -((value + 1) >> 1)
            shift += 7

    def many(self, most: int = 1 << 20) -> "list[int]":
        """The next counted list of integers, at most `most`."""
        count = self.take()
        if not 0 <= count <= most:
            raise BadSnapshot("a list of %d where at most %d are allowed" % (count, most))
        return [self.take() for _ in range(count)]

    def raw(self) -> bytes:
        """The next counted bytes."""
        count = self.take()
        if count < 0 or self.at + count > len(self.data):
            raise BadSnapshot("%d bytes expected at %d" % (count, self.at))
        self.at += count
        return bytes(self.data[self.at - count : self.at])

    def text(self) -> str:
        """The next counted text."""
        try:
            return self.raw().decode()
        except UnicodeError:
            raise BadSnapshot("no text at %d" % self.at)  # noqa: B904 (MicroPython has no `from`)


def put_many(out: bytearray, values: "list[int]") -> None:
    """Append a count and the integers."""
    put(out, len(values))
    for value in values:
        put(out, value)


def put_raw(out: bytearray, data: "bytes | bytearray") -> None:
    """Append a count and the bytes."""
    put(out, len(data))
    out.extend(data)


def _put_entity(out: bytearray, entity: Entity) -> None:
    put(out, entity.id)
    for name in entity.values:
        value = getattr(entity, name)
        if isinstance(value, str):
            put_raw(out, value.encode())
        else:
            put(out, value)
    for field in entity.tables:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            put(out, len(value))
            for one in value:
                _put_entity(out, one)
        elif isinstance(field, Series):
            _put_rows(out, value, len(field.columns))
        elif isinstance(field, Ints):
            put_many(out, value)
        else:
            put_raw(out, value)


def _put_rows(out: bytearray, rows: "list[int]", columns: int) -> None:
    # The first row, then what each value differs from the one above it: two bytes little-endian, or
    # four where two are too few. A table may hold thousands of rows, so no loop of ours goes over them.
    put_many(out, rows[:columns])
    steps = [low - high for high, low in zip(rows, rows[columns:])]
    small = not steps or (min(steps) >= -32768 and max(steps) <= 32767)
    put(out, 1 if small else 0)
    put_raw(out, bytes(array("h" if small else "i", steps)))


def _take_rows(reader: SnapshotReader, columns: int) -> "list[int]":
    rows = reader.many(columns)
    code = "h" if reader.take() else "i"
    raw = reader.raw()
    if len(raw) % (2 if code == "h" else 4):
        raise BadSnapshot("a table of %d bytes" % len(raw))
    steps = array(code, raw)
    if len(steps) and len(rows) != columns:
        raise BadSnapshot("a table that begins with %d of %d columns" % (len(rows), columns))
    for k, step in enumerate(steps):
        rows.append(rows[k] + step)
    return rows


def _take_entity(reader: SnapshotReader, entity: Entity) -> None:
    entity.id = reader.take()
    value: Any
    for name in entity.values:
        if isinstance(getattr(entity, name), str):
            value = reader.text()
        else:
            value = reader.take()
        setattr(entity, name, value)
    for field in entity.tables:
        if isinstance(field, Entities):
            value = []
            count = reader.take()
            if not 0 <= count <= field.max:
                raise BadSnapshot("%s holds at most %d, got %d" % (field.name, field.max, count))
            for _ in range(count):
                one = field.of()
                _take_entity(reader, one)
                value.append(one)
        elif isinstance(field, Series):
            value = _take_rows(reader, len(field.columns))
        elif isinstance(field, Ints):
            value = reader.many(field.max)
        else:
            value = bytearray(reader.raw())
        setattr(entity, field.name, value)


def _head(m: Match) -> "list[list[int]]":
    places = []
    for place in m.places:
        places += [place.seat, place.place, place.points]
    given = []
    for award in m.given:
        given += [award.kind, award.seat, award.value]
    clock = [m.tick, m.rng.first, m.rng.second, 1 if m.over else 0]
    head = [clock, m.seats, m.teams, m.inputs, m.values, places, given]
    if m.controls:
        head.append(m.held())
    return head


def dump(m: Match) -> bytes:
    """A snapshot of a match without its rules and scratch, after four bytes of checksum."""
    out = bytearray()
    put_many(out, m.chosen)
    for numbers in _head(m):
        put_many(out, numbers)
    _put_entity(out, m.state)
    return _check(out) + bytes(out)


def _check(data: "bytes | bytearray") -> bytes:
    return (binascii.crc32(data) & 0xFFFFFFF).to_bytes(4, "little")


def bulk(entity: Entity) -> int:
    """How many numbers an entity holds, a rough measure of the size of its snapshot."""
    total = 0
    for field in entity.fields:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            for one in value:
                total += bulk(one)
        elif isinstance(value, (list, bytearray)):
            total += len(value)
        else:
            total += 1
    return total


def load(game: Game, data: "bytes | bytearray") -> Match:
    """The match that `dump` wrote. Raises BadSnapshot when the bytes are not a snapshot of this game."""
    if len(data) < 4 or bytes(data[:4]) != _check(data[4:]):
        raise BadSnapshot("the %d bytes are damaged" % len(data))
    reader = SnapshotReader(data[4:])
    m = _begin(game, reader.many())
    most = game.seats[1]
    clock = reader.many(4)
    seats = [reader.many(most) for _ in range(4)]
    _take_head(m, clock, seats, reader.many(), reader.many())
    if m.controls:
        _hold(m, reader.many())
    _take_entity(reader, m.state)
    if reader.at != len(reader.data):
        raise BadSnapshot("%d bytes left over" % (len(reader.data) - reader.at))
    game.rebuild(m)
    return m


def _begin(game: Game, chosen: "list[int]") -> Match:
    try:
        return Match(game, chosen, [], [], 0)
    except BadOption as error:
        raise BadSnapshot(str(error))  # noqa: B904 (MicroPython has no `from`)


def _hold(m: Match, numbers: "list[int]") -> None:
    try:
        m.hold(numbers)
    except (IndexError, ValueError):
        raise BadSnapshot("the seats' controls are not those of this game")  # noqa: B904 (MicroPython)


def _take_head(
    m: Match, clock: "list[int]", seats: "list[list[int]]", places: "list[int]", given: "list[int]"
) -> None:
    if len(clock) != 4:
        raise BadSnapshot("a match's clock is 4 numbers, got %d" % len(clock))
    m.tick, m.rng.first, m.rng.second, over = clock
    m.over = over != 0
    m.seats, m.teams, m.inputs, m.values = seats
    for k in range(0, len(places) - 2, 3):
        m.places.append(Place(places[k], places[k + 1], places[k + 2]))
    for k in range(0, len(given) - 2, 3):
        m.given.append(Award(given[k], given[k + 1], given[k + 2]))


def pack(m: Match) -> "array[int]":
    """A match as numbers, for `unpack`: for a replay, which returns to it many times.

    Returns:
        More bytes than `dump`, but made and read many times faster; they are not checked.
    """
    out = array("i")
    _pack_many(out, m.chosen)
    for numbers in _head(m):
        _pack_many(out, numbers)
    _pack_entity(out, m.state)
    return out


def unpack(game: Game, numbers: "array[int]") -> Match:
    """The match that `pack` wrote."""
    packed = _Packed(numbers)
    m = _begin(game, packed.many())
    clock = packed.many()
    seats = [packed.many() for _ in range(4)]
    _take_head(m, clock, seats, packed.many(), packed.many())
    if m.controls:
        m.hold(packed.many())
    _unpack_entity(packed, m.state)
    game.rebuild(m)
    return m


def _pack_many(out: "array[int]", values: "list[int]") -> None:
    out.append(len(values))
    out.extend(array("i", values))


def _pack_bytes(out: "array[int]", raw: "bytes | bytearray") -> None:
    out.append(len(raw))
    out.extend(array("i", bytes(raw) + bytes(-len(raw) % 4)))


def _pack_entity(out: "array[int]", entity: Entity) -> None:
    out.append(entity.id)
    for name in entity.values:
        value = getattr(entity, name)
        if isinstance(value, str):
            _pack_bytes(out, value.encode())
        else:
            out.append(value)
    for field in entity.tables:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            out.append(len(value))
            for one in value:
                _pack_entity(out, one)
        elif isinstance(field, (Series, Ints)):
            _pack_many(out, value)
        else:
            _pack_bytes(out, value)


class _Packed:
    """Reads what `pack` wrote."""

    def __init__(self, numbers: "array[int]") -> None:
        self.numbers = numbers
        self.at = 0

    def one(self) -> int:
        self.at += 1
        return self.numbers[self.at - 1]

    def many(self) -> "list[int]":
        first = self.at + 1
        self.at = first + self.numbers[self.at]
        return list(self.numbers[first : self.at])

    def raw(self) -> bytes:
        size = self.numbers[self.at]
        first = self.at + 1
        self.at = first + (size + 3) // 4
        return bytes(self.numbers[first : self.at])[:size]


def _unpack_entity(packed: _Packed, entity: Entity) -> None:
    entity.id = packed.one()
    value: Any
    for name in entity.values:
        value = packed.raw().decode() if isinstance(getattr(entity, name), str) else packed.one()
        setattr(entity, name, value)
    for field in entity.tables:
        if isinstance(field, Entities):
            value = []
            for _ in range(packed.one()):
                one = field.of()
                _unpack_entity(packed, one)
                value.append(one)
        elif isinstance(field, (Series, Ints)):
            value = packed.many()
        else:
            value = bytearray(packed.raw())
        setattr(entity, field.name, value)


# hot: every tick in tests, once a second and room in play
def state_hash(m: Match) -> int:
    """A hash of 28 bits: equal for equal matches, and very likely different for others."""
    numbers: list[int] = []
    for part in _head(m):
        numbers += part
        numbers.append(len(part))
    raw = bytearray()
    _gather(numbers, raw, m.state)
    return binascii.crc32(raw, binascii.crc32(bytes(array("i", numbers)))) & 0xFFFFFFF


def _gather(numbers: "list[int]", raw: bytearray, entity: Entity) -> None:
    numbers.append(entity.id)
    for name in entity.values:
        value = getattr(entity, name)
        if isinstance(value, str):
            raw.extend(value.encode())
            value = len(value)
        numbers.append(value)
    for field in entity.tables:
        value = getattr(entity, field.name)
        numbers.append(len(value))
        if isinstance(field, Entities):
            for one in value:
                _gather(numbers, raw, one)
        elif isinstance(field, Series):
            numbers += value[-len(field.columns) :]
        elif isinstance(field, Ints):
            numbers += value
        else:
            raw.extend(value)
