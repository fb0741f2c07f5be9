"""Origins: by which address a page reached this server, and pages of which origins may connect.

Forwarded headers are believed only when proxies are trusted: anyone can send them.
"""

import logging
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from game.transport.sampling import Sampler

log = logging.getLogger("rumpus.net")

_HOST = re.compile(r"(?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_SHOWN_CHARS = 80


def asked_hosts(environ: dict[str, Any], trusted_proxies: int) -> tuple[str, ...]:
    """The hosts, as in `Host`, by which a request asked for this server; lower case, checked for syntax."""
    hosts = [str(environ.get("HTTP_HOST", ""))]
    if trusted_proxies:
        hosts += [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_HOST", "")).split(",")]
    return tuple({host.lower(): None for host in hosts if _HOST.fullmatch(host)})


class Origins:
    """Which pages may connect: the server's own, those at its public address, and those that are allowed.

    A page is the server's own if it was loaded from the host that its request names. The scheme does not
    count: behind a proxy that ends TLS the server sees http where the page has https.

    Args:
        allowed: origins such as "https://example.org", or "*" for any.
        public_url: where players reach this server from outside, or "".
        trusted_proxies: how many proxies stand in front.
    """

    def __init__(self, allowed: Iterable[str], public_url: str, trusted_proxies: int) -> None:
        self._allowed = {origin.lower().rstrip("/") for origin in allowed}
        if public_url:
            parts = urlsplit(public_url.lower())
            self._allowed.add(f"{parts.scheme}://{parts.netloc}")
        self._trusted_proxies = trusted_proxies
        self._sampler = Sampler()

    def __call__(self, origin: str | None, environ: dict[str, Any]) -> bool:
        """Whether a page of `origin` may send this request; python-engineio asks."""
        if origin is None:
            return False
        if "*" in self._allowed or origin.lower() in self._allowed:
            return True
        scheme, _, host = origin.lower().partition("://")
        hosts = asked_hosts(environ, self._trusted_proxies)
        if scheme in ("http", "https") and host in hosts:
            return True
        if self._sampler.admits(origin[:_SHOWN_CHARS]):
            log.warning(
                "refused a page of %r that asked for %s: if it is this server's own page, set "
                "server.public_url; if it belongs to another site that may play here, add it to "
                "server.allowed_origins (not logged since: %d)",
                origin[:_SHOWN_CHARS],
                " or ".join(hosts) or "no host",
                self._sampler.take_skipped(),
            )
        return False
