"""Players by their seats, and the sides that they play for."""

from game.rules import Count, Entity, find, one_side, seated, side, standings, without


class Player(Entity):
    team = Count(4)


players = [Player(0, team=1), Player(2, team=2), Player(3, team=1)]
assert find(players, 2).team == 2
assert find(players, 1) is None
players = seated(players, Player(1, team=2))
assert [one.id for one in players] == [0, 1, 2, 3]
assert not one_side(players)
players = without(without(players, players[1]), players[2])
assert [one.id for one in players] == [0, 3]
assert one_side(players)
assert standings([(side(one), one.id) for one in players]) == [(3, 1)]
