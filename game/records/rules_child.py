"""A process that replays matches by one rules document. It is run as a script, with no other code of ours.

`python -I -S rules_child.py FOLDER MODULE CLASS MEMORY_BYTES`, where FOLDER holds the document's files. The
package `game` in this process is the document's, so this file imports the standard library alone, and uses
of the rules only what every document has: `Match`, `state_hash`, `load`, `dump` and the fields of entities.

Requests come on stdin, answers go to stdout: a line of JSON, whose `size` is the length of the bytes that
follow it. `rules_process.py` is the other end, and describes the requests.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
import zlib
from array import array
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from game.rules import Entity, Match

FORMAT = 1
PRESS = 0
MOST_KIND = 5
MOST_JOURNAL_BYTES = 16 << 20
"""Of a journal, decompressed: four times what a match may have by default."""
MOST_TICKS = 4_000_000
"""Of one match: 37 hours at 30 Hz."""
MOST_FIELD_VALUES = 2_000_000
"""Numbers of a state that are shown; more are a match that no room could hold."""
KEPT_EVERY_TICKS = 150
"""A held match keeps a snapshot this often, so that it can go back."""
MOST_KEPT_BYTES = 64 << 20
"""Of all these snapshots; the distance between them doubles when there are more."""

Entry = tuple[int, int, int, int]
Row = tuple[int, list[Entry]]
Json = dict[str, Any]
NOTHING: list[Entry] = []


class Bad(Exception):
    """A request that cannot be carried out; `kind` is one of `rules_process.Kind`."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class TooLong(BaseException):
    """The time of a request is up. Rules that catch every Exception do not catch it."""


def _interrupt(_number: int, _frame: object) -> None:
    raise TooLong


# --- journals


def unpack(data: bytes) -> bytes:
    """Decompress a journal. Raises Bad if it is damaged or too long."""
    inflate = zlib.decompressobj()
    try:
        found = inflate.decompress(data, MOST_JOURNAL_BYTES)
    except zlib.error as error:
        raise Bad("damaged", f"the journal is damaged: {error}") from None
    if inflate.unconsumed_tail:
        raise Bad("endless", f"the journal is longer than {MOST_JOURNAL_BYTES >> 20} MB")
    if not inflate.eof:
        raise Bad("damaged", "the journal ends early")
    return found


def _small() -> list[int]:
    """What each byte below 128 means as a whole number."""
    return [byte >> 1 if byte & 1 == 0 else -((byte + 1) >> 1) for byte in range(128)]


SMALL = _small()


def numbers(data: bytes, at: int) -> list[int]:
    """All whole numbers from `at` on. Raises Bad where the bytes end within one."""
    out: list[int] = []
    append = out.append
    small = SMALL
    value = shift = 0
    for byte in memoryview(data)[at:]:
        if byte < 128:
            if shift:
                value |= byte << shift
                append(value >> 1 if value & 1 == 0 else -((value + 1) >> 1))
                value = shift = 0
            else:
                append(small[byte])
        else:
            value |= (byte & 127) << shift
            shift += 7
            if shift > 35:
                raise Bad("damaged", "the journal holds a number that is too large")
    if shift:
        raise Bad("damaged", "the journal ends within a number")
    return out


class Journal:
    """A journal that was read.

    Attributes:
        chosen, seats, teams, seed: how the match began, as `Match` takes them.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 2 or data[0] != FORMAT << 1:
            raise Bad("damaged", "this is no journal of a known format")
        name = data[1] >> 1
        if data[1] & 129 or 2 + name > len(data):
            raise Bad("damaged", "the journal's game has no name")
        self.game = data[2 : 2 + name].decode("utf-8", "replace")
        self._numbers = numbers(data, 2 + name)
        self._at = 0
        self.chosen = self._many()
        self.seats = self._many()
        self.teams = self._many()
        self.seed = self._take()
        if not 0 <= self.seed < 1 << 31:
            raise Bad("damaged", f"the journal's seed is {self.seed}")

    def _take(self) -> int:
        if self._at >= len(self._numbers):
            raise Bad("damaged", "the journal ends in its head")
        self._at += 1
        return self._numbers[self._at - 1]

    def _many(self) -> list[int]:
        count = self._take()
        if not 0 <= count <= len(self._numbers) - self._at:
            raise Bad("damaged", f"the journal's head holds a list of {count}")
        self._at += count
        return self._numbers[self._at - count : self._at]

    def rows(self, seats: int) -> Iterator[Row]:
        """The ticks that have entries, in order, with their entries.

        Args:
            seats: the most seats of the game: an entry for another one is damage.

        Yields:
            The tick and its entries.

        Raises:
            Bad: the rows are no rows.
        """
        found, at, end = self._numbers, self._at, len(self._numbers)
        tick = 0
        try:
            while at < end:
                step, count = found[at], found[at + 1]
                at += 2
                tick += step
                # One row a tick; only the first may be at the same tick as "the last", 0.
                if step < 0 or count < 0:
                    raise Bad("damaged", f"the journal holds a row of {count} entries, {step} ticks later")
                if count == 0:
                    yield tick, NOTHING
                    continue
                entries: list[Entry] = []
                for _ in range(count):
                    kind, seat = found[at], found[at + 1]
                    if not 0 <= kind <= MOST_KIND or not 0 <= seat < seats:
                        raise Bad("damaged", f"an entry of kind {kind} for seat {seat} at tick {tick}")
                    entries.append((kind, seat, found[at + 2], found[at + 3]))
                    at += 5 if kind == PRESS else 4
                yield tick, entries
        except IndexError:
            raise Bad("damaged", "the journal ends within a row") from None


def rows_before(data: bytes, until: int) -> tuple[int, int]:
    """Where the rows before a tick end.

    Args:
        data: a journal that was read before without damage.
        until: the tick.

    Returns:
        How many bytes of the journal these rows and its head are, and the tick of the last of them.
    """
    at = 2 + (data[1] >> 1)

    def take() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value >> 1 if value & 1 == 0 else -((value + 1) >> 1)
            shift += 7

    for _ in range(3):
        for _ in range(take()):
            take()
    take()
    size, last, tick = at, 0, 0
    while at < len(data):
        tick += take()
        if tick >= until:
            break
        for _ in range(take()):
            for _ in range(4 if take() == PRESS else 3):
                take()
        size, last = at, tick
    return size, last


# --- matches


class Rules:
    """The document's rules.

    Args:
        module: the module of the game's class.
        name: the class.
    """

    def __init__(self, module: str, name: str) -> None:
        self.game = getattr(__import__(module, fromlist=[name]), name)()
        from game.rules import match, snapshot

        self.match = match.Match
        self.state_hash = snapshot.state_hash
        self.dump = snapshot.dump
        self.load = snapshot.load
        self.seats: int = self.game.seats[1]

    def begin(self, journal: Journal) -> Match:
        """The match at tick 0. Raises Bad if the rules do not take what the journal says."""
        try:
            m = self.match(self.game, journal.chosen, journal.seats, journal.teams, journal.seed)
            m.begin()
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  whatever the rules raise is an answer
            raise Bad("rules", f"the rules cannot begin this match: {said(error)}") from None
        return m


def said(error: BaseException) -> str:
    """An exception in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


# hot: everything else in this process happens once a match
def play(m: Match, rows: Iterator[Row], ticks: int) -> tuple[str, bool]:
    """Step a match to its last tick.

    Returns:
        The exception that the rules raised in a step, or ""; and whether rows were left over.

    Raises:
        Bad: two rows are for the same tick.
        MemoryError: it needs more than this process may have.
    """
    step = m.step
    nothing = NOTHING
    now = m.tick
    try:
        for tick, entries in rows:
            if tick >= ticks:
                # The row with which a room closes the journal of a match that failed says nothing.
                if entries:
                    return "", True
                continue
            for _ in range(tick - now):
                step(nothing)
            if tick < now:
                raise Bad("damaged", f"the journal holds two rows for tick {tick}")
            step(entries)
            now = tick + 1
        for _ in range(ticks - now):
            step(nothing)
    except (Bad, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  of the rules: part of the result
        return said(error), False
    return "", False


def traced(rules: Rules, m: Match, rows: Iterator[Row], ticks: int) -> array[int]:
    """The hash after each tick from 0 on, to the last one or to one whose step raises an exception."""
    found = array("I", [rules.state_hash(m)])
    due = dict(rows)
    try:
        while m.tick < ticks:
            m.step(due.get(m.tick, NOTHING))
            found.append(rules.state_hash(m))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the trace ends here, as that of another run does
        return found
    return found


def result(rules: Rules, m: Match) -> Json:
    """Where a match stands."""
    return {
        "tick": m.tick,
        "hash": rules.state_hash(m),
        "over": bool(m.over),
        "places": [[one.seat, one.place, one.points] for one in m.places],
        "awards": [[one.kind, one.seat, one.value] for one in m.given],
    }


# --- states, field by field


def fields_of(m: Match) -> list[list[Any]]:
    """Each value of a match as [path, value]: a number, a text, a list of numbers, or rows of numbers."""
    out: list[list[Any]] = [
        ["tick", m.tick],
        ["over", 1 if m.over else 0],
        ["random.first", m.rng.first],
        ["random.second", m.rng.second],
        ["seats", list(m.seats)],
        ["teams", list(m.teams)],
        ["inputs", list(m.inputs)],
        ["values", list(m.values)],
        # Rules of a record that are older than controls have none.
        ["controls", list(m.held()) if hasattr(m, "held") else []],
        ["places", [[one.seat, one.place, one.points] for one in m.places]],
        ["awards", [[one.kind, one.seat, one.value] for one in m.given]],
    ]
    _entity_fields(out, "", m.state, [0])
    return out


def _entity_fields(out: list[list[Any]], path: str, entity: Entity, count: list[int]) -> None:
    out.append([f"{path}id", entity.id])
    out.extend([path + name, getattr(entity, name)] for name in entity.values)
    count[0] += len(entity.values)
    for field in entity.tables:
        value = getattr(entity, field.name)
        columns = getattr(field, "columns", None)
        count[0] += len(value)
        if count[0] > MOST_FIELD_VALUES:
            raise Bad("endless", f"the state holds more than {MOST_FIELD_VALUES} numbers")
        if hasattr(field, "of"):
            out.append([f"{path}{field.name}.count", len(value)])
            for k, one in enumerate(value):
                _entity_fields(out, f"{path}{field.name}[{k}].", one, count)
        elif columns:
            wide = len(columns)
            out.append([path + field.name, [list(value[k : k + wide]) for k in range(0, len(value), wide)]])
        else:
            out.append([path + field.name, list(value)])


class Held:
    """A match that is stepped forward and back for somebody who looks at it.

    Args:
        rules: the rules.
        journal: the match.
        ticks: its last tick.
    """

    def __init__(self, rules: Rules, journal: Journal, ticks: int) -> None:
        self._rules = rules
        self._journal = journal
        self._due = dict(journal.rows(rules.seats))
        self._ticks = ticks
        self._m = rules.begin(journal)
        self._kept: list[tuple[int, bytes]] = []
        self._every = KEPT_EVERY_TICKS
        self.raised = ""

    def at(self, tick: int) -> Json:
        """Go to a tick and describe the match there."""
        tick = max(0, min(tick, self._ticks))
        if tick < self._m.tick or self.raised:
            self._back(tick)
        m = self._m
        while m.tick < tick:
            if m.tick % self._every == 0 and (not self._kept or self._kept[-1][0] < m.tick):
                self._keep()
            try:
                m.step(self._due.get(m.tick, NOTHING))
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001  of the rules: shown with the state that they left
                self.raised = said(error)
                break
        return {
            **result(self._rules, m),
            "fields": fields_of(m),
            "entries": [list(entry) for entry in self._due.get(m.tick - 1, NOTHING)],
            "events": [[m.game.events[one[0]].name, *one[1:]] for one in m.happened],
            "raised": self.raised,
        }

    def _back(self, tick: int) -> None:
        self.raised = ""
        earlier = [one for one in self._kept if one[0] <= tick]
        self._m = self._rules.load(self._rules.game, earlier[-1][1]) if earlier else self._begin()

    def _begin(self) -> Match:
        return self._rules.begin(self._journal)

    def _keep(self) -> None:
        self._kept.append((self._m.tick, self._rules.dump(self._m)))
        if sum(len(data) for _, data in self._kept) > MOST_KEPT_BYTES:
            self._every *= 2
            self._kept = [one for one in self._kept if one[0] % self._every == 0]


# --- requests


class Server:
    """Answers requests, one after the other.

    Args:
        rules: the rules.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._held: Held | None = None

    def answer(self, asked: Json, data: bytes) -> tuple[Json, bytes]:
        """The answer to a request, and the bytes that follow it. Raises Bad."""
        call = asked["call"]
        if call == "at":
            if self._held is None:
                raise Bad("request", "no match is held")
            return self._held.at(asked["tick"]), b""
        if call == "packed":
            return self._packed(data), b""
        ticks = asked["ticks"]
        if ticks > MOST_TICKS:
            raise Bad("endless", f"the match has {ticks} ticks, more than {MOST_TICKS}")
        journal = Journal(unpack(data))
        if call == "hold":
            self._held = Held(self._rules, journal, ticks)
            return {}, b""
        m = self._rules.begin(journal)
        rows = journal.rows(self._rules.seats)
        if call == "trace":
            hashes = traced(self._rules, m, rows, ticks)
            return {"tick": m.tick}, hashes.tobytes()
        if call == "reach":
            rows = takewhile(lambda row: row[0] < ticks, rows)
        raised, left_over = play(m, rows, ticks)
        answer = {**result(self._rules, m), "raised": raised, "left_over": left_over}
        if call == "reach":
            size, last = rows_before(unpack(data), ticks)
            return {**answer, "journal_bytes": size, "last_row_tick": last}, self._rules.dump(m)
        return answer, b""

    def _packed(self, data: bytes) -> Json:
        inflate = zlib.decompressobj()
        try:
            packed = inflate.decompress(data, MOST_JOURNAL_BYTES)
            m = self._rules.load(self._rules.game, packed)
        except Exception as error:  # noqa: BLE001  bytes from a client, read by any version of the rules
            raise Bad("damaged", f"the bytes are no state of this game: {said(error)}") from None
        return {**result(self._rules, m), "fields": fields_of(m)}

    def serve(self, requests: BinaryIO, answers: BinaryIO) -> None:
        """Answer until the requests end."""
        signal.signal(signal.SIGPROF, _interrupt)
        while line := requests.readline():
            asked = json.loads(line)
            data = requests.read(asked.get("size", 0))
            began = time.perf_counter()
            blob = b""
            try:
                signal.setitimer(signal.ITIMER_PROF, asked["seconds"])
                try:
                    given, blob = self.answer(asked, data)
                finally:
                    signal.setitimer(signal.ITIMER_PROF, 0)
            except TooLong:
                given = {"bad": "endless", "message": f"not done after {asked['seconds']:g} s"}
            except MemoryError:
                self._held = None
                given = {"bad": "memory", "message": "it needs more memory than it may have"}
            except RecursionError as error:
                given = {"bad": "rules", "message": said(error)}
            except Bad as bad:
                given = {"bad": bad.kind, "message": str(bad)}
            given["seconds"] = time.perf_counter() - began
            given["size"] = len(blob)
            answers.write(json.dumps(given).encode() + b"\n" + blob)
            answers.flush()
            # Rules allocate much and hold little in cycles: collected here, not in their ticks.
            gc.collect(0)


def main() -> None:
    """Load the rules, say that they are ready, and serve."""
    folder, module, name, memory = sys.argv[1:5]
    # What the rules print is no answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, folder)
    try:
        rules = Rules(module, name)
    except BaseException as error:  # noqa: BLE001  whatever the rules do at their import, it is named
        answers.write(json.dumps({"bad": "rules", "message": said(error), "size": 0}).encode() + b"\n")
        answers.flush()
        return
    gc.freeze()
    gc.disable()
    answers.write(
        json.dumps({"size": 0, "file": str(sys.modules[type(rules.game).__module__].__file__)}).encode()
        + b"\n"
    )
    answers.flush()
    Server(rules).serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
