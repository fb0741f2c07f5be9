"""The points of a round of All Thumbs, once its answer is revealed."""

from game.rules import find

from .party import Party, Player
from .tuning import (
    AGREED,
    BALLOON,
    BASE,
    BUZZ,
    CHOSEN,
    CLOCK,
    CLOCK_OFF_MS,
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
    SORT,
    SPEED,
    STREAK,
    TIE_MS,
    VOTE,
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


def pay(s: Party, p: Player, points: int) -> None:
    """Give points, or take them; in the round that counts double, twice as many."""
    if s.double:
        points *= 2
    p.gained += points
    p.score = max(-99999, min(999999, p.score + points))


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
    if s.kind == BALLOON:
        points = p.safe if p.at else -1
        p.banked += max(0, points)
        return points
    if s.kind == CLOCK:
        return score_stop(s, p)
    if s.kind == VOTE:
        return AGREED if p.pick >= 0 and s.counts[p.pick] == most_picked(s) else -1
    right = p.at if s.kind in (ECHO, SORT) else p.pick == s.key
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
    pay(m.state, p, points)


def score_stop(s: Party, p: Player) -> int:
    """More points the closer to the time the clock was stopped; -1 for too far, or not at all."""
    if not p.at:
        return -1
    off = abs(p.at - s.mark)
    p.off = min(p.off, off + 1) if p.off else off + 1
    return BASE + SPEED - BASE * off // CLOCK_OFF_MS if off <= CLOCK_OFF_MS else -1


def most_picked(s: Party) -> int:
    """How many picked what most did; 9999 if no two agree."""
    most = max(s.counts)
    return most if most > 1 else 9999


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


def pay_few(s: Party) -> None:
    """Give the points that only some can get, and set `who`."""
    if s.kind == FLASH:
        find_fastest(s)
    elif s.kind == INSIDER:
        pay_insider(s)
    elif s.kind == BALLOON:
        find_boldest(s)
    elif s.kind == CLOCK:
        find_closest(s)
    elif s.kind == VOTE:
        pay_chosen(s)
    elif s.kind == BUZZ:
        s.who = s.up
        if s.cue:
            s.a = s.cue[:48]


def find_fastest(s: Party) -> None:
    """Give a bonus to the first in a Flash, and to those within TIE_MS of them."""
    line = [p for p in s.players if p.plays and p.at and not p.out]
    if not line:
        return
    best = min([p.at for p in line])
    for p in line:
        if p.at - best <= TIE_MS:
            pay(s, p, FASTEST)
        if p.at == best and s.who < 0:
            s.who = p.id


def find_boldest(s: Party) -> None:
    """Give a bonus to the last who got off the balloon, and show when it burst."""
    s.mark = (s.burst - s.lit) * MS
    line = [p for p in s.players if p.plays and p.at]
    if not line:
        return
    best = max([p.at for p in line])
    for p in line:
        if best - p.at <= TIE_MS:
            pay(s, p, FASTEST)
        if p.at == best and s.who < 0:
            s.who = p.id


def find_closest(s: Party) -> None:
    """Give a bonus to the players who stopped the clock closest to its time."""
    line = [p for p in s.players if p.plays and p.at and abs(p.at - s.mark) <= CLOCK_OFF_MS]
    if not line:
        return
    best = min([abs(p.at - s.mark) for p in line])
    for p in line:
        if abs(p.at - s.mark) - best <= TIE_MS:
            pay(s, p, FASTEST)
        if abs(p.at - s.mark) == best and s.who < 0:
            s.who = p.id


def pay_chosen(s: Party) -> None:
    """Give points to the players whom most picked; `who` and the answer are set if it is one."""
    most = most_picked(s)
    chosen = [k for k in range(4) if s.counts[k] == most and k + 1 < len(s.cells)]
    for k in chosen:
        p = find(s.players, s.cells[k + 1])
        if p is not None:
            pay(s, p, CHOSEN)
    if len(chosen) == 1:
        s.answer = chosen[0]
        s.who = s.cells[chosen[0] + 1]


def pay_insider(s: Party) -> None:
    """Give the insider points by the share of the others who were wrong."""
    s.who = s.knower
    p = find(s.players, s.knower)
    if p is None:
        return
    others = [one for one in s.players if one.plays and one.id != s.knower]
    fooled = [one for one in others if one.pick >= 0 and one.pick != s.key]
    p.fooled += len(fooled)
    pay(s, p, FOOLED * len(fooled) // max(1, len(others)))
