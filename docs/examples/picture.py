"""A picture: players with a bar of health, what only a player sees of themselves, a sound, and scores."""

from game.rules import OWNER
from game.rules.drawing import Bar, Label, Mark, On, Only, Scaled, Scores, Shape, World

picture = (
    World(960, 600),
    Shape("coins", "star", size=12),
    Mark("players", size=14, alive="alive"),
    Bar("players", "health", 100, y=Scaled("y", 1, -24), colour="danger", unless=("health", "==", 100)),
    Only(OWNER, Label("players", "You are the {role}", x=480, y=30)),
    Label("", "The storm begins!", x=480, y=80, when=("phase", "==", "storm"), fade=200),
    Scores("players", left="left"),
    On("coin", sound="take", burst=8, at="players"),
)
assert picture[0].describe()["width"] == 960
assert picture[4].parts()[0].only == "owner"
