"""Request heads are read in one way or not at all."""

import pytest

from game.transport.heads import BadRequest, check_head

GET = b"GET / HTTP/1.1\r\n"
HOST = b"Host: play.example.org\r\n"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (GET, [HOST]),
        (GET, [b"host:play.example.org:8443\r\n", b"Accept: */*\r\n", b"Accept: text/html\r\n"]),
        (GET, [b"Host: [2001:db8::1]:8080\r\n"]),
        (b"GET / HTTP/1.0\r\n", []),
        (b"POST /socket.io/?EIO=4&sid=a HTTP/1.1\r\n", [HOST, b"Content-Length: 12\r\n"]),
        (GET, [HOST, b"X-Name: caf\xc3\xa9\tau lait \r\n", b"X-Empty:\r\n"]),
    ],
)
def test_what_browsers_and_proxies_send_is_taken(line: bytes, fields: list[bytes]) -> None:
    check_head(line, fields)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (GET, [HOST, b"Transfer-Encoding : chunked\r\n"]),
        (GET, [HOST, b" Transfer-Encoding: chunked\r\n"]),
        (GET, [HOST, b"X: a\r\n", b"\tfolded\r\n"]),
        (GET, [HOST, b"no colon\r\n"]),
        (GET, [HOST, b": no name\r\n"]),
        (GET, [HOST, b"Content-Length: +5\r\n"]),
        (GET, [HOST, b"Content-Length: 5, 5\r\n"]),
        (GET, [HOST, b"Content-Length: \xb2\r\n"]),
        (GET, [HOST, b"Content-Length: 5\r\n", b"Content-length: 5\r\n"]),
        (GET, [HOST, b"Content-Length:\r\n"]),
        (GET, [HOST, HOST]),
        (GET, []),
        (GET, [b"Host:\r\n"]),
        (GET, [b"Host: a b\r\n"]),
        (GET, [b"Host: a;script-src *\r\n"]),
        (GET, [b"Host: user@play.example.org\r\n"]),
        (GET, [HOST, b"X: a\0b\r\n"]),
        (GET, [HOST, b"X: a\rb\r\n"]),
        (GET, [HOST, b"X: a\n"]),
        (b"GET / HTTP/1.1\n", [HOST]),
        (b"GET  / HTTP/1.1\r\n", [HOST]),
        (b"GET /a b HTTP/1.1\r\n", [HOST]),
        (b"GET /\0 HTTP/1.1\r\n", [HOST]),
        (b"GE:T / HTTP/1.1\r\n", [HOST]),
        (b"GET / HTTP/1.1 \r\n", [HOST]),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(line: bytes, fields: list[bytes]) -> None:
    with pytest.raises(BadRequest) as caught:
        check_head(line, fields)
    assert caught.value.status == "400 Bad Request"


def test_a_body_of_unknown_length_is_refused() -> None:
    with pytest.raises(BadRequest, match=r"^411 "):
        check_head(b"POST / HTTP/1.1\r\n", [HOST, b"Transfer-Encoding: chunked\r\n"])
