"""Every event in every state: what follows is written here a second time, as plain text, and compared."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import pytest

from game.transport.slow_client import FLOWS, Flow, FlowEvent
from game.transport.states import (
    CLOSING_TRANSITIONS,
    TRANSITIONS,
    Closing,
    ClosingEvent,
    Event,
    ImpossibleEvent,
    State,
    follow,
)

SESSION = """
              ACCEPT             PROBE                PROBE_FAILED       ATTACH            CLOSE                HANDLED
OPENING       POLLING/NOTHING    -                    -                  WEBSOCKET/SWITCH  CLOSING/RUN_HANDLERS -
POLLING       -                  UPGRADING/END_POLL   -                  -                 CLOSING/RUN_HANDLERS -
UPGRADING     -                  -                    POLLING/NOTHING    WEBSOCKET/SWITCH  CLOSING/RUN_HANDLERS -
WEBSOCKET     -                  -                    -                  -                 CLOSING/RUN_HANDLERS -
CLOSING       -                  -                    CLOSING/NOTHING    -                 CLOSING/NOTHING      CLOSED/RELEASE
CLOSED        -                  -                    CLOSED/NOTHING     -                 CLOSED/NOTHING       -
"""  # noqa: E501  a table
WEBSOCKET = """
                END                     PEER_CLOSE                   LOST
OPEN            CLOSE_SENT/SEND_CLOSE   CLOSE_RECEIVED/ANSWER_CLOSE  GONE/STOP_READING
CLOSE_SENT      CLOSE_SENT/NOTHING      -                            GONE/STOP_READING
CLOSE_RECEIVED  CLOSE_RECEIVED/NOTHING  -                            GONE/STOP_READING
GONE            GONE/NOTHING            -                            GONE/NOTHING
"""
FLOW = """
         SLOW         CAUGHT_UP     RESUME
FLOWING  STALE/True   FLOWING/False FLOWING/False
STALE    STALE/False  DRAINED/True  STALE/False
DRAINED  STALE/False  DRAINED/False FLOWING/False
"""


def rows(text: str) -> dict[tuple[str, str], str]:
    events, *lines = (line.split() for line in text.strip().splitlines())
    return {
        (state, event): cell for state, *cells in lines for event, cell in zip(events, cells, strict=True)
    }


def outcome(table: Mapping[Any, Any], state: IntEnum, event: IntEnum) -> str:
    try:
        following, effect = follow(table, state, event)
    except ImpossibleEvent as error:
        return "-" if str(error) == f"{event.name} in state {state.name}" else str(error)
    return f"{following.name}/{effect.name}"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_what_an_event_does_to_a_session(state: State, event: Event) -> None:
    assert outcome(TRANSITIONS, state, event) == rows(SESSION)[state.name, event.name]


@pytest.mark.parametrize("state", Closing)
@pytest.mark.parametrize("event", ClosingEvent)
def test_what_an_event_does_to_a_websocket(state: Closing, event: ClosingEvent) -> None:
    assert outcome(CLOSING_TRANSITIONS, state, event) == rows(WEBSOCKET)[state.name, event.name]


@pytest.mark.parametrize("state", Flow)
@pytest.mark.parametrize("event", FlowEvent)
def test_what_an_event_does_to_the_flow_of_messages(state: Flow, event: FlowEvent) -> None:
    following, notified = FLOWS[state, event]
    assert f"{following.name}/{notified}" == rows(FLOW)[state.name, event.name]
