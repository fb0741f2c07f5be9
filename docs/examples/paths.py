"""A path over a board past a danger: a set of cells is one large integer."""

from game.rules import GridPaths, HashGrid, SteeringPaths, VisibilityMap, beside

WIDTH = 5
free = 0
for row in range(1, 4):
    for column in range(1, 4):
        free |= 1 << row * WIDTH + column
middle = 2 * WIDTH + 2
here = 1 << middle
assert beside(here, WIDTH) == 1 << middle - 1 | 1 << middle + 1 | 1 << middle - WIDTH | 1 << middle + WIDTH
deadly = [0, 0, here | beside(here, WIDTH)]  # a blast in the middle after two steps
paths = GridPaths(WIDTH, middle, free, deadly)
corner = 1 << WIDTH + 1
assert paths.layers[2] & corner  # a corner is safe
assert not paths.layers[2] & here
assert paths.first(corner, 2) == 1 << middle - 1 | 1 << middle - WIDTH

grid = HashGrid(100, 100, 4)
grid.lay(tick=1, x=50, y=50, radius=3, owner=0, stamp=1)
assert len(grid.around(52, 50, 2)) > 0
grid.unlay(tick=0)
assert grid.around(52, 50, 2) == []

look = VisibilityMap(25600 * 4, 25600 * 4)
straight = SteeringPaths(((0, 0),), ticks=20, spacing=2048, nearest=1024)
path = straight.of(512, 32, 0, look.stride)[0]
here = look.at(25600, 25600)
assert look.free(here, path) == len(path)
look.paint(here + path[-1], 0)
assert look.free(here, path) == len(path) - 1
