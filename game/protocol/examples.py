"""The worked examples of docs/protocol.md, and docs/vectors.json, which is made of them.

An example is a fenced block: bytes in hexadecimal with their meaning, then `= ` and the same as JSON.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from game.protocol.fields import Json
from game.protocol.frames import MOST_VARINT_BYTES
from game.protocol.objects import SchemaInfo

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "protocol.md"

_BLOCKS = re.compile(r"^```(hex \w+|json schema)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BYTES = re.compile(r"(?:[0-9a-f]{2}(?: |$))+")


VARINTS: Json = [
    {"hex": "00", "value": 0},
    {"hex": "7f", "value": 127},
    {"hex": "8001", "value": 128},
    {"hex": "8000", "value": 0},
    {"hex": "ffffffffffff7f", "value": (1 << 7 * MOST_VARINT_BYTES) - 1},
    {"hex": "ffffffffffffff00", "value": None},
    {"hex": "8080808080808001", "value": None},
    {"hex": "80", "value": None},
]
"""Varints with their numbers, for the test vectors; None: they must be refused."""


class Example(NamedTuple):
    """One example: which kind of frame or message it is, its bytes, and the same as JSON."""

    kind: str
    data: bytes
    means: Json


class Examples:
    """The examples of a page, in its order.

    Args:
        page: the text of docs/protocol.md; None reads the file.
    """

    def __init__(self, page: str | None = None) -> None:
        self._page = PAGE.read_text(encoding="utf-8") if page is None else page
        self.all: list[Example] = []
        for name, block in _BLOCKS.findall(self._page):
            if name == "json schema":
                self.schema_json: Json = json.loads(block)
                self.schema = msgspec.json.decode(block, type=SchemaInfo)
                continue
            lines, means = block.split("\n= ")
            data = b"".join(
                bytes.fromhex(start.group()) if (start := _BYTES.match(line.strip() + " ")) else b""
                for line in lines.splitlines()
            )
            self.all.append(Example(name.removeprefix("hex "), data, json.loads(means)))

    def of(self, *kinds: str) -> list[Example]:
        """The examples of these kinds."""
        return [one for one in self.all if one.kind in kinds]

    def program(self, kind: str) -> str:
        """The program in the only block of this kind, such as "python client"."""
        [text] = re.findall(rf"^```{kind}\n(.*?)^```$", self._page, re.MULTILINE | re.DOTALL)
        return str(text)

    def vectors(self) -> str:
        """The content of docs/vectors.json: the schema, one line for each example, and varints."""
        lines = [_compact({"kind": one.kind, "hex": one.data.hex(), "means": one.means}) for one in self.all]
        head = f'{{"schema":{_compact(self.schema_json)},\n"examples":[\n'
        return head + ",\n".join(lines) + f'\n],\n"varints":{_compact(VARINTS)}}}\n'


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
