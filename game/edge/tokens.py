"""Tokens: the signed id of a device, and of the seat that it had.

The secret file holds one key a line, the newest last. Tokens are signed with the newest key and read with
any of them, so a key is rotated by adding a line, and by removing the oldest line later.
"""

import hmac
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

KEY_BYTES = 32
YOUNG_S = 600


class BadSecret(Exception):
    """The secret file cannot be used; the text says why and what to do."""


def read_keys(path: Path) -> list[str]:
    """Read the signing keys; a missing file is made, with one key and mode 0600.

    Processes that start at the same time get the same keys, and a file that cannot be written whole is not
    left behind.

    Args:
        path: the secret file.

    Returns:
        the keys, the newest last.

    Raises:
        BadSecret: the file cannot be made or read, holds no key, or others may read it.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_whole(path, secrets.token_hex(KEY_BYTES) + "\n")
    except OSError as error:
        raise BadSecret(f"{path}: cannot be made: {error.strerror}") from None
    try:
        if path.stat().st_mode & 0o077:
            raise BadSecret(f"{path}: others may read it; run chmod 600 {path}")
        text = path.read_text()
    except OSError as error:
        raise BadSecret(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadSecret(f"{path}: is not text; each line must be a key") from None
    if not text.strip():
        raise BadSecret(f"{path}: is empty; delete it, and the next start makes a new one")
    keys = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(key) < KEY_BYTES for key in keys):
        raise BadSecret(f"{path}: each line must be a key of at least {KEY_BYTES} characters")
    return keys


def _make_whole(path: Path, text: str) -> None:
    """Create a file with this text unless it exists; no reader sees a part of it.

    The text is written to a file of another name, which is then linked: making a link is atomic, and fails
    if another process has made the file meanwhile.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            Path(name).rename(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def fingerprints(keys: Sequence[str]) -> tuple[str, ...]:
    """A short hash of each key, in the same order: it shows whether keys are equal, and nothing else."""
    return tuple(hmac.digest(key.encode(), b"fingerprint", "sha256").hex()[:12] for key in keys)


class Tokens:
    """Signs and reads tokens with the given keys, the newest last."""

    def __init__(self, keys: list[str], now_s: Callable[[], float] = time.time) -> None:
        self._now_s = now_s
        self._newest = keys[-1].encode()[:64]
        self._device = URLSafeSerializer(keys, salt="device")
        self._seat = URLSafeSerializer(keys, salt="seat")

    def new_device(self) -> tuple[str, str]:
        """A new device id, with 96 random bits and the minute of its making, and its token."""
        device = f"{secrets.token_urlsafe(12)}.{int(self._now_s() // 60):x}"
        return device, self.sign_device(device)

    def is_young(self, device: str) -> bool:
        """Whether a device id was made in the last ten minutes; an id without a time is old."""
        minute = device.partition(".")[2]
        return bool(minute) and self._now_s() - int(minute, 16) * 60 < YOUNG_S

    def sign_device(self, device: str) -> str:
        """The token of a device id."""
        return str(self._device.dumps(device))

    def read_device(self, token: object) -> str | None:
        """The device id of a token; None when it is not one of ours."""
        value = _read(self._device, token)
        return value if isinstance(value, str) else None

    def sign_seat(self, code: str, device: str) -> str:
        """The token with which a device returns to its seat in a room."""
        return str(self._seat.dumps([code, device]))

    def network_mark(self, network: str) -> str:
        """An opaque mark of a network: the same at all workers, and it does not show the address."""
        return blake2b(network.encode(), key=self._newest, digest_size=12).hexdigest()

    def read_seat(self, token: object) -> tuple[str, str] | None:
        """The room's code and the device id of a seat token; None when it is not one of ours."""
        value = _read(self._seat, token)
        if isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value):
            return value[0], value[1]
        return None


def _read(serializer: URLSafeSerializer, token: object) -> object:
    if not isinstance(token, str) or not 1 <= len(token) <= 512:
        return None
    try:
        return serializer.loads(token)
    except (BadSignature, ValueError):  # half a surrogate pair, in a token that is not ours
        return None
