"""Writes everything that is generated from the protocol's declarations: `make protocol`.

These are the TypeScript types of the client, the tables of docs/protocol.md, and the test vectors for
clients in other languages. The JSON Schema at `/protocol.json` is made when a server starts.
"""

from pathlib import Path

from game.protocol.examples import DOCS, PAGE, Examples
from game.protocol.tables import renewed
from game.protocol.typescript import palette_typescript, typescript

ROOT = DOCS.parent
COMMAND = "make protocol"


def generated() -> dict[Path, str]:
    """Make the content of every generated file.

    Returns:
        The text of each file, by its path.

    Raises:
        ValueError: docs/protocol.md lacks the markers of a table.
    """
    page = renewed(PAGE.read_text(encoding="utf-8"))
    return {
        ROOT / "web" / "src" / "protocol.gen.ts": typescript(),
        ROOT / "web" / "src" / "ui" / "palette.gen.ts": palette_typescript(),
        PAGE: page,
        DOCS / "vectors.json": Examples(page).vectors(),
    }


def main() -> None:
    """Write each generated file that differs from the declarations."""
    for path, text in generated().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
