"""The lifecycle of a room: its phases, what moves it between them, and what each move does.

`TRANSITIONS` is the whole state machine. An event that a phase does not have is refused; every other event
leads to the next phase and calls the effect of its row. Nothing else changes `Room.phase`, except the
restore of a frozen room.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import UNSET

from game import telemetry
from game.protocol.events import Notice
from game.protocol.fields import LOOKS
from game.protocol.http import Outcome
from game.protocol.objects import AwardLine, FigureLine, PlaceLine, Results
from game.rooms.errors import Refused
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.nobody_won import Rank, why_nobody_won
from game.rooms.people import Seat
from game.rules import STOP, Match

if TYPE_CHECKING:
    from game.rooms.room import Room

log = logging.getLogger("rumpus.rooms")


class Phase(StrEnum):
    """Where a room stands."""

    LOBBY = "lobby"
    COUNTDOWN = "countdown"
    LIVE = "live"
    PAUSED = "paused"
    RESULTS = "results"


RUNNING = (Phase.LIVE, Phase.PAUSED)


class Event(StrEnum):
    """What moves a room from one phase to another."""

    START = "start"
    CANCEL = "cancel"
    ELAPSED = "elapsed"
    PAUSE = "pause"
    RESUME = "resume"
    DECIDED = "decided"
    RETURN = "return"


class WrongPhase(ValueError):
    """An event that the present phase does not have."""


class Lifecycle:
    """Moves one room through its phases.

    The public methods check what an event needs beside the phase, and then let it happen. `review` finds the
    events that follow from the people, seats and votes.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room

    def _move(self, event: Event, now_ms: int) -> None:
        """Change to the phase that the table names and carry out the row's effect. Raises WrongPhase."""
        room = self._room
        transition = TRANSITIONS.get((room.phase, event))
        if transition is None:
            raise WrongPhase(f"{event} is not possible in {room.phase}")
        room.phase = transition.to
        transition.effect(self, now_ms)

    # --- events

    def start(self, now_ms: int) -> None:
        """Begin the countdown. Raises Refused when there are too few players, and WrongPhase."""
        room = self._room
        room.choice.update_rules()
        if not self._enough():
            raise Refused(
                "wrong_phase",
                f"{room.game.title} needs {room.game.seats[0]} players. Add a bot or invite somebody.",
            )
        self._move(Event.START, now_ms)

    def cancel(self, now_ms: int) -> None:
        """Stop the countdown. Raises WrongPhase."""
        self._move(Event.CANCEL, now_ms)

    def countdown_elapsed(self, now_ms: int) -> None:
        """Begin the match. Raises WrongPhase."""
        self._move(Event.ELAPSED, now_ms)

    def pause(self, by: str, now_ms: int) -> None:
        """Stop the match's time; `by` is the id of a person, or "empty". Raises WrongPhase."""
        self._move(Event.PAUSE, now_ms)
        self._room.paused_by = by

    def resume(self, now_ms: int) -> None:
        """Let the match's time go on. Raises WrongPhase."""
        self._move(Event.RESUME, now_ms)

    def decided(self, now_ms: int) -> None:
        """End the match with results. Raises WrongPhase."""
        self._move(Event.DECIDED, now_ms)

    def stop(self, now_ms: int) -> None:
        """Let the next tick end the match with the places of this moment. Raises WrongPhase."""
        room = self._room
        if room.phase is Phase.PAUSED:
            self.resume(now_ms)
        if room.phase is not Phase.LIVE or room.runner is None:
            raise WrongPhase(f"no match is running in {room.phase}")
        room.runner.command(-1, STOP, 0)

    def back_to_lobby(self, now_ms: int) -> None:
        """Leave the match or its results. Raises WrongPhase."""
        self._move(Event.RETURN, now_ms)

    def fail(self, now_ms: int) -> bool:
        """End the match without results, because the game's rules raised an exception, and tell everybody.

        Args:
            now_ms: the time.

        Returns:
            False when the room must close: no match was running, or nobody is there to begin another.
        """
        room = self._room
        if room.demo or not (room.runner is not None or room.phase in RUNNING):
            return False
        room.failed_rules = room.game
        self.back_to_lobby(now_ms)
        text = f"{room.game.title} has failed, so this match has ended. What happened is recorded."
        room.context.outbox.send(room.code, "notice", Notice(code="game_failed", message=text))
        room.publisher.publish()
        return True

    def restart_after_failure(self, now_ms: int) -> None:
        """Begin another match if the last one failed and the rules have been exchanged since."""
        room = self._room
        if room.failed_rules is None or room.failed_rules is room.game:
            return
        room.failed_rules = None
        if room.phase is Phase.LOBBY and self._enough():
            self.start(now_ms)

    def start_or_return(self, now_ms: int) -> None:
        """Play again if there are enough players, else go back to the lobby."""
        if self._enough():
            self.start(now_ms)
        else:
            self.back_to_lobby(now_ms)

    def review(self, now_ms: int) -> None:
        """Start, cancel or end what the present people, seats and votes ask for.

        Call it after every change of one of them: a condition may hold because somebody else has left.
        """
        room = self._room
        deserted = not (room.seating.has_player() or room.bots_only or room.demo)
        if room.phase is Phase.LOBBY:
            if room.seating.all_ready():
                self._start_if_enough(now_ms)
        elif room.phase is Phase.RESULTS:
            if room.seating.all_want_rematch():
                self._start_if_enough(now_ms)
        elif room.phase is Phase.COUNTDOWN:
            if deserted or not self._enough():
                self.cancel(now_ms)
        elif deserted:
            # The last player has left: the match goes on for nobody.
            if room.inhabited:
                self.decided(now_ms)
            else:
                self.back_to_lobby(now_ms)

    def _enough(self) -> bool:
        return len(self._room.seats) >= self._room.game.seats[0]

    def _start_if_enough(self, now_ms: int) -> None:
        if self._enough():
            self._room.choice.update_rules()  # they may need more players
            if self._enough():
                self.start(now_ms)

    # --- effects

    def begin_countdown(self, now_ms: int) -> None:
        """LOBBY or RESULTS, START: set the time at which the match begins."""
        room = self._room
        room.setback = ""
        room.bots_only = not room.seating.has_player()
        room.results = None
        room.rematch.clear()
        room.results_until_ms = None
        room.quick_start_ms = None
        room.next_game.drop()
        room.quick_called = True
        # A game that counts down itself does so over its picture: there is one countdown.
        wait_s = 0 if room.game.countdown else room.context.rooms.countdown_s
        room.countdown_at = now_ms + round(wait_s * 1000)

    def cancel_countdown(self, _now_ms: int) -> None:
        """COUNTDOWN, CANCEL: nobody is ready any more."""
        self._room.countdown_at = None
        self._room.seating.withdraw_agreement()

    def begin_match(self, now_ms: int) -> None:
        """COUNTDOWN, ELAPSED: set the match up, announce it and send its first keyframes."""
        room = self._room
        room.countdown_at = None
        room.match_number += 1
        room.failed_rules = None
        numbers = sorted(room.seats)
        teams = [room.seats[n].team if n in room.seats else 0 for n in range(room.game.seats[1])]
        draw = room.context.draw_entropy
        continuation, room.continuation = room.continuation, None
        if continuation is None:
            head = Head(room.game.name, tuple(room.chosen), tuple(numbers), tuple(teams), draw())
            runner = room.runner = MatchRunner(room.game, head, draw)
        else:
            runner = room.runner = continuation.resume(room.game, draw)
        room.replication.begin(runner, resumed=continuation is not None)
        for number in numbers:
            seat = room.seats[number]
            seat.playing = True
            if seat.kind == "bot":
                runner.add_bot(number, seat.level, seat.style)
        if continuation is None:
            room.hosting.begin(runner)
        else:
            fit_seats(runner, room.seats)
            room.hosting.update(runner)
        room.recording.begin()
        room.sleeping.begin()
        for person in room.people.values():
            person.active_ms = now_ms
            if not person.connected:
                for number in person.seats():
                    room.seating.add_stand_in(number)
        room.tick_at_ms = room.time_ms = now_ms
        telemetry.matches_started.labels(room.game.name).inc()
        if not room.demo:
            log.info("match started", extra={**room.log_keys(), "seats": len(numbers)})
        # First the match's number, from which clients count their inputs, then its first keyframe.
        room.publisher.publish()
        room.publisher.charge_host(room.replication.send_keyframes())

    def stop_time(self, _now_ms: int) -> None:
        """LIVE, PAUSE: the scheduler steps no room in this phase."""

    def let_time_go_on(self, now_ms: int) -> None:
        """PAUSED, RESUME: the pause has no author any more, and those who are away have time to come back."""
        room = self._room
        if room.paused_by != "empty":
            for person in room.people.values():
                if person.gone_ms is not None and person.seat is not None:
                    person.gone_ms = now_ms
        room.paused_by = None

    def show_results(self, now_ms: int) -> None:
        """LIVE or PAUSED, DECIDED: keep the results, count the wins and end the match."""
        room = self._room
        runner = room.runner
        assert runner is not None
        m = runner.match
        room.results = describe_results(m, room.seats)
        how: Outcome = "ended" if m.stopped else "decided" if m.over else "left"
        record = room.recording.end(how, room.results)
        if record:
            room.results = msgspec.structs.replace(room.results, record=record)
        telemetry.matches_ended.labels(room.game.name, "ended" if m.stopped else "decided").inc()
        if not room.demo:
            first = [place.seat for place in m.places if place.place == 1]
            keys = {**room.log_keys(), "ticks": m.tick, "first_seats": first}
            log.info("match decided", extra={**keys, "record": record} if record else keys)
        for place in m.places if not room.results.nobody_won else []:
            seat = room.seats.get(place.seat)
            if place.place == 1 and seat is not None and seat.player in room.people:
                room.people[seat.player].wins += 1
        if not room.demo:
            room.results = room.evening.count(room.results)
        self.end_match()
        room.rematch.clear()
        room.results_until_ms = now_ms + round(room.context.rooms.results_s * 1000)
        if not room.demo:
            room.next_game.match_over(now_ms)
        room.publisher.publish()

    def abandon_match(self, now_ms: int) -> None:
        """LIVE or PAUSED, RETURN: end the match without results."""
        room = self._room
        if room.runner is not None:
            how: Outcome = "failed" if room.failed_rules is room.game else "left"
            room.recording.end(how)
            telemetry.matches_ended.labels(room.game.name, how).inc()
            if not room.demo:
                keys = {**room.log_keys(), "how": how, "ticks": room.runner.match.tick}
                log.info("match ended", extra=keys)
        self.end_match()
        self.forget_results(now_ms)

    def forget_results(self, _now_ms: int) -> None:
        """RESULTS, RETURN: forget the results and the votes, choose what is next; nobody is ready."""
        room = self._room
        room.results = None
        room.rematch.clear()
        room.results_until_ms = None
        room.seating.reset_seats()
        room.next_game.choose_due()

    def end_match(self) -> None:
        """Forget the running match; every seat is as in a lobby."""
        room = self._room
        room.runner = None
        room.replication.end()
        room.paused_by = None
        room.seating.reset_seats()


class Transition(NamedTuple):
    """A row of the table: the next phase, and what is done on the way."""

    to: Phase
    effect: Callable[[Lifecycle, int], None]


TRANSITIONS: dict[tuple[Phase, Event], Transition] = {
    (Phase.LOBBY, Event.START): Transition(Phase.COUNTDOWN, Lifecycle.begin_countdown),
    (Phase.RESULTS, Event.START): Transition(Phase.COUNTDOWN, Lifecycle.begin_countdown),
    (Phase.COUNTDOWN, Event.CANCEL): Transition(Phase.LOBBY, Lifecycle.cancel_countdown),
    (Phase.COUNTDOWN, Event.ELAPSED): Transition(Phase.LIVE, Lifecycle.begin_match),
    (Phase.LIVE, Event.PAUSE): Transition(Phase.PAUSED, Lifecycle.stop_time),
    (Phase.PAUSED, Event.RESUME): Transition(Phase.LIVE, Lifecycle.let_time_go_on),
    (Phase.LIVE, Event.DECIDED): Transition(Phase.RESULTS, Lifecycle.show_results),
    (Phase.PAUSED, Event.DECIDED): Transition(Phase.RESULTS, Lifecycle.show_results),
    (Phase.LIVE, Event.RETURN): Transition(Phase.LOBBY, Lifecycle.abandon_match),
    (Phase.PAUSED, Event.RETURN): Transition(Phase.LOBBY, Lifecycle.abandon_match),
    (Phase.RESULTS, Event.RETURN): Transition(Phase.LOBBY, Lifecycle.forget_results),
}


def fit_seats(runner: MatchRunner, seats: dict[int, Seat]) -> None:
    """Let a match that goes on have the seats that are taken now."""
    before = set(runner.match.seats)
    for number, seat in sorted(seats.items()):
        if number not in before:
            runner.join(number, seat.team)
        elif seat.kind == "human":
            runner.release_buttons(number)
            runner.say_who_plays(number, bot=False)
    for number in sorted(before - seats.keys()):
        runner.leave(number)


class _Look(NamedTuple):
    name: str
    player: str | None
    colour: int
    shape: int


def describe_results(m: Match, seats: dict[int, Seat]) -> Results:
    """Places, awards and rounds, with the names that the seats had when the match ended."""

    def look(number: int) -> _Look:
        seat = seats.get(number)
        if seat is None:
            return _Look("?", None, number % LOOKS, number % LOOKS)
        return _Look(seat.name, seat.player, seat.colour, seat.shape)

    places = [
        PlaceLine(seat=one.seat, place=one.place, points=one.points, **look(one.seat)._asdict())
        for one in m.places
    ]
    awards = [
        AwardLine(seat=one.seat, award=m.game.awards[one.kind], value=one.value, **look(one.seat)._asdict())
        for one in m.given
    ]
    rounds = m.game.rounds(m) if m.over else []
    teams = {number: seat.team for number, seat in seats.items()}
    ranks = [Rank(one.place, one.points, teams.get(one.seat, 0)) for one in m.places]
    return Results(
        places=places,
        awards=awards,
        rounds=rounds,
        ticks=m.tick,
        ended=True if m.stopped else UNSET,
        figures=describe_figures(m) or UNSET,
        nobody_won=why_nobody_won(ranks, ended=m.stopped) or UNSET,
    )


def describe_figures(m: Match) -> list[FigureLine]:
    """The figures of the ranked seats, without those that nobody has."""
    seats = sorted(one.seat for one in m.places)
    lines: list[FigureLine] = []
    for figure in m.figures:
        of = {seat: value for seat, value in figure.values if value > 0 or figure.fewest}
        if of:
            values = [of.get(seat, -1) for seat in seats]
            lines.append(FigureLine(award=m.game.awards[figure.kind], values=values, fewest=figure.fewest))
    return lines
