"""Runs rules documents in processes of their own: a match is replayed by its rules, not by today's.

The folder of a document and the process are bounded: what a document, a journal or the rules in it do, the
caller gets a `ReplayError` in bounded time. It is no sandbox: the rules are Python and run with the rights of
this user, as the games of this server do.
"""

import contextlib
import json
import re
import select
import subprocess
import sys
import tempfile
import time
from array import array
from hashlib import blake2b
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import IO, Literal, TypeVar

import msgspec

from game.rooms.rules_document import HASH_BYTES, PACKAGE, rules_document
from game.rules import Game

CHILD = Path(__file__).with_name("rules_child.py")
MEMORY_BYTES = 1 << 30
"""The address space of one process."""
SECONDS = 60.0
"""What one request may take of a processor."""
WALL_TIME_FACTOR = 4
"""A process is killed after this many times its seconds: on a busy machine it gets only a part of a core."""
GRACE_S = 2.0
"""A process that does not interrupt itself in this time after its limit is killed."""
START_S = 20.0
MOST_BODY_BYTES = 16 << 20
MOST_FILES = 500
MOST_ANSWER_BYTES = 256 << 20

_PATH = re.compile(r"game(/[A-Za-z_][A-Za-z0-9_]*)+\.py")
_MODULE = re.compile(r"game(\.[A-Za-z_][A-Za-z0-9_]*)+")

Kind = Literal["damaged", "endless", "memory", "rules", "died", "request"]
"""damaged: the bytes are not a journal; endless: it takes too long; memory: it needs too much;
rules: they do not load, or do not begin this match; died: the process ended; request: the caller's fault."""

Value = int | str | list[int | list[int]]
"""A field's value: a number, a text, a list of numbers, or the rows of a table."""


class ReplayError(Exception):
    """A match that cannot be replayed; the text is a sentence about it."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind: Kind = kind
        super().__init__(message)


class BadRules(ReplayError):
    """A rules document that cannot be used."""

    def __init__(self, message: str) -> None:
        super().__init__("rules", message)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What is read here of a rules document's body."""

    game: str
    module: str
    kind: str = msgspec.field(name="class")
    files: dict[str, str]
    info: "Info"


class Info(msgspec.Struct, frozen=True, kw_only=True):
    """What is read here of a document's GAME."""

    title: str = ""
    tick_hz: int = 30


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a match stands after a replay.

    Attributes:
        tick, hash, over: of the last state.
        places: seat, place and points of each seat, once the match is over.
        awards: award, seat and value of each.
        raised: the exception that the rules raised in the last step, or "".
        left_over: the journal has entries after the last tick.
        seconds: what it took, without the start of the process.
    """

    tick: int
    hash: int
    over: bool
    places: list[tuple[int, int, int]]
    awards: list[tuple[int, int, int]]
    raised: str = ""
    left_over: bool = False
    seconds: float = 0.0


class Reached(Replayed, frozen=True, kw_only=True):
    """A match at one of its ticks, from which it can be played on.

    Attributes:
        journal_bytes: how many bytes of the journal, decompressed, its head and the rows before the tick are.
        last_row_tick: the tick of the last of these rows.
        checkpoint: the state, as `game.rules.snapshot.dump` packs it.
    """

    journal_bytes: int
    last_row_tick: int
    checkpoint: bytes = b""


class State(Replayed, frozen=True, kw_only=True):
    """A state of a match, field by field.

    Attributes:
        fields: each path with its value, in the order of their declaration: `racers[2].x`.
        entries: what was applied in the step to this tick: kind, seat, a and b.
        events: what happened in it: the name of each event and its arguments.
    """

    fields: list[tuple[str, Value]]
    entries: list[tuple[int, int, int, int]] = []
    events: list[list[int | str]] = []


class _Answer(msgspec.Struct, frozen=True):
    bad: Kind | None = None
    message: str = ""
    size: int = 0
    tick: int = 0


class RulesFolder:
    """A rules document, unpacked so that processes can import it.

    Args:
        body: the document, as `rules_document` makes it.
        compiled: use the compiled modules of this installation if they are of the same rules.

    Attributes:
        path: where the package `game` of the document is.
        hash: of the document.
        game, title, tick_hz: as the document says.
        installed: the package is the one of this installation.

    Raises:
        BadRules: the bytes are no document, or hold files that have no place in one.
    """

    def __init__(self, body: bytes, *, compiled: bool = True) -> None:
        if len(body) > MOST_BODY_BYTES:
            raise BadRules(f"the rules document has more than {MOST_BODY_BYTES >> 20} MB")
        try:
            document = msgspec.json.decode(body, type=Document)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadRules(f"this is no rules document: {error}") from None
        if len(document.files) > MOST_FILES:
            raise BadRules(f"the rules document holds {len(document.files)} files")
        if not _MODULE.fullmatch(document.module) or not document.kind.isidentifier():
            raise BadRules("the rules document names no class of a game")
        for name in document.files:
            if not _PATH.fullmatch(name):
                raise BadRules(f"the rules document holds a file {name[:60]!r}")
        self.module, self.kind = document.module, document.kind
        self.game, self.title, self.tick_hz = document.game, document.info.title, document.info.tick_hz
        self.hash = blake2b(body, digest_size=HASH_BYTES).hexdigest()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.installed = compiled and _is_compiled(document.module, document.kind, body)
        self._body = body if self.installed else b""
        if self.installed:
            self.path = PACKAGE.parent
            return
        self._folder = tempfile.TemporaryDirectory(prefix="rumpus-rules-")
        self.path = Path(self._folder.name)
        for name, text in document.files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def as_python(self) -> "RulesFolder":
        """These rules as plain Python; the caller closes it."""
        return RulesFolder(self._body, compiled=False) if self.installed else self

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> "RulesFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_compiled(module: str, kind: str, body: bytes) -> bool:
    """Whether this installation has compiled modules of exactly these rules."""
    folder = PACKAGE.parent.joinpath(*module.split("."))
    suffix = EXTENSION_SUFFIXES[0]
    if not (any(folder.glob(f"*{suffix}")) or folder.with_name(folder.name + suffix).exists()):
        return False
    try:
        game = getattr(__import__(module, fromlist=[kind]), kind)()
    except (ImportError, AttributeError):
        return False
    return isinstance(game, Game) and rules_document(game).body == body


AnswerType = TypeVar("AnswerType", bound=msgspec.Struct)


class RulesProcess:
    """A process that replays matches by the rules of one folder. It starts when it is first asked.

    Use it from one thread. After an error that leaves it unusable, it is started again by the next call.

    Args:
        folder: the rules; it must exist as long as this.
        seconds: what one request may take of a processor, whatever else the machine does.
        memory_bytes: the address space of the process.
        shown: what the rules print goes to stderr; else it is dropped.

    Attributes:
        starts: how often the process was started.
    """

    def __init__(
        self,
        folder: RulesFolder,
        *,
        seconds: float = SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        shown: bool = False,
    ) -> None:
        self.folder = folder
        self.starts = 0
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._shown = shown
        self._process: subprocess.Popen[bytes] | None = None
        self._read = bytearray()

    def replay(self, journal: bytes, ticks: int) -> Replayed:
        """Replay a match to its last tick.

        Args:
            journal: `Journal.pack`, compressed with zlib.
            ticks: how many ticks the match had.

        Returns:
            Where it stands then.

        Raises:
            ReplayError: it cannot be replayed.
        """
        return self._ask({"call": "replay", "ticks": ticks}, journal, Replayed)[0]

    def reach(self, journal: bytes, tick: int) -> Reached:
        """Replay a match to one of its ticks, to play it on. Arguments and errors are those of `replay`."""
        found, checkpoint = self._ask({"call": "reach", "ticks": tick}, journal, Reached)
        return msgspec.structs.replace(found, checkpoint=checkpoint)

    def trace(self, journal: bytes, ticks: int) -> "array[int]":
        """The hash after each tick from 0 on. Arguments and errors are those of `replay`."""
        _, blob = self._ask({"call": "trace", "ticks": ticks}, journal, _Answer)
        return array("I", blob)

    def hold(self, journal: bytes, ticks: int) -> None:
        """Keep a match at tick 0, for `at`. Arguments and errors are those of `replay`."""
        self._ask({"call": "hold", "ticks": ticks}, journal, _Answer)

    def at(self, tick: int) -> State:
        """The state of the held match at a tick, forward or back. Raises ReplayError."""
        return self._ask({"call": "at", "tick": tick}, b"", State)[0]

    def packed(self, data: bytes) -> State:
        """The state that a client packed: `snapshot.dump`, compressed with zlib. Raises ReplayError."""
        return self._ask({"call": "packed"}, data, State)[0]

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        self._read.clear()
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()

    def __enter__(self) -> "RulesProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the pipes

    def _ask(
        self, request: dict[str, str | int | float], data: bytes, answer: type[AnswerType]
    ) -> tuple[AnswerType, bytes]:
        """Send a request and wait for its answer. Raises ReplayError."""
        process = self._process or self._start()
        stdin = _pipe(process.stdin)
        line = json.dumps({**request, "seconds": self._seconds, "size": len(data)}).encode() + b"\n"
        until = time.monotonic() + self._seconds * WALL_TIME_FACTOR + GRACE_S
        try:
            stdin.write(line + data)
            stdin.flush()
        except OSError:
            self.close()
            raise ReplayError("died", "the process of the rules has ended") from None
        head, blob = self._receive(process, until)
        try:
            given = msgspec.json.decode(head, type=_Answer)
            if given.bad is None:
                return msgspec.json.decode(head, type=answer), blob
        except msgspec.MsgspecError:
            self.close()
            raise ReplayError("died", "the process of the rules has answered nonsense") from None
        if given.bad in ("endless", "memory"):
            self.close()  # what it holds is unknown
        raise ReplayError(given.bad, given.message)

    def _start(self) -> "subprocess.Popen[bytes]":
        folder = self.folder
        self.starts += 1
        process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", str(CHILD), str(folder.path)),
                *(folder.module, folder.kind, str(self._memory_bytes)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if self._shown else subprocess.DEVNULL,
        )
        self._process = process
        head, _ = self._receive(process, time.monotonic() + START_S)
        given = msgspec.json.decode(head, type=_Answer)
        if given.bad is not None:
            self.close()
            raise BadRules(f"the rules do not load: {given.message}")
        return process

    def _receive(self, process: "subprocess.Popen[bytes]", until: float) -> tuple[bytes, bytes]:
        """The next answer: its line, and the bytes after it."""
        read, stdout = self._read, _pipe(process.stdout)
        head, size = b"", -1
        while True:
            if size < 0 and (end := read.find(b"\n")) >= 0:
                head = bytes(read[:end])
                del read[: end + 1]
                size = _size(head)
            if 0 <= size <= len(read):
                blob = bytes(read[:size])
                del read[:size]
                return head, blob
            ready, _, _ = select.select([stdout], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                self.close()
                raise ReplayError("endless", f"not done after {self._seconds:g} s; its process was ended")
            more = stdout.read1(1 << 18) if hasattr(stdout, "read1") else b""
            if not more or len(read) > MOST_ANSWER_BYTES:
                code = process.poll()
                self.close()
                raise ReplayError("died", f"the process of the rules has ended ({code})")
            read += more


def _size(head: bytes) -> int:
    """How many bytes follow an answer's line; none after a line that is no answer."""
    try:
        return msgspec.json.decode(head, type=_Answer).size
    except msgspec.MsgspecError:
        return 0


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # both are asked for in `_start`
    return pipe
