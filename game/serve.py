"""One worker as a process: read the configuration, build the parts, serve.

`server.py` (in a checkout) and `rumpus serve` (anywhere) start it. gevent must patch the sockets before this
module is imported, unless this module is the program: `python -P -m game.serve`.
"""

import signal

from gevent import monkey

if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it while it starts, too
    monkey.patch_all()

import errno
import logging
import os
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from game.app import Worker
from game.catalogue import BadGame, load_games
from game.config import ConfigError, changed, check_game_folders, check_records_are_shared, load_for_this_run
from game.edge.assets import NoClient
from game.edge.tokens import BadSecret, read_keys
from game.ops.logging import set_up
from game.ops.memory import Collector
from game.ops.signals import on_end

log = logging.getLogger("rumpus")

WHERE_SETTINGS_ARE = "its settings are in config.toml, or in the file that RUMPUS_CONFIG names"
SWITCH_S = 0.0005
"""A thread that works, such as the writer of records, gives the interpreter back to the tick loop after this
time; Python's own five milliseconds would come on top of each of the loop's short sleeps."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one worker until SIGTERM, SIGINT, SIGHUP or SIGQUIT.

    Args:
        arguments: of the command, None for those of this process; there may be none.

    Returns:
        the exit code: 2 when the configuration is wrong, 1 when it cannot start or a part of it failed.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given:
        print(f"a worker takes no arguments such as {given[0]}: {WHERE_SETTINGS_ARE}", file=sys.stderr)
        return 2
    try:
        config = load_for_this_run(os.environ)
        check_records_are_shared(config)
        check_game_folders(config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    set_up(config.server.log_format, config.server.log_level)
    try:
        games = load_games(config.games.enabled, [Path(folder) for folder in config.games.folders])
        keys = read_keys(Path(config.server.secret_file))
    except (BadGame, BadSecret) as error:
        refuse(error, config.server.log_format)
        return 2
    try:
        worker = Worker(config, games, keys)
    except ConfigError as error:
        refuse(error, config.server.log_format)
        return 2
    except NoClient as error:
        refuse(error, config.server.log_format)
        return 1
    except OSError as error:
        address = f"{config.server.host}:{config.server.port}"
        of_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
        cure = "set PORT to a free port" if of_port else "correct server.host"
        refuse(f"cannot listen on {address}: {error.strerror}; {cure}", config.server.log_format)
        return 1
    always = {"worker": worker.name, "build": worker.build}
    set_up(config.server.log_format, config.server.log_level, always)
    log.info(
        "start",
        extra={"version": version("rumpus"), "pid": os.getpid(), "games": list(games), **changed(config)},
    )
    on_end(worker.stop)
    collector = Collector()
    worker.collector = collector
    collector.settle()
    sys.setswitchinterval(SWITCH_S)

    def ready(port: int) -> None:
        announce(config.server.host, port, config.server.public_url)
        log.info("ready", extra={"port": port})

    ended_well = worker.serve(ready)
    log.info("end", extra={"exit_code": 0 if ended_well else 1})
    return 0 if ended_well else 1


def refuse(reason: object, log_format: str) -> None:
    """Say why this worker does not start: in sentences, or in lines of a log that programs read."""
    if log_format != "json":
        print(reason, file=sys.stderr)
        return
    for line in str(reason).splitlines():
        log.critical("cannot start", extra={"reason": line})


def announce(host: str, port: int, public_url: str) -> None:
    """Print the addresses of the server: on this machine, and for others on the same network.

    Args:
        host: where it listens. Nobody else reaches a loopback address, so none is printed for others.
        port: where it listens.
        public_url: how players reach it, or "".
    """
    print(f"Rumpus is ready.\n  here:     http://localhost:{port}/", flush=True)
    if public_url:
        print(f"  outside:  {public_url}", flush=True)
    elif not (host == "localhost" or host == "::1" or host.startswith("127.")) and (address := lan_address()):
        print(f"  network:  http://{address}:{port}/", flush=True)


def lan_address() -> str | None:
    """This machine's address on the local network, found without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if address.startswith("127.") else address


if __name__ == "__main__":
    sys.exit(main())
