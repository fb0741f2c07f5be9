"""Compile the rules with mypyc, as an optional speed-up: `python -m game.kit.compile`, `… --remove`.

Compiled modules lie beside their sources and are taken instead of them; removing them brings plain Python
back. Nothing else changes: the same tests pass and every state hash is the same. Needs a C compiler.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from game.kit.translate import translate

ROOT = Path(__file__).resolve().parents[2]
RULES = ("entity", "gridpath", "hashgrid", "lookout", "match", "maths", "random")
BUILD = ROOT / "build" / "compiled"
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))

SETUP = """
import sys
from mypyc.build import mypycify
from setuptools import setup

files = sys.argv[1:]
sys.argv = ["setup.py", "-q", "build_ext", "--inplace"]
extensions = mypycify(["--ignore-missing-imports", *files], opt_level="3")
for extension in extensions:
    # Another compiler's other warnings are no reason to stop.
    extension.extra_compile_args = [arg for arg in extension.extra_compile_args if arg != "-Werror"]
setup(name="rules", ext_modules=extensions)
"""


def sources() -> list[Path]:
    """The modules that are compiled, relative to the checkout."""
    rules = [Path("game/rules") / f"{name}.py" for name in RULES]
    games = sorted(path.relative_to(ROOT) for path in (ROOT / "game/games").glob("*.py"))
    return [path for path in [*rules, *games] if path.name != "__init__.py" and (ROOT / path).exists()]


def remove() -> list[Path]:
    """Take all compiled modules away; returns what was removed."""
    found = [
        path
        for place in (ROOT, ROOT / "game/rules", ROOT / "game/games")
        for path in place.glob(f"*{SUFFIX}")
    ]
    for path in found:
        path.unlink()
    return found


def build() -> list[Path]:
    """Translate, compile and put the modules beside their sources; returns them.

    Raises CalledProcessError when mypyc or the C compiler fails; nothing is put anywhere then.
    """
    remove()
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(ROOT / "game", BUILD / "game", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    listed = sources()
    for path in listed:
        (BUILD / path).write_text(translate((ROOT / path).read_text()))
    (BUILD / "setup.py").write_text(SETUP)
    command = [sys.executable, "setup.py", *map(str, listed)]
    subprocess.run(command, cwd=BUILD, check=True, capture_output=True, text=True)
    placed = []
    for made in [*BUILD.glob(f"*{SUFFIX}"), *(BUILD / "game").rglob(f"*{SUFFIX}")]:
        target = ROOT / made.relative_to(BUILD)
        shutil.copy2(made, target)
        placed.append(target)
    return placed


def main() -> int:
    """Build or remove; the exit code is 1 when the compiler failed."""
    parser = argparse.ArgumentParser(description="Compile the rules with mypyc.")
    parser.add_argument("--remove", action="store_true", help="bring plain Python back")
    if parser.parse_args().remove:
        print(f"removed {len(remove())} compiled modules")
        return 0
    try:
        placed = build()
    except subprocess.CalledProcessError as error:
        print(error.stdout[-4000:], error.stderr[-4000:], sep="\n", file=sys.stderr)
        print("the rules could not be compiled; plain Python goes on as before", file=sys.stderr)
        return 1
    print(f"compiled {len(sources())} modules into {len(placed)} files; `make uncompile` removes them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
