"""Timers: what happens at a later tick, by name, with a number that goes with it.

They are kept in a field of the state, so that snapshots, hashes and rewinds include them:

    BELLS = Timers("storm", "revive")                        # once, for the game

    class World(Entity):
        bells = Ints(3 * 16)                                 # room for 16 timers

    s.bells = BELLS.started(s.bells, "revive", m.tick + 90, seat)
    for name, seat in BELLS.due(s.bells, m.tick): ...        # in each step
    s.bells = BELLS.later(s.bells, m.tick)

The methods return new lists, since a view of the state may still hold the old one.
"""


class Timers:
    """The names of a game's timers, and what can be done with a list of running ones."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def started(self, timers: "list[int]", name: str, tick: int, value: int = 0) -> "list[int]":
        """Start a timer.

        Args:
            timers: those that run.
            name: of the timer.
            tick: at which it ends.
            value: a number within 30 bits that goes with it, such as a seat. A timer of the same name and
                value is started again.

        Returns:
            Those that run now, in the order in which they end: by tick, then by name as declared, then by
            value. The order in which they were started does not matter.

        Raises:
            ValueError: the game has no timer of this name.
        """
        rows = _rows(self.stopped(timers, name, value))
        return _flat(sorted(rows + [(tick, self.names.index(name), value)]))

    def stopped(self, timers: "list[int]", name: str, value: int = 0) -> "list[int]":
        """Those that run without this one. Raises ValueError if the game has no timer of this name."""
        kind = self.names.index(name)
        return _flat([row for row in _rows(timers) if row[1] != kind or row[2] != value])

    def due(self, timers: "list[int]", tick: int) -> "list[tuple[str, int]]":
        """The (name, value) of each timer that ends at this tick or has ended, in order."""
        return [(self.names[kind], value) for end, kind, value in _rows(timers) if end <= tick]

    def later(self, timers: "list[int]", tick: int) -> "list[int]":
        """Those that end after this tick."""
        return _flat([row for row in _rows(timers) if row[0] > tick])

    def end(self, timers: "list[int]", name: str, value: int = 0) -> int:
        """The tick at which a timer ends; -1: it does not run. Raises ValueError for an unknown name."""
        kind = self.names.index(name)
        for end, other, with_it in _rows(timers):
            if other == kind and with_it == value:
                return end
        return -1


def _rows(timers: "list[int]") -> "list[tuple[int, int, int]]":
    return [(timers[k], timers[k + 1], timers[k + 2]) for k in range(0, len(timers) - 2, 3)]


def _flat(rows: "list[tuple[int, int, int]]") -> "list[int]":
    flat: "list[int]" = []
    for row in rows:
        flat += row
    return flat
