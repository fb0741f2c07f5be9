"""Tokens: who a device is and which seat it had, signed so that nobody can make one up.

The secret file holds one key a line, the newest last: tokens are signed with the newest and read with any, so
a key is rotated by adding a line and dropping the oldest later.
"""

import os
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

KEY_BYTES = 32


class BadSecret(Exception):
    """The secret file cannot be used; the text says why and what to do."""


def read_keys(path: Path) -> list[str]:
    """The signing keys, the newest last; the file is made, with mode 0600, when there is none.

    Raises BadSecret when it cannot be read, holds no key, or others may read it.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
    except FileExistsError:
        pass
    except OSError as error:
        raise BadSecret(f"{path}: cannot be made: {error.strerror}") from None
    try:
        if path.stat().st_mode & 0o077:
            raise BadSecret(f"{path}: others may read it; run chmod 600 {path}")
        keys = [line.strip() for line in path.read_text().splitlines() if line.strip()]
    except OSError as error:
        raise BadSecret(f"{path}: cannot be read: {error.strerror}") from None
    if not keys or any(len(key) < KEY_BYTES for key in keys):
        raise BadSecret(f"{path}: each line must be a key of at least {KEY_BYTES} characters")
    return keys


class Tokens:
    """Signs and reads tokens with the given keys, the newest last."""

    def __init__(self, keys: list[str]) -> None:
        self._device = URLSafeSerializer(keys, salt="device")
        self._seat = URLSafeSerializer(keys, salt="seat")

    def new_device(self) -> tuple[str, str]:
        """A new device: its id of 96 bits, and the token for it."""
        device = secrets.token_urlsafe(12)
        return device, self.sign_device(device)

    def sign_device(self, device: str) -> str:
        """The token of a device id."""
        return str(self._device.dumps(device))

    def read_device(self, token: object) -> str | None:
        """The device id of a token; None when it is not one of ours."""
        value = _read(self._device, token)
        return value if isinstance(value, str) else None

    def sign_seat(self, code: str, device: str) -> str:
        """The token that brings a device back into a room."""
        return str(self._seat.dumps([code, device]))

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
    except BadSignature:
        return None
