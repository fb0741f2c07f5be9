"""Settings: everything an operator can set, each declared once with default, range, unit and meaning.

`config.toml`, the checks and the messages about a wrong value are derived from these declarations. How
settings are read is in `config.py`. Units are in the names: `_s` seconds, `_ms` milliseconds,
`_us` microseconds, `_bytes`, `_per_s`, `_per_min`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator


def _declare(default: object, allowed: str, meaning: str, secret: bool = False, **rules: Any) -> Any:
    """Declare a setting; `allowed` describes for people what the rules check."""
    extra: dict[str, Any] = {"allowed": allowed, "secret": secret}
    return Field(default, description=meaning, json_schema_extra=extra, repr=not secret, **rules)


def whole(default: int, low: int, high: int, meaning: str) -> Any:
    """Declare a whole number from `low` to `high`, both allowed."""
    return _declare(default, f"a whole number from {low} to {high}", meaning, ge=low, le=high)


def number(default: float, low: float, high: float, meaning: str) -> Any:
    """Declare a number from `low` to `high`, both allowed, fractions too."""
    allowed = f"a number from {low:g} to {high:g}"
    return _declare(default, allowed, meaning, ge=low, le=high, allow_inf_nan=False)


def switch(default: bool, meaning: str) -> Any:
    """Declare a switch: true or false."""
    return _declare(default, "true or false", meaning)


def choice(default: str, *others: str, meaning: str) -> Any:
    """Declare a choice of words; the field's type is the Literal of the same words."""
    return _declare(default, "one of " + ", ".join(f'"{word}"' for word in (default, *others)), meaning)


def text(default: str, allowed: str, meaning: str, pattern: str) -> Any:
    """Declare a text that matches `pattern`; `allowed` describes the pattern for people."""
    return _declare(default, allowed, meaning, pattern=pattern)


def secret(default: str, allowed: str, meaning: str, pattern: str) -> Any:
    """Declare a text that is never shown in a message or a log."""
    return _declare(default, allowed, meaning, secret=True, pattern=pattern)


def several(default: tuple[str, ...], of: str, meaning: str, at_least: int = 0) -> Any:
    """Declare a list of texts; the field's type limits each of them."""
    # A TOML array is a list; a strict check would accept only a tuple.
    return _declare(default, f"a list of {of}", meaning, min_length=at_least, strict=False)


class Section(BaseModel):
    """One table of `config.toml`: immutable, and strict about names and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


ORIGIN = r"^(\*|https?://[^\s/?#]+)$"
SERVICE = r"^https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?$"
GAME_NAME = r"^[a-z][a-z0-9_]{0,31}$"


class Server(Section):
    """How this worker listens, and what it demands of a connection."""

    host: str = text("0.0.0.0", "a host name or an address", "Address to listen on", r"^[^\s/]+$")  # noqa: S104  others play on it
    port: int = whole(8080, 0, 65535, "TCP port; 0 takes a free one. The variable PORT sets it too")
    public_url: str = text(
        "",
        'an address such as "https://play.example.org", or "" for the address of the request',
        "The address by which players reach this server: for links, QR codes and the pages that may connect",
        r"^(https?://[^\s?#]+)?$",
    )
    client_dir: str = text(
        "",
        'a folder, or "" for the one that comes with this installation',
        "The built browser client",
        r"^[^\x00-\x1f]*$",
    )
    transports: tuple[Literal["websocket", "polling"], ...] = several(
        ("websocket",), '"websocket" and "polling"', "Transports by which a client may connect", at_least=1
    )
    allowed_origins: tuple[Annotated[str, StringConstraints(pattern=ORIGIN)], ...] = several(
        (),
        'origins such as ["https://example.org"], or ["*"] for any',
        "Sites whose pages may connect, besides this server's own",
    )
    trusted_proxies: int = whole(
        0,
        0,
        8,
        "Number of proxies in front, each setting X-Forwarded-For; 0: ignore that header",
    )
    secret_file: str = text(
        ".rumpus/secret",
        "a file name",
        "Keys that sign players' tokens; made on the first start, readable by this user only",
        r"^[^\x00-\x1f]+$",
    )
    ping_interval_s: float = number(5, 1, 60, "How often a ping is sent to a silent connection")
    ping_timeout_s: float = number(4, 1, 60, "How long the answer to a ping may take")
    max_payload_bytes: int = whole(16384, 1024, 1048576, "Longest message that is accepted from a client")
    max_connections: int = whole(10000, 1, 200000, "Open connections in total")
    max_connections_per_address: int = whole(
        1000, 1, 200000, "Players from one address or IPv6 /64; a school or an office shares one"
    )
    handshake_timeout_s: float = number(5, 0.5, 60, "How long a new connection may take to send its request")
    log_format: Literal["console", "json"] = choice(
        "console", "json", meaning="Lines for people or for programs"
    )
    log_level: Literal["info", "debug", "warning", "error"] = choice(
        "info", "debug", "warning", "error", meaning="Lines of lower importance are not logged"
    )


class Rooms(Section):
    """Rooms, their seats and their chat."""

    max_rooms: int = whole(2000, 1, 100000, "Open rooms on one worker")
    max_spectators: int = whole(100, 0, 10000, "People without a seat in one room")
    max_bots: int = whole(7, 0, 99, "Bots in one room")
    max_crowd_bots: int = whole(60, 0, 99, "Bots in one room of a game for a crowd")
    code_length: int = whole(
        6, 6, 12, "Characters of a room's code; six of 32 make the 30 bits that a private room needs"
    )
    seat_hold_s: float = number(60, 1, 3600, "How long a seat is held for a player who lost the connection")
    empty_room_close_s: float = number(60, 1, 86400, "How long a room without people stays open")
    abandoned_s: float = number(10, 0, 600, "How long a match without people is paused before it ends")
    sleep_after_s: float = number(
        20, 0, 86400, "How long a room without people stays in memory whose match sleeps in the records"
    )
    host_absent_s: float = number(
        10, 1, 600, "How long a host may be absent before another player becomes host"
    )
    countdown_s: float = number(
        3, 0, 30, "From the start of a match to its first tick, in games that do not count down themselves"
    )
    results_s: float = number(20, 1, 600, "How long the results are shown before the lobby")
    afk_s: float = number(45, 5, 3600, "After how long without an input a player counts as away")
    chat_history: int = whole(50, 0, 500, "Chat lines that a new player sees")
    chat_max_chars: int = whole(200, 1, 1000, "Length of one chat line")
    chat_rate_per_s: float = number(1, 0.1, 20, "Chat lines a player may send, on average")
    chat_burst: int = whole(4, 1, 100, "Chat lines a player may send at once")
    journal_max_bytes: int = whole(
        4194304, 65536, 1073741824, "A match's record of inputs; it ends when full"
    )


class Records(Section):
    """Ended matches that are kept, so that each can be watched and checked again."""

    url: str = secret(
        "sqlite:///.rumpus/records.db",
        '"sqlite:///PATH", "postgresql://USER:PASSWORD@HOST/NAME", or "" to keep nothing',
        "The database of ended matches; workers that share a Redis must share it too",
        r"^(sqlite:///\S([^\x00-\x1f]*\S)?|(postgresql|postgres)://\S+)?$",
    )
    keep_days: int = whole(90, 1, 36500, "How long a match can be watched again; its result stays")
    keep_shared_days: int = whole(730, 1, 36500, "The same for matches that were shared or reported")
    max_journal_bytes: int = whole(
        2147483648, 0, 1 << 50, "Beyond this size of all journals the oldest are removed; 0: no limit"
    )
    max_queued: int = whole(10000, 100, 1000000, "Ended matches that wait in memory to be written")
    max_spool_bytes: int = whole(
        268435456, 1048576, 1 << 40, "Size of the file in which matches wait while the database fails"
    )
    max_sleeping: int = whole(100000, 0, 100000000, "Turn-based matches that wait for their players, in all")
    max_sleeping_per_device: int = whole(50, 1, 10000, "The same for one device")
    keep_sleeping_days: int = whole(90, 1, 36500, "How long such a match waits before it ends")
    folder: str = text(
        ".rumpus",
        "a folder",
        "Where the spool is, and the file of what the database refuses",
        r"^[^\x00-\x1f]+$",
    )


class Push(Section):
    """Messages that tell people, who asked for it, that it is their turn in a match that waits for them."""

    enabled: bool = switch(True, "Offer them; they need a database of records, and pages over https")
    contact: str = text(
        "",
        '"mailto:YOU@HOST", "https://HOST/…", or ""',
        "Where push services reach you; without one Safari may refuse the messages",
        r"^((mailto:|https://)\S+)?$",
    )
    services: tuple[Annotated[str, StringConstraints(pattern=SERVICE)], ...] = several(
        (
            "https://fcm.googleapis.com",
            "https://*.push.services.mozilla.com",
            "https://*.push.apple.com",
            "https://*.notify.windows.com",
        ),
        "origins, with *. for any name before",
        "Push services that messages are sent to; browsers name theirs, and no other is connected to",
    )
    hours: int = whole(24, 1, 672, "How long a push service keeps a message for a device that is off")
    per_device_per_hour: int = whole(12, 1, 1000, "Messages to one device")
    max_queued: int = whole(1000, 10, 100000, "Messages that wait to be sent; more are dropped")


class Limits(Section):
    """How often a connection, a device and an address may send something."""

    strikes: int = whole(10, 1, 1000, "Unknown or malformed events before a connection is closed")
    command_rate_per_s: float = number(5, 0.1, 1000, "Commands (ready, options, kick …), on average")
    command_burst: int = whole(20, 1, 1000, "Commands at once")
    input_rate_per_s: float = number(40, 1, 1000, "Input messages, on average")
    input_burst: int = whole(20, 1, 1000, "Input messages at once")
    packs_per_min: float = number(12, 1, 1000, "Question packs that one connection may send")
    packs_burst: int = whole(4, 1, 100, "Question packs at once")
    entries_per_min: float = number(30, 1, 10000, "Rooms that one connection may enter")
    join_attempts_per_min: float = number(20, 1, 10000, "Wrong codes that one device may try")
    join_attempts_per_address_per_min: float = number(
        200, 1, 100000, "Wrong codes from one address or IPv6 /64; a school shares one"
    )
    create_per_min: float = number(10, 1, 10000, "Rooms that one device may open")
    create_per_address_per_min: float = number(
        120, 1, 100000, "Rooms opened from one address or IPv6 /64; a school shares one"
    )
    lookups_per_s: float = number(
        20, 0.1, 100000, "Kept matches looked up from one address or IPv6 /64; those in memory do not count"
    )
    lookups_burst: int = whole(200, 1, 100000, "Kept matches looked up at once")
    newcomer_rooms_per_min: float = number(
        240, 1, 100000, "Rooms that all devices younger than ten minutes may open in total"
    )


class Scheduler(Section):
    """The clock that steps every room of a worker."""

    phase_slots: int = whole(10, 1, 100, "Parts of a tick over which rooms are spread")
    max_catch_up_ticks: int = whole(
        5, 1, 60, "Ticks made up at once after a delay; time beyond that is dropped"
    )
    send_every_max: int = whole(
        3, 1, 10, "When the worker is busy, states and inputs are sent at least every this many ticks"
    )


class SlowClient(Section):
    """What happens to a client that reads more slowly than the server sends."""

    max_queued_bytes: int = whole(16384, 1024, 16777216, "Unsent data at which it gets no more states")
    max_unsent_s: float = number(1, 0.1, 60, "Time without progress, after which it gets no more states")
    close_after_s: float = number(5, 0.2, 600, "Time after which it is disconnected")

    @field_validator("close_after_s")
    @classmethod
    def _closes_last(cls, value: float, info: ValidationInfo) -> float:
        return _at_least(value, info, 1, "max_unsent_s")


class Games(Section):
    """Which games are offered."""

    folders: tuple[str, ...] = several((), "folders", "Folders with more games, besides the built-in ones")
    enabled: tuple[Annotated[str, StringConstraints(pattern=GAME_NAME)], ...] = several(
        ("trails", "fuse", "kick", "thumbs", "lastcard", "field"),
        "games' names, at least one",
        "Games that players may choose",
        at_least=1,
    )
    default: str = text("trails", "one of the enabled games", "Game of a new room", GAME_NAME)

    @field_validator("default")
    @classmethod
    def _is_enabled(cls, value: str, info: ValidationInfo) -> str:
        enabled = info.data.get("enabled")
        if enabled is not None and value not in enabled:
            raise ValueError("one of the enabled games: " + ", ".join(enabled))
        return value


class Bots(Section):
    """Players that the server controls."""

    level: int = whole(2, 1, 5, "How well bots play unless the host sets another level; 5 is best")
    quick_play_seats: int = whole(4, 0, 100, "Quick play fills a room with bots up to this many seats")


class Cluster(Section):
    """Workers that share their rooms through Redis."""

    redis_url: str = secret(
        "",
        'an address such as "redis://localhost:6379/0" (also rediss, unix, valkey), or "" for one worker',
        "The Redis that all workers share; without one this worker is alone",
        r"^((redis|rediss|unix|valkey|valkeys)://\S+)?$",
    )
    world: str = text(
        "main", "1 to 32 letters, digits or -", "Workers of one world share rooms", r"^[A-Za-z0-9-]{1,32}$"
    )
    worker_id: str = text(
        "",
        'up to 32 letters, digits or -, or ""',
        "This worker's name in logs and metrics; each start adds random characters, so no name is used twice",
        r"^[A-Za-z0-9-]{0,32}$",
    )
    advertise: str = text(
        "",
        '"host:port", or "" for the address it listens on',
        "Address by which the other workers reach this one",
        r"^(\S+:[0-9]{1,5})?$",
    )
    heartbeat_ms: int = whole(300, 50, 60000, "How often a worker renews its lease")
    lease_ms: int = whole(
        1200, 150, 600000, "How long a lease lasts without a renewal; at least three heartbeats"
    )
    scan_ms: int = whole(200, 50, 60000, "How often workers search for rooms whose owner is lost")
    drain_s: float = number(30, 0, 3600, "How long a stopping worker may take to move its rooms to others")
    journal_flush_ms: int = whole(
        75, 10, 10000, "How often inputs are saved: a crash may lose this much game time, and one tick"
    )
    checkpoint_s: float = number(5, 0.5, 600, "How often the whole state of a match is saved")

    @field_validator("redis_url")
    @classmethod
    def _can_be_read(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            port = parts.port  # raises what is wrong with it
        except ValueError:
            port = 0
        database = parts.path.strip("/") if parts.scheme != "unix" else ""
        if port == 0 or not (database == "" or database.isdecimal()):
            raise ValueError(
                'an address such as "redis://:password@localhost:6379/0" (port 1 to 65535, then the database)'
            )
        return value

    @field_validator("lease_ms")
    @classmethod
    def _outlives_heartbeats(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, 3, "heartbeat_ms"))


class Ops(Section):
    """Operation: metrics."""

    metrics: bool = switch(True, "Serve /metrics for Prometheus")
    metrics_token: str = secret(
        "",
        'at least 16 visible ASCII characters, or ""',
        "Bearer token for /metrics; without one only this machine may read it",
        r"^([\x21-\x7e]{16,})?$",
    )


def _at_least(value: float, info: ValidationInfo, times: int, other: str) -> float:
    """Check a setting against another one of its section, if that one is valid.

    Args:
        value: the value of the setting.
        info: the other settings of the section.
        times: the factor.
        other: the name of the other setting.

    Returns:
        the value.

    Raises:
        ValueError: it is smaller than `times` the other; the message says what is allowed.
    """
    floor = times * info.data.get(other, 0)
    if value < floor:
        raise ValueError(f"at least {floor:g}, {f'{times} times ' if times > 1 else ''}{other}")
    return value
