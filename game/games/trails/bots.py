"""The bots of Loose Ends: each looks along some paths, and takes a free one that leads to its goal."""

from game.rules import (
    COSINES,
    SINES,
    SteeringPaths,
    VisibilityMap,
    angle_of,
    distance,
    side,
    turn_towards,
    within,
)

from .arena import Arena, Racer
from .tuning import (
    CALM,
    GHOST,
    GREED,
    HALF,
    HERMIT,
    HORIZON,
    LEAD,
    LEFT,
    NEVER,
    NOISE,
    PATIENCE,
    PLAN,
    PULL,
    RIGHT,
    STEADY,
    SWAP,
    U,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match

    from .arena import Head, Space

WAYS = SteeringPaths(PLAN, ticks=44, spacing=9 * U, nearest=15 * U)


class Sight(VisibilityMap):
    """The map of the arena for bots. Ink is painted as wide as ink and a head, so a path is a thin line."""

    def __init__(self, arena: "Space") -> None:
        super().__init__(arena.width * U, arena.height * U)
        self.seen = [0] * 8

    def follow(self, arena: Arena) -> None:
        """Paint the new ink, and close the walls that moved."""
        self.close(arena.inset * U)
        for racer in arena.racers:
            rows = racer.trail
            for k in range(self.seen[racer.id], len(rows), 3):
                if rows[k + 2]:
                    # Half of the ink, half of an ordinary head, and half a cell for rounding.
                    self.paint(self.at(rows[k], rows[k + 1]), (rows[k + 2] + HALF) * 64 + U * 2 >> 10)
            self.seen[racer.id] = len(rows)

    def is_ahead(self, arena: Arena) -> bool:
        """Whether more was painted than the arena holds, after a rewind."""
        for racer in arena.racers:
            if self.seen[racer.id] > len(racer.trail):
                return True
        return self.rings > (arena.inset >> 2) + 1

    def expect(self, arena: "Space", me: "Head") -> None:
        """Shade where rivals nearby will be if they ride straight on."""
        for racer in arena.racers:
            if racer.alive and racer is not me and within(racer.x - me.x, racer.y - me.y, 90 * U):
                here = self.at(racer.x, racer.y)
                self.shade(here, 1)
                for offset in WAYS.of(racer.pace, abs(racer.turn), racer.heading, self.stride)[0][:4]:
                    self.shade(here + offset, 1)


# hot: 6 times a second and bot
def decide(m: "Match", bot: "BotContext", me: "Head", sight: "Sight", aim: "tuple[int, int]") -> int:
    """Choose the path that stays free and leads to the bot's goal `aim`; returns the buttons."""
    s = m.state
    level = bot.level
    if level > 1:
        sight.expect(s, me)
    turn = abs(me.turn)
    every = WAYS.every(me.pace)
    points = max(1, (HORIZON[level] - WAYS.first(me.pace)) // every + 1)
    here = sight.at(me.x, me.y)
    blind = max(0, me.effects[GHOST] - m.tick) // every
    x, y = aim
    wish = turn_towards(me.heading, angle_of(x - me.x >> 4, y - me.y >> 4))
    pull = PULL[bot.style] + max(0, m.tick - s.began - CALM) // PATIENCE
    steady = 1 if bot.buttons == RIGHT else -1 if bot.buttons == LEFT else 0
    best = -1
    chosen = 0
    for (way, ticks), path in zip(PLAN, WAYS.of(me.pace, turn, me.heading, sight.stride)):
        turned = way * (ticks * turn if turn else 1024)
        free = sight.free(here, path[:points], blind, s.wrap)
        score = 4 * every * free + bot.rng.below(NOISE[level])
        if level > 3 and free == points and not s.wrap:
            # No dead ends: look on from where this path leads to.
            beyond = WAYS.of(me.pace, turn, me.heading + turned & 4095, sight.stride)[0]
            score += every * sight.free(here + path[free - 1], beyond[:points], blind)
        score += max(0, pull * (1024 - abs(wish - turned)) >> 10) + (STEADY if way == steady else 0)
        if score > best:
            best = score
            chosen = way
    sight.unshade()
    if chosen == 0:
        return 0
    if turn == 0:
        bot.memory = [1]
    # With swapped controls a good player remembers to turn the other way.
    swapped = me.effects[SWAP] != 0 and bot.rng.chance(20 * level)
    return LEFT if (chosen < 0) != swapped else RIGHT


def goal(m: "Match[Arena]", bot: "BotContext", me: Racer) -> "tuple[int, int]":
    """The goal of a bot by its style: a pick-up, else a point ahead of a rival or away from it."""
    s = m.state
    least = GREED[bot.style] * U >> 4
    wanted = None
    for pickup in s.pickups:
        far = distance(pickup.x - me.x >> 4, pickup.y - me.y >> 4)
        if far < least:
            least = far
            wanted = pickup
    if wanted is not None:
        return wanted.x, wanted.y
    near = me
    least = NEVER
    for racer in s.racers:
        if racer.alive and side(racer) != side(me):
            far = distance(racer.x - me.x >> 4, racer.y - me.y >> 4)
            if far < least:
                least = far
                near = racer
    if bot.style == HERMIT:
        x = 2 * me.x - near.x
        y = 2 * me.y - near.y
    else:
        x = near.x + COSINES[near.heading] * LEAD // 64
        y = near.y + SINES[near.heading] * LEAD // 64
    margin = s.inset * U + 80 * U
    return max(margin, min(s.width * U - margin, x)), max(margin, min(s.height * U - margin, y))
