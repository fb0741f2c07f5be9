"""Players by their seats, and the sides that they are on."""

from hypothesis import given
from hypothesis import strategies as st

from game.rules import Entity, Int, find, one_side, seated, side, standings


class Player(Entity):
    """Somebody in a team, or not."""

    team = Int(0, 0, 8)
    mark = Int()


def players(*teams: int) -> list[Player]:
    return [Player(seat, team=team) for seat, team in enumerate(teams)]


def test_a_player_is_found_by_the_seat() -> None:
    found = players(0, 0, 1)
    assert find(found, 2) is found[2]
    assert find(found, 3) is None


def test_a_newcomer_sits_down_in_the_order_of_seats() -> None:
    found = [Player(0), Player(5)]
    new = Player(3)
    assert [one.id for one in seated(found, new)] == [0, 3, 5]
    assert len(found) == 2


def test_a_newcomer_takes_the_place_of_whom_the_seat_was() -> None:
    new = Player(5, mark=1)
    assert seated([Player(0), Player(5), Player(6)], new)[1] is new


def test_mates_are_on_one_side_and_loners_each_on_their_own() -> None:
    one, two, three, four = players(1, 1, 0, 0)
    assert side(one) == side(two)
    assert len({side(two), side(three), side(four)}) == 3
    assert one_side([one, two])
    assert not one_side([one, two, three])
    assert not one_side([three, four])
    assert one_side([four])
    assert one_side([])


@given(st.lists(st.integers(0, 8), max_size=100))
def test_no_loner_is_ever_on_a_teams_side(teams: list[int]) -> None:
    sides = {side(player) for player in players(*teams)}
    assert len(sides) == len({team for team in teams if team}) + teams.count(0)


def test_each_side_stands_once_with_its_most_points_the_best_first() -> None:
    assert standings([(7, 2), (1, 5), (1, 3), (9, 5)]) == [(5, 1), (5, 9), (2, 7)]
    assert standings([]) == []
