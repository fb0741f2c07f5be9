"""How many teams the options of a game ask for."""

from collections.abc import Sequence

from game.rules import Game


def number_of_teams(game: Game, chosen: Sequence[int]) -> int:
    """Read the number of teams from a game's options.

    Args:
        game: the game.
        chosen: the options' values in order. Of a Choice the name counts: "2" means two teams.

    Returns:
        The number of teams; 0 for none.
    """
    if not game.team_option:
        return 0
    for field, value in zip(game.options.fields, chosen, strict=True):
        if field.name == game.team_option:
            number = field.names[value] if field.names else str(value)
            return int(number) if number.isdigit() and int(number) > 1 else 0
    return 0
