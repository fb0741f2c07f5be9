"""Recording: what a room keeps of its running match until the match ends and is handed over.

Every match but those of demonstrations gets an id when it begins. When it ends, in whatever way, an
`EndedMatch` is made of it, unless nothing happened in it or nobody was there. The room keeps that until it is
in the database, and takes it along to another worker, so that no crash of a worker loses it.
"""

from typing import TYPE_CHECKING

from game.protocol.http import Outcome, RoomKind, Visibility
from game.protocol.objects import Results
from game.rooms.ended_match import EndedAward, EndedMatch, EndedSeat
from game.rules import Match, Place, snapshot

if TYPE_CHECKING:
    from game.rooms.people import Seat
    from game.rooms.room import Room

MAX_UNSAVED = 4
"""Ended matches that one room keeps while the database is away. Older ones are in the recorder's spool."""


class Recording:
    """Records the matches of one room.

    Attributes:
        started_ms: when the running match began, in ms since 1970, UTC.
        attended: a person has played or seen the running match.
        departed: seats of the running match that were given up, as they were.
        unsaved: ended matches that may not be in the database yet, the oldest first.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self.started_ms = 0
        self.attended = False
        self.departed: dict[int, Seat] = {}
        self.unsaved: list[EndedMatch] = []

    def begin(self) -> None:
        """A match begins: draw its id, if matches are kept."""
        room, sink = self._room, self._room.context.records
        self.departed = {}
        if sink is None or room.demo:
            return
        room.match_id = sink.draw_id()
        self.started_ms = sink.wall_ms()
        self.attended = room.inhabited or room.seating.has_player()

    def seat_left(self, number: int, seat: "Seat") -> None:
        """A seat of the running match is given up."""
        self.departed[number] = seat

    def end(self, outcome: Outcome, results: Results | None = None) -> str:
        """The running match ends: hand it over.

        Args:
            outcome: how it ends.
            results: its results, if there are any.

        Returns:
            The id of its record; "" when it is not kept.
        """
        room, sink = self._room, self._room.context.records
        room.sleeping.end()
        match_id, room.match_id = room.match_id, ""
        runner = room.runner
        if sink is None or not match_id or runner is None:
            return ""
        if not (runner.match.tick and self.attended and runner.journal.complete):
            return ""
        ended = self._ended_match(match_id, outcome, results)
        self.unsaved = [*self.unsaved[1 - MAX_UNSAVED :], ended]
        sink.ended(room.code, ended)
        return match_id

    def forget_saved(self) -> None:
        """Keep only what is not in the database yet."""
        sink = self._room.context.records
        if sink is None:
            self.unsaved = []
        else:
            self.unsaved = [match for match in self.unsaved if sink.waits(match.id)]

    def _ended_match(self, match_id: str, outcome: Outcome, results: Results | None) -> EndedMatch:
        room, sink, runner = self._room, self._room.context.records, self._room.runner
        assert sink is not None
        assert runner is not None
        m, game = runner.match, room.game
        if outcome == "failed":
            runner.close_journal()
        return EndedMatch(
            id=match_id,
            game=game.name,
            title=game.title,
            tick_hz=game.tick_hz,
            rules=sink.rules(game),
            options={field.name: value for field, value in zip(game.options.fields, m.chosen, strict=True)},
            preset=room.preset,
            started_ms=self.started_ms,
            ended_ms=sink.wall_ms(),
            ticks=m.tick,
            outcome=outcome,
            visibility=visibility(room.private),
            room_kind=room_kind(room.fill, room.private),
            final_hash=_state_hash(m, outcome),
            journal=runner.journal.pack(),
            seats=self._ended_seats(),
            rounds=[] if results is None else results.rounds,
        )

    def _ended_seats(self) -> list[EndedSeat]:
        room, runner = self._room, self._room.runner
        assert runner is not None
        m = runner.match
        places = {one.seat: one for one in m.places}
        awards: dict[int, list[EndedAward]] = {}
        for given in m.given:
            award = EndedAward(award=room.game.awards[given.kind], value=given.value)
            awards.setdefault(given.seat, []).append(award)
        playing = {number: seat for number, seat in room.seats.items() if seat.playing}
        seats: list[EndedSeat] = []
        for number, seat in sorted((self.departed | playing).items()):
            person = room.people.get(seat.player or "") if number in playing else None
            device = "" if person is None else person.device
            seats.append(ended_seat(number, seat, device, places.get(number), awards.get(number)))
        return seats


def ended_seat(
    number: int,
    seat: "Seat",
    device: str,
    place: Place | None = None,
    awards: list[EndedAward] | None = None,
) -> EndedSeat:
    """A seat as the record of a match has it.

    Args:
        number: the seat's number.
        seat: the seat as it was at the end, or when it was given up.
        device: of the person who has it; "" for a bot, and for one who left.
        place: where the rules have ranked it.
        awards: that it was given.

    Returns:
        The seat.
    """
    bot = seat.kind == "bot"
    return EndedSeat(
        seat=number,
        device=device,
        bot=bot,
        level=seat.level if bot else 0,
        style=seat.style if bot else 0,
        name=seat.name,
        colour=seat.colour,
        shape=seat.shape,
        team=seat.team,
        place=0 if place is None else place.place,
        points=0 if place is None else place.points,
        awards=awards or [],
    )


def _state_hash(m: Match, outcome: Outcome) -> int:
    """The hash of the state; of a match that failed it may be a broken one, and then it is 0."""
    try:
        return snapshot.state_hash(m)
    except Exception:  # rules that failed may have left anything
        if outcome != "failed":
            raise
        return 0


def visibility(private: bool) -> Visibility:
    """The people that a room's matches are shown to, by default."""
    return "link" if private else "public"


def room_kind(fill: int, private: bool) -> RoomKind:
    """What the record of a match says of its room."""
    if fill:
        return "quick"
    return "private" if private else "public"
