"""Persistence: what of a worker's rooms is written to the store, and when.

`CheckpointLog` knows what is written and what is not yet. Ten times a second it collects one round of writes
for all rooms: the journal's new rows, or a whole checkpoint when something else than the match changed, or
when the last is some seconds old. A line of chat, a result and a new room do not wait for the round. `Writer`
carries the writes to the store, and sees to rooms whose record is another worker's.

While the store is away, what must not be lost waits here: lines of chat, results, and the ends of rooms. Each
of these queues is bounded; what does not fit is refused, and people are told.

An ended match is handed on to the recorder when the store has the room as it is since then. Before, another
worker might take the room over a moment earlier and end the match in another way; after, the room's record
holds the ended match until it is in the database. So the match that people saw end is kept, and once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import gevent
import msgspec
from gevent.event import Event
from gevent.lock import RLock

from game.cluster.lease import Lease, LeaseState
from game.cluster.outbox import ClusterOutbox
from game.cluster.restore import Rows, SaidLine, encode_rows
from game.cluster.store import FENCED, GAP, TORN, Owner, Past, Store, StoreDown, Write
from game.protocol.events import Notice
from game.protocol.objects import ChatLine
from game.rooms import chat
from game.rooms.ended_match import EndedMatch, OnEnded
from game.rooms.freeze import fingerprint, freeze
from game.rooms.journal import End
from game.rooms.lifecycle import Phase
from game.rooms.lobby import Lobby
from game.rooms.room import Room

log = logging.getLogger("rumpus.cluster")

MAX_CHAT_WAITING = 200
"""Lines of one room that wait to be saved."""
MAX_CHAT_IN_ALL = 5000
MAX_ANSWERS_WAITING = 400
"""Answers of one room that wait for its lines; a client that repeats a line waits once more."""
MAX_RESULTS_WAITING = 2000
MAX_ENDS_WAITING = 10_000
HELD_MS = 2000
"""An ended match waits this long for a silent store; while that is away, no other worker can end it."""
OPENING_MS = 2500
"""How long a person who opened a room waits for it to be recorded."""
COMPARE_MS = 2000
"""A room in which nothing seems to have changed is compared with its record this often."""
_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class SavedLine:
    """A line of chat that is saved now: it may be sent, and then its answers."""

    code: str
    line: ChatLine
    answers: list[Callable[[], None]]


@dataclass(slots=True)
class _WaitingLine:
    line: ChatLine
    n: int
    answers: list[Callable[[], None]] = field(default_factory=list)


@dataclass(slots=True)
class _Opening:
    """A person waits until the room is recorded; `done` is called with whether it is, by `until_ms`."""

    until_ms: int
    done: Callable[[bool], None]


@dataclass(slots=True)
class _HeldMatch:
    """An ended match that is handed on when the store has its room, or at `until_ms`."""

    match: EndedMatch
    until_ms: int


@dataclass(slots=True)
class _Book:
    """What is known to be written of one room.

    Attributes:
        room: the room.
        owner: as whom this worker writes.
        opened: its record may exist.
        recorded: the store has said that its record exists.
        mark: the fingerprint of what is written, None when that is unknown.
        compared: what the room was like when it was compared with its mark, at `compared_ms`.
        match: the number of the match in the checkpoint.
        end: the end of the journal that is written.
        tick: the match's tick up to which the journal is written.
        checkpoint_ms: when the last checkpoint was written.
        past: how many bytes of the journal of match `past_match` the store holds beside a checkpoint.
        past_match: see `past`.
        result: the number of the last match whose result was noted.
        results: results that are not written yet, by match number.
        chat: lines that are not written yet.
        openings: people who wait for the record.
        ended: ended matches that are not handed on yet, the oldest first.
        ended_written: how many of them the write of the room holds that is on its way.
    """

    room: Room
    owner: Owner
    opened: bool
    recorded: bool
    mark: bytes | None = None
    compared: tuple[object, ...] = ()
    compared_ms: int = 0
    match: int = -1
    end: End | None = None
    tick: int = -1
    checkpoint_ms: int = 0
    past: int = 0
    past_match: int = -1
    result: int = 0
    results: dict[int, bytes] = field(default_factory=dict)
    chat: list[_WaitingLine] = field(default_factory=list)
    openings: list[_Opening] = field(default_factory=list)
    ended: list[_HeldMatch] = field(default_factory=list)
    ended_written: int = 0


@dataclass(slots=True)
class _ClosedRoom:
    """A room that has closed: results that are still to be written, and the removal of its record."""

    owner: Owner
    results: dict[int, bytes]


class CheckpointLog:
    """What is written of this worker's rooms, and what waits to be.

    Args:
        now_ms: the world's clock.
        checkpoint_ms: the greatest age of a checkpoint of a running match.
        record: takes ended matches to be kept.

    Attributes:
        urgent: set when something waits that should be written at once.
        calls: what is to be called next: people wait for it.
    """

    def __init__(
        self, now_ms: Callable[[], int], checkpoint_ms: int, record: OnEnded = lambda _match: None
    ) -> None:
        self.urgent = Event()
        self.calls: list[Callable[[], None]] = []
        self._now_ms = now_ms
        self._checkpoint_ms = checkpoint_ms
        self._record = record
        self._held: set[str] = set()  # ids of ended matches that are not handed on yet
        self._books: dict[str, _Book] = {}
        self._closed: dict[str, _ClosedRoom] = {}
        self._results_waiting = 0
        self._chat_waiting = 0

    # --- which rooms --------------------------------------------------------------------------

    def keep(self, room: Room, owner: Owner, *, opened: bool) -> None:
        """Record a room from now on; `opened`: its record exists, with this owner, as the room is now."""
        book = _Book(room, owner, opened, opened)
        if opened:
            book.mark = fingerprint(room)
            self._checkpointed(book)
            for match in room.recording.unsaved:
                self._record(match)
            if room.runner is not None:
                book.past, book.past_match = room.runner.journal.continued_at, room.match_number
        self._books[room.code] = book

    def change_owner(self, code: str, owner: Owner) -> None:
        """Write as this owner from now on."""
        book = self._books.get(code)
        if book is not None:
            book.owner = owner

    def forget_record(self, code: str) -> None:
        """What the store holds of a room is unknown: the next round writes it again."""
        book = self._books.get(code)
        if book is not None:
            book.mark = None

    def forget_records(self) -> None:
        """What the store holds is unknown: the next round writes everything again."""
        for book in self._books.values():
            book.mark = None

    def drop(self, code: str) -> None:
        """Stop recording a room; its record stays for its next owner."""
        book = self._books.pop(code, None)
        if book is not None:
            self._results_waiting -= len(book.results)
            self._held.difference_update([held.match.id for held in book.ended])
            self._stop_waiting(book)

    def _stop_waiting(self, book: _Book) -> None:
        self._chat_waiting -= len(book.chat)
        book.room.chat.waiting -= len(book.chat)
        self.calls += [partial(one.done, False) for one in book.openings]

    def owner(self, code: str) -> Owner | None:
        """As whom this worker writes for a room; None for rooms that it does not record."""
        book = self._books.get(code)
        return None if book is None else book.owner

    def rooms(self) -> list[Room]:
        """Every recorded room."""
        return [book.room for book in self._books.values()]

    def is_recorded(self, code: str) -> bool:
        """Whether the store has said that it has the room's record."""
        book = self._books.get(code)
        return book is not None and book.recorded

    # --- people who wait for a record ---------------------------------------------------------

    def hold_opening(self, code: str, done: Callable[[bool], None]) -> bool:
        """Call `done` when the room is recorded, so that other workers find it.

        Args:
            code: the room's code.
            done: called with True, or with False when that takes too long.

        Returns:
            False when it is recorded already, or never will be; `done` is not called then.
        """
        book = self._books.get(code)
        if book is None or book.recorded:
            return False
        book.openings.append(_Opening(self._now_ms() + OPENING_MS, done))
        self.urgent.set()
        return True

    def expire_openings(self) -> None:
        """Let nobody wait for a record for too long; call it in each round."""
        now_ms = self._now_ms()
        for book in self._books.values():
            if book.openings and book.openings[0].until_ms <= now_ms:
                self.calls += [partial(one.done, False) for one in book.openings if one.until_ms <= now_ms]
                book.openings = [one for one in book.openings if one.until_ms > now_ms]

    # --- ended matches ------------------------------------------------------------------------

    def hold_ended(self, code: str, match: EndedMatch) -> None:
        """Hand an ended match on to the recorder when the store has its room as it is now."""
        book = self._books.get(code)
        if book is None:
            self._record(match)
        else:
            book.ended.append(_HeldMatch(match, self._now_ms() + HELD_MS))
            self._held.add(match.id)

    def holds_ended(self, match_id: str) -> bool:
        """Whether an ended match is not handed on yet."""
        return match_id in self._held

    def _hand_on(self, match: EndedMatch) -> None:
        self._held.discard(match.id)
        self._record(match)

    def release_ended(self) -> None:
        """Hand on what has waited for a silent store; call it in each round in which the rooms are ours."""
        now_ms = self._now_ms()
        for book in self._books.values():
            while book.ended and book.ended[0].until_ms <= now_ms:
                self._hand_on(book.ended.pop(0).match)
                book.ended_written = max(0, book.ended_written - 1)

    # --- chat ---------------------------------------------------------------------------------

    def hold_chat(self, code: str, line: ChatLine) -> bool:
        """Keep a line back until it is saved; False when the room is not recorded."""
        book = self._books.get(code)
        if book is None:
            return False
        writer = book.room.chat.writers.get(line.player)
        book.chat.append(_WaitingLine(line, writer.last_n if writer is not None else 1))
        book.room.chat.waiting += 1
        self._chat_waiting += 1
        self.urgent.set()
        return True

    def takes_chat(self, code: str) -> bool:
        """Whether one more line of a room may wait to be saved."""
        book = self._books.get(code)
        return book is None or (len(book.chat) < MAX_CHAT_WAITING and self._chat_waiting < MAX_CHAT_IN_ALL)

    def takes_answers(self, code: str) -> bool:
        """Whether one more answer may wait for the lines of a room."""
        book = self._books.get(code)
        return book is None or sum(len(line.answers) for line in book.chat) < MAX_ANSWERS_WAITING

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        """Call `answer` when all lines of the room are saved; False when they are."""
        book = self._books.get(code)
        if book is None or not book.chat:
            return False
        book.chat[-1].answers.append(answer)
        return True

    # --- rounds -------------------------------------------------------------------------------

    def note(self) -> list[Room]:
        """Remember results and ends of rooms, whether the store is there or not; call it in each round.

        Returns:
            Rooms whose result cannot be kept, since too many wait for the store already.
        """
        refused = [room for code, book in list(self._books.items()) if (room := self._note_room(code, book))]
        while len(self._closed) > MAX_ENDS_WAITING:
            oldest = self._closed.pop(next(iter(self._closed)))  # its record expires
            self._results_waiting -= len(oldest.results)
        return refused

    def _note_room(self, code: str, book: _Book) -> Room | None:
        """Note what one room has come to; the room if its result cannot be kept."""
        room, refused = book.room, None
        if room.phase is Phase.RESULTS and room.results is not None and book.result != room.match_number:
            book.result = room.match_number
            if self._results_waiting < MAX_RESULTS_WAITING:
                book.results[room.match_number] = _encode(room.results)
                self._results_waiting += 1
            else:
                refused = room
        if room.closed:
            del self._books[code]
            self._stop_waiting(book)
            for held in book.ended:
                self._hand_on(held.match)
            if book.opened or book.results:
                self._closed[code] = _ClosedRoom(book.owner, book.results)
        return refused

    def collect(self, whole: bool = True) -> list[Write]:
        """What is to be written now; not `whole`: only what cannot wait."""
        writes: list[Write] = []
        for code, book in self._books.items():
            if book.room.closed:
                continue
            if whole or not book.recorded:
                self._add_record(writes, code, book)
            for waiting in book.chat:
                line = _kept_line(waiting.line)
                data = _encode(SaidLine(waiting.n, line))
                writes.append(Write("chat", code, book.owner, data, line.player, waiting.n, line.id))
            for number, data in book.results.items():
                writes.append(Write("result", code, book.owner, data, number=number))
        if whole:
            for code, closed in self._closed.items():
                for number, data in closed.results.items():
                    writes.append(Write("last_result", code, closed.owner, data, number=number))
                writes.append(Write("close", code, closed.owner))
        return writes

    def _add_record(self, writes: list[Write], code: str, book: _Book) -> None:
        room = book.room
        now_ms = self._now_ms()
        before = book.mark
        if before is None or self._may_have_changed(book, now_ms):
            book.mark = fingerprint(room)
        runner = room.runner
        old = runner is not None and now_ms - book.checkpoint_ms >= self._checkpoint_ms
        new_match = runner is not None and book.match != room.match_number
        book.ended_written = 0
        if book.mark != before or old or new_match or not book.recorded or book.ended:
            kind = "checkpoint" if book.recorded else "open"
            known = book.past if book.recorded and book.past_match == room.match_number else 0
            past = past_of(room, known)
            writes.append(Write(kind, code, book.owner, freeze(room, now_ms), past=past))
            self._checkpointed(book)
            book.opened = True
            book.ended_written = len(book.ended)
        elif runner is not None and book.end is not None and runner.match.tick != book.tick:
            packed = runner.journal.piece(book.end)
            hash_tick, state_hash = room.replication.last_hash()
            rows = Rows(room.match_number, runner.match.tick, packed, hash_tick, state_hash)
            writes.append(Write("append", code, book.owner, encode_rows(rows)))
            book.end = runner.journal.end()
            book.tick = runner.match.tick

    @staticmethod
    def _may_have_changed(book: _Book, now_ms: int) -> bool:
        """Whether the whole room is worth a comparison, which costs more than this."""
        room = book.room
        compared = (room.touched, room.version, room.phase, room.match_number)
        if compared == book.compared and now_ms - book.compared_ms < COMPARE_MS:
            return False
        book.compared, book.compared_ms = compared, now_ms
        return True

    def _checkpointed(self, book: _Book) -> None:
        runner = book.room.runner
        book.match = book.room.match_number
        book.checkpoint_ms = self._now_ms()
        book.end = None if runner is None else runner.journal.end()
        book.tick = -1 if runner is None else runner.match.tick

    def written(self, writes: list[Write], answers: list[int]) -> tuple[list[str], list[SavedLine]]:
        """Take the store's answers to what `collect` returned.

        Args:
            writes: the writes.
            answers: one for each.

        Returns:
            The codes of rooms whose record is another worker's, or is older than what was written before (a
            gap in the chat shows that); and the lines of chat that may be sent.
        """
        lost: list[str] = []
        saved: list[SavedLine] = []
        for write, answer in zip(writes, answers, strict=True):
            if write.kind == "close":
                self._removed(write)
            book = self._books.get(write.code)
            if book is None or book.owner != write.owner:
                continue
            if answer in (FENCED, GAP):
                if write.code not in lost:
                    lost.append(write.code)
            elif write.code not in lost or write.kind != "chat":
                self._written(book, write, answer, saved)
        return lost, saved

    def _written(self, book: _Book, write: Write, answer: int, saved: list[SavedLine]) -> None:
        if write.kind in ("open", "checkpoint"):
            book.past, book.past_match = write.past.at + len(write.past.data), write.past.match
            for held in book.ended[: book.ended_written]:
                self._hand_on(held.match)
            del book.ended[: book.ended_written]
            if answer == TORN:
                book.past, book.mark = 0, None
        if write.kind == "open":
            book.recorded = True
            self.calls += [partial(one.done, True) for one in book.openings]
            book.openings = []
        elif write.kind == "chat":
            waiting = book.chat.pop(0)
            book.room.chat.waiting -= 1
            self._chat_waiting -= 1
            saved.append(SavedLine(write.code, waiting.line, waiting.answers))
        elif write.kind == "result" and book.results.pop(write.number, None) is not None:
            self._results_waiting -= 1

    def _removed(self, write: Write) -> None:
        """The end of a room is written, or the room is another worker's by now."""
        closed = self._closed.get(write.code)
        if closed is not None and closed.owner == write.owner:
            del self._closed[write.code]
            self._results_waiting -= len(closed.results)


def past_of(room: Room, at: int = 0) -> Past:
    """The journal of a room's running match up to now, from `at` on."""
    journal = None if room.runner is None else room.runner.journal
    if journal is None or not journal.complete:
        return Past(room.match_number)
    return Past(room.match_number, at, journal.bytes_from(at))


def _kept_line(line: ChatLine) -> chat.ChatLine:
    """A line of the protocol as rooms keep it."""
    return chat.ChatLine(line.id, line.player, line.name, line.text, line.at)


# --- the writer -----------------------------------------------------------------------------------------

NOT_KEPT = Notice(code="unsaved", message="Results cannot be saved at the moment. This one will not be kept.")
KEEP_EVERY_MS = 600_000
"""How often what the store holds of rooms in use is kept from expiring; it lasts an hour at least."""
URGENT_S = 0.003
"""The least time between two urgent writes."""


class RoomMoves(Protocol):
    """The part of the gateway that the writer needs."""

    moving: dict[str, list[Callable[[], None]]]

    def lost(self, room: Room) -> None:
        """Another worker owns a room that was here."""


class Writer:
    """Writes for this worker's rooms.

    Args:
        log: what is to be written.
        store: where to.
        lease: whether this worker may write.
        lobby: its rooms.
        outbox: saved lines of chat are sent there.
        gateway: learns of rooms that are another worker's.
        world_ms: the world's clock.
        now_ms: a clock that only rises.
        every_ms: the time between rounds.

    Attributes:
        log: see above.
        writing: held while a round, or a change of owner, is on its way.
    """

    def __init__(
        self,
        log: CheckpointLog,
        store: Store,
        lease: Lease,
        lobby: Lobby,
        outbox: ClusterOutbox,
        gateway: RoomMoves,
        world_ms: Callable[[], int],
        now_ms: Callable[[], int],
        every_ms: int,
    ) -> None:
        self.log = log
        self.writing = RLock()
        self._store = store
        self._lease = lease
        self._lobby = lobby
        self._outbox = outbox
        self._gateway = gateway
        self._world_ms = world_ms
        self._now_ms = now_ms
        self._every_ms = every_ms
        self._round_ms = now_ms()
        self._kept_ms = world_ms()

    def run_round(self) -> None:
        """Wait for the next round, or for something urgent, and write. Raises StoreDown."""
        urgent = self.log.urgent
        urgent.wait(max(0, self._round_ms - self._now_ms()) / 1000)
        urgent.clear()
        if not self.write_due():
            gevent.sleep(URGENT_S)

    def write_due(self) -> bool:
        """Write a round if one is due, else what is urgent; urgent writes never put a round off.

        Returns:
            Whether it was a round.

        Raises:
            StoreDown: see `write`.
        """
        now_ms = self._now_ms()
        whole = now_ms >= self._round_ms
        if whole:
            self._round_ms = max(self._round_ms + self._every_ms, now_ms + self._every_ms // 2)
        self.write(whole)
        return whole

    def write(self, whole: bool = True) -> None:
        """Write what there is to be written if the lease holds; not `whole`: what cannot wait.

        Raises:
            StoreDown: the store did not answer; nothing is lost, the next call writes it.
        """
        for room in self._lobby:
            if not room.demo and self.log.owner(room.code) is None and not room.closed:
                self.keep(room, Owner(self._lease.lease_id, room.epoch), opened=False)
        self.log.expire_openings()
        if not self._lease.blocked:
            self.log.release_ended()
        self._call()
        if self._lease.state is LeaseState.OK and not self._lease.blocked:
            if whole:
                self._restore_outdated()
            self.flush(whole)
            self._keep_from_expiring()
        else:
            self._note()

    def _call(self) -> None:
        """Answer people who waited for a record."""
        calls, self.log.calls = self.log.calls, []
        for call in calls:
            call()

    def _keep_from_expiring(self) -> None:
        """Keep what the store holds of rooms in use from expiring. Raises StoreDown."""
        now_ms = self._world_ms()
        if abs(now_ms - self._kept_ms) < KEEP_EVERY_MS:
            return
        lease_id = self._lease.lease_id
        codes = [room.code for room in self.log.rooms()]
        ours = [code for code in codes if (owner := self.log.owner(code)) and owner.lease_id == lease_id]
        if ours:
            self._store.keep(lease_id, ours)
        self._kept_ms = now_ms

    def hold_entry(self, code: str, done: Callable[[bool], None]) -> bool:
        """Call `done` when a room that was just opened is recorded; see `CheckpointLog.hold_opening`."""
        room = self._lobby.rooms.get(code)
        if room is None or room.demo:
            return False
        if self.log.owner(code) is None:
            self.keep(room, Owner(self._lease.lease_id, room.epoch), opened=False)
        return self.log.hold_opening(code, done)

    def flush(self, whole: bool = True) -> None:
        """Write what is to be written. Raises StoreDown."""
        with self.writing:
            self._note()
            writes = self.log.collect(whole)
            if not writes:
                return
            try:
                answers = self._store.write(writes)
            except StoreDown:
                self.log.forget_records()
                raise
            lost, saved = self.log.written(writes, answers)
            for one in saved:
                self._outbox.send_now(one.code, "chat", one.line)
                for answer in one.answers:
                    answer()
            self._call()
            for code in lost:
                room = self._lobby.rooms.get(code)
                if room is not None and code not in self._gateway.moving:
                    self.restore_room(room)
                    self.log.forget_record(code)

    def _note(self) -> None:
        for room in self.log.note():
            log.error("room %s: the result of match %d is not kept", room.code, room.match_number)
            self._outbox.send_now(room.code, "notice", NOT_KEPT)

    def keep(self, room: Room, owner: Owner, *, opened: bool) -> None:
        """Record a room from now on; `opened`: its record exists, with this owner, as the room is now."""
        self.log.keep(room, owner, opened=opened)
        self._outbox.epochs[room.code] = room.epoch

    def restore(self) -> None:
        """Write every record again: the store lost them, or the lease id has changed. Raises StoreDown."""
        for room in self.log.rooms():
            self.restore_room(room)
        self.log.forget_records()

    def _restore_outdated(self) -> None:
        """Own rooms again that still belong to a generation of this worker that has ended. Raises StoreDown.

        The store failed when they should have been restored. Their records could be written still, but to
        other workers they have lost their owner.
        """
        lease_id = self._lease.lease_id
        for room in self.log.rooms():
            owner = self.log.owner(room.code)
            if owner is not None and owner.lease_id != lease_id:
                self.restore_room(room)
                self.log.forget_record(room.code)

    def restore_room(self, room: Room) -> None:
        """Own a running room again, or leave it to a worker with a better right to it. Raises StoreDown."""
        owner = self.log.owner(room.code)
        if owner is None or room.closed or room.code in self._gateway.moving:
            return  # a room on its way to another worker is settled by its transfer
        lease_id = self._lease.lease_id
        frozen = freeze(room, self._world_ms())
        epoch = self._store.restore(room.code, lease_id, owner, frozen, past_of(room))
        if epoch is None:
            self.log.drop(room.code)
            self._gateway.lost(room)
            return
        room.renew_epoch(epoch)
        self._outbox.epochs[room.code] = epoch
        self.log.change_owner(room.code, Owner(lease_id, epoch))
