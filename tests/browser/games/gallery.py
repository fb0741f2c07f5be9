"""A game that shows every part of the picture kit, for tests: a bot, a ring of things, and secrets."""

from game.rules import (
    OWNER,
    Angle,
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
    SeatInput,
    Text,
    seated,
)
from game.rules.drawing import (
    Arc,
    Bar,
    Box,
    Card,
    Cells,
    Circle,
    Clock,
    Faces,
    Fan,
    Hand,
    Label,
    Mark,
    Menu,
    On,
    Only,
    Panel,
    Pick,
    Polygon,
    Scores,
    Shape,
    Spread,
    Teams,
    World,
)

FACES = Faces(
    10,
    ("#C8331B", "#2F62C9"),
    ("star", "cross"),
    ("S", "C"),
    texts=("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
    names=("Star", "Cross"),
    pips=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
)


class Player(Entity):
    place, team, health, heading, cards = Count(9), Count(2), Count(100), Angle(), Count(9)
    hand = Ints(9, high=19, see=OWNER)
    word = Text(20, see=OWNER)


class Side(Entity):
    score = Count(9)


class Hall(Entity):
    width = Count(9, default=4)
    tiles = Grid("width", high=4)
    count = Count(9)
    turn = Count(9)
    until = Count(9999, default=900)
    phase = Choice("calm", "storm")
    players = Entities(Player, 4)
    sides = Entities(Side, 2)


class Gallery(Game):
    name, title, seats, tick_hz, replication = "gallery", "Gallery", (2, 4), 20, "delta"
    blurb = "Every part of the picture kit."
    controls = Controls(Choose("card", most=9, of="hand"), Choose("way", most=3))
    events = (Event("hit", "seat"),)
    State = Hall
    picture = (
        World(960, 600, grid=60),
        Cells("tiles", 40, ("", "#24405F", "#3A5F24", "#5F2440"), gap=0),
        Box("players", Spread("place", "count", 960), 260, 150, 130, "panel", round=16),
        Box("players", Spread("place", "count", 960), 260, 150, 130, "team", outline=4, round=16, fade=200),
        Mark("players", Spread("place", "count", 960, -50), 215, size=12),
        Bar("players", "health", 100, Spread("place", "count", 960), 250, 110, 10, "team", ease=300),
        Arc(
            "players",
            "health",
            100,
            Spread("place", "count", 960, 50),
            225,
            14,
            5,
            Pick("team", "muted", "accent"),
        ),
        Polygon(
            "players",
            ((14, 0), (-8, -9), (-8, 9)),
            Spread("place", "count", 960, -40),
            290,
            "accent",
            heading="heading",
        ),
        Shape(
            "players",
            Pick("team", "ring", "star", "cross"),
            Spread("place", "count", 960),
            290,
            size=13,
            opacity="health",
        ),
        Circle(
            "players",
            Spread("place", "count", 960, 40),
            290,
            12,
            "danger",
            outline=3,
            when=("health", "<", 60),
        ),
        Fan("players", FACES, count="cards", cards="hand", x=Spread("place", "count", 960), y=370, height=60),
        Only(
            OWNER, Label("players", "Only you see this: {word}", 480, 440, size=22, colour="accent", wrap=420)
        ),
        Panel(
            "",
            130,
            520,
            220,
            120,
            "{phase}",
            ("A panel with lines that are wrapped where they are too long",),
            size=15,
        ),
        Label("", "left", 20, 130, align="left"),
        Label("", "right", 940, 130, align="right"),
        Clock("", 480, 60, until="until", size=48),
        Card("", FACES, "turn", 700, 90, 130, when="wide"),
        Menu(
            "players", "way", ("Left", "On", "Right"), 480, 520, columns=3, width=120, height=50, when="mine"
        ),
        Hand("players", "hand", FACES, choose="card"),
        Scores("players", points="health", until="until"),
        Teams("sides"),
        On("hit", sound="take", burst=30, at="players", x=Spread("place", "count", 960), y=260, shake=20),
    )

    def start(self, m: Match) -> None:
        s = m.state
        s.tiles = bytearray([1, 2, 3, 1, 3, 1, 2, 3])
        s.count = len(m.seats)
        s.sides = [Side(1, score=3), Side(2, score=2)]
        for k in range(len(m.seats)):
            one = Player(m.seats[k], place=k, team=1 + k % 2, health=100 - 20 * k, cards=3 + k)
            one.hand = [m.rng.below(20) for _ in range(one.cards)]
            one.word = "word" + str(one.id)
            s.players = seated(s.players, one)

    def step(self, m: Match, inputs: "list[SeatInput]") -> None:
        for one in m.state.players:
            one.heading = (one.heading + 40) % 4096
            chosen = inputs[one.id].card
            if 0 <= chosen < len(one.hand):
                m.state.turn = one.hand[chosen] % 10
                one.hand = one.hand[:chosen] + one.hand[chosen + 1 :]
                one.cards = len(one.hand)
                one.health = max(0, one.health - 30)
                m.emit("hit", one.id)
            if inputs[one.id].way >= 0:
                m.state.phase = 1
        if m.tick >= m.state.until:
            m.rank([(one.id, one.health) for one in m.state.players])
