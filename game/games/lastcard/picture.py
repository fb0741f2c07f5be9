"""The picture of Last Card: the players, the stock, the pile, and my own hand along the lower edge."""

from game.rules import OWNER
from game.rules.drawing import (
    Box,
    Card,
    Clock,
    Faces,
    Fan,
    Hand,
    Label,
    Mark,
    Menu,
    On,
    Only,
    Pick,
    Polygon,
    Scaled,
    Scores,
    Spread,
    Words,
    World,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules.drawing import Length, Part

EMBER, TIDE, MOSS, DUNE = "#C8331B", "#2F62C9", "#1E7F55", "#E9B52C"
COLOURS = (EMBER, TIDE, MOSS, DUNE)
SHAPES = ("triangle", "ring", "square", "star")
LETTERS = ("E", "T", "M", "D")
NAMES = ("Ember", "Tide", "Moss", "Dune")
SUIT = Pick("suit", *COLOURS)

FACES = Faces(
    ranks=12,
    colours=COLOURS + ("#39406B",),
    shapes=SHAPES,
    letters=LETTERS,
    texts=("1", "2", "3", "4", "5", "6", "7", "8", "9", ":skip", ":turn", "+2") * 4
    + (":wheel", "+4", ":swap"),
    names=NAMES + ("Wish",),
)

WIDE = 960, 500
UPRIGHT = 600, 650
"""As low as possible: on phones the hand takes much of the height, and the rest sets the scale."""
RIGHTWARDS = ((-16, -9), (2, -9), (2, -18), (20, 0), (2, 18), (2, 9), (-16, 9))
LEFTWARDS = tuple([(-x, y) for x, y in RIGHTWARDS])

LIVE = ("phase", "!=", "over")
MY_TURN = (("id", "==", "turn"), "mine", ("phase", "==", "play"))
MY_WISH = (("id", "==", "turn"), "mine", ("phase", "==", "wish"))


REASONS = (
    ("notYours", "It is not your turn"),
    ("noFit", "It must match {suit} or the sign on the pile"),
    ("mustAnswer", "Only a draw card helps now: +2 or +4"),
    ("onlyDrawn", "Only the card that you drew may be laid"),
)
"""Why a card cannot be laid, by the name of `Player.reason`."""


def _players(shape: str, x: "Length", y: "Length", wide: int) -> "tuple[Part, ...]":
    """The players at the top of the table: panel, mark, cards, count."""
    left = _moved(x, -wide // 2 + 22)
    begin, line = _moved(left, 24), _moved(y, -32)
    acting = (shape, ("id", "==", "turn"), LIVE)
    return (
        Box("players", x, y, wide, 112, "panel", round=14, when=shape),
        Box(
            "players",
            x,
            y,
            wide,
            112,
            "accent",
            outline=4,
            round=14,
            when=acting,
            fade=150,
        ),
        Mark("players", left, line, size=11, named=False, when=shape),
        # The name ends before the edge, and before the seconds while there are any.
        Label(
            "players",
            "{player}",
            begin,
            line,
            size=17,
            align="left",
            width=wide - 56,
            when=shape,
            unless=acting[1:],
        ),
        Label("players", "{player}", begin, line, size=17, align="left", width=wide - 94, when=acting),
        Fan(
            "players",
            FACES,
            count="count",
            x=_moved(x, -18),
            y=_moved(y, 18),
            height=58,
            width=wide - 66,
            when=shape,
        ),
        Label("players", "{count}", _moved(x, wide // 2 - 24), _moved(y, 18), size=28, when=shape),
        Label(
            "players",
            "Last card!",
            x,
            _moved(y, 66),
            size=20,
            colour="accent",
            when=(shape, "called", ("count", "==", 1)),
            fade=150,
        ),
        Clock(
            "players",
            _moved(x, wide // 2 - 24),
            line,
            until="until",
            size=20,
            colour="accent",
            bare=60,
            when=acting,
        ),
    )


def _moved(length: "Length", by: int) -> "Length":
    """A length plus a number of units."""
    if isinstance(length, Spread):
        return Spread(length.field, length.of, length.length, length.plus + by)
    if isinstance(length, Scaled):
        return Scaled(length.field, length.times, length.plus + by)
    return length + by if isinstance(length, int) else length


def _table(shape: str, x: int, y: int, high: int) -> "tuple[Part, ...]":
    """The stock, the pile, the suit that counts, and the cards to be drawn."""
    stock = x - high * 55 // 100
    pile = x + high * 50 // 100
    return (
        Box("", pile, y, high * 5 // 7 + 24, high + 24, SUIT, outline=7, round=22, when=shape),
        Card("", FACES, x=stock, y=y, height=high * 88 // 100, pile="stock", when=shape),
        Card(
            "players",
            FACES,
            x=stock,
            y=y,
            height=high * 88 // 100,
            pile="stock",
            choose="act",
            name="Draw",
            when=(shape, MY_TURN),
            unless="drew",
        ),
        Card("", FACES, "top", x=pile, y=y, height=high, pile="pile", when=shape),
        Label("", "{stock}", stock, y + high * 54 // 100, size=20, colour="muted", when=shape),
        Label("", "{suit}", pile, y + high * 71 // 100, size=24, when=shape),
        Label(
            "", "+{pending}", stock, y, size=54, colour="danger", when=(shape, ("pending", ">", 0)), fade=120
        ),
        Polygon("", RIGHTWARDS, x, y - high * 70 // 100, "muted", when=shape, unless="backwards"),
        Polygon("", LEFTWARDS, x, y - high * 70 // 100, "muted", when=(shape, "backwards")),
    )


def _mine(
    shape: str, x: int, y: int, passing: "tuple[int, int]", calling: "tuple[int, int]"
) -> "tuple[Part, ...]":
    """What is said to one player alone, and what that player can choose besides cards."""
    return (
        Label(
            "players",
            "Your turn: lay a card, or draw",
            x,
            y,
            size=22,
            colour="accent",
            when=(shape, MY_TURN, ("pending", "==", 0)),
            unless=("drew",),
        ),
        Label(
            "players",
            "Lay a draw card, or draw {pending}",
            x,
            y,
            size=22,
            colour="danger",
            when=(shape, MY_TURN, ("pending", ">", 0)),
        ),
        Label(
            "players",
            "Lay the card that you drew, or pass",
            x,
            y,
            size=22,
            colour="accent",
            when=(shape, MY_TURN, "drew"),
        ),
        Label("players", "Choose a suit", x, y, size=24, colour="accent", when=(shape, MY_WISH)),
        Only(
            OWNER,
            *[
                Label(
                    "players",
                    text,
                    x,
                    y + 32,
                    size=20,
                    colour="danger",
                    when=(shape, ("reason", "==", reason)),
                    fade=120,
                )
                for reason, text in REASONS
            ],
        ),
        Menu(
            "players",
            "suit",
            NAMES,
            x,
            278 if shape == "wide" else 372,
            width=170,
            height=64,
            columns=2,
            colours=COLOURS,
            shapes=SHAPES,
            when=(shape, MY_WISH),
        ),
        Menu(
            "players",
            "act",
            ("Pass",),
            passing[0],
            passing[1],
            width=150,
            height=54,
            first=1,
            when=(shape, MY_TURN, "drew"),
        ),
        Menu(
            "players",
            "act",
            ("Last card!",),
            calling[0],
            calling[1],
            width=150,
            height=54,
            first=2,
            colours=("accent",),
            when=(shape, "mine", ("due", ">", 0)),
        ),
        Menu(
            "players",
            "act",
            ("Last card!",),
            calling[0],
            calling[1],
            width=150,
            height=54,
            first=2,
            colours=("accent",),
            when=(shape, MY_TURN, ("count", "==", 2), ("called", "==", 0)),
        ),
    )


PICTURE: "tuple[Part, ...]" = (
    World(*WIDE, grid=0, upright=UPRIGHT),
    Words("en", {"ember": "Ember", "tide": "Tide", "moss": "Moss", "dune": "Dune"}),
    Words(
        "de",
        {
            "Ember": "Glut",
            "Tide": "Flut",
            "Moss": "Moos",
            "Dune": "Düne",
            "ember": "Glut",
            "tide": "Flut",
            "moss": "Moos",
            "dune": "Düne",
            "Wish": "Wunsch",
            "skip": "Pause",
            "turn": "Kehrt",
            "wheel": "Farbe",
            "swap": "Tausch",
            "Last card!": "Letzte Karte!",
            "Your turn: lay a card, or draw": "Du bist dran: leg eine Karte oder zieh",
            "Lay a draw card, or draw {pending}": "Leg eine Ziehkarte oder zieh {pending}",
            "Lay the card that you drew, or pass": "Leg die gezogene Karte oder pass",
            "Choose a suit": "Wähl eine Farbe",
            "It is not your turn": "Du bist nicht dran",
            "It must match {suit} or the sign on the pile": "Sie muss zu {suit} oder zum Zeichen oben passen",
            "Only a draw card helps now: +2 or +4": "Jetzt hilft nur eine Ziehkarte: +2 oder +4",
            "Only the card that you drew may be laid": "Nur die gezogene Karte darf gelegt werden",
            "Draw": "Ziehen",
            "Pass": "Passen",
            "{seat} turns the order round": "{seat} dreht die Richtung um",
            "{seat} misses a turn": "{seat} setzt aus",
            "{seat} swaps hands": "{seat} tauscht die Karten",
            "{seat} jumps in": "{seat} wirft ein",
            "{seat} calls the last card": "{seat} ruft: Letzte Karte!",
            "{seat} forgot to call and draws 2": "{seat} hat nicht gerufen und zieht 2",
            "{seat} takes the round: {points}": "{seat} gewinnt die Runde: {points}",
            "{seat} has won": "{seat} hat gewonnen",
        },
    ),
)
PICTURE += _players("wide", Spread("place", "seated", 960), 60, 152)
PICTURE += _players("upright", Spread("column", "columns", 600), Scaled("row", 122, 60), 188)
PICTURE += _table("wide", 480, 278, 180)
PICTURE += _table("upright", 300, 372, 160)
PICTURE += _mine("wide", 480, 446, (780, 318), (780, 234))
PICTURE += _mine("upright", 300, 518, (450, 606), (150, 606))
PICTURE += (
    Hand("players", "hand", FACES, choose="card", can="can", turn="turn"),
    Scores("players", points="score", round="round", until="until"),
    On("deal", sound="go"),
    On("lay", sound="click"),
    On("draw", sound="offer"),
    On("wish", sound="take"),
    On("skip", sound="fade", say="{seat} misses a turn"),
    On("turnabout", sound="fade", say="{seat} turns the order round"),
    On("swap", sound="take", say="{seat} swaps hands"),
    On("jump", sound="take", say="{seat} jumps in"),
    On(
        "call",
        sound="beat",
        say="{seat} calls the last card",
        burst=24,
        at="players",
        x=Spread("place", "seated", 960),
        y=60,
    ),
    On("forgot", sound="harm", say="{seat} forgot to call and draws 2"),
    On("slow", sound="lost"),
    On("roundEnd", sound="roundEnd", say="{seat} takes the round: {points}"),
    On("matchEnd", sound="matchEnd", say="{seat} has won"),
)
