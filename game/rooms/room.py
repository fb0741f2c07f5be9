"""A room: what time does to it. Its parts, its match and its people stand in the classes that it is built on.

What people may ask of a room stands in `orders.py`.
"""

from game.protocol.events import Notice
from game.rooms.phases import Phase
from game.rooms.premises import RoomContext
from game.rooms.roster import Roster

HOUSEKEEPING_MS = 250
PLAYING_MS = 500
"""While a match runs its ticks come first."""
UNPUBLISHED_MS = 34
"""A change that may not be published yet waits for about a tick."""
QUICK_WAIT_MS = 6000
LET_GO_MS = 3000

__all__ = ["Room", "RoomContext"]


class Room(Roster):
    """A whole room: Premises, then Playing, then Roster, and here its housekeeping."""

    def housekeep(self, now_ms: int) -> int:
        """Let time pass: countdown, held seats, absent hosts, empty rooms. Returns when to come again."""
        self.time_ms = now_ms
        if self.phase is Phase.RESULTS and self._rematch_until is None:  # it comes from another worker
            self._rematch_until = now_ms + round(self.context.rooms.results_s * 1000)
        if self.phase is Phase.COUNTDOWN and self.countdown_at is not None and now_ms >= self.countdown_at:
            self._begin(self.countdown_at)
        elif (
            self.phase is Phase.RESULTS and self._rematch_until is not None and now_ms >= self._rematch_until
        ):
            if self.demo or self.rematch:
                self._start_if_possible(now_ms)
            else:
                self.back_to_lobby()
        elif self.phase is Phase.LOBBY and (self.fill or self.demo):
            self._fill_up(now_ms)
        self._end_when_full()
        self._release_held(now_ms)
        self.review(now_ms)
        self._new_host(now_ms)
        self._watch_activity(now_ms)
        self._watch_emptiness(now_ms)
        if self.runner is not None:
            self._tell_hosted(self.runner)
            self._send_waiting_keyframes()
        self.publish_soon(now_ms)
        next_ms = now_ms + (PLAYING_MS if self.phase is Phase.LIVE else HOUSEKEEPING_MS)
        if self.unpublished:
            next_ms = now_ms + UNPUBLISHED_MS
        return next_ms if self.countdown_at is None else min(self.countdown_at, next_ms)

    def _end_when_full(self) -> None:
        """A match whose journal is full ends without results."""
        if self.runner is None or self.runner.journal.size() <= self.context.rooms.journal_max_bytes:
            return
        self.back_to_lobby()
        notice = Notice(code="too_long", message="This match has gone on for too long, so it has ended.")
        self.context.outbox.tell(self.code, "notice", notice)

    def taken_over(self, tick_at_ms: int) -> None:
        """The room has come from another worker with its people, who know it as it is: go on with them.

        `tick_at_ms` is when the present tick of its match was due.
        """
        self._told = self.describe()
        self.tick_at_ms = self.time_ms = tick_at_ms
        self._send_keyframes()

    def renew(self, epoch: int) -> None:
        """The room is owned under a higher epoch from now on."""
        self.epoch = epoch
        if self.runner is not None:
            self.runner.renew(epoch)

    def _start_if_possible(self, now_ms: int) -> None:
        if len(self.seats) >= self.game.seats[0]:
            self.start(now_ms)
        else:
            self.back_to_lobby()

    def _fill_up(self, now_ms: int) -> None:
        """Keep a quick-play or demo room filled with bots, and start it without waiting for all."""
        wanted = min(self.fill, self.game.seats[1])
        bots = sum(1 for seat in self.seats.values() if seat.kind == "bot")
        wanted = min(wanted, len(self.seats) + self.context.bots_allowed(self.game) - bots)
        while len(self.seats) < wanted:
            self.add_bot()
        if self.failed_rules is self.game:
            return  # the next match would break as the last one did, unless somebody wants to see it
        somebody = self.demo or any(p.connected and p.seat is not None for p in self.people.values())
        if not somebody:
            self._quick_at = None
        elif self._quick_at is None:
            self._quick_at = now_ms + (0 if self.demo else QUICK_WAIT_MS)
        elif now_ms >= self._quick_at and len(self.seats) >= self.game.seats[0]:
            self.start(now_ms)

    def _release_held(self, now_ms: int) -> None:
        hold_ms = self.context.rooms.seat_hold_s * 1000
        for person in list(self.people.values()):
            if person.gone_ms is None:
                continue
            if self.runner is not None and self.game.hosted and person.seat is not None:
                continue
            limit = hold_ms if person.seat is not None else min(hold_ms, 5000)
            if now_ms - person.gone_ms >= limit:
                self.remove(person, now_ms)
            elif now_ms - person.gone_ms >= LET_GO_MS:
                # Whose connection broke has let go already; who did not follow a room that moved has not.
                for number in person.seats():
                    if not self.seats[number].covered:
                        self._cover(number)

    def _watch_activity(self, now_ms: int) -> None:
        """Who does nothing for a while does not hold the others up."""
        limit_ms = self.context.rooms.afk_s * 1000
        for person in self.people.values():
            if not person.connected or person.seat is None or now_ms - person.active_ms < limit_ms:
                continue
            if self.phase is Phase.LIVE and self.cover and not self.seats[person.seat].covered:
                for number in person.seats():
                    self._cover(number)

    def _watch_emptiness(self, now_ms: int) -> None:
        """Pause a match that nobody is at, end it after a while, and close a room that stays empty."""
        if any(person.connected for person in self.people.values()):
            self._alone_since = None
            return
        if self._alone_since is None:
            self._alone_since = now_ms
            if self.phase is Phase.LIVE:
                self.pause("empty")
        alone_ms = now_ms - self._alone_since
        if (
            self.phase is Phase.PAUSED
            and alone_ms >= self.context.rooms.abandoned_s * 1000
            and not self._held()
        ):
            self.back_to_lobby()
        if alone_ms >= self.context.rooms.empty_room_close_s * 1000 or (self.demo and alone_ms > 2000):
            self.closed = True

    def empty_since(self, now_ms: int) -> int:
        """When the last person's connection ended, as far as housekeeping has noticed."""
        return now_ms if self._alone_since is None else self._alone_since

    def _held(self) -> bool:
        return any(seat.held for seat in self.seats.values())
