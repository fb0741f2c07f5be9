"""What is wrong with Redis, in one sentence that names the cause and, where there is one, the cure.

Pure: an exception and the configured address go in, a sentence comes out. It never contains the password.
"""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)

_CODES = {
    "NOAUTH": "wants a password (NOAUTH): put it into cluster.redis_url, as in redis://:PASSWORD@host:6379/0",
    "WRONGPASS": "refuses the user name or password of cluster.redis_url (WRONGPASS)",
    "NOPERM": "does not allow its user what workers need (NOPERM)",
    "OOM": "is out of memory and refuses writes (OOM): raise maxmemory or free some",
    "READONLY": "is a read-only replica and refuses writes (READONLY): name the primary in cluster.redis_url",
    "LOADING": "is still loading its data (LOADING)",
    "MISCONF": "cannot save to its disk and refuses writes (MISCONF)",
    "NOREPLICAS": "has too few replicas and refuses writes (NOREPLICAS)",
    "MASTERDOWN": "is a replica that has lost its primary (MASTERDOWN)",
    "CLUSTERDOWN": "is a Redis Cluster that is down (CLUSTERDOWN)",
    "BUSY": "is busy with a script of another client (BUSY)",
}
_CLASSES = {
    BusyLoadingError: "LOADING",
    ClusterDownError: "CLUSTERDOWN",
    MasterDownError: "MASTERDOWN",
    NoPermissionError: "NOPERM",
    OutOfMemoryError: "OOM",
    ReadOnlyError: "READONLY",
}
"""Errors from whose text the client takes the code away."""
_TEXTS = (
    ("DB index is out of range", "has no database {database}: see `databases` in its configuration"),
    ("HELLO must be called", _CODES["NOAUTH"]),
    ("Authentication required", _CODES["NOAUTH"]),
    ("invalid username-password pair", _CODES["WRONGPASS"]),
    ("invalid password", _CODES["WRONGPASS"]),
    (
        "without any password configured",
        "has no password, but cluster.redis_url names one (AUTH): leave it out or set requirepass",
    ),
    ("max number of clients reached", "has too many clients: raise maxclients"),
)
_TEXT_CHARS = 160
NO_REDIS_URL = 'the address of Redis must be such as "redis://localhost:6379/0" (also rediss, unix, valkey)'


def place_of(url: str) -> str:
    """Where a Redis is, as a log may show it: its address without user and password."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return parts.path
        return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
    except ValueError:
        return "(an address that cannot be read)"


def explain(error: BaseException, url: str, *, answered: bool = False) -> str:
    """Name what is wrong.

    Args:
        error: what the client raised; its causes are looked at, too.
        url: the configured address.
        answered: Redis has answered there before, so the address is right.

    Returns:
        One line; it never contains the password.
    """
    return f"Redis at {place_of(url)} {_cause(error, url, answered)}"


def _cause(error: BaseException, url: str, answered: bool) -> str:
    right = answered or url.partition("://")[0] in ("rediss", "valkeys")
    closed = _CLOSED if right else f"{_CLOSED}: if it speaks TLS, cluster.redis_url begins with rediss://"
    for one in _chain(error):
        known = _reply(one, url) if isinstance(one, RedisError) else _tls(one) or _network(one, closed)
        if known is not None:
            return known
    text = " ".join(str(error).split())
    return closed if "closed" in text.lower() else f"fails: {text[:_TEXT_CHARS]}"


_CLOSED = "closed the connection"


def _tls(error: BaseException) -> str | None:
    """What is wrong with TLS, if it is that."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a TLS certificate that is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError) and "handshake" in str(error):
        return "does not answer in TLS: if it does not speak TLS, cluster.redis_url begins with redis://"
    if isinstance(error, ssl.SSLError):
        what = error.reason or "SSL"
        return f"fails to speak TLS ({what}): if it does not, cluster.redis_url begins with redis://"
    return None


def _network(error: BaseException, closed: str) -> str | None:
    """What is wrong with the connection, if it is that."""
    if isinstance(error, socket.gaierror):
        return f"cannot be found: the host name is unknown ({error.strerror})"
    if isinstance(error, ConnectionRefusedError | FileNotFoundError):
        return "is down: no process listens there"
    if isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, ConnectionError):
        return closed
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error}"
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception, what caused it, and so on."""
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _reply(error: RedisError, url: str) -> str | None:
    """What an error reply of Redis means; None for an unknown one."""
    text = str(error)
    code = _CLASSES.get(type(error)) or text.partition(" ")[0]
    if code in _CODES:
        detail = f": {text[:_TEXT_CHARS]}" if code == "NOPERM" else ""
        return _CODES[code] + detail
    for begin, meaning in _TEXTS:
        if begin in text:
            return meaning.format(database=urlsplit(url).path.strip("/") or "0")
    return None
