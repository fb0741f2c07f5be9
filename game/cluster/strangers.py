"""Workers that share this world but do not belong together: noticed by what they say of themselves.

Two clusters can be in one Redis by mistake, and one cluster's workers can have been given different secrets
or games. Nothing stops then, and players are hurt where it shows least. So each worker names the others that
do not fit, once each. Pure.
"""

import logging
from collections.abc import Iterable

from game.cluster.peers import Info, Neighbour

Line = tuple[int, str]
"""A line for the log, and how important it is."""


class Strangers:
    """What this worker has noticed."""

    def __init__(self) -> None:
        self._told: dict[str, list[Line]] = {}

    def look(self, mine: Info, others: Iterable[Neighbour]) -> list[Line]:
        """What does not fit and was not told before.

        Args:
            mine: what this worker says of itself.
            others: the other workers that are alive.
        """
        told = {one.process: differences(mine, one) for one in others}
        fresh = [
            line
            for process, lines in told.items()
            for line in lines
            if line not in self._told.get(process, [])
        ]
        self._told = told
        return fresh


def differences(mine: Info, other: Neighbour) -> list[Line]:
    """In which ways another worker does not fit."""
    info = other.info
    who = f"worker {other.process} at {info.address}"
    lines: list[Line] = []
    if mine.secrets and info.secrets:
        if not set(mine.secrets) & set(info.secrets):
            cure = (
                "workers of a world need the same server.secret_file, and each cluster its own cluster.world"
            )
            lines.append((logging.ERROR, f"{who} has another secret: players lose their seats there; {cure}"))
        elif mine.secrets[-1] not in info.secrets or info.secrets[-1] not in mine.secrets:
            cure = "add a new key above the others at all workers, then make it the last"
            lines.append((logging.ERROR, f"{who} and this one refuse each other's newest tokens; {cure}"))
    if mine.rules and info.rules:
        missing = sorted(set(mine.rules) ^ set(info.rules))
        if missing:
            lines.append(
                (logging.WARNING, f"{who} offers other games; only one of us has {', '.join(missing)}")
            )
        both = set(mine.rules) & set(info.rules)
        changed = sorted(name for name in both if mine.rules[name] != info.rules[name])
        if changed:
            names = ", ".join(changed)
            lines.append(
                (logging.WARNING, f"{who} has other rules of {names}; fine while an update is rolled out")
            )
    return lines
