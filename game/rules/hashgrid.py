"""A hash grid of discs that can be undone: what lies near a point, for games in which things touch.

It is derived data: a game keeps a grid in `m.scratch`, lays discs as its state grows, removes them in
`rewound`, and fills a new grid in `rebuild`.
"""

from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    Disc = tuple[int, int, int, int, int, Optional["Disc"]]


class HashGrid:
    """Cells over a board; each holds a chain of the discs that touch it.

    A disc is a tuple (x, y, radius, owner, stamp, next), where `next` is the disc below it in this cell, or
    None. The newest disc is on top, so a rewound match removes what it laid since, and a mark costs nothing.

    Args:
        width: of the board.
        height: of the board.
        bits: a cell is 2**bits wide and high.
    """

    def __init__(self, width: int, height: int, bits: int) -> None:
        # One more cell at every side: discs may reach over the edge by less than a cell.
        self.bits = bits
        self.stride = (width >> bits) + 3
        self.chains: "list[Optional[Disc]]" = [None] * (self.stride * ((height >> bits) + 3))
        # When each disc was laid, and where: tick * cells + cell. A list of numbers would take five times as
        # much. The interpreter in the browser cannot shorten an array, so `count` of them are valid.
        self.laid: "array[int]" = array("q")
        self.count = 0

    def lay(self, tick: int, x: int, y: int, radius: int, owner: int, stamp: int) -> None:
        """Lay a disc on top of all cells that it touches. `tick` must not fall from one call to the next."""
        bits = self.bits
        stride = self.stride
        chains = self.chains
        left = (x - radius >> bits) + 1
        right = (x + radius >> bits) + 2
        top = ((y - radius >> bits) + 1) * stride
        bottom = ((y + radius >> bits) + 2) * stride
        laid = self.laid
        begin = tick * len(chains)
        room = len(laid) - self.count
        for row in range(top, bottom, stride):
            for cell in range(row + left, row + right):
                chains[cell] = (x, y, radius, owner, stamp, chains[cell])
                if room > 0:
                    laid[-room] = begin + cell
                    room -= 1
                else:
                    laid.append(begin + cell)
        self.count = len(laid) - room

    def unlay(self, tick: int) -> None:
        """Remove the discs that were laid after `tick`."""
        laid = self.laid
        chains = self.chains
        cells = len(chains)
        first = (tick + 1) * cells
        count = self.count
        while count and laid[count - 1] >= first:
            count -= 1
            cell = laid[count] % cells
            disc = chains[cell]
            if disc is not None:
                chains[cell] = disc[5]
        self.count = count

    # hot: once for each head and step
    def around(self, x: int, y: int, radius: int) -> "list[Disc]":
        """Find the chains of discs near a circle.

        Go down each chain: `while disc is not None: x, y, radius, owner, stamp, disc = disc`.

        Returns:
            The top discs of all cells that the circle touches. A disc may be in several chains.
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
                    found.append(disc)  # noqa: PERF401 (as fast, and the type is known)
        return found
