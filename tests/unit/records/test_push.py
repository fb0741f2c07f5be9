"""Push messages reach the browser that asked for them, and nobody else can read or send them.

A push service of our own takes them over HTTP. It checks the signature and decrypts with `cryptography`
alone, as the standards describe it (RFC 8291, 8188, 8292).
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import gevent
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from game.records.database import Database
from game.records.push import Message, Push, is_allowed, new_key, public_key
from game.records.store import Records
from game.records.subscriptions import MOST_OF_DEVICE, Subscription, Subscriptions
from game.records.writer import Recorder
from game.rooms.errors import Refused
from game.settings import Push as PushSettings
from game.settings import Records as RecordSettings

CURVE = ec.SECP256R1()
Received = tuple[str, dict[str, str], bytes]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class Browser:
    """A browser with a subscription at the service."""

    def __init__(self, base: str, path: str = "/send/abc") -> None:
        self.key = ec.generate_private_key(CURVE)
        self.secret = b"0123456789abcdef"
        self.subscription = Subscription(
            base + path, encoded(point(self.key.public_key())), encoded(self.secret), "de"
        )

    def decrypt(self, body: bytes) -> Any:
        """RFC 8291 and 8188: the salt, the record's size and the sender's key stand before one record."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        info = b"WebPush: info\0" + point(self.key.public_key()) + sender
        secret = derive(shared, self.secret, info, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, record, None)
        assert plain.rstrip(b"\0")[-1:] == b"\2"
        return json.loads(plain.rstrip(b"\0")[:-1])


class Service:
    """A push service; `statuses` are the answers to come, then 201."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses: list[int] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.received.append((self.path, dict(self.headers), body))
                self.send_response(service.statuses.pop(0) if service.statuses else 201)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def push(service: Service, url: str, tmp_path: Path) -> Iterator[Push]:
    """A running sender, to this service alone."""
    database = Database(url)
    database.prepare()
    recorder = Recorder(Records(database), RecordSettings(url=url), tmp_path)
    settings = PushSettings(services=(service.base,), contact="mailto:ops@example.org", per_device_per_hour=4)
    one = Push(settings, recorder)
    running = gevent.spawn(one.run)
    wait(lambda: one.public_key)
    yield one
    running.kill()
    database.close()


def wait(holds: Any) -> None:
    with gevent.Timeout(20):
        while not holds():
            gevent.sleep(0.01)


def deliver(push: Push, device: str = "d1", names: tuple[str, ...] = ("Ann",)) -> None:
    """Send one message now."""
    push._deliver(Message(device, "match00001", "ABC234", "Nim", names, time.monotonic()))  # noqa: SLF001


def test_only_the_browser_can_read_it_and_the_service_knows_who_sent_it(push: Push, service: Service) -> None:
    browser = Browser(service.base)
    push.subscribe("d1", browser.subscription)
    deliver(push, names=("Ann", "Bob", "Cy", "Di"))
    deliver(push, "another device")
    ((path, headers, body),) = service.received
    assert path == "/send/abc"
    assert browser.decrypt(body) == {
        "title": "Nim",
        "body": "Du bist dran, mit Ann, Bob, Cy, ….",
        "path": "/r/ABC234",
        "tag": "match00001",
    }
    assert (headers["Content-Encoding"], headers["TTL"], headers["Topic"]) == (
        "aes128gcm",
        "86400",
        "match00001",
    )
    scheme, _, rest = headers["Authorization"].partition(" ")
    fields = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert scheme == "vapid"
    assert fields["k"] == push.public_key
    head, claims, signature = fields["t"].split(".")
    assert json.loads(decoded(head))["alg"] == "ES256"
    found = json.loads(decoded(claims))
    assert found["aud"] == service.base
    assert found["sub"] == "mailto:ops@example.org"
    raw = decoded(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(push.public_key))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))  # raises if it is wrong


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(push: Push, service: Service, status: int) -> None:
    push.subscribe("d1", Browser(service.base).subscription)
    service.statuses = [status]
    deliver(push)
    deliver(push)
    assert len(service.received) == 1


def test_a_busy_service_is_tried_again(push: Push, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game.records.push.RETRY_S", (0.01, 0.01))
    push.subscribe("d1", Browser(service.base).subscription)
    service.statuses = [503, 429]
    deliver(push)
    wait(lambda: push.sent == 1)
    assert len(service.received) == 3
    service.statuses = [503] * 3
    deliver(push)
    wait(lambda: push.failed == 1)
    assert len(service.received) == 6


def test_a_device_gets_no_more_than_it_may(push: Push, service: Service) -> None:
    push.subscribe("d1", Browser(service.base).subscription)
    for _ in range(6):
        deliver(push)
    assert len(service.received) == 4
    assert push.dropped == 2


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://push.apple.com/x",
        "https://evilpush.apple.com.evil/x",
        "http://127.0.0.1/x",
        "http://[::1",
        "https://fcm.googleapis.com:99999/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_service_is_connected_to(endpoint: str) -> None:
    assert not is_allowed(endpoint, PushSettings().services)


def test_the_services_of_browsers_are_allowed() -> None:
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QOxx",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYA",
    ):
        assert is_allowed(endpoint, PushSettings().services), endpoint


def test_what_is_no_subscription_is_refused_with_a_sentence(push: Push, service: Service) -> None:
    good = Browser(service.base).subscription
    for key, secret in (
        ("", good.auth),
        ("AAAA", good.auth),
        (good.p256dh, "AA"),
        ("é!", good.auth),
        ("A", "A"),
    ):
        with pytest.raises(Refused):
            push.subscribe("d1", Subscription(good.endpoint, key, secret, "en"))
    with pytest.raises(Refused):
        push.subscribe("d1", Subscription("https://evil.example/", good.p256dh, good.auth, "en"))


def test_a_browser_turns_it_off_and_a_device_has_few(push: Push, service: Service) -> None:
    browsers = [Browser(service.base, f"/send/{n}") for n in range(MOST_OF_DEVICE + 2)]
    for one in browsers:
        push.subscribe("d1", one.subscription)
    push.unsubscribe(browsers[-1].subscription.endpoint)
    deliver(push)
    assert len(service.received) in (MOST_OF_DEVICE - 1, MOST_OF_DEVICE)


def test_all_workers_have_one_key(url: str) -> None:
    database = Database(url)
    database.prepare()
    key = new_key()
    assert Subscriptions(database).key(key) == key
    assert Subscriptions(database).key(new_key()) == key
    assert len(decoded(public_key(key))) == 65
    database.close()
