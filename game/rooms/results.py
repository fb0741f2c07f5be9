"""The results of a decided match, as the room shows them."""

from typing import NamedTuple

from game.protocol.objects import AwardLine, PlaceLine, Results
from game.rooms.people import Seat
from game.rules import Match


class _Look(NamedTuple):
    name: str
    player: str | None
    colour: int
    shape: int


def describe_results(m: Match, seats: dict[int, Seat]) -> Results:
    """Places, awards and rounds with the names that the seats had when the match ended."""

    def look(number: int) -> _Look:
        seat = seats.get(number)
        if seat is None:
            return _Look("?", None, number % 8, number % 8)
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
    return Results(places=places, awards=awards, rounds=rounds, ticks=m.tick)
