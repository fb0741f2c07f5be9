"""Integer geometry: sine and cosine from a table, angles in 4096 steps a turn, whole square roots."""

ANGLES = 4096
"""Steps in a whole turn."""
UNIT = 16384
"""The sine of a right angle: sines and cosines run over -UNIT..UNIT."""


def _quarter() -> "list[int]":
    # Rotates (1, 0) by one step at a time with 28 binary places, kept as two 14-bit halves so that no
    # product leaves 30 bits: s and c of one step are sin and cos of 2 pi / 4096.
    # sin(step) * 2**28 = 411774.7; cos(step) = 1 - 0.0000011765 (* 2**28 = 315.8)
    table = []
    c = 1 << 28
    s = 0
    for _ in range(ANGLES // 4 + 1):
        table.append((s + (1 << 13)) >> 14)
        dc = _scaled(s, 411774) + _scaled(c, 316)
        ds = _scaled(c, 411774) - _scaled(s, 316)
        c -= dc
        s += ds
    return table


def _scaled(value: int, factor: int) -> int:
    # value * factor >> 28 for 0 <= value <= 2**28 and factor < 2**19, rounded, within 30 bits a step
    high = value >> 14
    low = value & 16383
    upper = high * (factor >> 5)
    rest = high * (factor & 31) + (low * (factor >> 5) >> 14)
    return (upper + ((rest + 16) >> 5) + 256) >> 9


SINES: "list[int]" = []
"""sin of each of the 4096 angles, times UNIT."""
COSINES: "list[int]" = []
"""cos of each of the 4096 angles, times UNIT."""


def _fill() -> None:
    quarter = _quarter()
    half = quarter[:-1] + quarter[:0:-1]
    SINES.extend(half)
    SINES.extend([-value for value in half])
    COSINES.extend(SINES[ANGLES // 4 :])
    COSINES.extend(SINES[: ANGLES // 4])


_fill()


def sin(angle: int) -> int:
    """UNIT times the sine of `angle` (4096 a turn, any integer)."""
    return SINES[angle & 4095]


def cos(angle: int) -> int:
    """UNIT times the cosine of `angle` (4096 a turn, any integer)."""
    return COSINES[angle & 4095]


def isqrt(n: int) -> int:
    """The largest integer whose square is at most n >= 0 (Newton's method)."""
    if n < 2:
        return n
    root = n
    better = (n + 1) >> 1
    while better < root:
        root = better
        better = (root + n // root) >> 1
    return root


def distance(dx: int, dy: int) -> int:
    """The length of (dx, dy), rounded down; exact while |dx| and |dy| are below 16384."""
    shift = 0
    while dx > 16383 or dx < -16383 or dy > 16383 or dy < -16383:
        dx >>= 1
        dy >>= 1
        shift += 1
    return isqrt(dx * dx + dy * dy) << shift


def within(dx: int, dy: int, reach: int) -> bool:
    """Whether (dx, dy) is shorter than `reach`; `reach` is below 23170, so that no square leaves 30 bits."""
    return -reach < dx < reach and -reach < dy < reach and dx * dx + dy * dy < reach * reach


def angle_of(dx: int, dy: int) -> int:
    """The direction of (dx, dy), 0..4095, the nearest of the table; 0 for (0, 0)."""
    if dx == 0 and dy == 0:
        return 0
    while dx > 8191 or dx < -8191 or dy > 8191 or dy < -8191:
        dx >>= 1
        dy >>= 1
    ax = dx if dx >= 0 else -dx
    ay = dy if dy >= 0 else -dy
    # Bisection over the first quarter: the sign of the cross product tells the side.
    low = 0
    high = ANGLES // 4
    while high - low > 1:
        middle = (low + high) >> 1
        if ay * COSINES[middle] >= ax * SINES[middle]:
            low = middle
        else:
            high = middle
    if ay * COSINES[high] >= ax * SINES[high]:
        low = high
    if dx < 0:
        low = ANGLES // 2 - low
    if dy < 0:
        low = -low
    return low & 4095


def turn_towards(heading: int, target: int) -> int:
    """The signed shortest turn from `heading` to `target`, -2048..2047 (4096 a turn)."""
    return ((target - heading + 2048) & 4095) - 2048
