"""The reference client: implements `docs/protocol.md` for programs and tests.

`Client` is convenient and keeps the state of its room and match; `RawClient` is cheap and made for load;
`ReconnectingClient` stays in its room when connections end or move. They use nothing of the server but its
protocol.
"""

from game.client.client import Client
from game.client.follower import Follower
from game.client.raw import RawClient
from game.client.reconnecting import ReconnectingClient
from game.client.refused import ConnectionRefused, NoAnswer, Refused

__all__ = [
    "Client",
    "ConnectionRefused",
    "Follower",
    "NoAnswer",
    "RawClient",
    "ReconnectingClient",
    "Refused",
]
