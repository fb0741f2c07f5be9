"""The courier: letters to and from one other worker, each once and in order.

The post may lose, double and reorder. Pure: the clock is passed in, and what to publish is returned.
Batches are numbered and kept until they are acknowledged; what is overdue is sent again. When nothing is
acknowledged for `GIVE_UP_MS`, or too much waits, the stream is *broken*: it is given up, and a new one begins
with an empty batch. Both sides learn of that and must tell each other anew what matters.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from game.cluster.messages import AnyLetter, Envelope, seal

ACK_MS = 40
"""How long an acknowledgement waits for letters to travel with."""
RESEND_MS = 120
MOST_RESEND_MS = 500
GIVE_UP_MS = 2500
MOST_UNHEARD_BYTES = 4_000_000
MOST_EARLY = 512
MOST_AT_ONCE = 48
"""Batches that are sent again in one go."""


@dataclass(slots=True)
class Taken:
    """What an envelope brought: letters in order, and whether some may have been lost before them."""

    letters: list[AnyLetter] = field(default_factory=list)
    restarted: bool = False
    restored: bool = False


class Courier:
    """Both directions between this process and one other.

    Attributes:
        broken: nothing gets through at present; letters are refused.
    """

    def __init__(self, me: str, stream: int) -> None:
        self._me = me
        self._stream = stream
        self._pending: list[AnyLetter] = []
        self._seq = 0
        self._unheard: deque[tuple[int, bytes, int]] = deque()
        self._unheard_bytes = 0
        self._forgotten = False
        self._resend_at = 0
        self._resend_ms = RESEND_MS
        self.broken = False
        self._theirs = 0
        self._got = 0
        self._early: dict[int, list[AnyLetter]] = {}
        self._owed_since: int | None = None
        self.resent = 0

    def post(self, letter: AnyLetter) -> bool:
        """Take a letter; False while nothing gets through."""
        if self.broken:
            return False
        self._pending.append(letter)
        return True

    @property
    def idle(self) -> bool:
        """Whether there is nothing to send, to wait for or to acknowledge."""
        return self.delivered and self._owed_since is None

    @property
    def delivered(self) -> bool:
        """Whether every letter has come to the other side."""
        return not self._pending and not self._unheard

    # hot: once per peer and flush
    def collect(self, now_ms: int) -> list[bytes]:
        """The envelopes to publish now."""
        out: list[bytes] = []
        if self._pending:
            out.append(self._batch(self._pending, now_ms))
            self._pending = []
        if self._unheard and (now_ms >= self._resend_at or self._forgotten):
            if self._too_late(now_ms):
                return [self._begin_anew(now_ms)]
            again = [data for _, data, _ in self._unheard][:MOST_AT_ONCE]
            self.resent += len(again)
            out.extend(again if not out else [data for data in again if data is not out[0]])
            self._resend_ms = min(self._resend_ms * 2, MOST_RESEND_MS)
            self._resend_at = now_ms + self._resend_ms
        if not out and self._owed_since is not None and now_ms - self._owed_since >= ACK_MS:
            out.append(seal(Envelope(self._me, self._stream, 0, self._theirs, self._got, [])))
            self._owed_since = None
        return out

    def hurry(self) -> None:
        """The post is back: send again at once."""
        self._resend_at = 0

    def _batch(self, letters: list[AnyLetter], now_ms: int) -> bytes:
        self._seq += 1
        data = seal(Envelope(self._me, self._stream, self._seq, self._theirs, self._got, letters))
        if not self._unheard:
            self._resend_ms = RESEND_MS
            self._resend_at = now_ms + RESEND_MS
        self._unheard.append((self._seq, data, now_ms))
        self._unheard_bytes += len(data)
        self._owed_since = None
        return data

    def _too_late(self, now_ms: int) -> bool:
        if self.broken:
            return False
        if self._forgotten:
            return True
        return now_ms - self._unheard[0][2] > GIVE_UP_MS or self._unheard_bytes > MOST_UNHEARD_BYTES

    def _begin_anew(self, now_ms: int) -> bytes:
        self.broken = True
        self._forgotten = False
        self._stream += 1
        self._seq = 0
        self._pending = []
        self._unheard.clear()
        self._unheard_bytes = 0
        return self._batch([], now_ms)

    # hot: once per envelope
    def take(self, envelope: Envelope, now_ms: int) -> Taken:
        """Take an envelope in."""
        taken = Taken()
        if envelope.stream < self._theirs:
            return taken
        if envelope.ack_stream == self._stream and self._unheard:
            if envelope.seq == 0 and envelope.ack == 0 and self._unheard[0][0] > 1:
                self._forgotten = True  # the other side has lost what it knew of this stream
            self._heard(envelope.ack, now_ms, taken)
        if envelope.stream > self._theirs:
            taken.restarted = self._theirs > 0 or envelope.stream % STREAMS_OF_ONE > 1
            self._theirs = envelope.stream
            self._got = 0
            self._early.clear()
        if envelope.seq == 0:
            return taken
        if self._owed_since is None:
            self._owed_since = now_ms
        if envelope.seq == self._got + 1:
            self._got += 1
            taken.letters.extend(envelope.letters)
            while self._early and self._got + 1 in self._early:
                self._got += 1
                taken.letters.extend(self._early.pop(self._got))
        elif envelope.seq > self._got and len(self._early) < MOST_EARLY:
            self._early[envelope.seq] = envelope.letters
        return taken

    def _heard(self, ack: int, now_ms: int, taken: Taken) -> None:
        progress = False
        while self._unheard and self._unheard[0][0] <= ack:
            self._unheard_bytes -= len(self._unheard.popleft()[1])
            progress = True
        if progress:
            self._resend_ms = RESEND_MS
            self._resend_at = now_ms + RESEND_MS
            if self.broken:
                self.broken = False
                taken.restored = True


STREAMS_OF_ONE = 1 << 20
"""Streams are numbered from 1 above a multiple of this, a new multiple for each courier of a process."""


class Couriers:
    """One courier for each other process that this one writes to or hears of."""

    def __init__(self, me: str) -> None:
        self.me = me
        self._by_process: dict[str, Courier] = {}
        self._made = 0

    def to(self, process: str) -> Courier:
        """The courier of a process, made at the first call."""
        courier = self._by_process.get(process)
        if courier is None:
            courier = Courier(self.me, self._made * STREAMS_OF_ONE + 1)
            self._made += 1
            self._by_process[process] = courier
        return courier

    def forget(self, process: str) -> None:
        """That process is gone for good."""
        self._by_process.pop(process, None)

    def known(self) -> Sequence[str]:
        """Every process that has a courier."""
        return list(self._by_process)

    def hurry(self) -> None:
        """The post is back: send again at once."""
        for courier in self._by_process.values():
            courier.hurry()

    def collect(self, now_ms: int) -> list[tuple[str, bytes]]:
        """All there is to publish now: (process, envelope)."""
        return [
            (process, data)
            for process, courier in self._by_process.items()
            if not courier.idle
            for data in courier.collect(now_ms)
        ]

    @property
    def delivered(self) -> bool:
        """Whether every letter has come to the other side."""
        return all(courier.delivered for courier in self._by_process.values())

    @property
    def idle(self) -> bool:
        """Whether no courier has anything to do."""
        return all(courier.idle for courier in self._by_process.values())
