"""Options become a form in the lobby; in the match they are numbers."""

from game.rules import Auto, Choice, Flag, Int, Options, Subset

options = Options(
    seconds=Int(60, 20, 300, doc="length of a match, seconds"),
    teams=Choice("none", "two"),
    fog=Flag(),
    rounds=Auto(3, 20, doc="0: as many as there are players"),
    items=Subset("speed", "shield"),
)
chosen = options.merge(options.defaults(), {"seconds": 90, "teams": "two", "items": ["shield"]})
values = options.values(chosen)
assert (values.seconds, values.teams, values.fog, values.rounds) == (90, 1, 0, 0)
assert values.items == 2  # a bit for each name: the second one
