"""The process that draws one preview: `python -m game.edge.previews.child`, a job on stdin, Drawn on stdout.

Of a game, bots play a match until its middle. A kept match is replayed by the rules that it was played by,
in another process (`RulesProcess`). If that fails, or gives another result than the one that is kept, the
card is drawn without a picture of the match.
"""

import importlib
import os
import random
import resource
import sys
from pathlib import Path

import msgspec

from game.edge.previews.boards import BOARDS, Fields
from game.edge.previews.card import draw_card, draw_invitation
from game.edge.previews.text import Fonts
from game.protocol.http import MatchInfo
from game.records.rules_child import fields_of
from game.records.rules_process import ReplayError, RulesFolder, RulesProcess
from game.rules import ENTROPY, BotContext, Game, Match

NICENESS = 10
"""Ticks of rooms come first."""
MEMORY_BYTES = 1 << 30
"""The address space of this process; of the rules' process as well."""
CPU_S = 20
REPLAY_S = 8.0
STARTS = 12
"""Matches that bots begin for a picture of a game; the one in which most of them are alive is drawn."""
PLAYED_S = {"trails": 10, "field": 16, "fuse": 11}
"""How long bots play until there is something to see."""
PLAYERS = {"trails": 6, "field": 24, "fuse": 4}


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="match"):
    """A preview of a kept match to draw.

    Attributes:
        match: what is kept of the match.
        journal: compressed with zlib; None draws the card alone.
        rules: the body of the rules document; None as before.
        font: the file of the client's font; "" for none.
        replay_s: what the replay may take, in seconds.
    """

    match: MatchInfo
    journal: bytes | None
    rules: bytes | None
    font: str
    replay_s: float = REPLAY_S


class GameJob(msgspec.Struct, frozen=True, kw_only=True, tag="game"):
    """A preview of a game to draw, for invitations to its rooms.

    Attributes:
        game: its name; "" draws what stands for all games.
        title: of the game, or of the site.
        blurb: what it is, in a sentence.
        seats: the fewest and the most players; None leaves them out.
        font: the file of the client's font; "" for none.
    """

    game: str
    title: str
    blurb: str
    seats: tuple[int, int] | None
    font: str


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A preview.

    Attributes:
        png: the picture.
        complete: it shows all that it can; False if the replay failed, and might work another time.
    """

    png: bytes
    complete: bool


def draw(job: Job) -> Drawn:
    """Draw a preview."""
    fonts = Fonts(Path(job.font) if job.font else None)
    state, complete = None, True
    if job.match.game in BOARDS and job.journal is not None and job.rules is not None:
        try:
            state = last_state(job.match, job.journal, job.rules, job.replay_s)
        except ReplayError as error:
            complete = error.kind not in ("endless", "memory", "died")
    return Drawn(png=draw_card(job.match, state, fonts), complete=complete)


def draw_game(job: GameJob) -> Drawn:
    """Draw the preview of a game."""
    fonts = Fonts(Path(job.font) if job.font else None)
    board = job.game or "trails"
    state = played_state(board) if board in BOARDS else None
    return Drawn(png=draw_invitation(board, job.title, job.blurb, job.seats, state, fonts), complete=True)


def played_state(name: str) -> Fields:
    """The state of a match of bots of a game in the box, when there is something to see in it."""
    module = importlib.import_module(f"game.games.{name}")
    kind = next(one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Game))
    made: Game = kind()
    matches = [_play(made, seed) for seed in range(STARTS if PLAYERS[name] < 10 else 1)]
    return Fields(dict(fields_of(max(matches, key=_liveliness))))


def _play(game: Game, seed: int) -> Match:
    chance = random.Random(seed)  # noqa: S311 - the picture is to be the same each time
    seats = list(range(min(PLAYERS[game.name], game.seats[1])))
    m = Match(game, game.options.defaults(), seats, [], seed)
    m.begin()
    bots = [BotContext(seat, 5, 0, chance.randrange(1 << 28), game.controls) for seat in seats]
    while not m.over and m.tick < PLAYED_S[game.name] * game.tick_hz:
        due = [(ENTROPY, 0, chance.randrange(1 << 28), 0)] if m.tick % 30 == 0 else []
        for bot in bots:
            if bot.seat in m.seats:
                bot.buttons = buttons = game.bot(m, bot)
                due += m.bot_entries(bot, buttons)
        m.step(due)
    return m


def _liveliness(m: Match) -> tuple[int, int]:
    """How much there is to see: the players who are not out, then what they have left behind."""
    fields = fields_of(m)
    alive = sum(1 for path, value in fields if path.endswith(".alive") and value == 1)
    return alive, sum(len(value) for _, value in fields if isinstance(value, list))


def last_state(match: MatchInfo, journal: bytes, rules: bytes, replay_s: float) -> Fields | None:
    """The last state of a match; None if its hash is not the one that is kept. Raises ReplayError."""
    with (
        RulesFolder(rules) as folder,
        RulesProcess(folder, seconds=replay_s, memory_bytes=MEMORY_BYTES) as process,
    ):
        process.hold(journal, match.ticks)
        state = process.at(match.ticks)
    if match.outcome != "failed" and state.hash != match.final_hash:
        return None
    return Fields(dict(state.fields))


def main() -> None:
    """Draw the job on stdin."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    job: Job | GameJob = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job | GameJob)
    drawn = draw_game(job) if isinstance(job, GameJob) else draw(job)
    sys.stdout.buffer.write(msgspec.msgpack.encode(drawn))


if __name__ == "__main__":
    main()
