"""Link: messages to and from other workers, each exactly once and in order.

`ReliableLink` is the protocol, without I/O: the clock is passed in, and what to publish is returned. Packets
are numbered, kept until they are acknowledged, and sent again when the acknowledgement is overdue. When
nothing is acknowledged for `GIVE_UP_MS`, or too much waits, the stream is *broken*: its packets are given up,
and a new stream begins with an empty packet. Both sides learn of that and must agree again on what matters.

`PubSubTransport` carries the packets over pub/sub, which may lose, double and reorder them. Redis Streams
cost twice as much in Redis (`docs/decisions/0021-packets-over-pubsub.md`, `bench/link.py`).
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import gevent
import msgspec
from gevent.event import Event

from game.cluster.messages import AnyMessage, Packet, decode_packet, encode_packet

log = logging.getLogger("rumpus.cluster")

ACK_MS = 40
"""How long an acknowledgement waits for messages to travel with."""
RESEND_MS = 120
MAX_RESEND_MS = 500
GIVE_UP_MS = 2500
MAX_UNACKED_BYTES = 4_000_000
MAX_OUT_OF_ORDER = 512
MAX_RESENT_AT_ONCE = 48
LINK_STREAMS = 1 << 20
"""Streams are numbered from 1 above a multiple of this, a new multiple for each link of a process."""


@dataclass(slots=True)
class Received:
    """What a packet brought.

    Attributes:
        messages: in order.
        restarted: the peer has given up a stream, so messages before these may be lost.
        restored: this side's new stream gets through, so messages may have been lost on the way there.
    """

    messages: list[AnyMessage] = field(default_factory=list)
    restarted: bool = False
    restored: bool = False


class ReliableLink:
    """Both directions between this process and a peer.

    Args:
        process: this process.
        stream: the number of its first stream.

    Attributes:
        broken: nothing gets through at present; messages are refused.
        resent: how many packets were sent again.
    """

    def __init__(self, process: str, stream: int) -> None:
        self._process = process
        self._stream = stream
        self._pending: list[AnyMessage] = []
        self._seq = 0
        self._unacked: deque[tuple[int, bytes, int]] = deque()
        self._unacked_bytes = 0
        self._peer_forgot = False
        self._resend_at = 0
        self._resend_ms = RESEND_MS
        self.broken = False
        self._peer_stream = 0
        self._received = 0
        self._out_of_order: dict[int, list[AnyMessage]] = {}
        self._ack_due_since: int | None = None
        self.resent = 0

    def post(self, message: AnyMessage) -> bool:
        """Queue a message; False while nothing gets through."""
        if self.broken:
            return False
        self._pending.append(message)
        return True

    @property
    def idle(self) -> bool:
        """Whether there is nothing to send, to wait for or to acknowledge."""
        return self.delivered and self._ack_due_since is None

    @property
    def delivered(self) -> bool:
        """Whether the peer has acknowledged every message."""
        return not self._pending and not self._unacked

    # hot: once per peer and flush
    def collect(self, now_ms: int) -> list[bytes]:
        """The packets to publish now."""
        out: list[bytes] = []
        if self._pending:
            out.append(self._packet(self._pending, now_ms))
            self._pending = []
        if self._unacked and (now_ms >= self._resend_at or self._peer_forgot):
            if self._must_give_up(now_ms):
                return [self._restart(now_ms)]
            again = [data for _, data, _ in self._unacked][:MAX_RESENT_AT_ONCE]
            self.resent += len(again)
            out.extend(again if not out else [data for data in again if data is not out[0]])
            self._resend_ms = min(self._resend_ms * 2, MAX_RESEND_MS)
            self._resend_at = now_ms + self._resend_ms
        if not out and self._ack_due_since is not None and now_ms - self._ack_due_since >= ACK_MS:
            out.append(
                encode_packet(Packet(self._process, self._stream, 0, self._peer_stream, self._received, []))
            )
            self._ack_due_since = None
        return out

    def resend_now(self) -> None:
        """The transport is back: send everything again with the next `collect`."""
        self._resend_at = 0

    def _packet(self, messages: list[AnyMessage], now_ms: int) -> bytes:
        self._seq += 1
        data = encode_packet(
            Packet(self._process, self._stream, self._seq, self._peer_stream, self._received, messages)
        )
        if not self._unacked:
            self._resend_ms = RESEND_MS
            self._resend_at = now_ms + RESEND_MS
        self._unacked.append((self._seq, data, now_ms))
        self._unacked_bytes += len(data)
        self._ack_due_since = None
        return data

    def _must_give_up(self, now_ms: int) -> bool:
        if self.broken:
            return False
        if self._peer_forgot:
            return True
        return now_ms - self._unacked[0][2] > GIVE_UP_MS or self._unacked_bytes > MAX_UNACKED_BYTES

    def _restart(self, now_ms: int) -> bytes:
        """Give the stream up; the first packet of the next."""
        self.broken = True
        self._peer_forgot = False
        self._stream += 1
        self._seq = 0
        self._pending = []
        self._unacked.clear()
        self._unacked_bytes = 0
        return self._packet([], now_ms)

    # hot: once per packet
    def receive(self, packet: Packet, now_ms: int) -> Received:
        """Take a packet in."""
        received = Received()
        if packet.stream < self._peer_stream:
            return received
        if packet.ack_stream == self._stream and self._unacked:
            if packet.seq == 0 and packet.ack == 0 and self._unacked[0][0] > 1:
                self._peer_forgot = True  # it has lost what it knew of this stream
            self._acknowledged(packet.ack, now_ms, received)
        if packet.stream > self._peer_stream:
            received.restarted = self._peer_stream > 0 or packet.stream % LINK_STREAMS > 1
            self._peer_stream = packet.stream
            self._received = 0
            self._out_of_order.clear()
        if packet.seq == 0:
            return received
        if self._ack_due_since is None:
            self._ack_due_since = now_ms
        if packet.seq == self._received + 1:
            self._received += 1
            received.messages.extend(packet.messages)
            while self._out_of_order and self._received + 1 in self._out_of_order:
                self._received += 1
                received.messages.extend(self._out_of_order.pop(self._received))
        elif packet.seq > self._received and len(self._out_of_order) < MAX_OUT_OF_ORDER:
            self._out_of_order[packet.seq] = packet.messages
        return received

    def _acknowledged(self, ack: int, now_ms: int, received: Received) -> None:
        progress = False
        while self._unacked and self._unacked[0][0] <= ack:
            self._unacked_bytes -= len(self._unacked.popleft()[1])
            progress = True
        if progress:
            self._resend_ms = RESEND_MS
            self._resend_at = now_ms + RESEND_MS
            if self.broken:
                self.broken = False
                received.restored = True


class Links:
    """A link for each other process that this one writes to or hears of."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._by_peer: dict[str, ReliableLink] = {}
        self._made = 0

    def to(self, process: str) -> ReliableLink:
        """The link to a process, made at the first call."""
        link = self._by_peer.get(process)
        if link is None:
            link = ReliableLink(self._process, self._made * LINK_STREAMS + 1)
            self._made += 1
            self._by_peer[process] = link
        return link

    def forget(self, process: str) -> None:
        """Drop the link to a process that is gone."""
        self._by_peer.pop(process, None)

    def known(self) -> list[str]:
        """Every process that has a link."""
        return list(self._by_peer)

    def resend_now(self) -> None:
        """The transport is back: send everything again with the next `collect`."""
        for link in self._by_peer.values():
            link.resend_now()

    def collect(self, now_ms: int) -> list[tuple[str, bytes]]:
        """The packets to publish now: (process, packet)."""
        return [
            (process, data)
            for process, link in self._by_peer.items()
            if not link.idle
            for data in link.collect(now_ms)
        ]

    @property
    def delivered(self) -> bool:
        """Whether every message has been acknowledged."""
        return all(link.delivered for link in self._by_peer.values())

    @property
    def idle(self) -> bool:
        """Whether no link has anything to do."""
        return all(link.idle for link in self._by_peer.values())


# --- over Redis ----------------------------------------------------------------------------------------

FLUSH_S = 0.004
"""The least time between two publications: messages of one tick travel together."""
PROBE_MS = 500
"""An empty word to the own mailbox this often: nothing else shows a connection that is half open."""
SILENT_MS = 1500
BUSY_S, IDLE_S = 0.02, 0.25


class Mailboxes(Protocol):
    """The part of the store that carries packets."""

    def publish(self, packets: list[tuple[str, bytes]]) -> None:
        """Put packets into mailboxes: (process, packet). Raises StoreDown."""

    def listen(self, process: str) -> Iterator[bytes | None]:
        """What comes into a mailbox; None at least every 0.2 s. Raises StoreDown."""


class PubSubTransport:
    """Sends and receives for `process` over pub/sub.

    Args:
        process: this worker.
        mailboxes: the store.
        now_ms: a clock that only rises.

    Attributes:
        links: the links to other workers.
    """

    def __init__(self, process: str, mailboxes: Mailboxes, now_ms: Callable[[], int]) -> None:
        self.links = Links(process)
        self._process = process
        self._mailboxes = mailboxes
        self._now_ms = now_ms
        self._wakes = Event()
        self._probe_ms = 0

    # hot: every message to another worker
    def post(self, process: str, message: AnyMessage) -> bool:
        """Send a message to another process; False while nothing gets there."""
        posted = self.links.to(process).post(message)
        self._wakes.set()
        return posted

    def check(self) -> None:
        """Raise StoreDown if the store refuses to publish: that has a connection and rights of its own."""
        self._mailboxes.publish([(self._process, b"")])

    def resend_now(self) -> None:
        """The store is back: send everything again at once."""
        self.links.resend_now()
        self._wakes.set()

    def deliver(self) -> None:
        """Wait until something is due, and publish it. Raises StoreDown."""
        self._wakes.wait(BUSY_S if not self.links.idle else IDLE_S)
        self._wakes.clear()
        self.flush()
        gevent.sleep(FLUSH_S)

    def flush(self) -> None:
        """Publish what is due. Raises StoreDown."""
        now_ms = self._now_ms()
        packets = self.links.collect(now_ms)
        if now_ms - self._probe_ms >= PROBE_MS:
            self._probe_ms = now_ms
            packets.append((self._process, b""))
        if packets:
            self._mailboxes.publish(packets)

    def listen(self, receive: Callable[[str, Received], None]) -> None:
        """Receive until nothing, not even the probe, comes out of the mailbox any more.

        Args:
            receive: called with the sender and what its packet brought.

        Raises:
            StoreDown: the store does not answer.
        """
        heard_ms = self._now_ms()
        for data in self._mailboxes.listen(self._process):
            now_ms = self._now_ms()
            if data is None:
                if now_ms - heard_ms > SILENT_MS:
                    log.warning("Redis brings no messages of other workers: listening again")
                    return
                continue
            heard_ms = now_ms
            self.take(data, receive)

    def take(self, data: bytes, receive: Callable[[str, Received], None]) -> None:
        """Take a packet out of the mailbox; `receive` is called if it brought something."""
        if not data:
            return  # this worker's own probe
        try:
            packet = decode_packet(data)
        except msgspec.MsgspecError as error:
            log.error("a packet of another worker cannot be decoded: %s", error)
            return
        if packet.sender == self._process:
            return
        received = self.links.to(packet.sender).receive(packet, self._now_ms())
        if received.messages or received.restarted or received.restored:
            receive(packet.sender, received)
