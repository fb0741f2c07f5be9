"""The looks of seats: nobody is mistaken for another, as long as there are looks left."""

from game.rooms.people import Seat, unused_look


def seats(count: int) -> list[Seat]:
    found: list[Seat] = []
    for number in range(count):
        colour, shape = unused_look(found, number % 3, 1)
        found.append(Seat(kind="bot", name=str(number), colour=colour, shape=shape))
    return found


def test_eight_seats_differ_in_colour_and_in_shape() -> None:
    found = seats(8)
    assert len({seat.colour for seat in found}) == len({seat.shape for seat in found}) == 8


def test_sixty_four_seats_have_looks_of_their_own() -> None:
    assert len({(seat.colour, seat.shape) for seat in seats(64)}) == 64


def test_what_is_free_is_taken_as_wished_and_a_crowd_shares() -> None:
    assert unused_look([], 5, 2) == (5, 2)
    assert unused_look(seats(64), 5, 2) == (5, 2)
