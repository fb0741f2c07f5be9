"""The rules document of a game: its rules as one JSON text, which a browser can run and a record can keep.

It holds the Python files that the server runs, and what a client needs without a server: the game and its
schema as the protocol describes them. Its hash names it: equal hashes mean equal rules, for ever.
"""

import json
from hashlib import blake2b
from pathlib import Path

import msgspec

from game.rooms.describe import describe_game
from game.rooms.sources import bundle_files
from game.rules import Entities, Entity, Game
from game.sync.schema import Schema

INTERPRETER = 1
"""Counts the incompatible changes of the interpreter that browsers run rules with. A document says which one
it was made for, and clients keep the old ones."""
HASH_BYTES = 12
PACKAGE = Path(__file__).resolve().parent.parent


class RulesDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A game's rules at one moment.

    Attributes:
        hash: 24 hexadecimal digits of the body's hash.
        game: the game's name.
        interpreter: what it was made for, see `INTERPRETER`.
        body: JSON: `game`, `module` and `class` name the game; `files` are its Python files, path to text;
            `info` and `schema` are GAME and SCHEMA of the protocol; `interpreter` as above.
    """

    hash: str
    game: str
    interpreter: int
    body: bytes


def rules_document(game: Game) -> RulesDocument:
    """Make the document of a game, from its files as they are now."""
    document = {
        "game": game.name,
        "module": f"game.games.{game.name}",
        "class": type(game).__name__,
        "files": rules_files(game),
        "info": describe_game(game, None),
        "schema": Schema.of(game).describe(),
        "interpreter": INTERPRETER,
    }
    body = json.dumps(msgspec.to_builtins(document), sort_keys=True).encode()
    return RulesDocument(hash=hash_of(body), game=game.name, interpreter=INTERPRETER, body=body)


def hash_of(body: bytes) -> str:
    """The hash that names the document with this body: 24 hexadecimal digits."""
    return blake2b(body, digest_size=HASH_BYTES).hexdigest()


def rules_files(game: Game) -> dict[str, str]:
    """The files that a browser needs to run a game, path to text."""
    files = {
        "game/__init__.py": "",
        "game/games/__init__.py": "",
    }
    for path in sorted((PACKAGE / "rules").glob("*.py")):
        files[f"game/rules/{path.name}"] = path.read_text(encoding="utf-8")
    for name, path in bundle_files(type(game)).items():
        files[name] = path.read_text(encoding="utf-8")
    return files


def all_public(entity: type[Entity]) -> bool:
    """Whether no field is private: in a live match, a browser may run only games without secrets."""
    for field in entity.fields:
        if field.see in ("owner", "host"):
            return False
        if isinstance(field, Entities) and not all_public(field.of):
            return False
    return True
