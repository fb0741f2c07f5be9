"""What games derive from their state: the hash grid of discs, and what bots see."""

from math import cos, sin, tau

from hypothesis import given, settings
from hypothesis import strategies as st

from game.rules import HashGrid, SteeringPaths, VisibilityMap
from game.rules.visibility import BEYOND, FREE, FULL

WIDTH, HEIGHT = 96 * 256, 64 * 256
places = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(0, 12 * 256))
PLAN = ((0, 0), (-1, 20), (1, 20))


def found_in(grid: HashGrid, x: int, y: int, radius: int) -> set[tuple[int, int, int, int, int]]:
    """All discs that overlap a circle."""
    found = set()
    for top in grid.around(x, y, radius):
        below = top
        while below is not None:
            dx, dy, wide, owner, stamp, below = below  # type: ignore[assignment]
            if (dx - x) ** 2 + (dy - y) ** 2 < (wide + radius) ** 2:
                found.add((dx, dy, wide, owner, stamp))
    return found


@given(st.lists(places, max_size=30), places)
def test_the_grid_finds_all_discs_that_overlap_a_circle(
    discs: list[tuple[int, int, int]], circle: tuple[int, int, int]
) -> None:
    grid = HashGrid(WIDTH, HEIGHT, 12)
    for k, (x, y, radius) in enumerate(discs):
        grid.lay(k, x, y, radius, k % 3, k)
    x, y, radius = circle
    expected = {
        (dx, dy, wide, k % 3, k)
        for k, (dx, dy, wide) in enumerate(discs)
        if (dx - x) ** 2 + (dy - y) ** 2 < (wide + radius) ** 2
    }
    assert found_in(grid, x, y, radius) == expected


@given(st.lists(places, max_size=30), st.integers(0, 30), places)
def test_what_is_unlaid_was_never_there(
    discs: list[tuple[int, int, int]], kept: int, circle: tuple[int, int, int]
) -> None:
    grid = HashGrid(WIDTH, HEIGHT, 12)
    for k, (x, y, radius) in enumerate(discs):
        grid.lay(k // 2, x, y, radius, 0, k)
    grid.unlay(kept - 1)
    fresh = HashGrid(WIDTH, HEIGHT, 12)
    for k, (x, y, radius) in enumerate(discs[: 2 * kept]):
        fresh.lay(k // 2, x, y, radius, 0, k)
    assert grid.chains == fresh.chains
    assert grid.laid[: grid.count] == fresh.laid
    assert fresh.count == len(fresh.laid)
    assert found_in(grid, *circle) == found_in(fresh, *circle)
    for k, (x, y, radius) in enumerate(discs):  # more than was there before, or less
        for one in (grid, fresh):
            one.lay(kept + k, x, y, radius, 0, k)
    assert grid.chains == fresh.chains
    assert grid.laid[: grid.count] == fresh.laid[: fresh.count]


def test_a_way_is_free_up_to_what_is_in_its_way() -> None:
    sight = VisibilityMap(400 * 256, 400 * 256)
    ways = SteeringPaths(PLAN, ticks=40, spacing=9 * 256, nearest=12 * 256)
    here = sight.at(200 * 256, 200 * 256)
    straight = ways.of(768, 59, 0, sight.stride)[0]
    assert sight.free(here, straight) == len(straight) == (40 - 5) // 3 + 1
    sight.paint(sight.at(260 * 256, 200 * 256), 1)
    blocked = sight.free(here, straight)
    # 256 is where the painted square begins, and a point lies every 9 units from 15 on
    assert blocked == (256 - 200 - 15) // 9 + 1
    # the first `blind` points do not matter
    assert sight.free(here, straight, blind=len(straight)) == len(straight)


def test_ways_bend_as_a_racer_does() -> None:
    ways = SteeringPaths(PLAN, ticks=44, spacing=9 * 256, nearest=15 * 256)
    stride = 1000
    for heading in (0, 512, 1024, 3000):
        for (direction, ticks), path in zip(PLAN, ways.of(768, 59, heading, stride), strict=True):
            x = y = 512.0
            angle = (heading + 16 & 0xFE0) * tau / 4096
            turn = 59 * tau / 4096 * direction
            points = []
            for tick in range(1, 45):
                angle += turn if tick <= ticks else 0
                x += 768 * cos(angle)
                y += 768 * sin(angle)
                if tick >= ways.first(768) and (tick - ways.first(768)) % ways.every(768) == 0:
                    points.append((x / 1024, y / 1024))
            assert len(points) == len(path)
            for (column, row), offset in zip(points, path, strict=True):
                there_row, there_column = divmod(offset + 500, stride)
                assert abs(there_column - 500 + 0.5 - column) < 1
                assert abs(there_row + 0.5 - row) < 1


def test_a_right_angle_is_turned_at_once() -> None:
    ways = SteeringPaths(PLAN, ticks=20, spacing=9 * 256, nearest=12 * 256)
    straight, left, right = ways.of(768, 0, 0, 1000)
    assert (
        straight == tuple(range(straight[0], straight[-1] + 1))[:: straight[1] - straight[0]]
        or len(straight) > 3
    )
    assert all(offset % 1000 == 0 or offset < 0 for offset in left)
    assert all(offset >= 3000 for offset in right)


@settings(max_examples=40)
@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 3), st.integers(0, 8 * 1024))
def test_edges_come_in_and_are_no_part_of_the_board(column: int, row: int, wide: int, inset: int) -> None:
    sight = VisibilityMap(400 * 256, 400 * 256)
    sight.close(inset)
    ring = max(1, (inset >> 10) + 1)
    inside = ring <= column < 100 - ring and ring <= row < 100 - ring
    cell = sight.at(column << 10, row << 10)
    assert sight.cells[cell] == (FREE if inside else BEYOND)
    before = bytes(sight.cells)
    sight.shade(cell, wide)
    sight.shade(cell + 1, wide)
    assert sight.cells[cell] == FULL
    sight.unshade()
    assert sight.cells == before


def test_with_open_edges_a_way_goes_on_at_the_other_side() -> None:
    sight = VisibilityMap(400 * 256, 400 * 256)
    ways = SteeringPaths(PLAN, ticks=40, spacing=9 * 256, nearest=12 * 256)
    straight = ways.of(768, 59, 0, sight.stride)[0]
    here = sight.at(360 * 256, 200 * 256)
    assert sight.free(here, straight) < 5
    assert sight.free(here, straight, open_edges=1) == len(straight)
    sight.paint(sight.at(40 * 256, 200 * 256), 1)
    assert 5 < sight.free(here, straight, open_edges=1) < len(straight)
