"""Bots: the inputs of seats that the game's own `bot` plays."""

from collections.abc import Callable

from game.rules import BotContext, Game, Match


class Bots:
    """The bots of one match, by seat.

    Args:
        game: the rules, whose `bot` decides.
        draw_entropy: returns a secret word of 28 bits, with which a bot is seeded.

    Attributes:
        contexts: by seat, what a bot knows and remembers.
    """

    def __init__(self, game: Game, draw_entropy: Callable[[], int]) -> None:
        self._game = game
        self._draw_entropy = draw_entropy
        self.contexts: dict[int, BotContext] = {}

    def add(self, seat: int, level: int, style: int) -> None:
        """Let a bot play on a seat, instead of the one that may be there."""
        self.contexts[seat] = BotContext(seat, level, style, self._draw_entropy())

    def remove(self, seat: int) -> None:
        """Stop the bot of a seat, if there is one."""
        self.contexts.pop(seat, None)

    # hot: once per room and tick; bench/rooms.py --profile guards it
    def press(self, m: Match) -> list[tuple[int, int, int]]:
        """The seats whose bots change their buttons in this tick, as (seat, buttons, value)."""
        changed: list[tuple[int, int, int]] = []
        bot = self._game.bot
        held = m.inputs
        for seat, context in self.contexts.items():
            buttons = context.buttons = bot(m, context)
            if buttons != held[seat]:
                changed.append((seat, buttons, context.value))
        return changed
