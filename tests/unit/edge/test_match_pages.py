"""The pages of kept matches and the HTTP API of records."""

import json
import random
import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import gevent
import msgspec
import pytest
from sqlalchemy import text

from game.edge.kept_matches import FRESH_S, MAX_LOOKUPS
from game.games.trails import Trails
from game.protocol.http import PROBLEMS, RESOURCES, MatchInfo
from game.rooms.ended_match import EndedMatch
from tests.unit.edge.kept import DEVICE, ID, Site, played

ROGUE = '</noscript><script>alert("1")</script>&\'"'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    match, document = played(Trails())
    site.keep(match, document)
    yield site
    site.database.close()


class Page(HTMLParser):
    """A page as programs read it that show links: title and tags, and the words of its noscript part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.words: list[str] = []
        self.scripts = 0
        self.canonical = self.language = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta":
            self.tags[str(given.get("property") or given.get("name"))] = str(given.get("content"))
        elif tag == "link" and given.get("rel") == "canonical":
            self.canonical = str(given["href"])
        elif tag == "html":
            self.language = str(given["lang"])
        elif tag == "script":
            self.scripts += 1
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.tags["title"] = self.tags.get("title", "") + data.strip()
        elif data.strip():
            self.words.append(data.strip())


def page(site: Site, path: str = f"/m/{ID}", **headers: str) -> Page:
    answer = site.client.get(path, headers={key.replace("_", "-"): value for key, value in headers.items()})
    assert answer.status_code == 200
    return Page(answer.text)


def test_a_pasted_link_shows_what_the_match_was(site: Site) -> None:
    found = page(site, Host="play.example.org:8443")
    assert found.tags["title"] == "Loose Ends: Ann wins – Rumpus"
    assert found.tags["og:title"] == found.tags["twitter:title"] == found.tags["title"]
    said = "Ann wins. 2 players, 0:06 min, 26 November 2025. Watch the replay."
    assert found.tags["description"] == found.tags["og:description"] == said
    base = "http://play.example.org:8443"
    assert found.canonical == found.tags["og:url"] == f"{base}/m/{ID}"
    assert found.tags["og:image"] == found.tags["twitter:image"] == f"{base}/m/{ID}.png"
    assert found.tags["og:image:alt"] == "Loose Ends: Ann wins"
    assert (found.tags["og:image:width"], found.tags["og:image:height"]) == ("1200", "630")
    assert found.tags["twitter:card"] == "summary_large_image"
    assert found.scripts == 1  # the client's own


def test_without_javascript_the_result_can_be_read(site: Site) -> None:
    html = site.client.get(f"/m/{ID}").text
    inside = re.findall(r"<noscript>(.*)</noscript>", html, re.DOTALL)[0]
    words = Page(inside).words
    assert words[:3] == ["Loose Ends", "26 November 2025 · 0:06 min", "Ann wins"]
    assert words[3:12] == ["Place", "Player", "Points", "1", "Ann", "20", "2", "Bob", "19"]
    assert words[12:15] == ["Awards", "Closest shave", "Ann"]
    assert '<div id="app"></div>' in html


def test_the_page_speaks_the_readers_language(site: Site) -> None:
    german = page(site, Accept_Language="de-AT,de;q=0.9,en;q=0.5")
    assert (german.language, german.tags["og:locale"]) == ("de", "de_DE")
    assert german.tags["title"] == "Loose Ends: Ann gewinnt – Rumpus"
    assert "Auszeichnungen" in german.words
    assert page(site, Accept_Language="nl").language == "en"
    answer = site.client.get(f"/m/{ID}")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("places", "title"),
    [
        ((1, 1), "Loose Ends: Ann and Bob share the win – Rumpus"),
        ((0, 0), "Loose Ends: Not finished – Rumpus"),
        ((1, 1, 1, 1), "Loose Ends: 4 players share the win – Rumpus"),
    ],
)
def test_the_title_says_how_it_ended(tmp_path: Path, places: tuple[int, ...], title: str) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), ("Ann", "Bob", "Cid", "Dee")[: len(places)], ticks=5)
    seats = [
        msgspec.structs.replace(seat, place=place) for seat, place in zip(match.seats, places, strict=True)
    ]
    site.keep(msgspec.structs.replace(match, seats=seats), document)
    assert page(site).tags["title"] == title


def test_a_match_that_ends_before_anybody_has_a_point_names_no_winner(tmp_path: Path) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), ticks=5)
    seats = [msgspec.structs.replace(seat, place=1, points=0) for seat in match.seats]
    site.keep(msgspec.structs.replace(match, seats=seats, outcome="ended"), document)
    found = page(site)
    assert found.tags["title"] == "Loose Ends: Nobody had scored yet – Rumpus"
    assert "Place" not in found.words
    assert "1" not in found.words


def test_teams_that_are_level_have_drawn(tmp_path: Path) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), ticks=5)
    seats = [
        msgspec.structs.replace(seat, place=1, points=2, team=team)
        for team, seat in enumerate(match.seats, start=1)
    ]
    site.keep(msgspec.structs.replace(match, seats=seats), document)
    assert page(site).tags["title"] == "Loose Ends: It’s a draw – Rumpus"


def test_no_name_and_no_host_gets_into_the_html_as_it_is(tmp_path: Path) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), (ROGUE, "Bob"), ticks=5, title=ROGUE)
    site.keep(match, document)
    html = site.client.get(f"/m/{ID}", headers={"Host": 'a"><script>'}).text
    assert html.count("<script") == 1
    assert html.count("</noscript>") == 1
    found = Page(html)
    assert found.canonical == ""
    assert ROGUE in found.tags["og:title"]


def test_addresses_are_those_of_the_setting_or_of_a_trusted_proxy(tmp_path: Path) -> None:
    forwarded = {
        "Host": "10.0.0.7",
        "X_Forwarded_Host": "play.example.org",
        "X_Forwarded_Proto": "https",
    }
    match, document = played(Trails(), ticks=5)
    expected: dict[str, tuple[dict[str, Any], str]] = {
        "a": ({}, "http://10.0.0.7"),
        "b": ({"trusted_proxies": 1}, "https://play.example.org"),
        "c": ({"public_url": "https://set.example/"}, "https://set.example"),
    }
    for name, (settings, base) in expected.items():
        (tmp_path / name).mkdir()
        site = Site(tmp_path / name, **settings)
        site.keep(match, document)
        assert page(site, **forwarded).canonical == f"{base}/m/{ID}"


def every_address(match_id: str = ID) -> list[str]:
    return [
        f"/m/{match_id}",
        f"/m/{match_id}.png",
        f"/api/v1/matches/{match_id}",
        f"/api/v1/matches/{match_id}/journal",
    ]


def refused(site: Site, path: str, code: str) -> None:
    """A request is answered by a problem and its sentence: as a page below /m, else as JSON."""
    answer = site.client.get(path)
    assert answer.status_code == PROBLEMS[code].status, path
    sentence = PROBLEMS[code].message
    if answer.mimetype == "text/html":
        assert sentence in Page(answer.text).words
        assert '<div id="app">' in answer.text
    else:
        assert answer.get_json() == {"code": code, "message": sentence}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("path", every_address("0000000000"))
def test_an_unknown_match_is_a_sentence(site: Site, path: str) -> None:
    refused(site, path, "no_match")


def test_made_up_ids_and_hashes_never_reach_the_database(site: Site) -> None:
    site.lose_database()
    random.seed(1)
    for _ in range(60):
        size = random.choice([1, 9, 10, 11, 300])
        rogue = "".join(random.choice("aZ9%-._~'\"<>é\u202e\\;&=+$,@") for _ in range(size))
        if re.fullmatch("[0-9A-Za-z]{10}", rogue):
            continue
        quoted = rogue.encode().hex("%", 1)
        for path in (f"/m/%{quoted}", f"/api/v1/matches/%{quoted}", f"/api/v1/matches/%{quoted}/journal"):
            assert site.client.get(path).status_code == 404
        assert site.client.get(f"/api/v1/rules/%{quoted}.json").status_code == 404
    assert site.client.get("/api/v1/rules/" + "A" * 24 + ".json").get_json()["code"] == "no_rules"


def test_a_private_match_is_shown_to_nobody(tmp_path: Path) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), ticks=5, visibility="private")
    site.keep(match, document)
    for path in every_address():
        refused(site, path, "private")
        assert b"Ann" not in site.client.get(path).data


def test_only_public_matches_may_be_found_by_search_engines(tmp_path: Path, site: Site) -> None:
    assert site.client.get(f"/m/{ID}").headers["X-Robots-Tag"] == "noindex"
    (tmp_path / "other").mkdir()
    public = Site(tmp_path / "other")
    match, document = played(Trails(), ticks=5, visibility="public")
    public.keep(match, document)
    assert "X-Robots-Tag" not in public.client.get(f"/m/{ID}").headers


def test_a_server_without_records_says_so_and_still_has_its_rules(tmp_path: Path) -> None:
    site = Site(tmp_path, [Trails()], kept_in=None)
    for path in every_address():
        refused(site, path, "not_kept")
    _, document = played(Trails(), ticks=5)
    assert site.client.get(f"/api/v1/rules/{document.hash}.json").data == document.body
    refused(site, f"/api/v1/rules/{'0' * 24}.json", "no_rules")


def test_while_the_database_fails_what_was_seen_is_shown_on(site: Site, caplog: Any) -> None:
    seen = site.client.get(f"/m/{ID}").text
    site.lose_database()
    site.now_s += FRESH_S + 1
    assert site.client.get(f"/m/{ID}").text == seen
    for path in every_address("0000000000"):
        refused(site, path, "unavailable")
        assert site.client.get(path).headers["Retry-After"] == "60"
    refused(site, f"/api/v1/rules/{'0' * 24}.json", "unavailable")
    assert len([line for line in caplog.messages if "looking up a match failed" in line]) == 1


def test_a_match_that_is_being_written_is_shown_already(tmp_path: Path) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), ticks=5)
    site.recorder.add_rules(document)
    site.recorder.ended(match)  # nothing writes it
    assert page(site).tags["title"] == "Loose Ends: Ann wins – Rumpus"
    assert site.client.get(f"/api/v1/matches/{ID}").status_code == 200
    assert zlib.decompress(site.client.get(f"/api/v1/matches/{ID}/journal").data) == match.journal
    assert site.client.get(f"/api/v1/rules/{document.hash}.json").data == document.body


def kept_match() -> EndedMatch:
    return played(Trails())[0]


def test_programs_get_the_match_its_journal_and_its_rules(site: Site) -> None:
    match = kept_match()
    answer = site.client.get(f"/api/v1/matches/{ID}")
    info = msgspec.json.decode(answer.data, type=MatchInfo)
    assert (info.id, info.rules, info.ticks, info.final_hash) == (ID, match.rules, 200, match.final_hash)
    assert [(seat.name, seat.place, seat.points) for seat in info.seats] == [("Ann", 1, 20), ("Bob", 2, 19)]
    assert answer.headers["Cache-Control"] == "no-cache"
    journal = site.client.get(f"/api/v1/matches/{ID}/journal")
    assert journal.mimetype == "application/octet-stream"
    assert zlib.decompress(journal.data) == match.journal
    rules = site.client.get(f"/api/v1/rules/{match.rules}.json")
    assert json.loads(rules.data)["class"] == "Trails"
    for forever in (journal, rules):
        assert "immutable" in forever.headers["Cache-Control"]


def test_no_answer_leads_to_a_device(site: Site) -> None:
    for path in [*every_address()[:1], *every_address()[2:], f"/api/v1/rules/{kept_match().rules}.json"]:
        answer = site.client.get(path)
        assert answer.status_code == 200
        assert DEVICE.encode() not in answer.data
        assert b"device" not in answer.data or path.endswith(".json")


def test_nothing_is_sent_twice_and_head_has_no_body(site: Site) -> None:
    rules = f"/api/v1/rules/{kept_match().rules}.json"
    paths = [
        f"/m/{ID}",
        f"/api/v1/matches/{ID}",
        f"/api/v1/matches/{ID}/journal",
        rules,
        "/api/v1/openapi.json",
    ]
    for path in paths:
        first = site.client.get(path)
        again = site.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        head = site.client.head(path)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == first.headers["Content-Length"]
        assert site.client.post(path).status_code == 405


def test_other_sites_may_read_the_api(site: Site) -> None:
    for path in (*every_address()[2:], *every_address("0000000000")[1:]):
        headers = site.client.get(path).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    headers = site.client.get(f"/m/{ID}").headers
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"


def test_the_result_outlives_the_journal(site: Site) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM journals"))
    assert page(site).tags["og:title"] == "Loose Ends: Ann wins – Rumpus"
    refused(site, f"/api/v1/matches/{ID}/journal", "no_journal")


def test_a_deleted_match_is_gone_after_a_while(site: Site) -> None:
    first = site.client.get(f"/m/{ID}")
    site.now_s += FRESH_S + 1
    again = site.client.get(f"/m/{ID}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    with site.database.engine.begin() as connection:
        for table in ("journals", "seats", "matches"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  fixed names
    assert site.client.get(f"/m/{ID}").status_code == 200
    site.now_s += FRESH_S + 1
    refused(site, f"/m/{ID}", "no_match")


def test_look_ups_are_limited_for_each_network_and_what_is_in_memory_is_not(tmp_path: Path) -> None:
    site = Site(tmp_path, per_s=1, burst=3)
    match, document = played(Trails(), ticks=5)
    site.keep(match, document)
    here, there = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}

    def status(match_id: str, environ: dict[str, str]) -> int:
        return site.client.get(f"/api/v1/matches/{match_id}", environ_base=environ).status_code

    assert [status(f"{k:010}", here) for k in range(4)] == [404, 404, 404, 429]
    answer = site.client.get(f"/m/{ID}", environ_base=here)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert status(ID, there) == 200
    assert [status(ID, here) for _ in range(20)] == [200] * 20
    site.now_s += 2
    assert status("9999999999", here) == 404


def test_a_database_that_hangs_holds_few_requests(tmp_path: Path) -> None:
    class Hanging:
        """Records whose database answers when it is told to."""

        def __init__(self) -> None:
            self.answered = gevent.event.Event()

        def find(self, match_id: str) -> None:
            self.answered.wait()

        def find_journal(self, match_id: str) -> None:
            self.answered.wait()

        find_rules = find_journal

    records = Hanging()
    site = Site(tmp_path, kept_in=records)
    waiting = [gevent.spawn(site.client.get, f"/m/{k:010}") for k in range(MAX_LOOKUPS)]
    gevent.idle()
    refused(site, f"/m/{ID}", "unavailable")
    records.answered.set()
    assert [job.get(timeout=10).status_code for job in waiting] == [404] * MAX_LOOKUPS


def test_the_openapi_document_describes_what_is_served(site: Site) -> None:
    document = site.client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    refs = set(re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', json.dumps(document)))
    assert refs == set(document["components"]["schemas"])
    values = {"id": ID, "hash": kept_match().rules}
    assert set(document["paths"]) == {one.path for one in RESOURCES}
    for path, item in document["paths"].items():
        answer = site.client.get(path.format(**values))
        assert answer.status_code == 200
        assert answer.mimetype in item["get"]["responses"]["200"]["content"]
        for parameter in item["get"]["parameters"]:
            assert re.fullmatch(parameter["schema"]["pattern"], values[parameter["name"]])
    # Somebody has won this match: it has no `nobody_won`.
    schema = document["components"]["schemas"]["MatchInfo"]
    assert set(schema["properties"]) == {*schema["required"], "nobody_won"}
    assert set(schema["required"]) == set(site.client.get(f"/api/v1/matches/{ID}").get_json())


def test_every_problem_has_a_sentence_in_every_language(tmp_path: Path) -> None:
    from game.edge.page_texts import LANGUAGES

    for texts in LANGUAGES.values():
        assert set(texts.problems) == set(PROBLEMS)
        assert all(sentence.endswith(".") for sentence in texts.problems.values())


def test_the_journal_of_a_match_whose_link_was_pasted_is_kept_longer(site: Site) -> None:
    assert site.client.get(f"/m/{ID}.png").status_code == 200
    assert site.records.prune(older_than_ms=1 << 50, kept_longer_than_ms=0, max_journal_bytes=0) == 0


def test_a_match_that_was_only_watched_is_not(site: Site) -> None:
    for path in (f"/m/{ID}", f"/api/v1/matches/{ID}/journal"):
        assert site.client.get(path).status_code == 200
    assert site.records.prune(older_than_ms=1 << 50, kept_longer_than_ms=0, max_journal_bytes=0) == 1
