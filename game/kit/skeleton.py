"""`rumpus new-game`: a small game that works, is tested and waits to become another one."""

import keyword
import re
from pathlib import Path

GAME = '''"""{title}: pick up more stars than the others before the time is over."""

from game.rules import Count, Entities, Entity, Event, Fixed, Game, Int, Options, find, seated, within
from game.rules.drawing import Label, Mark, On, Scores, Shape, World

U = 256  # a Fixed field counts in 1/256 units
WIDTH, HEIGHT = 800, 500
LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8


class Walker(Entity):
    """One player; its id is the seat."""

    x = Fixed(20, wire=0)
    y = Fixed(20, wire=0)
    score = Count(max=999)


class Star(Entity):
    """Something to pick up."""

    x = Fixed(20, wire=0)
    y = Fixed(20, wire=0)


class Field(Entity):
    """The whole state of a match."""

    left = Count(max=36_000, doc="ticks until the match ends")
    walkers = Entities(Walker, max=8)
    stars = Entities(Star, max=3)


class {class_name}(Game):
    """Declares the game; `start` sets a match up, `step` takes it on by one tick."""

    name, title, seats, tick_hz = "{name}", "{title}", (2, 8), 25
    blurb = "Pick up more stars than the others."
    buttons = ("left", "right", "up", "down")
    options = Options(
        seconds=Int(45, 15, 180, doc="length of a match, seconds"),
        speed=Int(6, 2, 12, doc="units a tick"),
    )
    presets = (("Classic", {{}}), ("Rush", {{"seconds": 20, "speed": 9}}))
    events = (Event("star", "seat"),)
    State = Field
    picture = (
        World(WIDTH, HEIGHT),
        Shape("stars", "star", size=12),
        Mark("walkers", size=14),
        Label("walkers", "{{score}}", size=12, colour="ground"),
        Scores("walkers", left="left"),
        On("star", sound="take"),
    )

    def start(self, m):
        m.state.left = m.options.seconds * self.tick_hz
        for seat in m.seats:
            self.join(m, seat)
        for _ in range(3):
            self.shine(m)

    def join(self, m, seat):
        x, y = m.rng.between(40, WIDTH - 40), m.rng.between(40, HEIGHT - 40)
        m.state.walkers = seated(m.state.walkers, Walker(seat, x=x * U, y=y * U))

    def leave(self, m, seat):
        m.state.walkers = [one for one in m.state.walkers if one.id != seat]

    def shine(self, m):
        """A new star; ids of a list rise, so it goes to the end."""
        last = m.state.stars[-1].id if m.state.stars else 0
        x, y = m.rng.between(20, WIDTH - 20), m.rng.between(20, HEIGHT - 20)
        m.state.stars = m.state.stars + [Star(last + 1, x=x * U, y=y * U)]

    def step(self, m, inputs):
        far = m.options.speed * U
        for one in m.state.walkers:
            held = inputs[one.id]
            dx = (1 if held & RIGHT else 0) - (1 if held & LEFT else 0)
            dy = (1 if held & DOWN else 0) - (1 if held & UP else 0)
            one.x = max(0, min(WIDTH * U, one.x + dx * far))
            one.y = max(0, min(HEIGHT * U, one.y + dy * far))
            for star in m.state.stars:
                if within((star.x - one.x) // U, (star.y - one.y) // U, 24):
                    m.state.stars = [other for other in m.state.stars if other is not star]
                    one.score = min(999, one.score + 1)
                    self.shine(m)
                    m.emit("star", one.id)
                    break
        m.state.left -= 1
        if m.state.left == 0:
            m.rank([(one.id, one.score) for one in m.state.walkers])

    def bot(self, m, bot):
        """Walk to the nearest star; a weak bot looks up less often."""
        if m.tick % (18 - 3 * bot.level) != 0:
            return bot.buttons
        me = find(m.state.walkers, bot.seat)
        if me is None:
            return 0
        x, y = me.x, me.y
        # The id settles which of two equally near stars it is.
        star = min(m.state.stars, key=lambda one: ((abs(one.x - x) + abs(one.y - y)) // U, one.id))
        held = 0
        if abs(star.x - x) > 8 * U:
            held |= RIGHT if star.x > x else LEFT
        if abs(star.y - y) > 8 * U:
            held |= DOWN if star.y > y else UP
        return held
'''

TEST = '''"""{title} keeps what every game promises; add what only this one does."""

from pathlib import Path

from game.catalogue import game_of
from game.kit.judge import check
from game.kit.trials import bot_match

PATH = Path(__file__).with_name("{name}.py")


def test_it_passes_check_game() -> None:
    verdict = check(game_of(PATH), PATH)
    assert verdict.passed, verdict.table()


def test_bots_pick_up_stars() -> None:
    trial = bot_match(game_of(PATH), range(3), seed=1, ticks=3000)
    m = trial.until(trial.ticks)
    assert m.over
    assert max(place.points for place in m.places) >= 5
'''


class Unwritable(Exception):
    """The game cannot be written; the text says why."""


def new_game(name: str, folder: Path) -> tuple[Path, Path]:
    """Write a game's file and its test into a folder; returns both. Raises Unwritable, and writes nothing."""
    if keyword.iskeyword(name):
        raise Unwritable(f"{name!r} is no name for a game: it is a word of Python")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
        raise Unwritable(
            f"{name!r} is no name for a game: write up to 32 lower-case letters, digits and underscores, "
            "a letter first"
        )
    words = [word for word in name.split("_") if word]
    game, test = folder / f"{name}.py", folder / f"test_{name}.py"
    for path in (game, test):
        if path.exists():
            raise Unwritable(f"{path} is there already, and stays as it is")
    values = {
        "name": name,
        "title": " ".join(words).capitalize(),
        "class_name": "".join(word.capitalize() for word in words),
    }
    folder.mkdir(parents=True, exist_ok=True)
    game.write_text(GAME.format(**values))
    test.write_text(TEST.format(**values))
    return game, test
