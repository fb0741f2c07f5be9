"""The other workers: what they report of themselves, whether they fit, and which of them a room prefers."""

import http.client
import json
import logging
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

ASK_S = 0.4


class PeerInfo(msgspec.Struct, frozen=True):
    """What a worker reports with every heartbeat. Older workers leave out the fields that have a default.

    Attributes:
        address: host and port at which other workers reach it over HTTP.
        draining: it gives its rooms away and takes none.
        load: the share of a core that it uses, 0 to 1.
        rooms: how many rooms it owns.
        steady: it has seen the store for long enough to take over rooms of lost peers.
        rules: the hash of each game's rules.
        format: the newest format of a frozen room that it reads.
        layout: a hash of that format.
        secrets: fingerprints of its keys; it signs with the last.
    """

    address: str
    draining: bool
    load: float
    rooms: int
    steady: bool
    rules: dict[str, str] = {}
    format: int = 1
    layout: str = ""
    secrets: tuple[str, ...] = ()

    def plays(self, game: str, rules: str, format: int) -> bool:
        """Whether it can go on with a room.

        Args:
            game: the room's game.
            rules: the hash of the rules that its match is played by; "" when no match runs or it is unknown.
            format: the format in which the room is frozen.

        Returns:
            Whether it has the game, the same rules and reads the format.
        """
        return game in self.rules and rules in ("", self.rules[game]) and format <= self.format


class Peer(msgspec.Struct, frozen=True):
    """A worker that is alive: its process's name, its lease, and what it reports."""

    process: str
    lease_id: str
    info: PeerInfo


def sees_store(address: str) -> bool:
    """Ask a worker over HTTP whether it sees the store; False when it does not answer."""
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=ASK_S)
    try:
        connection.request("GET", "/clusterz")
        answer = json.loads(connection.getresponse().read(1024))
        return isinstance(answer, dict) and answer.get("redis") is True
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def preferred(code: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a room prefers, the same at every worker.

    This is rendezvous hashing: few rooms change their preference when a worker comes or goes.

    Args:
        code: the room's code.
        candidates: processes.

    Returns:
        None when there are no candidates.
    """
    return max(candidates, key=lambda name: blake2b(f"{code} {name}".encode()).digest(), default=None)


# --- workers that do not fit ------------------------------------------------------------------------

LogLine = tuple[int, str]
"""A level of `logging`, and a text."""


class MismatchReport:
    """Names the workers that share this world but do not fit, each once.

    Two clusters can be in one Redis by mistake, and the workers of one cluster can have been given different
    secrets or games. Nothing stops then, but players lose seats and matches.
    """

    def __init__(self) -> None:
        self._reported: dict[str, list[LogLine]] = {}

    def update(self, mine: PeerInfo, peers: Iterable[Peer]) -> list[LogLine]:
        """What does not fit and was not reported before.

        Args:
            mine: what this worker reports of itself.
            peers: the other workers that are alive.

        Returns:
            The lines to log.
        """
        found = {peer.process: mismatches(mine, peer) for peer in peers}
        fresh = [
            line
            for process, lines in found.items()
            for line in lines
            if line not in self._reported.get(process, [])
        ]
        self._reported = found
        return fresh


def mismatches(mine: PeerInfo, peer: Peer) -> list[LogLine]:
    """What does not fit between this worker and a peer."""
    info = peer.info
    name = f"worker {peer.process} at {info.address}"
    return [*_secret_mismatches(mine, info, name), *_rule_mismatches(mine, info, name)]


def _secret_mismatches(mine: PeerInfo, info: PeerInfo, name: str) -> list[LogLine]:
    if not mine.secrets or not info.secrets:
        return []
    if not set(mine.secrets) & set(info.secrets):
        cure = "workers of a world need the same server.secret_file, and each cluster its own cluster.world"
        return [(logging.ERROR, f"{name} has another secret: players lose their seats there; {cure}")]
    if mine.secrets[-1] not in info.secrets or info.secrets[-1] not in mine.secrets:
        cure = "add a new key above the others at all workers, then make it the last"
        return [(logging.ERROR, f"{name} and this one refuse each other's newest tokens; {cure}")]
    return []


def _rule_mismatches(mine: PeerInfo, info: PeerInfo, name: str) -> list[LogLine]:
    if not mine.rules or not info.rules:
        return []
    lines: list[LogLine] = []
    missing = sorted(set(mine.rules) ^ set(info.rules))
    if missing:
        lines.append((logging.WARNING, f"{name} offers other games; only one of us has {', '.join(missing)}"))
    both = set(mine.rules) & set(info.rules)
    changed = ", ".join(sorted(game for game in both if mine.rules[game] != info.rules[game]))
    if changed:
        text = f"{name} has other rules of {changed}; fine while an update is rolled out"
        lines.append((logging.WARNING, text))
    return lines
