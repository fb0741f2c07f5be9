"""Kept matches for the pages: looked up in the records, limited, and held in memory for some seconds.

What is in memory costs nothing and is not limited. A look-up goes to the database through its threads: a few
at a time, and the look-ups of a network are limited. While the database fails, what is in memory is served.
"""

import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

import gevent
from msgspec import UNSET

from game.edge.assets import Asset, make_asset
from game.protocol.http import MATCH_ID, RULES_HASH, MatchAward, MatchInfo, MatchSeat
from game.rooms.ended_match import EndedMatch
from game.rooms.nobody_won import Rank, why_nobody_won
from game.rooms.rate_limit import Bucket
from game.transport.sampling import Sampler

if TYPE_CHECKING:  # a worker without records does not load the database's client
    from game.records.store import StoredMatch

log = logging.getLogger("rumpus.edge")

FRESH_S = 20.0
"""How long a match is served from memory before it is looked up again: it may have been deleted."""
ABSENT_S = 1.0
"""The same for a match that was not there: another worker may be about to write it."""
MAX_LOOKUPS = 16
"""Look-ups at the same time; if the database hangs, others are refused at once."""
MAX_MATCHES = 4000
MAX_FILE_BYTES = 32 << 20
"""Of journals and rules documents in memory, each."""
MAX_NETWORKS = 10_000

_MATCH_ID = re.compile(MATCH_ID)
_RULES_HASH = re.compile(RULES_HASH)

T = TypeVar("T")


class Problem(Exception):
    """Why a match, a journal or rules cannot be shown; `code` is one of `game.protocol.http.PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Records(Protocol):
    """What is used here of a `Recorder`. All methods may wait, and raise if the database fails."""

    def find(self, match_id: str) -> "StoredMatch | None":
        """A match."""

    def find_journal(self, match_id: str) -> bytes | None:
        """A match's journal, compressed with zlib."""

    def find_rules(self, rules_hash: str) -> bytes | None:
        """The body of a rules document."""

    def keep_longer(self, match_id: str) -> None:
        """Keep the journal of a match as long as that of a shared one."""


class KeptMatch(NamedTuple):
    """A match as clients may see it."""

    info: MatchInfo
    has_journal: bool


class _Lru(Generic[T]):
    """Values by key; beyond a total size those that were not used for longest are dropped."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._values: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._size = 0

    def get(self, key: str) -> T | None:
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: str, value: T, size: int) -> None:
        old = self._values.pop(key, None)
        self._size += size - (0 if old is None else old[1])
        self._values[key] = (value, size)
        while self._size > self._max_size:
            self._size -= self._values.popitem(last=False)[1][1]


class KeptMatches:
    """The kept matches, as one worker serves them.

    Args:
        records: where they are; None: this server keeps none.
        rules_here: finds the rules documents of this worker's games by hash: clips need no record.
        per_s, burst: look-ups of one network, on average and at once.
        now_s: a clock that only goes forward, in seconds.
    """

    def __init__(
        self,
        records: Records | None,
        rules_here: Callable[[str], Asset | None],
        per_s: float,
        burst: int,
        now_s: Callable[[], float],
    ) -> None:
        self._records = records
        self._rules_here = rules_here
        self._per_s, self._burst = per_s, burst
        self._now_s = now_s
        self._matches: _Lru[tuple[KeptMatch | None, float]] = _Lru(MAX_MATCHES)
        self._journals: _Lru[Asset] = _Lru(MAX_FILE_BYTES)
        self._rules: _Lru[Asset] = _Lru(MAX_FILE_BYTES)
        self._networks: OrderedDict[str, Bucket] = OrderedDict()
        self._lookups = 0
        self._sampler = Sampler()

    # hot: every request for a page
    def match(self, match_id: str, network: str) -> KeptMatch:
        """A match; the same object as before if it has not changed.

        Args:
            match_id: any text.
            network: where the request comes from, as of `place_of`.

        Returns:
            The match.

        Raises:
            Problem: it cannot be shown.
        """
        if self._records is None:
            raise Problem("not_kept")
        if not _MATCH_ID.fullmatch(match_id):
            raise Problem("no_match")
        now_s = self._now_s()
        held = self._matches.get(match_id)
        if held is None or held[1] < now_s:
            held = self._look_up(self._records, match_id, network, held)
        kept = held[0]
        if kept is None:
            raise Problem("no_match")
        if kept.info.visibility == "private":
            raise Problem("private")
        return kept

    def _look_up(
        self, records: Records, match_id: str, network: str, held: tuple[KeptMatch | None, float] | None
    ) -> tuple[KeptMatch | None, float]:
        old = None if held is None else held[0]
        try:
            stored = self._ask(network, lambda: records.find(match_id))
        except Problem as problem:
            if old is None or problem.code != "unavailable":
                raise
            return old, 0.0
        kept = None if stored is None else KeptMatch(public_info(stored.match), stored.has_journal)
        if kept == old:
            kept = old
        held = kept, self._now_s() + (ABSENT_S if kept is None else FRESH_S)
        self._matches.put(match_id, held, 1)
        return held

    def journal(self, match_id: str, network: str) -> Asset:
        """A match's journal, compressed with zlib. Arguments and errors are those of `match`."""
        records, kept = self._records, self.match(match_id, network)
        assert records is not None
        if not kept.has_journal:
            raise Problem("no_journal")
        asset = self._journals.get(match_id)
        if asset is None:
            body = self._ask(network, lambda: records.find_journal(match_id))
            if body is None:
                raise Problem("no_journal")
            asset = make_asset("journal.bin", body, forever=True)
            self._journals.put(match_id, asset, len(body))
        return asset

    def shared(self, match_id: str, network: str) -> None:
        """The link of a match was passed on: keep its journal longer, if the database answers."""
        records = self._records
        if records is not None:
            with suppress(Problem):
                self._ask(network, lambda: records.keep_longer(match_id))

    def rules(self, rules_hash: str, network: str) -> Asset:
        """A rules document.

        Args:
            rules_hash: any text.
            network: where the request comes from, as of `place_of`.

        Returns:
            The document, as JSON.

        Raises:
            Problem: it cannot be had.
        """
        if not _RULES_HASH.fullmatch(rules_hash):
            raise Problem("no_rules")
        asset = self._rules_here(rules_hash) or self._rules.get(rules_hash)
        if asset is not None:
            return asset
        if self._records is None:
            raise Problem("no_rules")
        find_rules = self._records.find_rules
        body = self._ask(network, lambda: find_rules(rules_hash))
        if body is None:
            raise Problem("no_rules")
        # Compressing takes tens of milliseconds.
        asset = gevent.get_hub().threadpool.apply(make_asset, ("rules.json", body), {"forever": True})
        self._rules.put(rules_hash, asset, len(body))
        return asset

    def _ask(self, network: str, call: Callable[[], T]) -> T:
        """Call the records, within the limits. Raises Problem."""
        if not self._bucket(network).take(self._now_s() * 1000):
            raise Problem("too_many")
        if self._lookups >= MAX_LOOKUPS:
            raise Problem("unavailable")
        self._lookups += 1
        try:
            return call()
        except Exception as error:  # noqa: BLE001  whatever is wrong with the database or with what it holds
            if self._sampler.admits(type(error).__name__):
                log.warning("looking up a match failed: %.200s", str(error).partition("\n")[0])
            raise Problem("unavailable") from None
        finally:
            self._lookups -= 1

    def _bucket(self, network: str) -> Bucket:
        bucket = self._networks.get(network)
        if bucket is None:
            bucket = self._networks[network] = Bucket(self._per_s, self._burst)
            if len(self._networks) > MAX_NETWORKS:
                self._networks.popitem(last=False)
        self._networks.move_to_end(network)
        return bucket


def public_info(match: EndedMatch) -> MatchInfo:
    """What everybody may see of a match: nothing that leads to a person's device."""
    ranks = [Rank(one.place, one.points, one.team) for one in match.seats]
    return MatchInfo(
        id=match.id,
        game=match.game,
        title=match.title,
        tick_hz=match.tick_hz,
        rules=match.rules,
        options=match.options,
        preset=match.preset,
        started_ms=match.started_ms,
        ended_ms=match.ended_ms,
        ticks=match.ticks,
        outcome=match.outcome,
        visibility=match.visibility,
        room_kind=match.room_kind,
        final_hash=match.final_hash,
        seats=[
            MatchSeat(
                seat=one.seat,
                bot=one.bot,
                level=one.level,
                style=one.style,
                name=one.name,
                colour=one.colour,
                shape=one.shape,
                team=one.team,
                place=one.place,
                points=one.points,
                awards=[MatchAward(award=given.award, value=given.value) for given in one.awards],
            )
            for one in match.seats
        ],
        rounds=match.rounds,
        nobody_won=why_nobody_won(ranks, ended=match.outcome == "ended") or UNSET,
    )
