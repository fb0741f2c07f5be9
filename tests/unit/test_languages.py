"""What games and the server say has a text in each language of the client (`web/src/i18n/*.ts`).

English needs none: there the texts of the games and of the server themselves are shown. What the client
itself says is checked by `web/tests/screens/i18n.test.ts`.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from game.catalogue import load_games
from game.edge import page_texts
from game.protocol.codes import ERRORS
from game.records import push
from game.rooms.describe import describe_game
from game.rules import Game
from game.rules.drawing import flat

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "web" / "src" / "i18n"
GAMES = ("trails", "fuse", "thumbs", "field", "kick", "lastcard")
LANGUAGES = sorted(
    path.stem for path in FOLDER.glob("*.ts") if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", path.stem)
)
OTHERS = [tag for tag in LANGUAGES if tag != "en"]
PARTS = (
    *("game", "option", "hint", "choice", "kind", "preset", "style", "award"),
    *("button", "control", "picture"),
)
SAME = re.compile(r"\W*|.\W*")
"""A text that is the same in every language: signs, a number, a single letter."""
UNSEEN = ("game/kit", "game/devtools", "game/client", "game/cli.py")
"""What is said there is for authors and operators."""
FOR_PROGRAMS = frozenset(
    {
        "That is no way into a room.",
        "Say add, seat or remove.",
        "This game does not know that.",
        "The emotes are {c}.",
        "There is no preset {name}; there are {names}.",
        "This game has {bot_styles} kinds of bots.",
        "This game takes no pack.",
        "Line {n} is another line of yours. The next one is {last_n}.",
        "Line {last_n} is missing before this one.",
        "There is nothing to say in that line.",
        "The state is not in base64.",
        "You asked for the time too often. Wait a moment.",
        "That would be yourself.",
        "The rules of this game stay on the server.",
        "The room has changed its game meanwhile.",
        "This match is played by rules that have been exchanged since.",
        "Entries are sent as bytes: connect with framing bare or binary.",
        "You are in no room.",
        "The demonstration plays by itself.",
        "The keys of this push subscription cannot be used.",
    }
)
"""Sentences that only other clients than ours can bring about."""


@cache
def keys(language: str) -> frozenset[str]:
    """The keys of a language's file."""
    text = (FOLDER / f"{language}.ts").read_text(encoding="utf-8")
    found = re.findall(r'^ +"((?:[^"\\]|\\.)+)":', text, re.MULTILINE)
    return frozenset(re.sub(r"\\(.)", r"\1", key) for key in found)


def texts_of(game: Game) -> Iterator[str]:
    """The keys of what a game says: its options, awards, the texts of its picture."""
    info = describe_game(game, None)
    yield from ("game.title", "game.blurb", "game.how")
    for option in info.options:
        yield f"option.{option.name}"
        if option.doc:
            yield f"hint.{option.name}"
        part = "kind" if option.kind == "subset" else "choice"
        yield from (f"{part}.{name}" for name in option.names)
    yield from (f"preset.{preset.name}" for preset in info.presets)
    yield from (f"style.{style}" for style in info.bot_styles)
    yield from (f"award.{award}" for award in info.awards)
    for control in info.controls or ():
        yield f"{'button' if control.kind == 'button' else 'control'}.{control.name}"
    for drawn in flat(game.picture or ()):
        told = drawn.describe()
        if drawn.part == "words":
            yield from (f"picture.{text}" for text in told["words"][::2] if not SAME.fullmatch(text))
        if drawn.part not in ("label", "on", "menu", "card", "hand"):
            continue
        for text in (
            told.get("text", ""),
            told.get("say", ""),
            *told.get("texts", ()),
            *told.get("names", ()),
        ):
            if not SAME.fullmatch(re.sub(r"\{\w+\}|^:", "", str(text))):
                yield f"picture.{text}"


def own_words(game: Game, language: str) -> set[str]:
    """The texts that the picture itself has in a language."""
    parts = [part.describe() for part in flat(game.picture or ()) if part.part == "words"]
    return {text for part in parts if part["language"] == language for text in part["words"][::2]}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", GAMES)
def test_every_text_of_a_game_is_in_each_language(name: str, language: str) -> None:
    game = load_games([name], [])[name]
    own = {f"picture.{text}" for text in own_words(game, language)}
    there = keys(language)
    missing = [
        f"{name}.{text}"
        for text in dict.fromkeys(texts_of(game))
        if text not in own and f"{name}.{text}" not in there and f"any.{text}" not in there
    ]
    assert not missing, f"web/src/i18n/{language}.ts lacks:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GAMES)
def test_no_language_has_texts_that_the_game_no_longer_says(name: str, language: str) -> None:
    said = set(texts_of(load_games([name], [])[name]))
    pattern = re.compile(rf"{name}\.({'|'.join(PARTS)})\..+")
    stale = [
        key for key in sorted(keys(language)) if pattern.fullmatch(key) and key.partition(".")[2] not in said
    ]
    assert not stale, f"web/src/i18n/{language}.ts has too much:\n" + "\n".join(stale)


def sentence(node: ast.expr, constants: dict[str, str]) -> str:
    """A sentence of the source with its blanks as `{name}`; "" for one that is not written there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id, "")
    if isinstance(node, ast.JoinedStr):
        return "".join(
            f"{{{re.findall('[a-z_]+', ast.unparse(part.value))[-1]}}}"
            if isinstance(part, ast.FormattedValue)
            else str(ast.literal_eval(part))
            for part in node.values
        )
    return ""


@cache
def said_by_the_server() -> dict[str, str]:
    """Every sentence with which the server refuses something or tells people, and the file that has it."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "game").rglob("*.py"))
        if not str(path.relative_to(ROOT)).startswith(UNSEEN)
    }
    constants = {
        target.id: node.value.value
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, str] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            given = {word.arg: word.value for word in node.keywords}
            if node.func.id == "Refused" and len(node.args) == 2:
                text = sentence(node.args[1], constants)
            elif node.func.id == "Notice" and "message" in given:
                text = sentence(given["message"], constants)
            else:
                continue
            if text and text not in FOR_PROGRAMS:
                found[text] = str(path.relative_to(ROOT))
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_code_of_a_refusal_is_in_each_language(language: str) -> None:
    missing = [code for code in ERRORS if f"any.error.{code}" not in keys(language)]
    assert not missing, f"web/src/i18n/{language}.ts lacks any.error of:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_server_is_in_each_language(language: str) -> None:
    missing = [
        f'  "server.{text}": ({path})'
        for text, path in said_by_the_server().items()
        if f"server.{text}" not in keys(language)
    ]
    assert not missing, f"web/src/i18n/{language}.ts lacks:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_has_sentences_that_the_server_no_longer_says(language: str) -> None:
    stale = sorted(
        key for key in keys(language) if key.startswith("server.") and key[7:] not in said_by_the_server()
    )
    assert not stale, f"web/src/i18n/{language}.ts has too much:\n" + "\n".join(stale)


def test_pages_and_messages_of_the_server_are_in_each_language() -> None:
    assert set(page_texts.LANGUAGES) == set(push.BODIES) == set(LANGUAGES)
    english = page_texts.ENGLISH
    for texts in page_texts.LANGUAGES.values():
        assert len(texts.months) == len(set(texts.months)) == 12
        for name in (
            "wins",
            "share",
            "many_share",
            "points",
            "players",
            "play",
            "invites",
            "picture",
            "date",
        ):
            blanks = [set(re.findall(r"{(\w+)", getattr(one, name))) for one in (texts, english)]
            assert blanks[0] == blanks[1], (texts.language, name)
    for alone, together in push.BODIES.values():
        assert alone
        assert "{names}" in together
