"""A match as the server runs it: inputs in, journal written, one step, and what to send of it.

The one way through is `tick`: take the due inputs, write them down, step the rules, encode the change.
"""

from collections.abc import Callable
from typing import Any

from game.rules import CHANCE, COMMAND, JOIN, LEAVE, PRESS, Game, Match
from game.rules import pack as packing
from game.rooms.bots import Bots
from game.rooms.inputs import InputQueue
from game.rooms.journal import Entry, Head, Journal, begin, restore
from game.rooms.outbox import Message
from game.sync.delta import StateEncoder
from game.sync.schema import Schema
from game.sync.wire import keyframe, shift_frame, state_frame

CHANCE_EVERY = 30
"""Ticks between two words of chance."""
CHANCE_AHEAD = 8
"""Ticks from drawing a word to its use: the time a predicting client has to hear of it."""

Ack = tuple[int, int, int]


class LiveMatch:
    """One match on the server. Ticks are the game's; `draw` gives secret words of 28 bits."""

    def __init__(self, game: Game, head: Head, draw: Callable[[], int], epoch: int = 1) -> None:
        self.game = game
        self.epoch = epoch
        self.journal = Journal(head)
        self.match = begin(game, head)
        self.bots = Bots(game, draw)
        self.queues = [InputQueue() for _ in range(game.seats[1])]
        self.number = 0
        self._draw = draw
        self._pending: list[Entry] = []
        self._word: tuple[int, int] = (0, draw())
        self._encoder = StateEncoder(Schema.of(game))
        self._encoder.start(self.match.state)
        self._unsent_acks: dict[int, Ack] = {}
        self._unsent_events: list[tuple[int, ...]] = []
        self._sent_tick = 0

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
    ) -> "LiveMatch":
        """The match that a checkpoint and the journal since describe, ready to go on, with a new epoch."""
        live = cls(game, journal.head, draw, epoch)
        live.match = restore(game, journal, checkpoint)
        live.journal = journal
        for row in journal.rows:
            for (kind, seat, _, _), seq in zip(row.entries, row.seqs, strict=True):
                if kind == PRESS and seq > live.queues[seat].applied_seq:
                    live.queues[seat] = InputQueue(seq)
        live._word = (live.match.tick + CHANCE_AHEAD, draw())
        live._sent_tick = live.match.tick
        live._encoder.start(live.match.state)
        return live

    def press(self, seat: int, seq: int, tick: int, buttons: int, value: int) -> bool:
        """A person's input for `seat`; False when it was seen before or makes no sense."""
        if buttons >> len(self.game.buttons) or not 0 <= seat < len(self.queues):
            return False
        return self.queues[seat].push(self.match.tick, seq, tick, buttons, value)

    def let_go(self, seat: int) -> None:
        """Nobody holds the seat's buttons any more."""
        self.queues[seat].clear()
        if self.match.inputs[seat]:
            self._pending.append((PRESS, seat, 0, 0))

    def join(self, seat: int, team: int) -> None:
        """The seat is taken while the match runs."""
        self.queues[seat] = InputQueue()
        self._pending.append((JOIN, seat, team, 0))

    def leave(self, seat: int) -> None:
        """The seat is given up for good."""
        self.bots.release(seat)
        self.queues[seat].clear()
        self._pending.append((LEAVE, seat, 0, 0))

    def command(self, seat: int, verb: int, value: int) -> None:
        """The host's word to the game."""
        self._pending.append((COMMAND, max(seat, 0), verb, value))

    # hot: once per room and tick
    def step(self) -> None:
        """Advance by one tick: inputs, journal, rules."""
        tick = self.match.tick
        entries, seqs = self._take_entries(tick)
        if entries:
            self.journal.append(tick, entries, seqs)
        self.match.step(entries)
        if self.match.happened:
            self._unsent_events.extend(self.match.happened)

    def _take_entries(self, tick: int) -> tuple[list[Entry], list[int]]:
        entries: list[Entry] = []
        seqs: list[int] = []
        if self._pending:
            entries.extend(self._pending)
            seqs.extend([0] * len(self._pending))
            self._pending.clear()
        due, word = self._word
        if tick >= due:
            entries.append((CHANCE, 0, word, 0))
            seqs.append(0)
            self._word = (due + CHANCE_EVERY, self._draw())
        minds = self.bots.minds
        for seat, queue in enumerate(self.queues):
            taken = queue.take(tick)
            if taken is not None:
                if seat not in minds:
                    entries.append((PRESS, seat, taken.buttons, taken.value))
                    seqs.append(taken.seq)
                self._unsent_acks[seat] = (seat, taken.seq, taken.margin)
        for seat, buttons in self.bots.press(self.match):
            entries.append((PRESS, seat, buttons, 0))
            seqs.append(0)
        return entries, seqs

    # hot: once per room and tick that is sent
    def state_message(self, with_json: bool) -> Message:
        """What changed since the last message, for everyone who follows."""
        m = self.match
        acks = list(self._unsent_acks.values())
        events = self._unsent_events
        advance = m.tick - self._sent_tick
        self.number = (self.number + 1) & 255
        self._sent_tick = m.tick
        if acks:
            self._unsent_acks = {}
        if events:
            self._unsent_events = []
        if not with_json:
            update = self._encoder.update(m.state)
            return Message("s", state_frame(self.number, advance, acks, events, update), _no_json)
        update, changes = self._encoder.update_json(m.state)
        told: dict[str, Any] = {
            "number": self.number,
            "tick": m.tick,
            "acks": [list(ack) for ack in acks],
            "events": [[self.game.events[kind].name, *args] for kind, *args in events],
            "changes": changes,
        }
        return Message("s", state_frame(self.number, advance, acks, events, update), lambda: told)

    def keyframe_message(self, at_ms: int) -> Message:
        """The whole view as it was told last; `at_ms` is the server's time at which its tick was due."""
        acks: list[Ack] = [
            (seat, queue.applied_seq, queue.margin)
            for seat, queue in enumerate(self.queues)
            if queue.applied_seq
        ]
        binary = keyframe(self.number, self.epoch, self._sent_tick, at_ms, acks, self._encoder.full())

        def as_json() -> object:
            return {
                "number": self.number,
                "epoch": self.epoch,
                "tick": self._sent_tick,
                "at": at_ms,
                "acks": [list(ack) for ack in acks],
                "state": self._encoder.full_json(),
            }

        return Message("k", binary, as_json)

    def shift_message(self, at_ms: int) -> Message:
        """Tell that the schedule moved: the present tick is due at `at_ms`."""
        tick = self.match.tick
        return Message("s", shift_frame(tick, at_ms), lambda: {"shift": {"tick": tick, "at": at_ms}})

    def checkpoint(self) -> bytes:
        """The whole match at this tick, as bytes."""
        return packing.dump(self.match)

    def state_hash(self) -> int:
        """28 bits that equal matches share."""
        return packing.state_hash(self.match)


def _no_json() -> object:
    raise AssertionError("nobody asked for JSON when this message was made")
