"""The results of a decided match, as the room shows them."""

from typing import Any

from game.rooms.people import Seat
from game.rules import Match


def describe_results(m: Match, seats: dict[int, Seat]) -> dict[str, Any]:
    """Places, awards and rounds with the names that the seats had when the match ended."""

    def named(seat: int) -> dict[str, Any]:
        held = seats.get(seat)
        if held is None:
            return {"seat": seat, "name": "?", "player": None, "colour": seat % 8, "shape": seat % 8}
        return {
            "seat": seat,
            "name": held.name,
            "player": held.player,
            "colour": held.colour,
            "shape": held.shape,
        }

    places = [{**named(place.seat), "place": place.place, "points": place.points} for place in m.places]
    awards = [
        {**named(award.seat), "award": m.game.awards[award.kind], "value": award.value} for award in m.given
    ]
    return {"places": places, "awards": awards, "rounds": m.game.rounds(m) if m.over else [], "ticks": m.tick}
