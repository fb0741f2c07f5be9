"""What bots of any game are measured by: who wins, how long rounds last, who gathers."""

from collections import Counter

from game.rules import Game
from tests.unit.games.harness import bot_match


def rounds_won(game: Game, levels: tuple[int, ...], seeds: range, ticks: int) -> Counter[int]:
    """Rounds won by bots of each level, four of them, starting seats taken in turn."""
    won: Counter[int] = Counter()
    for seed in seeds:
        ladder = levels[seed % len(levels) :] + levels[: seed % len(levels)]
        journal = bot_match(game, range(4), seed, ticks=ticks, levels=ladder, hashed=False)
        for _, seat, _ in journal.emitted("roundEnd"):
            if seat >= 0:
                won[ladder[seat % len(ladder)]] += 1
    return won


def round_seconds(
    game: Game, seats: int, seeds: range, ticks: int, level: int = 2, **kept: object
) -> list[float]:
    """How long each round of some matches lasted, from going live on; `kept` are options."""
    lasted: list[float] = []
    for seed in seeds:
        journal = bot_match(
            game, range(seats), seed, ticks=ticks, levels=(level,), options=kept, hashed=False
        )
        live = [tick for tick, *_ in journal.emitted("go")]
        ends = [tick for tick, *_ in journal.emitted("roundEnd")]
        lasted += [(end - start) / game.tick_hz for start, end in zip(live, ends, strict=False)]
    return lasted


def taken_by_style(game: Game, seeds: range, ticks: int) -> Counter[str]:
    """How much bots of each style take, six of level 3."""
    taken: Counter[str] = Counter()
    for seed in seeds:
        journal = bot_match(game, range(6), seed, ticks=ticks, levels=(3,), hashed=False)
        for _, seat, *_ in journal.emitted("take"):
            taken[game.bot_styles[seat % 3]] += 1
    return taken
