"""The states of a connection, as tables: what each event does in each state.

Theory of operation. A connection is one Engine.IO session and, sooner or later, its one WebSocket. Each has a
table here. A row says which state follows and which effect the connection carries out; `connection.py` holds
the effects. A pair without a row cannot happen, and raises `ImpossibleEvent`.

The session::

    OPENING ─► POLLING ◄─► UPGRADING ─► WEBSOCKET        any of them ─► CLOSING ─► CLOSED
       └──────────────────────────────────▲

The WebSocket's closing handshake (RFC 6455, section 7)::

    OPEN ─► CLOSE_SENT or CLOSE_RECEIVED ─► GONE

What the connection's greenlet does is not a table, since each `Turn` has one successor.
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from typing import Final, TypeVar


class ImpossibleEvent(RuntimeError):
    """An event in a state that has no row for it: a fault of the transport."""


class State(IntEnum):
    """Where an Engine.IO session stands."""

    OPENING = auto()
    """The connect handlers run; the client has not got its session id."""
    POLLING = auto()
    """The client uses long-polling."""
    UPGRADING = auto()
    """The client uses long-polling, and one of its WebSockets is about to take over."""
    WEBSOCKET = auto()
    """The client uses its WebSocket."""
    CLOSING = auto()
    """The disconnect handlers run."""
    CLOSED = auto()
    """The session is over; its WebSocket may still say goodbye."""


class Event(IntEnum):
    """What happens to an Engine.IO session."""

    ACCEPT = auto()
    """The connect handlers accepted a client that uses long-polling."""
    PROBE = auto()
    """A WebSocket has begun to take over from long-polling."""
    PROBE_FAILED = auto()
    """That WebSocket did not see it through."""
    ATTACH = auto()
    """A WebSocket is there to be used."""
    CLOSE = auto()
    """The session has to end."""
    HANDLED = auto()
    """The disconnect handlers have returned."""


class Effect(IntEnum):
    """What a connection does when its session changes its state."""

    NOTHING = auto()
    END_POLL = auto()
    """Answer the request that waits for packets."""
    SWITCH = auto()
    """Send what is queued, and everything from now on, over the WebSocket."""
    RUN_HANDLERS = auto()
    """Run the disconnect handlers."""
    RELEASE = auto()
    """Leave all channels, forget callbacks, begin to close the transport."""


class Closing(IntEnum):
    """Where the WebSocket stands in its closing handshake."""

    OPEN = auto()
    CLOSE_SENT = auto()
    """We have begun to close it: nothing is sent any more, what comes is dropped."""
    CLOSE_RECEIVED = auto()
    """The client has begun to close it, and has its answer."""
    GONE = auto()
    """The TCP connection is broken or closed."""


class ClosingEvent(IntEnum):
    """What happens to a WebSocket."""

    END = auto()
    """We close it."""
    PEER_CLOSE = auto()
    """The client's close frame has come."""
    LOST = auto()
    """The TCP connection has broken, or was cut."""


class ClosingEffect(IntEnum):
    """What a connection does when its WebSocket changes its state."""

    NOTHING = auto()
    SEND_CLOSE = auto()
    """Send a close frame behind what is queued; drop what has come and was not handled."""
    ANSWER_CLOSE = auto()
    """Send a close frame behind what is queued; what has come before the client's is still handled."""
    STOP_READING = auto()
    """Nothing can come any more."""


class Turn(IntEnum):
    """What the connection's greenlet does; RUNNING ─► IDLE ─► PENDING ─► CALLED ─► RUNNING."""

    RUNNING = auto()
    IDLE = auto()
    """It waits, and every message has been handled: a short one may be handled without the greenlet."""
    PENDING = auto()
    """It waits, and there are messages for it."""
    CALLED = auto()
    """It waits, and will be woken."""


TRANSITIONS: Final[Mapping[tuple[State, Event], tuple[State, Effect]]] = {
    (State.OPENING, Event.ACCEPT): (State.POLLING, Effect.NOTHING),
    (State.OPENING, Event.ATTACH): (State.WEBSOCKET, Effect.SWITCH),
    (State.OPENING, Event.CLOSE): (State.CLOSING, Effect.RUN_HANDLERS),
    (State.POLLING, Event.PROBE): (State.UPGRADING, Effect.END_POLL),
    (State.POLLING, Event.CLOSE): (State.CLOSING, Effect.RUN_HANDLERS),
    (State.UPGRADING, Event.PROBE_FAILED): (State.POLLING, Effect.NOTHING),
    (State.UPGRADING, Event.ATTACH): (State.WEBSOCKET, Effect.SWITCH),
    (State.UPGRADING, Event.CLOSE): (State.CLOSING, Effect.RUN_HANDLERS),
    (State.WEBSOCKET, Event.CLOSE): (State.CLOSING, Effect.RUN_HANDLERS),
    # Handlers may take their time, and others may want to end the session meanwhile.
    (State.CLOSING, Event.PROBE_FAILED): (State.CLOSING, Effect.NOTHING),
    (State.CLOSING, Event.CLOSE): (State.CLOSING, Effect.NOTHING),
    (State.CLOSING, Event.HANDLED): (State.CLOSED, Effect.RELEASE),
    (State.CLOSED, Event.PROBE_FAILED): (State.CLOSED, Effect.NOTHING),
    (State.CLOSED, Event.CLOSE): (State.CLOSED, Effect.NOTHING),
}

CLOSING_TRANSITIONS: Final[Mapping[tuple[Closing, ClosingEvent], tuple[Closing, ClosingEffect]]] = {
    (Closing.OPEN, ClosingEvent.END): (Closing.CLOSE_SENT, ClosingEffect.SEND_CLOSE),
    (Closing.OPEN, ClosingEvent.PEER_CLOSE): (Closing.CLOSE_RECEIVED, ClosingEffect.ANSWER_CLOSE),
    (Closing.OPEN, ClosingEvent.LOST): (Closing.GONE, ClosingEffect.STOP_READING),
    (Closing.CLOSE_SENT, ClosingEvent.END): (Closing.CLOSE_SENT, ClosingEffect.NOTHING),
    (Closing.CLOSE_SENT, ClosingEvent.LOST): (Closing.GONE, ClosingEffect.STOP_READING),
    (Closing.CLOSE_RECEIVED, ClosingEvent.END): (Closing.CLOSE_RECEIVED, ClosingEffect.NOTHING),
    (Closing.CLOSE_RECEIVED, ClosingEvent.LOST): (Closing.GONE, ClosingEffect.STOP_READING),
    (Closing.GONE, ClosingEvent.END): (Closing.GONE, ClosingEffect.NOTHING),
    (Closing.GONE, ClosingEvent.LOST): (Closing.GONE, ClosingEffect.NOTHING),
}

S = TypeVar("S", bound=IntEnum)
E = TypeVar("E", bound=IntEnum)
F = TypeVar("F", bound=IntEnum)


def follow(table: Mapping[tuple[S, E], tuple[S, F]], state: S, event: E) -> tuple[S, F]:
    """Look up what follows.

    Returns:
        the next state, and the effect.

    Raises:
        ImpossibleEvent: the table has no row for this pair.
    """
    try:
        return table[state, event]
    except KeyError:
        raise ImpossibleEvent(f"{event.name} in state {state.name}") from None
