"""Packets that wait for the next request of a client that uses long-polling."""

from engineio.packet import Packet
from gevent.event import Event


class PollQueue:
    """The packets that a client has not fetched; true while there are any."""

    __slots__ = ("_packets", "_wakes")

    def __init__(self) -> None:
        self._packets: list[Packet] = []
        self._wakes: Event | None = None  # there while a request waits

    def __bool__(self) -> bool:
        return bool(self._packets)

    @property
    def waited_for(self) -> bool:
        """Whether a request waits for packets."""
        return self._wakes is not None

    def put(self, packet: Packet) -> None:
        """Queue a packet, and answer the request that waits."""
        self._packets.append(packet)
        self.wake()

    def wake(self) -> None:
        """Let the request that waits be answered, even without a packet."""
        if self._wakes is not None:
            self._wakes.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until `put` or `wake` is called, `timeout_s` seconds at most; one request at a time."""
        self._wakes = Event()
        try:
            self._wakes.wait(timeout_s)
        finally:
            self._wakes = None

    def take(self) -> tuple[list[Packet], int]:
        """Take all packets out of the queue.

        Returns:
            the packets, and how many bytes they count as.
        """
        taken, self._packets = self._packets, []
        return taken, sum(map(size_of, taken))


def size_of(packet: Packet) -> int:
    """About how many bytes of memory the packet's data takes."""
    return len(packet.data) if isinstance(packet.data, str | bytes) else 64
