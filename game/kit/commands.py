"""The commands of `rumpus` for authors and for proof: new-game, check-game, play, replay, verify."""

import argparse
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from game import arguments as kinds
from game.catalogue import BadGame, game_of, game_path, is_game_path, load_games
from game.config import ConfigError, load_for_this_run
from game.rules import Game

if TYPE_CHECKING:
    from game.records.store import Records

NAMES = ("new-game", "check-game", "play", "replay", "verify")


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Declare the commands and what they take."""
    new = commands.add_parser("new-game", help="write a small game that works, and its test")
    new.add_argument("name", help="lower-case letters, digits, underscores")
    new.add_argument("--folder", type=Path, default=Path("games"), help="where to (games/)")
    check = commands.add_parser("check-game", help="judge a game")
    check.add_argument("game", help="a file, a package's folder, or the name of a game")
    check.add_argument("--folder", type=Path, action="append", default=[], help="a place with games' files")
    play = commands.add_parser("play", help="serve a game; a changed file counts from the next match")
    play.add_argument("file", type=Path, help="a file, or a package's folder")
    play.add_argument("--port", type=kinds.port, default=None)
    verify = commands.add_parser(
        "verify", help="run kept matches again by their own rules and compare the final hashes"
    )
    verify.add_argument("match", nargs="*", metavar="ID", help="ids of matches")
    verify.add_argument("--since", default="", metavar="DATE", help="those that ended since 2026-11-27")
    verify.add_argument("--all", action="store_true", help="all that are kept")
    verify.add_argument("--sample", type=int, default=0, metavar="N", help="only N matches, chosen at random")
    verify.add_argument("--jobs", type=int, default=0, metavar="N", help="processes at a time (one a core)")
    verify.add_argument("--limit", type=float, default=60, metavar="SECONDS", help="for one match (60)")
    verify.add_argument("--nice", type=int, default=0, metavar="N", help="lower the priority, up to 19")
    verify.add_argument("--json", action="store_true", help="print the figures as JSON")
    replay = commands.add_parser(
        "replay", help="show a kept match, a report or a recorded journal, tick by tick or in a browser"
    )
    replay.add_argument(
        "recording", metavar="ID|REPORT|FILE", help="an id, a journal in JSON, or what a server logged"
    )
    replay.add_argument("--until", type=int, default=None, metavar="TICK", help="stop there, show the state")
    how = replay.add_mutually_exclusive_group()
    how.add_argument("--watch", action="store_true", help="serve it on this machine and open a browser")
    how.add_argument("--step", action="store_true", help="go through the ticks, with the changed fields")
    replay.add_argument("--port", type=kinds.port, default=0, help="of --watch (any free one)")
    replay.add_argument("--game", default="", help="for a FILE: a game as for check-game")
    replay.add_argument("--folder", type=Path, action="append", default=[], help="a place with games' files")


def become(module: str, *arguments: str) -> NoReturn:
    """Run a module of this package instead of this process.

    A fresh process is needed because gevent takes the sockets over before anything else is imported.
    The current folder stays off the import path (`-P`): a folder there may be called `game`, too.
    """
    package = str(Path(__file__).resolve().parents[2])
    search = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    os.execve(  # noqa: S606 (the command is made here)
        sys.executable,
        [sys.executable, "-P", "-m", module, *arguments],
        {**os.environ, "PYTHONPATH": search},
    )


def run(asked: argparse.Namespace) -> int:
    """Carry one out; returns the exit code."""
    if asked.command == "new-game":
        return _new(asked.name, asked.folder)
    if asked.command == "check-game":
        return _check(asked.game, asked.folder)
    if asked.command == "play":
        return _play(asked.file, asked.port)
    if asked.command == "verify":
        return _verify(asked)
    return _replay(asked)


def _find(name: str, folders: list[Path]) -> tuple[Game, Path | None]:
    path = Path(name)
    if is_game_path(path):
        path = game_path(path)
        return game_of(path), path
    if path.suffix == ".py":
        raise BadGame(f"there is no file {path}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise BadGame(f"{name} is no game: name a file, a package's folder with an __init__.py, or a game")
    try:
        return load_games([name], folders)[name], None
    except BadGame as error:
        near = [
            place for place in (Path("games") / f"{name}.py", Path("games") / name) if is_game_path(place)
        ]
        raise BadGame(f"{error}; is it {near[0]}?" if near else str(error)) from None


def _new(name: str, folder: Path) -> int:
    from game.kit.skeleton import Unwritable, new_game

    try:
        game, test = new_game(name, folder)
    except Unwritable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"wrote {game} and {test}")
    print(f"  judge it:  rumpus check-game {game}")
    print(f"  play it:   rumpus play {game}")
    print(f"  test it:   python -m pytest {test}   (once: pip install pytest)")
    if find_spec(f"game.games.{name}"):
        print(f"A game in the box has the name {name}, too: where both are found, yours is played.")
    return 0


def _check(name: str, folders: list[Path]) -> int:
    from game.kit.breaches import breaches_in
    from game.kit.endless import limited
    from game.kit.judge import check

    try:
        game, found = _find(name, folders)
    except BadGame as error:
        path = Path(name)
        for file, breach in breaches_in(path) if is_game_path(path) else ():
            print(breach.describe(str(file)))
        print(error, file=sys.stderr)
        return 1
    verdict = check(limited(game), found)
    print(verdict.table())
    return 0 if verdict.passed else 1


def _play(path: Path, port: int | None) -> int:
    more = [] if port is None else ["--port", str(port)]
    become("game.kit.play", str(path), *more)


def _verify(asked: argparse.Namespace) -> int:
    from game.kit import verifying

    try:
        config = load_for_this_run(os.environ)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return verifying.UNUSABLE
    verifying.lower_priority(max(0, min(asked.nice, 19)))
    return verifying.run(
        config,
        asked.match,
        asked.since,
        everything=asked.all,
        sample=max(0, asked.sample),
        jobs=max(0, min(asked.jobs, 256)),
        seconds=max(0.1, min(asked.limit, 86_400)),
        as_json=asked.json,
    )


def _replay(asked: argparse.Namespace) -> int:
    from game.kit import replaying, replays, verifying

    def find_game(name: str) -> Game:
        return _find(name, asked.folder)[0]

    def open_records() -> "Records":
        try:
            return verifying.open_records(load_for_this_run(os.environ))
        except ConfigError as error:
            raise verifying.NoRecords(str(error)) from None

    return replaying.run(
        lambda: replays.find(asked.recording, find_game, open_records, asked.game),
        until=asked.until,
        step=asked.step,
        watch=asked.watch,
        port=asked.port,
    )
