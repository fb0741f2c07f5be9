"""A room out of its record: a checkpoint, the journal's rows since, and the chat that was kept beside it."""

import logging
from contextlib import suppress

import msgspec

from game.cluster.store import Record
from game.protocol.fields import LOOKS
from game.rooms.chat import ChatLine
from game.rooms.freeze import BadFreeze, FrozenRoom, thaw
from game.rooms.journal import Journal, Row, parse_rows
from game.rooms.people import Person
from game.rooms.room import Room, RoomContext
from game.rules import Game, snapshot

log = logging.getLogger("rumpus.cluster")


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """What one append holds: the match stood at `tick`; `hash` is the state's after `hash_tick`, if any."""

    match: int
    tick: int
    packed: bytes
    hash_tick: int = -1
    hash: int = 0


class Said(msgspec.Struct, frozen=True, array_like=True):
    """A line of chat with the writer's number."""

    n: int
    line: ChatLine


class _Somebody(msgspec.Struct, frozen=True):
    """What every build wrote of a person."""

    id: str
    device: str
    name: str
    seat: int | None = None


class _Remains(msgspec.Struct, frozen=True):
    """What every build wrote of a room, for one of which the rest cannot be read."""

    people: list[_Somebody]
    game: str = ""
    private: bool = True
    host: str | None = None
    next_person: int = 1000


encode_rows = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(Rows).decode
_decode_said = msgspec.msgpack.Decoder(Said).decode
_decode_room = msgspec.msgpack.Decoder(FrozenRoom).decode
_decode_remains = msgspec.msgpack.Decoder(_Remains).decode


def recall(house: RoomContext, record: Record, now_ms: int, epoch: int) -> Room:
    """The recorded room, at the last tick that was recorded, under its new owner's epoch.

    Raises:
        BadFreeze: this worker cannot go on with it; the text tells why.
    """
    try:
        return _recall(house, record, now_ms, epoch)
    except BadFreeze:
        raise
    except Exception as error:
        # A record may be of any build: it is the bytes that do not fit, and no other room suffers from that.
        raise BadFreeze(f"{type(error).__name__}: {error}") from error


def _recall(house: RoomContext, record: Record, now_ms: int, epoch: int) -> Room:
    rows: list[Row] = []
    hashes: dict[int, int] = {}
    tick = 0
    number = _decode_room(record.checkpoint).match_number
    for data in record.journal:
        piece = _decode_rows(data)
        if piece.match != number:
            continue  # a write that was long on its way
        rows.extend(parse_rows(piece.packed))
        tick = max(tick, piece.tick)
        if piece.hash_tick >= 0:
            hashes[piece.hash_tick] = piece.hash
    room = thaw(house, record.checkpoint, now_ms, rows, tick, epoch)
    _add_chat(room, record.chat)
    if hashes and room.runner is not None:
        _check(room, record.checkpoint, rows, tick, hashes)
    return room


def _add_chat(room: Room, lines: list[bytes]) -> None:
    """Add the lines that were said after the checkpoint."""
    for data in lines:
        said = _decode_said(data)
        if said.line.id >= room.chat.next_id:
            room.chat.lines.append(said.line)
            room.chat.next_id = said.line.id + 1
            pen = room.chat.writer(said.line.player)
            pen.last_n = max(pen.last_n, said.n)
            pen.recent[said.n] = said.line.id


def salvage(house: RoomContext, code: str, record: Record, now_ms: int, epoch: int) -> Room:
    """A room of which not all can be read: in its lobby, with whatever of it is left; never fails.

    Its people are told what happened: at best they miss their match, at worst they find an empty room.
    """
    try:
        room = thaw(house, record.checkpoint, now_ms, [], 0, epoch, without_match="match_lost")
    except BadFreeze:
        room = _begin_again(house, code, record.checkpoint, now_ms)
        room.epoch = epoch
        room.setback = "room_lost"
    with suppress(msgspec.MsgspecError):
        _add_chat(room, record.chat)
    return room


def _begin_again(house: RoomContext, code: str, checkpoint: bytes, now_ms: int) -> Room:
    """A new room under the old code, with the people of the old one if they can be read."""
    try:
        old = _decode_remains(checkpoint)
    except msgspec.MsgspecError:
        old = _Remains([])
    name = old.game if old.game in house.games else next(iter(house.games))
    room = Room(house, code, name, now_ms, private=old.private)
    room.next_person = max(1, old.next_person)
    for number, one in enumerate(old.people):
        look = number % LOOKS
        person = Person(one.id, one.device, room.unused_name(one.name), look, look, now_ms, gone_ms=now_ms)
        room.people[person.id] = person
        if one.seat is not None and room.find_seat(person):
            room.seats[person.seats()[0]].held = True
    room.owner = room.host = old.host if old.host in room.people else None
    return room


def _check(room: Room, checkpoint: bytes, rows: list[Row], tick: int, hashes: dict[int, int]) -> None:
    """Replay once more and compare with the hashes that the last owner wrote down."""
    frozen = _decode_room(checkpoint)
    if frozen.match is None:
        return
    wrong = differing(room.game, frozen.match.head, frozen.match.checkpoint, rows, tick, hashes)
    if wrong is not None:
        log.error("room %s: the replay differs from its last owner's match at tick %d", room.code, wrong)


def differing(
    game: Game, head: bytes, checkpoint: bytes, rows: list[Row], until: int, hashes: dict[int, int]
) -> int | None:
    """The first tick whose hash is not the one that was written down; None: all are."""
    Journal.parse(head)
    m = snapshot.load(game, checkpoint)
    by_tick = {row.tick: row.entries for row in rows}
    while m.tick < until:
        m.step(list(by_tick.get(m.tick, ())))
        if m.tick in hashes and snapshot.state_hash(m) != hashes[m.tick]:
            return m.tick
    return None
