"""Sleeping matches in the database: turn-based matches that wait for their players.

A row is there from the first turn of a match until it ends, also while its room is awake; `worker` says
where. Epochs only rise: a worker whose room another one has taken over writes nothing here any more.

All methods block on the database; `Keeper` calls them through `Database.run`.
"""

import dataclasses
import zlib
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from game.records import tables
from game.records.database import Database
from game.records.store import MAX_JOURNAL_BYTES, device_hash, inflate
from game.rooms.ended_match import EndedMatch
from game.rooms.freeze import FrozenRoom, journal_before, lost_match

MOST_LISTED = 200
"""Matches that one device is shown."""
MAX_ROOM_BYTES = 8 << 20
_decode_room = msgspec.msgpack.Decoder(FrozenRoom).decode


class SavedSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat of a sleeping match. `device` is its person's, "" for a bot; `turn`: it has to act."""

    seat: int
    device: str
    name: str
    turn: bool


class SavedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A match as its worker writes it; the columns of `tables.sleeping` explain the fields."""

    code: str
    match: str
    game: str
    title: str
    rules: str
    document: str
    epoch: int
    worker: str
    turn_ms: int
    due_ms: int | None
    room: bytes
    journal: bytes
    seats: list[SavedSeat]


class SleepingMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A match that can be woken: what is needed to thaw it."""

    code: str
    match: str
    game: str
    title: str
    rules: str
    epoch: int
    worker: str
    saved_ms: int
    room: bytes
    journal: bytes


class ListedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A match as one of its players is shown it.

    Attributes:
        others: the names of the other seats.
        turn: the names of the others who have to act.
        mine: this player has to act.
    """

    code: str
    match: str
    game: str
    title: str
    rules: str
    turn_ms: int
    due_ms: int | None
    others: list[str]
    turn: list[str]
    mine: bool


class Save(Enum):
    """What became of an attempt to write a match."""

    DONE = "done"
    FENCED = "another worker has the room by now"
    TAKEN = "another match has the room's code"
    OVER = "the match has ended"
    FULL = "there are too many"
    DEVICE_FULL = "a device has too many"


class SleepingMatches:
    """Reads and writes sleeping matches.

    Args:
        database: where they are; it was prepared.
        most: how many are kept.
        most_of_device: how many of one device are kept.
    """

    def __init__(self, database: Database, most: int, most_of_device: int) -> None:
        self.database = database
        self._most = most
        self._most_of_device = most_of_device

    def save(self, match: SavedMatch, now_ms: int) -> Save:
        """Write a match, new or again. Raises DBAPIError."""
        t = tables.sleeping
        room, journal = zlib.compress(match.room, 6), zlib.compress(match.journal, 6)
        values = {
            **{name: getattr(match, name) for name in ("game", "title", "rules", "document", "epoch")},
            **{name: getattr(match, name) for name in ("worker", "turn_ms", "due_ms")},
            "saved_ms": now_ms,
            "room": room,
            "journal": journal,
            "size": len(room) + len(journal),
        }
        with self.database.engine.begin() as connection:
            own = (t.c.code == match.code) & (t.c.match == match.match) & (t.c.epoch <= match.epoch)
            if connection.execute(update(t).where(own).values(**values)).rowcount != 1:
                why = self._why_not_new(connection, match)
                if why is not Save.DONE:
                    return why
                connection.execute(insert(t).values(code=match.code, match=match.match, **values))
            seats = tables.sleeping_seats
            connection.execute(delete(seats).where(seats.c.code == match.code))
            rows = [
                {
                    "code": match.code,
                    "seat": one.seat,
                    "device": device_hash(one.device) if one.device else "",
                    "name": one.name,
                    "turn": one.turn,
                }
                for one in match.seats
            ]
            if rows:
                connection.execute(insert(seats), rows)
        return Save.DONE

    def _why_not_new(self, connection: Connection, match: SavedMatch) -> Save:
        """Why a row cannot be made for a match; DONE when it can."""
        t, seats = tables.sleeping.c, tables.sleeping_seats.c
        found = connection.execute(select(t.match).where(t.code == match.code)).scalar()
        if found is not None:
            return Save.FENCED if found == match.match else Save.TAKEN
        ended = select(tables.matches.c.id).where(tables.matches.c.id == match.match)
        if connection.execute(ended).first() is not None:
            return Save.OVER
        count = select(func.count())
        if connection.execute(count.select_from(tables.sleeping)).scalar_one() >= self._most:
            return Save.FULL
        devices = {device_hash(one.device) for one in match.seats if one.device}
        of_device = select(seats.device).where(seats.device.in_(devices)).group_by(seats.device)
        if connection.execute(of_device.having(func.count() >= self._most_of_device)).first() is not None:
            return Save.DEVICE_FULL
        return Save.DONE

    def find(self, code: str) -> SleepingMatch | None:
        """The match in a room, asleep or awake; None when there is none. Raises DBAPIError and ValueError."""
        t = tables.sleeping
        with self.database.engine.connect() as connection:
            row = connection.execute(select(t).where(t.c.code == code)).mappings().first()
        if row is None:
            return None
        fields = {name: row[name] for name in SleepingMatch.__struct_fields__}
        fields["room"] = inflate(bytes(row["room"]), MAX_ROOM_BYTES)
        fields["journal"] = inflate(bytes(row["journal"]), MAX_JOURNAL_BYTES)
        return SleepingMatch(**fields)

    def wake(self, code: str, epoch: int, worker: str, now_ms: int) -> bool:
        """Let a worker have a match under the next epoch; False when another one was faster."""
        t = tables.sleeping
        own = (t.c.code == code) & (t.c.epoch == epoch)
        with self.database.engine.begin() as connection:
            found = connection.execute(
                update(t).where(own).values(epoch=epoch + 1, worker=worker, saved_ms=now_ms)
            )
        return bool(found.rowcount == 1)

    def drop(self, code: str, match: str) -> None:
        """Remove a match, since it has ended."""
        t = tables.sleeping
        with self.database.engine.begin() as connection:
            connection.execute(delete(t).where((t.c.code == code) & (t.c.match == match)))

    def of_device(self, device: str) -> list[ListedMatch]:
        """The matches in which a device has a seat: where it has to act first, then the longest turn."""
        t, s = tables.sleeping.c, tables.sleeping_seats.c
        hashed = device_hash(device)
        with self.database.engine.connect() as connection:
            codes = select(s.code).where(s.device == hashed).distinct().limit(MOST_LISTED)
            of_device = list(connection.execute(codes).scalars())
            wanted = select(*[t[name] for name in ListedMatch.__struct_fields__ if name in t])
            rows = connection.execute(wanted.where(t.code.in_(of_device))).mappings().all()
            seats: dict[str, list[Any]] = {}
            in_them = select(s.code, s.device, s.name, s.turn).where(s.code.in_(of_device)).order_by(s.seat)
            for seat in connection.execute(in_them):
                seats.setdefault(seat.code, []).append(seat)
        found = [
            ListedMatch(
                **{str(name): value for name, value in row.items() if str(name) != "turn"},
                others=[one.name for one in seats.get(row["code"], ()) if one.device != hashed],
                turn=[one.name for one in seats.get(row["code"], ()) if one.turn and one.device != hashed],
                mine=any(one.turn and one.device == hashed for one in seats.get(row["code"], ())),
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: (not one.mine, one.turn_ms, one.code))

    def due(self, now_ms: int, most: int) -> list[str]:
        """The codes of some matches in which the time of a turn is up, the longest over first."""
        t = tables.sleeping.c
        over = select(t.code).where(t.due_ms <= now_ms).order_by(t.due_ms).limit(most)
        with self.database.engine.connect() as connection:
            return list(connection.execute(over).scalars())

    def put_off(self, code: str, due_ms: int) -> None:
        """Look at a match again at another time: it could not be woken."""
        t = tables.sleeping
        with self.database.engine.begin() as connection:
            connection.execute(update(t).where(t.c.code == code).values(due_ms=due_ms))

    def leave(self, code: str, device: str) -> bool:
        """Take a device's seats off a match that cannot be woken; without people it is removed.

        Returns:
            Whether it had a seat there.
        """
        t, seats = tables.sleeping, tables.sleeping_seats
        own = (seats.c.code == code) & (seats.c.device == device_hash(device))
        people = select(seats.c.code).where((seats.c.code == code) & (seats.c.device != ""))
        with self.database.engine.begin() as connection:
            if connection.execute(delete(seats).where(own)).rowcount == 0:
                return False
            if connection.execute(people).first() is None:
                connection.execute(delete(t).where(t.c.code == code))
        return True

    def forget(self, hashed: str) -> int:
        """Remove a device from all matches: its name, and what leads to it; and its push subscriptions.

        Args:
            hashed: the device's hash.

        Returns:
            The number of matches.
        """
        t, s = tables.sleeping, tables.sleeping_seats
        with self.database.engine.begin() as connection:
            codes = list(
                connection.execute(select(s.c.code).where(s.c.device == hashed).distinct()).scalars()
            )
            for code in codes:
                packed = connection.execute(select(t.c.room).where(t.c.code == code)).scalar()
                if packed is not None:
                    room = _without_device(inflate(bytes(packed), MAX_ROOM_BYTES), hashed)
                    values = {"room": zlib.compress(room, 6)}
                    connection.execute(update(t).where(t.c.code == code).values(**values))
            connection.execute(update(s).where(s.c.device == hashed).values(device="", name="?"))
            connection.execute(delete(tables.subscriptions).where(tables.subscriptions.c.device == hashed))
        return len(codes)

    def older_than(self, before_ms: int, most: int) -> list[tuple[str, str]]:
        """Some matches that were written last before this time, as (code, match)."""
        t = tables.sleeping.c
        old = select(t.code, t.match).where(t.saved_ms < before_ms).order_by(t.saved_ms).limit(most)
        with self.database.engine.connect() as connection:
            return [(code, match) for code, match in connection.execute(old)]

    def awake_nowhere(self) -> int:
        """No room is awake: a worker that is alone begins. Returns how many were noted as awake."""
        t = tables.sleeping
        with self.database.engine.begin() as connection:
            return int(connection.execute(update(t).where(t.c.worker != "").values(worker="")).rowcount)


def as_left(match: SleepingMatch, ended_ms: int) -> EndedMatch | None:
    """The record of a sleeping match to which nobody came back.

    Returns:
        The match as one that was left; None when it is not kept.

    Raises:
        msgspec.MsgspecError: the frozen room cannot be read.
        game.rules.snapshot.BadSnapshot: nor can its journal.
    """
    room = _decode_room(match.room)
    if room.match is None:
        return None
    journal = journal_before(room.match, match.journal)
    return lost_match(room, journal, room.match.tick, 0, ended_ms)


def _without_device(data: bytes, hashed: str) -> bytes:
    """A frozen room in which the person with this device has no name, and no device that anybody has."""
    room = _decode_room(data)
    gone = {one.id for one in room.people if one.device and device_hash(one.device) == hashed}
    replace = msgspec.structs.replace
    people = [replace(one, device="", name="?", place="") if one.id in gone else one for one in room.people]
    seats = {n: replace(seat, name="?") if seat.player in gone else seat for n, seat in room.seats.items()}
    chat = [dataclasses.replace(line, name="?") if line.player in gone else line for line in room.chat]
    owner = "" if device_hash(room.owner_device) == hashed else room.owner_device
    banned = [one for one in room.banned if device_hash(one) != hashed]
    return msgspec.msgpack.encode(
        replace(room, people=people, seats=seats, chat=chat, owner_device=owner, banned=banned)
    )
