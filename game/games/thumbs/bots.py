"""The bots of All Thumbs: each plans one press when the buttons come alive, and carries it out.

A bot of the middle level is what a family beats about every other time: it knows and sees less than a person
does, and takes its time.
"""

from game.rules import find

from .party import Party, Player
from .tuning import (
    ARM,
    BALLOON,
    BALLOON_TICKS,
    BUZZ,
    CLOCK,
    CUPS,
    DOTS_TICKS,
    ECHO,
    FLASH,
    INSIDER,
    MS,
    ODD,
    OPEN,
    PACK,
    SORT,
    TALLY,
    VOTE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match

KNOWS = (0, 26, 36, 46, 60, 78)
"""How many of 100 questions, pictures and sequences a bot of a level gets right."""
SLIPS = (0, 18, 14, 11, 7, 3)
"""How many of 100 presses of a sequence go wrong."""
WIDEST_CLOCK_MS = 2000


def think(m: "Match[Party]", bot: "BotContext") -> int:
    """The buttons of a bot: it plans one press when they come alive, and holds it for a tick."""
    s = m.state
    bot.value = 0
    if m.inputs[bot.seat]:
        return 0
    if s.phase not in (ARM, OPEN):
        return 0
    p = find(s.players, bot.seat)
    if p is None or not p.plays or p.out:
        return 0
    if s.phase == ARM:
        # A press before the light, by mistake.
        jumpy = s.kind == FLASH and bot.rng.below(2000) < 6 - bot.level
        return 1 if jumpy else listen(s, bot)
    if s.kind in (ECHO, SORT):
        return sequence_press(m, bot, p)
    plan = bot.memory
    if len(plan) != 4 or plan[0] != s.lit:
        plan = bot.memory = plan_press(m, bot, p)
    if plan[1] != m.tick + 1:
        return 0
    if plan[3] > 0:
        bot.value = plan[3]
    if s.kind == INSIDER and bot.rng.chance(60) and m.tick + 30 < s.until:
        bot.memory = [s.lit, m.tick + 1 + bot.rng.between(10, 30), choose_door(m, bot, p), 0]
    button: int = plan[2]
    return 1 << button


def listen(s: Party, bot: "BotContext") -> int:
    """Learn the sequence that is shown; no button."""
    if s.kind == ECHO and s.cells:
        bot.memory = [s.lit] + s.cells
    return 0


def plan_press(m: "Match[Party]", bot: "BotContext", p: Player) -> "list[int]":
    """A plan: the light that it is for, the tick of the press, the button, and the ms that it claims."""
    s = m.state
    rng = bot.rng
    level = bot.level
    if s.kind in (FLASH, BUZZ):
        ms = 230 + (6 - level) * 45 + rng.below(200)
        if s.kind == BUZZ:
            ms += rng.below(1500)
            if not rng.chance(20 + 10 * level):
                return [s.lit, 0, 0, 0]
        return [s.lit, s.lit + 1 + ms // MS, rng.below(4), ms]
    if s.kind in (BALLOON, CLOCK):
        return plan_moment(s, bot)
    at = m.tick + 1 + rng.between(12, 30) + (5 - level) * rng.between(3, 9)
    if s.kind == TALLY:
        at += DOTS_TICKS
    return [s.lit, at, max(0, choose_button(m, bot, p)), 0]


def plan_moment(s: Party, bot: "BotContext") -> "list[int]":
    """A plan for a round in which only the moment of the press counts."""
    rng = bot.rng
    level = bot.level
    if s.kind == BALLOON:
        # The better a bot, the closer it gets off to the middle, where it pays most.
        wide = (7 - level) * 11
        return [s.lit, s.lit + BALLOON_TICKS // 2 + rng.between(-wide, wide), rng.below(4), 0]
    wide = WIDEST_CLOCK_MS - level * 300
    ms = s.mark + rng.between(-wide, wide)
    return [s.lit, s.lit + 1 + ms // MS, rng.below(4), ms]


def choose_button(m: "Match[Party]", bot: "BotContext", p: Player) -> int:
    """The answer that a bot picks."""
    s = m.state
    choices = max(1, s.choices)
    if s.kind == INSIDER:
        return choose_door(m, bot, p)
    # what a bot makes of a picture or knows of the world is a matter of its level
    if s.kind in (ODD, TALLY, PACK, CUPS) and bot.rng.chance(KNOWS[bot.level]):
        key: int = s.key
        return key
    if s.kind == VOTE and bot.rng.chance(25):
        crowd: int = s.cells[0] % choices
        return crowd
    return bot.rng.below(choices)


def choose_door(m: "Match[Party]", bot: "BotContext", p: Player) -> int:
    """The door that a bot picks: the insider misleads, the others follow the crowd or do not."""
    s = m.state
    if p.inside >= 0:
        inside: int = p.inside
        return (inside + 1 + bot.rng.below(3)) % 4 if bot.rng.chance(60) else inside
    most = max(s.counts)
    crowd = [k for k in range(4) if s.counts[k] == most]
    return crowd[bot.rng.below(len(crowd))] if bot.rng.chance(50) else bot.rng.below(4)


def sequence_press(m: "Match[Party]", bot: "BotContext", p: Player) -> int:
    """Press the next button of a sequence, with a mistake now and then."""
    s = m.state
    if s.kind == SORT and (len(bot.memory) < 2 or bot.memory[0] != s.lit):
        bot.memory = [s.lit] + s.tune
    learned = bot.memory
    if p.locked or len(learned) < 2 or learned[0] != s.lit:
        return 0
    pace = (18 if s.kind == SORT else 10) - bot.level
    if (m.tick + bot.seat) % pace or p.done + 1 >= len(learned):
        return 0
    button: int = learned[p.done + 1]
    if bot.rng.below(100) < SLIPS[bot.level]:
        button = (button + 1) % 4
    return 1 << button
