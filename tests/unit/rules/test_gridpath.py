"""Paths across a board, past dangers whose time is known: the quick search finds what a plain one finds."""

from hypothesis import given
from hypothesis import strategies as st

from game.rules import GridPaths, beside

WIDTH, HEIGHT = 6, 5
INNER = [row * WIDTH + column for row in range(1, HEIGHT - 1) for column in range(1, WIDTH - 1)]


def bits(cells: set[int]) -> int:
    return sum(1 << cell for cell in cells)


def cells_of(bits: int) -> set[int]:
    return {cell for cell in range(WIDTH * HEIGHT) if bits >> cell & 1}


def steps_from(cell: int, free: set[int], barred: int | None) -> set[int]:
    """Where one step may lead to, by the words of the class."""
    near = {cell, cell - 1, cell + 1, cell - WIDTH, cell + WIDTH} & free
    return near if cell == barred else near - {barred}


def lives(start: int, free: set[int], deadly: list[set[int]], barred: int | None) -> list[list[int]]:
    """Every way that can be lived to the end, cell by cell."""
    ways = [[start]]
    for dying in deadly[1:]:
        ways = [[*way, to] for way in ways for to in steps_from(way[-1], free, barred) - dying]
    return ways


some_cells = st.sets(st.sampled_from(INNER))
boards = st.tuples(
    st.sampled_from(INNER),
    some_cells,
    st.lists(st.sets(st.sampled_from(INNER), max_size=8), min_size=2, max_size=6),
    st.booleans(),
)
Board = tuple[int, set[int], list[set[int]], bool]


def search(board: Board) -> GridPaths:
    start, free, deadly, one_way = board
    return GridPaths(WIDTH, start, bits(free - {start}), [bits(dying) for dying in deadly], one_way)


@given(boards)
def test_one_can_be_wherever_a_way_that_is_lived_to_the_end_leads(board: Board) -> None:
    start, free, deadly, one_way = board
    ways = lives(start, free | {start}, deadly, start if one_way else None)
    found = [cells_of(layer) for layer in search(board).layers]
    assert found == [{way[k] for way in ways} for k in range(len(deadly))] or (not ways and not found)


@given(boards, some_cells, st.data())
def test_the_first_step_to_a_goal_is_that_of_some_way_to_it(
    board: Board, goal: set[int], data: st.DataObject
) -> None:
    start, free, deadly, one_way = board
    paths = search(board)
    if not paths.layers:
        return
    k = data.draw(st.integers(1, len(deadly) - 1))
    ways = lives(start, free | {start}, deadly, start if one_way else None)
    assert cells_of(paths.first(bits(goal), k)) == {way[1] for way in ways if way[k] in goal}


@given(boards)
def test_who_cannot_live_lives_as_long_as_possible(board: Board) -> None:
    start, free, deadly, _ = board
    paths = search((start, free, deadly, False))
    if paths.layers:
        return
    longest: list[list[int]] = []
    for end in range(len(deadly), 1, -1):
        longest = lives(start, free | {start}, deadly[:end], None)
        if longest:
            break
    first = cells_of(paths.last_stand())
    assert first == ({way[1] for way in longest} if longest else set())


def test_what_one_stands_on_can_be_left_but_not_entered_again() -> None:
    # a corridor of three cells, and the middle one is left for the right one before the right one burns
    free = {7, 8, 9}
    deadly = [set(), {8}, {9}, set()]
    back = GridPaths(WIDTH, 8, bits(free), [bits(dying) for dying in deadly])
    assert [cells_of(layer) for layer in back.layers] == [{8}, {7, 9}, {7, 8}, {7, 8, 9}]
    barred = GridPaths(WIDTH, 8, bits(free), [bits(dying) for dying in deadly], one_way=True)
    assert [cells_of(layer) for layer in barred.layers] == [{8}, {7}, {7}, {7}]


def test_crossroads_have_more_than_one_way_out_and_danger_is_what_burns_at_any_time() -> None:
    # an L of five cells: two ends, a bend and what lies between
    paths = GridPaths(WIDTH, 7, bits({7, 8, 9, 15, 21}), [0, bits({8}), bits({15})])
    assert cells_of(paths.crossroads()) & cells_of(paths.free) == {8, 9, 15}
    assert cells_of(paths.danger()) == {8, 15}


def test_beside_a_cell_are_its_four_neighbours() -> None:
    assert cells_of(beside(1 << 14, WIDTH)) == {8, 13, 15, 20}
    assert cells_of(beside(bits({14, 15}), WIDTH)) == {8, 9, 13, 14, 15, 16, 20, 21}
