"""Let uWebSockets.js run with a C library that is older than the one that it was built with.

Its binary needs glibc 2.38 because of three functions (servers/newer_libc.c), so Debian 12 and Ubuntu 22.04
cannot load it. This program marks that dependency as weak in the bench's own installed copy; the three
functions are then preloaded. Nothing else is changed, and nothing at all if the library is new enough.

Usage: python -m bench.uws, after `npm ci`; `make bench` runs it.
"""

import platform
import struct
import subprocess
import sys
from pathlib import Path

from bench.machine import BENCH, BUILD

VERSION = b"GLIBC_2.38"
SHIM = BUILD / "newer_libc.so"
_SHT_VERNEED = 0x6FFFFFFE
_WEAK = 2


def weaken(binary: bytearray, version: bytes) -> int:
    """Mark the demand for a symbol version as weak.

    Args:
        binary: a 64-bit little-endian ELF file, changed in place.
        version: such as b"GLIBC_2.38".

    Returns:
        how many demands were marked.

    Raises:
        ValueError: it is not such a file.
    """
    if binary[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a 64-bit little-endian ELF file")
    sections_at, entry_bytes, count = (
        struct.unpack_from("<Q", binary, 0x28)[0],
        *struct.unpack_from("<HH", binary, 0x3A),
    )
    sections = [
        struct.unpack_from("<IIQQQQIIQQ", binary, sections_at + k * entry_bytes) for k in range(count)
    ]
    marked = 0
    for section in sections:
        if section[1] != _SHT_VERNEED:
            continue
        names_at = sections[section[6]][4]
        need_at = section[4]
        for _ in range(section[7]):  # sh_info: how many libraries are needed
            _, entries, _, first, next_need = struct.unpack_from("<HHIII", binary, need_at)
            entry_at = need_at + first
            for _ in range(entries):
                _, flags, _, name, next_entry = struct.unpack_from("<IHHII", binary, entry_at)
                name_at = names_at + name
                if binary[name_at : binary.index(0, name_at)] == version:
                    struct.pack_into("<H", binary, entry_at + 4, flags | _WEAK)
                    marked += 1
                entry_at += next_entry
            need_at += next_need
    return marked


def needed() -> bool:
    """Whether this system's C library is too old for it."""
    name, version = platform.libc_ver()
    return name == "glibc" and tuple(map(int, version.split("."))) < (2, 38)


def preloaded() -> dict[str, str]:
    """The variables with which a server can load uWebSockets.js here."""
    return {"LD_PRELOAD": str(SHIM)} if SHIM.exists() else {}


def main() -> int:
    """Patch the package, if it is there and needs it."""
    binaries = sorted((BENCH / "node_modules" / "uWebSockets.js").glob("uws_linux_*.node"))
    if not needed() or not binaries:
        return 0
    BUILD.mkdir(exist_ok=True)
    source = BENCH / "servers" / "newer_libc.c"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(SHIM), str(source)], check=True)
    for path in binaries:
        _weaken_file(path)
    return 0


def _weaken_file(path: Path) -> None:
    binary = bytearray(path.read_bytes())
    if weaken(binary, VERSION):
        path.write_bytes(binary)


if __name__ == "__main__":
    sys.exit(main())
