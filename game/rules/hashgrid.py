"""Discs in a hash grid that can be taken back: what lies near a place, for games in which things touch.

Derived data: a game keeps one in `m.scratch`, lays discs as its state grows, unlays them in `rewound`,
and fills a new one in `rebuild`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    Disc = tuple[int, int, int, int, int, Optional["Disc"]]


class HashGrid:
    """Cells of 2**`bits` squared over a board of width by height, each a chain of the discs that touch it.

    A disc is a tuple (x, y, radius, owner, stamp, the disc below it in this cell, or None). The newest is
    on top, so a rewound match takes off what it laid since, and a mark costs nothing.
    """

    def __init__(self, width: int, height: int, bits: int) -> None:
        # One cell more on every side: discs may reach over the edge by less than a cell.
        self.bits = bits
        self.stride = (width >> bits) + 3
        self.chains: "list[Optional[Disc]]" = [None] * (self.stride * ((height >> bits) + 3))
        self.laid: "list[tuple[int, int]]" = []

    def lay(self, tick: int, x: int, y: int, radius: int, owner: int, stamp: int) -> None:
        """Lay a disc on top of all that it touches. Ticks must not fall from one call to the next."""
        bits = self.bits
        stride = self.stride
        chains = self.chains
        left = (x - radius >> bits) + 1
        right = (x + radius >> bits) + 2
        top = ((y - radius >> bits) + 1) * stride
        bottom = ((y + radius >> bits) + 2) * stride
        for row in range(top, bottom, stride):
            for cell in range(row + left, row + right):
                chains[cell] = (x, y, radius, owner, stamp, chains[cell])
                self.laid.append((tick, cell))

    def unlay(self, tick: int) -> None:
        """Take off all that was laid after `tick`."""
        laid = self.laid
        while laid and laid[-1][0] > tick:
            cell = laid.pop()[1]
            disc = self.chains[cell]
            if disc is not None:
                self.chains[cell] = disc[5]

    # hot: once for each head and step
    def around(self, x: int, y: int, radius: int) -> "list[Disc]":
        """The top discs of all cells that the circle touches; a disc may be found in several of the chains.

        Go down each chain: `while disc is not None: x, y, radius, owner, stamp, disc = disc`.
        """
        bits = self.bits
        stride = self.stride
        chains = self.chains
        left = (x - radius >> bits) + 1
        right = (x + radius >> bits) + 2
        top = ((y - radius >> bits) + 1) * stride
        bottom = ((y + radius >> bits) + 2) * stride
        found = []
        for row in range(top, bottom, stride):
            for disc in chains[row + left : row + right]:
                if disc is not None:
                    found.append(disc)
        return found
