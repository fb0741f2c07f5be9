"""The examples of docs/protocol.md, and docs/vectors.json, which is cut from them.

`python -m tests.data.protocol` writes docs/vectors.json for the tests of clients in other languages. A test
asserts that the file is up to date.
"""

import json
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "protocol.md").read_text(encoding="utf-8")
VECTORS = DOCS / "vectors.json"

_BLOCKS = re.findall(r"^```(hex \w+|json schema)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
_BYTES = re.compile(r"(?:[0-9a-f]{2}(?: |$))+")


def schema() -> dict[str, Any]:
    """The SCHEMA that the examples of frames use."""
    [text] = [block for kind, block in _BLOCKS if kind == "json schema"]
    found: dict[str, Any] = json.loads(text)
    return found


def examples(*kinds: str) -> list[tuple[str, bytes, Any]]:
    """The examples of these kinds, or all, in the order of the page: kind, bytes, what they mean as JSON."""
    found = []
    for name, block in _BLOCKS:
        kind = name.removeprefix("hex ")
        if kind == name or (kinds and kind not in kinds):
            continue
        lines, means = block.split("\n= ")
        data = b"".join(
            bytes.fromhex(start.group()) if (start := _BYTES.match(line.strip() + " ")) else b""
            for line in lines.splitlines()
        )
        found.append((kind, data, json.loads(means)))
    return found


def program(kind: str) -> str:
    """The program in the only block of this kind, such as "python client"."""
    [text] = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def vectors() -> str:
    """The content of docs/vectors.json: one line for each example."""

    def packed(value: object) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    lines = [packed({"kind": kind, "hex": data.hex(), "means": means}) for kind, data, means in examples()]
    return f'{{"schema":{packed(schema())},\n"examples":[\n' + ",\n".join(lines) + "\n]}\n"


if __name__ == "__main__":
    VECTORS.write_text(vectors(), encoding="utf-8")
