"""The origins whose pages may connect, and what the log says about others."""

import logging

import pytest

from game.edge.origins import Origins

OWN = {"HTTP_HOST": "play.example.org"}


@pytest.mark.parametrize("origin", ["https://play.example.org", "http://play.example.org"])
def test_the_servers_own_pages_may_connect_whatever_else_is_set(origin: str) -> None:
    for allowed, public_url in (((), ""), (("https://other.example",), ""), ((), "https://other.example/x/")):
        assert Origins(allowed, public_url, 0)(origin, OWN), (allowed, public_url)


def test_pages_at_the_public_address_may_connect() -> None:
    behind_tls = {"HTTP_HOST": "10.0.0.7:8080"}
    assert Origins((), "https://Play.example.org/games/", 0)("https://play.example.org", behind_tls)
    assert not Origins((), "", 0)("https://play.example.org", behind_tls)
    assert not Origins((), "https://play.example.org", 0)("http://play.example.org", behind_tls)


def test_allowed_origins_are_added() -> None:
    origins = Origins(("https://friend.example/", "http://localhost:5173"), "", 0)
    assert origins("https://friend.example", OWN)
    assert origins("http://localhost:5173", OWN)
    assert origins("https://play.example.org", OWN)
    assert not origins("https://evil.example", OWN)
    assert Origins(("*",), "", 0)("https://evil.example", OWN)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "https://play.example.org:444", "file://", "", "://play.example.org"],
)
def test_other_pages_may_not_connect(origin: str) -> None:
    assert not Origins((), "", 0)(origin, OWN)


def test_forwarded_hosts_count_only_with_trusted_proxies() -> None:
    forwarded = {**OWN, "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}
    assert not Origins((), "", 0)("https://evil.example", forwarded)
    proxied = {"HTTP_HOST": "10.0.0.7:8080", "HTTP_X_FORWARDED_HOST": "play.example.org"}
    assert Origins((), "", 1)("https://play.example.org", proxied)


def test_a_refusal_is_logged_with_what_to_set_and_never_as_a_flood(caplog: pytest.LogCaptureFixture) -> None:
    origins = Origins((), "", 0)
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            origins("https://games.example", OWN)
    (line,) = caplog.messages
    assert "'https://games.example'" in line
    assert "play.example.org" in line
    assert "server.public_url" in line
    assert "server.allowed_origins" in line
    with caplog.at_level(logging.WARNING):
        for number in range(1000):
            origins(f"https://{number}.example/" + "x" * 10_000, OWN)
    assert len(caplog.messages) <= 20
    assert max(map(len, caplog.messages)) < 500
