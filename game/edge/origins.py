"""Origins: the hosts by which a request reached this server, and the origins whose pages may connect.

Forwarded headers count only if proxies are trusted: any client can send them.
"""

import logging
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Request

from game.transport.sampling import Sampler

log = logging.getLogger("rumpus.edge")

_HOST = re.compile(r"(?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_SHOWN_CHARS = 80


def requested_hosts(environ: dict[str, Any], trusted_proxies: int) -> tuple[str, ...]:
    """The hosts that a request names in `Host` and forwarded headers; lower case, checked for syntax."""
    hosts = [str(environ.get("HTTP_HOST", ""))]
    if trusted_proxies:
        hosts += [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_HOST", "")).split(",")]
    return tuple({host.lower(): None for host in hosts if _HOST.fullmatch(host)})


def base_of(request: Request, public_url: str, trusted_proxies: int) -> str:
    """The address of this server as a request reached it; "" if the request names no host.

    Args:
        request: the request.
        public_url: the setting `server.public_url` without a slash at its end; if set, it is the address.
        trusted_proxies: the setting `server.trusted_proxies`.

    Returns:
        Such as "https://play.example.org".
    """
    if public_url:
        return public_url
    hosts = requested_hosts(request.environ, trusted_proxies)
    if not hosts:
        return ""
    scheme = str(request.environ["wsgi.url_scheme"])
    if trusted_proxies:
        forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip()
        scheme = forwarded if forwarded in ("http", "https") else scheme
    return f"{scheme}://{hosts[-1]}"


class Origins:
    """The pages that may connect: those of this server, of its public address, and of allowed origins.

    A page is this server's own if it was loaded from the host that its request names. The scheme does not
    count: behind a proxy that ends TLS the server sees http where the page has https.

    Args:
        allowed: origins such as "https://example.org", or "*" for any.
        public_url: the address by which players reach this server, or "".
        trusted_proxies: the number of proxies in front of this server.
    """

    def __init__(self, allowed: Iterable[str], public_url: str, trusted_proxies: int) -> None:
        self._allowed = {origin.lower().rstrip("/") for origin in allowed}
        if public_url:
            parts = urlsplit(public_url.lower())
            self._allowed.add(f"{parts.scheme}://{parts.netloc}")
        self._trusted_proxies = trusted_proxies
        self._sampler = Sampler()

    def __call__(self, origin: str | None, environ: dict[str, Any]) -> bool:
        """Whether a page of `origin` may send this request; called by python-engineio."""
        if origin is None:
            return False
        if "*" in self._allowed or origin.lower() in self._allowed:
            return True
        scheme, _, host = origin.lower().partition("://")
        hosts = requested_hosts(environ, self._trusted_proxies)
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
