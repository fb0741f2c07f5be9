"""Rendezvous hashing: all workers pick the same one for a room, and few rooms move when one comes or goes."""

from collections.abc import Iterable
from hashlib import blake2b


def winner(code: str, candidates: Iterable[str]) -> str | None:
    """The candidate with the highest hash together with the room's code; None when there are none."""
    return max(candidates, key=lambda name: blake2b(f"{code} {name}".encode()).digest(), default=None)
