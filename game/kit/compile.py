"""Compiles the rules with mypyc, an optional speed-up: `python -m game.kit.compile`, `… --remove`.

Compiled modules lie beside their sources, and Python imports them instead. With `--into FOLDER` the checkout
stays as it is, and a copy of the server in that folder is compiled. The same tests pass, and every state hash
is the same. It needs a C compiler.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from game.kit.translate import games_in, translate

ROOT = Path(__file__).resolve().parents[2]
RULES = ("entity", "gridpath", "hashgrid", "hosted", "match", "maths", "random", "rounds", "visibility")
BUILD = ROOT / "build" / "compiled"
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.so")

SETUP = """
import sys
from mypyc.build import mypycify
from setuptools import setup

OPTIONS = "--ignore-missing-imports", "--no-warn-return-any", "--allow-untyped-defs"
files = sys.argv[1:]
sys.argv = ["setup.py", "-q", "build_ext", "--inplace"]
extensions = mypycify([*OPTIONS, *files], opt_level="3")
for extension in extensions:
    # Another compiler's other warnings are no reason to stop.
    extension.extra_compile_args = [arg for arg in extension.extra_compile_args if arg != "-Werror"]
setup(name="rules", ext_modules=extensions)
"""


def sources() -> list[Path]:
    """The modules that are compiled, relative to the checkout."""
    rules = [Path("game/rules") / f"{name}.py" for name in RULES]
    games = sorted(path.relative_to(ROOT) for path in (ROOT / "game/games").rglob("*.py"))
    return [path for path in [*rules, *games] if path.name != "__init__.py"]


def remove() -> list[Path]:
    """Take all compiled modules away; returns what was removed."""
    folders = (ROOT / "game/rules", ROOT / "game/games")
    found = [*ROOT.glob(f"*{SUFFIX}"), *(path for folder in folders for path in folder.rglob(f"*{SUFFIX}"))]
    for path in found:
        path.unlink()
    return found


def build(target: Path = ROOT) -> list[Path]:
    """Translate and compile the modules, and put them beside their sources.

    Args:
        target: the root of the checkout or of a copy of it.

    Returns:
        The compiled files.

    Raises:
        CalledProcessError: mypyc or the C compiler failed; no file was put anywhere.
    """
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(ROOT / "game", BUILD / "game", ignore=LEFT_OUT)
    listed = sources()
    texts = {path: (ROOT / path).read_text() for path in listed}
    games = games_in({".".join(path.with_suffix("").parts): text for path, text in texts.items()})
    for path, text in texts.items():
        (BUILD / path).write_text(translate(text, games))
    (BUILD / "setup.py").write_text(SETUP)
    command = [sys.executable, "setup.py", *map(str, listed)]
    subprocess.run(command, cwd=BUILD, check=True, capture_output=True, text=True)
    placed = []
    for made in [*BUILD.glob(f"*{SUFFIX}"), *(BUILD / "game").rglob(f"*{SUFFIX}")]:
        place = target / made.relative_to(BUILD)
        shutil.copy2(made, place)
        placed.append(place)
    return placed


def copy(target: Path) -> None:
    """Put a plain copy of the server into an empty or former `target`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "game", target / "game", ignore=LEFT_OUT)
    shutil.copy2(ROOT / "server.py", target)
    if (client := ROOT / "web/dist").is_dir():
        shutil.copytree(client, target / "web/dist")


def main() -> int:
    """Build or remove; the exit code is 1 when the compiler failed."""
    parser = argparse.ArgumentParser(description="Compile the rules with mypyc.")
    parser.add_argument("--remove", action="store_true", help="bring plain Python back")
    parser.add_argument("--into", type=Path, help="make a compiled copy of the server in this folder instead")
    asked = parser.parse_args()
    if asked.remove:
        print(f"removed {len(remove())} compiled modules")
        return 0
    try:
        if asked.into is not None:
            copy(asked.into)
            placed = build(asked.into)
        else:
            remove()
            placed = build()
    except subprocess.CalledProcessError as error:
        print(error.stdout[-4000:], error.stderr[-4000:], sep="\n", file=sys.stderr)
        print("the rules could not be compiled; plain Python goes on as before", file=sys.stderr)
        return 1
    done = f"compiled {len(sources())} modules into {len(placed)} files"
    print(done if asked.into is not None else f"{done}; `make uncompile` removes them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
