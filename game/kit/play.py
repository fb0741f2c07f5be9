"""`rumpus play GAME`: serves one game; the next match uses a changed file.

A match whose rules raise an exception ends. Its journal is saved, and the room begins another match when the
file was changed.
"""

import signal

from gevent import monkey

if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it while it starts, too
    monkey.patch_all()

import argparse
import os
import shlex
import sys
from pathlib import Path

import gevent

from game.app import Worker, clock_ms
from game.catalogue import game_path
from game.config import Config, ConfigError, check_game_folders, load_for_this_run
from game.edge.assets import NoClient
from game.edge.tokens import BadSecret, read_keys
from game.kit.judge import error_line
from game.kit.reload import Unfit, Watched
from game.kit.soundness import check_ranges
from game.kit.trials import Fault
from game.ops.logging import set_up
from game.ops.signals import on_end
from game.rooms.room import Room
from game.rules import Match
from game.settings import Games

LOOK_S = 0.25


class Stage:
    """A worker that serves one game from its file."""

    def __init__(self, config: Config, watched: Watched, keys: list[str]) -> None:
        self.watched = watched
        self._named: set[str] = set()
        game = watched.game
        self.worker = Worker(config, {game.name: game}, keys, self._failed)
        self._journals = Path(config.server.secret_file).parent

    def serve(self) -> bool:
        """Serve until the process is stopped; False if it ended because a part of it failed."""
        on_end(self.worker.stop)
        self.worker.background.start("watching the game's file", self._watch)
        return self.worker.serve(self._announce)

    def _announce(self, port: int) -> None:
        print(f"{self.watched.game.title} is ready: http://localhost:{port}/")
        print(f"Change {self.watched.path} and save: the next match is played by the new rules.", flush=True)

    def _watch(self) -> None:
        while True:
            gevent.sleep(LOOK_S)
            self._look()
            for room in list(self.worker.lobby):
                room.choice.update_rules()
                if room.runner is not None:
                    self._check(room.runner.match)
                room.lifecycle.restart_after_failure(clock_ms())

    def _check(self, m: Match) -> None:
        """Print values out of their range: they are sent wrapped, so the page looks odd without a reason."""
        try:
            check_ranges(m.state, "state")
        except Fault as fault:
            what = str(fault).split(" ", 1)[0]
            if what not in self._named:
                self._named.add(what)
                print(f"{self.watched.path.name}: at tick {m.tick}: {fault}", flush=True)

    def _failed(self, room: Room, error: Exception) -> None:
        """A match broke: say where, and keep its journal."""
        live = room.runner
        tick = f" at tick {live.match.tick}" if live is not None else ""
        line = f"{error_line(error, self.watched.path)}{tick}. Save the file, and a new match begins."
        kept = self._journals / f"{room.game.name}-failed.journal"
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(room.failure_text() + "\n")
            folder = shlex.quote(os.path.relpath(self.watched.path.parent))
            print(f"To see the match again: rumpus replay {kept} --folder {folder}", flush=True)
        except OSError as trouble:
            print(f"The match's journal could not be kept: {trouble}", flush=True)
        self._say("rules_failed", line)

    def _look(self) -> None:
        try:
            game = self.watched.look()
        except Unfit as error:
            self._say("rules_unfit", f"{error} (the old rules stay)")
            return
        if game is not None:
            self._named.clear()
            self.worker.replace_game(game)
            self._say("announcement", f"{game.title} has new rules, from the next match on.")

    def _say(self, code: str, message: str) -> None:
        print(message, flush=True)
        self.worker.socketio.emit("notice", {"code": code, "message": message}, namespace="/")


def main(arguments: list[str] | None = None) -> int:
    """Serve a game's file; the exit code is 1 if it cannot be played, 2 if the settings are wrong."""
    parser = argparse.ArgumentParser(prog="rumpus play", description=__doc__)
    parser.add_argument("file", type=Path, help="a file, or a package's folder")
    parser.add_argument("--port", type=int, default=None, help="8080 if config.toml says nothing else")
    asked = parser.parse_args(arguments)
    environ = dict(os.environ)
    if asked.port is not None:
        environ["PORT"] = str(asked.port)
    try:
        watched = Watched(game_path(asked.file))
        name = watched.game.name
        config = load_for_this_run(environ)
        check_game_folders(config)
        config = config.model_copy(update={"games": Games(enabled=(name,), default=name)})
        keys = read_keys(Path(config.server.secret_file))
    except Unfit as error:
        print(error, file=sys.stderr)
        return 1
    except (ConfigError, BadSecret) as error:
        print(error, file=sys.stderr)
        return 2
    set_up(config.server.log_format, config.server.log_level)
    try:
        stage = Stage(config, watched, keys)
    except NoClient as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cannot listen on port {config.server.port}: {error.strerror}; try --port", file=sys.stderr)
        return 1
    return 0 if stage.serve() else 1


if __name__ == "__main__":
    sys.exit(main())
