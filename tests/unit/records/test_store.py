"""What is stored comes back, once, on each database."""

import zlib
from collections.abc import Callable

import msgspec
import pytest

from game.records.database import BadDatabase, Database
from game.records.store import Records, Report, compact, device_hash, inflate, player_id
from game.rooms.ended_match import EndedMatch
from game.rooms.journal import Journal
from game.rooms.rules_document import RulesDocument

Make = Callable[..., EndedMatch]


def test_a_match_comes_back_without_devices(records: Records, make_match: Make) -> None:
    match = make_match(1)
    assert records.save([compact(match)]) == 1
    stored = records.match(match.id)
    assert stored is not None
    seats = [msgspec.structs.replace(seat, device="") for seat in match.seats]
    assert stored.match == msgspec.structs.replace(match, journal=b"", seats=seats)
    assert stored.players == [player_id(device_hash("device-1")), None]
    assert stored.has_journal
    journal = Journal.parse(inflate(records.journal(match.id) or b"", 10_000))
    assert journal.head.seed == 1001
    assert [(row.tick, row.entries, row.seqs) for row in journal.rows] == [(3, ((0, 1, 2, 0),), (0,))]


def test_a_match_that_comes_twice_is_there_once(records: Records, make_match: Make) -> None:
    match = make_match(1)
    assert records.save([compact(match), compact(match)]) == 1
    later = msgspec.structs.replace(match, ticks=1)
    assert records.save([compact(later)]) == 0
    assert records.count() == 1
    stored = records.match(match.id)
    assert stored is not None
    assert stored.match.ticks == 900


def test_rules_are_kept_by_their_hash(records: Records) -> None:
    body = b'{"files": {}}' * 100
    document = RulesDocument(hash="b" * 24, game="trails", interpreter=1, body=body)
    for _ in range(2):
        records.save([], [document])
    assert Records(records.database).save([], [document]) == 0
    assert records.rules("b" * 24) == body
    assert records.rules("c" * 24) is None


@pytest.mark.parametrize("newest_first", [False, True])
def test_matches_are_listed_in_order_over_pages(
    records: Records, make_match: Make, newest_first: bool
) -> None:
    made = [make_match(n, ended_ms=5_000_000 + n // 3) for n in range(450)]
    records.save([compact(match) for match in made])
    expected = sorted([(match.ended_ms, match.id) for match in made], reverse=newest_first)
    found = [(one.match.ended_ms, one.match.id) for one in records.matches(newest_first=newest_first)]
    assert found == expected
    since = 5_000_100
    found = [(one.match.ended_ms, one.match.id) for one in records.matches(since, newest_first=newest_first)]
    assert found == [one for one in expected if one[0] >= since]
    player = player_id(device_hash("device-7"))
    assert [one.match.id for one in records.matches(player=player)] == ["match00007"]


def test_forgetting_a_player_leaves_anonymous_seats(records: Records, make_match: Make) -> None:
    records.save([compact(make_match(1)), compact(make_match(2))])
    assert records.forget_device("device-1") == 1
    assert records.forget_device("device-1") == 0
    stored, other = records.match("match00001"), records.match("match00002")
    assert stored is not None
    assert other is not None
    assert [seat.name for seat in stored.match.seats] == ["?", "Bot"]
    assert stored.players == [None, None]
    assert other.match.seats[0].name == "Ada"
    assert list(records.matches(player=player_id(device_hash("device-1")))) == []


def test_old_journals_are_pruned_and_shared_ones_stay_longer(records: Records, make_match: Make) -> None:
    records.save([compact(make_match(n, ended_ms=1000 * n)) for n in range(1, 6)])
    records.keep_longer("match00002")
    assert records.prune(older_than_ms=4000, kept_longer_than_ms=1500, max_journal_bytes=0) == 2
    kept = [one.match.id for one in records.matches() if one.has_journal]
    assert kept == ["match00002", "match00004", "match00005"]
    assert records.journal("match00001") is None
    assert records.count() == 5
    size = len(records.journal("match00004") or b"")
    assert records.prune(older_than_ms=0, kept_longer_than_ms=0, max_journal_bytes=2 * size + 2) == 1
    kept = [one.match.id for one in records.matches() if one.has_journal]
    assert kept == ["match00002", "match00005"]


def test_reports_come_back_the_newest_first(records: Records) -> None:
    made = [
        Report(
            id=f"report{n:04d}",
            kind="words",
            created_ms=1000 + n,
            match="",
            game="trails",
            rules="",
            room="ABCDEF",
            tick=n,
            client_hash=None,
            server_hash=5,
            user_agent="Browser",
            words="The wall was not there. ✓",
            journal=zlib.compress(b"journal"),
            server_state=b"\0\1",
        )
        for n in range(3)
    ]
    for report in made:
        records.add_report(report)
        records.add_report(report)
    assert records.reports() == made[::-1]
    assert records.report("report0001") == made[1]
    assert records.report("report9999") is None


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense", "postgresql://"]
)
def test_a_wrong_url_is_named(url: str) -> None:
    with pytest.raises(BadDatabase, match=r"records\.url is neither"):
        Database(url)


def test_a_newer_database_is_refused(records: Records) -> None:
    with records.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadDatabase, match="newer version of Rumpus"):
        records.database.prepare()


def test_damaged_or_endless_bytes_are_refused() -> None:
    packed = zlib.compress(b"x" * 1000)
    assert inflate(packed, 1000) == b"x" * 1000
    for data, most in ((packed, 999), (packed[:-1], 1000), (b"x" + packed, 1000)):
        with pytest.raises(ValueError, match="compressed bytes"):
            inflate(data, most)
