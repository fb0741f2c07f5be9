"""Push subscriptions and the server's key for them, in the database. All methods block on it."""

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from game.records import tables
from game.records.database import Database
from game.records.store import device_hash

PUSH_KEY = "push"
MOST_OF_DEVICE = 5
"""Subscriptions of one device; the oldest go. A browser may get a new one now and then."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where and how one browser is reached; the keys are URL-safe base64 without padding."""

    endpoint: str
    p256dh: str
    auth: str
    language: str


class Subscriptions:
    """Reads and writes subscriptions.

    Args:
        database: where they are; it was prepared.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._upsert = sqlite.insert if database.sqlite else postgresql.insert

    def key(self, new: str) -> str:
        """The private key of all workers that share the database; it is `new` if there was none."""
        t = tables.server_keys
        with self.database.engine.begin() as connection:
            made = self._upsert(t).values(name=PUSH_KEY, value=new)
            connection.execute(made.on_conflict_do_nothing(index_elements=["name"]))
            return str(connection.execute(select(t.c.value).where(t.c.name == PUSH_KEY)).scalar_one())

    def add(self, device: str, one: Subscription, now_ms: int) -> None:
        """Reach a device by one more browser, which no other device uses from now on."""
        t = tables.subscriptions
        hashed, id_ = device_hash(device), _id(one.endpoint)
        values = {
            "endpoint": one.endpoint,
            "p256dh": one.p256dh,
            "auth": one.auth,
            "language": one.language,
            "device": hashed,
            "created_ms": now_ms,
        }
        with self.database.engine.begin() as connection:
            connection.execute(delete(t).where(t.c.id == id_))
            connection.execute(insert(t).values(id=id_, **values))
            newest = select(t.c.id).where(t.c.device == hashed).order_by(t.c.created_ms.desc(), t.c.id)
            old = connection.execute(newest.offset(MOST_OF_DEVICE)).scalars().all()
            if old:
                connection.execute(delete(t).where(t.c.id.in_(old)))

    def remove(self, endpoint: str) -> None:
        """A browser is not reached any more."""
        t = tables.subscriptions
        with self.database.engine.begin() as connection:
            connection.execute(delete(t).where(t.c.id == _id(endpoint)))

    def of_device(self, device: str) -> list[Subscription]:
        """The browsers by which a device is reached."""
        t = tables.subscriptions.c
        wanted = select(t.endpoint, t.p256dh, t.auth, t.language).where(t.device == device_hash(device))
        with self.database.engine.connect() as connection:
            return [Subscription(*row) for row in connection.execute(wanted)]


def _id(endpoint: str) -> str:
    return blake2b(endpoint.encode(), digest_size=16).hexdigest()
