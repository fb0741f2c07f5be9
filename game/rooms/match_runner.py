"""A match as the server runs it: inputs in, journal written, one step, and what to send of it.

The one way through is `tick`: take the due inputs, write them down, step the rules, encode the change.
"""

from collections.abc import Callable

from game.rooms.bots import Bots
from game.rooms.inputs import InputQueue
from game.rooms.journal import Entry, Head, Journal, begin, restore
from game.rooms.outbox import Message
from game.rooms.replication.deltas import DeltaStream, shift
from game.rooms.replication.inputs import InputStream
from game.rooms.replication.interest import InterestStream, Seats
from game.rooms.replication.private import PrivateStreams
from game.rules import COMMAND, ENTROPY, JOIN, LEAVE, PRESS, Game, snapshot
from game.sync.schema import Schema
from game.sync.wire import Ack

ENTROPY_EVERY = 30
"""Ticks between two words of chance."""
ENTROPY_AHEAD = 8
"""Ticks from drawing a word to its use: the time a predicting client has to hear of it."""


class MatchRunner:
    """One match on the server. Ticks are the game's; `draw` gives secret words of 28 bits."""

    def __init__(self, game: Game, head: Head, draw: Callable[[], int], epoch: int = 1) -> None:
        self.game = game
        self.epoch = epoch
        self.journal = Journal(head)
        self.match = begin(game, head)
        self.bots = Bots(game, draw)
        self.queues = [InputQueue() for _ in range(game.seats[1])]
        self._draw = draw
        self._pending: list[Entry] = []
        self._acks: list[Ack] = []
        self._words: list[tuple[int, int]] = []
        self.told: DeltaStream | InterestStream = self._teller()
        self.stream = InputStream(self.match, self.journal, epoch)
        self.secrets = PrivateStreams(self.match)
        self._draw_word(0)

    def _teller(self) -> DeltaStream | InterestStream:
        """One view for all, or a view for each if the game tells everybody only what is near."""
        near = Schema.of(self.game).near
        return DeltaStream(self.match, self.epoch) if near is None else InterestStream(self.match, self.epoch)

    @property
    def tick_number(self) -> int:
        """The tick that the match stands at."""
        return self.match.tick

    @property
    def over(self) -> bool:
        """Whether the match is decided."""
        return self.match.over

    @classmethod
    def resumed(
        cls,
        game: Game,
        journal: Journal,
        checkpoint: bytes | None,
        draw: Callable[[], int],
        epoch: int,
        tick: int | None = None,
        applied: list[int] | None = None,
    ) -> "MatchRunner":
        """The match that a checkpoint and the journal since describe, ready to go on, with a new epoch.

        It goes on at `tick`, or after the last row; `applied` are the seqs applied by then, by seat.
        """
        runner = cls(game, journal.head, draw, epoch)
        runner.match = restore(game, journal, checkpoint, tick)
        runner.journal = journal
        if applied is not None:
            runner.queues = [InputQueue(seq) for seq in applied]
        for row in journal.rows:
            for (kind, seat, _, _), seq in zip(row.entries, row.seqs, strict=True):
                if kind == JOIN:  # somebody new, whose inputs count from 1
                    runner.queues[seat] = InputQueue()
                elif kind == PRESS and seq > runner.queues[seat].applied_seq:
                    runner.queues[seat] = InputQueue(seq)
        runner.told = runner._teller()
        runner.stream = InputStream(runner.match, journal, epoch)
        runner._words.clear()
        # The word that was drawn for the next turn of chance stayed with the last owner: another takes its
        # place. It is no earlier than that, for followers keep one word in mind at a time.
        into = runner.match.tick % ENTROPY_EVERY
        if into == 0 or into > ENTROPY_EVERY - ENTROPY_AHEAD:
            runner._draw_word(runner.match.tick + -into % ENTROPY_EVERY)
            runner.stream.chance_is_told()  # by the checkpoint that every follower gets first
        return runner

    def press(self, seat: int, seq: int, tick: int, buttons: int, value: int) -> bool:
        """A person's input for `seat`; False when it was seen before or makes no sense."""
        if buttons >> len(self.game.buttons) or not 0 <= seat < len(self.queues):
            return False
        return self.queues[seat].push(self.match.tick, seq, tick, buttons, value)

    def let_go(self, seat: int) -> None:
        """Nobody holds the seat's buttons any more."""
        self.queues[seat].clear()
        release = (PRESS, seat, 0, 0)
        if self.match.inputs[seat] and release not in self._pending:  # no tick may come for long, in a pause
            self._pending.append(release)

    def join(self, seat: int, team: int) -> None:
        """The seat is taken while the match runs."""
        self.queues[seat] = InputQueue()
        self._pending.append((JOIN, seat, team, 0))

    def hand_over(self, seat: int) -> None:
        """Somebody else plays this seat from now on, whose inputs count from 1."""
        self.let_go(seat)
        self.queues[seat] = InputQueue()

    def leave(self, seat: int) -> None:
        """The seat is given up for good."""
        self.bots.release(seat)
        self.queues[seat].clear()
        self._pending.append((LEAVE, seat, 0, 0))

    def command(self, seat: int, verb: int, value: int) -> None:
        """The host's word to the game."""
        self._pending.append((COMMAND, max(seat, 0), verb, value))

    # hot: once per room and tick
    def step(self, streamed: bool) -> None:
        """Advance by one tick: inputs, journal, rules. `streamed`: somebody follows by entries."""
        tick = self.match.tick
        entries, seqs = self._take_entries(tick)
        if entries:
            self.journal.append(tick, entries, seqs)
        self.match.step(entries)
        if self.match.happened:
            self.told.happened(self.match.happened)
        self.stream.stepped(self.match, entries, self._acks, streamed)
        self._acks = []

    def _take_entries(self, tick: int) -> tuple[list[Entry], list[int]]:
        entries: list[Entry] = []
        seqs: list[int] = []
        if tick % ENTROPY_EVERY == ENTROPY_EVERY - ENTROPY_AHEAD:
            self._draw_word(tick + ENTROPY_AHEAD)
        # Chance comes first in its tick: so do those who heard of it ahead.
        if self._words and tick >= self._words[0][0]:
            entries.append((ENTROPY, 0, self._words.pop(0)[1], 0))
            seqs.append(0)
        if self._pending:
            entries.extend(self._pending)
            seqs.extend([0] * len(self._pending))
            self._pending.clear()
        contexts = self.bots.contexts
        for seat, queue in enumerate(self.queues):
            taken = queue.take(tick)
            if taken is not None and seat not in contexts:
                entries.append((PRESS, seat, taken.buttons, taken.value))
                seqs.append(taken.seq)
                ack = (seat, taken.seq, taken.margin)
                self._acks.append(ack)
                self.told.acknowledge(ack)
        for seat, buttons, value in self.bots.press(self.match):
            entries.append((PRESS, seat, buttons, value))
            seqs.append(0)
        return entries, seqs

    def _draw_word(self, tick: int) -> None:
        """Draw the word of chance that is used at `tick`, and tell it to those who need it ahead."""
        word = self._draw()
        self._words.append((tick, word))
        self.stream.chance(tick, word)

    def acks(self) -> list[Ack]:
        """For each seat with inputs: the last one that was applied, and its margin."""
        return [
            (seat, queue.applied_seq, queue.margin)
            for seat, queue in enumerate(self.queues)
            if queue.applied_seq
        ]

    def keyframe_message(self, at_ms: int, followed: bool, seats: Seats) -> Message:
        """The whole view of a person on these seats; `followed` says that others follow the match.

        They go on from the same message as the one that this keyframe stands for.
        """
        if not followed:
            self.told.catch_up(self.match)
        if isinstance(self.told, InterestStream):
            return self.told.keyframe(self.match, seats, self.acks(), at_ms)
        return self.told.keyframe(self.acks(), at_ms)

    def checkpoint_message(self, at_ms: int) -> Message:
        """What a client needs to run the rules itself from here on."""
        return self.stream.checkpoint(self.match, self.acks(), at_ms)

    def shift_message(self, at_ms: int) -> Message:
        """Tell that the schedule moved: the present tick is due at `at_ms`."""
        return shift(self.match.tick, at_ms)

    def checkpoint(self) -> bytes:
        """The whole match at this tick, as bytes."""
        return snapshot.dump(self.match)

    def renew(self, epoch: int) -> None:
        """Keyframes carry a higher epoch from now on."""
        self.epoch = self.told.epoch = self.stream.epoch = epoch

    def state_hash(self) -> int:
        """28 bits that equal matches share."""
        return snapshot.state_hash(self.match)
