"""Prepares kept matches to be played on: looks one up, and replays it to a tick in a process of its own.

One is prepared at a time, and a few wait. What is wrong with a wish is answered with a sentence.
"""

import logging
import zlib
from collections.abc import Callable, Mapping

import gevent
from gevent.lock import BoundedSemaphore
from sqlalchemy.exc import SQLAlchemyError

from game import error_log
from game.protocol import commands as c
from game.records.rules_process import BadRules, ReplayError, RulesFolder, RulesProcess
from game.records.store import StoredMatch
from game.records.writer import Recorder
from game.rooms.continuation import OLDER_RULES, Continuation, Continue, ContinuedSeat
from game.rooms.ended_match import EndedMatch
from game.rooms.errors import Refused
from game.rules import Game, snapshot

log = logging.getLogger("rumpus.records")

MOST_WAITING = 8
"""Wishes that wait for their match, all connections together."""
REPLAY_S = 20.0
"""What a replay may take: ten minutes of a hundred riders take six seconds."""
MOST_JOURNAL_BYTES = 16 << 20

GONE = Refused("no_records", "This match is not kept here. It may have been deleted.")
NO_JOURNAL = Refused("no_records", "Only the result of this match is still kept, so it cannot be played on.")
UNREACHABLE = Refused("busy", "The kept matches cannot be reached at the moment. Try again in a minute.")
BROKEN = Refused("no_records", "This match cannot be replayed to that moment, so it cannot be played on.")
TOO_LATE = Refused("bad_request", "The match was over at that moment. Choose an earlier one.")
BUSY = Refused("busy", "The server is busy. Try again in a moment.")


class Continuations:
    """Prepares what the command `play_on` asks for.

    Args:
        recorder: finds kept matches.
        games: the games of this worker, by name.
        rules_hash: the hash of a game's rules document.
        default_level: how well the bot plays that takes the seat of a person.
    """

    def __init__(
        self,
        recorder: Recorder,
        games: Mapping[str, Game],
        rules_hash: Callable[[Game], str],
        default_level: int,
    ) -> None:
        self._recorder = recorder
        self._games = games
        self._rules_hash = rules_hash
        self._default_level = default_level
        self._waiting = 0
        self._one_at_a_time = BoundedSemaphore(1)

    def start(
        self, command: c.PlayOn, carry_out: Callable[[Continue], None], refuse: Callable[[Refused], None]
    ) -> None:
        """Prepare a match; returns at once.

        Args:
            command: what the client sent.
            carry_out: called with the prepared command, in a greenlet; it may raise Refused.
            refuse: called if the wish is refused, or fails.

        Raises:
            Refused: too many wishes wait.
        """
        if self._waiting >= MOST_WAITING:
            raise BUSY
        self._waiting += 1

        def work() -> None:
            try:
                with self._one_at_a_time:
                    prepared = self.prepare(command)
                carry_out(prepared)
            except Refused as refused:
                refuse(refused)
            except Exception as error:  # noqa: BLE001  a fault of one wish must not reach others
                error_log.report("command 'play_on'", error)
                refuse(Refused("internal", "Something went wrong here. Try again."))
            finally:
                self._waiting -= 1

        gevent.spawn(work)

    def prepare(self, command: c.PlayOn) -> Continue:
        """Look a match up and bring it to the wished tick. It waits, and lets other greenlets run.

        Args:
            command: the match and the tick.

        Returns:
            The command that a room takes.

        Raises:
            Refused: there is no such match or tick, or it cannot be played on.
        """
        try:
            stored = self._recorder.find(command.match)
            match, game = self._check(stored, command.tick)
            journal = self._recorder.find_journal(match.id)
            body = self._recorder.find_rules(match.rules)
        except SQLAlchemyError as error:
            log.warning("a match to be played on could not be looked up: %s", error)
            raise UNREACHABLE from None
        if journal is None or body is None:
            raise NO_JOURNAL
        continuation = self._replay(match, game, command.tick, journal, body)
        profile = {name: getattr(command, name) for name in c.Profile.__struct_fields__}
        return Continue(continuation=continuation, seat=command.seat, **profile)

    def _check(self, stored: StoredMatch | None, tick: int) -> tuple[EndedMatch, Game]:
        """What can be told without the journal. Raises Refused."""
        if stored is None or stored.match.visibility == "private":
            raise GONE
        match = stored.match
        game = self._games.get(match.game)
        if game is None:
            raise Refused("unknown_game", f"This server does not offer {match.title} any more.")
        if self._rules_hash(game) != match.rules:
            raise Refused("older_rules", OLDER_RULES)
        if tick > match.ticks or (tick == match.ticks and match.outcome in ("decided", "ended")):
            raise TOO_LATE
        if not stored.has_journal:
            raise NO_JOURNAL
        return match, game

    def _replay(self, match: EndedMatch, game: Game, tick: int, journal: bytes, body: bytes) -> Continuation:
        try:
            with RulesFolder(body) as folder, RulesProcess(folder, seconds=REPLAY_S) as process:
                reached = process.reach(journal, tick)
        except (BadRules, ReplayError) as error:
            log.warning("match %s could not be replayed to tick %d: %s", match.id, tick, error)
            raise BROKEN from None
        if reached.over:
            raise TOO_LATE
        if reached.raised or reached.tick != tick:
            raise BROKEN
        m = snapshot.load(game, reached.checkpoint)
        return Continuation(
            match=match.id,
            game=match.game,
            rules=match.rules,
            tick=tick,
            journal=zlib.decompressobj().decompress(journal, MOST_JOURNAL_BYTES)[: reached.journal_bytes],
            last_tick=reached.last_row_tick,
            checkpoint=reached.checkpoint,
            chosen=list(m.chosen),
            preset=match.preset,
            seats=[self._seat(match, game, number, m.teams[number]) for number in sorted(m.seats)],
        )

    def _seat(self, match: EndedMatch, game: Game, number: int, team: int) -> ContinuedSeat:
        kept = next((one for one in match.seats if one.seat == number), None)
        styles = len(game.bot_styles)
        if kept is None:
            name, look = game.bot_styles[number % styles], number % 8
            return ContinuedSeat(
                seat=number,
                human=False,
                name=name,
                colour=look,
                shape=look,
                team=team,
                level=self._default_level,
                style=number % styles,
            )
        return ContinuedSeat(
            seat=number,
            human=not kept.bot,
            name=kept.name,
            colour=kept.colour,
            shape=kept.shape,
            team=team,
            level=kept.level if kept.bot else self._default_level,
            style=kept.style % styles,
        )
