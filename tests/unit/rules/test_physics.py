"""Things that move, touch and bounce: nothing gains energy, nothing overlaps, nothing is jumped over."""

import math
import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.rules import (
    FASTEST,
    TOUCH,
    UNIT,
    Entity,
    Fixed,
    Int,
    Solid,
    SolidBox,
    SolidDisc,
    Solids,
    SolidSegment,
    SolidSide,
    SolidTiles,
    along,
    bounce,
    collide,
    collide_all,
    limited,
    meeting,
    move,
    near_pairs,
    push_apart,
    push_out,
    rim,
    scaled,
    sweep,
    unit,
    with_length,
    within,
)
from tests.depth import depth

U = 256
places = st.integers(-(1 << 18), 1 << 18)
near = st.integers(-8000, 8000)
components = st.integers(-5700, 5700)
radii = st.integers(0, 8000)
percents = st.integers(0, 100)


class Ball(Entity):
    x, y = Fixed(20), Fixed(20)
    vx, vy = Int(0, -FASTEST, FASTEST), Int(0, -FASTEST, FASTEST)
    radius = Int(8 * U)
    mass = Int(1, 0, 255)


def ball(id: int = 0, **values: int) -> Ball:
    return Ball(id, **values)


def energy(*bodies: Ball) -> int:
    return sum(one.mass * (one.vx**2 + one.vy**2) for one in bodies)


balls = st.builds(
    ball,
    st.integers(0, 9),
    x=near,
    y=near,
    vx=components,
    vy=components,
    radius=radii,
    mass=st.integers(1, 255),
)


@st.composite
def solids(draw: st.DrawFn) -> Solid:
    """Anything that stands still, around the origin."""
    kind = draw(st.integers(0, 3))
    x, y = draw(near), draw(near)
    if kind == 0:
        return SolidDisc(x, y, draw(radii))
    if kind == 1:
        return SolidSegment(x, y, draw(places), draw(places), draw(st.integers(0, 900)))
    if kind == 2:
        return SolidBox(x, y, x + draw(st.integers(1, 1 << 17)), y + draw(st.integers(1, 1 << 17)))
    return SolidSide(x, y, *unit(draw(near), draw(near)))


def exact_gap(solid: Solid, x: int, y: int) -> float:
    """The gap between a point and a solid, in floating point; negative inside a box or behind a side."""
    if isinstance(solid, SolidDisc):
        return math.hypot(x - solid.x, y - solid.y) - solid.radius
    if isinstance(solid, SolidSegment):
        dx, dy = x - solid.ax, y - solid.ay
        square = solid.dx**2 + solid.dy**2
        at = (
            min(Fraction(1), max(Fraction(0), Fraction(dx * solid.dx + dy * solid.dy, square)))
            if square
            else 0
        )
        return math.hypot(dx - at * solid.dx, dy - at * solid.dy) - solid.radius
    if isinstance(solid, SolidSide):
        return ((x - solid.x) * solid.nx + (y - solid.y) * solid.ny) / math.hypot(solid.nx, solid.ny)
    dx = max(solid.left - x, 0, x - solid.right)
    dy = max(solid.top - y, 0, y - solid.bottom)
    if dx or dy:
        return math.hypot(dx, dy)
    return -min(x - solid.left, solid.right - x, y - solid.top, solid.bottom - y)


@given(st.integers(-(1 << 29), 1 << 29), st.integers(-16384, 16384), st.integers(1, 16384))
def test_scaling_is_exact_and_towards_zero(value: int, by: int, of: int) -> None:
    exact = Fraction(value * by, of)
    assert scaled(value, by, of) == (math.floor(exact) if exact >= 0 else math.ceil(exact))


@given(components, st.integers(0, 99))
def test_a_speed_that_is_scaled_down_comes_to_rest(speed: int, percent: int) -> None:
    for _ in range(2000):
        speed = scaled(speed, percent, 100)
    assert speed == 0


@given(places, places)
def test_a_direction_is_never_longer_than_the_unit_and_hardly_shorter(dx: int, dy: int) -> None:
    nx, ny = unit(dx, dy)
    assert nx * nx + ny * ny <= UNIT * UNIT
    assert math.hypot(nx, ny) >= UNIT * (1 - 1 / 4096)
    length = math.hypot(dx, dy)
    if length:
        assert abs(nx - dx * UNIT / length) < 6
        assert abs(ny - dy * UNIT / length) < 6
    assert unit(-dx, -dy) == (-nx, -ny) or (dx, dy) == (0, 0)


@given(places, places, st.integers(0, 16383))
def test_a_vector_gets_the_length_that_is_wanted_and_never_more(dx: int, dy: int, length: int) -> None:
    x, y = with_length(dx, dy, length)
    assert length * (1 - 1 / 2048) - 2 <= math.hypot(x, y) <= length
    x, y = limited(dx, dy, length)
    assert math.hypot(x, y) <= max(length, 0) or (x, y) == (dx, dy)
    assert x * x + y * y < (length + 1) ** 2


@given(components, components, near, near, percents)
def test_a_bounce_gains_no_energy_and_leads_away(vx: int, vy: int, dx: int, dy: int, keep: int) -> None:
    nx, ny = unit(dx, dy)
    x, y = bounce(vx, vy, nx, ny, keep)
    assert x * x + y * y <= vx * vx + vy * vy
    before, after = along(vx, vy, nx, ny), along(x, y, nx, ny)
    if before >= 0:
        assert (x, y) == (vx, vy)
    else:
        assert abs(after - -before * keep / 100) <= 6 - before / 1000
    # What goes along the surface stays.
    assert abs(along(x, y, -ny, nx) - along(vx, vy, -ny, nx)) <= 6 + math.hypot(vx, vy) / 1000


@given(solids(), near, near, radii)
def test_a_gap_is_right_to_two_lengths_or_a_thousandth(solid: Solid, x: int, y: int, radius: int) -> None:
    gap, nx, ny = solid.contact(x, y, radius)
    exact = exact_gap(solid, x, y) - radius
    assert abs(gap - exact) <= 3 + max(0, abs(exact + radius) - 16000) / 500
    assert nx * nx + ny * ny <= UNIT * UNIT
    # It points away: one step along it makes the gap larger.
    if gap < 8000:
        assert exact_gap(solid, x + nx // 64, y + ny // 64) > exact_gap(solid, x, y) - 2


@given(solids(), near, near, radii)
def test_push_out_always_separates(solid: Solid, x: int, y: int, radius: int) -> None:
    x, y = push_out(Solids([solid]), x, y, radius)
    assert solid.contact(x, y, radius)[0] >= 0
    assert exact_gap(solid, x, y) - radius > -3
    assert push_out(Solids([solid]), x, y, radius) == (x, y)


@given(solids(), near, near, components, components, radii)
def test_a_sweep_stops_where_it_touches_and_never_jumps_over(
    solid: Solid, x: int, y: int, dx: int, dy: int, radius: int
) -> None:
    x, y = push_out(Solids([solid]), x, y, radius)
    hit = sweep(Solids([solid]), x, y, dx, dy, radius)
    until = hit.way / math.hypot(dx, dy) if hit else 1.0
    for k in range(33):
        at = until * k / 32
        assert exact_gap(solid, round(x + dx * at), round(y + dy * at)) - radius > -6
    if hit:
        assert -4 <= solid.contact(hit.x, hit.y, radius)[0] <= TOUCH + 4
        assert dx * hit.nx + dy * hit.ny < 0


@given(st.integers(1, FASTEST), st.integers(0, 4095), st.integers(1, 600))
def test_no_speed_gets_a_point_through_a_thin_wall(speed: int, angle: int, off: int) -> None:
    turn = angle * math.tau / 4096
    dx, dy = round(speed * math.cos(turn)), round(speed * math.sin(turn))
    wall = SolidSegment(off, -100 * U, off, 100 * U)
    hit = sweep(Solids([wall]), 0, 0, dx, dy, 0)
    if dx > off + TOUCH and abs(dy) < 50 * dx:
        assert hit is not None
        assert hit.x <= off + TOUCH


@settings(max_examples=depth(40, 400))
@given(st.integers(0, 1 << 30))
def test_a_body_stays_in_its_room_for_ever(seed: int) -> None:
    chance = random.Random(seed)
    room = rim(0, 0, 400 * U, 300 * U)
    room += [SolidDisc(chance.randrange(400 * U), chance.randrange(300 * U), 20 * U) for _ in range(3)]
    ax, ay = chance.randrange(400 * U), chance.randrange(300 * U)
    room.append(SolidSegment(ax, ay, ax + 60 * U, ay + chance.randrange(-60 * U, 60 * U), 2 * U))
    room.append(SolidBox(ax, ay, ax + 30 * U, ay + 20 * U))
    ground = Solids(room)
    radius = chance.randrange(1, 10 * U)
    one = ball(vx=chance.randrange(-5700, 5700), vy=chance.randrange(-5700, 5700), radius=radius)
    one.x, one.y = push_out(ground, chance.randrange(400 * U), chance.randrange(300 * U), radius)
    keep = chance.choice([0, 50, 90, 100])
    for _ in range(60):
        before = energy(one)
        hits = move(one, ground, keep)
        assert energy(one) <= before
        assert hits or energy(one) == before
        assert radius - 8 <= one.x <= 400 * U - radius + 8
        assert radius - 8 <= one.y <= 300 * U - radius + 8


def test_a_body_slides_along_a_wall_and_does_not_stick() -> None:
    one = ball(x=100 * U, y=90 * U, vx=1000, vy=1000, radius=10 * U)
    ground = Solids(rim(0, 0, 1000 * U, 100 * U))
    for _ in range(60):
        move(one, ground, 0)
    assert one.x == 100 * U + 60 * 1000
    assert abs(one.y - 90 * U) <= TOUCH


def test_a_row_of_tiles_is_as_smooth_as_one_wall() -> None:
    cells = bytearray([0] * 10 + [1] * 10 + [1] * 10)
    one = ball(x=30 * U, y=20 * U, vx=900, vy=300, radius=10 * U)
    tiles = SolidTiles(cells, 10, 40 * U)
    for _ in range(80):
        move(one, tiles, 0)
        assert one.vx == 900
        assert one.y <= 30 * U
    assert one.vy == 0


@given(st.integers(0, 1 << 24), near, near, st.integers(1, 3000))
def test_push_out_of_tiles_separates_from_each(pattern: int, x: int, y: int, radius: int) -> None:
    """Of a board on which no two free cells lie apart by less than the disc: a single tile or a row."""
    cells = bytearray(25)
    row, column, length = pattern % 5, pattern // 5 % 5, pattern // 25 % 5
    for k in range(column, min(5, column + length)):
        cells[row * 5 + k] = 1
    tiles = SolidTiles(cells, 5, 3200)
    x, y = push_out(tiles, x + 8000, y + 8000, radius)
    for tile in tiles.near(x - radius, y - radius, x + radius, y + radius):
        assert exact_gap(tile, x, y) - radius > -3


@given(balls, balls, percents)
def test_two_bodies_gain_no_energy_and_part(one: Ball, other: Ball, keep: int) -> None:
    before = energy(one, other)
    momentum = [one.mass * getattr(one, v) + other.mass * getattr(other, v) for v in ("vx", "vy")]
    touched = within(one.x - other.x, one.y - other.y, one.radius + other.radius)
    met = collide(one, other, keep)
    assert energy(one, other) <= before
    # What is rounded off is less than a unit of speed of each mass.
    for v, old in zip(("vx", "vy"), momentum, strict=True):
        assert abs(one.mass * getattr(one, v) + other.mass * getattr(other, v) - old) <= 2 * (
            one.mass + other.mass
        )
    assert not within(one.x - other.x, one.y - other.y, one.radius + other.radius)
    if not touched and not met:
        assert not push_apart(one, other)


@given(balls, balls, percents)
def test_it_does_not_matter_which_of_two_bodies_comes_first(one: Ball, other: Ball, keep: int) -> None:
    other.id = one.id + 1
    copies = [ball(each.id, **{f.name: getattr(each, f.name) for f in Ball.fields}) for each in (one, other)]
    assert collide(one, other, keep) == collide(copies[1], copies[0], keep)
    for each, copy in zip((one, other), copies, strict=True):
        assert [getattr(each, f.name) for f in Ball.fields] == [getattr(copy, f.name) for f in Ball.fields]


@given(st.lists(balls, min_size=2, max_size=12), percents, st.randoms(use_true_random=False))
def test_the_order_of_bodies_does_not_matter(bodies: list[Ball], keep: int, chance: random.Random) -> None:
    for k, one in enumerate(bodies):
        one.id = k
    copies = [ball(one.id, **{f.name: getattr(one, f.name) for f in Ball.fields}) for one in bodies]
    chance.shuffle(copies)
    before = energy(*bodies)
    collide_all(bodies, keep)
    collide_all(copies, keep)
    assert energy(*bodies) <= before
    copies.sort(key=lambda one: one.id)
    for one, copy in zip(bodies, copies, strict=True):
        assert [getattr(one, f.name) for f in Ball.fields] == [getattr(copy, f.name) for f in Ball.fields]


def test_a_body_without_mass_pushes_and_is_not_pushed() -> None:
    wall, one = ball(0, mass=0, radius=U), ball(1, x=8 * U, vx=-500)
    assert collide(wall, one) == 500
    assert (wall.x, wall.vx) == (0, 0)
    assert one.vx == 500
    assert one.x >= 9 * U


@given(st.lists(balls, max_size=14))
def test_the_broad_phase_leaves_out_no_pair_that_touches(bodies: list[Ball]) -> None:
    for k, one in enumerate(bodies):
        one.id = k
    found = [(one.id, other.id) for one, other in near_pairs(bodies)]
    assert found == sorted(set(found))
    for one in bodies:
        for other in bodies[one.id + 1 :]:
            if within(one.x - other.x, one.y - other.y, one.radius + other.radius):
                assert (one.id, other.id) in found


@given(st.lists(solids(), max_size=8), near, near, st.integers(0, 5000))
def test_solids_nearby_are_all_those_that_a_disc_may_touch(
    given_solids: list[Solid], x: int, y: int, radius: int
) -> None:
    found = Solids(given_solids, bits=12).near(x - radius, y - radius, x + radius, y + radius)
    for solid in given_solids:
        if exact_gap(solid, x, y) < radius - 1:
            assert solid in found


def test_two_fast_bodies_meet_within_a_tick() -> None:
    one, other = ball(0, x=0, vx=4000, radius=U), ball(1, x=6000, vx=-4000, radius=U)
    at = meeting(one, other)
    assert abs(at - (6000 - 2 * U) / 8000 * UNIT) < 40
    other.y = 3 * U
    assert meeting(one, other) == -1
    other.vx = 4000
    assert meeting(one, other) == -1


class Narrow(int):
    """An integer whose sums and products fail when they leave what MicroPython holds without an object."""


def _checked(name: str) -> Callable[..., Narrow]:
    def operate(*values: int) -> Narrow:
        result = getattr(int, name)(*map(int, values))
        assert -(1 << 30) <= result < 1 << 30, f"{name}{values} is {result}"
        return Narrow(result)

    return operate


for _name in ("add", "sub", "mul", "floordiv", "mod", "lshift", "rshift", "and"):
    setattr(Narrow, f"__{_name}__", _checked(f"__{_name}__"))
    setattr(Narrow, f"__r{_name}__", _checked(f"__r{_name}__"))
for _name in ("neg", "abs"):
    setattr(Narrow, f"__{_name}__", _checked(f"__{_name}__"))


def narrowed(one: Ball) -> Ball:
    return ball(Narrow(one.id), **{f.name: Narrow(getattr(one, f.name)) for f in Ball.fields})


@given(balls, balls, solids(), percents)
def test_no_number_on_the_way_leaves_30_bits(one: Ball, other: Ball, solid: Solid, keep: int) -> None:
    for name, value in list(vars(solid).items()):
        setattr(solid, name, Narrow(value))
    collide_all([narrowed(one), narrowed(other)], keep)
    move(narrowed(one), Solids([solid]), keep)
    other.vx, other.vy = 0, 0
    meeting(narrowed(one), narrowed(other))
    x, y = limited(Narrow(one.vx), Narrow(one.vy), 3000)
    bounce(x, y, *unit(Narrow(other.x), Narrow(other.y)), keep)


def test_numbers_that_are_too_wide_would_be_noticed() -> None:
    with pytest.raises(AssertionError, match="mul"):
        Narrow(1 << 20) * Narrow(1 << 20)
