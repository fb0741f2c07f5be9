"""A PostgreSQL server for tests: in a temporary folder, reached through a socket file, without a password."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return folders[-1].parent if folders else None


class Postgres:
    """A server that the test may kill and start again.

    Attributes:
        url: of its database, as `records.url` takes it.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = self._unprivileged()
        self.url = f"postgresql:///postgres?host={folder}&user=rumpus"

    def _unprivileged(self) -> str | None:
        """PostgreSQL refuses to run as root."""
        if os.geteuid():
            return None
        user = pwd.getpwnam("postgres" if _exists("postgres") else "nobody")
        os.chown(self._folder, user.pw_uid, user.pw_gid)
        return user.pw_name

    def make(self) -> None:
        """Make the database files."""
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "rumpus", "-A", "trust", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=self._user, check=True, capture_output=True, cwd=self._folder)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        data = str(self._folder / "data")
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def kill(self) -> None:
        """End the server at once, with all that it is doing."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def stop(self) -> None:
        """End the server if it runs."""
        if (self._folder / "data" / "postmaster.pid").exists():
            self.kill()


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


@contextmanager
def running(programs: Path) -> Iterator[Postgres]:
    """A server that runs as long as the block."""
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        server = Postgres(programs, Path(name))
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
