"""Bots: seats whose buttons come from the game's own `bot`."""

from collections.abc import Callable

from game.rules import BotContext, Game, Match


class Bots:
    """The bots of one match, by seat. `draw` gives secret words of 28 bits."""

    def __init__(self, game: Game, draw: Callable[[], int]) -> None:
        self._game = game
        self._draw = draw
        self.contexts: dict[int, BotContext] = {}

    def seat(self, seat: int, level: int, style: int) -> None:
        """Let a bot play on `seat`."""
        self.contexts[seat] = BotContext(seat, level, style, self._draw())

    def release(self, seat: int) -> None:
        """The seat's bot stops."""
        self.contexts.pop(seat, None)

    # hot: once per room and tick; bench/rooms.py --profile guards it
    def press(self, m: Match) -> list[tuple[int, int, int]]:
        """The seats whose bots change their buttons in this tick, with the new buttons and their value."""
        changed: list[tuple[int, int, int]] = []
        bot = self._game.bot
        held = m.inputs
        for seat, context in self.contexts.items():
            buttons = context.buttons = bot(m, context)
            if buttons != held[seat]:
                changed.append((seat, buttons, context.value))
        return changed
