"""Trial matches, of bots or of nonsense, written down as journals so that they can be played again."""

import json
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from game.rooms.teams import number_of_teams
from game.rules import ENTROPY, JOIN, LEAVE, PRESS, BotContext, Controls, Game, Match, Stick, Stroke, Typed
from game.rules.controls import STICK

Entry = tuple[int, int, int, int]
NEWCOMER_COMES, NEWCOMER_GOES = 5, 8
"""Ticks at which somebody takes a seat of a running match, and gives it up before any next round."""
ENTROPY_EVERY = 30
"""Ticks between two secret words, as the server feeds them."""
COME_AND_GO = 0.01
"""How likely it is in a tick that a seat is left or taken again."""
Watch = Callable[[Match], None]


class Fault(AssertionError):
    """A game does not keep what it promises; the text says where and what."""


@dataclass
class Trial:
    """All that one match was made from: its set-up and the entries of each tick that had any."""

    game: Game
    chosen: list[int]
    seats: list[int]
    seed: int
    ticks: int = 0
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    over: bool = False

    def teams(self) -> list[int]:
        """The team of each of the game's seats, dealt in turn as a room deals them; 0: no team."""
        count = number_of_teams(self.game, self.chosen)
        return [1 + seat % count if count else 0 for seat in range(self.game.seats[1])]

    def begin(self) -> Match:
        """The match at tick 0."""
        m = Match(self.game, self.chosen, self.seats, self.teams(), self.seed)
        m.begin()
        return m

    def step(self, m: Match) -> None:
        """Take the match one tick on, as it went."""
        m.step(self.entries.get(m.tick, []))

    def until(self, tick: int) -> Match:
        """The match at a tick."""
        m = self.begin()
        while m.tick < tick:
            self.step(m)
        return m

    def replay(self) -> Iterator[Match]:
        """The match after each tick."""
        m = self.begin()
        while m.tick < self.ticks:
            self.step(m)
            yield m

    def line(self, ticks: int) -> str:
        """The first ticks as a line of JSON for another interpreter."""
        line = {
            "game": self.game.name,
            "chosen": self.chosen,
            "seats": self.seats,
            "teams": self.teams(),
            "seed": self.seed,
            "ticks": min(ticks, self.ticks),
            "entries": sorted(self.entries.items()),
        }
        return json.dumps(line, separators=(",", ":"))

    def describe(self) -> str:
        """What kind of match it was, for a sentence."""
        return f"{len(self.seats)} seats"


def options_of(game: Game, changes: Mapping[str, object]) -> list[int]:
    """The options as a match takes them, with some changed. Raises BadOption."""
    return game.options.merge(game.options.defaults(), dict(changes))


def bot_match(
    game: Game,
    seats: Iterable[int],
    seed: int,
    *,
    ticks: int,
    changes: Mapping[str, object] | None = None,
    watch: Watch | None = None,
    come_and_go: bool = False,
) -> Trial:
    """Play a match of bots of all levels and styles.

    Args:
        game: the rules.
        seats: the seats that play.
        seed: of the match, of the bots and of who comes and goes.
        ticks: the match is left undecided after this many.
        changes: options that differ from the defaults.
        watch: sees the match after each tick.
        come_and_go: let seats be left and taken again while the match runs.

    Returns:
        The match with its entries.

    Raises:
        Fault: a bot returned something that is not a mask of the game's buttons.
    """
    chance = random.Random(seed)
    trial = Trial(game, options_of(game, changes or {}), list(seats), seed & 0xFFFFFFF)
    m, teams = trial.begin(), trial.teams()
    bots = [
        BotContext(
            seat, 1 + (k + seed) % 5, k % len(game.bot_styles), chance.randrange(1 << 28), game.controls
        )
        for k, seat in enumerate(trial.seats)
    ]
    while not m.over and m.tick < ticks:
        due: list[Entry] = []
        if m.tick % ENTROPY_EVERY == 0:
            due.append((ENTROPY, 0, chance.randrange(1 << 28), 0))
        if come_and_go and chance.random() < COME_AND_GO:
            absent = [seat for seat in trial.seats if seat not in m.seats]
            if absent and (len(m.seats) <= game.seats[0] or chance.random() < 0.5):
                seat = chance.choice(absent)
                due.append((JOIN, seat, teams[seat], 0))
            elif len(m.seats) > game.seats[0]:
                due.append((LEAVE, chance.choice(m.seats), 0, 0))
        for bot in bots:
            if bot.seat not in m.seats:
                continue
            bot.buttons = buttons = game.bot(m, bot)
            if not isinstance(buttons, int) or not 0 <= buttons < 1 << len(game.buttons):
                held = f"a mask of {game.buttons}" if game.buttons else "0, since the game has none"
                raise Fault(
                    f"bot() returned {buttons!r} at tick {m.tick}; the buttons that it holds are {held}"
                )
            due += m.bot_entries(bot, buttons)
        _advance(trial, m, due, watch)
    trial.over = m.over
    return trial


def nonsense(game: Game, seed: int, *, ticks: int, watch: Watch | None = None) -> Trial:
    """A match of random presses, in which seats are left and taken: nothing of it may break a game."""
    chance = random.Random(seed)
    fewest, most = game.seats
    trial = Trial(game, options_of(game, {}), list(range(chance.randint(fewest, most))), seed & 0xFFFFFFF)
    m, teams = trial.begin(), trial.teams()
    newcomer = -1
    while not m.over and m.tick < ticks:
        due: list[Entry] = []
        if m.tick % ENTROPY_EVERY == 0:
            due.append((ENTROPY, 0, chance.randrange(1 << 28), 0))
        absent = [seat for seat in range(most) if seat not in m.seats]
        if m.tick == NEWCOMER_COMES and absent:
            due.append((JOIN, absent[0], teams[absent[0]], 0))
            newcomer = absent[0]
        elif m.tick == NEWCOMER_GOES and newcomer in m.seats:
            due.append((LEAVE, newcomer, 0, 0))
        elif chance.random() < 0.01:
            if absent and (len(m.seats) <= fewest or chance.random() < 0.5):
                seat = chance.choice(absent)
                due.append((JOIN, seat, teams[seat], 0))
            elif len(m.seats) > 1:
                due.append((LEAVE, chance.choice(m.seats), 0, 0))
        due += [
            (PRESS, seat, chance.randrange(1 << len(game.buttons)), chance.choice((0, 0, -40, 900)))
            for seat in m.seats
            if chance.random() < 0.15
        ]
        for seat in m.seats:
            if game.controls is not None and chance.random() < 0.15:
                due += any_change(game.controls, seat, chance)
        _advance(trial, m, due, watch)
    trial.over = m.over
    return trial


def any_change(controls: Controls, seat: int, chance: random.Random) -> list[Entry]:
    """The entries of a random change of a random control, of those that clients may send."""
    if not controls.others:
        return []
    control = chance.choice(controls.others)
    if isinstance(control, Stick):
        angle, length = chance.random() * math.tau, chance.randint(0, STICK)
        value = (int(math.cos(angle) * length), int(math.sin(angle) * length))
        return controls.entries(seat, controls.change(control.name, value))
    if isinstance(control, Typed):
        size = chance.randint(0, control.chars)
        text = "".join(chance.choice("aeinrst ßñ猫") for _ in range(size))
        name = control.name + "_live" if control.live and chance.random() < 0.5 else control.name
        return controls.entries(seat, controls.change(name, text))
    if isinstance(control, Stroke):
        points = [
            (chance.randint(0, control.width), chance.randint(0, control.height), chance.randint(0, 1))
            for _ in range(chance.randint(1, 12))
        ]
        return controls.entries(seat, controls.change(control.name, points))
    return controls.entries(seat, (control.number, False, chance.randrange(control.most())))


def _advance(trial: Trial, m: Match, due: list[Entry], watch: Watch | None) -> None:
    if due:
        trial.entries[m.tick] = due
    m.step(due)
    trial.ticks = m.tick
    if watch is not None:
        watch(m)
