"""Timed effects: a list with the tick at which each kind of effect ends; 0: the effect is off.

A state declares it as `effects = Ints(8, 8)`. The functions return new lists, since a view of the state may
still hold the old one.
"""

from .fields import INT_MAX


def extended(until: int, tick: int, ticks: int, longest: int) -> int:
    """The end of an effect given for `ticks` now: repeats add up, to at most `longest` ticks from now."""
    return min(max(until, tick) + ticks, tick + longest)


def with_effect(effects: "list[int]", kind: int, until: int) -> "list[int]":
    """The effects with one of them ending at tick `until`, or switched off by 0."""
    return effects[:kind] + [until] + effects[kind + 1 :]


def ended(effects: "list[int]", tick: int) -> "list[int]":
    """The kinds of effect that are on and end at this tick or earlier."""
    return [kind for kind in range(len(effects)) if 0 < effects[kind] <= tick]


def next_end(effects: "list[int]") -> int:
    """The tick at which the next effect ends; INT_MAX when none is on."""
    return min([until for until in effects if until] + [INT_MAX])


class Effects:
    """The timed effects of a game by name, for lists that a state declares as `Ints(8, 8)`.

    Args:
        names: of the effects, in the order of the list.
        longest: the most ticks that an effect lasts, however often it is given.
    """

    def __init__(self, *names: str, longest: int = INT_MAX) -> None:
        self.names = names
        self.longest = longest

    def given(self, effects: "list[int]", name: str, tick: int, ticks: int) -> "list[int]":
        """The effects with `ticks` more of one, from `tick` on. Raises ValueError for an unknown name."""
        kind = self.names.index(name)
        return with_effect(effects, kind, extended(effects[kind], tick, ticks, self.longest))

    def taken(self, effects: "list[int]", name: str) -> "list[int]":
        """The effects with one switched off. Raises ValueError for an unknown name."""
        return with_effect(effects, self.names.index(name), 0)

    def left(self, effects: "list[int]", name: str, tick: int) -> int:
        """The ticks that an effect still lasts; 0: it is off. Raises ValueError for an unknown name."""
        return max(0, effects[self.names.index(name)] - tick)

    def ended(self, effects: "list[int]", tick: int) -> "list[str]":
        """The names of the effects that are on and end at this tick or earlier."""
        return [self.names[kind] for kind in ended(effects, tick)]

    def later(self, effects: "list[int]", tick: int) -> "list[int]":
        """The effects with those switched off that end at this tick or earlier."""
        return [until if until > tick else 0 for until in effects]
