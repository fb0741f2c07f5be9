"""`rumpus`: start a worker or a cluster, announce something to all players, write and test games."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from game import arguments as kinds
from game.config import ConfigError, check_game_folders, load_for_this_run
from game.kit import commands as kit
from game.records import commands as records


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 130 if Ctrl+C has ended it."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has closed the pipe, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(arguments: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="rumpus", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser(
        "serve", help="start one worker, as config.toml says; or serve a Flask-SocketIO app"
    )
    serve.add_argument("app", nargs="?", help="a Flask-SocketIO app on this transport, e.g. app:socketio")
    serve.add_argument("--workers", type=int, help="of the app: how many processes (1)")
    serve.add_argument("--host", help="of the app: where to listen (127.0.0.1)")
    serve.add_argument("--port", type=int, help="of the app (5000)")
    cluster = commands.add_parser("cluster", help="start Redis, workers and nginx on this machine")
    cluster.add_argument("--workers", type=kinds.whole(1, 256), default=3, help="how many (3)")
    cluster.add_argument("--port", type=kinds.port, default=8080, help="nginx's port (8080)")
    cluster.add_argument("--redis", default="", metavar="URL", help="use this Redis, start none")
    cluster.add_argument("--folder", type=Path, default=Path(".rumpus/cluster"), help="for logs and state")
    announce = commands.add_parser("announce", help="send an announcement to all players of all workers")
    announce.add_argument("text", help="one sentence")
    announce.add_argument("--room", default=None, metavar="CODE", help="only to players in this room")
    announce.add_argument(
        "--redis", default="", metavar="URL", help="use this Redis instead of the one in config.toml"
    )
    kit.add(commands)
    records.add(commands)
    given = parser.parse_args(arguments)
    if given.command in kit.NAMES:
        return kit.run(given)
    if given.command == "serve":
        named = [name for name in ("workers", "host", "port") if getattr(given, name) is not None]
        if given.app is not None:
            more = [f"--{name}={getattr(given, name)}" for name in named]
            kit.become("game.transport.workers", given.app, *more)
        if named:
            serve.error(f"--{named[0]} belongs to an app; without one, set [server] in config.toml, or PORT")
        kit.become("game.serve")
    if given.command == "cluster":
        return _cluster(given.workers, given.port, given.redis, given.folder)
    if given.command == "records":
        return _records(given)
    return _announce(given.text, given.room, given.redis)


def _records(given: argparse.Namespace) -> int:
    try:
        return records.run(given, load_for_this_run(os.environ))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2


def _cluster(workers: int, port: int, redis_url: str, folder: Path) -> int:
    from game.devtools.local_cluster import CannotStart, Plan, Supervisor

    try:
        check_game_folders(load_for_this_run(os.environ))
    except ConfigError as error:  # its workers would say the same, in their logs
        print(error, file=sys.stderr)
        return 2
    environ = {key: value for key, value in os.environ.items() if key.startswith("RUMPUS_")}
    supervisor = Supervisor(Plan(folder, workers, port, redis_url, environ))
    try:
        supervisor.start()
    except CannotStart as error:
        supervisor.stop()
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        supervisor.stop()
        raise
    supervisor.heed_signals()
    names = ", ".join(one.name for one in supervisor.workers)
    print(f"Rumpus is ready: {workers} workers ({names}) behind nginx.")
    print(f"  link:     http://localhost:{supervisor.port}/")
    print(f"  logs:     {folder / 'logs'}/")
    print(f"  Redis:    {supervisor.redis_url}  (for `rumpus announce --redis`)")
    print(f"  restart:  kill -HUP {os.getpid()}  (one worker after the other; matches go on)", flush=True)
    supervisor.run()
    if supervisor.failure:
        print(supervisor.failure, file=sys.stderr)
        return 1
    return 0


def _announce(text: str, room: str | None, redis_url: str) -> int:
    """Send an announcement through the message queue of Flask-SocketIO, as any process can."""
    try:
        config = load_for_this_run(os.environ)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    url = redis_url or config.cluster.redis_url
    if not url:
        print(
            "announce needs the Redis of the workers: set it with --redis or in config.toml", file=sys.stderr
        )
        return 2
    from flask_socketio import SocketIO
    from redis.exceptions import RedisError

    from game.cluster.redis_errors import NO_REDIS_URL, explain
    from game.cluster.redis_store import Keys, connect, database_of

    try:
        connect(url).ping()  # Flask-SocketIO would not say that nothing was sent
    except ValueError:
        print(NO_REDIS_URL, file=sys.stderr)
        return 2
    except (RedisError, OSError) as error:
        print(explain(error, url), file=sys.stderr)
        return 1
    queue = SocketIO(message_queue=url, channel=Keys(config.cluster.world, database_of(url)).queue)
    queue.emit("notice", {"code": "announcement", "message": text}, to=room, namespace="/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
