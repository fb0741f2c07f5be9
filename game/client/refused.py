"""What can go wrong between a client and the server, as typed errors."""

from typing import Any

from game.rooms.errors import Refused

__all__ = ["ConnectionRefused", "NoAnswer", "Refused", "answer_of"]


class ConnectionRefused(Exception):
    """The server does not let this client in; `code` is the protocol's code, "" if it gave none."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NoAnswer(Exception):
    """The server did not answer, or not within the time, or the connection went away meanwhile."""


def answer_of(event: str, told: object) -> dict[str, Any]:
    """What an acknowledgement holds. Raises Refused when it says no, NoAnswer when it is none."""
    if not isinstance(told, dict) or not isinstance(told.get("ok"), bool):
        raise NoAnswer(f"{event} was answered with {told!r:.80}")
    if not told["ok"]:
        raise Refused(str(told.get("code")), str(told.get("message")))
    return told
