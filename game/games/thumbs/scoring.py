"""The points of a round of All Thumbs, once its answer is revealed."""

from game.rules import find

from .party import Party, Player
from .tuning import (
    BASE,
    BUZZ,
    DOOR,
    ECHO,
    FASTEST,
    FLASH,
    FLASH_MS,
    FOOLED,
    INSIDER,
    MINORITY,
    MOST_STREAK,
    MS,
    SPEED,
    STREAK,
    TIE_MS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import Match


def count_picks(s: Party) -> None:
    """Count how many picked each button."""
    counts = [0, 0, 0, 0]
    for p in s.players:
        if p.pick >= 0:
            counts[p.pick] += 1
    s.counts = counts


def score_player(m: "Match[Party]", p: Player) -> None:
    """Give a player the points of this round, except those that only one player can get."""
    s = m.state
    if s.kind == BUZZ or (s.kind == INSIDER and p.id == s.knower):
        return
    give_points(m, p, points_of(s, p))


def points_of(s: Party, p: Player) -> int:
    """A player's points before the bonus for a streak; -1: the answer is wrong or missing."""
    if s.kind == FLASH:
        if not p.at or p.out:
            return -1
        p.best = min(p.best, p.at) if p.best else p.at
        return BASE + SPEED - SPEED * min(p.at, FLASH_MS) // FLASH_MS
    if s.kind == MINORITY:
        return score_minority(s, p)
    if s.kind == INSIDER:
        return DOOR if p.pick == s.key else -1
    right = p.at if s.kind == ECHO else p.pick == s.key
    limit = s.limit * MS
    return BASE + SPEED - SPEED * min(p.at, limit) // max(1, limit) if right else -1


def give_points(m: "Match[Party]", p: Player, points: int) -> None:
    """Give points for a right answer, and the bonus for a streak; -1 ends the streak."""
    if points < 0:
        p.streak = 0
        return
    p.streak = min(99, p.streak + 1)
    p.right += 1
    p.longest = max(p.longest, p.streak)
    if m.options.streaks:
        points += min(MOST_STREAK, STREAK * (p.streak - 1))
    p.gained += points
    p.score = min(999999, p.score + points)


def score_minority(s: Party, p: Player) -> int:
    """More points the fewer picked the same; -1 when it is not the least picked, or nobody picked another."""
    if p.pick < 0:
        return -1
    picked = [count for count in s.counts if count]
    if len(picked) < 2 or s.counts[p.pick] != min(picked):
        return -1
    p.lone += 1
    total: int = sum(s.counts)
    return BASE + SPEED * (total - s.counts[p.pick]) // total


def find_fastest(s: Party) -> None:
    """Give a bonus to the first in a Flash, and to those within TIE_MS of them."""
    line = [p for p in s.players if p.plays and p.at and not p.out]
    if not line:
        return
    best = min([p.at for p in line])
    for p in line:
        if p.at - best <= TIE_MS:
            p.gained += FASTEST
            p.score = min(999999, p.score + FASTEST)
        if p.at == best and s.who < 0:
            s.who = p.id


def pay_insider(s: Party) -> None:
    """Give the insider points by the share of the others who were wrong."""
    s.who = s.knower
    p = find(s.players, s.knower)
    if p is None:
        return
    others = [one for one in s.players if one.plays and one.id != s.knower]
    fooled = [one for one in others if one.pick >= 0 and one.pick != s.key]
    p.fooled += len(fooled)
    p.gained = FOOLED * len(fooled) // max(1, len(others))
    p.score = min(999999, p.score + p.gained)
