"""The process that draws one preview: `python -m game.edge.previews.child`, Job on stdin, Drawn on stdout.

The match is replayed by the rules that it was played by, in another process (`RulesProcess`). If that fails,
or gives another result than the one that is kept, the card is drawn without a picture of the match.
"""

import os
import resource
import sys
from pathlib import Path

import msgspec

from game.edge.previews.boards import BOARDS, Fields
from game.edge.previews.card import draw_card
from game.edge.previews.text import Fonts
from game.protocol.http import MatchInfo
from game.records.rules_process import ReplayError, RulesFolder, RulesProcess

NICENESS = 10
"""Ticks of rooms come first."""
MEMORY_BYTES = 1 << 30
"""The address space of this process; of the rules' process as well."""
CPU_S = 20
REPLAY_S = 8.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A preview to draw.

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
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.msgpack.encode(draw(job)))


if __name__ == "__main__":
    main()
