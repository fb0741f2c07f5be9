"""The preview card of a match: the game, the players by place, and a picture of the match's last moment."""

import io

import msgspec

from game.edge.page_texts import ENGLISH
from game.edge.previews.boards import Fields, Look, Looks, NoBoard, aspect, draw_board
from game.edge.previews.canvas import Canvas, Place
from game.edge.previews.text import BOLD, REGULAR, Fonts
from game.edge.result_page import PICTURE_HEIGHT, PICTURE_WIDTH, date_text, length_text, ranked
from game.protocol.http import MatchInfo, MatchSeat
from game.protocol.palette import ACCENT, LINE, MUTED, PANEL, TEXT, ink_of, shape_of

WIDTH, HEIGHT = PICTURE_WIDTH, PICTURE_HEIGHT
MARGIN = 56
GRID_STEP = 56
BOARD = Place(548, 44, 608, 542)
"""The place for the picture of the match; it is made smaller to the world's shape."""
MAX_ROWS = 8
"""Players in a list beside a picture. Of more, the first FEWER are shown, and the others counted."""
FEWER = 6
ROWS_IN_COLUMN = 6
STEP, LARGE_STEP = 64.0, 92.0
"""The greatest height of a row in pixels; LARGE_STEP where few players have the whole card."""


def draw_card(match: MatchInfo, state: Fields | None, fonts: Fonts) -> bytes:
    """Draw the card.

    Args:
        match: what is kept of the match.
        state: its last state; None draws the card alone.
        fonts: for the text.

    Returns:
        the picture as PNG, WIDTH by HEIGHT pixels.
    """
    if match.nobody_won:
        seats = [msgspec.structs.replace(seat, place=0) for seat in match.seats]
        match = msgspec.structs.replace(match, seats=seats)
    canvas = Canvas(WIDTH, HEIGHT, fonts)
    canvas.grid(Place(0, 0, WIDTH, HEIGHT), GRID_STEP)
    board = None if state is None else _board(match, state, fonts)
    if board is None:
        _wide(canvas, match)
    else:
        _beside(canvas, match, board)
    out = io.BytesIO()
    canvas.finished().save(out, "PNG", compress_level=6)
    return out.getvalue()


def draw_invitation(
    game: str, title: str, blurb: str, seats: tuple[int, int] | None, state: Fields | None, fonts: Fonts
) -> bytes:
    """Draw what a link to a room, or to the site, shows elsewhere.

    Args:
        game: the game of `state`, by name.
        title: what is written largest.
        blurb: a sentence below it.
        seats: the fewest and the most players; None leaves them out.
        state: a state of a match; None fills its place with the marks of players.
        fonts: for the text.

    Returns:
        the picture as PNG, WIDTH by HEIGHT pixels.
    """
    canvas = Canvas(WIDTH, HEIGHT, fonts)
    canvas.grid(Place(0, 0, WIDTH, HEIGHT), GRID_STEP)
    left = float(BOARD.x)
    if state is not None:
        board = _drawn_board(game, state, {k: Look(k, k) for k in range(64)}, fonts)
        left = BOARD.x + BOARD.width - board.width
        top = round(BOARD.y + (BOARD.height - board.height) / 2)
        canvas.box(Place(left - 10, top - 10, board.width + 20, board.height + 20), PANEL, LINE, 14, 1.5)
        canvas.paste(board, round(left), top)
    else:
        _marks(canvas, BOARD)
    width = left - 46 - MARGIN
    canvas.line([(MARGIN, 66), (MARGIN + 64, 66)], 6, ACCENT)
    canvas.glow([(MARGIN, 66), (MARGIN + 64, 66)], 14, ACCENT, 0.4)
    canvas.text(MARGIN, 146, canvas.fitted(title, 66, width, BOLD), 66, TEXT, BOLD)
    y = 206.0
    for line in wrapped(canvas, blurb, 30, width, 6):
        canvas.text(MARGIN, y, line, 30, MUTED)
        y += 42
    if seats is not None:
        least, most = seats
        canvas.text(
            MARGIN, y + 24, f"{least}–{most} players" if least < most else f"{most} players", 30, TEXT
        )
    name = canvas.text(MARGIN, HEIGHT - 56, "Rumpus", 34, TEXT, BOLD)
    canvas.text(MARGIN + name + 18, HEIGHT - 56, "open the link and play", 26, ACCENT)
    canvas.shine()
    out = io.BytesIO()
    canvas.finished().save(out, "PNG", compress_level=6)
    return out.getvalue()


def wrapped(canvas: Canvas, text: str, size: float, width: float, most: int) -> list[str]:
    """A text in lines that fit a width; what is more than `most` lines is left out, with an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and canvas.text_width(longer, size, REGULAR) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines[most - 1 :] = [f"{lines[most - 1]} …"]
    return [canvas.fitted(line, size, width) for line in lines]


def _marks(canvas: Canvas, place: Place) -> None:
    """The marks of eight players, in two rows of a panel."""
    canvas.box(Place(place.x, place.y + 60, place.width, place.height - 120), PANEL, LINE, 14, 1.5)
    step = place.width / 4
    for glow in (True, False):
        for k in range(8):
            x = place.x + step * (k % 4 + 0.5)
            y = place.y + place.height / 2 + (k // 4 - 0.5) * step * 1.1
            ink = ink_of(k).colour
            if glow:
                canvas.glow_spot(x, y, 70, ink, 0.5)
            else:
                canvas.mark(shape_of(k), x, y, 42, ink)
        canvas.shine()


def _board(match: MatchInfo, state: Fields, fonts: Fonts) -> Canvas | None:
    """The picture of the match, as large as BOARD allows; None if the state has none."""
    looks: Looks = {one.seat: Look(one.colour, one.shape) for one in match.seats}
    try:
        return _drawn_board(match.game, state, looks, fonts)
    except NoBoard:
        return None


def _drawn_board(game: str, state: Fields, looks: Looks, fonts: Fonts) -> Canvas:
    """A state, as large as BOARD allows. Raises NoBoard."""
    wide = aspect(game, state)
    width = round(min(BOARD.width, BOARD.height * wide))
    canvas = Canvas(width, max(1, round(width / wide)), fonts)
    draw_board(canvas, game, state, looks)
    return canvas


def _beside(canvas: Canvas, match: MatchInfo, board: Canvas) -> None:
    """The picture on the right, title and players on the left."""
    x = round(BOARD.x + BOARD.width - board.width)
    y = round(BOARD.y + (BOARD.height - board.height) / 2)
    canvas.box(Place(x - 10, y - 10, board.width + 20, board.height + 20), PANEL, LINE, 14, 1.5)
    canvas.paste(board, x, y)
    column = Place(MARGIN, 0, x - 10 - 36 - MARGIN, HEIGHT)
    top = _heading(canvas, match, column)
    _rows(canvas, ranked(match.seats), Place(column.x, top, column.width, HEIGHT - 92 - top), STEP)
    _footer(canvas)


def _wide(canvas: Canvas, match: MatchInfo) -> None:
    """No picture: the players over the whole width, in two columns if they are many."""
    top = _heading(canvas, match, Place(MARGIN, 0, WIDTH - 2 * MARGIN, HEIGHT))
    seats = ranked(match.seats)
    room = HEIGHT - 92 - top
    if len(seats) <= ROWS_IN_COLUMN - 1:
        _rows(canvas, seats, Place(MARGIN, top, WIDTH - 2 * MARGIN, room), LARGE_STEP)
    else:
        half = (WIDTH - 2 * MARGIN - 64) / 2
        split = min(ROWS_IN_COLUMN, (len(seats) + 1) // 2)
        _rows(canvas, seats[:split], Place(MARGIN, top, half, room), STEP)
        rest = Place(MARGIN + half + 64, top, half, room)
        _rows(canvas, seats[split:], rest, STEP, split, split - 1)
    _footer(canvas)


def _heading(canvas: Canvas, match: MatchInfo, place: Place) -> float:
    """Game, what became of the match, its length and date; returns where the rest begins."""
    title = canvas.fitted(match.title, 60, place.width, BOLD)
    canvas.line([(place.x, 66), (place.x + 64, 66)], 6, ACCENT)
    canvas.glow([(place.x, 66), (place.x + 64, 66)], 14, ACCENT, 0.4)
    canvas.text(place.x, 136, title, 60, TEXT, BOLD)
    parts = [length_text(match, ENGLISH), date_text(match.ended_ms, ENGLISH)]
    if match.outcome != "decided":
        parts.insert(0, "ended early" if match.outcome == "ended" else "not finished")
    canvas.text(place.x, 178, canvas.fitted(" · ".join(parts), 24, place.width), 24, MUTED)
    return 212.0


def _footer(canvas: Canvas) -> None:
    width = canvas.text(MARGIN, HEIGHT - 48, "Rumpus", 26, TEXT, BOLD)
    canvas.text(MARGIN + width + 16, HEIGHT - 48, "watch the replay", 24, MUTED)


def _rows(
    canvas: Canvas,
    seats: list[MatchSeat],
    place: Place,
    max_step: float,
    most: int = MAX_ROWS,
    fewer: int = FEWER,
) -> None:
    """One line for each player: place, mark, name and points. Of more than `most`, the first `fewer`."""
    if not seats:
        return
    shown = seats if len(seats) <= most else seats[:fewer]
    count = len(shown) + (len(shown) < len(seats))
    step = min(max_step, place.height / count)
    size = step * 0.53
    decided = any(one.place for one in seats)
    mark_x = place.x + size * (0.53 + (1.3 if decided else 0))
    for k, seat in enumerate(shown):
        top = place.y + step * k
        if seat.place == 1:
            canvas.box(Place(place.x - 14, top + 3, place.width + 28, step - 6), PANEL, LINE, 12, 1.5)
        canvas.glow_spot(mark_x, top + step / 2, size * 0.7, ink_of(seat.colour).colour, 0.45)
    canvas.shine()
    for k, seat in enumerate(shown):
        middle = place.y + step * (k + 0.5)
        base = middle + size * 0.36
        weight = BOLD if seat.place == 1 else REGULAR
        right = place.x + place.width
        if decided:
            number = str(seat.place) if seat.place else "–"
            colour = ACCENT if seat.place == 1 else MUTED
            canvas.text(place.x + size * 0.5, base, number, size * 0.8, colour, BOLD, "m")
            points = f"{seat.points:,}".replace(",", "\u2009")
            right -= canvas.text(right, base, points, size, TEXT, BOLD, "r") + size * 0.6
        canvas.mark(shape_of(seat.shape), mark_x, middle, size * 0.44, ink_of(seat.colour).colour)
        x = mark_x + size * 0.98
        name = canvas.fitted(name_text(seat, canvas.fonts), size, right - x, weight)
        canvas.text(x, base, name, size, TEXT, weight)
    if len(shown) < len(seats):
        base = place.y + step * (len(shown) + 0.5) + size * 0.36
        canvas.text(place.x, base, f"and {len(seats) - len(shown)} more", size * 0.8, MUTED)


def name_text(seat: MatchSeat, fonts: Fonts) -> str:
    """A player's name, or the number of the seat if no font of this machine can show the name."""
    return seat.name if fonts.can_show(seat.name) else f"Seat {seat.seat + 1}"
