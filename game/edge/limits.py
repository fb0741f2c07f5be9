"""Budgets: how many codes, rooms and quick matches a device, a place and all newcomers together may ask for.

A place is an IPv4 address or an IPv6 /64. A school is one place with 500 devices, and an attacker gets as
many devices as they like in one place, so both have a budget, and that of a place is far larger. The code of
a room that exists never counts, be the room full, locked or closed to this person.
"""

from dataclasses import dataclass, field

from game.edge.connections import Visitor
from game.rooms.errors import Refused
from game.rooms.rate_limit import Bucket
from game.settings import Limits

QUICKS = 6
"""Quick play seldom opens a room, so it may be asked for so many times as often as rooms may be opened."""
FIRST_ROOMS_PER_MIN = 2
"""Rooms of newcomers in each place that do not count for the budget of all newcomers."""
CROWD_OF_NEWCOMERS = Refused(
    "busy", "Many new players are opening rooms right now. Join one, or try again in a minute."
)
_QUIET_MS = 120_000
_MOST_KEPT = 10_000


def _per_minute(number: float) -> Bucket:
    return Bucket(number / 60, number)


@dataclass(slots=True)
class _Allowance:
    """What one device or place may still try."""

    codes: Bucket
    rooms: Bucket
    quicks: Bucket
    first_rooms: Bucket
    seen_ms: float = 0


@dataclass(slots=True)
class _Allowances:
    """The allowances of all devices, or of all places; those that were quiet for minutes are forgotten."""

    codes: float
    rooms: float
    _known: dict[str, _Allowance] = field(default_factory=dict)

    def of(self, key: str, now_ms: float) -> _Allowance:
        one = self._known.get(key)
        if one is None:
            if len(self._known) >= _MOST_KEPT:
                self._forget_quiet(now_ms)
            one = _Allowance(
                _per_minute(self.codes),
                _per_minute(self.rooms),
                _per_minute(self.rooms * QUICKS),
                _per_minute(FIRST_ROOMS_PER_MIN),
            )
            self._known[key] = one
        one.seen_ms = now_ms
        return one

    def _forget_quiet(self, now_ms: float) -> None:
        quiet = [key for key, one in self._known.items() if now_ms - one.seen_ms > _QUIET_MS]
        for key in quiet or list(self._known)[: _MOST_KEPT // 10]:
            del self._known[key]


class Budgets:
    """All budgets that outlive a connection. Times are milliseconds, passed in."""

    def __init__(self, limits: Limits) -> None:
        """Take the limits; what one device may do, its place and all newcomers may do as well."""
        codes, rooms = limits.join_attempts_per_min, limits.create_per_min
        self._devices = _Allowances(codes, rooms)
        self._places = _Allowances(
            max(codes, limits.join_attempts_per_address_per_min),
            max(rooms, limits.create_per_address_per_min),
        )
        self._newcomers = _per_minute(max(rooms, limits.newcomer_rooms_per_min))

    def try_code(self, visitor: Visitor, now_ms: float) -> None:
        """Check, before a code is looked up, that wrong ones are still allowed.

        Raises:
            Refused: too many were tried by this device, or from this place.
        """
        if not self._devices.of(visitor.device, now_ms).codes.has(now_ms):
            raise Refused("too_many", "You tried too many wrong codes. Wait a minute.")
        if not self._places.of(visitor.place, now_ms).codes.has(now_ms):
            raise Refused("too_many", "Too many wrong codes were tried from your network. Wait a minute.")

    def wrong_code(self, visitor: Visitor, now_ms: float) -> None:
        """Count a code of which there is no room."""
        self._devices.of(visitor.device, now_ms).codes.take(now_ms)
        self._places.of(visitor.place, now_ms).codes.take(now_ms)

    def open_room(self, visitor: Visitor, now_ms: float) -> None:
        """Count a room that is about to be opened.

        Raises:
            Refused: too many were opened by this device, from this place, or by newcomers.
        """
        device, place = self._of(visitor, now_ms)
        if not device.rooms.has(now_ms):
            raise Refused("too_many", "You opened too many rooms. Wait a minute.")
        if not place.rooms.has(now_ms):
            raise Refused("too_many", "Too many rooms were opened from your network. Wait a minute.")
        self._count_newcomer(visitor, place, now_ms)
        device.rooms.take(now_ms)
        place.rooms.take(now_ms)

    def play_quickly(self, visitor: Visitor, now_ms: float) -> None:
        """Count a search for a quick match.

        Raises:
            Refused: this device or place looked for too many, or newcomers opened too many rooms.
        """
        device, place = self._of(visitor, now_ms)
        if not device.quicks.has(now_ms):
            raise Refused("too_many", "You looked for too many matches. Wait a minute.")
        if not place.quicks.has(now_ms):
            raise Refused("too_many", "Too many matches were looked for from your network. Wait a minute.")
        if visitor.newcomer and self._newcomers.in_debt(now_ms):
            raise CROWD_OF_NEWCOMERS
        device.quicks.take(now_ms)
        place.quicks.take(now_ms)

    def opened_by_quick_play(self, visitor: Visitor, now_ms: float) -> None:
        """Count the room that a search for a quick match had to open; it is open already."""
        if visitor.newcomer and not self._places.of(visitor.place, now_ms).first_rooms.take(now_ms):
            self._newcomers.charge(now_ms, 1)

    def _of(self, visitor: Visitor, now_ms: float) -> tuple[_Allowance, _Allowance]:
        return self._devices.of(visitor.device, now_ms), self._places.of(visitor.place, now_ms)

    def _count_newcomer(self, visitor: Visitor, place: _Allowance, now_ms: float) -> None:
        if not visitor.newcomer or place.first_rooms.take(now_ms) or self._newcomers.take(now_ms):
            return
        raise CROWD_OF_NEWCOMERS
