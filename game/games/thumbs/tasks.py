"""What the rounds of All Thumbs ask: tiles, dots, doors, and the questions of a pack."""

from .party import Party, Question
from .tuning import DOTS_TICKS, FILLS, MOST_COUNT, SHAPES, TALLY_GRID

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
        s.cue = question.cue
