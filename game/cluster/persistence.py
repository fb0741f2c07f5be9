"""The recorder: what of a worker's rooms is written to the store, and when.

Ten times a second it collects one round of writes for all rooms: the journal's new rows, or a whole
checkpoint when something else than the match changed, or when the last is some seconds old. A line of chat
and a result do not wait for the round. It keeps no connection: the node carries the writes and hands the
answers back.

While the store is away, what must not be lost waits here: lines of chat, results, and the ends of rooms. Each
of these queues is bounded; what does not fit is refused, and people are told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import msgspec

from game.cluster.restore import Rows, Said, encode_rows
from game.cluster.store import FENCED, GAP, Owner, Write
from game.protocol import objects
from game.rooms.chat import ChatLine
from game.rooms.freeze import fingerprint, freeze
from game.rooms.journal import End
from game.rooms.phases import Phase
from game.rooms.room import Room

MOST_CHAT_WAITING = 200
"""Lines of one room that wait to be saved."""
MOST_CHAT_IN_ALL = 5000
MOST_ANSWERS_WAITING = 400
"""Answers of one room that wait for its lines; a client that repeats a line waits once more."""
MOST_RESULTS_WAITING = 2000
MOST_ENDS_WAITING = 10_000
OPENING_MS = 2500
"""How long somebody who opened a room waits for it to be recorded."""
LOOK_MS = 2000
"""A room of which nothing seems to have changed is compared with its record this often."""
_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class _Chat:
    data: objects.ChatLine
    n: int
    then: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SafeLine:
    """A line of chat that the store has; `then` are the answers that waited for it."""

    code: str
    line: objects.ChatLine
    then: list[Callable[[], None]]


@dataclass(slots=True)
class _Opening:
    """Somebody waits until the room is recorded; `done` is told whether it is, by `until_ms`."""

    until_ms: int
    done: Callable[[bool], None]


@dataclass(slots=True)
class _Book:
    """What is known to be written of one room.

    `opened`: its record may exist; `recorded`: the store has said that it does. `mark` is the fingerprint of
    what is written, None when that is unknown; `looked` is what the room was like when it was compared.
    """

    room: Room
    owner: Owner
    opened: bool
    recorded: bool
    mark: bytes | None = None
    looked: tuple[object, ...] = ()
    looked_ms: int = 0
    match: int = -1
    end: End | None = None
    tick: int = -1
    checkpoint_ms: int = 0
    result: int = 0
    results: dict[int, bytes] = field(default_factory=dict)
    chat: list[_Chat] = field(default_factory=list)
    openings: list[_Opening] = field(default_factory=list)


@dataclass(slots=True)
class _End:
    """A room that has closed: what is still to be written of it."""

    owner: Owner
    results: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Round:
    """Writes to be carried out, and for each what it is an answer to."""

    writes: list[Write]
    codes: list[str]


class Recorder:
    """Keeps the books of this worker's rooms. `now_ms` is the world's clock.

    Attributes:
        hurried: something waits that should be written at once.
        calls: what is to be called next: people wait for it.
    """

    def __init__(self, now_ms: Callable[[], int], checkpoint_ms: int) -> None:
        self._now_ms = now_ms
        self._checkpoint_ms = checkpoint_ms
        self._books: dict[str, _Book] = {}
        self._ends: dict[str, _End] = {}
        self._results_waiting = 0
        self._chat_waiting = 0
        self.hurried = False
        self.calls: list[Callable[[], None]] = []

    def keep(self, room: Room, owner: Owner, *, opened: bool) -> None:
        """Record a room from now on; `opened`: its record exists, with this owner, as the room is now."""
        book = _Book(room, owner, opened, opened)
        if opened:
            book.mark = fingerprint(room)
            self._checkpointed(book)
        self._books[room.code] = book

    def renew(self, code: str, owner: Owner) -> None:
        """Write as this owner from now on."""
        book = self._books.get(code)
        if book is not None:
            book.owner = owner

    def forget_room(self, code: str) -> None:
        """What the store holds of a room is not what the room is: the next round writes it anew."""
        book = self._books.get(code)
        if book is not None:
            book.mark = None

    def drop(self, code: str) -> None:
        """Record a room no more; its record stays for whoever has it."""
        book = self._books.pop(code, None)
        if book is not None:
            self._results_waiting -= len(book.results)
            self._chat_waiting -= len(book.chat)
            self.calls += [partial(one.done, False) for one in book.openings]

    def owner(self, code: str) -> Owner | None:
        """As whom this worker writes for a room; None for rooms that it does not record."""
        book = self._books.get(code)
        return None if book is None else book.owner

    def rooms(self) -> list[Room]:
        """Every recorded room."""
        return [book.room for book in self._books.values()]

    def forget_written(self) -> None:
        """What the store holds is unknown: the next round writes everything anew."""
        for book in self._books.values():
            book.mark = None

    def hold_opening(self, code: str, done: Callable[[bool], None]) -> bool:
        """Call `done` when the room is recorded, so that others find it; False when it is, or never will be.

        Args:
            code: the room's code.
            done: called with True, or with False when the record does not come about in time.
        """
        book = self._books.get(code)
        if book is None or book.recorded:
            return False
        book.openings.append(_Opening(self._now_ms() + OPENING_MS, done))
        self.hurried = True
        return True

    def is_recorded(self, code: str) -> bool:
        """Whether the store has said that it has the room's record."""
        book = self._books.get(code)
        return book is not None and book.recorded

    def give_up_openings(self) -> None:
        """Let nobody wait for a record for too long; call it in each round."""
        now_ms = self._now_ms()
        for book in self._books.values():
            if book.openings and book.openings[0].until_ms <= now_ms:
                self.calls += [partial(one.done, False) for one in book.openings if one.until_ms <= now_ms]
                book.openings = [one for one in book.openings if one.until_ms > now_ms]

    # --- chat ---------------------------------------------------------------------------------

    def hold_chat(self, code: str, data: objects.ChatLine) -> bool:
        """Keep a line back until it is safe; False when the room is not recorded."""
        book = self._books.get(code)
        if book is None:
            return False
        pen = book.room.chat.writers.get(data.player)
        book.chat.append(_Chat(data, pen.last_n if pen is not None else 1))
        self._chat_waiting += 1
        self.hurried = True
        return True

    def takes_chat(self, code: str) -> bool:
        """Whether one more line of a room may wait to be saved."""
        book = self._books.get(code)
        return book is None or (len(book.chat) < MOST_CHAT_WAITING and self._chat_waiting < MOST_CHAT_IN_ALL)

    def takes_answers(self, code: str) -> bool:
        """Whether one more answer may wait for the lines of a room."""
        book = self._books.get(code)
        return book is None or sum(len(chat.then) for chat in book.chat) < MOST_ANSWERS_WAITING

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        """Call `answer` when all lines of the room are safe; False when they are."""
        book = self._books.get(code)
        if book is None or not book.chat:
            return False
        book.chat[-1].then.append(answer)
        return True

    # --- rounds -------------------------------------------------------------------------------

    def note(self) -> list[Room]:
        """Remember results and ends of rooms, be the store there or not; call it in each round.

        Returns:
            Rooms whose result cannot be kept, since too many wait for the store already.
        """
        refused: list[Room] = []
        for code, book in list(self._books.items()):
            room = book.room
            if room.phase is Phase.RESULTS and room.results is not None and book.result != room.match_number:
                book.result = room.match_number
                if self._results_waiting < MOST_RESULTS_WAITING:
                    book.results[room.match_number] = _encode(room.results)
                    self._results_waiting += 1
                else:
                    refused.append(room)
            if room.closed:
                del self._books[code]
                self._chat_waiting -= len(book.chat)
                self.calls += [partial(one.done, False) for one in book.openings]
                if book.opened or book.results:
                    self._ends[code] = _End(book.owner, book.results)
        while len(self._ends) > MOST_ENDS_WAITING:
            oldest = self._ends.pop(next(iter(self._ends)))  # its record runs out by itself
            self._results_waiting -= len(oldest.results)
        return refused

    def collect(self, whole: bool = True) -> Round:
        """What is to be written now; not `whole`: only what cannot wait."""
        writes: list[Write] = []
        for code, book in self._books.items():
            if book.room.closed:
                continue
            if whole or not book.recorded:
                self._add_record(writes, code, book)
            for chat in book.chat:
                line = _line(chat.data)
                data = _encode(Said(chat.n, line))
                writes.append(Write("chat", code, book.owner, data, line.player, chat.n, line.id))
            for number, data in book.results.items():
                writes.append(Write("result", code, book.owner, data, number=number))
        if whole:
            for code, ended in self._ends.items():
                for number, data in ended.results.items():
                    writes.append(Write("last_result", code, ended.owner, data, number=number))
                writes.append(Write("close", code, ended.owner))
        self.hurried = False
        return Round(writes, [write.code for write in writes])

    def _add_record(self, writes: list[Write], code: str, book: _Book) -> None:
        room = book.room
        now_ms = self._now_ms()
        before = book.mark
        if before is None or self._may_have_changed(book, now_ms):
            book.mark = fingerprint(room)
        live = room.runner
        old = live is not None and now_ms - book.checkpoint_ms >= self._checkpoint_ms
        new_match = live is not None and book.match != room.match_number
        if book.mark != before or old or new_match or not book.recorded:
            kind = "checkpoint" if book.recorded else "open"
            writes.append(Write(kind, code, book.owner, freeze(room, now_ms)))
            self._checkpointed(book)
            book.opened = True
        elif live is not None and book.end is not None and live.tick_number != book.tick:
            rows = live.journal.piece(book.end)
            hash_tick, state_hash = live.stream.hashes[-1] if live.stream.hashes else (-1, 0)
            piece = Rows(room.match_number, live.tick_number, rows, hash_tick, state_hash)
            writes.append(Write("append", code, book.owner, encode_rows(piece)))
            book.end = live.journal.end()
            book.tick = live.tick_number

    @staticmethod
    def _may_have_changed(book: _Book, now_ms: int) -> bool:
        """Whether the whole room is worth a look, which costs more than this glance."""
        room = book.room
        looked = (room.touched, room.version, room.phase, room.match_number)
        if looked == book.looked and now_ms - book.looked_ms < LOOK_MS:
            return False
        book.looked, book.looked_ms = looked, now_ms
        return True

    def _checkpointed(self, book: _Book) -> None:
        live = book.room.runner
        book.match = book.room.match_number
        book.checkpoint_ms = self._now_ms()
        book.end = None if live is None else live.journal.end()
        book.tick = -1 if live is None else live.tick_number

    def written(self, round_: Round, answers: list[int]) -> tuple[list[str], list[SafeLine]]:
        """Take the answers.

        Returns:
            The codes of rooms whose record is not this worker's any more, or is older than what was written
            before (a gap in the chat shows that); and the lines of chat that may be told.
        """
        lost: list[str] = []
        told: list[SafeLine] = []
        for write, answer in zip(round_.writes, answers, strict=True):
            if write.kind == "close":
                self._ended(write)
            book = self._books.get(write.code)
            if book is None or book.owner != write.owner:
                continue
            if answer in (FENCED, GAP):
                if write.code not in lost:
                    lost.append(write.code)
            elif write.kind == "open":
                book.recorded = True
                self.calls += [partial(one.done, True) for one in book.openings]
                book.openings = []
            elif write.kind == "chat" and write.code not in lost:
                chat = book.chat.pop(0)
                self._chat_waiting -= 1
                told.append(SafeLine(write.code, chat.data, chat.then))
            elif write.kind == "result" and book.results.pop(write.number, None) is not None:
                self._results_waiting -= 1
        return lost, told

    def _ended(self, write: Write) -> None:
        """The end of a room is written, or the room is another's by now."""
        ended = self._ends.get(write.code)
        if ended is not None and ended.owner == write.owner:
            del self._ends[write.code]
            self._results_waiting -= len(ended.results)


def _line(line: objects.ChatLine) -> ChatLine:
    return ChatLine(line.id, line.player, line.name, line.text, line.at)
