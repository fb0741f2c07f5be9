"""Paths across a board of cells, past dangers whose time is known.

A set of cells is one large integer: bit row * width + column stands for a cell, so that a whole set takes a
step at once. No cell at the board's rim may be free, or a step would lead from one edge to the other.
"""


def beside(cells: int, width: int) -> int:
    """The cells next to any of these cells, which may include some of these."""
    return cells << 1 | cells >> 1 | cells << width | cells >> width


class GridPaths:
    """Where a walker can be after each step and survive all steps; a step leads to a neighbour, or nowhere.

    Args:
        width: of the board, in cells.
        cell: where the walker is.
        free: the cells that may be entered.
        deadly: for each step the cells in which nobody survives the end of that step; the first entry is for
            now and is not used.
        one_way: the walker's cell may be left, but not entered again.

    Attributes:
        layers: the cells to be in after 0, 1, 2, ... steps; empty when there is no way to survive.
    """

    def __init__(self, width: int, cell: int, free: int, deadly: "list[int]", one_way: bool = False) -> None:
        self.width = width
        self.here = 1 << cell
        self.free = free | self.here
        self.deadly = deadly
        self.steps = len(deadly) - 1
        self.one_way = self.here if one_way else 0
        self.layers: "list[int]" = []
        self.search()

    # hot: twice for each decision of a bot
    def search(self) -> None:
        """Find `layers`: backwards from the survivors of the last step, then forwards from here."""
        width = self.width
        free = self.free
        here = self.one_way
        around = here | here << 1 | here >> 1 | here << width | here >> width
        deadly = self.deadly
        steps = self.steps
        lives = [0] * (steps + 1)
        alive = free & ~deadly[steps]
        lives[steps] = alive
        for k in range(steps - 1, 0, -1):
            on = alive & around
            alive &= ~here
            alive = (alive | alive << 1 | alive >> 1 | alive << width | alive >> width) & free & ~here
            if on:
                alive |= here
            alive &= ~deadly[k]
            lives[k] = alive
        layer = self.here
        self.layers = [layer]
        for k in range(1, steps + 1):
            on = layer & here
            layer = (layer | layer << 1 | layer >> 1 | layer << width | layer >> width) & lives[k]
            if not on:
                layer &= ~here
            if not layer:
                self.layers = []
                return
            self.layers.append(layer)

    def danger(self) -> int:
        """All cells that are deadly after any step."""
        cells = 0
        for dying in self.deadly:
            cells |= dying
        return cells

    def crossroads(self) -> int:
        """The cells with more than one way out."""
        width = self.width
        free = self.free
        left, right, up, down = free << 1, free >> 1, free << width, free >> width
        return (left | right) & (up | down) | left & right | up & down

    def first(self, goal: int, k: int) -> int:
        """The cells to be in after the first step, so as to be in `goal` after k >= 1 steps."""
        width = self.width
        here = self.one_way
        back = goal & self.layers[k]
        while k > 1:
            k -= 1
            on = back & here
            back &= ~here
            back = (back | back << 1 | back >> 1 | back << width | back >> width | on) & self.layers[k]
        return back

    def last_stand(self) -> int:
        """When there is no way to survive: the cells to be in after the first step, so as to live longest."""
        width = self.width
        layers = [self.here]
        for k in range(1, self.steps + 1):
            layer = layers[-1]
            layer = layer | layer << 1 | layer >> 1 | layer << width | layer >> width
            layer &= self.free & ~self.deadly[k]
            if not layer:
                break
            layers.append(layer)
        self.layers = layers
        return self.first(layers[-1], len(layers) - 1) if len(layers) > 1 else 0
