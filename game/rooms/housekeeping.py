"""Housekeeping: what time does to a room beside its ticks."""

from typing import TYPE_CHECKING

from game.protocol.events import Notice
from game.rooms.lifecycle import Phase

if TYPE_CHECKING:
    from game.rooms.people import Person
    from game.rooms.room import Room

EVERY_MS = 250
EVERY_MS_IN_MATCH = 500
"""While a match runs its ticks come first."""
PENDING_PATCH_MS = 34
"""A patch that had to wait is sent after about a tick."""
QUICK_AGAIN_MS = 6000
"""How long the lobby of a quick-play room waits before the next match, unless its people decide sooner."""
RELEASE_AFTER_MS = 3000
SPECTATOR_HOLD_MS = 15_000
"""A page takes eight seconds to find that a worker hangs, and a host without a seat may be away for ten."""
DEMO_CLOSE_MS = 2000


class Housekeeping:
    """Looks after one room a few times a second."""

    def __init__(self, room: "Room") -> None:
        self._room = room

    def run(self, now_ms: int) -> int:
        """Let the time up to now have its effects.

        Args:
            now_ms: the time.

        Returns:
            When to call again, in ms of the same clock.
        """
        room = self._room
        room.time_ms = now_ms
        room.replication.release_delayed(now_ms)
        room.next_game.review(now_ms)
        self._pass_phase(now_ms)
        self._end_full_match(now_ms)
        for person in list(room.people.values()):
            self._release_seats_of_absent(person, now_ms)
        room.lifecycle.review(now_ms)
        room.seating.replace_absent_host(now_ms)
        room.replication.review_delays()
        self._replace_idle_players(now_ms)
        if room.game.sleeps:
            room.sleeping.housekeep(now_ms)
        self._watch_emptiness(now_ms)
        if room.runner is not None:
            room.hosting.update(room.runner)
            room.replication.send_waiting_keyframes()
        if room.recording.unsaved:
            room.recording.forget_saved()
        room.publisher.publish_soon(now_ms)
        return self._next_ms(now_ms)

    def _next_ms(self, now_ms: int) -> int:
        room = self._room
        next_ms = now_ms + (EVERY_MS_IN_MATCH if room.phase is Phase.LIVE else EVERY_MS)
        if room.publisher.pending:
            next_ms = now_ms + PENDING_PATCH_MS
        delayed_ms = room.replication.delayed.next_ms
        if delayed_ms is not None and room.phase is not Phase.LIVE:  # else its ticks send what is due
            next_ms = min(next_ms, delayed_ms)
        return next_ms if room.countdown_at is None else min(room.countdown_at, next_ms)

    def _pass_phase(self, now_ms: int) -> None:
        """Leave a phase whose time is over."""
        room = self._room
        if room.phase is Phase.COUNTDOWN:
            if room.countdown_at is not None and now_ms >= room.countdown_at:
                room.lifecycle.countdown_elapsed(room.countdown_at)
        elif room.phase is Phase.RESULTS:
            if room.results_until_ms is None:  # the room comes from another worker
                room.results_until_ms = now_ms + round(room.context.rooms.results_s * 1000)
            if now_ms >= room.results_until_ms:
                if room.demo or (room.rematch and not room.next_game.changes_game()):
                    room.lifecycle.start_or_return(now_ms)
                else:
                    room.lifecycle.back_to_lobby(now_ms)
        elif room.phase is Phase.LOBBY and (room.fill or room.demo):
            self._fill_with_bots(now_ms)

    def _end_full_match(self, now_ms: int) -> None:
        """End a match whose journal is full, without results."""
        room = self._room
        if room.runner is None or room.runner.journal.size() <= room.context.rooms.journal_max_bytes:
            return
        room.lifecycle.back_to_lobby(now_ms)
        notice = Notice(code="too_long", message="This match has gone on for too long, so it has ended.")
        room.context.outbox.send(room.code, "notice", notice)

    def _fill_with_bots(self, now_ms: int) -> None:
        """Keep a quick-play or demo room filled with bots, and start it without waiting for all."""
        room = self._room
        wanted = min(room.fill, room.game.seats[1])
        bots = sum(1 for seat in room.seats.values() if seat.kind == "bot")
        wanted = min(wanted, len(room.seats) + room.context.bots_allowed(room.game) - bots)
        while len(room.seats) < wanted:
            room.seating.add_bot()
        if room.failed_rules is room.game:
            return  # the next match would fail like the last one, so a player has to start it
        somebody = room.demo or any(p.connected and p.seat is not None for p in room.people.values())
        if not somebody:
            room.quick_start_ms = None
        elif room.quick_start_ms is None:
            # A person who presses Quick play wants to play: the first match begins at once.
            again = room.quick_called and not room.demo
            room.quick_start_ms = now_ms + (QUICK_AGAIN_MS if again else 0)
        if room.quick_start_ms is None or now_ms < room.quick_start_ms:
            return
        if len(room.seats) >= room.game.seats[0]:
            room.lifecycle.start(now_ms)

    def _release_seats_of_absent(self, person: "Person", now_ms: int) -> None:
        """Remove a person who has been gone for too long; before that, let go of their buttons."""
        room = self._room
        if person.gone_ms is None:
            return
        if room.runner is not None and room.game.hosted and person.seat is not None:
            return
        if room.sleeping.keeps_seat(person):
            return
        if room.phase is Phase.PAUSED and person.seat is not None and self._a_player_is_here():
            return  # seats are held through a pause
        hold_ms = room.context.rooms.seat_hold_s * 1000
        if person.seat is None:
            hold_ms = min(hold_ms, SPECTATOR_HOLD_MS)
        gone_for_ms = now_ms - person.gone_ms
        if gone_for_ms >= hold_ms:
            room.seating.remove(person, now_ms)
        elif gone_for_ms >= RELEASE_AFTER_MS:
            # A broken connection has let go already; a person who did not follow a room that moved has not.
            for number in person.seats():
                if not room.seats[number].stand_in:
                    room.seating.add_stand_in(number)

    def _a_player_is_here(self) -> bool:
        """Whether anybody with a seat is connected."""
        return any(one.connected and one.seat is not None for one in self._room.people.values())

    def _replace_idle_players(self, now_ms: int) -> None:
        """Let bots play for players who do nothing, if the host allows it, so that nobody has to wait."""
        room = self._room
        if room.phase is not Phase.LIVE or not room.stand_ins:
            return
        idle_since_ms = now_ms - room.context.rooms.afk_s * 1000
        for person in room.people.values():
            if not person.connected or person.seat is None or person.active_ms > idle_since_ms:
                continue
            if not room.seats[person.seat].stand_in:
                for number in person.seats():
                    room.seating.add_stand_in(number)

    def _watch_emptiness(self, now_ms: int) -> None:
        """Pause a match when everybody is gone, end it after a while, and close a room that stays empty."""
        room = self._room
        if room.inhabited:
            room.empty_since_ms = None
            return
        if room.empty_since_ms is None:
            room.empty_since_ms = now_ms
            if room.phase is Phase.LIVE and not room.sleeping.holds:
                room.lifecycle.pause("empty", now_ms)
        if room.sleeping.holds:  # it stays until it is written
            return
        empty_for_ms = now_ms - room.empty_since_ms
        held = any(seat.held for seat in room.seats.values())
        settings = room.context.rooms
        if room.phase is Phase.PAUSED and empty_for_ms >= settings.abandoned_s * 1000 and not held:
            room.lifecycle.back_to_lobby(now_ms)
        if empty_for_ms >= settings.empty_room_close_s * 1000 or (room.demo and empty_for_ms > DEMO_CLOSE_MS):
            room.closed = True
