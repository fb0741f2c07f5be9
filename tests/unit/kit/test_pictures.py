"""The look at pictures: what a part may name, and what not everybody may see."""

from typing import Any

import pytest

from game.kit.pictures import check_picture, upright_percent
from game.kit.trials import Fault
from game.rules import (
    HOST,
    OWNER,
    Choice,
    Choose,
    Controls,
    Count,
    Entities,
    Entity,
    Event,
    Game,
    Grid,
    Ints,
    Match,
    Text,
)
from game.rules.drawing import (
    Bar,
    Box,
    Camera,
    Card,
    Cells,
    Circle,
    Clock,
    Faces,
    Fan,
    Hand,
    Label,
    Menu,
    On,
    Only,
    Panel,
    Part,
    Pick,
    Polygon,
    Scores,
    Shape,
    Spread,
    Teams,
    Words,
    World,
    flat,
)
from game.sync.schema import Schema

FACES = Faces(10, ("danger", "#56F8FD"), ("star", "cross"), texts=("0", ":skip"))


class Player(Entity):
    x, y, count, team = Count(900), Count(900), Count(99), Count(4)
    hand = Ints(32, high=99, see=OWNER)
    role = Text(20, see=OWNER)
    wide = Count(8, default=4)
    board = Grid("wide", high=2, see=OWNER)


class Table(Entity):
    turn = Count(7)
    until = Count(9000)
    phase = Choice("deal", "play")
    answer = Text(20, see=HOST)
    columns = Count(8, default=3)
    tiles = Grid("columns", high=9)
    open = Ints(24, high=23)
    players = Entities(Player, max=8)


class Shown(Game):
    name, title, replication = "shown", "Shown", "delta"
    events = (Event("hit", "seat"), Event("rain"))
    State = Table
    controls = Controls(Choose("tile", most=24))

    def start(self, m: Match) -> None: ...


def game_with(*parts: Part) -> Game:
    class Drawn(Shown):
        picture = parts

    return Drawn()


GOOD = (
    World(960, 600, upright=(600, 960)),
    Camera("players", view=(320, 200)),
    Words("de", {"play": "Spiel", "{player} has {count}": "{player}: {count}", "skip": "Pause"}),
    Circle("players", Spread("id", "count", 600), 40, outline=2, when=("team", ">=", 1), opacity="count"),
    Box("players", y=3, colour="team", round=8, unless="mine", ease=200),
    Bar("players", "count", 99, y=10, colour=Pick("team", "muted", "accent")),
    Polygon("players", ((0, -5), (5, 5), (-5, 5)), y=0, fade=200),
    Shape("players", Pick("team", "star", "cross"), y=0),
    Label("players", "{player} has {count}", y=0, align="left", wrap=80),
    Label("players", "{role}", y=0),
    Label("", "{answer}", 0, 0),
    Only(OWNER, Label("players", "This is you", y=0), Fan("players", FACES, cards="hand", y=0)),
    Only(HOST, Panel("", 0, 0, title="{phase}", lines=("{answer}",))),
    Card("", FACES, "turn", 0, 0, when=(("phase", "==", "play"), "wide")),
    Hand("players", "hand", FACES, turn="turn"),
    Clock("", 0, 0, until="until"),
    Cells("tiles", 40, ("", "#123456", "accent", 3), x=20, choose="tile", can="open", turn="turn"),
    Cells("board", of="players", x="x", y=40, when="mine", fade=200),
    Scores("players", points="count", until="until"),
    Teams("players", points="count", team="team"),
    On("hit", burst=20, at="players", y=0, shake=50),
)


def test_every_part_of_the_kit_can_be_declared_and_described() -> None:
    game = game_with(*GOOD)
    assert check_picture(game) == len(flat(game.picture)) == len(GOOD) + 1
    told = Schema.of(game).describe().picture
    assert isinstance(told, list)
    assert [one["part"] for one in told if one.get("only") == "owner"] == ["label", "fan"]
    found = {str(one["part"]): one for one in told}
    assert found["card"]["when"] == ["phase", "==", "play", "wide", "!=", 0]
    assert found["words"]["words"] == [
        *("play", "Spiel", "{player} has {count}", "{player}: {count}", "skip", "Pause"),
    ]
    assert "opacity" not in found["box"]


@pytest.mark.parametrize(
    ("part", "cure"),
    [
        (Scores("players", points="hand"), "shows a field hand"),
        (Circle("players", when=("phase", "==", "over")), "shows a field over"),
        (Circle("players", when="nothing"), "shows a field nothing"),
        (Label("players", "{nothing}"), "shows a field nothing"),
        (Shape("players", Pick("team", "blob")), "no shape blob"),
        (Hand("players", "count", FACES), "count is no ints"),
        (Hand("players", "hand", Faces(1, (), texts=(":fly",))), "no sign :fly"),
        (Menu("", "colour", ("Red",), 0, 0), "no control colour"),
        (On("rain", burst=3, at="players"), "no argument with the id"),
        (Words("de", {"Plai": "Spiel"}), "nor a text about the game is 'Plai'"),
        (Words("de", {"play": "Spiel {n}"}), "fills in {n}, and 'play' does not"),
        (On("hit", burst=3), "arguments of the event: no x"),
        (Cells("open"), "shows no Grid open"),
        (Cells("board"), "shows no Grid board"),
        (Cells("tiles", colours=("", "pink")), "'pink' is no colour of a value"),
        (Cells("tiles", colours=("", "seat")), "'seat' is no colour of a value"),
        (Cells("tiles", choose="til"), "no control til to choose by; there are tile"),
        (Cells("tiles", choose="tile", can="columns"), "columns is no ints"),
        (Cells("tiles", x="nowhere"), "shows no field nowhere"),
        (Circle("players", colour=Pick("team", "pink")), "shows a field pink"),
    ],
)
def test_what_cannot_be_drawn_is_named(part: Part, cure: str) -> None:
    with pytest.raises(Fault, match=cure):
        check_picture(game_with(part))


def test_a_board_says_no_more_than_it_is_given() -> None:
    """The schemas of kept matches have boards without places and choices."""
    assert set(Cells("tiles").values) == {"grid", "size", "colours", "gap"}
    assert Cells("tiles", x=3, names=("", "king")).describe()["names"] == ["", "king"]


def test_a_part_takes_no_unknown_value() -> None:
    wrong: Any = {"colr": 3}
    with pytest.raises(TypeError, match="Circle takes no colr"):
        Circle("players", **wrong)
    with pytest.raises(ValueError, match="OWNER or HOST"):
        Only("all", Circle("players"))


@pytest.mark.parametrize("x", [700, Spread("turn", "until", 960)])
def test_what_lies_beyond_the_world_of_upright_screens_is_found(x: int | Spread) -> None:
    world = World(960, 600, upright=(600, 960))
    with pytest.raises(Fault, match=r'beyond the 600 x 960 .* when="wide", and another with when="upright"'):
        check_picture(game_with(world, Label("", "Now", x, 40)))
    wide = Label("", "Now", x, 40, when=(("phase", "==", "play"), "wide"))
    assert check_picture(game_with(world, wide, Label("", "Now", 300, 900, when="upright"))) == 3


@pytest.mark.parametrize(
    ("parts", "percent"),
    [
        ((World(960, 600),), 34),
        ((World(960, 600, turnable=True),), 89),
        ((World(960, 600, upright=(390, 700)),), 100),
        ((World(2000, 1500), Camera("players")), 89),
        ((World(2000, 1500), Camera("players", upright=(400, 10))), 1),
        ((World("x", "y"),), 100),
        ((Circle("players"),), 34),
    ],
)
def test_how_much_of_an_upright_phone_a_picture_fills(parts: tuple[Part, ...], percent: int) -> None:
    assert upright_percent(game_with(*parts)) == percent


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((Camera("players"), Camera("players")), "two cameras"),
        ((Camera("nobody"),), "no list"),
        ((Camera("players", view=(0, 0)),), "view is"),
        ((Camera("players", view=(-5, 400)),), "view is"),
        ((Camera("players", upright=(640,)),), "upright is"),  # type: ignore[arg-type]
        ((Camera("players", x="hand"),), "shows a field hand"),
        ((Camera("players", alive="gone"),), "no"),
    ],
)
def test_cameras_that_show_nothing(parts: tuple[Part, ...], words: str) -> None:
    with pytest.raises(Fault, match=words):
        check_picture(game_with(*parts))
