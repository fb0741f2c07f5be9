"""The life of a room as a table: what may happen in which phase, and where it leads."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a room stands."""

    LOBBY = "lobby"
    COUNTDOWN = "countdown"
    LIVE = "live"
    PAUSED = "paused"
    RESULTS = "results"


class Turn(StrEnum):
    """What moves a room from one phase to another."""

    START = "start"
    CANCEL = "cancel"
    ELAPSED = "elapsed"
    PAUSE = "pause"
    RESUME = "resume"
    DECIDED = "decided"
    RETURN = "return"


TRANSITIONS: dict[tuple[Phase, Turn], Phase] = {
    (Phase.LOBBY, Turn.START): Phase.COUNTDOWN,
    (Phase.RESULTS, Turn.START): Phase.COUNTDOWN,
    (Phase.COUNTDOWN, Turn.CANCEL): Phase.LOBBY,
    (Phase.COUNTDOWN, Turn.ELAPSED): Phase.LIVE,
    (Phase.LIVE, Turn.PAUSE): Phase.PAUSED,
    (Phase.PAUSED, Turn.RESUME): Phase.LIVE,
    (Phase.LIVE, Turn.DECIDED): Phase.RESULTS,
    (Phase.PAUSED, Turn.DECIDED): Phase.RESULTS,
    (Phase.LIVE, Turn.RETURN): Phase.LOBBY,
    (Phase.PAUSED, Turn.RETURN): Phase.LOBBY,
    (Phase.RESULTS, Turn.RETURN): Phase.LOBBY,
}


class WrongPhase(ValueError):
    """This turn is not possible in this phase."""


def after(phase: Phase, turn: Turn) -> Phase:
    """The phase that `turn` leads to. Raises WrongPhase when the table has no such step."""
    try:
        return TRANSITIONS[phase, turn]
    except KeyError:
        raise WrongPhase(f"{turn} is not possible in {phase}") from None
