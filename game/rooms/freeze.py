"""Frozen rooms: a whole room as bytes and back, so that another worker can go on with it.

Connections are not part of it: the people of a thawed room find their seats held. Times are stored as
distances from now, since the monotonic clocks of two machines differ. A running match is a checkpoint and
the journal since; the journal up to the checkpoint is kept beside it, as `Journal.pack` wrote it.

The bytes may come from a worker of another build. A field that is added needs a default, and a field that is
removed is ignored; any other change of a frozen struct, or of a class in it, needs a new `FORMAT`. The
names of the fields are stored, so they do not follow the names in the rest of the code. `tests/data/frozen`
keeps rooms that earlier builds have written.
"""

from collections import deque
from contextlib import suppress
from hashlib import blake2b
from typing import Literal

import msgspec

from game.protocol.objects import Results
from game.rooms.chat import Chat, ChatLine
from game.rooms.continuation import Continuation
from game.rooms.ended_match import EndedMatch
from game.rooms.evening import FrozenEvening
from game.rooms.journal import End, Journal, Row
from game.rooms.lifecycle import RUNNING, Phase
from game.rooms.match_runner import MatchRunner
from game.rooms.next_game import FrozenNext
from game.rooms.people import Person, Seat
from game.rooms.recording import ended_seat, room_kind, visibility
from game.rooms.room import Room, RoomContext
from game.rooms.rules_hash import rules_hash
from game.rules import Game
from game.rules.options import BadOption, Subset
from game.rules.snapshot import BadSnapshot

FORMAT = 2
"""The format of a frozen room; rooms before 2 hold none."""
NONE = msgspec.Raw(b"\xc0")
"""nil in MessagePack."""


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
    place: str = ""
    language: str = ""


class FrozenSeat(msgspec.Struct, frozen=True):
    """A seat; `covered`: a bot stands in for its player."""

    kind: Literal["human", "bot"]
    name: str
    colour: int
    shape: int
    player: str | None = None
    team: int = 0
    ready: bool = False
    playing: bool = False
    held: bool = False
    covered: bool = False
    level: int = 0
    style: int = 0


class FrozenChatWriter(msgspec.Struct, frozen=True):
    """What the chat remembers of a writer: the last number, and the ids and checksums of recent lines."""

    last_n: int
    recent: dict[int, int]
    checksums: dict[int, int] = {}


class FrozenMatch(msgspec.Struct, frozen=True):
    """A running match: how it began, a checkpoint at `tick`, and the seqs that were applied by seat.

    Only rules of the same hash may read it; "" in rooms of workers that wrote no hash. The journal up to the
    checkpoint is kept beside the room, since it only grows: `journal_size` is its length in bytes, 0 if its
    beginning is missing, and `journal_tick` the tick of its last row.
    """

    head: bytes
    tick: int
    checkpoint: bytes
    applied: list[int]
    rules: str = ""
    journal_size: int = 0
    journal_tick: int = 0


class FrozenRecording(msgspec.Struct, frozen=True):
    """What the record of the running match needs beside the match, see `recording.Recording`.

    `rules` names the rules document. With it, a title and `tick_hz`, a worker without these rules can make
    the record of a match that it cannot go on with.
    """

    match_id: str
    started_ms: int
    attended: bool
    departed: dict[int, FrozenSeat]
    rules: str
    title: str
    tick_hz: int


class FrozenSleep(msgspec.Struct, frozen=True):
    """Whose turn it is in a match that may sleep, and since when: see `sleeping.Sleeping`."""

    turn: list[int]
    turn_ms: int


class FrozenRoom(msgspec.Struct, frozen=True):
    """All of a room that outlives its worker; `cover`: bots may stand in for players."""

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
    seats: dict[int, FrozenSeat]
    banned: list[str]
    host: str | None
    owner: str | None
    chat: list[ChatLine]
    pens: dict[str, FrozenChatWriter]
    next_line: int
    next_person: int
    match_number: int
    epoch: int
    version: int
    countdown_in_ms: int | None
    results: Results | None
    rematch: list[str]
    paused_by: str | None
    match: FrozenMatch | None
    pack: msgspec.Raw = msgspec.field(default_factory=lambda: NONE)
    polite: bool = False
    format: int = 1
    rules: str = ""
    options: dict[str, int | str | list[str]] = {}
    setback: str = ""
    banned_places: list[str] = []
    owner_device: str = ""
    pack_by: str = ""
    recording: FrozenRecording | None = None
    unsaved: list[EndedMatch] = []
    delay: int | None = None
    continuation: Continuation | None = None
    sleep: FrozenSleep | None = None
    evening: FrozenEvening | None = None
    next_game: FrozenNext | None = None
    results_in_ms: int | None = None


class Label(msgspec.Struct, frozen=True):
    """The part of a frozen room that shows whether a worker can read all of it."""

    game: str
    format: int = 1
    match: msgspec.Raw = msgspec.Raw()
    rules: str = ""

    @property
    def plays(self) -> bool:
        """Whether a match is in it."""
        return bytes(self.match) not in (b"", b"\xc0")


def _layout() -> str:
    described = msgspec.json.schema(FrozenRoom)
    return blake2b(msgspec.json.encode(described, order="deterministic"), digest_size=8).hexdigest()


LAYOUT = _layout()
"""Workers with the same layout can read each other's frozen rooms."""


class BadFreeze(ValueError):
    """Bytes that are no frozen room, or one that this worker cannot go on with."""


def freeze(room: Room, now_ms: int, with_match: bool = True, setback: str = "") -> bytes:
    """The room as bytes.

    Args:
        room: the room.
        now_ms: the time, by the clock of the room's times.
        with_match: add a checkpoint of the running match at its present tick; without it the thawed room is
            in the lobby.
        setback: a key of `publisher.SETBACKS`, which the people receive when they come back; "" for none.

    Returns:
        What `thaw` reads.
    """
    frozen = _frozen(room, now_ms, with_match)
    return msgspec.msgpack.encode(msgspec.structs.replace(frozen, setback=setback) if setback else frozen)


def fingerprint(room: Room) -> bytes:
    """A short hash of a frozen room, without what is recorded elsewhere or may be lost.

    These are the match, which has a journal; the chat, of which each line is recorded; the epoch and the
    version.

    Returns:
        16 bytes that are equal as long as nothing else has changed.
    """
    frozen = msgspec.structs.replace(
        _frozen(room, 0, False, with_chat=False), epoch=0, version=0, next_line=0, unsaved=[]
    )
    digest = blake2b(msgspec.msgpack.encode(frozen), digest_size=16)
    for match in room.recording.unsaved:
        digest.update(match.id.encode())
    return digest.digest()


def _frozen(room: Room, now_ms: int, with_match: bool, with_chat: bool = True) -> FrozenRoom:
    runner = room.runner
    match = None
    if runner is not None and with_match:
        size, last_tick = runner.journal.end() if runner.journal.complete else End(0, 0)
        match = FrozenMatch(
            runner.journal.head.pack(),
            runner.match.tick,
            runner.checkpoint(),
            runner.applied_seqs(),
            rules_hash(type(room.game)),
            size,
            last_tick,
        )
    return FrozenRoom(
        code=room.code,
        game=room.game.name,
        private=room.private,
        fill=room.fill,
        demo=room.demo,
        locked=room.locked,
        hidden=room.hidden,
        cover=room.stand_ins,
        phase=room.phase.value,
        preset=room.preset,
        chosen=room.chosen,
        people=[_freeze_person(person, now_ms) for person in room.people.values()],
        seats={number: _freeze_seat(seat) for number, seat in room.seats.items()},
        banned=sorted(room.banned),
        host=room.host,
        owner=room.owner,
        chat=list(room.chat.lines) if with_chat else [],
        pens=_freeze_writers(room.chat) if with_chat else {},
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
        pack=NONE if room.pack is None else msgspec.Raw(room.context.packs.encode(room.pack)),
        polite=room.polite,
        format=FORMAT,
        rules=rules_hash(type(room.game)),
        options=_named_options(room.game, room.chosen),
        setback=room.setback,
        banned_places=sorted(room.banned_places),
        owner_device=room.owner_device,
        pack_by=room.pack_by,
        recording=_freeze_recording(room) if with_match else None,
        unsaved=room.recording.unsaved,
        delay=room.delay,
        continuation=room.continuation,
        sleep=FrozenSleep(list(room.sleeping.turn), room.sleeping.turn_ms) if room.sleeping.turn else None,
        evening=room.evening.freeze(),
        next_game=room.next_game.freeze(now_ms),
        results_in_ms=None if room.results_until_ms is None else room.results_until_ms - now_ms,
    )


def _freeze_recording(room: Room) -> FrozenRecording | None:
    sink, recording = room.context.records, room.recording
    if sink is None or not room.match_id:
        return None
    return FrozenRecording(
        match_id=room.match_id,
        started_ms=recording.started_ms,
        attended=recording.attended,
        departed={number: _freeze_seat(seat) for number, seat in recording.departed.items()},
        rules=sink.rules(room.game),
        title=room.game.title,
        tick_hz=room.game.tick_hz,
    )


def _freeze_writers(chat: Chat) -> dict[str, FrozenChatWriter]:
    return {
        player: FrozenChatWriter(writer.last_n, writer.recent, writer.checksums)
        for player, writer in chat.writers.items()
    }


def _freeze_seat(seat: Seat) -> FrozenSeat:
    return FrozenSeat(
        kind=seat.kind,
        name=seat.name,
        colour=seat.colour,
        shape=seat.shape,
        player=seat.player,
        team=seat.team,
        ready=seat.ready,
        playing=seat.playing,
        held=seat.held,
        covered=seat.stand_in,
        level=seat.level,
        style=seat.style,
    )


def _thaw_seat(seat: FrozenSeat) -> Seat:
    return Seat(
        kind=seat.kind,
        name=seat.name,
        colour=seat.colour,
        shape=seat.shape,
        player=seat.player,
        team=seat.team,
        ready=seat.ready,
        playing=seat.playing,
        held=seat.held,
        stand_in=seat.covered,
        level=seat.level,
        style=seat.style,
    )


def _named_options(game: Game, chosen: list[int]) -> dict[str, int | str | list[str]]:
    """The options by name, as other rules with the same names understand them."""
    named: dict[str, int | str | list[str]] = {}
    for field, value in zip(game.options.fields, chosen, strict=True):
        if isinstance(field, Subset):
            named[field.name] = [name for k, name in enumerate(field.names) if value >> k & 1]
        elif field.kind == "choice":
            named[field.name] = field.names[value]
        else:
            named[field.name] = value
    return named


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
        person.place,
        person.language,
    )


def label(data: bytes) -> Label | None:
    """The label of a frozen room; None when even that cannot be read."""
    try:
        return msgspec.msgpack.decode(data, type=Label)
    except msgspec.MsgspecError:
        return None


def thaw(
    context: RoomContext,
    data: bytes,
    now_ms: int,
    rows: list[Row],
    tick: int,
    epoch: int,
    *,
    past: bytes = b"",
    without_match: str = "",
) -> Room:
    """The room that `freeze` wrote. Everyone is disconnected, and their seats are held from now on.

    Args:
        context: what this worker's rooms share.
        data: the frozen room.
        now_ms: the time, by the clock of the room's times from now on.
        rows: the journal since the checkpoint.
        tick: the tick to which the match is brought.
        epoch: the new owner's.
        past: the journal up to the checkpoint; if it is missing, the match's journal is not complete.
        without_match: leave out the match, and the game if it is not here: the room is in the lobby, and
            this is its setback, a key of `publisher.SETBACKS`. "": raise when the match cannot be read.

    Returns:
        The room.

    Raises:
        BadFreeze: the bytes are no room that this worker can go on with; the text says why.
    """
    try:
        frozen = msgspec.msgpack.decode(data, type=FrozenRoom)
    except msgspec.MsgspecError as error:
        raise BadFreeze(f"no frozen room: {error}") from None
    if frozen.format > FORMAT:
        raise BadFreeze(
            f"room {frozen.code} has format {frozen.format}, and {FORMAT} is the newest known here"
        )
    try:
        return _thaw(context, frozen, now_ms, rows, tick, epoch, past, without_match)
    except BadFreeze:
        raise
    except Exception as error:  # another build may have written anything
        raise BadFreeze(f"room {frozen.code}: {type(error).__name__}: {error}") from error


def _thaw(
    context: RoomContext,
    frozen: FrozenRoom,
    now_ms: int,
    rows: list[Row],
    tick: int,
    epoch: int,
    past: bytes,
    without_match: str,
) -> Room:
    name = frozen.game
    if name not in context.games:
        if not without_match:
            raise BadFreeze(f"room {frozen.code} plays {name}, which is not here")
        name = next(iter(context.games))
    match = None if without_match else frozen.match
    if match is not None and match.rules not in ("", rules_hash(type(context.games[name]))):
        raise BadFreeze(f"room {frozen.code} plays {name} by other rules than those here")
    room = Room(
        context,
        frozen.code,
        name,
        now_ms,
        private=frozen.private,
        fill=frozen.fill,
        demo=frozen.demo,
    )
    _thaw_state(room, frozen, now_ms)
    room.epoch = epoch
    room.setback = without_match or frozen.setback
    _thaw_options(room, frozen)
    room.continuation = _thaw_continuation(room, frozen)
    room.bots_only = all(seat.kind == "bot" for seat in room.seats.values())
    for person in room.people.values():
        for number in person.seats():
            room.seats[number].held = True
    if match is not None:
        _thaw_match(room, match, rows, tick, past)
        _thaw_recording(room, frozen.recording)
        if frozen.sleep is not None:
            room.sleeping.restore(tuple(frozen.sleep.turn), frozen.sleep.turn_ms)
    elif room.phase in RUNNING:
        room.phase = Phase.LOBBY
        room.lifecycle.end_match()
    if without_match and room.phase is Phase.COUNTDOWN:
        room.lifecycle.cancel(now_ms)
    return room


def _thaw_state(room: Room, frozen: FrozenRoom, now_ms: int) -> None:
    room.locked, room.hidden, room.stand_ins = frozen.locked, frozen.hidden, frozen.cover
    room.phase = Phase(frozen.phase)
    room.seats = {number: _thaw_seat(seat) for number, seat in sorted(frozen.seats.items())}
    room.people = {one.id: _thaw_person(one, now_ms) for one in frozen.people}
    room.banned, room.banned_places = set(frozen.banned), set(frozen.banned_places)
    room.host, room.owner = frozen.host, frozen.owner
    owner = room.people.get(frozen.owner or "")
    room.owner_device = frozen.owner_device or (owner.device if owner is not None else "")
    _thaw_chat(room.chat, frozen)
    room.next_person = frozen.next_person
    room.match_number = frozen.match_number
    room.quick_called = frozen.match_number > 0
    room.version = frozen.version
    if frozen.countdown_in_ms is not None:
        room.countdown_at = now_ms + max(frozen.countdown_in_ms, 0)
    room.results = frozen.results
    room.rematch = set(frozen.rematch)
    room.paused_by = frozen.paused_by
    room.pack = None if bytes(frozen.pack) == bytes(NONE) else room.context.packs.decode(bytes(frozen.pack))
    room.pack_by = frozen.pack_by
    room.polite = frozen.polite
    room.recording.unsaved = list(frozen.unsaved)
    room.delay = frozen.delay
    room.evening.thaw(frozen.evening)
    room.next_game.thaw(frozen.next_game, now_ms)
    if frozen.results_in_ms is not None:
        room.results_until_ms = now_ms + max(frozen.results_in_ms, 0)


def _thaw_continuation(room: Room, frozen: FrozenRoom) -> Continuation | None:
    """The kept match that is to go on, if the rules are those that it was played by."""
    same = frozen.game == room.game.name and frozen.rules in ("", rules_hash(type(room.game)))
    return frozen.continuation if same else None


def _thaw_options(room: Room, frozen: FrozenRoom) -> None:
    """Set the options: by position if the rules are the same, else by name and as far as they fit."""
    game = room.game
    if frozen.rules in ("", rules_hash(type(game))) and frozen.game == game.name:
        game.options.values(frozen.chosen)  # raises BadOption
        room.preset, room.chosen = frozen.preset, list(frozen.chosen)
        return
    room.choice.choose_game(game.name)  # frees seats beyond its limit
    if frozen.game != game.name:
        return
    for name, value in frozen.options.items():
        with suppress(BadOption):
            room.choice.choose_options({name: value})


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
        place=one.place,
        language=one.language,
        gone_ms=now_ms,
        active_ms=now_ms,
    )


def _thaw_chat(chat: Chat, frozen: FrozenRoom) -> None:
    chat.lines = deque(frozen.chat, maxlen=chat.lines.maxlen)
    chat.next_id = frozen.next_line
    for player, pen in frozen.pens.items():
        known = chat.writer(player)
        known.last_n = pen.last_n
        known.recent = dict(pen.recent)
        known.checksums = dict(pen.checksums)


def _thaw_recording(room: Room, frozen: FrozenRecording | None) -> None:
    if frozen is None or room.context.records is None:
        return
    room.match_id = frozen.match_id
    room.recording.started_ms = frozen.started_ms
    room.recording.attended = frozen.attended
    room.recording.departed = {number: _thaw_seat(seat) for number, seat in frozen.departed.items()}


def journal_before(match: FrozenMatch, past: bytes) -> Journal:
    """The journal of a frozen match up to its checkpoint; without rows and not complete if that is missing.

    Args:
        match: the frozen match.
        past: the bytes that are kept beside it.

    Returns:
        The journal, to which the rows since the checkpoint can be appended.

    Raises:
        BadSnapshot: the match's head is no head.
    """
    if match.journal_size and past.startswith(match.head):
        with suppress(BadSnapshot):
            return Journal.continued(past, End(match.journal_size, match.journal_tick))
    return Journal(Journal.parse(match.head).head, complete=False)


def lost_match(
    frozen: FrozenRoom, journal: Journal, ticks: int, final_hash: int, ended_ms: int
) -> EndedMatch | None:
    """The running match of a frozen room, which no worker can go on with, as one that was left.

    Args:
        frozen: the room.
        journal: of all ticks before `ticks`.
        ticks: the match's length.
        final_hash: of its last state; 0 if it is unknown.
        ended_ms: the time in ms since 1970, UTC.

    Returns:
        The ended match; None when it is not kept.
    """
    about = frozen.recording
    if about is None or not (ticks and about.attended and journal.complete):
        return None
    devices = {one.id: one.device for one in frozen.people}
    playing = {number: seat for number, seat in frozen.seats.items() if seat.playing}
    seats = [
        ended_seat(number, _thaw_seat(seat), devices.get(seat.player or "", "") if number in playing else "")
        for number, seat in sorted((about.departed | playing).items())
    ]
    return EndedMatch(
        id=about.match_id,
        game=frozen.game,
        title=about.title,
        tick_hz=about.tick_hz,
        rules=about.rules,
        options=dict(zip(frozen.options, journal.head.chosen, strict=True)),
        preset=frozen.preset,
        started_ms=about.started_ms,
        ended_ms=ended_ms,
        ticks=ticks,
        outcome="left",
        visibility=visibility(frozen.private),
        room_kind=room_kind(frozen.fill, frozen.private),
        final_hash=final_hash,
        journal=journal.pack(),
        seats=seats,
        rounds=[],
    )


def _thaw_match(room: Room, match: FrozenMatch, rows: list[Row], tick: int, past: bytes) -> None:
    journal = journal_before(match, past)
    since = journal.end()
    for row in rows:
        if row.tick >= match.tick:
            journal.append(row.tick, list(row.entries), list(row.seqs))
    draw = room.context.draw_entropy
    runner = MatchRunner.resumed(
        room.game, journal, match.checkpoint, draw, max(tick, match.tick), list(match.applied), since
    )
    for number, seat in room.seats.items():
        if not seat.playing:
            continue
        if seat.kind == "bot" or seat.stand_in:
            runner.add_bot(number, seat.level or room.context.bots.level, seat.style)
        else:
            runner.say_who_plays(number, bot=False)
    room.runner = runner
    room.replication.begin(runner, resumed=True)
