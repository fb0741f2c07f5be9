"""Start one worker of this checkout: `python server.py`. Settings stand in config.toml."""

from gevent import monkey

monkey.patch_all()

import sys

from game.serve import main

if __name__ == "__main__":
    sys.exit(main())
