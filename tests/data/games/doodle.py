"""Doodle: one player draws a secret word, the others type what they see."""

from game.rules import (
    NOBODY,
    OWNER,
    Choice,
    Controls,
    Count,
    Entities,
    Entity,
    Event,
    Flag,
    Game,
    Int,
    Options,
    Series,
    Stroke,
    Text,
    Turns,
    Typed,
    find,
    folded,
    mistakes,
    seated,
)
from game.rules.drawing import Box, Clock, Label, Mark, On, Only, Scaled, Scores, Trail, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match, SeatInput

WIDTH, HEIGHT, HZ = 1024, 768, 20
MOST_LINES, MOST_POINTS = 120, 4000
WORDS = ("house", "boat", "sun", "fish", "tree", "star", "ladder", "cup")
SKETCHES = (
    "29 25 85 89 29/25 51 85",
    "17 97 75 35 17/55 51 73",
    "44 64 66 46 44/21 33/81 77/28 36",
    "25 54 85 56 25/85 93 97 85",
    "59 55/55 24 51 84 55",
    "59 51 86 13 93 29",
    "39 31/69 61/37 67/35 65/33 63",
    "24 29 69 64 24/64 85 69",
)
"""How bots draw the words: points on a sheet of 10 x 10, "/" lifts the pen."""
DRAW, SHOW = 0, 1


class Line(Entity):
    """One stroke of the pen; x and y are where it ends."""

    x, y = Count(WIDTH), Count(HEIGHT)
    trail = Series("x", "y")


class Player(Entity):
    """A player; the id is the seat."""

    score = Count(9999)
    right = Flag(doc="has guessed this word")
    said = Text(24, doc="the last wrong guess")
    talks = Flag(doc="there is one")
    word = Text(24, see=OWNER, doc="the word to draw; empty for those who guess")
    draws = Flag(see=OWNER, doc="there is one")
    close = Flag(see=OWNER, doc="the last guess was nearly right")


class Sheet(Entity):
    """The whole state of a match."""

    phase = Choice("draw", "show")
    drawer = Int(-1, -1, 16, doc="the seat that draws; -1: none")
    until = Int(doc="tick at which this phase ends")
    hint = Text(24, doc="the word with lines for its letters; the whole word in the end")
    turns = Entities(Turns, 1)
    players = Entities(Player, 16)
    lines = Entities(Line, MOST_LINES)
    points = Count(MOST_POINTS, see=NOBODY)
    secret = Count(len(WORDS) - 1, see=NOBODY)
    left = Count(999, see=NOBODY, doc="words still to be drawn")


class Doodle(Game):
    name, title, seats, tick_hz = "doodle", "Doodle", (2, 16), HZ
    blurb = "Draw your word. Type what the others draw."
    replication = "delta"
    controls = Controls(
        Stroke("pen", width=WIDTH, height=HEIGHT, only="drawer", label="Draw"),
        Typed("guess", chars=24, label="Your guess"),
    )
    options = Options(seconds=Int(60, 15, 180, doc="for a drawing"), rounds=Int(2, 1, 5))
    presets = (("Classic", {}), ("Quick", {"seconds": 30, "rounds": 1}))
    events = (Event("right", "seat"), Event("word", "seat"))
    State = Sheet
    picture = (
        World(WIDTH, HEIGHT, grid=0),
        Box("", WIDTH // 2, HEIGHT // 2, WIDTH, HEIGHT, "panel"),
        Trail("lines", "trail", width=7, colour="text"),
        Label("", "{hint}", WIDTH // 2, 40, size=44, colour="text", when=("phase", "==", "show")),
        Label("", "{hint}", WIDTH // 2, 40, size=34, colour="muted", when=("phase", "==", "draw")),
        Only(
            OWNER,
            Label("players", "Draw: {word}", WIDTH // 2, 92, size=40, colour="accent", when="draws"),
            Label("players", "So close!", WIDTH // 2, 700, size=40, colour="accent", when="close", fade=200),
        ),
        Clock("", 80, 40, until="until", size=34, colour="text"),
        Mark("players", 900, Scaled("id", 44, 60), size=11, when="talks"),
        Label("players", "{said}", 875, Scaled("id", 44, 60), 24, "text", "right", when="talks"),
        Scores("players", until="until"),
        On("right", sound="take", say="{seat} has it!"),
        On("word", sound="go"),
    )

    def start(self, m: "Match[Sheet]") -> None:
        m.state.players = [Player(seat) for seat in m.seats]
        m.state.left = m.options.rounds * len(m.seats)
        turns = Turns(0)
        turns.begin(m.seats, m.tick)
        m.state.turns = [turns]
        self.deal(m)

    def deal(self, m: "Match[Sheet]") -> None:
        s = m.state
        s.phase, s.drawer, s.left = DRAW, s.turns[0].seat, max(0, s.left - 1)
        s.until = m.tick + m.options.seconds * HZ
        s.secret = m.rng.below(len(WORDS))
        s.hint = "_ " * len(WORDS[s.secret])
        s.lines, s.points = [], 0
        for one in s.players:
            one.right = one.talks = one.close = 0
            one.said = ""
            one.draws = 1 if one.id == s.drawer else 0
            one.word = WORDS[s.secret] if one.draws else ""
        m.emit("word", max(0, s.drawer))

    def join(self, m: "Match[Sheet]", seat: int) -> None:
        m.state.players = seated(m.state.players, Player(seat))
        m.state.turns[0].come_back(seat, m.tick)

    def leave(self, m: "Match[Sheet]", seat: int) -> None:
        m.state.players = [one for one in m.state.players if one.id != seat]
        if seat == m.state.drawer and m.state.phase == DRAW:
            self.show(m)
        m.state.turns[0].leave(seat, m.tick)

    def step(self, m: "Match[Sheet]", inputs: "list[SeatInput]") -> None:
        s = m.state
        if s.phase == DRAW:
            if s.drawer >= 0:
                self.draw(s, inputs[s.drawer].pen)
            for one in s.players:
                if inputs[one.id].guess is not None and one.id != s.drawer and not one.right:
                    self.hear(m, one, inputs[one.id].guess)
            if (s.until - m.tick) * 2 == m.options.seconds * HZ:
                s.hint = WORDS[s.secret][0] + " _" * (len(WORDS[s.secret]) - 1)
            if m.tick >= s.until or not [one for one in s.players if not one.right and one.id != s.drawer]:
                self.show(m)
        elif m.tick >= s.until:
            if s.left == 0:
                m.rank([(one.id, one.score) for one in s.players])
            else:
                self.deal(m)

    def draw(self, s: "Sheet", points: "list[tuple[int, int, int]]") -> None:
        for x, y, down in points:
            if s.points >= MOST_POINTS or (not down and len(s.lines) >= MOST_LINES):
                return
            if not down or not s.lines:
                s.lines = s.lines + [Line(s.lines[-1].id + 1 if s.lines else 1)]
            s.points += 1
            line = s.lines[-1]
            line.x, line.y = x, y
            line.trail += [x, y]

    def hear(self, m: "Match[Sheet]", one: "Player", guess: str) -> None:
        wrong = mistakes(folded(guess), WORDS[m.state.secret])
        one.close = 1 if wrong == 1 else 0
        if wrong:
            # A guess that is nearly right would help the others.
            one.said, one.talks = ("…" if wrong == 1 else guess), 1
            return
        one.right, one.talks = 1, 0
        one.score += 20 + 80 * (m.state.until - m.tick) // (m.options.seconds * HZ)
        for drawer in m.state.players:
            drawer.score += 30 if drawer.draws else 0
        m.emit("right", one.id)

    def show(self, m: "Match[Sheet]") -> None:
        s = m.state
        s.turns[0].go_on(m.tick)
        s.phase, s.until, s.hint, s.drawer = SHOW, m.tick + 4 * HZ, WORDS[s.secret], -1
        for one in s.players:
            one.draws = one.close = 0
            one.word = ""

    def bot(self, m: "Match[Sheet]", bot: "BotContext") -> int:
        s = m.state
        me = find(s.players, bot.seat)
        if me is None or s.phase != DRAW:
            bot.memory = []
        elif me.draws:
            self.sketch(m, bot, me.word)
        elif not me.right and m.tick % HZ == bot.seat % HZ and bot.rng.chance(4 + 2 * bot.level):
            # A bot sees no picture: it knows the words, and how long this one is.
            fits = [word for word in WORDS if len(word) == len(s.hint.replace(" ", ""))]
            bot.write("guess", bot.rng.pick([word for word in fits if s.hint[0] in ("_", word[0])]))
        return 0

    def sketch(self, m: "Match[Sheet]", bot: "BotContext", word: str) -> None:
        if not bot.memory:
            for stroke in SKETCHES[WORDS.index(word)].split("/"):
                corners = [(int(two[0]) * 90 + 100, int(two[1]) * 66 + 60) for two in stroke.split()]
                bot.memory.append((corners[0][0], corners[0][1], 0))
                for k in range(len(corners) - 1):
                    for part in range(1, 7):
                        (x, y), (to_x, to_y) = corners[k], corners[k + 1]
                        jitter = bot.rng.below(9) - 4
                        at = (x + (to_x - x) * part // 6 + jitter, y + (to_y - y) * part // 6 + jitter, 1)
                        bot.memory.append(at)
            bot.memory.append(len(bot.memory))
        at = len(bot.memory) - 1 - bot.memory[-1]
        if m.tick % 4 == 0 and bot.memory[-1] > 0:
            bot.draw("pen", bot.memory[at : min(at + 3, len(bot.memory) - 1)])
            bot.memory[-1] = max(0, bot.memory[-1] - 3)
