"""Packs of questions for hosted games: TOML or CSV text, read with errors that name the line.

TOML: a `title`, then tables `[[question]]` with `ask` and either `right` and `wrong` (one to three), or
`say`, the answer that the host expects from a buzzer; `category` if one likes. CSV: a first row that names
its columns, `category`, `ask`, `right`, `wrong1`, `wrong2`, `wrong3` and `say`, and then a row for each
question. The server's own questions are such CSV files, one for each language: `game/packs/en.csv`.
"""

import csv
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import msgspec

from game.protocol.objects import PackInfo
from game.rooms import hosting
from game.rooms.hosting import BadPack as BadPackText
from game.rooms.names import clean
from game.rules.hosted import MOST_BYTES

MOST_CHARS = 14_000
MOST_LINES = 600
MOST_LINE_CHARS = 1200
MOST_DEPTH = 2
MOST_DIGITS = 18
MOST_QUESTIONS = 60
MOST_WRONG = 3
BOX_BUZZERS = 15
"""Of the built-in questions of a match, this many are for buzzers."""
LENGTHS = {"title": 40, "category": 24, "ask": 160, "right": 48, "wrong": 48, "say": 80}
MOST_ERRORS = 5
PARTS = ("ask", "right", "wrong", "say", "category")
COLUMNS = ("category", "ask", "right", "wrong1", "wrong2", "wrong3", "say")
OWN_TITLE = "Questions"
BOX_LANGUAGE = "en"
"""The built-in questions are asked in this language if there are none in the host's."""


class BadPack(BadPackText):
    """A text that is not a pack of questions. `errors` are (line, what is wrong and how it should be)."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        self.errors = errors
        super().__init__("\n".join(f"Line {line}: {text}" for line, text in errors[:MOST_ERRORS]))


class Question(msgspec.Struct, frozen=True):
    """A question: with wrong answers it is for the buttons, without them for buzzers."""

    ask: str
    right: str
    wrong: tuple[str, ...] = ()
    category: str = ""


class Pack(msgspec.Struct, frozen=True):
    """Questions in their order. `own`: a host brought them, and so knows the answers."""

    title: str
    questions: tuple[Question, ...]
    own: bool = True

    def describe(self) -> PackInfo:
        """The pack as the protocol shows it, without its questions."""
        buzzers = sum(1 for question in self.questions if not question.wrong)
        return PackInfo(title=self.title, questions=len(self.questions) - buzzers, buzzers=buzzers)

    def words(self, draw: Callable[[], int]) -> Iterator[int]:
        """The pack as a game takes it: three bytes a number, then -1; `draw` shuffles it."""
        questions = list(self.questions)
        if not self.own:
            _shuffle(questions, draw)
            buzzers = [question for question in questions if not question.wrong][:BOX_BUZZERS]
            answers = [question for question in questions if question.wrong]
            questions = buzzers + answers
        lines = [f"{self.title}\t{int(self.own)}"]
        lines += [_line(question, draw) for question in questions[:MOST_QUESTIONS]]
        data = "\n".join(lines).encode()
        for at in range(0, len(data), 3):
            yield int.from_bytes(data[at : at + 3], "little")
        yield -1


def _line(question: Question, draw: Callable[[], int]) -> str:
    if not question.wrong:
        return "\t".join((question.ask, "", "", "", "", "0", "-1", question.right, question.category))
    answers = [question.right, *question.wrong]
    _shuffle(answers, draw)
    padded = answers + [""] * (MOST_WRONG + 1 - len(answers))
    key = str(answers.index(question.right))
    return "\t".join((question.ask, *padded, str(len(answers)), key, "", question.category))


def _shuffle(items: list[Any], draw: Callable[[], int]) -> None:
    for k in range(len(items) - 1, 0, -1):
        other = draw() % (k + 1)
        items[k], items[other] = items[other], items[k]


# --- reading -----------------------------------------------------------------------------------------


def read_pack(text: str) -> Pack:
    """Read a pack of questions.

    A stranger wrote the text, so its size and shape are limited before a parser sees it. Reading takes at
    most some 20 ms, which is too long for the greenlet that runs the ticks.

    Args:
        text: TOML or CSV.

    Returns:
        The pack.

    Raises:
        BadPack: it cannot be played; nothing else is raised.
    """
    lines = text.splitlines()
    if len(text) > MOST_CHARS:
        raise BadPack([(1, f"the pack has {len(text)} characters, at most {MOST_CHARS} are taken")])
    if len(lines) > MOST_LINES:
        raise BadPack([(MOST_LINES + 1, f"the pack has {len(lines)} lines, at most {MOST_LINES} are taken")])
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_LINE_CHARS:
            raise BadPack([(number, f"the line has {len(line)} characters, at most {MOST_LINE_CHARS}")])
    try:
        pack = _read(text, lines, MOST_QUESTIONS)
        _check_packed(pack)
        return pack
    except BadPack:
        raise
    except (ValueError, ArithmeticError, LookupError, TypeError, RecursionError):
        raise BadPack([(1, "this cannot be read as a list of questions")]) from None


def box_texts() -> dict[str, str]:
    """The server's own questions as CSV, by language."""
    folder = files("game").joinpath("packs")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".csv")), key=lambda one: one.name)
    return {one.name.removesuffix(".csv"): one.read_text(encoding="utf-8") for one in found}


def read_box(text: str) -> Pack:
    """The server's own questions of one language, as many as there are. Raises BadPack."""
    lines = text.splitlines()
    return msgspec.structs.replace(_read(text, lines, len(lines)), own=False)


def _read(text: str, lines: list[str], most: int) -> Pack:
    first = next((line.strip() for line in lines if line.strip() and line.strip()[0] != "#"), "")
    is_toml = first.startswith("[") or re.match(r"^[\w.\s\"'-]+=", first) is not None
    errors: list[tuple[int, str]] = []
    title, rows = _read_toml(text, errors) if is_toml else _read_csv(text, errors)
    questions = [_question(line, row, errors) for line, row in rows[:most]]
    if not rows and not errors:
        errors.append((1, "there is no question; write [[question]] and below it ask, right and wrong"))
    if len(rows) > most:
        errors.append((rows[most][0]["ask"], f"at most {most} questions are taken"))
    if errors:
        raise BadPack(sorted(errors))
    return Pack(title or OWN_TITLE, tuple(question for question in questions if question is not None))


def _check_packed(pack: Pack) -> None:
    """Refuse what a game has no room for: characters as U+3300 become several when cleaned."""
    size = sum(1 for _ in pack.words(lambda: 0)) * 3
    if size > MOST_BYTES:
        raise BadPack([(1, f"the questions take {size} bytes, at most {MOST_BYTES} are taken")])


Lines = dict[str, int]
Row = tuple[Lines, dict[str, Any]]


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


def _check_toml(text: str) -> None:
    """Refuse what no pack needs and what is slow to parse: nesting, dotted keys, long numbers."""
    depth = commas = 0
    for number, line in enumerate(text.split("\n"), 1):
        if '"""' in line or "'''" in line:
            raise BadPack([(number, "each question stands under a line [[question]], each text on one line")])
        bare = _QUOTED.sub("", line).partition("#")[0]
        if "{" in bare or "." in bare:
            raise BadPack(
                [
                    (
                        number,
                        "a text stands in quotes, and a key is one word: ask, right, wrong, say or category",
                    )
                ]
            )
        if re.search(rf"\w{{{MOST_DIGITS + 1}}}", bare):
            raise BadPack([(number, f"a key or a number has {MOST_DIGITS} characters at most")])
        commas += bare.count(",")
        if commas > MOST_QUESTIONS * (MOST_WRONG + 1):
            raise BadPack([(number, f"one to {MOST_WRONG} wrong answers for each question are taken")])
        for bracket in re.findall(r"[\[\]]", bare):
            depth += 1 if bracket == "[" else -1
            if not 0 <= depth <= MOST_DEPTH:
                raise BadPack([(number, "the brackets do not fit; wrong is one list of texts")])


def _read_toml(text: str, errors: list[tuple[int, str]]) -> tuple[str, list[Row]]:
    _check_toml(text)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(place.group(1)) if place else len(text.splitlines())
        what = re.sub(r" \(at .*\)", "", str(error))
        raise BadPack([(line, f"this is no TOML: {what[:1].lower()}{what[1:]}")]) from None
    found = parsed.get("question", [])
    blocks = _blocks(text)
    if not isinstance(found, list) or len(found) != len(blocks) - 1:
        raise BadPack([(1, "each question stands under a line [[question]], each text on one line")])
    errors += [
        (blocks[0].get(name, 1), f"there is no {name} here, only title and [[question]]")
        for name in parsed
        if name not in ("title", "question")
    ]
    title = _text("title", parsed.get("title", ""), blocks[0].get("title", 1), errors)
    rows = [(lines, fields) for lines, fields in zip(blocks[1:], found, strict=True)]
    for lines, fields in rows:
        for name in fields:
            if name not in PARTS:
                line = lines.get(name, lines["ask"])
                errors.append((line, f"a question has {', '.join(PARTS)}, but no {name}"))
    return title, rows


def _blocks(text: str) -> list[Lines]:
    """The line of each key, before the first question and in each; for a missing key the block's line."""
    blocks: list[Lines] = [{}]
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"^\s*\[\[\s*question\s*\]\]", line):
            blocks.append(dict.fromkeys(PARTS, number))
        else:
            key = re.match(r"^\s*(\w+)\s*=", line)
            if key:
                blocks[-1][key.group(1)] = number
    return blocks


def _read_csv(text: str, errors: list[tuple[int, str]]) -> tuple[str, list[Row]]:
    reader = csv.reader(text.splitlines(), strict=True)
    names: list[str] = []
    rows: list[Row] = []
    try:
        for cells in reader:
            line = reader.line_num
            values = [cell.strip() for cell in cells]
            if not any(values) or values[0].startswith("#"):
                continue
            if not names:
                names = [name.lower() for name in values]
                strange = [name for name in names if name not in COLUMNS]
                if strange or "ask" not in names:
                    raise BadPack([(line, f"the first row names the columns: {', '.join(COLUMNS)}")])
                continue
            if len(values) > len(names):
                errors.append(
                    (line, f"{len(values)} cells for {len(names)} columns; quote texts with commas")
                )
                continue
            row = dict(zip(names, values, strict=False))
            wrong = [row[name] for name in ("wrong1", "wrong2", "wrong3") if row.get(name)]
            fields: dict[str, Any] = {key: row[key] for key in PARTS if row.get(key)}
            if wrong:
                fields["wrong"] = wrong
            rows.append((dict.fromkeys(PARTS, line), fields))
    except csv.Error as error:
        raise BadPack([(reader.line_num, f"this is no CSV: {error}")]) from None
    return "", rows


def _question(lines: Lines, row: dict[str, Any], errors: list[tuple[int, str]]) -> Question | None:
    before = len(errors)
    if "ask" not in row:
        errors.append((lines["ask"], "the question has no ask"))
    ask = _text("ask", row.get("ask", "?"), lines["ask"], errors)
    category = _text("category", row["category"], lines["category"], errors) if "category" in row else ""
    if "say" in row:
        if "right" in row or "wrong" in row:
            errors.append((lines["say"], "say is for buzzers: leave out right and wrong, or say"))
        say = _text("say", row["say"], lines["say"], errors)
        return Question(ask, say, (), category) if len(errors) == before else None
    if "right" not in row or "wrong" not in row:
        missing = "right" if "right" not in row else "wrong"
        errors.append((lines["ask"], f"the question has no {missing}; or give say, for buzzers"))
        return None
    right = _text("right", row["right"], lines["right"], errors)
    given = row["wrong"] if isinstance(row["wrong"], list) else [row["wrong"]]
    wrong = [_text("wrong", one, lines["wrong"], errors) for one in given]
    if not 1 <= len(wrong) <= MOST_WRONG:
        errors.append((lines["wrong"], f"one to {MOST_WRONG} wrong answers, got {len(wrong)}"))
    if len({right.casefold(), *(one.casefold() for one in wrong)}) <= len(wrong) and len(errors) == before:
        errors.append((lines["wrong"], "two answers are the same"))
    return Question(ask, right, tuple(wrong), category) if len(errors) == before else None


def _text(kind: str, value: object, line: int, errors: list[tuple[int, str]]) -> str:
    """A text as it is shown; one that is not a text, empty or too long is an error."""
    most = LENGTHS[kind]
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        errors.append((line, f"{kind} is a text in quotes"))
        return ""
    shown = value if len(value) > 2 * most else clean(value, 4 * len(value) + 1)
    if len(shown) > most:
        errors.append((line, f"{kind} has {len(shown)} characters, at most {most} fit on a phone"))
    elif not shown and kind not in ("title", "category"):
        errors.append((line, f"{kind} is empty"))
    return shown


class QuestionPacks:
    """The plug-in for packs of questions, a `PackFormat`.

    Args:
        boxes: the texts of the server's own pack by language, for hosts who bring none: nobody knows its
            questions. None: the server has no questions. Raises BadPack.
    """

    def __init__(self, boxes: Mapping[str, str] | None = None) -> None:
        self._decoder = msgspec.msgpack.Decoder(Pack)
        self._boxes = {language: read_box(text) for language, text in (boxes or {}).items()}

    def box(self, language: str = BOX_LANGUAGE, categories: Sequence[str] = ()) -> Pack:
        """The server's own pack in a language, or else in English; of some categories, or of all."""
        pack = self._boxes.get(language) or self._boxes.get(BOX_LANGUAGE) or Pack("", (), own=False)
        if not categories:
            return pack
        chosen = tuple(question for question in pack.questions if question.category in categories)
        return msgspec.structs.replace(pack, questions=chosen)

    def read(self, text: str) -> Pack:
        """The pack of a host, see `read_pack`. Raises BadPack."""
        return read_pack(text)

    def encode(self, pack: hosting.Pack) -> bytes:
        """A pack as MessagePack."""
        return msgspec.msgpack.encode(pack)

    def decode(self, data: bytes) -> Pack:
        """The pack that `encode` wrote. Raises msgspec.ValidationError."""
        return self._decoder.decode(data)
