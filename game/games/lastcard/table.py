"""The table of Last Card: what lies on it, and what each player holds."""

from game.rules import NOBODY, OWNER, Choice, Count, Entities, Entity, Flag, Int, Ints, Series, Turns

from .deck import CARDS, MOST_CARDS, SUITS

PLAY, WISHING, ROUND_END, OVER = range(4)
PHASES = ("play", "wish", "roundEnd", "over")
NOT_YOURS, NO_FIT, MUST_ANSWER, ONLY_DRAWN = 1, 2, 3, 4
REASONS = ("none", "notYours", "noFit", "mustAnswer", "onlyDrawn")


class Player(Entity):
    """A player; the id is the seat."""

    place = Count(5, doc="the place at the table, from 0")
    column = Count(5, doc="the column on an upright screen")
    row = Count(1, doc="the row on an upright screen")
    count = Count(MOST_CARDS, doc="how many cards are in the hand")
    score = Count(9999, doc="points from the rounds so far")
    called = Flag(doc="called the last card")
    due = Int(doc="tick until which the last card must be called; 0: it need not")
    hand = Ints(MOST_CARDS, high=CARDS - 1, see=OWNER, doc="the cards: suit * 12 + rank; from 48: wishes")
    can = Ints(MOST_CARDS, high=MOST_CARDS, see=OWNER, doc="the places of the cards that may be laid now")
    drew = Flag(see=OWNER, doc="has drawn in this turn: may lay that card, or pass")
    reason = Choice(*REASONS, see=OWNER, doc="why the last chosen card cannot be laid")
    until = Int(see=NOBODY, doc="tick at which the reason is forgotten")
    idle = Count(99, see=NOBODY, doc="turns in a row that ended by the clock")
    lacks = Count(15, see=NOBODY, doc="bits of the suits that the player could not serve, as everybody saw")
    drawn = Count(9999, see=NOBODY, doc="cards drawn in the match")
    put = Count(9999, see=NOBODY, doc="cards laid in the match")
    took = Count(99, see=NOBODY, doc="rounds won")
    forgot = Count(999, see=NOBODY, doc="last cards that were not called")
    heaped = Count(999, see=NOBODY, doc="the most cards that somebody drew because of this player")


class Table(Entity):
    """The table; `turn` and `until` repeat what `turns` says, for the picture."""

    phase = Choice(*PHASES, doc="play; wish: a suit is being chosen; roundEnd: a pause; over: decided")
    turn = Int(-1, -1, 5, doc="the seat whose turn it is; -1: none")
    until = Int(doc="tick at which the turn ends by the clock; 0: there is none")
    backwards = Flag(doc="the turns go the other way round")
    seated = Count(6, doc="how many players sit at the table")
    columns = Count(6, default=1, doc="columns of players on an upright screen")
    rows = Count(2, default=1, doc="rows of players on an upright screen")
    top = Count(CARDS, doc="the card on top of the pile")
    suit = Choice(*SUITS, doc="the suit that counts")
    pending = Count(MOST_CARDS, doc="cards that the player must draw who cannot answer; 0: none")
    stock = Count(MOST_CARDS, doc="cards to draw from")
    pile = Count(MOST_CARDS, doc="cards that were laid")
    round = Count(99, doc="the round, from 1")
    winner = Int(-1, -1, 5, doc="who took the last round; -1: nobody yet")
    resume = Int(doc="tick at which the next round begins")
    target = Count(999, doc="points to win; 0: one round")
    turns = Entities(Turns, 1, doc="whose turn it is; one entry while a round runs")
    players = Entities(Player, 6, doc="by seat")
    drawable = Ints(MOST_CARDS, high=CARDS - 1, see=NOBODY, doc="the stock, the last card is drawn first")
    laid = Ints(MOST_CARDS, high=CARDS - 1, see=NOBODY, doc="the pile below its top")
    stuck = Count(99, see=NOBODY, doc="turns in a row in which nothing could be drawn or laid")
    history = Series("p0", "p1", "p2", "p3", "p4", "p5", see=NOBODY, doc="points of each seat by round")
