"""Turns: who moves, in which direction it goes on, a clock for each turn or each player, and taking back.

A state holds them as an entity, so that everyone sees whose turn it is and a picture can show it:

    class Table(Entity):
        turns = Entities(Turns, 1)

    def start(self, m):
        turns = Turns(0)
        turns.begin(m.seats, m.tick, ticks=20 * self.tick_hz)
        m.state.turns = [turns]

    def step(self, m, inputs):
        turns = m.state.turns[0]
        if turns.is_up(m.tick) or ...:
            turns.go_on(m.tick)
"""

from .entity import Entity
from .fields import INT_MIN, NOBODY, Count, Entities, Flag, Grid, Int, Ints, Series

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_TABLES = (Entities, Grid, Ints, Series)


class Turns(Entity):
    """Whose turn it is among the seats in `order`.

    Seats in `away` are passed over, and come back to their place in the order. The first turn has number 1.
    """

    seat = Int(-1, -1, 1023, doc="whose turn it is; -1: no seat")
    number = Count(1 << 20, doc="number of the turn, from 1")
    backwards = Flag(doc="the turns go the other way round")
    until = Int(doc="tick at which this turn's time is over; 0: there is no clock")
    order = Ints(128, high=1023, doc="the seats in the order of their turns")
    away = Ints(128, high=1023, doc="the seats that are passed over, in rising order")
    banks = Ints(128, doc="ticks that each seat has left for all of its turns, in the order of `order`")
    asked = Int(-1, -1, 1023, doc="the seat that asks to take the last turn back; -1: none")
    agreed = Ints(128, high=1023, doc="the seats that agree to it, in rising order")
    ticks = Int(see=NOBODY, doc="length of a turn; 0: no clock by turn")
    began = Int(see=NOBODY, doc="tick at which this turn began")
    before = Ints(1 << 14, low=INT_MIN, see=NOBODY, doc="the state before the last turn")

    def begin(self, seats: "Iterable[int]", tick: int, first: int = 0, ticks: int = 0, bank: int = 0) -> None:
        """Begin with the first turn.

        Args:
            seats: that take turns, in this order, at most 128.
            tick: of the match.
            first: the place in the order that begins.
            ticks: the time for a turn; 0: no clock by turn.
            bank: the time that each seat has for all of its turns, as in chess; 0: no such clock. With both,
                a turn takes from the bank only what it needs beyond `ticks`.
        """
        self.order = list(seats)
        self.banks = [bank] * len(self.order) if bank else []
        self.away = []
        self.backwards = 0
        self.ticks = ticks
        self.number = 0
        self._give(self.order[first % len(self.order)] if self.order else -1, tick)

    def go_on(self, tick: int, places: int = 1) -> int:
        """End this turn, and give the next one to the next seat that is present.

        Args:
            tick: of the match.
            places: how many present seats on, 1 or more; 2: one is skipped; 0: the same seat again.

        Returns:
            Whose turn it is now; -1: nobody is present.
        """
        self._pay(tick)
        seat = self.seat
        for _ in range(places):
            seat = self.after(seat)
        if seat in self.away:
            seat = self.after(seat)
        self._give(seat, tick)
        return seat

    def after(self, seat: int) -> int:
        """The next present seat after this one, in the direction of the turns; -1: nobody is present."""
        order = self.order
        step = -1 if self.backwards else 1
        at = order.index(seat) if seat in order else -1 if step > 0 else 0
        for k in range(1, len(order) + 1):
            other = order[(at + step * k) % len(order)]
            if other not in self.away:
                return other
        return -1

    def reverse(self) -> None:
        """Let the turns go the other way round from now on."""
        self.backwards = 1 - self.backwards

    def leave(self, seat: int, tick: int) -> None:
        """Pass a seat over until it comes back; if it is its turn, the next one has it."""
        if seat in self.order and seat not in self.away:
            self.away = sorted(self.away + [seat])
            if seat == self.asked:
                self.refuse()
            if seat == self.seat:
                self.go_on(tick)

    def come_back(self, seat: int, tick: int) -> None:
        """Let a seat take turns again, at its old place, or at the end of the order if it is new."""
        if seat not in self.order:
            if self.banks:
                self.banks = self.banks[: len(self.order)] + [max(self.banks)]
            self.order = self.order + [seat]
        self.away = [other for other in self.away if other != seat]
        if self.seat < 0:
            self._give(seat, tick)

    def drop(self, seat: int, tick: int) -> None:
        """Take a seat out of the order for good; if it is its turn, the next one has it."""
        if seat not in self.order:
            return
        if seat == self.seat:
            self.go_on(tick)
        at = self.order.index(seat)
        self.order = self.order[:at] + self.order[at + 1 :]
        if self.banks and self.order:  # that of the last seat stays: a seat that comes then has as much
            self.banks = self.banks[:at] + self.banks[at + 1 :]
        self.away = [other for other in self.away if other != seat]
        if self.seat == seat:
            self.seat = -1
            self.until = 0

    def present(self) -> "list[int]":
        """The seats that take turns and are not away, in their order."""
        return [seat for seat in self.order if seat not in self.away]

    def left(self, tick: int) -> int:
        """The ticks left for this turn; 0 without a clock."""
        return max(0, self.until - tick)

    def is_up(self, tick: int) -> bool:
        """Whether this turn's time is over."""
        return 0 < self.until <= tick

    def _give(self, seat: int, tick: int) -> None:
        self.seat = seat
        self.number += 1
        self.began = tick
        bank = self.banks[self.order.index(seat)] if self.banks and seat >= 0 else 0
        clocked = seat >= 0 and (self.ticks > 0 or len(self.banks) > 0)
        self.until = tick + self.ticks + bank if clocked else 0

    def _pay(self, tick: int) -> None:
        """Take from the bank of the seat what its turn took beyond `ticks`."""
        if self.banks and self.seat in self.order:
            at = self.order.index(self.seat)
            rest = max(0, self.banks[at] - max(0, tick - self.began - self.ticks))
            self.banks = self.banks[:at] + [rest] + self.banks[at + 1 :]

    # --- taking back

    def remember(self, state: Entity) -> None:
        """Keep the state as it is before a move, so that the move can be taken back.

        Args:
            state: the whole state, `m.state`, at most 16384 numbers. All is kept except what a Series or
                Track holds.

        Raises:
            ValueError: the state is too large.
        """
        self.before = []
        self.refuse()
        kept: "list[int]" = []
        _save(state, kept)
        if len(kept) > 1 << 14:
            raise ValueError("a state of %d numbers is too large to be taken back" % len(kept))
        self.before = kept

    def ask(self, seat: int) -> bool:
        """A seat asks to take the last move back, or agrees to it.

        Args:
            seat: who asks or agrees. A seat that is away is not asked.

        Returns:
            Whether all present seats agree now: call `take_back` then. False if nothing can be taken back.
        """
        if not self.before or seat not in self.order or seat in self.away:
            return False
        if self.asked < 0:
            self.asked = seat
        if seat not in self.agreed:
            self.agreed = sorted(self.agreed + [seat])
        return not [other for other in self.present() if other not in self.agreed]

    def refuse(self) -> None:
        """A seat does not agree, or the question is settled."""
        self.asked = -1
        self.agreed = []

    def take_back(self, state: Entity, tick: int) -> bool:
        """Return to the state that was remembered; the turn's clock begins again.

        Args:
            state: the whole state, `m.state`.
            tick: of the match.

        Returns:
            Whether there was anything to return to.
        """
        kept = self.before
        if not kept:
            return False
        away = self.away
        _restore(state, kept, 0)
        self.away = [seat for seat in away if seat in self.order]
        self.before = []
        self.refuse()
        self.number -= 1
        self._give(self.after(self.seat) if self.seat in self.away else self.seat, tick)
        return True


def _save(entity: Entity, out: "list[int]") -> None:
    out.append(entity.id)
    for name in entity.values:
        value: "Any" = getattr(entity, name)
        if isinstance(value, str):
            out.append(len(value))
            out += [ord(letter) for letter in value]
        else:
            out.append(value)
    for field in entity.tables:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            out.append(len(value))
            for one in value:
                _save(one, out)
        elif not isinstance(field, Series):
            out.append(len(value))
            out += list(value)


def _restore(entity: Entity, kept: "list[int]", at: int) -> int:
    """Read what `_save` wrote from `at` on; returns where it ended."""
    entity.id = kept[at]
    at += 1
    value: "Any"
    for name in entity.values:
        value = kept[at]
        at += 1
        if isinstance(getattr(entity, name), str):
            count = value
            value = "".join([chr(code) for code in kept[at : at + count]])
            at += count
        setattr(entity, name, value)
    for field in entity.tables:
        if isinstance(field, Entities):
            old = {one.id: one for one in getattr(entity, field.name)}
            count = kept[at]
            at += 1
            value = []
            for _ in range(count):
                one = old.get(kept[at]) or field.of(kept[at])
                at = _restore(one, kept, at)
                value.append(one)
            setattr(entity, field.name, value)
        elif not isinstance(field, Series):
            count = kept[at]
            at += 1
            numbers = kept[at : at + count]
            setattr(entity, field.name, bytearray(numbers) if isinstance(field, Grid) else numbers)
            at += count
    return at
