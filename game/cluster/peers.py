"""The other workers: what they say of themselves, and how one asks them when Redis is silent."""

import http.client
import json

import msgspec

ASK_S = 0.4


class Info(msgspec.Struct, frozen=True):
    """What a worker tells with every heartbeat.

    `load` is the share of a core that it uses; `steady`: it has seen the store for long enough to take over
    rooms of the dead. `rules` has the hash of each game's rules, `format` is the newest format of a frozen
    room that it reads, and `layout` a hash of that format; `secrets` are fingerprints of its keys, where it
    signs with the last. Older workers say none of these.
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
            rules: the hash of the rules that its match is played by; "": no match runs, or nobody knows.
            format: the format in which the room is frozen.
        """
        return game in self.rules and rules in ("", self.rules[game]) and format <= self.format


class Neighbour(msgspec.Struct, frozen=True):
    """A worker that is alive."""

    process: str
    wid: str
    info: Info


def sees_store(address: str) -> bool:
    """Ask a worker over HTTP whether it sees the store; False when it does not answer."""
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=ASK_S)
    try:
        connection.request("GET", "/clusterz")
        told = json.loads(connection.getresponse().read(1024))
        return isinstance(told, dict) and told.get("redis") is True
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
