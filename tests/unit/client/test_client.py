"""The convenient client: what it says when it cannot connect."""

import pytest

from game.client import Client, NoAnswer
from game.client import client as module


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(NoAnswer, match="pip install websocket-client"):
        Client("http://localhost:1").connect()
