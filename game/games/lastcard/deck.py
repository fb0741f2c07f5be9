"""The cards of Last Card: what there is, what each is worth, and which may lie on which.

A card is a number: its suit is number // RANKS, its rank number % RANKS. The suits are ember, tide, moss
and dune; from WISH on come the cards without a suit.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SUITS = ("ember", "tide", "moss", "dune")
RANKS = 12
PAUSE, TURN, TWO = 9, 10, 11
"""Ranks: the next player is passed over; the other way round; the next player draws two. Below: 1 to 9."""
WISH, FOUR, SWAP = 48, 49, 50
"""Cards without a suit: choose the suit; and the next player draws four; swap with the smallest hand."""
CARDS = 51
OFF, SAME, ANY = 0, 1, 2
"""How cards that make the next player draw may be answered: not at all, by the same kind, by any."""
MOST_CARDS = 124
"""There are never more cards in a match."""


def deck(swap: int) -> "list[int]":
    """All cards: two of each rank and suit, four of each wish, and with `swap` two swaps."""
    cards = []
    for suit in range(len(SUITS)):
        for rank in range(RANKS):
            cards += [suit * RANKS + rank] * 2
    return cards + [WISH] * 4 + [FOUR] * 4 + [SWAP] * (2 if swap else 0)


def suit_of(card: int) -> int:
    """The suit, or -1 for a card without one."""
    return card // RANKS if card < WISH else -1


def rank_of(card: int) -> int:
    """The rank, or -1 for a card without a suit."""
    return card % RANKS if card < WISH else -1


def worth(card: int) -> int:
    """The points that a card in a hand is worth at the end of a round."""
    if card >= WISH:
        return 30
    rank = card % RANKS
    return rank + 1 if rank < PAUSE else 15


def draws(card: int) -> int:
    """How many cards it makes the next player draw."""
    return 4 if card == FOUR else 2 if rank_of(card) == TWO else 0


def fits(card: int, top: int, suit: int, pending: int, stack: int) -> bool:
    """Whether a card may be laid.

    Args:
        card: the card.
        top: the card that lies on top.
        suit: the suit that counts: that of the top, or the one that was wished for.
        pending: how many cards are to be drawn unless another such card is laid; 0: none.
        stack: OFF, SAME or ANY.

    Returns:
        Whether it fits.
    """
    if pending:
        if stack == OFF or not draws(card):
            return False
        return stack == ANY or draws(card) == draws(top)
    if card >= WISH:
        return True
    return suit_of(card) == suit or (top < WISH and rank_of(card) == rank_of(top))


def most_of(cards: "Sequence[int]") -> int:
    """The suit of which there is most among these cards, the first of equals."""
    counts = [0] * len(SUITS)
    for card in cards:
        if card < WISH:
            counts[card // RANKS] += 1
    best = 0
    for suit in range(len(SUITS)):
        if counts[suit] > counts[best]:
            best = suit
    return best
