"""Reports: what a room hands over when somebody says that something is wrong in its match.

A person writes a few words, or a browser that runs the rules has come to another state. The room adds what
it knows: the match, its own hash, and the journal up to now, from which the match can be replayed.
"""

import base64
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from game.protocol import commands as c
from game.rooms.errors import Refused
from game.rules import Game, snapshot
from game.sync.schema import Schema
from game.sync.varint import zigzag

if TYPE_CHECKING:
    from game.rooms.ended_match import RecordSink
    from game.rooms.match_runner import MatchRunner
    from game.rooms.people import Person
    from game.rooms.room import Room

log = logging.getLogger("rumpus.rooms")

AGAIN_MS = 30_000
"""A person may report once in this time."""
MAX_OF_MATCH = 10
"""Reports of one match that are kept."""

ReportKind = Literal["words", "desync"]
"""words: of a person; desync: a browser's state is not ours, and it says so without a person."""


class MatchReport(msgspec.Struct, frozen=True, kw_only=True):
    """One report.

    Attributes:
        id: drawn like a match's.
        created_ms: milliseconds since 1970, UTC.
        match: the id of the match, which may still run.
        rules: the hash of its rules document.
        room: the room's code.
        tick: the tick of the client's state; of ours if the client named none.
        client_hash: the hash of the client's state; None: it does not run the rules.
        server_hash: of our state at `tick`; None: it is not at hand any more, but the journal has it.
        user_agent: the browser, as it names itself.
        words: what the person wrote.
        journal: `Journal.pack` up to now, not compressed; its last row is of the last tick. b"": the match
            has ended and is in the database.
        client_state: `snapshot.dump` of the client's match at `tick`, compressed with zlib; b"": not sent.
    """

    id: str
    kind: ReportKind
    created_ms: int
    match: str
    game: str
    rules: str
    room: str
    tick: int
    client_hash: int | None
    server_hash: int | None
    user_agent: str
    words: str
    journal: bytes
    client_state: bytes


OnReport = Callable[[MatchReport], None]
"""Takes a report in the tick in which it is made: it only queues it."""


class Reports:
    """The reports of one room's matches, and their limits."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._match = ""
        self._count = 0
        self._at_ms: dict[str, int] = {}  # by person, when they reported last

    def said(self, person: "Person", command: c.Report, now_ms: int) -> str:
        """A person reports the running match, or the one whose results are shown.

        Args:
            person: who reports.
            command: what they write, and what their client adds.
            now_ms: the time.

        Returns:
            The id of the report.

        Raises:
            Refused: it is not kept; the message says why.
        """
        room = self._room
        sink = room.context.records
        if sink is None or sink.reported is None:
            raise Refused("no_records", "This server keeps no records, so it cannot keep your report.")
        if room.runner is None and room.results is None:
            raise Refused("wrong_phase", "There is no match to report.")
        match = self._reported_match()
        if not match:
            raise Refused("no_records", "This match is not kept, so a report of it could not be either.")
        last = self._at_ms.get(person.id)
        if last is not None and now_ms - last < AGAIN_MS:
            raise Refused("too_fast", "You have just sent a report. Wait half a minute.")
        state = packed_state(room.game, command.state)
        if not self._count_of(match):
            raise Refused("too_many", "This match was reported several times already. Thank you.")
        self._at_ms[person.id] = now_ms
        known = self._known(room.runner, match, command.tick)
        return self._hand_over(sink, "words", match, known, command, state)

    def desync(self, runner: "MatchRunner", command: c.Desync, state: bytes, known: int) -> None:
        """A browser has come to another state: report and log it. Call it once a match.

        Args:
            runner: the match.
            command: what the browser sends.
            state: its packed state, see `packed_state`.
            known: our hash at that tick.
        """
        room = self._room
        match, sink = self._reported_match(), room.context.records
        if sink is None or sink.reported is None or not match:
            kept = runner.journal_text()
        else:
            ours = Known(runner.game, command.tick, known, journal_until_now(runner))
            report = self._hand_over(sink, "desync", match, ours, command, state)
            kept = f"rumpus replay {report}"
        text = "desync after tick %d: %07x here, %07x there; %s"
        log.error(text, command.tick, known, command.hash, kept, extra=room.log_keys())

    def _hand_over(
        self,
        sink: "RecordSink",
        kind: ReportKind,
        match: str,
        known: "Known",
        command: c.Report | c.Desync,
        state: bytes,
    ) -> str:
        assert sink.reported is not None
        report = MatchReport(
            id=sink.draw_id(),
            kind=kind,
            created_ms=sink.wall_ms(),
            match=match,
            game=known.game.name,
            rules=sink.rules(known.game),
            room=self._room.code,
            tick=known.tick,
            client_hash=command.hash,
            server_hash=known.hash,
            user_agent=command.agent,
            words=command.words if isinstance(command, c.Report) else "",
            journal=known.journal,
            client_state=state,
        )
        sink.reported(report)
        return report.id

    def _reported_match(self) -> str:
        """The id of the match that runs, or whose results are shown; "" if it is not kept."""
        room = self._room
        if room.runner is not None and not room.runner.journal.complete:
            return ""
        if room.match_id or room.results is None:
            return room.match_id
        return room.results.record or ""

    def _count_of(self, match: str) -> bool:
        """Count a report of this match; False when there were enough."""
        if match != self._match:
            self._match, self._count = match, 0
            self._at_ms = {}
        self._count += 1
        return self._count <= MAX_OF_MATCH

    def _known(self, runner: "MatchRunner | None", match: str, tick: int | None) -> "Known":
        """What the room knows of a match at a tick; None: at its last one."""
        room = self._room
        if runner is None:
            ended = next((one for one in room.recording.unsaved if one.id == match), None)
            if ended is None:
                return Known(room.game, tick or 0, None, b"")
            ours = ended.final_hash if tick in (None, ended.ticks) else None
            return Known(room.game, ended.ticks if tick is None else tick, ours, ended.journal)
        journal = journal_until_now(runner)
        if tick is None or tick == runner.match.tick:
            return Known(runner.game, runner.match.tick, snapshot.state_hash(runner.match), journal)
        streams = room.replication.streams
        ours = None if streams is None else dict(streams.inputs.hashes).get(tick)
        return Known(runner.game, tick, ours, journal)


class Known(NamedTuple):
    """What a room knows of a match: its rules, the tick that is reported with its hash, and the journal."""

    game: Game
    tick: int
    hash: int | None
    journal: bytes


def packed_state(game: Game, text: str) -> bytes:
    """The state that a client packed.

    Args:
        game: the rules.
        text: `PackedState` of the protocol.

    Returns:
        What is kept of it; b"" if the client sent none, or if the game has secrets.

    Raises:
        Refused: it is not in base64.
    """
    if not text or Schema.of(game).private:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:  # other letters than ASCII are another error than a wrong length
        raise Refused("bad_request", "The state is not in base64.") from None


def journal_until_now(runner: "MatchRunner") -> bytes:
    """A match's journal with a last row, without entries, for its last tick."""
    rest = runner.match.tick - 1 - runner.journal.end().tick
    data = runner.journal.pack()
    return data + zigzag(rest) + zigzag(0) if rest > 0 else data
