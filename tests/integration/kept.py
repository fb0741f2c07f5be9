"""What a server has kept, read from its database as `rumpus verify` does."""

from pathlib import Path

from game.records.database import Database
from game.records.store import Records, StoredMatch
from game.records.verify import Check, KeptMatch, verify

BLINK = Path(__file__).with_name("blink.py")


class Kept:
    """The records in the database of a url."""

    def __init__(self, url: str) -> None:
        self.records = Records(Database(url))

    def matches(self) -> list[StoredMatch]:
        """All kept matches in the order of their ends; none while there is no database."""
        path = self.records.database.path
        if path is not None and not path.exists():
            return []
        self.records.database.prepare()
        return list(self.records.matches())

    def differing(self) -> list[str]:
        """Replay all matches by their own rules in other processes; what is not equal.

        A match whose last owner was lost, with its rules, has no hash to compare with: it must replay.
        """
        found: list[Check] = []
        kept = [
            KeptMatch(
                id=one.match.id,
                rules=one.match.rules,
                ticks=one.match.ticks,
                final_hash=one.match.final_hash,
                outcome=one.match.outcome,
                places=[(seat.seat, seat.place, seat.points) for seat in one.match.seats],
                journal=self.records.journal(one.match.id),
            )
            for one in self.matches()
        ]
        verify(kept, self.records.rules, found.append, jobs=1)
        assert len(found) == len(kept)
        return [str(one) for one in found if one.verdict not in ("equal", "unknown")]
