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
