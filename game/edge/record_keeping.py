"""Record keeping: a worker's recorder, the rules documents of its games, and what its rooms need of both.

Only a worker that keeps records imports this file, and the database's client with it.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

from sqlalchemy.exc import SQLAlchemyError

from game.background import Background
from game.ops.metrics import Figure, single
from game.records.database import BadDatabase, Database
from game.records.keeper import Keeper
from game.records.match_id import new_match_id
from game.records.nightly_sample import verify_sample
from game.records.push import Push
from game.records.retention import Nightly
from game.records.sleeping_matches import SleepingMatches
from game.records.store import Records, device_hash
from game.records.writer import Recorder
from game.rooms.ended_match import EndedMatch, RecordSink
from game.rooms.errors import Refused
from game.rooms.rules_document import rules_document
from game.rules import Game
from game.settings import Push as PushSettings
from game.settings import Records as RecordSettings

FLUSH_S = 3.0
"""How long a worker that stops waits for the database; what is not written then is in the spool."""
RESTARTS = 100
"""Exceptions a minute after which the writer is started again: nothing else stops when it fails."""
_FIGURES: dict[str, tuple[Literal["gauge", "counter"], str]] = {
    "waiting": ("gauge", "Ended matches and reports that are not in the database yet."),
    "queue": ("gauge", "Of these, entries that are in memory only; they are written ten times a second."),
    "spool_bytes": ("gauge", "Size of the file in which they wait while the database fails."),
    "written": ("counter", "Matches and reports that this worker has written to the database."),
    "errors": ("counter", "Failures of the records database."),
    "refused": ("counter", "Entries that the database refused; they are in the dead-letter file."),
    "dropped": ("counter", "Matches that were lost, because queue and spool were full."),
    "down": ("gauge", "Whether the records database failed at the last attempt."),
}


class RecordKeeping:
    """Keeps the matches of one worker.

    Args:
        settings: where to.
        push: how people are told whose turn it is.
        games: the games that the worker offers, by name; one may be exchanged.
        wall_ms: the time in ms since 1970, UTC.

    Attributes:
        recorder: takes ended matches and reports, and finds them.
        keeper: keeps sleeping matches, and wakes them.
        push: tells people whose turn it is.

    Raises:
        game.records.database.BadDatabase: the setting names no database.
    """

    def __init__(
        self,
        settings: RecordSettings,
        push: PushSettings,
        games: Mapping[str, Game],
        wall_ms: Callable[[], int],
    ) -> None:
        self.recorder = Recorder(Records(Database(settings.url)), settings, Path(settings.folder))
        self._nightly = Nightly(self.recorder, settings, self._verify)
        self._url = settings.url
        self._folder = Path(settings.folder)
        self._wall_ms = wall_ms
        self._hashes: WeakKeyDictionary[Game, str] = WeakKeyDictionary()
        for game in games.values():
            self.add_game(game)
        matches = SleepingMatches(
            self.recorder.records.database, settings.max_sleeping, settings.max_sleeping_per_device
        )
        self.push = Push(push, self.recorder)
        self.keeper = Keeper(
            matches, self.recorder, games, self._hashes.__getitem__, wall_ms, self.push.your_turn
        )

    def prepare(self) -> None:
        """Make or change the tables, before the worker serves anybody.

        A database that does not answer stops no worker: what ends waits in the spool.

        Raises:
            BadDatabase: this version cannot use the database, or the folder of the spool.
        """
        try:
            (self._folder / "spool").mkdir(parents=True, exist_ok=True, mode=0o700)
            # It is removed when it is closed.
            tempfile.TemporaryFile(dir=self._folder / "spool").close()
        except OSError as error:
            raise BadDatabase(f"records.folder {self._folder} cannot be used: {error.strerror}") from None
        try:
            self.recorder.records.database.prepare()
        except SQLAlchemyError:
            pass  # the writer tries again at once, and says what is wrong

    def add_game(self, game: Game) -> None:
        """Keep the rules of a game as its files are now; call it when the game is loaded."""
        document = rules_document(game)
        self._hashes[game] = document.hash
        self.recorder.add_rules(document)

    def sink(
        self,
        ended: Callable[[str, EndedMatch], None] | None = None,
        holds: Callable[[str], bool] = lambda _id: False,
    ) -> RecordSink:
        """Where the worker's rooms put their matches.

        Args:
            ended: takes (the room's code, its ended match) and passes it on to the recorder; None: the
                recorder takes it at once.
            holds: whether the match of an id was taken by `ended` and not passed on yet.

        Returns:
            The sink.
        """
        recorder = self.recorder
        return RecordSink(
            draw_id=new_match_id,
            wall_ms=self._wall_ms,
            rules=self._hashes.__getitem__,
            ended=ended or (lambda _code, match: recorder.ended(match)),
            waits=lambda match_id: holds(match_id) or recorder.waits(match_id),
            reported=recorder.report,
        )

    def forget(self, device: str) -> int:
        """Forget the player with this device.

        Returns:
            The number of seats that lose their name.

        Raises:
            Refused: the database fails.
        """
        records, matches = self.recorder.records, self.keeper.matches

        def forget() -> int:
            matches.forget(device_hash(device))
            return records.forget_device(device)

        try:
            return self.recorder.read(forget)
        except SQLAlchemyError:
            raise Refused("busy", "The records cannot be reached at the moment. Try again later.") from None

    def start(self, background: Background) -> None:
        """Write in the background from now on; each night, prune and verify a sample."""
        background.start("writing of records", self.recorder.run, restarts=RESTARTS)
        background.start("nightly job on records", self._nightly.run, restarts=RESTARTS)
        background.start("writing of sleeping matches", self.keeper.run, restarts=RESTARTS)
        background.start("push messages", self.push.run, restarts=RESTARTS)

    def _verify(self) -> None:
        verify_sample(self._url)

    def flush(self) -> None:
        """The worker stops: let what has ended reach the database, if it answers."""
        self.recorder.flush(FLUSH_S)

    def figures(self) -> Iterator[Figure]:
        """The figures of the recorder, for a scrape."""
        values = self.recorder.figures()
        for name, (kind, text) in _FIGURES.items():
            yield single(f"records_{name}", text, values[name], kind)
