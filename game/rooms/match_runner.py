"""The match runner: one match as the server plays it. Inputs go in, one tick of the rules comes out.

The queues of inputs, the bots, the entropy and the journal of a match belong to its runner, and nothing
outside touches them: callers add inputs between ticks, call `tick`, and send what it returns. This module
does not know who follows the match, nor what they are sent; `replication` does.
"""

import base64
import zlib
from collections.abc import Callable

from game.rooms.inputs import InputQueue
from game.rooms.journal import End, Entry, Head, Journal, Row, begin, parse_rows, replay
from game.rules import BOT_PLAYS, COMMAND, ENTROPY, JOIN, LEAVE, PRESS, BotContext, Game, Match, snapshot
from game.sync.wire import Ack, Change

ENTROPY_EVERY_TICKS = 30
"""Ticks between two entropy words."""
ENTROPY_AHEAD_TICKS = 8
"""Ticks from the draw of an entropy word to its use, in which a predicting client must receive it."""
MAX_LOGGED_CHARS = 100_000


class Tick:
    """What one tick of a match did.

    Attributes:
        entries: the journal's entries that the rules applied.
        acks: (seat, seq, margin) of each input of a player among them.
        events: what happened in the rules, as (kind, *arguments).
        decided: the match is over.
    """

    __slots__ = ("acks", "decided", "entries", "events")

    def __init__(
        self, entries: list[Entry], acks: list[Ack], events: list[tuple[int, ...]], decided: bool
    ) -> None:
        self.entries = entries
        self.acks = acks
        self.events = events
        self.decided = decided


class Bots:
    """The inputs of seats that the game's own `bot` plays, in one match.

    Args:
        game: the rules, whose `bot` decides.
        draw_entropy: returns a secret word of 28 bits, with which a bot is seeded.

    Attributes:
        contexts: by seat, what a bot knows and remembers.
    """

    def __init__(self, game: Game, draw_entropy: Callable[[], int]) -> None:
        self._game = game
        self._draw_entropy = draw_entropy
        self.contexts: dict[int, BotContext] = {}

    def add(self, seat: int, level: int, style: int) -> None:
        """Let a bot play on a seat, instead of the one that may be there."""
        self.contexts[seat] = BotContext(seat, level, style, self._draw_entropy(), self._game.controls)

    def remove(self, seat: int) -> None:
        """Stop the bot of a seat, if there is one."""
        self.contexts.pop(seat, None)

    # hot: once per room and tick; bench/rooms.py --profile guards it
    def press(self, m: Match) -> list[Entry]:
        """What the bots change in this tick."""
        changed: list[Entry] = []
        bot = self._game.bot
        held = m.inputs
        with_controls = self._game.controls is not None
        for seat, context in self.contexts.items():
            buttons = context.buttons = bot(m, context)
            if with_controls:
                changed += m.bot_entries(context, buttons)
            elif buttons != held[seat]:
                changed.append((PRESS, seat, buttons, context.value))
        return changed


class MatchRunner:
    """One match on the server.

    Args:
        game: the rules.
        head: how the match begins.
        draw_entropy: returns a secret word of 28 bits.

    Attributes:
        match: the match of the rules, to read.
        journal: what was applied so far, to read.
        entropy: the newest entropy word as (tick of its use, word), or None after a restore without one.
    """

    def __init__(self, game: Game, head: Head, draw_entropy: Callable[[], int]) -> None:
        self.game = game
        self.journal = Journal(head)
        self.match = begin(game, head)
        self.entropy: tuple[int, int] | None = None
        self._draw_entropy = draw_entropy
        self._bots = Bots(game, draw_entropy)
        self._queues = [InputQueue() for _ in range(game.seats[1])]
        self._pending: list[Entry] = []
        self._entropy_is_due = False
        self._draw(0)

    @classmethod
    def resumed(
        cls,
        game: Game,
        journal: Journal,
        checkpoint: bytes | None,
        draw_entropy: Callable[[], int],
        tick: int | None = None,
        applied: list[int] | None = None,
        since: End | None = None,
    ) -> "MatchRunner":
        """Restore the match that a checkpoint and the journal since describe.

        Args:
            game: the rules.
            journal: the head, and at least the rows since the checkpoint.
            checkpoint: what `checkpoint` returned; None: replay from the beginning.
            draw_entropy: returns a secret word of 28 bits.
            tick: the tick to bring the match to; None: the one after the last row.
            applied: by seat, the seq of the last input that the checkpoint holds.
            since: where in the journal the rows since the checkpoint begin; None: all are read.

        Returns:
            A runner that goes on from there.
        """
        runner = cls(game, journal.head, draw_entropy)
        rows = journal.rows if since is None else parse_rows(journal.piece(since))
        if checkpoint is not None:
            runner.match = snapshot.load(game, checkpoint)
        replay(runner.match, rows, tick)
        runner.journal = journal
        runner._restore_queues(rows, applied or [0] * game.seats[1])
        # The word that was drawn for the next use stayed with the last owner, and another takes its place. It
        # is used no earlier than that one, since followers remember one word at a time.
        runner.entropy = None
        runner._entropy_is_due = False
        into = runner.match.tick % ENTROPY_EVERY_TICKS
        if into == 0 or into > ENTROPY_EVERY_TICKS - ENTROPY_AHEAD_TICKS:
            runner._draw(runner.match.tick + -into % ENTROPY_EVERY_TICKS)
        return runner

    def _restore_queues(self, rows: list[Row], applied: list[int]) -> None:
        for row in rows:
            for (kind, seat, _, _), seq in zip(row.entries, row.seqs, strict=True):
                if kind == JOIN:  # the inputs of a new player count from 1
                    applied[seat] = 0
                elif kind == PRESS and seq > applied[seat]:
                    applied[seat] = seq
        self._queues = [InputQueue(seq) for seq in applied]

    # hot: once per room and tick
    def tick(self) -> Tick:
        """Take the inputs that are due, write them into the journal, and step the rules by one tick."""
        m = self.match
        tick = m.tick
        entries, seqs = self._take_pending(tick)
        acks: list[Ack] = []
        bots = self._bots
        for seat, queue in enumerate(self._queues):
            due = queue.take(tick)
            if due is not None and seat not in bots.contexts:
                entries.append((PRESS, seat, due.buttons, due.value))
                seqs.append(due.seq)
                acks.append((seat, due.seq, due.margin))
                if due.changes:
                    self._add_changes(seat, due.changes, entries, seqs)
        for entry in bots.press(m):
            entries.append(entry)
            seqs.append(0)
        if entries:
            self.journal.append(tick, entries, seqs)
        m.step(entries)
        return Tick(entries, acks, m.happened, m.over)

    def _add_changes(
        self, seat: int, changes: tuple[Change, ...], entries: list[Entry], seqs: list[int]
    ) -> None:
        """Append the entries of an input's changes of other controls than buttons."""
        controls = self.game.controls
        if controls is None:
            return
        for change in changes:
            more = controls.entries(seat, change)
            entries += more
            seqs += [0] * len(more)

    def _take_pending(self, tick: int) -> tuple[list[Entry], list[int]]:
        """The entries of this tick that are no player's input, and a 0 for each, since they have no seq."""
        if tick % ENTROPY_EVERY_TICKS == ENTROPY_EVERY_TICKS - ENTROPY_AHEAD_TICKS:
            self._draw(tick + ENTROPY_AHEAD_TICKS)
        entries: list[Entry] = []
        entropy = self.entropy
        # Entropy is the first entry of its tick, also for clients, which received the word ahead.
        if self._entropy_is_due and entropy is not None and tick >= entropy[0]:
            self._entropy_is_due = False
            entries.append((ENTROPY, 0, entropy[1], 0))
        if self._pending:
            entries.extend(self._pending)
            self._pending.clear()
        return entries, [0] * len(entries)

    def _draw(self, tick: int) -> None:
        """Draw the entropy word that is used at `tick`."""
        self.entropy = (tick, self._draw_entropy())
        self._entropy_is_due = True

    # hot: every input of every player
    def press(
        self,
        seat: int,
        seq: int,
        tick: int,
        buttons: int,
        value: int,
        changes: tuple[Change, ...] = (),
    ) -> bool:
        """Queue a player's input.

        Args:
            seat: the seat.
            seq: the input's number.
            tick: the tick for which the client meant it.
            buttons: the buttons that are held.
            value: a number that the game asks for, or 0.
            changes: of other controls, as `Controls.check` allows them.

        Returns:
            False when it was seen before or makes no sense.
        """
        if buttons >> len(self.game.buttons) or not 0 <= seat < len(self._queues):
            return False
        return self._queues[seat].push(self.match.tick, seq, tick, buttons, value, changes)

    def seen_seq(self, seat: int) -> int:
        """The highest seq of a seat that was queued or applied."""
        return self._queues[seat].seen_seq

    def applied_seqs(self) -> list[int]:
        """By seat, the seq of the last input that was applied; 0 for none."""
        return [queue.applied_seq for queue in self._queues]

    def acks(self) -> list[Ack]:
        """For each seat with inputs: the last one that was applied, and its margin."""
        return [
            (seat, queue.applied_seq, queue.margin)
            for seat, queue in enumerate(self._queues)
            if queue.applied_seq
        ]

    def release_buttons(self, seat: int) -> None:
        """Let go of everything that a seat holds, and drop the inputs that wait."""
        self._queues[seat].clear()
        m = self.match
        release: list[Entry] = [(PRESS, seat, 0, 0)] if m.inputs[seat] else []
        if self.game.controls is not None:
            release += self.game.controls.rest(seat, m.controls[seat])
        # A pause may put the next tick far off, and this may be called again before it.
        self._pending += [one for one in release if one not in self._pending]

    def join(self, seat: int, team: int) -> None:
        """A seat is taken while the match runs."""
        self._queues[seat] = InputQueue()
        self._pending.append((JOIN, seat, team, 0))

    def replace_player(self, seat: int) -> None:
        """Another player goes on in this seat; their inputs count from 1."""
        self.release_buttons(seat)
        self._queues[seat] = InputQueue()

    def leave(self, seat: int) -> None:
        """A seat is given up."""
        self._bots.remove(seat)
        self._queues[seat].clear()
        self._pending.append((LEAVE, seat, 0, 0))

    def add_bot(self, seat: int, level: int, style: int) -> None:
        """Let a bot of this level and style play on a seat."""
        if seat not in self._bots.contexts:
            self.say_who_plays(seat, bot=True)
        self._bots.add(seat, level, style)

    def remove_bot(self, seat: int) -> None:
        """Stop the bot of a seat and let go of its buttons."""
        if seat in self._bots.contexts:
            self.say_who_plays(seat, bot=False)
        self._bots.remove(seat)
        self.release_buttons(seat)

    def say_who_plays(self, seat: int, *, bot: bool) -> None:
        """Write into the journal whether a bot plays a seat, for rules that have to know.

        Adding and removing a bot say it automatically. It is also said for a person who has a seat again that
        a bot had when the match was kept.
        """
        if self.game.knows_bots:
            self._pending.append((COMMAND, seat, BOT_PLAYS, int(bot)))

    def command(self, seat: int, verb: int, value: int) -> None:
        """Pass a command of the host to the rules; `seat` -1 means the host has no seat."""
        self._pending.append((COMMAND, max(seat, 0), verb, value))

    def checkpoint(self) -> bytes:
        """The whole match at this tick, as bytes."""
        return snapshot.dump(self.match)

    def close_journal(self) -> None:
        """Write a last row for the step that raised an exception, so that a replay reaches it."""
        if self.journal.end().tick < self.match.tick:
            self.journal.append(self.match.tick, [], [])

    def journal_text(self) -> str:
        """The journal as text that `rumpus replay` reads, for the log."""
        packed = base64.b85encode(zlib.compress(self.journal.pack())).decode()
        shown = packed if len(packed) < MAX_LOGGED_CHARS else f"too long, {len(packed)} characters"
        return f"journal (zlib, base85): {shown}"
