"""Moments: a few seconds of a match of bots for each game, which its tile on the home page shows.

A moment is what a browser that runs the rules gets to draw, tick by tick: no interpreter is needed to show
it. It is played by the rules of today when it is first asked for, always from the same seed, so all workers
have the same.
"""

import json
from collections.abc import Callable

import gevent
from gevent.lock import BoundedSemaphore
from gevent.monkey import get_original

from game import error_log
from game.edge.assets import Asset, make_asset
from game.rooms.rules_document import RulesDocument
from game.rules import Game
from game.rules.browser import BrowserMatch

SEED = 4_627_001
SEATS = 5
SEATS_OF_CROWD = 8
CROWD = 32
LEVEL = 4
SKIPPED_S = 11
"""The first seconds of a match are the dullest."""
LONG_S = 6
FRAMES_HZ = 10
"""How often the state is told of a game whose state is large."""
SLOW_HZ = 10
"""In a game of so few ticks there is time to look for its liveliest seconds."""
SEARCHED_S = 60
LARGE = 700
"""A state of more numbers is large."""
_NAP_S = 0.002


class Moments:
    """The moments of a worker's games, made when they are first asked for.

    Attributes:
        paths: the path of each game's moment, by its name.
    """

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        self._wanted: dict[str, tuple[Game, RulesDocument]] = {}
        self._made: dict[str, Asset | None] = {}
        self._making = BoundedSemaphore(1)

    def add(self, game: Game, document: RulesDocument) -> None:
        """Offer the moment of a game, or of its newer version."""
        name = f"moments/{game.name}-{document.hash[:12]}.json"
        self.paths[game.name] = "/" + name
        self._wanted[name] = (game, document)

    def find(self, name: str) -> Asset | None:
        """The moment at a path without its slash; None if there is none."""
        if name in self._made or name not in self._wanted:
            return self._made.get(name)
        with self._making:
            if name not in self._made:
                self._made[name] = _made_in_thread(*self._wanted[name])
        return self._made[name]


def _made_in_thread(game: Game, document: RulesDocument) -> Asset | None:
    """The moment, made in a thread that rests often, so that matches go on meanwhile; None if rules fail."""
    try:
        asset: Asset = gevent.get_hub().threadpool.apply(_asset, (game, document))
    except Exception as error:  # noqa: BLE001  a game's fault: its tile stays still, and is not tried again
        error_log.report(f"the moment of {game.name}", error)
        return None
    return asset


def _asset(game: Game, document: RulesDocument) -> Asset:
    known = json.loads(document.body)
    moment = {"info": known["info"], "schema": known["schema"], **play(game, get_original("time", "sleep"))}
    body = json.dumps(moment, separators=(",", ":")).encode()
    return make_asset("moment.json", body, forever=True)


def play(game: Game, rest: Callable[[float], None]) -> dict[str, object]:
    """Play a match of bots and record some seconds of it.

    Args:
        game: the game.
        rest: called with seconds, many times, so that other threads run.

    Returns:
        `first`, the tick that is shown first; `step`, the ticks from one frame to the next; `frames`, each a
        render snapshot as `BrowserMatch.look` makes it; `bots`, the styles of the seats.
    """
    fewest, most = game.seats
    crowd = most >= CROWD and not game.hosted
    count = max(fewest, min(most, SEATS_OF_CROWD if crowd else SEATS))
    styles = [seat % len(game.bot_styles) for seat in range(count)]

    def begun() -> BrowserMatch:
        match = BrowserMatch(game)
        match.begin(game.options.defaults(), range(count), [0] * most, SEED)
        for seat, style in enumerate(styles):
            match.bot(seat, LEVEL, style, SEED + seat)
        return match

    first = SKIPPED_S * game.tick_hz
    if game.tick_hz <= SLOW_HZ:
        first = _liveliest(begun(), game.tick_hz, rest)
    match = begun()
    for tick in range(1, first + 1):
        match.play(tick)
        rest(_NAP_S)
    frames = [[int(number) for number in match.look(first - 1, first)]]
    step = max(1, game.tick_hz // FRAMES_HZ) if len(frames[0]) > LARGE and crowd else 1
    last = first + LONG_S * game.tick_hz
    for tick in range(first + step, last + 1, step):
        match.play(tick)
        rest(_NAP_S)
        frames.append([int(number) for number in match.look(tick - step, tick)])
        if match.m.over:
            break
    return {"first": first, "step": step, "frames": frames, "bots": styles}


def _liveliest(match: BrowserMatch, tick_hz: int, rest: Callable[[float], None]) -> int:
    """The tick at which the seconds begin in which players do most, in the first minute of a match."""
    done = [0]
    before = list(match.m.inputs)
    for tick in range(1, SEARCHED_S * tick_hz):
        match.play(tick)
        rest(_NAP_S)
        now = list(match.m.inputs)
        done.append(done[-1] + sum(one != other for one, other in zip(before, now, strict=True)))
        before = now
    long = LONG_S * tick_hz
    starts = range(SKIPPED_S * tick_hz, len(done) - long)
    return max(starts, key=lambda start: done[start + long] - done[start])
