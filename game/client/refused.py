"""The errors of a client."""

from typing import Any

from game.rooms.errors import Refused

__all__ = ["ConnectionRefused", "NoAnswer", "Refused", "answer_of"]


class ConnectionRefused(Exception):
    """The server refuses this client; `code` is the protocol's code, or ""."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NoAnswer(Exception):
    """The server did not answer in time, or the connection ended."""


def answer_of(event: str, data: object) -> dict[str, Any]:
    """Check an acknowledgement.

    Args:
        event: the command.
        data: what was received.

    Returns:
        the fields of the answer.

    Raises:
        Refused: the server refused the command.
        NoAnswer: it is not an answer of the protocol.
    """
    if not isinstance(data, dict) or not isinstance(data.get("ok"), bool):
        raise NoAnswer(f"{event} was answered with {data!r:.80}")
    if not data["ok"]:
        raise Refused(str(data.get("code")), str(data.get("message")))
    return data
