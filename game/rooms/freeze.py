"""A whole room as bytes and back: what another worker needs to go on with it.

Connections are left behind: whoever was in the room finds their seat held. Times are kept as distances from
now, since no two machines' monotonic clocks agree. A running match is a checkpoint and the journal since.
"""

from collections import deque
from typing import Any

import msgspec

from game.rooms.chat import Chat, Line
from game.rooms.journal import Journal, Row
from game.rooms.match import LiveMatch
from game.rooms.packs import Pack
from game.rooms.people import Person, Seat
from game.rooms.phases import Phase
from game.rooms.room import House, Room


class FrozenPerson(msgspec.Struct, frozen=True):
    """A person without a connection; `joined_ago_ms` keeps who has been here longest."""

    id: str
    device: str
    name: str
    colour: int
    shape: int
    joined_ago_ms: int
    seat: int | None
    second: int | None
    muted: bool
    wins: int


class FrozenPen(msgspec.Struct, frozen=True):
    """What the chat knows of a writer: the last number, and the ids and checksums of recent lines."""

    last_n: int
    recent: dict[int, int]
    checksums: dict[int, int] = {}


class FrozenMatch(msgspec.Struct, frozen=True):
    """A running match: how it began, a checkpoint at `tick`, and the seqs that were applied by seat."""

    head: bytes
    tick: int
    checkpoint: bytes
    applied: list[int]


class FrozenRoom(msgspec.Struct, frozen=True):
    """All of a room that outlives its worker."""

    code: str
    game: str
    private: bool
    fill: int
    demo: bool
    locked: bool
    hidden: bool
    cover: bool
    phase: str
    preset: str
    chosen: list[int]
    people: list[FrozenPerson]
    seats: dict[int, dict[str, Any]]
    banned: list[str]
    host: str | None
    owner: str | None
    chat: list[Line]
    pens: dict[str, FrozenPen]
    next_line: int
    next_person: int
    match_number: int
    epoch: int
    version: int
    countdown_in_ms: int | None
    results: dict[str, Any] | None
    rematch: list[str]
    paused_by: str | None
    match: FrozenMatch | None
    pack: Pack | None = None
    polite: bool = False


class BadFreeze(ValueError):
    """Bytes that are no frozen room, or one of a game that is not here."""


def freeze(room: Room, now_ms: int, with_match: bool = True) -> bytes:
    """The room as bytes; `with_match` adds a checkpoint of the running match at its present tick."""
    live = room.live
    match = None
    if live is not None and with_match:
        match = FrozenMatch(
            live.journal.head.pack(),
            live.tick_number,
            live.checkpoint(),
            [queue.applied_seq for queue in live.queues],
        )
    frozen = FrozenRoom(
        code=room.code,
        game=room.game.name,
        private=room.private,
        fill=room.fill,
        demo=room.demo,
        locked=room.locked,
        hidden=room.hidden,
        cover=room.cover,
        phase=room.phase.value,
        preset=room.preset,
        chosen=room.chosen,
        people=[_freeze_person(person, now_ms) for person in room.people.values()],
        seats={number: _freeze_seat(seat) for number, seat in room.seats.items()},
        banned=sorted(room.banned),
        host=room.host,
        owner=room.owner,
        chat=list(room.chat.lines),
        pens={
            player: FrozenPen(pen.last_n, pen.recent, pen.checksums) for player, pen in room.chat.pens.items()
        },
        next_line=room.chat.next_id,
        next_person=room.next_person,
        match_number=room.match_number,
        epoch=room.epoch,
        version=room.version,
        countdown_in_ms=None if room.countdown_at is None else room.countdown_at - now_ms,
        results=room.results,
        rematch=sorted(room.rematch),
        paused_by=room.paused_by,
        match=match,
        pack=room.pack,
        polite=room.polite,
    )
    return msgspec.msgpack.encode(frozen)


def _freeze_person(person: Person, now_ms: int) -> FrozenPerson:
    return FrozenPerson(
        person.id,
        person.device,
        person.name,
        person.colour,
        person.shape,
        now_ms - person.joined_ms,
        person.seat,
        person.second,
        person.muted,
        person.wins,
    )


def _freeze_seat(seat: Seat) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in Seat.__slots__}


def thaw(house: House, data: bytes, now_ms: int, rows: list[Row], tick: int, epoch: int) -> Room:
    """The room that `freeze` wrote, with the match brought to `tick` by the journal's `rows`.

    `epoch` is the new owner's. Everyone is disconnected, with their seats held from now on. Raises BadFreeze.
    """
    try:
        frozen = msgspec.msgpack.decode(data, type=FrozenRoom)
    except msgspec.MsgspecError as error:
        raise BadFreeze(f"no frozen room: {error}") from None
    if frozen.game not in house.games:
        raise BadFreeze(f"room {frozen.code} plays {frozen.game}, which is not here")
    room = Room(
        house,
        frozen.code,
        frozen.game,
        now_ms,
        private=frozen.private,
        fill=frozen.fill,
        demo=frozen.demo,
    )
    room.locked, room.hidden, room.cover = frozen.locked, frozen.hidden, frozen.cover
    room.phase = Phase(frozen.phase)
    room.preset, room.chosen = frozen.preset, frozen.chosen
    room.seats = {number: Seat(**seat) for number, seat in sorted(frozen.seats.items())}
    room.people = {one.id: _thaw_person(one, now_ms) for one in frozen.people}
    room.banned = set(frozen.banned)
    room.host, room.owner = frozen.host, frozen.owner
    _thaw_chat(room.chat, frozen)
    room.next_person = frozen.next_person
    room.match_number = frozen.match_number
    room.epoch = epoch
    room.version = frozen.version
    if frozen.countdown_in_ms is not None:
        room.countdown_at = now_ms + max(frozen.countdown_in_ms, 0)
    room.results = frozen.results
    room.rematch = set(frozen.rematch)
    room.paused_by = frozen.paused_by
    room.pack = frozen.pack
    room.polite = frozen.polite
    for person in room.people.values():
        for number in person.seats():
            room.seats[number].held = True
    if frozen.match is not None:
        _thaw_match(room, frozen.match, rows, tick, epoch)
    elif room.phase in (Phase.LIVE, Phase.PAUSED):
        room.phase = Phase.LOBBY
        room.end_match()
    return room


def _thaw_person(one: FrozenPerson, now_ms: int) -> Person:
    return Person(
        id=one.id,
        device=one.device,
        name=one.name,
        colour=one.colour,
        shape=one.shape,
        joined_ms=now_ms - one.joined_ago_ms,
        seat=one.seat,
        second=one.second,
        muted=one.muted,
        wins=one.wins,
        gone_ms=now_ms,
        active_ms=now_ms,
    )


def _thaw_chat(chat: Chat, frozen: FrozenRoom) -> None:
    chat.lines = deque(frozen.chat, maxlen=chat.lines.maxlen)
    chat.next_id = frozen.next_line
    for player, pen in frozen.pens.items():
        known = chat.pen(player)
        known.last_n = pen.last_n
        known.recent = dict(pen.recent)
        known.checksums = dict(pen.checksums)


def _thaw_match(room: Room, match: FrozenMatch, rows: list[Row], tick: int, epoch: int) -> None:
    journal = Journal.parse(match.head)
    for row in rows:
        if row.tick >= match.tick:
            journal.append(row.tick, list(row.entries), list(row.seqs))
    live = LiveMatch.resumed(
        room.game, journal, match.checkpoint, room.house.draw, epoch, max(tick, match.tick), match.applied
    )
    for number, seat in room.seats.items():
        if seat.playing and (seat.kind == "bot" or seat.covered):
            live.bots.seat(number, seat.level or room.house.bots.level, seat.style)
    room.live = live
