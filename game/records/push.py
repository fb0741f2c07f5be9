"""Push messages (RFC 8030, 8291, 8292): tell people who asked for it that it is their turn.

Rooms only queue. A few greenlets encrypt and send, so that no tick waits for a push service. A message names
the game and the other players; only the browser can read it. A service that does not know a browser any more
ends its subscription.
"""

import base64
import http.client
import json
import logging
import os
import ssl
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import gevent
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from gevent.event import Event
from gevent.pool import Pool
from sqlalchemy.exc import SQLAlchemyError

from game import error_log
from game.records.database import BadDatabase, in_thread
from game.records.subscriptions import Subscription, Subscriptions
from game.rooms.errors import Refused
from game.rooms.people import Person
from game.rooms.rate_limit import Bucket
from game.rooms.room import Room
from game.settings import Push as PushSettings

if TYPE_CHECKING:
    from game.records.writer import Recorder

log = logging.getLogger("rumpus.push")

AT_ONCE = 8
TIMEOUT_S = 10.0
RETRY_S = (5.0, 60.0, 600.0)
"""Waits after one, two, … failures of a push service."""
MOST_DEVICES = 10_000
TOKEN_S = 12 * 3600
GONE = (404, 410)
BUSY_CODES = (429, 500, 502, 503, 504)
MOST_NAMES = 3
DATABASE_RETRY_S = 5.0

BODIES = {
    "en": ("It is your turn.", "It is your turn, with {names}."),
    "de": ("Du bist dran.", "Du bist dran, mit {names}."),
    "es": ("Te toca.", "Te toca, con {names}."),
    "fr": ("À toi de jouer.", "À toi de jouer, avec {names}."),
    "pt-BR": ("É sua vez.", "É sua vez, com {names}."),
    "pl": ("Twoja kolej.", "Twoja kolej. Grają też: {names}."),
    "tr": ("Sıra sende.", "Sıra sende. Diğer oyuncular: {names}."),
}
"""What a message says, alone and with the names of the others, by language."""
UNKNOWN_SERVICE = Refused("bad_request", "This server sends no messages to the push service of your browser.")
BAD_KEYS = Refused("bad_request", "The keys of this push subscription cannot be used.")
NO_PUSH = Refused("no_records", "This server sends no push messages.")


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one device, or after a failure to one browser of it.

    Attributes:
        device: of the person whose turn it is.
        match: the id of the match; a newer message about it replaces an older one.
        code: the room's code.
        title: the game's title.
        names: the other players.
        made_s: when it was queued, by a clock that only rises.
        to: the browser; None: all browsers of the device.
        failures: how often it could not be sent.
    """

    device: str
    match: str
    code: str
    title: str
    names: tuple[str, ...]
    made_s: float
    to: Subscription | None = None
    failures: int = 0


class Push:
    """Sends push messages of one worker.

    Args:
        settings: what may be sent, and where to.
        recorder: gives the database, and runs what uses it.

    Attributes:
        sent: messages that a push service has taken.
        failed: messages that could not be sent.
        dropped: messages that were not sent, because there were too many.
    """

    def __init__(self, settings: PushSettings, recorder: "Recorder") -> None:
        self.sent = 0
        self.failed = 0
        self.dropped = 0
        self._settings = settings
        self._recorder = recorder
        self._subscriptions = Subscriptions(recorder.records.database)
        self._queue: deque[Message] = deque()
        self._queued = Event()
        self._pool = Pool(AT_ONCE)
        self._buckets: dict[str, Bucket] = {}
        self._private_key = ""
        self.public_key = ""
        """URL-safe base64, with which browsers subscribe; "": no messages are sent."""

    # --- what others call

    def your_turn(self, room: Room, person: Person) -> None:
        """The turn of a person has come who is away; it is only queued."""
        if not self.public_key:
            return
        if len(self._queue) >= self._settings.max_queued:
            self.dropped += 1
            return
        names = tuple(seat.name for seat in room.seats.values() if seat.player != person.id)
        self._queue.append(
            Message(person.device, room.match_id, room.code, room.game.title, names, time.monotonic())
        )
        self._queued.set()

    def subscribe(self, device: str, one: Subscription) -> None:
        """Reach a device by a browser from now on. Raises Refused, and SQLAlchemyError."""
        if not self.public_key:
            raise NO_PUSH
        if not is_allowed(one.endpoint, self._settings.services):
            raise UNKNOWN_SERVICE
        try:
            encrypt(b"", one)
        except ValueError:
            raise BAD_KEYS from None
        self._recorder.read(lambda: self._subscriptions.add(device, one, time.time_ns() // 1_000_000))

    def unsubscribe(self, endpoint: str) -> None:
        """Do not reach a browser any more: only it knows its endpoint. Raises SQLAlchemyError."""
        self._recorder.read(lambda: self._subscriptions.remove(endpoint))

    # --- sending

    def run(self) -> None:
        """Send what is queued. Runs for ever; after an exception it may be called again."""
        if not self._settings.enabled:
            return
        while not self.public_key:
            try:
                self._take_key(self._recorder.read(lambda: self._subscriptions.key(new_key())))
            except (SQLAlchemyError, BadDatabase):
                gevent.sleep(DATABASE_RETRY_S)
        while True:
            self._queued.wait()
            self._queued.clear()
            while self._queue:
                self._pool.spawn(self._deliver, self._queue.popleft())

    def _take_key(self, private_key: str) -> None:
        self.public_key, self._private_key = public_key(private_key), private_key

    def _deliver(self, message: Message) -> None:
        """Send one message to all browsers of its device, or again to one."""
        try:
            if time.monotonic() - message.made_s > self._settings.hours * 3600:
                return
            if message.to is not None:
                self._send(message, message.to)
            elif self._may_be_sent(message.device):
                of_device = self._recorder.read(lambda: self._subscriptions.of_device(message.device))
                for one in of_device:
                    self._send(message, one)
        except (SQLAlchemyError, BadDatabase):
            self.failed += 1
        except Exception as error:  # noqa: BLE001 - one message must not cost the others
            self.failed += 1
            error_log.report("a push message", error)

    def _may_be_sent(self, device: str) -> bool:
        bucket = self._buckets.get(device)
        if bucket is None:
            if len(self._buckets) >= MOST_DEVICES:
                self._buckets.clear()
            hourly = self._settings.per_device_per_hour
            bucket = self._buckets[device] = Bucket(hourly / 3600, hourly)
        if bucket.take(time.monotonic() * 1000):
            return True
        self.dropped += 1
        return False

    def _send(self, message: Message, to: Subscription) -> None:
        if not is_allowed(to.endpoint, self._settings.services):  # the setting has changed
            return
        body = in_thread(lambda: encrypt(json.dumps(self._shown(message, to)).encode(), to))
        headers = in_thread(lambda: self._authorization(to.endpoint))
        headers.update(
            {
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(self._settings.hours * 3600),
                "Urgency": "normal",
                "Topic": message.match[:32],
            }
        )
        try:
            status = post(to.endpoint, body, headers)
        except (OSError, http.client.HTTPException, gevent.Timeout) as error:
            log.info("a push service does not answer: %s", type(error).__name__)
            status = 503
        if 200 <= status < 300:
            self.sent += 1
        elif status in GONE:
            self._recorder.read(lambda: self._subscriptions.remove(to.endpoint))
        elif status in BUSY_CODES and message.failures < len(RETRY_S):
            again = replace(message, to=to, failures=message.failures + 1)
            gevent.spawn_later(RETRY_S[message.failures], self._queue_again, again)
        else:
            self.failed += 1
            log.warning("a push service refused a message with status %d", status)

    def _queue_again(self, message: Message) -> None:
        if len(self._queue) < self._settings.max_queued:
            self._queue.append(message)
            self._queued.set()
        else:
            self.dropped += 1

    @staticmethod
    def _shown(message: Message, to: Subscription) -> dict[str, str]:
        alone, together = BODIES.get(to.language, BODIES["en"])
        names = ", ".join(message.names[:MOST_NAMES])
        if len(message.names) > MOST_NAMES:
            names += ", …"
        return {
            "title": message.title,
            "body": together.format(names=names) if names else alone,
            "path": f"/r/{message.code}",
            "tag": message.match,
        }

    def _authorization(self, endpoint: str) -> dict[str, str]:
        """The header that shows the push service which server this is (RFC 8292)."""
        from py_vapid import Vapid02

        scheme, host = urlsplit(endpoint)[:2]
        claims: dict[str, str | int] = {"aud": f"{scheme}://{host}", "exp": int(time.time()) + TOKEN_S}
        claims["sub"] = self._settings.contact or "mailto:nobody@localhost"
        return dict(Vapid02.from_raw(self._private_key.encode()).sign(claims))


def is_allowed(endpoint: str, services: Sequence[str]) -> bool:
    """Whether the operator allows messages to this address: it comes from a browser, which may name any."""
    try:
        url = urlsplit(endpoint)
        port = url.port
    except ValueError:
        return False
    if url.username is not None or url.password is not None or not url.hostname or not endpoint.isascii():
        return False
    for service in services:
        wanted = urlsplit(service.replace("://*.", "://"))
        host = wanted.hostname or ""
        same = url.hostname.endswith("." + host) if "://*." in service else url.hostname == host
        if url.scheme == wanted.scheme and port == wanted.port and same:
            return True
    return False


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send one request; redirects are not followed.

    Returns:
        The status of the answer.

    Raises:
        OSError: there is no connection.
        http.client.HTTPException: the answer is not HTTP.
        gevent.Timeout: it took too long.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host, port = parts.hostname or "", parts.port
    with gevent.Timeout(TIMEOUT_S):
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, context=ssl.create_default_context())
        else:
            connection = http.client.HTTPConnection(host, port)
        try:
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()


def encrypt(data: bytes, to: Subscription) -> bytes:
    """A message that only one browser can read (RFC 8291). Raises ValueError for wrong keys."""
    import http_ece

    receiver, secret = _decoded(to.p256dh), _decoded(to.auth)
    if len(secret) != 16:
        raise ValueError("the secret has 16 bytes")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    own = ec.generate_private_key(ec.SECP256R1())
    return bytes(
        http_ece.encrypt(
            data, salt=os.urandom(16), private_key=own, dh=receiver, auth_secret=secret, version="aes128gcm"
        )
    )


def new_key() -> str:
    """A new private key, as URL-safe base64 without padding."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _encoded(number.to_bytes(32, "big"))


def public_key(private_key: str) -> str:
    """The public key that belongs to a private one, as browsers take it."""
    number = int.from_bytes(_decoded(private_key), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _encoded(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
