"""The headers of the pages, and the clients that may read the metrics."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from game.edge.assets import Assets
from game.edge.bundles import Bundles
from game.edge.pages import make_app

TOKEN = "scrape-me-1234567"
HERE = {"REMOTE_ADDR": "127.0.0.1"}
THERE = {"REMOTE_ADDR": "192.0.2.7"}


def pages(folder: Path, token: str = "", trusted_proxies: int = 0) -> FlaskClient:
    (folder / "index.html").write_text("<!doctype html>")
    app = make_app(
        Assets(folder),
        Bundles({}),
        lambda: True,
        lambda: b"figures 1\n",
        metrics_token=token,
        trusted_proxies=trusted_proxies,
    )
    return app.test_client()


def test_metrics_are_for_this_machine_alone(tmp_path: Path) -> None:
    client = pages(tmp_path)
    assert client.get("/metrics", environ_base=HERE).data == b"figures 1\n"
    for environ, headers in (
        (THERE, {}),
        (THERE, {"Authorization": "Bearer "}),
        (HERE, {"X-Forwarded-For": "192.0.2.7"}),
        (HERE, {"Forwarded": "for=192.0.2.7"}),
        (HERE, {"X-Real-IP": "192.0.2.7"}),
        (HERE, {"Via": "1.1 proxy"}),
        (HERE, {"Host": "rebound.example.org:8080"}),
        (HERE, {"Host": "rebound.example.org."}),
    ):
        answer = client.get("/metrics", environ_base=environ, headers=headers)
        assert answer.status_code == 403, (environ, headers)
        assert b"ops.metrics_token" in answer.data
    for host in (
        "localhost:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
        "[::1]",
        "build-3",
        "rumpus.localhost",
        "10.0.0.7",
    ):
        assert client.get("/metrics", environ_base=HERE, headers={"Host": host}).status_code == 200, host


def test_clusterz_is_hidden_from_requests_through_a_proxy(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    client = make_app(Assets(tmp_path), Bundles({}), lambda: True, None, lambda: True).test_client()
    assert client.get("/clusterz", environ_base=THERE).get_json() == {"redis": True}
    proxied = client.get("/clusterz", environ_base=THERE, headers={"X-Forwarded-For": "192.0.2.9"})
    assert proxied.status_code == 404


def test_metrics_with_a_token_need_the_token(tmp_path: Path) -> None:
    client = pages(tmp_path, TOKEN)
    for environ in (HERE, THERE):
        for scheme in ("Bearer", "bearer"):
            right = client.get(
                "/metrics", environ_base=environ, headers={"Authorization": f"{scheme} {TOKEN}"}
            )
            assert right.data == b"figures 1\n"
        for wrong in ({}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Basic {TOKEN}"}):
            answer = client.get("/metrics", environ_base=environ, headers=wrong)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert b"ops.metrics_token" in answer.data
            assert b"Only this machine" not in answer.data, "this machine needs the token, too"


def directives(client: FlaskClient, **headers: str) -> dict[str, list[str]]:
    answer = client.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


def test_a_page_may_connect_to_its_own_host_only(tmp_path: Path) -> None:
    client = pages(tmp_path)
    own = directives(client, Host="play.example.org:8443", X_Forwarded_Host="evil.example")
    assert own["connect-src"] == ["'self'", "ws://play.example.org:8443", "wss://play.example.org:8443"]
    proxied = pages(tmp_path, trusted_proxies=1)
    allowed = directives(proxied, Host="10.0.0.7", X_Forwarded_Host="play.example.org")["connect-src"]
    assert "wss://play.example.org" in allowed


@pytest.mark.parametrize("host", ["a;script-src", "a *", "a' *", "*"])
def test_no_host_can_widen_the_policy(tmp_path: Path, host: str) -> None:
    proxied = pages(tmp_path, trusted_proxies=1)
    policy = directives(proxied, Host="play.example.org", X_Forwarded_Host=host)
    assert policy["connect-src"] == ["'self'", "ws://play.example.org", "wss://play.example.org"]
    assert policy["script-src"] == ["'self'", "'wasm-unsafe-eval'"]


def test_no_page_can_be_framed_by_either_rule(tmp_path: Path) -> None:
    client = pages(tmp_path)
    assert directives(client)["frame-ancestors"] == ["'none'"]
    assert client.get("/").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    ["/", "/r/KX4P7M", "/R/KX4P7M", "/r/KX4P7M).", "/r/%EF%BC%AB%EF%BC%B8", "/tv/KX4P7M", "/TV/KX4P7M"],
)
def test_a_link_leads_to_the_page_however_it_is_written(tmp_path: Path, path: str) -> None:
    assert pages(tmp_path).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/r", "/room/KX4P7M", "/x/KX4P7M"])
def test_other_addresses_get_no_page(tmp_path: Path, path: str) -> None:
    assert pages(tmp_path).get(path).status_code == 404


def test_the_schema_of_the_protocol_is_served_and_not_sent_twice(tmp_path: Path) -> None:
    client = pages(tmp_path)
    first = client.get("/protocol.json")
    assert first.status_code == 200
    assert first.get_json()["commands"]["sit"]["argument"] == {"$ref": "#/$defs/Sit"}
    again = client.get("/protocol.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
