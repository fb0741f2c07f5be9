"""The records in the database: matches with their journals and rules, players, and reports.

All methods block on the database; `Recorder` and the pages call them through `Database.run`.
"""

import time
import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Select

from game.records import tables
from game.records.database import Database
from game.rooms.ended_match import EndedMatch, EndedSeat
from game.rooms.journal import without_seqs
from game.rooms.reports import MatchReport
from game.rooms.rules_document import RulesDocument

DEVICE_PERSON = b"rumpus-player"
PAGE = 200
"""Matches that one query reads."""
MAX_RULES_BYTES = 8 << 20
MAX_JOURNAL_BYTES = 64 << 20


class StoredMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A match as it is kept, without its journal and without anything that leads to a person's device.

    Attributes:
        match: its `journal` is b"", and the `device` of each seat is "".
        players: by seat, the id of the player; None for a bot, and for a player who was forgotten.
        has_journal: the journal is still kept.
    """

    match: EndedMatch
    players: list[str | None]
    has_journal: bool


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report that something is wrong.

    Attributes:
        id: a random id, made like a match's.
        kind: "words" of a player, "desync" of a client alone.
        created_ms: milliseconds since 1970, UTC.
        match: the id of the match; "" if it is not kept.
        rules: the hash of the rules document; "" if it is unknown.
        room: the room's code.
        client_hash, server_hash: hashes of the state at `tick`; None if one is unknown.
        journal: `Journal.pack` without sequence numbers up to the report, compressed with zlib.
        client_state, server_state: the packed match at `tick`, see `game.rules.snapshot`, compressed.
    """

    id: str
    kind: str
    created_ms: int
    match: str
    game: str
    rules: str
    room: str
    tick: int
    client_hash: int | None
    server_hash: int | None
    user_agent: str
    words: str
    journal: bytes
    client_state: bytes | None = None
    server_state: bytes | None = None


def compact(match: EndedMatch) -> EndedMatch:
    """The match with its journal as it is kept: without sequence numbers, and compressed with zlib."""
    return msgspec.structs.replace(match, journal=zlib.compress(without_seqs(match.journal), 9))


def compact_report(report: MatchReport) -> Report:
    """A room's report as it is kept: its journal without sequence numbers, and compressed with zlib."""
    fields = msgspec.structs.asdict(report)
    journal = zlib.compress(without_seqs(report.journal), 9) if report.journal else b""
    return Report(**{**fields, "journal": journal, "client_state": report.client_state or None})


def device_hash(device: str) -> str:
    """The hash by which a device is known here. Devices are long random texts, so it leads back to none."""
    return blake2b(device.encode(), digest_size=32, person=DEVICE_PERSON).hexdigest()


def player_id(hashed: str) -> str:
    """The id of the player with this device hash: 16 hexadecimal digits."""
    return blake2b(hashed.encode(), digest_size=8).hexdigest()


class Records:
    """Reads and writes the records.

    Args:
        database: where they are; it was prepared.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._upsert = sqlite.insert if database.sqlite else postgresql.insert

    def check(self) -> None:
        """Find out whether the tables are there and may be written to. Raises DBAPIError if not."""
        with self.database.engine.connect() as connection:
            for table in tables.metadata.sorted_tables:
                connection.execute(select(table).limit(1))
            self._insert_new(connection, tables.jobs, name="check", leased_until_ms=0, done_ms=0)
            connection.rollback()

    # --- write

    def save(self, matches: Sequence[EndedMatch], documents: Sequence[RulesDocument] = ()) -> int:
        """Store ended matches and the rules documents that they name, in one transaction.

        Args:
            matches: as `compact` returns them; a match that is there already is left as it is.
            documents: of any matches; those that are there already are skipped.

        Returns:
            How many of the matches were new.

        Raises:
            sqlalchemy.exc.DBAPIError: the database has failed, or refuses a value.
        """
        with self.database.engine.begin() as connection:
            if documents:
                self._add_rules(connection, documents)
            new = self._insert_matches(connection, matches)
            players = self._add_players(connection, new)
            _insert_parts(
                connection,
                [(match, [players.get(seat.device) for seat in match.seats], match.journal) for match in new],
            )
        return len(new)

    def _add_rules(self, connection: Connection, documents: Sequence[RulesDocument]) -> None:
        now_ms = _now_ms()
        hashes = [one.hash for one in documents]
        found = select(tables.rules.c.hash).where(tables.rules.c.hash.in_(hashes))
        there = set(connection.execute(found).scalars())
        for one in documents:
            if one.hash in there:
                continue
            self._insert_new(
                connection,
                tables.rules,
                hash=one.hash,
                game=one.game,
                interpreter=one.interpreter,
                body=zlib.compress(one.body, 9),
                added_ms=now_ms,
            )

    def _insert_matches(self, connection: Connection, matches: Sequence[EndedMatch]) -> list[EndedMatch]:
        """Insert the rows of matches; returns those that were not there."""
        by_id = {match.id: match for match in reversed(matches)}
        rows: list[dict[str, Any]] = []
        # In one order everywhere, so that no two workers wait for each other's rows.
        for _, match in sorted(by_id.items()):
            row = msgspec.to_builtins(match)
            del row["seats"], row["journal"]
            rows.append({**row, "kept_longer": False})
        if not rows:
            return []
        statement = self._upsert(tables.matches).on_conflict_do_nothing(index_elements=["id"])
        new = connection.execute(statement.returning(tables.matches.c.id), rows).scalars()
        return [by_id[id_] for id_ in new]

    def _add_players(self, connection: Connection, matches: Sequence[EndedMatch]) -> dict[str, str]:
        """Insert or update the players of new matches; returns their ids by device."""
        rows: dict[str, dict[str, Any]] = {}
        ids: dict[str, str] = {}
        for match in matches:
            for seat in match.seats:
                if not seat.device:
                    continue
                hashed = device_hash(seat.device)
                id_ = ids[seat.device] = player_id(hashed)
                looks = {"name": seat.name, "colour": seat.colour, "shape": seat.shape}
                rows[id_] = {
                    **looks,
                    "id": id_,
                    "device": hashed,
                    "created_ms": match.ended_ms,
                    "seen_ms": match.ended_ms,
                    "passkeys": [],
                    "privacy": {},
                }
        if rows:
            statement = self._upsert(tables.players)
            newer = {name: statement.excluded[name] for name in ("name", "colour", "shape", "seen_ms")}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=newer),
                [row for _, row in sorted(rows.items())],
            )
        return ids

    def restore(self, matches: Sequence[tuple[EndedMatch, list[str | None], bytes | None]]) -> int:
        """Store matches that come from an export.

        Args:
            matches: each with the players of its seats and its compressed journal; a player who is not in
                this database becomes anonymous.

        Returns:
            How many were new.
        """
        kept = {match.id: (players, journal) for match, players, journal in matches}
        with self.database.engine.begin() as connection:
            known = set(connection.execute(select(tables.players.c.id)).scalars())
            new = self._insert_matches(connection, [match for match, _, _ in matches])
            parts: list[tuple[EndedMatch, list[str | None], bytes | None]] = []
            for match in new:
                players, journal = kept[match.id]
                parts.append((match, [one if one in known else None for one in players], journal))
            _insert_parts(connection, parts)
        return len(new)

    def _insert_new(self, connection: Connection, table: Table, **row: Any) -> bool:  # noqa: ANN401  columns
        """Insert a row; False when one with its primary key is there."""
        keys = list(table.primary_key)
        statement = self._upsert(table).values(**row).on_conflict_do_nothing(index_elements=keys)
        return connection.execute(statement.returning(keys[0])).first() is not None

    def add_report(self, report: Report) -> bool:
        """Store a report and keep its match longer. False if it is there already. Raises DBAPIError."""
        with self.database.engine.begin() as connection:
            new = self._insert_new(connection, tables.reports, **msgspec.structs.asdict(report))
            self._keep_longer(connection, report.match)
        return new

    def keep_longer(self, match: str) -> None:
        """The match was shared: its journal is kept for `records.keep_shared_days`."""
        with self.database.engine.begin() as connection:
            self._keep_longer(connection, match)

    @staticmethod
    def _keep_longer(connection: Connection, match: str) -> None:
        connection.execute(
            update(tables.matches).where(tables.matches.c.id == match).values(kept_longer=True)
        )

    # --- read

    def match(self, match_id: str) -> StoredMatch | None:
        """One match, or None when there is none with this id."""
        with self.database.engine.connect() as connection:
            found = self._read(connection, select(tables.matches).where(tables.matches.c.id == match_id))
        return found[0] if found else None

    def journal(self, match_id: str) -> bytes | None:
        """The packed journal of a match, compressed with zlib; None when it is not kept (any more)."""
        statement = select(tables.journals.c.data).where(tables.journals.c.match == match_id)
        with self.database.engine.connect() as connection:
            data: bytes | None = connection.execute(statement).scalar()
        return None if data is None else bytes(data)

    def rules(self, rules_hash: str) -> bytes | None:
        """The body of a rules document, or None when it is not here."""
        statement = select(tables.rules.c.body).where(tables.rules.c.hash == rules_hash)
        with self.database.engine.connect() as connection:
            body: bytes | None = connection.execute(statement).scalar()
        return None if body is None else inflate(bytes(body), MAX_RULES_BYTES)

    def rules_document(self, rules_hash: str) -> RulesDocument | None:
        """A rules document with what is known of it, or None."""
        statement = select(tables.rules).where(tables.rules.c.hash == rules_hash)
        with self.database.engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            return None
        body = inflate(bytes(row["body"]), MAX_RULES_BYTES)
        return RulesDocument(hash=row["hash"], game=row["game"], interpreter=row["interpreter"], body=body)

    def matches(
        self, since_ms: int = 0, *, game: str = "", player: str = "", newest_first: bool = False
    ) -> Iterator[StoredMatch]:
        """Matches in the order of their ends.

        Args:
            since_ms: those that ended then or later.
            game: only of this game; "": of all.
            player: only those in which this player, by id, had a seat at the end; "": all.
            newest_first: in the opposite order.

        Yields:
            Each match. Not more than a few hundred are in memory at once.
        """
        c = tables.matches.c
        order = (c.ended_ms.desc(), c.id.desc()) if newest_first else (c.ended_ms, c.id)
        last: tuple[int, str] | None = None
        while True:
            statement = select(tables.matches).where(c.ended_ms >= since_ms).order_by(*order).limit(PAGE)
            if game:
                statement = statement.where(c.game == game)
            if player:
                of_player = select(tables.seats.c.match).where(tables.seats.c.player == player)
                statement = statement.where(c.id.in_(of_player))
            if last is not None:
                ended_ms, id_ = last
                beyond = c.ended_ms < ended_ms if newest_first else c.ended_ms > ended_ms
                at_same = c.id < id_ if newest_first else c.id > id_
                statement = statement.where(beyond | ((c.ended_ms == ended_ms) & at_same))
            with self.database.engine.connect() as connection:
                found = self._read(connection, statement)
            yield from found
            if len(found) < PAGE:
                return
            last = (found[-1].match.ended_ms, found[-1].match.id)

    def _read(self, connection: Connection, statement: Select[Any]) -> list[StoredMatch]:
        rows = [dict(row) for row in connection.execute(statement).mappings()]
        ids = [row["id"] for row in rows]
        seats: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in ids}
        of_matches = select(tables.seats).where(tables.seats.c.match.in_(ids)).order_by(tables.seats.c.seat)
        for seat in connection.execute(of_matches).mappings():
            seats[seat["match"]].append(dict(seat))
        with_journal = select(tables.journals.c.match).where(tables.journals.c.match.in_(ids))
        kept = set(connection.execute(with_journal).scalars())
        return [_stored(row, seats[row["id"]], row["id"] in kept) for row in rows]

    def count(self) -> int:
        """The number of matches."""
        with self.database.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(tables.matches)).scalar_one())

    def sizes(self) -> dict[str, int]:
        """Rows of each table by its name, `journal_bytes` and `sleeping_bytes`."""
        with self.database.engine.connect() as connection:
            found = {
                table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in tables.metadata.sorted_tables
            }
            total = connection.execute(select(func.coalesce(func.sum(tables.journals.c.size), 0)))
            found["journal_bytes"] = int(total.scalar_one())
            total = connection.execute(select(func.coalesce(func.sum(tables.sleeping.c.size), 0)))
            found["sleeping_bytes"] = int(total.scalar_one())
        return found

    def report(self, report_id: str) -> Report | None:
        """One report, or None when there is none with this id."""
        statement = select(tables.reports).where(tables.reports.c.id == report_id)
        with self.database.engine.connect() as connection:
            row = connection.execute(statement).mappings().first()
        return None if row is None else Report(**row)

    def reports(self, since_ms: int = 0, limit: int = 1000) -> list[Report]:
        """The newest reports, the newest first."""
        c = tables.reports.c
        statement = select(tables.reports).where(c.created_ms >= since_ms)
        statement = statement.order_by(c.created_ms.desc(), c.id.desc()).limit(limit)
        with self.database.engine.connect() as connection:
            return [Report(**row) for row in connection.execute(statement).mappings()]

    # --- jobs that one of all workers does

    def lease_job(self, name: str, now_ms: int, for_ms: int, every_ms: int) -> bool:
        """Take a job, unless another worker does it, or it was done lately.

        Args:
            name: of the job.
            now_ms: milliseconds since 1970, UTC.
            for_ms: how long this worker may take; then another one may begin again.
            every_ms: the job is due this long after it was done.

        Returns:
            Whether the caller is to do it now, and to call `job_done` then.
        """
        c = tables.jobs.c
        with self.database.engine.begin() as connection:
            # In a new database there is nothing to do yet.
            self._insert_new(connection, tables.jobs, name=name, leased_until_ms=0, done_ms=now_ms)
            due = (c.name == name) & (c.leased_until_ms <= now_ms) & (c.done_ms <= now_ms - every_ms)
            taken = connection.execute(update(tables.jobs).where(due).values(leased_until_ms=now_ms + for_ms))
        return bool(taken.rowcount == 1)

    def job_done(self, name: str, now_ms: int) -> None:
        """The job is done for this time."""
        values = {"leased_until_ms": 0, "done_ms": now_ms}
        with self.database.engine.begin() as connection:
            connection.execute(update(tables.jobs).where(tables.jobs.c.name == name).values(**values))

    # --- remove

    def forget_device(self, device: str) -> int:
        """Remove the player with this device, as `forget` does."""
        return self.forget(player_id(device_hash(device)))

    def device_of(self, player: str) -> str | None:
        """The hash of a player's device; None when there is no such player."""
        wanted = select(tables.players.c.device).where(tables.players.c.id == player)
        with self.database.engine.connect() as connection:
            found: str | None = connection.execute(wanted).scalar()
        return found

    def forget(self, player: str) -> int:
        """Remove a player, by id: name, device and rating. Their seats stay, without a name.

        Returns:
            The number of seats that became anonymous.
        """
        with self.database.engine.begin() as connection:
            seats = connection.execute(
                update(tables.seats)
                .where(tables.seats.c.player == player)
                .values(player=None, name="?", colour=0, shape=0)
            )
            connection.execute(delete(tables.ratings).where(tables.ratings.c.player == player))
            connection.execute(delete(tables.players).where(tables.players.c.id == player))
        return int(seats.rowcount)

    def prune(self, older_than_ms: int, kept_longer_than_ms: int, max_journal_bytes: int) -> int:
        """Remove journals that need not be kept. Results stay; such a match has no replay any more.

        Args:
            older_than_ms: journals of matches that ended before this time go,
            kept_longer_than_ms: and if the match was shared or reported, those before this one.
            max_journal_bytes: if the rest is larger than this, the oldest go too; 0: no limit.

        Returns:
            The number of journals that were removed.
        """
        m, j = tables.matches.c, tables.journals.c
        old = (m.ended_ms < kept_longer_than_ms) | (~m.kept_longer & (m.ended_ms < older_than_ms))
        with self.database.engine.begin() as connection:
            gone = connection.execute(
                delete(tables.journals).where(j.match.in_(select(m.id).where(old)))
            ).rowcount
            if max_journal_bytes:
                gone += self._prune_to_size(connection, max_journal_bytes)
            connection.execute(
                delete(tables.reports).where(tables.reports.c.created_ms < kept_longer_than_ms)
            )
            unused = select(m.rules).distinct().join(tables.journals, j.match == m.id)
            reported = select(tables.reports.c.rules).distinct()
            connection.execute(
                delete(tables.rules).where(
                    tables.rules.c.hash.not_in(unused),
                    tables.rules.c.hash.not_in(reported),
                    tables.rules.c.added_ms < older_than_ms,
                )
            )
        return int(gone)

    @staticmethod
    def _prune_to_size(connection: Connection, max_bytes: int) -> int:
        m, j = tables.matches.c, tables.journals.c
        newest = select(j.match, j.size).join(tables.matches, m.id == j.match)
        total, gone = 0, []
        for id_, size in connection.execute(newest.order_by(m.kept_longer.desc(), m.ended_ms.desc())):
            total += size
            if total > max_bytes:
                gone.append(id_)
        for start in range(0, len(gone), PAGE):
            connection.execute(delete(tables.journals).where(j.match.in_(gone[start : start + PAGE])))
        return len(gone)


def _insert_parts(
    connection: Connection, matches: Sequence[tuple[EndedMatch, list[str | None], bytes | None]]
) -> None:
    """Insert journals and seats of matches, given with the players of their seats."""
    journals: list[dict[str, Any]] = []
    seats: list[dict[str, Any]] = []
    for match, players, journal in matches:
        if journal is not None:
            journals.append({"match": match.id, "data": journal, "size": len(journal)})
        for seat, player in zip(match.seats, players, strict=True):
            row = msgspec.to_builtins(seat)
            del row["device"]
            seats.append({**row, "match": match.id, "player": player})
    if journals:
        connection.execute(insert(tables.journals), journals)
    if seats:
        connection.execute(insert(tables.seats), seats)


def _stored(row: dict[str, Any], seats: list[dict[str, Any]], has_journal: bool) -> StoredMatch:
    row.pop("kept_longer")
    made = [
        {**{key: seat[key] for key in EndedSeat.__struct_fields__ if key != "device"}, "device": ""}
        for seat in seats
    ]
    match = msgspec.convert(
        {**{str(key): value for key, value in row.items()}, "seats": made, "journal": b""}, EndedMatch
    )
    return StoredMatch(match=match, players=[seat["player"] for seat in seats], has_journal=has_journal)


def inflate(data: bytes, max_bytes: int) -> bytes:
    """Undo zlib. Raises ValueError when the bytes are damaged, or hold more than `max_bytes`."""
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, max_bytes)
    except zlib.error as error:
        raise ValueError(f"the compressed bytes are damaged: {error}") from None
    if stream.unconsumed_tail or not stream.eof:
        raise ValueError(f"the compressed bytes are cut off, or hold more than {max_bytes} bytes")
    return found


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
