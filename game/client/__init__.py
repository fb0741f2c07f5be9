"""The reference client: what `docs/protocol.md` says, spoken by a program.

`Client` is comfortable and follows everything; `RawClient` is cheap and made for load; a `Traveller` stays in
its room whatever happens to connections. None of them knows anything of the server but its protocol, so what
works with them works from outside.
"""

from game.client.client import Client
from game.client.follower import Follower
from game.client.raw import RawClient
from game.client.refused import ConnectionRefused, NoAnswer, Refused
from game.client.traveller import Traveller

__all__ = ["Client", "ConnectionRefused", "Follower", "NoAnswer", "RawClient", "Refused", "Traveller"]
