"""Request heads: which ones are taken. Pure, so that each rule can be tested without a socket.

Two parsers that read one head in two ways are how requests are smuggled past a proxy, so whatever RFC 9112
does not allow is refused instead of repaired: bare line feeds, control characters, space before a colon,
folded lines, a sign in Content-Length, a second Host.
"""

import re
from collections.abc import Sequence

_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\x00-\x20\x7f]+ HTTP/1\.[01]\r\n")
_OLD_REQUEST_LINE = re.compile(rb"GET [^\x00-\x20\x7f]+\r\n")  # HTTP/0.9
_FIELD_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)\r\n")
_HOST = re.compile(rb"(?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_ONLY_ONCE = (b"host", b"content-length", b"transfer-encoding")


class BadRequest(ValueError):
    """A request that is refused before the application sees it."""

    def __init__(self, status: str) -> None:
        """`status` is the status of the response, e.g. "413 Content Too Large"."""
        super().__init__(status)
        self.status = status


def check_head(  # noqa: C901  rule after rule
    request_line: bytes, field_lines: Sequence[bytes], *, chunked: bool = False
) -> None:
    """Check a whole request head.

    Args:
        request_line: the first line, with its line end.
        field_lines: the lines after it, with their line ends and without the empty last line.
        chunked: whether a body may come in chunks, without a length.

    Raises:
        BadRequest: the head does not follow RFC 9112, or has a body of unknown length.
    """
    if _OLD_REQUEST_LINE.fullmatch(request_line) is not None:
        raise BadRequest("505 HTTP Version Not Supported")
    if _REQUEST_LINE.fullmatch(request_line) is None:
        raise BadRequest("400 Bad Request")
    known: dict[bytes, bytes] = {}
    for line in field_lines:
        found = _FIELD_LINE.fullmatch(line)
        if found is None:
            raise BadRequest("400 Bad Request")
        name, value = found[1].lower(), found[2].strip()
        if name in known and name in _ONLY_ONCE:
            raise BadRequest("400 Bad Request")
        known[name] = value
    if b"host" not in known:
        if request_line.endswith(b"1.1\r\n"):
            raise BadRequest("400 Bad Request")
    elif _HOST.fullmatch(known[b"host"]) is None:
        raise BadRequest("400 Bad Request")
    length = known.get(b"content-length")
    if b"transfer-encoding" in known:
        if not chunked:
            raise BadRequest("411 Length Required")
        if length is not None or known[b"transfer-encoding"].lower() != b"chunked":
            raise BadRequest("400 Bad Request")
    if length is not None and not (length.isdigit() and len(length) < 16):
        raise BadRequest("400 Bad Request")
