"""Plays a journal and answers with the state's hash after every tick, under MicroPython."""

import json
import sys

from game.rules import Game, Match
from game.rules.pack import dump, load, state_hash

AHEAD_EVERY = 45
AHEAD = 7
PACK_EVERY = 400


def the_game(name: str) -> Game:
    """The game of this name in the box."""
    __import__("game.games." + name)
    module = sys.modules["game.games." + name]
    for key in dir(module):
        value = getattr(module, key)
        if isinstance(value, type) and getattr(value, "name", "") == name and issubclass(value, Game):
            game: Game = value()
            return game
    raise ValueError("no game " + name)


def replay(line: str) -> str:
    """The hashes of a journal (see `Journal.line`), from tick 0, separated by spaces.

    Now and then the match runs ahead and is rewound, as a predicting client does, or is packed and restored:
    neither may show.
    """
    job = json.loads(line)
    game = the_game(job["game"])
    m = Match(game, job["chosen"], job["seats"], job["teams"], job["seed"])
    m.begin()
    hashes = [str(state_hash(m))]
    entries = job["entries"]
    k = 0
    for tick in range(job["ticks"]):
        if tick % AHEAD_EVERY == AHEAD_EVERY - 1:
            mark = m.mark()
            m.ahead = tick % 2 == 0
            for _ in range(AHEAD):
                m.step([])
            m.rewind(mark)
        if tick % PACK_EVERY == PACK_EVERY - 1:
            m = load(game, dump(m))
        due = []
        if k < len(entries) and entries[k][0] == tick:
            due = entries[k][1]
            k += 1
        m.step(due)
        hashes.append(str(state_hash(m)))
    return " ".join(hashes)
