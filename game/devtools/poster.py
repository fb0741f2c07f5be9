"""Writes the still picture with which the home page begins: a match of Loose Ends, some seconds in.

`python -m game.devtools.poster`. The page shows it before anything that draws a match is loaded.
"""

from pathlib import Path

from game.games.trails import Trails
from game.protocol.palette import GROUND, OUTLINES, ink_of, shape_of
from game.rules.browser import BrowserMatch

FILE = Path(__file__).resolve().parents[2] / "web" / "public" / "moment.svg"
SEED = 4_627_019
SEATS = 5
SECONDS = 15
UNIT = 256
EVERY = 5
"""One of this many points of a line is drawn."""
HEAD = 9
EDGE = "#5d6ca8"


def picture() -> str:
    """The picture as SVG."""
    game = Trails()
    match = BrowserMatch(game)
    match.begin(game.options.defaults(), range(SEATS), [0] * game.seats[1], SEED)
    for seat in range(SEATS):
        match.bot(seat, 5, seat % len(game.bot_styles), SEED + seat)
    match.play(SECONDS * game.tick_hz)
    state = match.m.state
    parts = []
    for racer in state.racers:
        ink = ink_of(racer.id)
        if path := _path(racer.trail):
            parts.append(f'<path stroke="{ink.colour}" d="{path}"/>')
    for racer in state.racers:
        x, y = racer.x // UNIT, racer.y // UNIT
        place = f'transform="translate({x} {y}) scale({HEAD})" fill="{ink_of(racer.id).colour}"'
        outline = OUTLINES.get(shape_of(racer.id))
        if outline is None:
            parts.append(f'<circle r="1" stroke="none" {place}/>')
        else:
            points = " ".join(f"{x:g},{y:g}" for x, y in outline)
            parts.append(f'<polygon stroke="none" points="{points}" {place}/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 {state.width + 12} {state.height + 12}">'
        f'<rect width="{state.width}" height="{state.height}" '
        f'fill="{GROUND}" stroke="{EDGE}" stroke-width="3"/>'
        '<g fill="none" stroke-width="6" stroke-linecap="round" stroke-linejoin="round">'
        + "".join(parts)
        + "</g></svg>\n"
    )


def _path(trail: list[int]) -> str:
    """A line's path; it is interrupted where the pen was up."""
    rows = [trail[at : at + 3] for at in range(0, len(trail), 3)]
    path = ""
    drawing = False
    for number, (x, y, pen) in enumerate(rows):
        if pen == 0:
            drawing = False
            continue
        ends = number + 1 == len(rows) or rows[number + 1][2] == 0
        if drawing and number % EVERY and not ends:
            continue
        path += f"{'L' if drawing else 'M'}{x // UNIT} {y // UNIT}"
        drawing = True
    return path


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
