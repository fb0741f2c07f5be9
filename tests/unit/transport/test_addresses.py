"""Where requests come from, and what counts as one place."""

import pytest

from game.transport.addresses import client_address, is_loopback, place_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1:5000", True),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "[2001:db8:1:2::7]:443", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("unknown", "unknown", True),
        ("unknown", "hidden", False),
    ],
)
def test_a_household_is_one_place(one: str, other: str, same: bool) -> None:
    assert (place_of(one) == place_of(other)) is same


def test_a_forwarded_address_is_what_the_outermost_trusted_proxy_saw() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "made up, 192.0.2.1, 10.0.0.9"}
    assert client_address(environ, 0) == "10.0.0.1"
    assert client_address(environ, 1) == "10.0.0.9"
    assert client_address(environ, 2) == "192.0.2.1"
    assert client_address(environ, 4) == "10.0.0.1"
    assert client_address({}, 0) == "?"


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("192.0.2.1", "::", "0.0.0.0", "?", "", "localhost.example")))
