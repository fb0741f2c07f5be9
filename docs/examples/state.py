"""A state: what its fields hold, and in which units."""

from game.rules import (
    ALL,
    NOBODY,
    OWNER,
    Angle,
    Choice,
    Count,
    Entities,
    Entity,
    Fixed,
    Flag,
    Grid,
    Int,
    Ints,
    Text,
)


class Ship(Entity):
    x, y = Fixed(20), Fixed(20)  # 1/256 units: one unit is 256
    heading = Angle()  # 4096 steps a turn
    fuel = Count(100, default=100)
    drift = Int(0, -50, 50)
    docked = Flag()  # 1 or 0
    orders = Text(24, see=OWNER)  # only its own seat is sent it
    cargo = Ints(8, see=ALL)


class Space(Entity):
    weather = Choice("calm", "storm")  # held as 0 or 1
    seed = Int(see=NOBODY)  # it never leaves the server
    width = Count(4, default=4)
    map = Grid("width", high=3)
    ships = Entities(Ship, 8)


space = Space()
space.map = bytearray(4 * 3)
space.ships = [Ship(2, x=10 * 256)]
ship = space.ships[0]
assert (ship.id, ship.x // 256, ship.fuel, ship.docked, ship.orders, ship.cargo) == (2, 10, 100, 0, "", [])
assert space.weather == 0

# Give a list a new value; do not change the old one, because a view of the state may hold it.
ship.cargo = ship.cargo + [5]
assert ship.cargo == [5]
