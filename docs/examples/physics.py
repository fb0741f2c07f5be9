"""A ball bounces off a wall, and a bullet stops at it."""

from game.rules import Entity, Fixed, Int, Solids, collide, limited, move, push_out, rim, sweep

U = 256
WALLS = Solids(rim(0, 0, 400 * U, 300 * U))


class Ball(Entity):
    x, y = Fixed(20), Fixed(20)
    vx, vy = Int(0, -8191, 8191), Int(0, -8191, 8191)
    radius = Int(10 * U)
    mass = Int(1)


ball = Ball(0, x=385 * U, y=100 * U, vx=20 * U)
hits = move(ball, WALLS, keep=50)
assert len(hits) == 1
assert ball.vx == -10 * U  # it keeps half of its speed
assert ball.x <= 390 * U

assert push_out(WALLS, -5 * U, 100 * U, 10 * U) == (10 * U, 100 * U)
assert 0 <= 400 * U - sweep(WALLS, 390 * U, 50 * U, 30 * U, 0, 0).x <= 2
assert sweep(WALLS, 100 * U, 50 * U, 30 * U, 0, 0) is None  # nothing is in the way
assert limited(3, 4, 50) == (3, 4)  # it is short enough

other = Ball(1, x=ball.x - 15 * U, y=ball.y)
assert collide(ball, other) == 10 * U  # how fast they met
assert (ball.vx, other.vx) == (0, -10 * U)
