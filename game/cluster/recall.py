"""A room out of its record: a checkpoint, the journal's rows since, and the chat that was kept beside it."""

import logging

import msgspec

from game.cluster.store import Claim
from game.rooms.chat import Line
from game.rooms.freeze import FrozenRoom, thaw
from game.rooms.journal import Journal, Row, parse_rows
from game.rooms.room import House, Room
from game.rules import Game
from game.rules import pack as packing

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
    line: Line


encode_rows = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(Rows).decode
_decode_said = msgspec.msgpack.Decoder(Said).decode
_decode_room = msgspec.msgpack.Decoder(FrozenRoom).decode


def recall(house: House, claim: Claim, now_ms: int) -> Room:
    """The claimed room, at the last tick that was recorded. Raises BadFreeze."""
    rows: list[Row] = []
    hashes: dict[int, int] = {}
    tick = 0
    number = _decode_room(claim.checkpoint).match_number
    for data in claim.journal:
        piece = _decode_rows(data)
        if piece.match != number:
            continue  # a write that was long on its way
        rows.extend(parse_rows(piece.packed))
        tick = max(tick, piece.tick)
        if piece.hash_tick >= 0:
            hashes[piece.hash_tick] = piece.hash
    room = thaw(house, claim.checkpoint, now_ms, rows, tick, claim.epoch)
    for data in claim.chat:
        said = _decode_said(data)
        if said.line.id >= room.chat.next_id:
            room.chat.lines.append(said.line)
            room.chat.next_id = said.line.id + 1
            pen = room.chat.pen(said.line.player)
            pen.last_n = max(pen.last_n, said.n)
            pen.recent[said.n] = said.line.id
    if hashes and room.live is not None:
        _check(room, claim.checkpoint, rows, tick, hashes)
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
    m = packing.load(game, checkpoint)
    by_tick = {row.tick: row.entries for row in rows}
    while m.tick < until:
        m.step(list(by_tick.get(m.tick, ())))
        if m.tick in hashes and packing.state_hash(m) != hashes[m.tick]:
            return m.tick
    return None
