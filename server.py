"""Start one worker of this checkout: `python server.py`. Settings stand in config.toml."""

import signal

from gevent import monkey

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it while it starts, too
monkey.patch_all()

import sys

from game.serve import main

if __name__ == "__main__":
    sys.exit(main())
