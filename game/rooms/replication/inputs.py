"""What clients that run the rules themselves are told: the `events` way of replication.

They get a checkpoint and the journal since, then only entries: the accepted inputs, chance a few ticks ahead,
and now and then a hash. When nothing happens they hear from us every QUIET_TICKS only.
"""

from collections import deque

from game.rooms.journal import Entry, Journal
from game.rooms.outbox import Message
from game.rooms.replication.deltas import no_json
from game.rules import ENTROPY, Match, snapshot
from game.sync.entries import StampedEntry, checkpoint_frame, inputs_frame, seat_bits
from game.sync.wire import Ack

QUIET_TICKS = 8
"""The longest silence: at 30 Hz less than four messages a second."""
HASH_TICKS = 30
"""A hash of the state is due in every tick that is a multiple of this; it goes out with the next frame."""
KEPT_HASHES = 8
MOST_REPLAY_TICKS = 300
"""A phone takes a third of a second to replay so many."""
REPLAY_COST = 8
"""Bytes that one tick of replaying is held to be worth when a new checkpoint is weighed."""


class InputStream:
    """The entry stream of one match."""

    def __init__(self, m: Match, journal: Journal, epoch: int) -> None:
        self.epoch = epoch
        self._journal = journal
        self._bits = seat_bits(m.game.seats[1])
        self._told: list[StampedEntry] = []
        self._hash_due = False
        self._margins: dict[int, int] = {}
        self._chance: tuple[int, int] | None = None
        self._chance_told = True
        self._tick = m.tick
        self._base = snapshot.dump(m)
        self._base_tick = m.tick
        self._base_end = journal.end()
        self.hashes: deque[tuple[int, int]] = deque(maxlen=KEPT_HASHES)

    def chance(self, tick: int, word: int) -> None:
        """A word of chance will be used at `tick`."""
        self._chance = (tick, word)
        self._chance_told = False

    def chance_is_told(self) -> None:
        """All who follow know the word, or will by a checkpoint."""
        self._chance_told = True

    # hot: once per room and tick
    def stepped(self, m: Match, entries: list[Entry], acks: list[Ack], watched: bool) -> None:
        """One tick was stepped with these entries."""
        tick = m.tick
        if tick % HASH_TICKS == 0:
            if m.game.replication == "events":  # of the others nobody ever asks for a checkpoint
                self._rebase(m)
            self._hash_due = True
        if not watched:
            # The next follower starts from a checkpoint, which holds all of this, the pending word as well.
            self._told.clear()
            self._margins.clear()
            self._hash_due = False
            self._chance_told = True
            self._tick = tick
            return
        for entry in entries:
            if entry[0] != ENTROPY:
                self._told.append((tick - 1, entry))
        for seat, _, margin in acks:
            known = self._margins.get(seat)
            self._margins[seat] = margin if known is None else min(known, margin)

    # hot: once per room and tick
    def message(self, m: Match) -> Message | None:
        """What to tell after this tick, if anything."""
        advance = m.tick - self._tick
        news = self._told or self._hash_due or not self._chance_told
        return self.flush(m) if news or advance >= QUIET_TICKS else None

    def checkpoint(self, m: Match, acks: list[Ack], at_ms: int) -> Message:
        """All that a client needs to run the rules from this tick on."""
        if m.tick - self._base_tick >= MOST_REPLAY_TICKS:
            self.renew(m)
        rows = self._journal.piece(self._base_end)
        chance = self._chance if self._chance is not None and self._chance[0] >= m.tick else None
        frame = checkpoint_frame(self.epoch, m.tick, at_ms, acks, chance, self._base, rows)
        return Message("k", frame, no_json)

    def flush(self, m: Match) -> Message | None:
        """Whatever is not told yet, be it only that time went by: after it a checkpoint may follow."""
        advance = m.tick - self._tick
        if advance == 0:
            return None
        hash_ = None
        margins: list[tuple[int, int]] = []
        if self._hash_due:
            # The hash is of the frame's own tick, which may be later than the one that it was due in.
            hash_ = snapshot.state_hash(m)
            self.hashes.append((m.tick, hash_))
            self._hash_due = False
            margins = list(self._margins.items())
            self._margins = {}
        chance = None if self._chance_told else self._chance
        frame = inputs_frame(m.tick, advance, self._told, self._bits, hash_, margins, chance)
        self._told = []
        self._chance_told = True
        self._tick = m.tick
        return Message("s", frame, no_json)

    def _rebase(self, m: Match) -> None:
        """Take a new checkpoint when it is cheaper to send, and to run, than the journal since the last."""
        spent = self._journal.size() - self._base_end.size + (m.tick - self._base_tick) * REPLAY_COST
        if snapshot.bulk(m.state) * 2 < spent:
            self.renew(m)

    def renew(self, m: Match) -> None:
        """Take a new checkpoint now: for a client that the same journal led to another state."""
        self._base = snapshot.dump(m)
        self._base_tick = m.tick
        self._base_end = self._journal.end()
