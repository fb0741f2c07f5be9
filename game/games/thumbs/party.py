"""The state of All Thumbs.

What a player must not know yet is in fields that one seat, the host or nobody sees: the answer, the picks,
the insider, the order of the buzzers. A press counts by the milliseconds from `lit`, the tick at which the
buttons came alive, as the room has checked them against the latency of the player.
"""

from game.rules import HOST, NOBODY, OWNER, Choice, Count, Entities, Entity, Flag, Int, Ints, Text

from .tuning import KINDS, MOST_QUESTIONS, VOTES

FIGURES = ("right", "early", "best", "longest", "fooled", "lone", "off", "banked")
"""Of a player: what awards are given for."""


class Player(Entity):
    """The player of a seat, which is its id."""

    score = Int(0, -99999, 999999, doc="points in the match")
    gained = Int(0, -9999, 9999, doc="points of this round, once it is revealed")
    streak = Count(max=99, doc="right answers in a row")
    team = Int(0, 0, 8, doc="from 1; 0: no team")
    plays = Flag(doc="takes part in this round")
    locked = Flag(doc="has answered; in a buzz round: is to answer, or was judged")
    out = Flag(doc="out of this round: too soon, wrong in a sequence, or judged wrong")
    shown = Int(-1, -1, 3, doc="the button that was picked, once it is revealed; -1: none")
    ms = Int(0, 0, 99999, doc="time of the answer in ms, once it is revealed; 0: none")

    pick = Int(-1, -1, 3, see=OWNER, doc="the button that this seat has picked; -1: none")
    done = Count(max=32, see=OWNER, doc="buttons of the sequence pressed so far")
    safe = Int(0, 0, 9999, see=OWNER, doc="points taken off the balloon of this round")
    inside = Int(-1, -1, 3, see=OWNER, doc="the right door if this seat is the insider; -1: it is not")

    turn = Count(max=100, see=HOST, doc="place in the queue of buzzers; 0: not in it")
    buzzed = Int(0, 0, 99999, see=HOST, doc="ms from light to buzz; 0: not yet")

    held = Int(0, 0, 15, see=NOBODY, doc="buttons of the tick before")
    at = Int(0, 0, 99999, see=NOBODY, doc="ms of the press that counts; 0: none")
    before = Int(0, -99999, 999999, see=NOBODY, doc="score before this round")
    before_streak = Count(max=99, see=NOBODY)
    past = Ints(len(FIGURES), high=999999, see=NOBODY, doc="figures for awards before this round")
    right = Int(see=NOBODY, doc="answers that were right")
    early = Int(see=NOBODY, doc="false starts")
    best = Int(see=NOBODY, doc="quickest Flash in ms; 0: none")
    longest = Int(see=NOBODY, doc="longest streak")
    fooled = Int(see=NOBODY, doc="players fooled as insider")
    lone = Int(see=NOBODY, doc="Minorities found")
    off = Int(see=NOBODY, doc="ms between the best stop of a clock and its time, + 1; 0: none")
    banked = Int(see=NOBODY, doc="points taken off balloons")
    curve = Ints(40, low=-99999, high=999999, see=NOBODY, doc="score after each round")


class Question(Entity):
    """A question of the pack: with 2 to 4 answers, or none if it is for buzzers."""

    prompt = Text(160)
    a = Text(48)
    b = Text(48)
    c = Text(48)
    d = Text(48)
    choices = Int(0, 0, 4)
    key = Int(-1, -1, 3)
    cue = Text(80, doc="what the host is to hear from a buzzer")
    topic = Text(24, doc='its category; "": none')


class Party(Entity):
    """The round that runs, and all players."""

    players = Entities(Player, 100, doc="by seat")
    phase = Choice(
        "intro",
        "arm",
        "open",
        "lock",
        "reveal",
        "board",
        "end",
        doc="intro: says what comes; arm: wait for the light; open: presses count; lock: late presses still "
        "arrive; reveal: the answer; board: the scores; end: decided",
    )
    kind = Choice(
        *KINDS,
        doc="flash: press first; odd: find the odd one; tally: count dots; echo: repeat a sequence; "
        "minority: pick what the fewest pick; insider: one knows the door; pack: quiz; buzz: host's quiz; "
        "balloon: get off before it bursts; clock: stop it at a time; cups: follow the ball; "
        "vote: pick whom most pick; sort: press all four in order",
    )
    round = Count(max=40, doc="number of the round, from 1; 0: none yet")
    rounds = Int(10, 1, 40, doc="rounds of the match")
    until = Int(doc="tick at which this phase ends; 0: not known")
    lit = Int(doc="tick of the light, from which presses count; 0: not announced")
    limit = Int(doc="ticks to answer in, from the light")
    double = Flag(doc="this round counts double")
    prompt = Text(160, doc="what is asked")
    a = Text(48, doc="answer on button A")
    b = Text(48, doc="answer on button B")
    c = Text(48, doc="answer on button C")
    d = Text(48, doc="answer on button D")
    choices = Int(4, 0, 4, doc="how many buttons, from A on, may be the answer")
    cells = Ints(
        48,
        high=255,
        doc="odd: shape, count, fill of each of four tiles; tally: row * 12 + column of each dot; "
        "echo: the sequence of buttons, until the light and once revealed; cups: the cup with the ball, "
        "ticks of a swap, then two cups for each swap; vote: number of the prompt, then the seats to pick "
        "from; sort: 1 for the largest first, then the right order, once revealed",
    )
    mark = Int(
        0, 0, 99999, doc="ms from the light: clock: when to stop it; balloon: when it burst, once revealed"
    )
    topic = Text(24, doc='category of the question; "": none')
    answer = Int(-1, -1, 3, doc="the right button, once it is revealed; -1: none")
    counts = Ints(4, size=4, high=100, doc="how many picked each; in insider at once, else once revealed")
    answered = Count(max=100, doc="how many have answered")
    up = Int(-1, -1, 99, doc="seat of the buzzer who is to answer; -1: none")
    who = Int(-1, -1, 99, doc="once revealed: seat of the fastest, or of the insider; -1: none")
    closed = Flag(doc="the host has locked the buzzers")
    host = Int(-1, -1, 99, doc="the host's seat; -1: the host does not play")
    waits = Flag(doc="the game waits for the host's command `next`")
    title = Text(40, doc="name of the pack of questions")

    cue = Text(80, see=HOST, doc="the right answer to a buzz question")

    key = Int(-1, -1, 3, see=NOBODY, doc="the right button")
    due = Int(see=NOBODY, doc="tick of the light, before it is announced")
    first = Int(see=NOBODY, doc="tick at which the first buzzer came; 0: none")
    knower = Int(-1, -1, 99, see=NOBODY, doc="the insider's seat")
    tune = Ints(32, high=3, see=NOBODY, doc="the sequence to press")
    echoes = Count(max=40, see=NOBODY, doc="sequences so far; they grow")
    odds = Count(max=40, see=NOBODY, doc="Odd Ones so far; they get harder")
    swapped = Count(max=40, see=NOBODY, doc="Cups so far; they get faster")
    sorts = Count(max=40, see=NOBODY, doc="Line Ups so far; they get harder")
    burst = Int(see=NOBODY, doc="tick at which the balloon bursts; 0: none")
    votes = Ints(
        VOTES, high=VOTES - 1, see=NOBODY, doc="prompts of Most Likely that come next, the last first"
    )
    judged = Int(-1, -1, 99, see=NOBODY, doc="seat of the buzzer who was judged last; -1: none")
    judged_turn = Count(max=100, see=NOBODY, doc="their place in the queue before")
    judged_gained = Int(0, -9999, 9999, see=NOBODY, doc="their points of this round before")
    judged_streak = Count(max=99, see=NOBODY)
    deck = Ints(len(KINDS), high=len(KINDS) - 1, see=NOBODY, doc="kinds that come next, the last first")
    questions = Entities(Question, MOST_QUESTIONS, see=NOBODY)
    own = Int(
        0,
        0,
        2 + 100 * 129,
        see=NOBODY,
        doc="who knows the pack: 0: nobody; 1: the host; else 2 + seat + 1, and 128 times a second seat + 1",
    )
    quizzed = Count(max=MOST_QUESTIONS, see=NOBODY, doc="questions with answers asked so far")
    read = Count(max=MOST_QUESTIONS, see=NOBODY, doc="questions for buzzers asked so far")
    inbox = Ints(32768, high=255, see=NOBODY, doc="bytes of a pack that is coming in")
