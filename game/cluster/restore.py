"""Restore: a room out of its record: a checkpoint, the journal's rows since, and the chat beside it.

A record may be of any build. One that this worker cannot read raises BadFreeze; `salvage` makes a lobby of
what is left of it.
"""

import logging
from contextlib import suppress

import msgspec

from game.cluster.store import Record
from game.protocol.fields import LOOKS
from game.rooms.chat import ChatLine
from game.rooms.ended_match import EndedMatch
from game.rooms.freeze import BadFreeze, FrozenRoom, journal_before, lost_match, thaw
from game.rooms.journal import Journal, Row, parse_rows
from game.rooms.people import Person
from game.rooms.room import Room, RoomContext
from game.rules import Game, snapshot

log = logging.getLogger("rumpus.cluster")


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """What one append to the journal holds.

    Attributes:
        match: the number of the match.
        tick: the tick that the match had reached.
        packed: the rows.
        hash_tick: the tick after which `hash` is the hash of the state; -1: there is none.
        hash: see `hash_tick`.
    """

    match: int
    tick: int
    packed: bytes
    hash_tick: int = -1
    hash: int = 0


class SaidLine(msgspec.Struct, frozen=True, array_like=True):
    """A line of chat, and its number by its writer."""

    n: int
    line: ChatLine


class _RemainingPerson(msgspec.Struct, frozen=True):
    """What every build wrote of a person."""

    id: str
    device: str
    name: str
    seat: int | None = None


class _Remains(msgspec.Struct, frozen=True):
    """What every build wrote of a room: all that is read when the rest is unreadable."""

    people: list[_RemainingPerson]
    game: str = ""
    private: bool = True
    host: str | None = None
    next_person: int = 1000


encode_rows = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(Rows).decode
_decode_said = msgspec.msgpack.Decoder(SaidLine).decode
_decode_room = msgspec.msgpack.Decoder(FrozenRoom).decode
_decode_remains = msgspec.msgpack.Decoder(_Remains).decode


def restore(context: RoomContext, record: Record, now_ms: int, epoch: int) -> Room:
    """The recorded room, at the last tick that was recorded.

    Args:
        context: the games and settings of this worker.
        record: the record.
        now_ms: the world's clock.
        epoch: the new owner's.

    Returns:
        The room; no client is attached to it.

    Raises:
        BadFreeze: this worker cannot go on with it; the text tells why.
    """
    try:
        return _restore(context, record, now_ms, epoch)
    except BadFreeze:
        raise
    except Exception as error:  # the bytes of another build may fit anywhere; other rooms must not suffer
        raise BadFreeze(f"{type(error).__name__}: {error}") from error


def _restore(context: RoomContext, record: Record, now_ms: int, epoch: int) -> Room:
    rows, tick, hashes = _read_rows(record, _decode_room(record.checkpoint).match_number)
    room = thaw(context, record.checkpoint, now_ms, rows, tick, epoch, past=record.past)
    report_incomplete(room)
    _add_chat(room, record.chat)
    if hashes and room.runner is not None:
        _check(room, record.checkpoint, rows, tick, hashes)
    return room


def _read_rows(record: Record, number: int) -> tuple[list[Row], int, dict[int, int]]:
    """The journal since the checkpoint of match `number`: its rows, its last tick, and hashes by tick."""
    rows: list[Row] = []
    hashes: dict[int, int] = {}
    tick = 0
    for data in record.journal:
        piece = _decode_rows(data)
        if piece.match != number:
            continue  # a write that was long on its way
        rows.extend(parse_rows(piece.packed))
        tick = max(tick, piece.tick)
        if piece.hash_tick >= 0:
            hashes[piece.hash_tick] = piece.hash
    return rows, tick, hashes


def report_incomplete(room: Room) -> None:
    """Log that the match of a restored room will not be kept."""
    if room.runner is not None and not room.runner.journal.complete:
        log.warning(
            "room %s: the first part of its match's journal is missing, so the match will not be kept;"
            " a worker of an older build may have begun it",
            room.code,
        )


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


def salvage(context: RoomContext, code: str, record: Record, now_ms: int, epoch: int) -> Room:
    """What can be read of an unreadable room, in its lobby. Never fails.

    Its people are told what happened: at best they miss their match, at worst they find an empty room.

    Args:
        context: the games and settings of this worker.
        code: the room's code.
        record: the record.
        now_ms: the world's clock.
        epoch: the new owner's.

    Returns:
        The room; its `setback` names what was lost.
    """
    try:
        room = thaw(context, record.checkpoint, now_ms, [], 0, epoch, without_match="match_lost")
    except BadFreeze:
        room = _reopen(context, code, record.checkpoint, now_ms)
        room.epoch = epoch
        room.setback = "room_lost"
    with suppress(msgspec.MsgspecError):
        _add_chat(room, record.chat)
    try:
        match = _lost_match(context, record)
    except Exception as error:  # noqa: BLE001 - the bytes of another build may hold anything
        log.warning("room %s: its match cannot be kept: %s: %s", code, type(error).__name__, error)
        match = None
    if match is not None:
        room.recording.unsaved.append(match)
    return room


def _lost_match(context: RoomContext, record: Record) -> EndedMatch | None:
    """The match that a record holds and that cannot go on here, as one that was left; None: it is not kept.

    The rules are not at hand, so the hash of its last state is known only if it was recorded: the match is
    kept up to the last tick of which it was.

    Args:
        context: the games and settings of this worker.
        record: the record.

    Returns:
        The match.
    """
    frozen = _decode_room(record.checkpoint)
    if frozen.match is None or context.records is None:
        return None
    journal = journal_before(frozen.match, record.past)
    rows, tick, hashes = _read_rows(record, frozen.match_number)
    ticks = max(hashes, default=max(tick, frozen.match.tick))
    for row in rows:
        if frozen.match.tick <= row.tick < ticks:
            journal.append(row.tick, list(row.entries), list(row.seqs))
    if ticks < frozen.match.tick:
        return None
    return lost_match(frozen, journal, ticks, hashes.get(ticks, 0), context.records.wall_ms())


def _reopen(context: RoomContext, code: str, checkpoint: bytes, now_ms: int) -> Room:
    """A new room under the old code, with the people of the old one if they can be read."""
    try:
        old = _decode_remains(checkpoint)
    except msgspec.MsgspecError:
        old = _Remains([])
    name = old.game if old.game in context.games else next(iter(context.games))
    room = Room(context, code, name, now_ms, private=old.private)
    room.next_person = max(1, old.next_person)
    for number, one in enumerate(old.people):
        look = number % LOOKS
        person = Person(
            one.id, one.device, room.seating.unused_name(one.name), look, look, now_ms, gone_ms=now_ms
        )
        room.people[person.id] = person
        if one.seat is not None and room.seating.find_seat(person):
            room.seats[person.seats()[0]].held = True
    room.owner = room.host = old.host if old.host in room.people else None
    return room


def _check(room: Room, checkpoint: bytes, rows: list[Row], tick: int, hashes: dict[int, int]) -> None:
    """Replay once more and compare with the hashes that the last owner recorded."""
    frozen = _decode_room(checkpoint)
    if frozen.match is None:
        return
    wrong = differing(room.game, frozen.match.head, frozen.match.checkpoint, rows, tick, hashes)
    if wrong is not None:
        log.error("room %s: the replay differs from its last owner's match at tick %d", room.code, wrong)


def differing(
    game: Game, head: bytes, checkpoint: bytes, rows: list[Row], until: int, hashes: dict[int, int]
) -> int | None:
    """Replay a match and compare its states with the hashes that were recorded.

    Args:
        game: the rules.
        head: the head of the match's journal.
        checkpoint: the state to begin with.
        rows: the journal's rows since.
        until: the tick at which to stop.
        hashes: the hash of the state after a tick, by tick.

    Returns:
        The first tick whose hash differs; None when all are the same.
    """
    Journal.parse(head)
    m = snapshot.load(game, checkpoint)
    by_tick = {row.tick: row.entries for row in rows}
    while m.tick < until:
        m.step(list(by_tick.get(m.tick, ())))
        if m.tick in hashes and snapshot.state_hash(m) != hashes[m.tick]:
            return m.tick
    return None
