"""All Thumbs' bots against a typical person: families are to win about every other match."""

import random

from game.games.thumbs import Thumbs
from game.games.thumbs.tuning import (
    BALLOON,
    CLOCK,
    CUPS,
    ECHO,
    FLASH,
    INSIDER,
    KINDS,
    ODD,
    OPEN,
    PACK,
    SORT,
    TALLY,
)
from game.questions import QuestionPacks, box_texts
from game.rules import ENTROPY, PRESS, BotContext, Match
from game.rules.hosted import PACK_BYTES
from game.rules.random import WORD
from tests.depth import depth

PACKS = QuestionPacks(box_texts())
RIGHT = {ODD: 85, TALLY: 50, PACK: 65, CUPS: 75}
"""How many of 100 rounds a typical person gets right."""
SECONDS = {ODD: 3.2, TALLY: 4.0, PACK: 4.5, CUPS: 2.0}
"""Until they have pressed, on average."""


class Person:
    """How a typical person of a family plays: what they know, how fast they are, how often they slip."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lit = 0
        self.due: list[tuple[int, int, int]] = []

    def presses(self, m: Match) -> list[tuple[int, int, int]]:
        """What they press in the next tick: the tick, the button, and the ms after the light."""
        s = m.state
        if s.phase == OPEN and s.lit != self.lit:
            self.lit = s.lit
            self.due = [(s.lit + 1 + ms // 100, button, ms) for ms, button in self.plan(m)]
        now = [one for one in self.due if one[0] <= m.tick + 1]
        self.due = [one for one in self.due if one[0] > m.tick + 1]
        return now[:1]

    def plan(self, m: Match) -> list[tuple[int, int]]:
        """Milliseconds and buttons."""
        s, chance = m.state, self.chance
        if s.kind == FLASH:
            return [(max(200, int(chance.gauss(360, 70))), 0)]
        if s.kind in (ECHO, SORT):
            slip = 0.97 if s.kind == ECHO and len(s.tune) < 7 else 0.9
            first, each = (900, 550) if s.kind == ECHO else (3000, 900)
            return [
                (first + k * each, button if chance.random() < slip else (button + 1) % 4)
                for k, button in enumerate(s.tune)
            ]
        if s.kind == CLOCK:
            return [(max(300, int(chance.gauss(s.mark, 550))), 0)]
        if s.kind == BALLOON:
            return [(int(chance.uniform(3000, 8000)), 0)]
        ms = max(900, int(chance.gauss(SECONDS.get(s.kind, 4.0), 1.0) * 1000))
        if s.kind == TALLY:
            ms += 1500
        if s.kind in RIGHT:
            right = chance.random() * 100 < RIGHT[s.kind]
            return [(ms, s.key if right else chance.randrange(max(1, s.choices)))]
        if s.kind == INSIDER:
            return [(ms, chance.randrange(4))]
        return [(ms, chance.randrange(max(1, s.choices)))]


def play(seed: int, level: int, bots: int = 3) -> tuple[bool, dict[int, list[int]]]:
    """Whether the person on seat 0 wins, and by kind of round their points less those of the mean bot."""
    game = Thumbs()
    m = Match(game, game.options.defaults(), list(range(bots + 1)), [], seed * 98765431 & WORD)
    m.begin()
    chance = random.Random(seed)
    for word in PACKS.box("en").words(lambda: chance.getrandbits(28)):
        game.command(m, 0, PACK_BYTES, word)
    contexts = [BotContext(seat, level, 0, chance.getrandbits(28)) for seat in range(1, bots + 1)]
    person = Person(seed)
    held: dict[int, int] = {}
    gains: dict[int, list[int]] = {}
    counted = 0
    for _ in range(8000):
        if m.over:
            break
        entries: list[tuple[int, int, int, int]] = []
        if m.tick % 30 == 0:
            entries.append((ENTROPY, 0, chance.getrandbits(28), 0))
        if held.get(0):
            entries.append((PRESS, 0, 0, 0))
            held[0] = 0
        else:
            for _tick, button, ms in person.presses(m):
                entries.append((PRESS, 0, 1 << button, ms))
                held[0] = 1
        for bot in contexts:
            wanted = game.bot(m, bot)
            if wanted != held.get(bot.seat, 0):
                entries.append((PRESS, bot.seat, wanted, bot.value))
                held[bot.seat] = wanted
        m.step(entries)
        s = m.state
        if s.phase == 4 and s.round != counted:
            counted = s.round
            mean = sum(p.gained for p in s.players[1:]) // bots
            gains.setdefault(s.kind, []).append(s.players[0].gained - mean)
    assert m.over
    return m.places[0].seat == 0, gains


def share_won(level: int, matches: int) -> float:
    return sum(play(seed, level)[0] for seed in range(matches)) / matches


def test_a_typical_person_wins_about_half_of_the_matches_against_three_middle_bots() -> None:
    share = share_won(3, depth(40, 200))
    assert 0.3 <= share <= 0.7, share


def test_weaker_bots_are_beaten_more_often_than_the_best() -> None:
    matches = depth(16, 60)
    assert share_won(1, matches) > share_won(5, matches) + 0.15


if __name__ == "__main__":
    for level in range(1, 6):
        won = 0
        total: dict[int, list[int]] = {}
        for seed in range(100):
            wins, gains = play(seed, level)
            won += wins
            for kind, values in gains.items():
                total.setdefault(kind, []).extend(values)
        print(level, won, {KINDS[k]: sum(v) // len(v) for k, v in sorted(total.items())})
