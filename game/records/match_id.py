"""The id of a match: random, so that nobody guesses one, and unique for as long as records are kept."""

import secrets

from game.rooms.ended_match import ID_ALPHABET, ID_CHARS


def new_match_id() -> str:
    """A new id: ID_CHARS letters and digits. A room draws one for each match."""
    return "".join([secrets.choice(ID_ALPHABET) for _ in range(ID_CHARS)])
