"""What the server prints when it is ready."""

import pytest

from game import serve


@pytest.mark.parametrize(
    ("host", "others"),
    [
        ("0.0.0.0", True),
        ("192.0.2.7", True),
        ("127.0.0.1", False),
        ("127.0.0.9", False),
        ("::1", False),
        ("localhost", False),
    ],
)
def test_an_address_for_others_is_printed_only_if_others_can_reach_the_server(
    host: str, others: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "lan_address", lambda: "192.0.2.7")
    serve.announce(host, 9000, "")
    printed = capsys.readouterr().out
    assert "http://localhost:9000/" in printed
    assert ("http://192.0.2.7:9000/" in printed) == others
