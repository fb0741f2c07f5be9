"""The connections to the namespace `/` of this worker: what is known of each, and how fast it may send."""

from collections import Counter
from dataclasses import dataclass, field

from game.rooms.rate_limit import Bucket
from game.settings import Limits
from game.transport.addresses import place_of
from game.transport.manager import Framing

CLOCKS_PER_S = 10
CLOCK_BURST = 20
"""A page asks eight times within half a second when it connects, and then every two seconds."""
ENTRY_BURST = 10


@dataclass(slots=True, eq=False)
class ClientConnection:
    """One connection to the namespace `/`.

    Attributes:
        sid: its Socket.IO session id.
        device: the id of its device, see `game.edge.tokens`.
        address: where it comes from.
        network: what counts as one address: an IPv4 address or an IPv6 /64.
        newcomer: its device is at most ten minutes old, so an attacker could have made it just now.
        commands, inputs, slow_commands, clock_requests, room_entries: token buckets, one for each kind of
            request.
        balancer_key: the key by which a load balancer chose this worker; "" without one.
        strikes: how many malformed messages it has sent.
        closing: it has been sent `bye`; nothing from it is handled any more.
    """

    sid: str
    device: str
    address: str
    network: str
    framing: Framing
    newcomer: bool
    commands: Bucket
    inputs: Bucket
    slow_commands: Bucket
    clock_requests: Bucket
    room_entries: Bucket
    balancer_key: str = ""
    strikes: int = 0
    closing: bool = False


@dataclass(slots=True)
class Connections:
    """All connections by session id, and how many come from each network.

    Attributes:
        limits: the rates that each connection gets.
        most: the greatest number of connections.
        most_per_network: the greatest number from one network.
    """

    limits: Limits
    most: int = 10_000
    most_per_network: int = 1_000
    by_sid: dict[str, ClientConnection] = field(default_factory=dict)
    _by_network: Counter[str] = field(default_factory=Counter)

    def is_full(self) -> bool:
        """Whether the greatest number of connections is reached."""
        return len(self.by_sid) >= self.most

    def is_crowded(self, address: str) -> bool:
        """Whether the greatest number of connections from the network of `address` is reached."""
        return self._by_network[place_of(address)] >= self.most_per_network

    def add(
        self,
        sid: str,
        device: str,
        address: str,
        framing: Framing,
        *,
        newcomer: bool,
        balancer_key: str = "",
    ) -> ClientConnection:
        """Add a new connection with full buckets and return it."""
        limits = self.limits
        client = ClientConnection(
            sid,
            device,
            address,
            place_of(address),
            framing,
            newcomer,
            Bucket(limits.command_rate_per_s, limits.command_burst),
            Bucket(limits.input_rate_per_s, limits.input_burst),
            Bucket(limits.packs_per_min / 60, limits.packs_burst),
            Bucket(CLOCKS_PER_S, CLOCK_BURST),
            Bucket(limits.entries_per_min / 60, max(ENTRY_BURST, limits.entries_per_min / 6)),
            balancer_key,
        )
        self.by_sid[sid] = client
        self._by_network[client.network] += 1
        return client

    def remove(self, sid: str) -> None:
        """Remove a connection that is gone."""
        client = self.by_sid.pop(sid, None)
        if client is not None:
            self._by_network[client.network] -= 1
            if not self._by_network[client.network]:
                del self._by_network[client.network]
