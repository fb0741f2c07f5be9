"""A whole match as bytes and back, exactly; and a short hash of it for comparing two interpreters.

The hash covers every scalar, but of a series only its length and its last row: rows are never changed
in place, so whoever hashes every tick has covered them all.
"""

import binascii

from .entity import Entity
from .fields import Entities, Grid, Ints, Series, Text
from .game import Game
from .match import Award, Match, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class BadPack(ValueError):
    """Bytes that are no packed match of this game; the text tells what was found."""


def put(out: bytearray, value: int) -> None:
    """Append an integer of at most 30 bits and a sign, zigzag, seven bits a byte."""
    value = value << 1 if value >= 0 else (-value << 1) - 1
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


class Reader:
    """Takes integers off packed bytes. Raises BadPack where they end too soon."""

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
                raise BadPack("the bytes end within a number at %d" % self.at)
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
            raise BadPack("a list of %d where at most %d are allowed" % (count, most))
        return [self.take() for _ in range(count)]

    def raw(self) -> bytes:
        """The next counted bytes."""
        count = self.take()
        if count < 0 or self.at + count > len(self.data):
            raise BadPack("%d bytes expected at %d" % (count, self.at))
        self.at += count
        return bytes(self.data[self.at - count : self.at])


def put_many(out: bytearray, values: "list[int]") -> None:
    """Append a count and the integers."""
    put(out, len(values))
    for value in values:
        put(out, value)


def put_raw(out: bytearray, data: "bytes | bytearray") -> None:
    """Append a count and the bytes."""
    put(out, len(data))
    out.extend(data)


def _put_entity(out: bytearray, entity: Entity, whole: bool) -> None:
    put(out, entity.id)
    for field in entity.fields:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            put(out, len(value))
            for one in value:
                _put_entity(out, one, whole)
        elif isinstance(field, Series):
            if whole:
                put_many(out, value)
            else:
                put(out, len(value))
                for number in value[-len(field.columns) :]:
                    put(out, number)
        elif isinstance(field, Ints):
            put_many(out, value)
        elif isinstance(field, Grid):
            put_raw(out, value)
        elif isinstance(field, Text):
            put_raw(out, value.encode())
        else:
            put(out, value)


def _take_entity(reader: Reader, entity: Entity) -> None:
    entity.id = reader.take()
    for field in entity.fields:
        value: Any
        if isinstance(field, Entities):
            value = []
            count = reader.take()
            if not 0 <= count <= field.max:
                raise BadPack("%s holds at most %d, got %d" % (field.name, field.max, count))
            for _ in range(count):
                one = field.of()
                _take_entity(reader, one)
                value.append(one)
        elif isinstance(field, Series):
            value = reader.many()
        elif isinstance(field, Ints):
            value = reader.many(field.max)
        elif isinstance(field, Grid):
            value = bytearray(reader.raw())
        elif isinstance(field, Text):
            value = reader.raw().decode()
        else:
            value = reader.take()
        setattr(entity, field.name, value)


def _put_match(out: bytearray, m: Match, whole: bool) -> None:
    put(out, m.tick)
    put(out, m.rng.first)
    put(out, m.rng.second)
    put_many(out, m.seats)
    put_many(out, m.teams)
    put_many(out, m.inputs)
    put_many(out, m.values)
    put(out, 1 if m.over else 0)
    put(out, len(m.places))
    for place in m.places:
        put(out, place.seat)
        put(out, place.place)
        put(out, place.points)
    put(out, len(m.given))
    for award in m.given:
        put(out, award.kind)
        put(out, award.seat)
        put(out, award.value)
    _put_entity(out, m.state, whole)


def dump(m: Match) -> bytes:
    """Everything of a match but its game's rules, options and derived scratch."""
    out = bytearray()
    put_many(out, m.chosen)
    _put_match(out, m, True)
    return bytes(out)


def load(game: Game, data: bytes) -> Match:
    """The match that `dump` wrote. Raises BadPack when the bytes are not one of this game."""
    reader = Reader(data)
    m = Match(game, reader.many(), [], [], 0)
    m.tick = reader.take()
    m.rng.first = reader.take()
    m.rng.second = reader.take()
    m.seats = reader.many(game.seats[1])
    m.teams = reader.many(game.seats[1])
    m.inputs = reader.many(game.seats[1])
    m.values = reader.many(game.seats[1])
    m.over = reader.take() != 0
    for _ in range(reader.take()):
        m.places.append(Place(reader.take(), reader.take(), reader.take()))
    for _ in range(reader.take()):
        m.given.append(Award(reader.take(), reader.take(), reader.take()))
    _take_entity(reader, m.state)
    if reader.at != len(data):
        raise BadPack("%d bytes left over" % (len(data) - reader.at))
    game.rebuild(m)
    return m


def state_hash(m: Match) -> int:
    """28 bits that two equal matches share and two different ones hardly ever do."""
    out = bytearray()
    _put_match(out, m, False)
    return binascii.crc32(out) & 0xFFFFFFF
