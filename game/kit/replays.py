"""`rumpus replay`: a recorded match, played again by the rules as they are now.

It reads the journals of tests/data/journals/, and the text that a server logs with a desync.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from game.rooms.journal import Entry, Head, Journal
from game.rules import Game, Match
from game.rules.snapshot import BadSnapshot, state_hash
from game.sync.delta import StateEncoder
from game.sync.schema import Schema


class BadRecording(Exception):
    """A file that holds no recorded match; the text says what was found."""


@dataclass
class Recording:
    """A match that was: its set-up, its entries by tick, and what hashes are known of it."""

    head: Head
    ticks: int
    entries: dict[int, list[Entry]]
    hashes: list[int] = field(default_factory=list)
    every: int = 0
    """A hash is known of tick 0 and of each multiple of this; 0: of none."""


def read(path: Path) -> Recording:
    """Read a recording. Raises BadRecording."""
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecording(f"{path}: {error}") from None
    try:
        return _of_json(json.loads(text)) if text.startswith("{") else _of_log(text)
    except (ValueError, KeyError, TypeError, zlib.error, BadSnapshot) as error:
        raise BadRecording(
            f"{path} is neither a journal in JSON nor one from a server's log: {error}"
        ) from None


def _of_json(given: Mapping[str, object]) -> Recording:
    def ints(name: str) -> tuple[int, ...]:
        found = given[name]
        if not isinstance(found, list):
            raise ValueError(f"{name} is no list")
        return tuple(int(value) for value in found)

    ticks, seed, rows = given["ticks"], given["seed"], given["entries"]
    if not isinstance(ticks, int) or not isinstance(seed, int) or not isinstance(rows, list):
        raise ValueError("ticks, seed and entries are not what they should be")
    head = Head(str(given["game"]), ints("chosen"), ints("seats"), ints("teams"), seed)
    entries = {int(tick): [(int(k), int(s), int(a), int(b)) for k, s, a, b in due] for tick, due in rows}
    hashes = list(ints("hashes")) if "hashes" in given else []
    every = ticks // (len(hashes) - 1) if len(hashes) > 1 else 0
    return Recording(head, ticks, entries, hashes, every)


def _of_log(text: str) -> Recording:
    packed = text.rsplit("journal (zlib, base85): ", maxsplit=1)[-1].split(maxsplit=1)[0]
    journal = Journal.parse(zlib.decompress(base64.b85decode(packed)))
    last = journal.rows[-1].tick if journal.rows else 0
    return Recording(journal.head, last + 1, {row.tick: list(row.entries) for row in journal.rows})


def play(game: Game, recording: Recording, until: int | None = None) -> tuple[Match, list[int]]:
    """The match after its last tick, or at tick `until`, and the ticks whose hash is not the recorded one."""
    head = recording.head
    m = Match(game, list(head.chosen), list(head.seats), list(head.teams), head.seed)
    m.begin()
    differing = _compared(recording, m)
    while m.tick < (recording.ticks if until is None else min(until, recording.ticks)):
        m.step(recording.entries.get(m.tick, []))
        differing += _compared(recording, m)
    return m, differing


def _compared(recording: Recording, m: Match) -> list[int]:
    every = recording.every
    if every == 0 or m.tick % every or m.tick // every >= len(recording.hashes):
        return []
    return [] if state_hash(m) == recording.hashes[m.tick // every] else [m.tick]


def describe(m: Match) -> str:
    """Where a match stands, for a person: tick, hash, ranking if decided, else the state that all see."""
    lines = [f"{m.game.title}, tick {m.tick} ({m.tick / m.game.tick_hz:.1f} s), hash {state_hash(m):07x}"]
    if m.over:
        lines += [f"  {place.place}. seat {place.seat}: {place.points}" for place in m.places]
    else:
        encoder = StateEncoder(Schema.of(m.game))
        encoder.start(m.state)
        lines.append(json.dumps(encoder.full_json()))
    return "\n".join(lines)
