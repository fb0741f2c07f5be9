"""Workers of one world that do not belong together are named, once each."""

import msgspec

from game.cluster.peers import MismatchReport, Peer, PeerInfo
from game.edge.tokens import fingerprints

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32


def info(*keys: str, **rules: str) -> PeerInfo:
    return PeerInfo("10.0.0.7:8080", False, 0.1, 0, True, rules=rules, secrets=fingerprints(keys))


def found(mine: PeerInfo, other: PeerInfo) -> str:
    """What a worker logs of another, as one text."""
    return "\n".join(line for _, line in MismatchReport().update(mine, [Peer("w2-1", "w2-1.1", other)]))


def test_a_worker_with_another_secret_is_named() -> None:
    text = found(info(OLD), info(OTHER))
    assert "w2-1 at 10.0.0.7:8080 has another secret" in text
    assert "server.secret_file" in text
    assert "cluster.world" in text


def test_a_secret_itself_is_never_shown() -> None:
    assert OLD[:4] not in "".join(fingerprints([OLD]))
    assert fingerprints([OLD, NEW]) == (*fingerprints([OLD]), *fingerprints([NEW]))


def test_a_new_key_that_only_one_worker_has_is_named() -> None:
    assert "newest tokens" in found(info(OLD), info(OLD, NEW))
    assert found(info(OLD, NEW), info(NEW, OLD)) == "", "each reads what the other signs"


def test_workers_with_other_games_or_rules_are_named() -> None:
    text = found(info(OLD, trails="1", fuse="1"), info(OLD, trails="2", thumbs="1"))
    assert "fuse, thumbs" in text
    assert "other rules of trails" in text


def test_workers_that_fit_and_older_ones_are_no_news() -> None:
    mine = info(OLD, trails="1")
    assert found(mine, mine) == ""
    older = msgspec.json.decode(
        b'{"address":"a:1","draining":false,"load":0,"rooms":0,"steady":true}', type=PeerInfo
    )
    assert found(mine, older) == ""


def test_the_same_is_told_once_and_again_of_the_next_process() -> None:
    report, mine, other = MismatchReport(), info(OLD), info(OTHER)
    first, second = (Peer(name, f"{name}.1", other) for name in ("w2-1", "w2-2"))
    assert len(report.update(mine, [first])) == 1
    assert report.update(mine, [first]) == []
    assert len(report.update(mine, [second])) == 1
