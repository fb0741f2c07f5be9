"""How bots play Last Card: they see their own hand and what lies on the table."""

from game.rules import find

from .deck import FOUR, PAUSE, SWAP, TWO, WISH, draws, most_of, rank_of, suit_of, worth
from .table import PLAY, WISHING, Player, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match

FORGETS = (0, 50, 25, 10, 3, 0)
"""Percent of last cards that a bot of each level does not call."""
SLIPS = (0, 60, 25, 8, 2, 0)
"""Percent of turns in which it lays any card that fits."""
LEAST_TICKS, MOST_TICKS = 14, 30
"""It thinks this long, so that people can follow; a bot that answers at once is no fun."""
DRAW, CALL = 0, 2
KEEP_WISHES, WATCH_NEXT, COUNT_SUITS = 2, 3, 5
"""The levels from which it keeps wishes for later, hinders a next player with few cards, and remembers the
suits that others could not serve."""


def think(m: "Match[Table]", bot: "BotContext") -> int:
    """Decide; its memory holds the number of the turn, when it acts in it, and whether it calls."""
    s = m.state
    me = find(s.players, bot.seat)
    if me is None or s.phase not in (PLAY, WISHING):
        return 0
    if not bot.memory:
        bot.memory = [0, 0, 0]
    if calls(m, me, bot):
        bot.choose("act", CALL)
        return 0
    jumps = s.turn != bot.seat
    if (not jumps or me.can) and is_ready(m, me, bot):
        if s.phase == WISHING:
            bot.choose("suit", wished(m, me, bot.level))
        elif not me.can:
            bot.choose("act", DRAW)
        elif not jumps or bot.rng.chance(bot.level * 18):
            bot.choose("card", chosen(m, me, bot))
    return 0


def is_ready(m: "Match[Table]", me: Player, bot: "BotContext") -> bool:
    """Whether the bot has thought long enough about what lies on the table."""
    number = m.state.turns[0].number * 2 + me.drew
    if bot.memory[0] != number:
        bot.memory[0] = number
        bot.memory[1] = m.tick + bot.rng.between(LEAST_TICKS, MOST_TICKS)
    if m.tick < bot.memory[1]:
        return False
    bot.memory[1] = m.tick + MOST_TICKS
    return True


def calls(m: "Match[Table]", me: Player, bot: "BotContext") -> bool:
    """Whether the bot calls its last card now; it may forget it."""
    if not me.due:
        bot.memory[2] = 0
        return False
    if not bot.memory[2]:
        bot.memory[2] = 1 if bot.rng.chance(FORGETS[bot.level]) else m.tick + bot.rng.between(8, 26)
    if bot.memory[2] == 1 or m.tick < bot.memory[2]:
        return False
    bot.memory[2] = 1
    return True


def next_player(m: "Match[Table]", me: Player) -> "Player":
    """Whose turn comes after this player's."""
    return find(m.state.players, m.state.turns[0].after(me.id)) or me


def wished(m: "Match[Table]", me: Player, level: int) -> int:
    """The suit to wish for: most of the own, for good players one that the next player lacks."""
    best = most_of(me.hand)
    lacks = next_player(m, me).lacks
    if level < COUNT_SUITS or not lacks or lacks >> best & 1:
        return best
    held = [suit_of(card) for card in me.hand]
    for suit in range(4):
        if lacks >> suit & 1 and held.count(suit) * 2 >= held.count(best) and held.count(suit):
            return suit
    return best


def chosen(m: "Match[Table]", me: Player, bot: "BotContext") -> int:
    """The place of the card to lay."""
    can = me.can
    if bot.rng.chance(SLIPS[bot.level]):
        return can[bot.rng.below(len(can))]
    best = can[0]
    most = -1000
    for k in can:
        value = value_of(m, me, me.hand[k], bot.level)
        if value > most:
            best, most = k, value
    return best


def value_of(m: "Match[Table]", me: Player, card: int, level: int) -> int:
    """How good it is to lay a card now."""
    s = m.state
    value = worth(card)
    after = next_player(m, me)
    rest = list(me.hand)
    rest.remove(card)
    if card >= WISH and level >= KEEP_WISHES:
        # A wish fits always: it is the last card to give away, unless somebody is about to win.
        value -= 60 if len(rest) > 2 else 10
    if card == SWAP:
        smallest = min([len(one.hand) for one in s.players if one is not me] or [99])
        value += (len(rest) - smallest) * 12
    if level >= WATCH_NEXT and card < WISH:
        # Stay able to follow the own card.
        value += 3 * len([one for one in rest if suit_of(one) == suit_of(card)])
    if level >= WATCH_NEXT:
        hinders = draws(card) or rank_of(card) in (PAUSE, TWO)
        if after.count <= 2 and hinders:
            value += 80
        elif hinders and after.count > 4 and card != FOUR:
            value -= 8
    if level >= COUNT_SUITS and card < WISH and after.lacks >> suit_of(card) & 1:
        value += 12
    return value
