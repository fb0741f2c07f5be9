"""Rate limits that outlive a connection: on wrong codes, opened rooms and quick matches.

A device and its network each have limits. A network is an IPv4 address or an IPv6 /64. A school is one
network with 500 devices, and an attacker can make any number of devices in one network, so both are limited,
the network far less strictly. The code of a room that exists never counts as wrong, even if the room is
full, locked or closed to this player. The limits of a single connection are in `game.edge.connections`.
"""

from dataclasses import dataclass, field

from game.edge.connections import ClientConnection
from game.protocol import commands as c
from game.rooms.errors import NoSuchRoom, Refused
from game.rooms.rate_limit import Bucket
from game.settings import Limits

QUICK_FACTOR = 6
"""Quick play seldom opens a room, so it may be requested this many times as often as rooms may be opened."""
FIRST_ROOMS_PER_MIN = 2
"""Rooms of newcomers in each network that do not count towards the limit of all newcomers."""
TOO_MANY_NEWCOMERS = Refused(
    "busy", "Many new players are opening rooms right now. Join one, or try again in a minute."
)
_IDLE_MS = 120_000
_MOST_KEPT = 10_000


def _per_minute(number: float) -> Bucket:
    return Bucket(number / 60, number)


@dataclass(slots=True)
class _Buckets:
    """The token buckets of one device or one network."""

    codes: Bucket
    rooms: Bucket
    quick_matches: Bucket
    first_rooms: Bucket
    used_ms: float = 0


@dataclass(slots=True)
class _BucketTable:
    """The buckets of all devices, or of all networks. Those that were idle for minutes are dropped."""

    codes_per_min: float
    rooms_per_min: float
    _known: dict[str, _Buckets] = field(default_factory=dict)

    def of(self, key: str, now_ms: float) -> _Buckets:
        one = self._known.get(key)
        if one is None:
            if len(self._known) >= _MOST_KEPT:
                self._drop_idle(now_ms)
            one = _Buckets(
                _per_minute(self.codes_per_min),
                _per_minute(self.rooms_per_min),
                _per_minute(self.rooms_per_min * QUICK_FACTOR),
                _per_minute(FIRST_ROOMS_PER_MIN),
            )
            self._known[key] = one
        one.used_ms = now_ms
        return one

    def _drop_idle(self, now_ms: float) -> None:
        idle = [key for key, one in self._known.items() if now_ms - one.used_ms > _IDLE_MS]
        for key in idle or list(self._known)[: _MOST_KEPT // 10]:
            del self._known[key]


class RateLimits:
    """The limits of devices, of networks, and of all newcomers together. Times are in milliseconds."""

    def __init__(self, limits: Limits) -> None:
        codes, rooms = limits.join_attempts_per_min, limits.create_per_min
        self._devices = _BucketTable(codes, rooms)
        # What one device may do, its network and all newcomers may do as well.
        self._networks = _BucketTable(
            max(codes, limits.join_attempts_per_address_per_min),
            max(rooms, limits.create_per_address_per_min),
        )
        self._newcomers = _per_minute(max(rooms, limits.newcomer_rooms_per_min))

    def before_entering(self, client: ClientConnection, command: c.Command, now_ms: float) -> None:
        """Check a command that leads into a room, and count what it opens or searches.

        Raises:
            Refused: a limit of the connection, its device, its network or all newcomers is reached.
        """
        if not client.room_entries.has(now_ms):
            raise Refused("too_many", "You went in and out of too many rooms. Wait a few seconds.")
        if isinstance(command, c.Create | c.PlayOn):
            self._open_room(client, now_ms)
        elif isinstance(command, c.Quick):
            self._play_quickly(client, now_ms)
        elif isinstance(command, c.Join | c.Knock):
            self._try_code(client, now_ms)

    def after_entering(self, client: ClientConnection, now_ms: float, *, opened_by_quick_play: bool) -> None:
        """Count that a connection is in a room now, and the room that quick play had to open for it."""
        client.room_entries.take(now_ms)
        if opened_by_quick_play and client.newcomer:
            network = self._networks.of(client.network, now_ms)
            if not network.first_rooms.take(now_ms):
                self._newcomers.charge(now_ms, 1)

    def after_refusal(self, client: ClientConnection, refused: Refused, now_ms: float) -> None:
        """Count a code that no room has."""
        if isinstance(refused, NoSuchRoom):
            device, network = self._of(client, now_ms)
            device.codes.take(now_ms)
            network.codes.take(now_ms)

    def _try_code(self, client: ClientConnection, now_ms: float) -> None:
        device, network = self._of(client, now_ms)
        if not device.codes.has(now_ms):
            raise Refused("too_many", "You tried too many wrong codes. Wait a minute.")
        if not network.codes.has(now_ms):
            raise Refused("too_many", "Too many wrong codes were tried from your network. Wait a minute.")

    def _open_room(self, client: ClientConnection, now_ms: float) -> None:
        device, network = self._of(client, now_ms)
        if not device.rooms.has(now_ms):
            raise Refused("too_many", "You opened too many rooms. Wait a minute.")
        if not network.rooms.has(now_ms):
            raise Refused("too_many", "Too many rooms were opened from your network. Wait a minute.")
        if client.newcomer and not (network.first_rooms.take(now_ms) or self._newcomers.take(now_ms)):
            raise TOO_MANY_NEWCOMERS
        device.rooms.take(now_ms)
        network.rooms.take(now_ms)

    def _play_quickly(self, client: ClientConnection, now_ms: float) -> None:
        device, network = self._of(client, now_ms)
        if not device.quick_matches.has(now_ms):
            raise Refused("too_many", "You searched for too many matches. Wait a minute.")
        if not network.quick_matches.has(now_ms):
            raise Refused("too_many", "Too many searches for matches from your network. Wait a minute.")
        if client.newcomer and self._newcomers.in_debt(now_ms):
            raise TOO_MANY_NEWCOMERS
        device.quick_matches.take(now_ms)
        network.quick_matches.take(now_ms)

    def _of(self, client: ClientConnection, now_ms: float) -> tuple[_Buckets, _Buckets]:
        return self._devices.of(client.device, now_ms), self._networks.of(client.network, now_ms)
