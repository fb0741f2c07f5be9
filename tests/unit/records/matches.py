"""Matches of bots as a record keeps them, for tests."""

import zlib

from game.kit.trials import Trial, bot_match
from game.records.verify import KeptMatch
from game.rooms.ended_match import EndedMatch, EndedSeat
from game.rooms.journal import Head, Journal
from game.rooms.rules_document import RulesDocument, rules_document
from game.rules import Game
from game.rules.snapshot import state_hash


def journal_of(trial: Trial) -> Journal:
    """The journal of a match of bots."""
    journal = Journal(
        Head(trial.game.name, tuple(trial.chosen), tuple(trial.seats), tuple(trial.teams()), trial.seed)
    )
    for tick, due in sorted(trial.entries.items()):
        journal.append(tick, due, [0] * len(due))
    return journal


def kept(
    game: Game, seed: int, *, match_id: str = "", seats: int = 2, ticks: int = 300
) -> tuple[KeptMatch, RulesDocument]:
    """A match of bots, as a record keeps it, and the rules that it was played by."""
    document = rules_document(game)
    trial = bot_match(game, range(seats), seed, ticks=ticks)
    m = trial.until(trial.ticks)
    match = KeptMatch(
        id=match_id or f"match{seed:05}",
        rules=document.hash,
        ticks=trial.ticks,
        final_hash=state_hash(m),
        outcome="decided" if trial.over else "left",
        places=[(one.seat, one.place, one.points) for one in m.places],
        journal=zlib.compress(journal_of(trial).pack()),
    )
    return match, document


def ended_match(match: KeptMatch, ended_ms: int = 1_700_000_000_000) -> EndedMatch:
    """The same match as the database takes it."""
    assert match.journal is not None
    seats = [
        EndedSeat(
            seat=seat,
            device="",
            bot=True,
            level=1,
            style=0,
            name=f"Bot {seat}",
            colour=seat,
            shape=seat,
            team=0,
            place=place,
            points=points,
            awards=[],
        )
        for seat, place, points in match.places
    ]
    return EndedMatch(
        id=match.id,
        game="trails",
        title="Loose Ends",
        tick_hz=30,
        rules=match.rules,
        options={},
        preset="",
        started_ms=ended_ms - match.ticks * 33,
        ended_ms=ended_ms,
        ticks=match.ticks,
        outcome=match.outcome,
        visibility="link",
        room_kind="private",
        final_hash=match.final_hash,
        journal=match.journal,
        seats=seats,
        rounds=[],
    )
