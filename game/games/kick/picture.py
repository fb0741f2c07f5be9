"""The picture of Kick Off. Sides differ by colour and by shape: the left one is full, the other a ring."""

from game.rules.drawing import (
    Arc,
    Box,
    Circle,
    Clock,
    Label,
    Line,
    On,
    Part,
    Pick,
    Scaled,
    Shape,
    Teams,
    Words,
    World,
)

from .maps import BEHIND, MAPS

ACCENT = "#A5EE6B"
GRASS, LINES, EDGE, NETS, POSTS = "#12351C", "#3C7A4B", "#7FBF8C", "#1F4F2C", "#F2F4FF"

STILL = ("phase", "!=", "live")


def _time(shape: str, x: str, size: int) -> "tuple[Part, ...]":
    """The time that is left, above the pitch."""
    return (
        Clock("grounds", x, 22, left="left", size=size, when=(shape, STILL)),
        Clock(
            "grounds", x, 22, until="ends", size=size, when=(shape, ("phase", "==", "live")), unless="golden"
        ),
        Label("grounds", "Golden goal", x, 22, size=22, colour=ACCENT, when=(shape, "golden")),
    )


def _own_goal(shape: str, deep: int, up: int) -> "tuple[Part, ...]":
    """Label the own goal until the ball is in play: `deep` units in front of it, `up` above its middle."""
    y = Pick("map", *[one.world_height // 2 - up for one in MAPS])
    return tuple(
        [
            Label(
                "players",
                "Your goal",
                x,
                y,
                size=20,
                colour="team",
                fade=300,
                when=(shape, "mine", ("team", "==", team), ("phase", "<", "live")),
            )
            for team, x in ((1, BEHIND + deep), (2, Scaled("width", 1, -BEHIND - deep)))
        ]
    )


GROUND: "tuple[Part, ...]" = (
    World("width", "height", grid=60, turnable=True),
    Box("grounds", width="width", height="height", colour=GRASS),
    Box("grounds", x="net_left", width=40, height="goal_size", colour=NETS),
    Box("grounds", x="net_right", width=40, height="goal_size", colour=NETS),
    Box("grounds", x="box_left", width="box_width", height="box_height", colour=LINES, outline=3),
    Box("grounds", x="box_right", width="box_width", height="box_height", colour=LINES, outline=3),
    Line("grounds", x="x", y="line_top", to_x="x", to_y="line_bottom", colour=LINES),
    Circle("grounds", size="circle", colour=LINES, outline=3),
    Circle("grounds", size=5, colour=LINES),
    Box("grounds", width="width", height="height", colour=EDGE, outline=3),
    Circle("pillars", size="size", colour=EDGE),
)
GOALS: "tuple[Part, ...]" = (
    Box("grounds", x="net_left", width=40, height="goal_size", colour=0, outline=5),
    Box("grounds", x="net_right", width=40, height="goal_size", colour=1, outline=5),
    Line("grounds", x="line_left", y="goal_top", to_x="line_left", to_y="goal_bottom", width=4, colour=0),
    Line("grounds", x="line_right", y="goal_top", to_x="line_right", to_y="goal_bottom", width=4, colour=1),
    Circle("grounds", x="line_left", y="goal_top", size=7, colour=POSTS),
    Circle("grounds", x="line_left", y="goal_bottom", size=7, colour=POSTS),
    Circle("grounds", x="line_right", y="goal_top", size=7, colour=POSTS),
    Circle("grounds", x="line_right", y="goal_bottom", size=7, colour=POSTS),
)
PLAYERS: "tuple[Part, ...]" = (
    Circle("players", size=23, colour="text", outline=2, when="mine"),
    Circle("players", size=22, colour="text", outline=4, when="glows", fade=120),
    Circle("players", size=15, colour="team", when=("team", "==", 1)),
    Circle("players", size=15, colour="panel", when=("team", "==", 2)),
    Circle("players", size=13, colour="team", outline=5, when=("team", "==", 2)),
    Circle("players", size=6, colour="ground", when=("team", "==", 1)),
    Circle("players", size=5, colour="team", when=("team", "==", 2)),
    Arc("players", "charge", 6, ease=90, size=20, width=5, colour=ACCENT, when="charge"),
    Label("players", "{player}", y=Scaled("y", 1, 27), size=12, colour="muted", unless="mine"),
)
BALL: "tuple[Part, ...]" = (
    Circle("balls", size=13, colour=ACCENT, outline=3, when="fast", fade=160),
    Circle("balls", size=14, colour="#FF8FD2", outline=2, when="bends", fade=200),
    Circle("balls", size=10, colour="text"),
    Shape("balls", "pentagon", size=5, colour="ground"),
)
PICTURE: "tuple[Part, ...]" = (
    GROUND
    # Where no keeper stands at a kick-off.
    + _own_goal("wide", 74, 40)
    + _own_goal("upright", 30, 0)
    + PLAYERS
    + BALL
    + GOALS
    # On an upright phone the upper goal is in the middle: the time stands beside it.
    + _time("wide", "x", 24)
    + _time("upright", "box_left", 34)
    + (
        Words("de", {"Golden goal": "Golden Goal", "Your goal": "Dein Tor"}),
        Teams("teams"),
        On("beat", sound="beat"),
        On("go", sound="whistle"),
        On("kick", sound="kick"),
        On("post", sound="post", shake=20),
        On("save", sound="shield", say="Saved by {seat}!"),
        On("goal", sound="goal", say="Goal! {seat}", burst=40, at="balls", reach=160, shake=60),
        On("ownGoal", sound="lost", say="Own goal: {seat}", shake=40),
        On("golden", sound="closing", say="The next goal wins"),
        On("hurry", sound="beat"),
        On("matchEnd", sound="matchEnd"),
    )
)
