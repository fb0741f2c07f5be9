"""What the rounds of All Thumbs ask: tiles, dots, doors, cups, numbers, and the questions of a pack."""

from .party import Party, Question
from .tuning import (
    AHEAD,
    BALLOON_TICKS,
    BURST_FIRST,
    CLOCK_EXTRA,
    CLOCK_HIGH,
    CLOCK_LOW,
    CUPS_REST,
    CUPS_SHOW,
    DOTS_TICKS,
    FILLS,
    HZ,
    LEAST_SWAP_TICKS,
    MOST_COUNT,
    MOST_SWAPS,
    SHAPES,
    SWAP_TICKS,
    SWAPS,
    TALLY_GRID,
    VOTES,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import Match


def lay_odd(m: "Match[Party]") -> None:
    """Lay four tiles of a shape, a count and a fill: in one of these, one tile differs from three."""
    s = m.state
    sizes = (SHAPES, MOST_COUNT, FILLS)
    s.key = m.rng.below(4)
    odd = m.rng.below(3)
    cells = [0] * 12
    for k in range(3):
        values = list(range(sizes[k]))
        m.rng.shuffle(values)
        if k == odd:
            row = [values[0]] * 4
            row[s.key] = values[1]
        elif s.odds < 2 or (s.odds < 4 and m.rng.chance(50)):
            row = [values[0]] * 4
        else:
            # Two and two, so that nothing else stands out.
            row = [values[0], values[0], values[1], values[1]]
            m.rng.shuffle(row)
        for tile in range(4):
            cells[tile * 3 + k] = row[tile]
    for tile in range(4):
        cells[tile * 3 + 1] += 1
    s.odds += 1
    s.cells = cells


def lay_dots(m: "Match[Party]") -> None:
    """Lay dots on a grid, shown for a moment, and four numbers close to each other."""
    s = m.state
    count = m.rng.between(5, 20)
    places = list(range(TALLY_GRID * TALLY_GRID))
    m.rng.shuffle(places)
    s.cells = places[:count]
    s.key = m.rng.below(4)
    step = 1 if count < 10 else 2
    numbers = [str(count + (button - s.key) * step) for button in range(4)]
    s.a, s.b, s.c, s.d = numbers
    s.until += DOTS_TICKS
    s.limit += DOTS_TICKS


def reveal_to_insider(m: "Match[Party]") -> None:
    """Tell one of the players which door is right."""
    s = m.state
    s.key = m.rng.below(4)
    players = [p for p in s.players if p.plays]
    if players:
        p = players[m.rng.below(len(players))]
        p.inside = s.key
        s.knower = p.id


def choose_question(s: Party) -> None:
    """Ask the next question with answers; the answers are shown with the light."""
    questions = [question for question in s.questions if question.choices]
    question = questions[s.quizzed % len(questions)]
    s.quizzed = (s.quizzed + 1) % len(questions)
    s.prompt = question.prompt
    s.topic = question.topic


def chosen_question(s: Party) -> Question:
    """The question that `choose_question` chose."""
    questions = [question for question in s.questions if question.choices]
    question: Question = questions[s.quizzed - 1]
    return question


def read_aloud(s: Party) -> None:
    """Show the host what to read aloud, if the pack has questions for buzzers."""
    questions = [question for question in s.questions if not question.choices]
    if questions:
        question = questions[s.read % len(questions)]
        s.read = (s.read + 1) % len(questions)
        s.prompt = question.prompt
        s.topic = question.topic
        s.cue = question.cue


def inflate(m: "Match[Party]") -> None:
    """Draw when the balloon bursts."""
    s = m.state
    s.limit = BALLOON_TICKS
    s.until = s.lit + s.limit
    s.burst = s.lit + m.rng.between(BURST_FIRST, BALLOON_TICKS)


def set_clock(m: "Match[Party]") -> None:
    """Draw the time at which the clock is to be stopped."""
    s = m.state
    seconds = m.rng.between(CLOCK_LOW, CLOCK_HIGH)
    s.mark = seconds * 1000
    s.limit = seconds * HZ + CLOCK_EXTRA


def swap_cups(m: "Match[Party]") -> None:
    """Put the ball under a cup and swap cups, more often and faster in each Cups; the light comes after."""
    s = m.state
    at = m.rng.below(4)
    step = max(LEAST_SWAP_TICKS, SWAP_TICKS - s.swapped)
    swaps = min(MOST_SWAPS, SWAPS + s.swapped)
    s.swapped += 1
    cells = [at, step]
    for k in range(swaps):
        one = m.rng.below(4)
        other = (one + m.rng.between(1, 3)) % 4
        if k == 0:  # the ball moves at least once
            one = at
            other = (at + m.rng.between(1, 3)) % 4
        cells += [one, other]
        if at == one:
            at = other
        elif at == other:
            at = one
    s.cells = cells
    s.key = at
    s.lit = s.due = m.tick + AHEAD + CUPS_SHOW + step * swaps + CUPS_REST


def call_vote(m: "Match[Party]") -> None:
    """Ask the next prompt of Most Likely; all come before one comes again."""
    s = m.state
    if not s.votes:
        votes = list(range(VOTES))
        m.rng.shuffle(votes)
        s.votes = votes
    s.cells = [s.votes[-1]]
    s.votes = s.votes[:-1]


def name_candidates(m: "Match[Party]") -> None:
    """Choose the players, four at most, of whom one is picked."""
    s = m.state
    seats = [p.id for p in s.players if p.plays]
    m.rng.shuffle(seats)
    seats = sorted(seats[:4])
    s.cells = s.cells[:1] + seats
    s.choices = max(2, len(seats))


def lay_numbers(m: "Match[Party]") -> None:
    """Four numbers to press in order: written out at first, then as sums, then as products."""
    s = m.state
    largest_first = s.cells[0]
    values = list(range(11, 90))
    m.rng.shuffle(values)
    if s.sorts >= 2:
        # Products that differ, and sums close to them.
        first = m.rng.between(3, 9) * m.rng.between(3, 9)
        values = [first + shift for shift in (-7, -4, -2, 0, 3, 5, 8)]
        m.rng.shuffle(values)
    numbers = values[:4]
    texts = [write_number(m, number, s.sorts) for number in numbers]
    s.a, s.b, s.c, s.d = texts
    order = sorted(range(4), key=lambda k: numbers[k])
    s.tune = order[::-1] if largest_first else order
    s.sorts += 1


def write_number(m: "Match[Party]", number: int, stage: int) -> str:
    """A number as it is, or as what makes it: a sum, a difference or a product."""
    if stage == 0:
        return str(number)
    if stage >= 2:
        factors = [k for k in range(3, 10) if number % k == 0 and 2 < number // k < 13]
        if factors:
            factor = factors[m.rng.below(len(factors))]
            return str(factor) + " × " + str(number // factor)
    if m.rng.chance(50) or number < 4:
        more = m.rng.between(2, 9)
        return str(number + more) + " − " + str(more)
    part = m.rng.between(1, number - 1) if number < 12 else m.rng.between(2, number // 2)
    return str(number - part) + " + " + str(part)
