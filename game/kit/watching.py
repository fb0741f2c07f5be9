"""`rumpus replay --watch`: a small server on this machine with the replay's page, or that of a report."""

import contextlib
import time
import webbrowser

from flask import Flask, Response, request
from werkzeug.serving import make_server

from game.edge.assets import Assets, NoClient, find_client
from game.edge.bundles import Bundles
from game.edge.kept_matches import KeptMatches
from game.edge.match_pages import MatchPages
from game.edge.pages import make_app
from game.edge.previews.previews import Previews
from game.edge.report_page import STYLE, STYLE_PATH, report_page
from game.kit.replays import BadRecording, Recording
from game.records.comparison import NoReplay, compare
from game.records.rules_process import RulesFolder, RulesProcess
from game.records.store import StoredMatch
from game.rooms.ended_match import EndedMatch, EndedSeat

HOST = "127.0.0.1"
LOCAL_ID = "0000000000"
"""The id under which a match without a record is served."""


class OneMatch:
    """The records of one match, for its page.

    Args:
        stored: the match.
        journal: compressed with zlib.
        body: its rules document.
    """

    def __init__(self, stored: StoredMatch, journal: bytes, body: bytes) -> None:
        self._stored = stored
        self._journal = journal
        self._body = body

    def find(self, match_id: str) -> StoredMatch | None:
        """The match."""
        return self._stored if match_id == self._stored.match.id else None

    def find_journal(self, match_id: str) -> bytes | None:
        """Its journal."""
        return self._journal if match_id == self._stored.match.id else None

    def find_rules(self, rules_hash: str) -> bytes | None:
        """Its rules document."""
        return self._body if rules_hash == self._stored.match.rules else None

    def keep_longer(self, match_id: str) -> None:
        """Nothing: what is served here is in a file of the person who watches it."""


def serve(recording: Recording, until: int | None, port: int) -> int:
    """Serve a recording on the loopback address until Ctrl-C.

    Args:
        recording: what to show.
        until: the tick to begin at.
        port: 0: any free one.

    Returns:
        The exit code.

    Raises:
        BadRecording: the match does not run, or the client is not built.
    """
    app, path = make_page(recording, until)
    try:
        server = make_server(HOST, port, app, threaded=True)
    except (OSError, SystemExit):
        raise BadRecording(f"port {port} is taken: choose another with --port") from None
    link = f"http://{HOST}:{server.port}{path}"
    print(f"{recording.label}: {link}", flush=True)
    print("Stop with Ctrl-C.", flush=True)
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(link)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


def make_page(recording: Recording, until: int | None) -> tuple[Flask, str]:
    """The app that serves a recording, and the path to open. Raises BadRecording."""
    try:
        assets = Assets(find_client(""))
    except NoClient as error:
        raise BadRecording(str(error)) from None
    stored = _stored(recording)
    matches = KeptMatches(
        OneMatch(stored, recording.journal, recording.body), lambda _: None, 1000, 1000, time.monotonic
    )
    pages = MatchPages(assets, matches, Previews(assets.font, time.monotonic))
    app = make_app(assets, Bundles({}), lambda: True, None, matches=pages)
    match = stored.match
    if recording.report is None:
        return app, _moment(match, until)
    address = f"/report/{recording.report.id}"
    _add_report(app, recording, address, match)
    return app, address if until is None else f"{address}?tick={until}"


def _moment(match: EndedMatch, tick: int | None) -> str:
    """The path of the replay at a tick."""
    return f"/m/{match.id}" if tick is None else f"/m/{match.id}?t={max(0, tick) / match.tick_hz:.1f}"


def _add_report(app: Flask, recording: Recording, address: str, match: EndedMatch) -> None:
    report, records = recording.report, recording.records
    assert report is not None
    assert records is not None

    def page() -> Response:
        tick = request.args.get("tick", "")
        try:
            found = compare(records, report, int(tick[:12]) if tick.isdecimal() else None)
        except NoReplay as error:
            return Response(str(error), status=500, mimetype="text/plain")
        replay = _moment(match, max(0, found.tick - 2 * match.tick_hz))
        return Response(report_page(found, address, replay), mimetype="text/html")

    app.add_url_rule(address, view_func=page, endpoint="report")
    app.add_url_rule(
        f"/{STYLE_PATH}", view_func=lambda: Response(STYLE, mimetype="text/css"), endpoint="report_style"
    )


def _stored(recording: Recording) -> StoredMatch:
    """The match's record, with the journal's end; one is made up for a journal that has none."""
    if recording.match is not None and recording.report is None:
        return recording.match
    with RulesFolder(recording.body) as folder, RulesProcess(folder) as process:
        end = process.replay(recording.journal, recording.ticks)
        process.hold(recording.journal, recording.ticks)
        start = dict(process.at(0).fields)
    known = recording.match.match if recording.match is not None else None
    places = {seat: (place, points) for seat, place, points in end.places}
    numbers = start["seats"]
    assert isinstance(numbers, list)
    named = {} if known is None else {seat.seat: seat for seat in known.seats}
    seats = [
        named.get(number) or _seat(number, *places.get(number, (0, 0)))
        for number in numbers
        if isinstance(number, int)
    ]
    report = recording.report
    now_ms = report.created_ms if report is not None else time.time_ns() // 1_000_000
    match = EndedMatch(
        id=report.match or LOCAL_ID if report is not None else LOCAL_ID,
        game=folder.game,
        title=folder.title,
        tick_hz=folder.tick_hz,
        rules=folder.hash,
        options={} if known is None else known.options,
        preset="" if known is None else known.preset,
        started_ms=now_ms - recording.ticks * 1000 // folder.tick_hz,
        ended_ms=now_ms,
        ticks=recording.ticks,
        outcome="decided" if end.over else "left",
        visibility="link",
        room_kind="private",
        final_hash=end.hash,
        journal=b"",
        seats=seats,
        rounds=[],
    )
    return StoredMatch(match=match, players=[None] * len(seats), has_journal=True)


def _seat(number: int, place: int, points: int) -> EndedSeat:
    return EndedSeat(
        seat=number,
        device="",
        bot=False,
        level=0,
        style=0,
        name=f"Seat {number + 1}",
        colour=number % 8,
        shape=number % 8,
        team=0,
        place=place,
        points=points,
        awards=[],
    )
