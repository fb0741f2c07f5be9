"""What must hold of a running match wherever it goes on: its journal replays from tick 0 to its state."""

from game.rooms.journal import Journal, restore
from game.rooms.room import Room
from game.rules.snapshot import state_hash


def assert_whole(room: Room) -> None:
    """The journal of a room's match, if one runs, leads from its beginning to the match's state."""
    runner = room.runner
    if runner is None:
        return
    assert runner.journal.complete
    journal = Journal.parse(runner.journal.pack())
    assert journal.end() == runner.journal.end()
    assert state_hash(restore(room.game, journal, until=runner.match.tick)) == state_hash(runner.match)
