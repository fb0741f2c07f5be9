"""The tables of the records database. A change of them is a migration: see `migrations/versions`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()
"""Every time is in milliseconds since 1970, UTC."""

rules = Table(
    "rules",
    metadata,
    Column("hash", String(24), primary_key=True),
    Column("game", String(32), nullable=False),
    Column("interpreter", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="the rules document, compressed with zlib"),
    Column("added_ms", BigInteger, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("id", String(10), primary_key=True),
    Column("game", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("tick_hz", Integer, nullable=False),
    Column("rules", String(24), nullable=False),
    Column("options", JSON, nullable=False),
    Column("preset", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
    Column("ticks", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("room_kind", String(16), nullable=False),
    Column("final_hash", BigInteger, nullable=False),
    Column("rounds", JSON, nullable=False),
    Column("kept_longer", Boolean, nullable=False, default=False, comment="it was shared or reported"),
    Index("matches_by_end", "ended_ms", "id"),
    Index("matches_by_game", "game", "ended_ms"),
    Index("matches_by_rules", "rules"),
)

journals = Table(
    "journals",
    metadata,
    Column("match", String(10), ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False, comment="the packed journal, compressed with zlib"),
    Column("size", Integer, nullable=False, comment="bytes of data"),
)

players = Table(
    "players",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("device", String(64), nullable=False, unique=True, comment="a hash; see store.device_hash"),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("colour", Integer, nullable=False),
    Column("shape", Integer, nullable=False),
    Column("passkeys", JSON, nullable=False, comment="public keys; none are stored yet"),
    Column("privacy", JSON, nullable=False, comment="the player's choices; none are stored yet"),
)

seats = Table(
    "seats",
    metadata,
    Column("match", String(10), ForeignKey("matches.id", ondelete="CASCADE"), primary_key=True),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("player", String(16), ForeignKey("players.id", ondelete="SET NULL"), comment="null: a bot"),
    Column("bot", Boolean, nullable=False),
    Column("level", Integer, nullable=False),
    Column("style", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("colour", Integer, nullable=False),
    Column("shape", Integer, nullable=False),
    Column("team", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("awards", JSON, nullable=False),
    Column("rating_before", Float),
    Column("rating_after", Float),
    Index("seats_by_player", "player", "match"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("player", String(16), ForeignKey("players.id", ondelete="CASCADE"), primary_key=True),
    Column("game", String(32), primary_key=True),
    Column("mu", Float, nullable=False),
    Column("sigma", Float, nullable=False),
    Column("matches", Integer, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(10), primary_key=True),
    Column("kind", String(16), nullable=False, comment="words: of a player; desync: of a client by itself"),
    Column("created_ms", BigInteger, nullable=False),
    Column("match", String(10), nullable=False, comment="the match may still run, or not be kept"),
    Column("game", String(32), nullable=False),
    Column("rules", String(24), nullable=False),
    Column("room", String(16), nullable=False),
    Column("tick", Integer, nullable=False),
    Column("client_hash", BigInteger),
    Column("server_hash", BigInteger),
    Column("user_agent", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("journal", LargeBinary, nullable=False, comment="up to the report, compressed with zlib"),
    Column("client_state", LargeBinary, comment="the client's packed match at that tick"),
    Column("server_state", LargeBinary, comment="the server's packed match at that tick"),
    Index("reports_by_time", "created_ms", "id"),
    Index("reports_by_match", "match"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("leased_until_ms", BigInteger, nullable=False, comment="a worker does it until then"),
    Column("done_ms", BigInteger, nullable=False),
)

sleeping = Table(
    "sleeping",
    metadata,
    Column("code", String(16), primary_key=True, comment="of the room"),
    Column("match", String(10), nullable=False, comment="the id that its record will have"),
    Column("game", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("rules", String(64), nullable=False, comment="the hash of the rules that can go on with it"),
    Column("document", String(24), nullable=False, comment="the hash of their document"),
    Column("epoch", BigInteger, nullable=False, comment="only an owner with this one or a higher one writes"),
    Column("worker", Text, nullable=False, comment='where the room is awake; "" while it sleeps'),
    Column("saved_ms", BigInteger, nullable=False),
    Column("turn_ms", BigInteger, nullable=False, comment="since when the turn is as it is"),
    Column("due_ms", BigInteger, comment="when the time of the turn is up; null: never"),
    Column("room", LargeBinary, nullable=False, comment="the frozen room, compressed with zlib"),
    Column("journal", LargeBinary, nullable=False, comment="of the match, compressed with zlib"),
    Column("size", Integer, nullable=False, comment="bytes of room and journal"),
    Index("sleeping_by_due", "due_ms"),
    Index("sleeping_by_saved", "saved_ms"),
)

sleeping_seats = Table(
    "sleeping_seats",
    metadata,
    Column("code", String(16), ForeignKey("sleeping.code", ondelete="CASCADE"), primary_key=True),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("device", String(64), nullable=False, comment='as in players; "" for a bot'),
    Column("name", Text, nullable=False),
    Column("turn", Boolean, nullable=False),
    Index("sleeping_seats_by_device", "device"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(64), primary_key=True, comment="a hash of the endpoint"),
    Column("device", String(64), nullable=False, comment="as in players"),
    Column("endpoint", Text, nullable=False, comment="where messages to this browser are sent"),
    Column("p256dh", String(128), nullable=False),
    Column("auth", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Index("subscriptions_by_device", "device"),
)

server_keys = Table(
    "server_keys",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False, comment="a private key of this server"),
)
