"""`rumpus records`: look after the records from a terminal, also while workers run."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from game.config import Config
from game.records import transfer
from game.records.database import BadDatabase, Database
from game.records.retention import end_forgotten, prune
from game.records.sleeping_matches import SleepingMatches
from game.records.store import Records


class NoPlayer(Exception):
    """There is no player with the id that was given."""


def add(commands: "argparse._SubParsersAction[Any]") -> None:
    """Declare the command and what it takes."""
    records = commands.add_parser("records", help="prune, export, import, back up and count kept matches")
    records.add_argument("--url", default="", help="this database instead of records.url")
    actions = records.add_subparsers(dest="action", required=True)
    actions.add_parser("stats", help="how much is kept")
    actions.add_parser("prune", help="remove what need not be kept any more, as each night")
    actions.add_parser("export", help="all records as lines of JSON").add_argument(
        "file", type=Path, help="a new file, or - for the terminal"
    )
    actions.add_parser("import", help="add the records of an export").add_argument(
        "file", type=Path, help="a file, or - for the terminal"
    )
    actions.add_parser("backup", help="copy an SQLite database while it is in use").add_argument(
        "file", type=Path, help="a new file"
    )
    actions.add_parser("forget", help="remove a player's name, device and rating").add_argument(
        "player", help="the player's id"
    )


def run(asked: argparse.Namespace, config: Config) -> int:
    """Carry it out; returns the exit code: 0, 1 if it failed, 2 if there are no records."""
    url = asked.url or config.records.url
    if not url:
        print("records.url is empty: no matches are kept", file=sys.stderr)
        return 2
    try:
        database = Database(url)
        path = database.path
        if path is not None and not path.exists() and asked.action != "import":
            print(f"there are no records in {path}", file=sys.stderr)
            return 1
        database.prepare()
        try:
            print(_do(asked, Records(database), config), file=_messages(asked))
        finally:
            database.close()
    except (BadDatabase, transfer.BadLine, NoPlayer) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return 1
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        print(f"the database {Database(url).shown} fails: {reason}", file=sys.stderr)
        return 1
    return 0


def _messages(asked: argparse.Namespace) -> Any:  # noqa: ANN401  a file of text
    """Where the result goes: an export to the terminal must stay alone there."""
    return sys.stderr if asked.action == "export" else sys.stdout


def _do(asked: argparse.Namespace, records: Records, config: Config) -> str:
    if asked.action == "prune":
        now_ms = time.time_ns() // 1_000_000
        removed = prune(records, config.records, now_ms)
        ended = end_forgotten(records, config.records, now_ms)
        lines = [f"{removed} journals removed"]
        if ended:
            lines.append(f"{ended} sleeping matches ended, to which nobody came back")
        return "\n".join(lines)
    if asked.action == "export":
        return _export(records, asked.file)
    if asked.action == "import":
        return _import(records, asked.file)
    if asked.action == "backup":
        transfer.backup(records, asked.file)
        return f"copied to {asked.file}"
    if asked.action == "forget":
        device = records.device_of(asked.player)
        if device is not None:
            SleepingMatches(records.database, 0, 0).forget(device)
        seats = records.forget(asked.player)
        if device is None and not seats:
            raise NoPlayer(f"there is no player {asked.player!r}: nothing was removed")
        return f"{seats} seats are anonymous now"
    sizes = records.sizes()
    return "\n".join([f"{count:>12,}  {name.replace('_', ' ')}" for name, count in sorted(sizes.items())])


def _export(records: Records, path: Path) -> str:
    count = 0
    if str(path) == "-":
        for line in transfer.export(records):
            sys.stdout.buffer.write(line)
            count += 1
    else:
        with path.open("xb") as file:
            for line in transfer.export(records):
                file.write(line)
                count += 1
    return f"{count} lines written"


def _import(records: Records, path: Path) -> str:
    if str(path) == "-":
        return f"{transfer.import_(records, transfer.read_lines(sys.stdin.buffer))} matches added"
    with path.open("rb") as file:
        return f"{transfer.import_(records, transfer.read_lines(file))} matches added"
