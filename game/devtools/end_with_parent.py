"""Runs a program that ends when the process that started it ends, even by kill -9.

`python end_with_parent.py SIGNAL PARENT PROGRAM [ARGUMENT …]` asks Linux for a signal at the parent's death,
then becomes the program. On other systems it only becomes the program. It is run as a file and imports
little, so it costs about 20 ms.

Linux sends the signal when the *thread* that started the program ends: start programs from a thread that
lives as long as they should.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the program that the arguments name. Returns only if the parent has ended already."""
    number, parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != int(parent):
            return  # it ended before the kernel could watch it
    os.execv(command[0], command)  # noqa: S606 - the program is chosen by this machine's user


if __name__ == "__main__":
    main(sys.argv[1:])
