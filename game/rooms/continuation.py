"""A continuation: a kept match at one of its ticks, from which a room plays it on.

The room shows the match's seats as bots, which people replace. When it begins, its journal is the old one up
to that tick and grows from there, so that the new match replays from tick 0 like any other. Its seed is the
old one's; entropy words from that tick on are new.
"""

from collections.abc import Callable

import msgspec

from game.protocol.commands import Profile
from game.protocol.objects import ContinuedInfo
from game.rooms.journal import End, Journal
from game.rooms.match_runner import MatchRunner
from game.rooms.people import Seat
from game.rules import Game

OLDER_RULES = "This match was played by older rules; it can be watched, not played on."


class ContinuedSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat of the match at that tick; its bot plays on if nobody takes it.

    Attributes:
        human: a person had it at the end.
        level: of the bot, 1 to 5.
        style: of the bot: an index into `GAME.bot_styles`.
    """

    seat: int
    human: bool
    name: str
    colour: int
    shape: int
    team: int
    level: int
    style: int

    def as_bot(self) -> Seat:
        """The seat with a bot on it."""
        return Seat(
            kind="bot",
            name=self.name,
            colour=self.colour,
            shape=self.shape,
            team=self.team,
            ready=True,
            level=self.level,
            style=self.style,
        )


class Continuation(msgspec.Struct, frozen=True, kw_only=True):
    """A kept match up to one of its ticks.

    Attributes:
        match: the id of its record.
        rules: the hash of the rules document that it was played by.
        tick: the tick from which it is played on.
        journal: `Journal.pack` with the rows before that tick.
        last_tick: the tick of the last of them.
        checkpoint: the match at that tick, as `game.rules.snapshot.dump` returns it.
        chosen: the values of its options.
        seats: its seats at that tick, rising.
    """

    match: str
    game: str
    rules: str
    tick: int
    journal: bytes
    last_tick: int
    checkpoint: bytes
    chosen: list[int]
    preset: str
    seats: list[ContinuedSeat]

    def describe(self) -> ContinuedInfo:
        """What the room shows of it."""
        return ContinuedInfo(match=self.match, tick=self.tick)

    def seat(self, number: int) -> ContinuedSeat | None:
        """A seat of the match, or None."""
        return next((one for one in self.seats if one.seat == number), None)

    def resume(self, game: Game, draw_entropy: Callable[[], int]) -> MatchRunner:
        """The match, as it goes on from the tick."""
        end = End(len(self.journal), self.last_tick)
        journal = Journal.continued(self.journal, end)
        journal.continued_at = 0  # no store has its beginning
        return MatchRunner.resumed(game, journal, self.checkpoint, draw_entropy, self.tick, since=end)


class Continue(Profile, frozen=True, kw_only=True):
    """The command `play_on` after its match was prepared.

    Attributes:
        seat: the seat that the person asks for.
    """

    continuation: Continuation
    seat: int | None = None
