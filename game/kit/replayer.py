"""Replays a journal under MicroPython: the state's hash after every tick, and what bots would do."""

import json
import sys

from game.rules import BotContext, Game, Match
from game.rules.snapshot import dump, load, state_hash

AHEAD_EVERY = 45
AHEAD = 7
PACK_EVERY = 400
THINK_EVERY = 20
THINKERS = 8


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
    """Replay a journal.

    In some ticks the match runs ahead and is rewound, as a predicting client does it, or is saved and
    restored. Neither may change a hash.

    Args:
        line: the journal as JSON, see `Trial.line`.

    Returns:
        The hashes from tick 0 on, separated by spaces; after a "|" the buttons of `thoughts` for every
        THINK_EVERY ticks.
    """
    job = json.loads(line)
    game = the_game(job["game"])
    m = Match(game, job["chosen"], job["seats"], job["teams"], job["seed"])
    m.begin()
    hashes = [str(state_hash(m))]
    buttons = thoughts(m)
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
        if m.tick % THINK_EVERY == 0 and not m.over:
            buttons += thoughts(m)
    return " ".join(hashes) + "|" + " ".join([str(held) for held in buttons])


def thoughts(m: Match) -> "list[int]":
    """The buttons that new bots on the first seats choose now; in practice matches the browser runs bots."""
    styles = len(m.game.bot_styles)
    bots = [
        BotContext(seat, 1 + (seat + m.tick) % 5, seat % styles, m.tick, m.game.controls)
        for seat in m.seats[:THINKERS]
    ]
    return [m.game.bot(m, bot) for bot in bots]
