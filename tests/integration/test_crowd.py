"""A hundred real connections in one room of All Thumbs: the traffic of each, and that no secret is sent."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.crowd import OPEN, REVEAL, Crowd, Guest
from game.games.thumbs import party
from game.games.thumbs.tuning import KINDS
from game.protocol.frames import STATE
from game.rules import ALL, Entity
from tests.integration.serving import Server

SOURCE = Path(party.__file__).parent
CANARY = b"Quetzalcoatlus"
PACK = f"""title = "Birds"
[[question]]
ask = "What is read aloud?"
say = "{CANARY.decode()}"
[[question]]
ask = "What has answers?"
right = "{CANARY.decode()}"
wrong = ["Wren", "Heron", "Ibis"]
"""
ROOMY = {"RUMPUS_SERVER__MAX_CONNECTIONS_PER_ADDRESS": "1000"}


def hidden(kind: type[Entity]) -> set[str]:
    """The private fields of All Thumbs."""
    kind.settle()
    return {field.name for field in kind.fields if field.see != ALL}


class Inspector:
    """Searches all bytes that are sent to each player for secrets."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.leaks: set[str] = set()
        self.seen: set[tuple[int, int]] = set()
        self.shared: dict[int, set[bytes]] = {}
        """States by tick: all players get the same bytes."""
        self._of_player, self._of_party = hidden(party.Player), hidden(party.Party)
        for guest in crowd.guests:
            guest.client.on_frame = guest.frames.append

    def look(self, guest: Guest, state: dict[str, Any]) -> None:
        """Check what a player was sent since the last call, and the view that results."""
        is_host = guest is self.crowd.guests[0]
        place = guest.client.place
        assert place is not None
        before = state["phase"] < REVEAL
        self.seen.add((state["kind"], state["phase"]))
        self._names(state)
        if before:
            self._values(state)
            told_late = state["phase"] < OPEN or KINDS[state["kind"]] == "buzz"
            if told_late and not is_host and any(CANARY in frame for frame in guest.frames):
                self.leaks.add("an answer before its time, in the bytes")
        parts = place.match.private_parts - {(False, place.seat)}
        if parts - ({(True, 0)} if is_host else set()):
            self.leaks.add("a private part of somebody else")
        own = place.match.secret(place.seat) if place.seat is not None else None
        if own is not None and set(own.get("players", {})) - {place.seat}:
            self.leaks.add("somebody else in one's own private part")
        for frame in guest.frames:
            if frame[0] & 0x0F == STATE and len(guest.frames) == 1:
                self.shared.setdefault(place.match.tick, set()).add(frame)
        guest.frames.clear()

    def _names(self, state: dict[str, Any]) -> None:
        self.leaks |= {f"Party.{name}" for name in self._of_party & set(state)}
        for player in state["players"].values():
            self.leaks |= {f"Player.{name}" for name in self._of_player & set(player)}

    def _values(self, state: dict[str, Any]) -> None:
        if (state["answer"], state["who"]) != (-1, -1):
            self.leaks.add("the outcome before its time")
        if KINDS[state["kind"]] != "insider" and any(state["counts"]):
            self.leaks.add("picks before their time")
        if any((player["shown"], player["ms"]) != (-1, 0) for player in state["players"].values()):
            self.leaks.add("somebody's pick before its time")


def search(server: Server, people: int, name: str, kinds: Sequence[str]) -> Inspector:
    """Play a match with a round of each kind, and search all that is sent."""
    options = {"kinds": list(kinds), "rounds": len(kinds), "seconds": 8}
    with Crowd(server.url, people, game=name, options=options, pack=PACK, hurry=True) as crowd:
        crowd.start()
        inspector = Inspector(crowd)
        crowd.play(120, inspector.look)
        assert crowd.phase == "results"
        assert all(guest.pressed for guest in crowd.guests)
        assert not any(guest.client.gaps for guest in crowd.guests)
    return inspector


@pytest.mark.timeout(180)
def test_a_hundred_play_and_no_secret_is_sent(serve: Callable[..., Server]) -> None:
    server = serve(**ROOMY)
    inspector = search(server, 100, "thumbs", KINDS)
    assert inspector.leaks == set()
    assert {kind for kind, phase in inspector.seen if phase == OPEN} == set(range(len(KINDS)))
    assert len(inspector.shared) > 100
    assert max(map(len, inspector.shared.values())) == 1, "the shared states hold nothing for anybody alone"


SPOILS = {
    "Player.pick": ("pick = Int(-1, -1, 3, see=OWNER,", "pick = Int(-1, -1, 3,"),
    "Player.turn": ("turn = Count(max=100, see=HOST,", "turn = Count(max=100,"),
    "Party.key": ('key = Int(-1, -1, 3, see=NOBODY, doc="the right button")', "key = Int(-1, -1, 3)"),
    "an answer before its time, in the bytes": ("cue = Text(80, see=HOST,", "cue = Text(80,"),
    "picks before their time": (
        "        p.pick = button\n",
        "        p.pick = button\n        count_picks(s)\n",
    ),
}
ROOM = ('title = Text(40, doc="name of the pack of questions")', "title = Text(40, see=NOBODY)")
"""The number of fields in a view is limited: one that is not looked at makes room for the secrets."""


@pytest.mark.timeout(120)
def test_the_search_finds_every_leak(serve: Callable[..., Server], tmp_path: Path) -> None:
    """With All Thumbs changed so that it sends secrets, the search finds each of them."""
    folder = tmp_path / "leaky"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for old, new in (('name = "thumbs"', 'name = "leaky"'), ROOM, *SPOILS.values()):
        (file,) = [path for path in folder.glob("*.py") if old in path.read_text()]
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))
    server = serve(**ROOMY, RUMPUS_GAMES__FOLDERS=str(tmp_path), RUMPUS_GAMES__ENABLED="trails,leaky")
    assert search(server, 4, "leaky", ["odd", "buzz", "pack"]).leaks >= set(SPOILS)
