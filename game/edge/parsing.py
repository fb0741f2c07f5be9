"""Parsing: an event of a client becomes a checked command. Pure functions, no state.

Whatever a client sends either becomes a command of an exact shape or raises BadMessage.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from game.protocol import commands as c
from game.rooms.handlers import HANDLERS, Preparation


class BadMessage(ValueError):
    """A message that is not a command of the protocol; the text says what is wrong."""


class Parsed(NamedTuple):
    """A checked command; `slow` prepares it in a thread before a room can take it."""

    command: c.Command
    slow: Preparation | None


def parse_command(name: str, arguments: Sequence[object]) -> Parsed:
    """Check the event `name` and convert its argument.

    Returns:
        the command.

    Raises:
        BadMessage: there is no such command, or the argument does not have its shape.
    """
    spec = c.COMMANDS.get(name)
    if spec is None:
        raise BadMessage(f"There is no command {name[:32]}.")
    handler = HANDLERS.get(name)
    slow = handler.slow if handler is not None else None
    payload = arguments[0] if arguments else {}
    if len(arguments) > 1 or not isinstance(payload, dict):
        raise BadMessage(f"{name} takes one object.")
    try:
        command = msgspec.convert(payload, spec.argument)
        if slow is None:
            msgspec.msgpack.encode(command)  # whether it could be sent on to another worker
    except msgspec.ValidationError as error:
        raise BadMessage(f"{name}: {error}") from None
    except UnicodeEncodeError:
        raise BadMessage(f"{name}: half a surrogate pair is no text.") from None
    return Parsed(command, slow)


def parse_clock(arguments: Sequence[object]) -> float:
    """Check a `clock` request.

    Returns:
        the client's time, in milliseconds of its own clock.

    Raises:
        BadMessage: it is not a number, or too great to be exact, or there is more than that.
    """
    argument = arguments[0] if len(arguments) == 1 else None
    if not isinstance(argument, dict) or not argument.keys() <= {"client"}:
        raise BadMessage("clock takes one object with the client's time.")
    client = argument.get("client")
    if isinstance(client, bool) or not isinstance(client, (int, float)):
        raise BadMessage("clock takes the client's time as a number.")
    if not -c.MOST_CLOCK <= client <= c.MOST_CLOCK:  # NaN fails here, too
        raise BadMessage("clock takes the client's time as a number.")
    return client
