"""The input stream: the inputs of all players, for clients that run the rules themselves.

A client starts from a checkpoint and the journal since, and then receives only entries: the accepted inputs,
each entropy word a few ticks ahead of its use, and a hash about once a second. While nothing happens it
receives one frame every QUIET_TICKS.
"""

from collections import deque

from game.rooms.journal import Entry, Journal
from game.rooms.outbox import Message, no_json
from game.rules import ENTROPY, Match, snapshot
from game.sync.entries import StampedEntry, checkpoint_frame, inputs_frame, seat_bits
from game.sync.wire import Ack

QUIET_TICKS = 8
"""The longest silence: less than four frames a second at 30 Hz."""
HASH_TICKS = 30
"""A hash of the state is due in each tick that is a multiple of this, and goes out with the next frame."""
KEPT_HASHES = 8
MAX_REPLAY_TICKS = 300
"""A phone replays these in a third of a second."""
REPLAY_COST_BYTES = 8
"""What one tick of replay counts as, when a new checkpoint is weighed against the journal since the last."""

Entropy = tuple[int, int]
"""(tick of its use, word)."""


class InputStream:
    """The frames of a match for followers that run its rules.

    Args:
        m: the match.
        journal: its journal, to read.
        epoch: the epoch under which this worker owns the room.
        entropy: the newest entropy word, or None.
        entropy_sent: every follower knows that word, or will receive it with a checkpoint.

    Attributes:
        hashes: the last hashes that were sent, as (tick, hash).
    """

    def __init__(
        self, m: Match, journal: Journal, epoch: int, entropy: Entropy | None, entropy_sent: bool = False
    ) -> None:
        self.epoch = epoch
        self._journal = journal
        self._bits = seat_bits(m.game.seats[1])
        self._unsent: list[StampedEntry] = []
        self._hash_due = False
        self._margins: dict[int, int] = {}
        self._entropy = entropy
        self._entropy_sent = entropy_sent
        self._tick = m.tick
        self._base = snapshot.dump(m)
        self._base_tick = m.tick
        self._base_end = journal.end()
        self.hashes: deque[tuple[int, int]] = deque(maxlen=KEPT_HASHES)

    # hot: once per room and tick
    def add(
        self, m: Match, entries: list[Entry], acks: list[Ack], entropy: Entropy | None, followed: bool
    ) -> None:
        """Keep what a tick did for the next frame; `followed`: anybody follows this stream."""
        tick = m.tick
        if entropy is not self._entropy:
            self._entropy = entropy
            self._entropy_sent = False
        if tick % HASH_TICKS == 0:
            if m.game.replication == "events":  # in other games nobody can ask for a checkpoint
                self._renew_if_cheaper(m)
            self._hash_due = True
        if not followed:
            # The next follower starts from a checkpoint, which holds all of this and the pending word.
            self._unsent.clear()
            self._margins.clear()
            self._hash_due = False
            self._entropy_sent = True
            self._tick = tick
            return
        for entry in entries:
            if entry[0] != ENTROPY:
                self._unsent.append((tick - 1, entry))
        for seat, _, margin in acks:
            known = self._margins.get(seat)
            self._margins[seat] = margin if known is None else min(known, margin)

    # hot: once per room and tick
    def message(self, m: Match) -> Message | None:
        """The frame to send after this tick, or None while there is nothing to say."""
        advance = m.tick - self._tick
        news = self._unsent or self._hash_due or not self._entropy_sent
        return self.flush(m) if news or advance >= QUIET_TICKS else None

    def checkpoint(self, m: Match, acks: list[Ack], at_ms: int) -> Message:
        """All that a client needs to run the rules from this tick on.

        Args:
            m: the match.
            acks: the last applied input of each seat.
            at_ms: the server's time at which the present tick was due.

        Returns:
            A message from which a client follows the next frames; call `flush` before for those that follow.
        """
        if m.tick - self._base_tick >= MAX_REPLAY_TICKS:
            self.renew(m)
        rows = self._journal.piece(self._base_end)
        entropy = self._entropy if self._entropy is not None and self._entropy[0] >= m.tick else None
        frame = checkpoint_frame(self.epoch, m.tick, at_ms, acks, entropy, self._base, rows)
        return Message("k", frame, no_json)

    def flush(self, m: Match) -> Message | None:
        """A frame up to the present tick, even if only time has passed; None if the last one reached it."""
        advance = m.tick - self._tick
        if advance == 0:
            return None
        state_hash = None
        margins: list[tuple[int, int]] = []
        if self._hash_due:
            # The hash is of the frame's own tick, which may be later than the one it was due in.
            state_hash = snapshot.state_hash(m)
            self.hashes.append((m.tick, state_hash))
            self._hash_due = False
            margins = list(self._margins.items())
            self._margins = {}
        entropy = None if self._entropy_sent else self._entropy
        frame = inputs_frame(m.tick, advance, self._unsent, self._bits, state_hash, margins, entropy)
        self._unsent = []
        self._entropy_sent = True
        self._tick = m.tick
        return Message("s", frame, no_json)

    def _renew_if_cheaper(self, m: Match) -> None:
        """Take a new checkpoint when it is cheaper to send and to load than the journal since the last."""
        spent = self._journal.size() - self._base_end.size + (m.tick - self._base_tick) * REPLAY_COST_BYTES
        if snapshot.bulk(m.state) * 2 < spent:
            self.renew(m)

    def renew(self, m: Match) -> None:
        """Take a new checkpoint now, for a client whose replay of the journal led to another state."""
        self._base = snapshot.dump(m)
        self._base_tick = m.tick
        self._base_end = self._journal.end()
